/*
** loreAudit: hands what a verb has done to the subsystem that keeps such events, in the verb's own call: so the event is undone
** with the verb, and the verb fails with the event.
*/
#include "engine/internal.h"

static const LoreSubsystem *keeper(LoreCall *call){
  for(int i = 0; call->connection->subsystems[i]; i++){
    if( call->connection->subsystems[i]->audits ) return call->connection->subsystems[i];
  }
  return NULL;
}

/* Who says that he does it: a call says so by `by`, one that looks at secrets by `accessor`. */
static const char *originatorOf(LoreCall *call){
  static const char *const kNames[] = { "by", "accessor" };
  for(int i = 0; i < 2; i++){
    int argument = loreSignatureFind(call->signature, kNames[i]);
    if( argument >= 0 && loreTextLength(call, argument) > 0 ) return loreText(call, argument);
  }
  return loreCallName(call);
}

void loreAudit(LoreCall *call, const char *type, const char *target, const char *payload){
  const LoreSubsystem *subsystem = keeper(call);
  if( loreFailed(call) || subsystem==NULL || !loreSettingIs(call, "audit", "on") ) return;
  if( !call->framed ){
    loreRefuse(call, LORE_NOT_READY, "its event can't be undone with it: it is not in the frame");
    return;
  }
  LoreEvent event = { type, originatorOf(call), target, payload };
  subsystem->audits(call, &event);
}
