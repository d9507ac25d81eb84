/*
** Reading pattern_rules_custom costs a statement each transaction; making the built-in rules ready costs more, and is
** done once a connection. Only where the table has rows are both made ready together.
*/
#include "patterns/customs.h"

#include <string.h>

enum { RULE_ID, RULE_FOUND_IN, RULE_WORDS, RULE_BESIDE, RULE_CATEGORY, RULE_TOOL, RULE_TARGET, RULE_COLUMNS };

static const char kCustomsKey, kBuiltInKey;

static void releaseCustoms(void *value){
  PatternCustoms *customs = value;
  for(int i = 0; i < customs->count; i++) sqlite3_free(customs->texts[i]);
  sqlite3_free(customs->texts);
  sqlite3_free(customs->rules);
  sqlite3_free(customs->ids);
  sqlite3_free(customs->ready);
  sqlite3_free(customs);
}

/* ---- One row ---- */

/* Grows one of the arrays; 0 and an error in the call when there is no memory. */
static int grow(LoreCall *call, void **array, int count, size_t size){
  void *more = sqlite3_realloc64(*array, (sqlite3_uint64)count*size);
  if( more==NULL ){
    loreNoMemory(call);
    return 0;
  }
  *array = more;
  return 1;
}

static int makeRoom(LoreCall *call, PatternCustoms *customs){
  if( customs->count < customs->capacity ) return 1;
  int capacity = customs->capacity ? 2*customs->capacity : 16;
  if( !grow(call, (void**)&customs->ids, capacity, sizeof *customs->ids) ||
      !grow(call, (void**)&customs->rules, capacity, sizeof *customs->rules) ||
      !grow(call, (void**)&customs->texts, capacity, sizeof *customs->texts) ) return 0;
  customs->capacity = capacity;
  return 1;
}

/* All texts of a row one after the other, each with its NUL; NULL for NULL in `texts`. */
static char *copyTexts(LoreCall *call, LoreStatement *row, const char *texts[RULE_COLUMNS]){
  size_t total = 1;
  for(int i = RULE_FOUND_IN; i < RULE_COLUMNS; i++){
    if( (texts[i] = loreColumnText(row, i))!=NULL ) total += strlen(texts[i]) + 1;
  }
  char *block = loreFailed(call) ? NULL : sqlite3_malloc64(total), *p = block;
  if( block==NULL ){
    loreNoMemory(call);
    return NULL;
  }
  for(int i = RULE_FOUND_IN; i < RULE_COLUMNS; i++){
    if( texts[i]==NULL ) continue;
    size_t length = strlen(texts[i]) + 1;
    texts[i] = memcpy(p, texts[i], length);
    p += length;
  }
  return block;
}

static PatternPlace placeOf(const char *found_in){
  int place = 0;
  while( place < PATTERN_PLACE_COUNT - 1 && strcmp(kPatternPlaces[place], found_in)!=0 ) place++;
  return (PatternPlace)place;
}

static void addCustom(LoreCall *call, PatternCustoms *customs, LoreStatement *row){
  const char *texts[RULE_COLUMNS] = { NULL };
  char *block = makeRoom(call, customs) ? copyTexts(call, row, texts) : NULL;
  if( block==NULL ) return;
  customs->ids[customs->count] = loreColumnInt(row, RULE_ID);
  customs->texts[customs->count] = block;
  customs->rules[customs->count] = (PatternRule){ placeOf(texts[RULE_FOUND_IN]), texts[RULE_WORDS], texts[RULE_BESIDE],
                                                  texts[RULE_CATEGORY], texts[RULE_TOOL], texts[RULE_TARGET] };
  customs->count++;
}

/* ---- All of them ---- */

static void makeReady(LoreCall *call, PatternCustoms *customs){
  int count = customs->count + kPatternRuleCount;
  if( !grow(call, (void**)&customs->rules, count, sizeof *customs->rules) ) return;
  memcpy(customs->rules + customs->count, kPatternRules, (size_t)kPatternRuleCount*sizeof *customs->rules);
  customs->ready = sqlite3_malloc64(patternRulesSize(customs->rules, count));
  if( customs->ready==NULL ){
    loreNoMemory(call);
    return;
  }
  patternRulesBuild(customs->ready, customs->rules, count);
}

static void *buildCustoms(LoreCall *call){
  PatternCustoms *customs = sqlite3_malloc64(sizeof *customs);
  if( customs==NULL ){
    loreNoMemory(call);
    return NULL;
  }
  memset(customs, 0, sizeof *customs);
  if( loreFindInt(call, SQL_PATTERN_HAS_CUSTOM_RULES) ){
    LoreStatement *rows = loreQuery(call, SQL_PATTERN_CUSTOM_RULES);
    while( loreNext(rows) ) addCustom(call, customs, rows);
  }
  if( customs->count > 0 && !loreFailed(call) ) makeReady(call, customs);
  return customs;
}

const PatternCustoms *patternCustoms(LoreCall *call){
  return loreCached(call, &kCustomsKey, buildCustoms, releaseCustoms);
}

typedef struct BuiltIn {
  int is_ready;
  void *memory[]; /* of the PatternRules */
} BuiltIn;

static const PatternRules *builtIn(LoreCall *call){
  BuiltIn *built_in = loreKept(call, &kBuiltInKey, sizeof *built_in + patternRulesSize(kPatternRules, kPatternRuleCount));
  if( built_in==NULL ) return NULL;
  PatternRules *rules = (PatternRules*)(void*)built_in->memory;
  if( !built_in->is_ready ) patternRulesBuild(rules, kPatternRules, kPatternRuleCount);
  built_in->is_ready = 1;
  return rules;
}

const PatternRules *patternRulesInForce(LoreCall *call){
  const PatternCustoms *customs = patternCustoms(call);
  if( customs==NULL ) return NULL;
  return customs->ready ? customs->ready : builtIn(call);
}
