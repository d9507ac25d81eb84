/*
** libFuzzer over a step of learning: no crash and no leak; what was learned is an object that can be learned from again; the
** members that are not learned are the same before and after.
*/
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "graph/learn.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(condition) do{ if( !(condition) ) abort(); }while( 0 )

static void *reallocate(void *old, size_t bytes){
  if( bytes > 0 ) return realloc(old, bytes);
  free(old);
  return NULL;
}

/* A text in memory of exactly its size, when it is an object in strict JSON, as graphLearn wants it. NULL: it is none. */
static char *objectOf(const uint8_t *data, size_t size, LoreScanValue *object){
  char *text = malloc(size ? size : 1);
  MUST(text!=NULL);
  if( size ) memcpy(text, data, size);
  if( loreScanIsPlain(text, size) && loreScanText(text, size, object) && object->kind==LORE_SCAN_OBJECT ) return text;
  free(text);
  return NULL;
}

/* Learns once; the new text is the caller's. NULL: nothing was learned. */
static char *learn(const LoreScanValue *configuration, const LoreScanValue *observation, size_t *length){
  GraphMemory memory = { .reallocate = reallocate };
  LoreBuffer result = { .reallocate = realloc };
  GraphLearning learning = { .memory = &memory, .result = &result };
  int done = graphLearn(&learning, configuration, observation, "2026-01-01T00:00:00.000Z");
  MUST(!memory.failed && !result.failed);
  MUST(memchr(learning.problem, 0, sizeof learning.problem)!=NULL && done==(learning.problem[0]==0));
  MUST(learning.changed==(result.length > 0) && (done || !learning.changed));
  *length = result.length;
  return result.data;
}

static int isLearned(const LoreScanValue *name){
  return loreScanIs(name, "counts") || loreScanIs(name, "rates") || loreScanIs(name, "learned_patterns");
}

/* The member of this name with its value, to the byte. The name is written as it was where it came first. */
static int hasMember(const LoreScanValue *object, const LoreScanValue *wanted, const LoreScanValue *value){
  LoreScan scan = loreScanInto(object);
  LoreScanValue name, one;
  while( loreScanNext(&scan, &name, &one) ){
    if( name.length!=wanted->length || memcmp(name.text, wanted->text, name.length)!=0 ) continue;
    return one.length==value->length && memcmp(one.text, value->text, one.length)==0;
  }
  return 0;
}

/* The members of an object that has each name once, as learning writes it, are still there. */
static void compareOthers(const LoreScanValue *before, const LoreScanValue *after){
  LoreScan scan = loreScanInto(before);
  LoreScanValue name, value;
  while( loreScanNext(&scan, &name, &value) ) if( !isLearned(&name) ) MUST(hasMember(after, &name, &value));
}

static void learnAgain(const char *text, size_t length, const LoreScanValue *observation){
  LoreScanValue once, twice;
  MUST(loreScanIsPlain(text, length) && loreScanText(text, length, &once) && once.kind==LORE_SCAN_OBJECT);
  char *again = learn(&once, observation, &length);
  if( length > 0 ){
    MUST(loreScanIsPlain(again, length) && loreScanText(again, length, &twice) && twice.kind==LORE_SCAN_OBJECT);
    compareOthers(&once, &twice);
  }
  free(again);
}

/* The input is cut at its first byte 0x01: a configuration, then an observation. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size){
  const uint8_t *cut = size ? memchr(data, 1, size) : NULL;
  if( cut==NULL ) return 0;
  LoreScanValue configuration, observation;
  char *old = objectOf(data, (size_t)(cut - data), &configuration);
  char *seen = objectOf(cut + 1, size - (size_t)(cut - data) - 1, &observation);
  if( old && seen ){
    size_t length;
    char *text = learn(&configuration, &observation, &length);
    if( length > 0 ) learnAgain(text, length, &observation);
    free(text);
  }
  free(old);
  free(seen);
  return 0;
}
