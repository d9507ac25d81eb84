/*
** secret_reveal, and the same for texts of other subsystems: references become secrets again where the action allows it.
**
** A tool may get what is high or less, speech what is medium or less, memory what is low; what is critical, or for secret_get
** only, nothing gets. A reference that stays is no error: the log says why, and so does the notice.
*/
#include <string.h>

#include "engine/buffer.h"
#include "vault/reference.h"
#include "vault/vault.h"

enum { REVEAL_TEXT, REVEAL_ACTION, REVEAL_ACCESSOR };

typedef struct Reveal {
  const char *text;
  size_t length;
  const char *action, *accessor;
  int is_json;
  int found, left;
  const char *why;   /* the first that was left */
  LoreBuffer out;
  const char *result;
} Reveal;

/* ---- One reference ---- */

static int isAllowed(SecretSensitivity sensitivity, const char *action){
  if( strcmp(action, "tool")==0 ) return sensitivity <= SECRET_HIGH;
  if( strcmp(action, "speak")==0 ) return sensitivity <= SECRET_MEDIUM;
  return strcmp(action, "memorize")==0 && sensitivity <= SECRET_LOW;
}

/* NULL when it may be put back. */
static const char *whyNot(LoreCall *call, const VaultSecret *secret, const char *action){
  const char *word = loreFormat(call, "\"%s\"", action);
  if( word==NULL ) return "no memory";
  if( secret->sensitivity==SECRET_CRITICAL ) return "what is critical is put back for no action";
  if( secret->manual_only ) return "it is for secret_get only";
  if( !isAllowed(secret->sensitivity, action) ){
    return loreFormat(call, "what is %s is not put back for the action %s", secretSensitivityName(secret->sensitivity), action);
  }
  if( secret->actions==NULL || strstr(secret->actions, word)==NULL ){
    return loreFormat(call, "its auto_actions do not name %s", action);
  }
  return vaultIsOverRate(call) ? "over the rate limit" : NULL;
}

/* In JSON it stands inside a string, and is escaped for it. */
static void putBack(LoreCall *call, Reveal *reveal, const VaultSecret *secret){
  if( !reveal->is_json ){
    loreBufferAppend(&reveal->out, secret->text, secret->length);
    return;
  }
  LoreBuffer quoted = { .reallocate = loreReallocate };
  loreBufferQuoted(&quoted, secret->text, secret->length);
  if( quoted.failed ) loreNoMemory(call);
  else loreBufferAppend(&reveal->out, quoted.data + 1, quoted.length - 2);
  if( quoted.data ) sealWipe(quoted.data, quoted.length);
  sqlite3_free(quoted.data);
}

static void leave(LoreCall *call, Reveal *reveal, const char *uuid, const char *why){
  vaultDenied(call, uuid, reveal->accessor, reveal->action, why);
  if( reveal->left++==0 ) reveal->why = why;
}

static void revealOne(LoreCall *call, Reveal *reveal, const SecretReference *reference){
  VaultSecret secret;
  const char *uuid = loreFormat(call, "%.*s", (int)reference->id_length, reveal->text + reference->id);
  if( uuid==NULL ) return;
  int is_there = vaultRead(call, uuid, &secret);
  const char *why = loreFailed(call) ? NULL : is_there ? whyNot(call, &secret, reveal->action) : "there is no such secret";
  reveal->found++;
  if( why ){
    leave(call, reveal, uuid, why);
    loreBufferAppend(&reveal->out, reveal->text + reference->start, reference->end - reference->start);
  }else if( !loreFailed(call) ){
    vaultGave(call, uuid, reveal->accessor, reveal->action);
    putBack(call, reveal, &secret);
  }
  vaultWipe(&secret);
}

/* ---- A text ---- */

static void revealAll(LoreCall *call, void *context){
  Reveal *reveal = context;
  SecretReference reference;
  size_t last = 0;
  reveal->out = (LoreBuffer){ .reallocate = loreReallocate };
  reveal->is_json = vaultIsJson(call, reveal->text, reveal->length);
  while( !loreFailed(call) && secretReferenceNext(reveal->text, reveal->length, last, &reference) ){
    loreBufferAppend(&reveal->out, reveal->text + last, reference.start - last);
    revealOne(call, reveal, &reference);
    last = reference.end;
    loreInterrupted(call);
  }
  loreBufferAppend(&reveal->out, reveal->text + last, reveal->length - last);
  char *copy = reveal->out.failed ? NULL : loreAllocate(call, reveal->out.length + 1);
  if( reveal->out.failed ) loreNoMemory(call);
  if( copy && reveal->out.data ) memcpy(copy, reveal->out.data, reveal->out.length + 1);
  else if( copy ) *copy = 0;
  if( reveal->out.data ) sealWipe(reveal->out.data, reveal->out.length);
  sqlite3_free(reveal->out.data);
  reveal->result = copy;
  if( reveal->left ) loreNotice(call, "%d of %d references were left: %s", reveal->left, reveal->found, reveal->why);
}

static int hasReference(const char *text, size_t length){
  SecretReference reference;
  return secretReferenceNext(text, length, 0, &reference);
}

/* Result: TEXT. */
void secretReveal(LoreCall *call){
  const char *database;
  Reveal reveal = { .text = loreText(call, REVEAL_TEXT), .length = loreTextLength(call, REVEAL_TEXT),
                    .action = loreText(call, REVEAL_ACTION), .accessor = loreText(call, REVEAL_ACCESSOR) };
  if( reveal.text==NULL || !vaultIsCalledByUser(call) ) return;
  if( !hasReference(reveal.text, reveal.length) ){
    loreResultText(call, reveal.text);
  }else if( vaultIsOpen(call, &database) ){
    revealAll(call, &reveal);
    loreResultText(call, reveal.result);
  }
}

/* While there is no vault, or it is closed, the references stay. */
const char *vaultReveal(LoreCall *call, const char *text, const char *action, const char *accessor){
  Reveal reveal = { .text = text, .length = strlen(text), .action = action, .accessor = accessor };
  if( action==NULL || !hasReference(text, reveal.length) || loreFindInt(call, SQL_VAULT_IS_MADE)==0 ) return text;
  if( !vaultLooksOpen(call) || !vaultIsCalledByUser(call) ) return text;
  loreInFrame(call, revealAll, &reveal);
  return loreFailed(call) ? NULL : reveal.result;
}
