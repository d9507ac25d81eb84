#include "lifecycle/run.h"

#include <stdlib.h>
#include <string.h>

#include "engine/text.h"

/* ---- Memory: texts and sightings of a run lie in a few large blocks ---- */

typedef struct Arena {
  char *next;
  size_t left;
} Arena;

enum { ARENA_BLOCK = 65536, ARENA_ALIGN = 16 };

static void *take(LoreCall *call, Arena *arena, size_t bytes){
  bytes = (bytes + ARENA_ALIGN - 1)/ARENA_ALIGN*ARENA_ALIGN;
  if( bytes > ARENA_BLOCK/4 ) return loreAllocate(call, bytes);
  if( bytes > arena->left ){
    arena->next = loreAllocate(call, ARENA_BLOCK);
    arena->left = arena->next ? ARENA_BLOCK : 0;
  }
  if( bytes > arena->left ) return NULL;
  void *memory = arena->next;
  arena->next += bytes;
  arena->left -= bytes;
  return memory;
}

/* ---- Reading a detection ---- */

enum { MEMBER_TYPE, MEMBER_ENTITY_TYPE, MEMBER_ENTITY_ID, MEMBER_SEVERITY, MEMBER_DETECTION_ID, MEMBER_EVIDENCE, MEMBER_COUNT };

static const struct { const char *name; int most; } kMembers[MEMBER_COUNT] = {
  { "signal_type", 200 }, { "entity_type", 200 }, { "entity_id", 2000 }, { "severity", 20 }, { "detection_id", 2000 },
  { "evidence", 0 },
};

typedef struct Reader {
  LoreCall *call;
  Arena arena;
  const char *where; /* "signals" or "scope" */
  int index;         /* of the detection; -1: none */
} Reader;

/* "signals[3].severity must be …, got …" */
static void refuse(Reader *reader, const char *member, const char *rule, const LoreScanValue *got){
  LoreCall *call = reader->call;
  const char *place = reader->index >= 0 ? loreFormat(call, "%s[%d]", reader->where, reader->index) : reader->where;
  int cut = got && got->length > 60;
  const char *what = got ? loreFormat(call, ", got %.*s%s", cut ? 57 : (int)got->length, got->text, cut ? "…" : "") : "";
  if( place && what ) loreRefuse(call, LORE_BAD_ARGUMENT, "%s%s%s %s%s", place, *member ? "." : "", member, rule, what);
}

/* Text, or a number as its text; '' and null are absent. */
static const char *readText(Reader *reader, const char *member, int most, const LoreScanValue *value){
  if( value->kind==LORE_SCAN_NULL ) return NULL;
  if( value->kind!=LORE_SCAN_STRING && value->kind!=LORE_SCAN_NUMBER ){
    refuse(reader, member, "must be text", value);
    return NULL;
  }
  char *text = take(reader->call, &reader->arena, value->length + 1);
  if( text==NULL ) return NULL;
  long length = (long)value->length;
  if( value->kind==LORE_SCAN_STRING ) length = loreScanDecode(value, text);
  else memcpy(text, value->text, value->length), text[length] = 0;
  if( length < 0 ){
    refuse(reader, member, "must be text without NUL", value);
  }else if( length > most && loreUtf8Length(text, (size_t)length) > (size_t)most ){
    loreRefuse(reader->call, LORE_BAD_ARGUMENT, "%s[%d].%s must be at most %d characters long", reader->where, reader->index,
               member, most);
  }
  return length > 0 ? text : NULL;
}

static Severity readSeverity(Reader *reader, const char *word){
  char lower[24];
  size_t length = strlen(word);
  Severity severity = SEVERITY_NONE;
  if( length < sizeof lower ){
    loreAsciiLower(lower, word, length);
    severity = signalSeverityOf(lower);
  }
  if( severity==SEVERITY_NONE ){
    loreRefuse(reader->call, LORE_BAD_ARGUMENT, "signals[%d].severity must be one of " SEVERITY_LIST ", got '%s'", reader->index,
               word);
  }
  return severity;
}

/* `likely`: the one behind the member before, for most programs write them in one order. */
static int memberOf(const LoreScanValue *name, int likely){
  int i = 0;
  if( likely < MEMBER_COUNT && loreScanIs(name, kMembers[likely].name) ) return likely;
  while( i < MEMBER_COUNT && !loreScanIs(name, kMembers[i].name) ) i++;
  return i;
}

/* The evidence just as it is written; null takes the present one away. */
static const char *readEvidence(Reader *reader, const LoreScanValue *value){
  char *text = take(reader->call, &reader->arena, value->length + 1);
  if( text==NULL ) return NULL;
  memcpy(text, value->text, value->length);
  text[value->length] = 0;
  return text;
}

static void readMembers(Reader *reader, const LoreScanValue *object, const char *texts[MEMBER_COUNT]){
  LoreScan scan = loreScanInto(object);
  LoreScanValue name, value;
  unsigned seen = 0;
  int member = -1;
  while( loreScanNext(&scan, &name, &value) && !loreFailed(reader->call) ){
    member = memberOf(&name, member + 1);
    if( member==MEMBER_COUNT || (seen >> member & 1) ){
      refuse(reader, "", member==MEMBER_COUNT ? "has no such member" : "has a member twice", &name);
      return;
    }
    seen |= 1u << member;
    texts[member] = member==MEMBER_EVIDENCE ? readEvidence(reader, &value)
                                            : readText(reader, kMembers[member].name, kMembers[member].most, &value);
  }
  for(int i = 0; i <= MEMBER_SEVERITY; i++) if( texts[i]==NULL ) refuse(reader, kMembers[i].name, "is missing", NULL);
}

/* ---- Grouping by key ---- */

typedef struct Groups {
  RunSignal *signals;
  int count, capacity;
  int *slots; /* 1 + index, 0: free; slot_count is a power of two */
  int slot_count;
} Groups;

static int *slotOf(const Groups *groups, const char *key, uint32_t hash){
  int mask = groups->slot_count - 1;
  int i = (int)(hash & (uint32_t)mask);
  while( groups->slots[i] ){
    const RunSignal *signal = &groups->signals[groups->slots[i] - 1];
    if( signal->hash==hash && strcmp(signal->key, key)==0 ) break;
    i = (i + 1) & mask;
  }
  return &groups->slots[i];
}

/* Room for one more signal; 0: no memory. */
static int makeRoom(LoreCall *call, Groups *groups){
  if( groups->count < groups->capacity ) return 1;
  int capacity = groups->capacity ? 2*groups->capacity : 64;
  RunSignal *signals = loreAllocate(call, sizeof *signals*(size_t)capacity);
  int *slots = loreAllocate(call, sizeof *slots*2*(size_t)capacity);
  if( signals==NULL || slots==NULL ) return 0;
  if( groups->count ) memcpy(signals, groups->signals, sizeof *signals*(size_t)groups->count);
  memset(slots, 0, sizeof *slots*2*(size_t)capacity);
  *groups = (Groups){ signals, groups->count, capacity, slots, 2*capacity };
  for(int i = 0; i < groups->count; i++) *slotOf(groups, signals[i].key, signals[i].hash) = i + 1;
  return 1;
}

static void add(Reader *reader, Groups *groups, const char *const texts[MEMBER_COUNT], const char *key){
  Sighting *sighting = take(reader->call, &reader->arena, sizeof *sighting);
  if( sighting==NULL || !makeRoom(reader->call, groups) ) return;
  *sighting = (Sighting){ NULL, readSeverity(reader, texts[MEMBER_SEVERITY]), texts[MEMBER_EVIDENCE], texts[MEMBER_DETECTION_ID] };
  uint32_t hash = signalHash(0, key);
  int *slot = slotOf(groups, key, hash);
  if( *slot ){
    RunSignal *signal = &groups->signals[*slot - 1];
    signal->last = signal->last->next = sighting;
    return;
  }
  groups->signals[groups->count++] = (RunSignal){ key, texts[MEMBER_ENTITY_TYPE], texts[MEMBER_ENTITY_ID], texts[MEMBER_TYPE],
                                                  sighting, sighting, hash };
  *slot = groups->count;
}

static void readDetection(Reader *reader, const LoreScanValue *value, Groups *groups){
  const char *texts[MEMBER_COUNT] = { NULL };
  if( value->kind!=LORE_SCAN_OBJECT ){
    refuse(reader, "", "must be a JSON object", value);
    return;
  }
  readMembers(reader, value, texts);
  const char *type = texts[MEMBER_TYPE], *entity_type = texts[MEMBER_ENTITY_TYPE], *entity_id = texts[MEMBER_ENTITY_ID];
  if( loreFailed(reader->call) || type==NULL || entity_type==NULL || entity_id==NULL ) return;
  char *key = take(reader->call, &reader->arena, 3*(strlen(entity_type) + strlen(entity_id) + strlen(type)) + 3);
  if( key==NULL ) return;
  signalKeyMake(entity_type, entity_id, type, key);
  add(reader, groups, texts, key);
}

static int compareSignals(const void *left, const void *right){
  return strcmp(((const RunSignal*)left)->key, ((const RunSignal*)right)->key);
}

/* ---- The scope ---- */

/* A list of texts, sorted; *count -1 for null: any. */
static char **readList(Reader *reader, const char *member, const LoreScanValue *value, int *count){
  SignalKeys keys = { NULL, 0, 0 };
  *count = -1;
  if( value->kind==LORE_SCAN_NULL ) return NULL;
  if( value->kind!=LORE_SCAN_ARRAY ) refuse(reader, member, "must be a JSON array", value);
  LoreScan scan = loreScanInto(value);
  LoreScanValue one;
  while( loreScanNext(&scan, NULL, &one) && !loreFailed(reader->call) ){
    const char *text = readText(reader, member, 2000, &one);
    if( text==NULL ) refuse(reader, member, "must hold texts", &one);
    signalKeysAdd(reader->call, &keys, text);
  }
  signalKeysSort(&keys);
  *count = keys.count;
  return keys.keys;
}

static void readScope(Reader *reader, const LoreScanValue *object, SignalScope *scope){
  LoreScan scan = loreScanInto(object);
  LoreScanValue name, value;
  *scope = (SignalScope){ .type_count = -1, .id_count = -1 };
  while( loreScanNext(&scan, &name, &value) && !loreFailed(reader->call) ){
    if( loreScanIs(&name, "signal_types") ) scope->types = readList(reader, "signal_types", &value, &scope->type_count);
    else if( loreScanIs(&name, "entity_ids") ) scope->ids = readList(reader, "entity_ids", &value, &scope->id_count);
    else if( loreScanIs(&name, "entity_type") ) scope->entity_type = readText(reader, "entity_type", 200, &value);
    else refuse(reader, "", "has signal_types, entity_type and entity_ids", &name);
  }
}

void runRead(LoreCall *call, const LoreScanValue *signals, const LoreScanValue *scope, Run *run){
  Reader reader = { call, { NULL, 0 }, "signals", 0 };
  Groups groups = { NULL, 0, 0, NULL, 0 };
  LoreScan scan = loreScanInto(signals);
  LoreScanValue value;
  *run = (Run){ .count = 0 };
  for(; loreScanNext(&scan, NULL, &value) && !loreFailed(call); reader.index++) readDetection(&reader, &value, &groups);
  if( groups.count ) qsort(groups.signals, (size_t)groups.count, sizeof *groups.signals, compareSignals);
  run->signals = groups.signals;
  run->count = groups.count;
  reader.where = "scope";
  reader.index = -1;
  if( !loreFailed(call) ) readScope(&reader, scope, &run->scope);
}
