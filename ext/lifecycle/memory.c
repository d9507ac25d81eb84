#include "lifecycle/memory.h"

#include <string.h>

static MemoryBook *memoryOf(SignalBook *book){
  return (MemoryBook*)book;
}

/* Grows an array and its index together; 0: no memory. hash_place: where an element has its hash. */
static int grow(LoreCall *call, void **array, int count, int *capacity, size_t size, size_t hash_place, MemoryIndex *index){
  if( count < *capacity ) return 1;
  int more = *capacity ? 2 * *capacity : 256;
  void *grown = sqlite3_realloc64(*array, (sqlite3_uint64)more*size);
  if( grown ) *array = grown;
  int *slots = grown ? sqlite3_malloc64(2*(sqlite3_uint64)more*sizeof *slots) : NULL;
  if( slots==NULL ){
    loreNoMemory(call);
    return 0;
  }
  *capacity = more;
  sqlite3_free(index->slots);
  *index = (MemoryIndex){ slots, 2*more };
  memset(slots, 0, 2*(size_t)more*sizeof *slots);
  for(int i = 0; i < count; i++){
    uint32_t hash;
    memcpy(&hash, (char*)grown + (size_t)i*size + hash_place, sizeof hash);
    int slot = (int)(hash & (uint32_t)(index->slot_count - 1));
    while( slots[slot] ) slot = (slot + 1) & (index->slot_count - 1);
    slots[slot] = i + 1;
  }
  return 1;
}

/* ---- Signals ---- */

static int *signalSlot(MemoryBook *memory, const char *key, uint32_t hash){
  int mask = memory->by_key.slot_count - 1;
  int slot = (int)(hash & (uint32_t)mask);
  while( memory->by_key.slots[slot] ){
    const MemorySignal *signal = &memory->signals[memory->by_key.slots[slot] - 1];
    if( signal->hash==hash && strcmp(signal->record.key, key)==0 ) break;
    slot = (slot + 1) & mask;
  }
  return &memory->by_key.slots[slot];
}

static MemorySignal *findSignal(MemoryBook *memory, const char *key){
  if( memory->count==0 ) return NULL;
  int slot = *signalSlot(memory, key, signalHash(0, key));
  return slot ? &memory->signals[slot - 1] : NULL;
}

static const char *copyText(LoreCall *call, const char *text){
  if( text==NULL ) return NULL;
  size_t size = strlen(text) + 1;
  char *copy = loreAllocate(call, size);
  return copy ? memcpy(copy, text, size) : NULL;
}

static MemorySignal *addSignal(MemoryBook *memory, const SignalRecord *record){
  LoreCall *call = memory->book.call;
  if( !grow(call, (void**)&memory->signals, memory->count, &memory->capacity, sizeof *memory->signals,
            offsetof(MemorySignal, hash), &memory->by_key) ) return NULL;
  MemorySignal *signal = &memory->signals[memory->count];
  memset(signal, 0, sizeof *signal);
  signal->record.key = copyText(call, record->key);
  if( signal->record.key==NULL ) return NULL;
  signal->hash = signalHash(0, record->key);
  *signalSlot(memory, record->key, signal->hash) = ++memory->count;
  return signal;
}

static void readSignal(SignalBook *book, const char *key, SignalRecord *record){
  MemorySignal *signal = findSignal(memoryOf(book), key);
  *record = (SignalRecord){ .key = key, .row = { .state = STATE_NONE, .severity = SEVERITY_NONE } };
  if( signal ) *record = signal->record;
}

static void own(LoreCall *call, MemorySignal *signal, int which, const char **text){
  if( *text==signal->owned[which] ) return;
  char *copy = *text ? sqlite3_mprintf("%s", *text) : NULL;
  if( *text && copy==NULL ) loreNoMemory(call);
  sqlite3_free(signal->owned[which]);
  signal->owned[which] = copy;
  *text = copy;
}

static void nameSignal(LoreCall *call, MemorySignal *signal, const SignalRecord *record){
  signal->record.entity_type = copyText(call, record->entity_type);
  signal->record.entity_id = copyText(call, record->entity_id);
  signal->record.type = copyText(call, record->type);
}

static void logOne(MemoryBook *memory, const char *key, const SignalTransition *transition){
  LoreCall *call = memory->book.call;
  MemoryLogged *log = loreGrow(call, memory->log, memory->log_count, &memory->log_capacity, sizeof *log);
  if( log==NULL ) return;
  memory->log = log;
  MemoryLogged *logged = &memory->log[memory->log_count++];
  *logged = (MemoryLogged){ key, *transition };
  logged->transition.rule = copyText(call, transition->rule);
  logged->transition.actor = copyText(call, transition->actor);
  logged->transition.note = copyText(call, transition->note);
  logged->transition.evidence = copyText(call, transition->evidence);
}

static void writeSignal(SignalBook *book, const SignalRecord *record, int is_new, const SignalChange *change){
  MemoryBook *memory = memoryOf(book);
  if( !change->changed || loreFailed(book->call) ) return;
  MemorySignal *signal = is_new ? addSignal(memory, record) : findSignal(memory, record->key);
  if( signal==NULL ) return;
  if( is_new || change->renamed ) nameSignal(book->call, signal, record);
  for(int i = 0; i < change->count; i++) logOne(memory, signal->record.key, &change->transitions[i]);
  SignalRow row = record->row;
  own(book->call, signal, OWNED_BY, &row.acknowledged_by);
  own(book->call, signal, OWNED_NOTE, &row.note);
  own(book->call, signal, OWNED_EVIDENCE, &row.evidence);
  signal->record.row = row;
}

/* ---- Detection ids ---- */

static int *idSlot(MemoryBook *memory, const char *key, const char *id, uint32_t hash){
  int mask = memory->by_id.slot_count - 1;
  int slot = (int)(hash & (uint32_t)mask);
  while( memory->by_id.slots[slot] ){
    const MemoryId *one = &memory->ids[memory->by_id.slots[slot] - 1];
    if( one->hash==hash && strcmp(one->key, key)==0 && strcmp(one->id, id)==0 ) break;
    slot = (slot + 1) & mask;
  }
  return &memory->by_id.slots[slot];
}

static int rememberId(SignalBook *book, const char *key, const char *detection_id, int64_t at, int64_t memory_ms){
  MemoryBook *memory = memoryOf(book);
  uint32_t hash = signalHash(signalHash(0, key), detection_id);
  if( !grow(book->call, (void**)&memory->ids, memory->id_count, &memory->id_capacity, sizeof *memory->ids,
            offsetof(MemoryId, hash), &memory->by_id) ) return 0;
  int *slot = idSlot(memory, key, detection_id, hash);
  if( *slot==0 ){
    memory->ids[memory->id_count] = (MemoryId){ copyText(book->call, key), copyText(book->call, detection_id), at, hash };
    *slot = ++memory->id_count;
    return 1;
  }
  MemoryId *known = &memory->ids[*slot - 1];
  if( known->at > at - memory_ms ) return 0;
  known->at = at;
  return 1;
}

void memoryForget(MemoryBook *memory, int64_t at){
  for(int i = 0; i < memory->id_count; i++){
    SignalRule rule;
    const MemorySignal *signal = findSignal(memory, memory->ids[i].key);
    rulesFind(&memory->rules, signal ? signal->record.type : "*", &rule);
    if( memory->ids[i].at <= at - rule.memory_ms ) memory->ids[i].at = NO_TIME;
  }
}

/* ---- Rules, mutes, lists ---- */

static void findRule(SignalBook *book, const char *type, SignalRule *rule){
  rulesFind(&memoryOf(book)->rules, type, rule);
}

static void findMuting(SignalBook *book, const SignalRecord *record, int64_t at, Muting *muting){
  mutesFind(&memoryOf(book)->mutes, record, at, muting);
}

static int isInside(const SignalScope *scope, const SignalRecord *record){
  return (scope->entity_type==NULL || strcmp(scope->entity_type, record->entity_type)==0)
      && signalScopeHas(scope, record->entity_id, record->type);
}

static void listOpen(SignalBook *book, const SignalScope *scope, int64_t at, SignalKeys *keys){
  MemoryBook *memory = memoryOf(book);
  for(int i = 0; i < memory->count; i++){
    const SignalRecord *record = &memory->signals[i].record;
    if( record->row.state==STATE_CLEARED || record->row.last > at || !isInside(scope, record) ) continue;
    signalKeysBorrow(book->call, keys, record->key);
  }
}

static void listDue(SignalBook *book, int64_t at, SignalKeys *keys){
  MemoryBook *memory = memoryOf(book);
  (void)at; /* the machine looks */
  for(int i = 0; i < memory->count; i++) signalKeysBorrow(book->call, keys, memory->signals[i].record.key);
}

/* ---- The book ---- */

void memoryOpen(LoreCall *call, MemoryBook *memory){
  static const SignalBookMethods kMethods = {
    .read = readSignal, .write = writeSignal, .remember = rememberId, .rule = findRule, .muting = findMuting, .list = listOpen,
    .due = listDue,
  };
  memset(memory, 0, sizeof *memory);
  memory->book = (SignalBook){ call, &kMethods };
}

void memoryClose(MemoryBook *memory){
  for(int i = 0; i < memory->count; i++){
    for(int k = 0; k < OWNED_TEXTS; k++) sqlite3_free(memory->signals[i].owned[k]);
  }
  rulesClear(&memory->rules);
  mutesClear(&memory->mutes);
  sqlite3_free(memory->signals);
  sqlite3_free(memory->by_key.slots);
  sqlite3_free(memory->ids);
  sqlite3_free(memory->by_id.slots);
  sqlite3_free(memory->log);
}

int memoryIsForeign(const MemoryBook *memory, const char *key){
  return signalListHas(memory->foreign.keys, memory->foreign.count, key);
}
