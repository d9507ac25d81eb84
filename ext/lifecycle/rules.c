#include "lifecycle/rules.h"

#include <stdlib.h>
#include <string.h>

#include "engine/clock.h"

const char *const kRuleNumbers[RULE_NUMBERS] = {
  "cooldown_seconds", "escalate_after_seconds", "escalate_after_count", "clear_after_seconds", "clean_runs_to_clear",
  "detection_memory_seconds",
};

/* What holds where no row says anything: one clean run clears, ids are remembered for 30 days. */
static const int64_t kStandard[RULE_NUMBERS] = { 0, NO_TIME, 0, NO_TIME, 1, 30*86400LL };

/* Room for one more row of `size` bytes; the rows as they now stand, NULL: no memory. */
static void *grow(void *rows, int count, int *capacity, size_t size){
  if( count < *capacity ) return rows;
  int more = *capacity ? 2 * *capacity : 16;
  void *grown = sqlite3_realloc64(rows, (sqlite3_uint64)more*size);
  if( grown ) *capacity = more;
  return grown;
}

/* ---- Rules ---- */

/* Where a type stands, or would. */
static int placeOf(const Rules *rules, const char *type, int *is_there){
  int low = 0, high = rules->count;
  while( low < high ){
    int middle = (low + high)/2;
    if( strcmp(rules->rows[middle].type, type) < 0 ) low = middle + 1;
    else high = middle;
  }
  *is_there = low < rules->count && strcmp(rules->rows[low].type, type)==0;
  return low;
}

int rulesPut(Rules *rules, const char *type, const int64_t numbers[RULE_NUMBERS]){
  int is_there;
  int place = placeOf(rules, type, &is_there);
  if( !is_there ){
    char *name = sqlite3_mprintf("%s", type);
    RuleRow *rows = name ? grow(rules->rows, rules->count, &rules->capacity, sizeof *rows) : NULL;
    if( rows==NULL ){
      sqlite3_free(name);
      return 0;
    }
    rules->rows = rows;
    memmove(&rows[place + 1], &rows[place], (size_t)(rules->count - place)*sizeof *rows);
    rules->count++;
    rows[place].type = name;
  }
  memcpy(rules->rows[place].numbers, numbers, sizeof rules->rows[place].numbers);
  return 1;
}

void rulesRemove(Rules *rules, const char *type){
  int is_there;
  int place = placeOf(rules, type, &is_there);
  if( !is_there ) return;
  sqlite3_free(rules->rows[place].type);
  rules->count--;
  memmove(&rules->rows[place], &rules->rows[place + 1], (size_t)(rules->count - place)*sizeof *rules->rows);
}

void rulesClear(Rules *rules){
  for(int i = 0; i < rules->count; i++) sqlite3_free(rules->rows[i].type);
  sqlite3_free(rules->rows);
  *rules = (Rules){ NULL, 0, 0 };
}

/* The row for any type: mostly the first, for names begin with letters. */
static const RuleRow *anyOf(const Rules *rules){
  for(int i = 0; i < rules->count && (unsigned char)rules->rows[i].type[0] <= '*'; i++){
    if( strcmp(rules->rows[i].type, "*")==0 ) return &rules->rows[i];
  }
  return NULL;
}

static const RuleRow *rowOf(const Rules *rules, const char *type){
  int is_there;
  int place = placeOf(rules, type, &is_there);
  return is_there ? &rules->rows[place] : NULL;
}

/* One number, and the name of the row that gave it. */
static int64_t numberOf(const RuleRow *own, const RuleRow *any, int number, const char **from){
  *from = NULL;
  for(const RuleRow *row = own ? own : any; row; row = row==any ? NULL : any){
    if( row->numbers[number]==NO_TIME ) continue;
    *from = row->type;
    return row->numbers[number];
  }
  return kStandard[number];
}

static int64_t milliseconds(int64_t seconds){
  return seconds==NO_TIME ? NO_TIME : seconds*1000;
}

void rulesFind(const Rules *rules, const char *type, SignalRule *rule){
  const char *ignored;
  const RuleRow *own = rowOf(rules, type), *any = anyOf(rules);
  rule->cooldown_ms = milliseconds(numberOf(own, any, RULE_COOLDOWN, &ignored));
  rule->escalate_after_ms = milliseconds(numberOf(own, any, RULE_AGE, &rule->age_from));
  rule->escalate_after_count = numberOf(own, any, RULE_COUNT, &rule->count_from);
  rule->clear_after_ms = milliseconds(numberOf(own, any, RULE_CLEAR, &rule->clear_from));
  rule->clean_runs_to_clear = numberOf(own, any, RULE_RUNS, &rule->runs_from);
  rule->memory_ms = milliseconds(numberOf(own, any, RULE_MEMORY, &ignored));
}

int rulesHave(const Rules *rules, int number){
  for(int i = 0; i < rules->count; i++) if( rules->rows[i].numbers[number]!=NO_TIME ) return 1;
  return 0;
}

int64_t rulesLeast(const Rules *rules, int number){
  int64_t least = kStandard[number];
  for(int i = 0; i < rules->count; i++){
    int64_t value = rules->rows[i].numbers[number];
    if( value!=NO_TIME && value < least ) least = value;
  }
  return least;
}

int64_t rulesStandard(int number){
  return kStandard[number];
}

/* ---- Mutes ---- */

static uint32_t hashOf(const char *const columns[4], unsigned mask){
  uint32_t hash = 0;
  for(int i = 0; i < 4; i++) if( mask >> i & 1 ) hash = signalHash(hash, columns[i]);
  return hash;
}

/* Copies of the columns in one block; NULL: no memory. */
static char *copyColumns(const char *const from[4], char *to[4]){
  size_t size = 1;
  for(int i = 0; i < 4; i++) size += from[i] ? strlen(from[i]) + 1 : 0;
  char *block = sqlite3_malloc64(size), *p = block;
  for(int i = 0; block && i < 4; i++){
    to[i] = from[i] ? p : NULL;
    if( from[i] ) p = strcpy(p, from[i]) + strlen(from[i]) + 1;
  }
  return block;
}

int mutesAdd(Mutes *mutes, int64_t id, const char *const columns[4], int64_t expires){
  MuteRow row = { .id = id, .expires = expires };
  MuteRow *rows = grow(mutes->rows, mutes->count, &mutes->capacity, sizeof *rows);
  if( rows==NULL ) return 0;
  mutes->rows = rows;
  row.block = copyColumns(columns, row.columns);
  if( row.block==NULL ) return 0;
  for(unsigned i = 0; i < 4; i++) if( columns[i] ) row.mask |= 1u << i;
  row.hash = hashOf(columns, row.mask);
  rows[mutes->count++] = row;
  mutes->masks |= 1u << row.mask;
  mutes->is_sorted = 0;
  return 1;
}

int mutesPut(Mutes *mutes, int64_t id, const char *const columns[4], int64_t expires){
  mutesRemove(mutes, id);
  return mutesAdd(mutes, id, columns, expires);
}

/* The mask's bit may stay: it only costs a look. */
void mutesRemove(Mutes *mutes, int64_t id){
  for(int i = 0; i < mutes->count; i++){
    if( mutes->rows[i].id!=id ) continue;
    sqlite3_free(mutes->rows[i].block);
    mutes->rows[i] = mutes->rows[--mutes->count];
    mutes->is_sorted = 0;
    return;
  }
}

void mutesClear(Mutes *mutes){
  for(int i = 0; i < mutes->count; i++) sqlite3_free(mutes->rows[i].block);
  sqlite3_free(mutes->rows);
  *mutes = (Mutes){ NULL, 0, 0, 0, 0 };
}

static int compareMutes(const void *left, const void *right){
  const MuteRow *a = left, *b = right;
  if( a->mask!=b->mask ) return a->mask < b->mask ? -1 : 1;
  return (a->hash > b->hash) - (a->hash < b->hash);
}

static int columnsFit(const MuteRow *mute, const char *const columns[4]){
  for(int i = 0; i < 4; i++) if( mute->columns[i] && strcmp(mute->columns[i], columns[i])!=0 ) return 0;
  return 1;
}

/* Takes in one that matches; the one that ends last counts. */
static void add(Muting *muting, const MuteRow *mute){
  if( !muting->is_muted ) *muting = (Muting){ 1, mute->expires };
  else if( muting->until!=NO_TIME && (mute->expires==NO_TIME || mute->expires > muting->until) ) muting->until = mute->expires;
}

static void findMask(const Mutes *mutes, unsigned mask, const char *const columns[4], int64_t at, Muting *muting){
  MuteRow wanted = { .mask = mask, .hash = hashOf(columns, mask) };
  int low = 0, high = mutes->count;
  while( low < high ){
    int middle = (low + high)/2;
    if( compareMutes(&mutes->rows[middle], &wanted) < 0 ) low = middle + 1;
    else high = middle;
  }
  for(; low < mutes->count && compareMutes(&mutes->rows[low], &wanted)==0; low++){
    const MuteRow *mute = &mutes->rows[low];
    if( (mute->expires==NO_TIME || mute->expires > at) && columnsFit(mute, columns) ) add(muting, mute);
  }
}

void mutesFind(Mutes *mutes, const SignalRecord *record, int64_t at, Muting *muting){
  const char *const columns[4] = { record->key, record->entity_type, record->entity_id, record->type };
  *muting = (Muting){ 0, NO_TIME };
  if( !mutes->is_sorted && mutes->count ) qsort(mutes->rows, (size_t)mutes->count, sizeof *mutes->rows, compareMutes);
  mutes->is_sorted = 1;
  for(unsigned mask = 0; mutes->count && mask < 16; mask++){
    if( mutes->masks >> mask & 1 ) findMask(mutes, mask, columns, at, muting);
  }
}

/* ---- Those of the file ---- */

static const char kRulesKey, kMutesKey;

static void releaseRules(void *rules){
  rulesClear(rules);
  sqlite3_free(rules);
}

static void releaseMutes(void *mutes){
  mutesClear(mutes);
  sqlite3_free(mutes);
}

static void *buildRules(LoreCall *call){
  Rules *rules = sqlite3_malloc64(sizeof *rules);
  if( rules==NULL ){
    loreNoMemory(call);
    return NULL;
  }
  *rules = (Rules){ NULL, 0, 0 };
  LoreStatement *rows = loreQuery(call, SQL_RULE_ROWS);
  while( loreNext(rows) ){
    int64_t numbers[RULE_NUMBERS];
    for(int i = 0; i < RULE_NUMBERS; i++) numbers[i] = loreColumnGiven(rows, i + 1) ? loreColumnInt(rows, i + 1) : NO_TIME;
    const char *type = loreColumnText(rows, 0);
    if( type && !rulesPut(rules, type, numbers) ) loreNoMemory(call);
  }
  return rules;
}

static int64_t timeOf(LoreStatement *rows, int column){
  LoreTime time = NO_TIME;
  const char *text = loreColumnText(rows, column);
  if( text ) loreTimeParse(text, loreColumnLength(rows, column), &time);
  return time;
}

static void *buildMutes(LoreCall *call){
  Mutes *mutes = sqlite3_malloc64(sizeof *mutes);
  if( mutes==NULL ){
    loreNoMemory(call);
    return NULL;
  }
  *mutes = (Mutes){ NULL, 0, 0, 0, 0 };
  LoreStatement *rows = loreQuery(call, SQL_MUTE_ROWS);
  while( loreNext(rows) ){
    const char *columns[4];
    for(int i = 0; i < 4; i++) columns[i] = loreColumnText(rows, i + 1);
    if( !mutesAdd(mutes, loreColumnInt(rows, 0), columns, timeOf(rows, 5)) ) loreNoMemory(call);
  }
  return mutes;
}

const Rules *rulesOf(LoreCall *call){
  return loreCached(call, &kRulesKey, buildRules, releaseRules);
}

Mutes *mutesOf(LoreCall *call){
  return loreCached(call, &kMutesKey, buildMutes, releaseMutes);
}

void mutesChanged(LoreCall *call){
  loreCacheDrop(call, &kMutesKey);
}
