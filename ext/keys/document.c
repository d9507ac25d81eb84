#include "keys/document.h"

#include <string.h>

int keyDocumentReferences(LoreJson *document, const char *text, KeyText references[KEY_REFERENCE_COUNT]){
  memset(references, 0, sizeof *references*KEY_REFERENCE_COUNT);
  if( document==NULL ) return 0;
  for(LoreJson *member = loreJsonFirst(document); member; member = loreJsonNext(member)){
    const char *name = loreJsonName(member), *value = loreJsonText(member);
    int reference = keyReferenceFind(name, strlen(name));
    if( reference < 0 || references[reference].text ) continue;
    if( loreJsonIsNumber(member) ) return 0;
    references[reference] = (KeyText){ value ? value : "", value ? strlen(value) : 0 };
  }
  return strstr(text, "\\u0000")==NULL;
}

void keyDocumentWalk(LoreCall *call, const KeyText references[KEY_REFERENCE_COUNT], KeyStepCallback *callback, void *context){
  if( loreFailed(call) ) return;
  LoreBuffer scratch = { .reallocate = loreReallocate };
  keyCandidates(references, callback, context, &scratch);
  if( scratch.failed ) loreNoMemory(call);
  sqlite3_free(scratch.data);
}

typedef struct Best {
  LoreCall *call;
  const char *key;
} Best;

static int takeFirst(void *context, const KeyStep *step){
  Best *best = context;
  if( step->reason ) return 0;
  best->key = loreFormat(best->call, "%s:%s", kKeyKinds[step->kind].name, step->value.text);
  return 1;
}

const char *keyDocumentBest(LoreCall *call, const KeyText references[KEY_REFERENCE_COUNT]){
  Best best = { call, NULL };
  keyDocumentWalk(call, references, takeFirst, &best);
  return best.key;
}
