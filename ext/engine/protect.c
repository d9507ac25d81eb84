/*
** What joins a subsystem that stores texts with the one that keeps secrets, if there is one: neither knows the other.
*/
#include "engine/internal.h"

static const LoreProtector *protector(LoreCall *call){
  for(int i = 0; call->connection->subsystems[i]; i++){
    if( call->connection->subsystems[i]->protector ) return call->connection->subsystems[i]->protector;
  }
  return NULL;
}

int loreMustProtect(LoreCall *call, const char *text){
  const LoreProtector *by = protector(call);
  return by && text && !call->code && by->finds(call, text);
}

const char *loreProtect(LoreCall *call, const char *text, const char *context){
  const LoreProtector *by = protector(call);
  if( call->code ) return NULL;
  return by && text ? by->protects(call, text, context) : text;
}

const char *loreReveal(LoreCall *call, const char *text, const char *action, const char *accessor){
  const LoreProtector *by = protector(call);
  if( call->code ) return NULL;
  return by && text ? by->reveals(call, text, action, accessor) : text;
}
