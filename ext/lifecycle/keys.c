/* Keys of signals, lists of them, and the signal that a key must name. */
#include <stdlib.h>
#include <string.h>

#include "lifecycle/book.h"

static char *putPart(const char *part, char *to){
  static const char kDigits[] = "0123456789ABCDEF";
  for(; *part; part++){
    if( *part!='%' && *part!=':' ){
      *to++ = *part;
      continue;
    }
    *to++ = '%';
    *to++ = kDigits[(unsigned char)*part >> 4];
    *to++ = kDigits[*part & 15];
  }
  return to;
}

void signalKeyMake(const char *entity_type, const char *entity_id, const char *type, char *to){
  to = putPart(entity_type, to);
  *to++ = ':';
  to = putPart(entity_id, to);
  *to++ = ':';
  to = putPart(type, to);
  *to = 0;
}

uint32_t signalHash(uint32_t hash, const char *text){
  const uint32_t basis = 2166136261u, prime = 16777619u;
  hash = hash ? hash*prime : basis; /* the multiplication parts one text from the next */
  while( *text ) hash = (hash ^ (unsigned char)*text++)*prime;
  return hash;
}

void signalKeysBorrow(LoreCall *call, SignalKeys *keys, const char *key){
  if( loreFailed(call) || key==NULL ) return;
  if( keys->count==keys->capacity ){
    int capacity = keys->capacity ? 2*keys->capacity : 64;
    char **more = loreAllocate(call, sizeof *more*(size_t)capacity);
    if( more==NULL ) return;
    if( keys->count ) memcpy(more, keys->keys, sizeof *more*(size_t)keys->count);
    keys->keys = more;
    keys->capacity = capacity;
  }
  keys->keys[keys->count++] = (char*)key;
}

void signalKeysAdd(LoreCall *call, SignalKeys *keys, const char *key){
  if( key==NULL ) return;
  size_t size = strlen(key) + 1;
  char *copy = loreAllocate(call, size);
  if( copy ) signalKeysBorrow(call, keys, memcpy(copy, key, size));
}

static int compareTexts(const void *left, const void *right){
  return strcmp(*(char *const*)left, *(char *const*)right);
}

void signalKeysSort(SignalKeys *keys){
  int kept = 0;
  if( keys->count ) qsort(keys->keys, (size_t)keys->count, sizeof *keys->keys, compareTexts);
  for(int i = 0; i < keys->count; i++){
    if( i==0 || strcmp(keys->keys[i], keys->keys[i - 1])!=0 ) keys->keys[kept++] = keys->keys[i];
  }
  keys->count = kept;
}

int signalListHas(char *const *sorted, int count, const char *text){
  return count > 0 && text && bsearch(&text, sorted, (size_t)count, sizeof *sorted, compareTexts)!=NULL;
}

int signalScopeHas(const SignalScope *scope, const char *entity_id, const char *type){
  return (scope->id_count < 0 || signalListHas(scope->ids, scope->id_count, entity_id))
      && (scope->type_count < 0 || signalListHas(scope->types, scope->type_count, type));
}

void signalReadKnown(SignalBook *book, const char *key, SignalRecord *record){
  book->methods->read(book, key, record);
  if( record->row.state==STATE_NONE ) loreRefuse(book->call, LORE_REFUSED, "there is no signal '%s'", key);
}
