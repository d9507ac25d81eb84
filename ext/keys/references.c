#include "keys/references.h"

#include <string.h>

static void *reallocate(void *old, size_t bytes){
  return sqlite3_realloc64(old, bytes);
}

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

/* What is neither text nor a number is as good as empty, and said to be so. */
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

/* The first of several members of a name counts, as json_extract sees it. */
void referencesRead(LoreCall *call, References *references){
  memset(references, 0, sizeof *references);
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

void referencesWalk(LoreCall *call, const References *references, KeyStepCallback *callback, void *context){
  if( loreFailed(call) ) return;
  LoreBuffer scratch = { .reallocate = reallocate };
  keyCandidates(references->texts, callback, context, &scratch);
  if( scratch.failed ) loreNoMemory(call);
  sqlite3_free(scratch.data);
}

/* Copies what a rule has made into the call. */
static const char *keep(LoreCall *call, LoreBuffer *value, const char *reason){
  if( value->failed ) loreNoMemory(call);
  const char *copy = reason==NULL && !value->failed ? loreFormat(call, "%s", value->data) : NULL;
  sqlite3_free(value->data);
  return copy;
}

const char *referenceValue(LoreCall *call, int kind, int argument){
  LoreBuffer value = { .reallocate = reallocate };
  const char *text = loreText(call, argument);
  if( loreFailed(call) || text==NULL ) return NULL;
  return keep(call, &value, keyValue(kind, text, loreTextLength(call, argument), &value));
}

const char *referenceDomain(LoreCall *call, int argument){
  LoreBuffer value = { .reallocate = reallocate };
  const char *text = loreText(call, argument);
  if( loreFailed(call) || text==NULL ) return NULL;
  return keep(call, &value, keyRegistrableDomain(text, loreTextLength(call, argument), &value));
}
