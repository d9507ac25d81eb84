/*
** References out of a JSON document, and what the pure core makes of them.
*/
#include "keys/references.h"

#include <string.h>

static void addUnused(LoreCall *call, References *references, const char *name){
  enum { STEP = 16 };
  if( references->unused_count % STEP==0 ){
    const char **longer = loreAllocate(call, sizeof *longer*(size_t)(references->unused_count + STEP));
    if( longer==NULL ) return;
    if( references->unused_count ) memcpy(longer, references->unused, sizeof *longer*(size_t)references->unused_count);
    references->unused = longer;
  }
  references->unused[references->unused_count++] = name;
}

/* ---- Out of SQLite: exact ---- */

static KeyText copyText(LoreCall *call, LoreStatement *member){
  KeyText copy = { "", 0 };
  const char *text = loreColumnText(member, 1);
  size_t length = text ? loreColumnLength(member, 1) : 0;
  char *room = loreAllocate(call, length + 1);
  if( room==NULL || text==NULL ) return copy;
  memcpy(room, text, length);
  room[length] = 0;
  return (KeyText){ room, length };
}

static void readMembers(LoreCall *call, int argument, References *references){
  memset(references->texts, 0, sizeof references->texts);
  loreLetArgument(call, "document", argument);
  LoreStatement *members = loreQuery(call, SQL_KEYS_MEMBERS);
  while( loreNext(members) ){
    const char *name = loreColumnText(members, 0);
    int reference = name ? keyReferenceFind(name, strlen(name)) : -1;
    if( reference < 0 ){
      addUnused(call, references, loreFormat(call, "%s", name ? name : ""));
    }else if( references->texts[reference].text==NULL ){
      references->texts[reference] = copyText(call, members);
    }
  }
}

void referencesRead(LoreCall *call, int argument, References *references){
  const char *text = loreText(call, argument);
  memset(references, 0, sizeof *references);
  if( loreFailed(call) || text==NULL ) return;
  references->document = loreJsonParse(text, loreTextLength(call, argument));
  if( !keyDocumentReferences(references->document, text, references->texts) ) readMembers(call, argument, references);
}

void referencesReadAll(LoreCall *call, int argument, References *references){
  memset(references, 0, sizeof *references);
  readMembers(call, argument, references);
}

void referencesFree(References *references){
  loreJsonFree(references->document);
}

/* Hands over what a rule has made. */
static void answer(LoreCall *call, LoreBuffer *value, const char *reason){
  if( value->failed ) loreNoMemory(call);
  if( reason || loreFailed(call) ) sqlite3_free(value->data);
  else loreResultOwned(call, value->data, value->length, 0);
}

void referenceKey(LoreCall *call, int kind, int argument){
  static const char kHosts;
  LoreBuffer key = { .reallocate = loreReallocate };
  const char *text = loreText(call, argument);
  if( loreFailed(call) || text==NULL ) return;
  KeyHosts *hosts = kind==KEY_DOMAIN ? loreKept(call, &kHosts, KEY_HOSTS_SIZE) : NULL;
  loreBufferAppend(&key, kKeyKinds[kind].name, strlen(kKeyKinds[kind].name));
  loreBufferChar(&key, ':');
  answer(call, &key, keyValueRemembering(hosts, kind, text, loreTextLength(call, argument), &key));
}

void referenceDomain(LoreCall *call, int argument){
  LoreBuffer value = { .reallocate = loreReallocate };
  const char *text = loreText(call, argument);
  if( loreFailed(call) || text==NULL ) return;
  answer(call, &value, keyRegistrableDomain(text, loreTextLength(call, argument), &value));
}
