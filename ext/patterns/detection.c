/*
** Detection as SQL: the pure cores (detect.h, characteristics.h) over workflow documents, and the rules in force.
*/
#include <string.h>

#include "engine/json.h"
#include "patterns/customs.h"
#include "patterns/patterns.h"
#include "patterns/workflow.h"

/* ---- For the rest of the subsystem ---- */

int patternDetect(LoreCall *call, const char *workflow, size_t length, PatternFound found[PATTERN_MOST]){
  PatternWorkflow read;
  patternWorkflowRead(call, workflow, length, &read);
  const PatternRules *rules = patternRulesInForce(call);
  unsigned char *scratch = rules ? loreAllocate(call, patternRulesScratch(rules)) : NULL;
  if( scratch==NULL || loreFailed(call) ) return 0;
  int count = patternFind(rules, read.texts, scratch, found);
  if( count <= PATTERN_MOST ) return count;
  loreRefuse(call, LORE_REFUSED, "the rules find %d patterns in one workflow, at most %d may be", count, PATTERN_MOST);
  return 0;
}

const char *patternCharacteristics(LoreCall *call, const char *workflow, size_t length){
  PatternWorkflow read;
  LoreBuffer json = { .reallocate = loreReallocate };
  patternWorkflowRead(call, workflow, length, &read);
  if( loreFailed(call) ) return NULL;
  PatternTraits traits = { read.texts[PATTERN_REQUEST], read.duration_seconds, read.error_count };
  patternTraitsWrite(&traits, &json, sqlite3_free);
  if( json.failed ) loreNoMemory(call);
  char *kept = loreAllocate(call, json.length + 1);
  if( kept ) memcpy(kept, json.data, json.length + 1);
  sqlite3_free(json.data);
  return kept;
}

/* ---- Functions ---- */

/* The document that a call was given; NULL for what is no object but may stand for none: NULL, '' and JSON's null. */
static const char *givenWorkflow(LoreCall *call){
  const char *text = loreText(call, 0);
  return text && text[strspn(text, " \t\r\n")]=='{' ? text : NULL;
}

void patternSignatures(LoreCall *call){
  PatternFound found[PATTERN_MOST];
  const char *workflow = givenWorkflow(call);
  if( workflow==NULL ) return;
  int count = patternDetect(call, workflow, loreTextLength(call, 0), found);
  LoreJson *json = loreJsonArray(call);
  for(int i = 0; i < count; i++) loreJsonAddText(call, json, NULL, found[i].signature);
  loreJsonResult(call, json);
}

void patternCharacteristicsOf(LoreCall *call){
  const char *workflow = givenWorkflow(call);
  if( workflow ) loreResultJson(call, patternCharacteristics(call, workflow, loreTextLength(call, 0)));
}

void patternIsSignature(LoreCall *call){
  const char *signature = loreText(call, 0);
  loreResultInt(call, signature ? patternSignatureValid(signature, loreTextLength(call, 0)) : 0);
}

/* ---- Readers ---- */

void patternDetectRows(LoreCall *call){
  PatternFound found[PATTERN_MOST];
  const char *workflow = givenWorkflow(call);
  int count = workflow ? patternDetect(call, workflow, loreTextLength(call, 0), found) : 0;
  for(int i = 0; i < count; i++){
    const char *category = found[i].signature, *tool = strchr(category, ':') + 1, *target = strchr(tool, ':') + 1;
    loreRowInt(call, i + 1);
    loreRowText(call, category);
    loreRowTextLength(call, category, (size_t)(tool - category) - 1);
    loreRowTextLength(call, tool, (size_t)(target - tool) - 1);
    loreRowText(call, target);
    loreRowText(call, kPatternPlaces[found[i].place]);
  }
}

/* `id` is NULL for a built-in rule. */
static void ruleRow(LoreCall *call, int position, const sqlite3_int64 *id, const PatternRule *rule){
  loreRowInt(call, position);
  if( id ) loreRowInt(call, *id);
  else loreRowText(call, NULL);
  loreRowText(call, kPatternPlaces[rule->place]);
  loreRowText(call, rule->words);
  loreRowText(call, rule->beside);
  loreRowText(call, rule->category);
  loreRowText(call, rule->tool);
  loreRowText(call, rule->target);
}

void patternRuleRows(LoreCall *call){
  const PatternCustoms *customs = patternCustoms(call);
  if( customs==NULL ) return;
  for(int i = 0; i < customs->count; i++) ruleRow(call, i + 1, &customs->ids[i], &customs->rules[i]);
  for(int i = 0; i < kPatternRuleCount; i++) ruleRow(call, customs->count + i + 1, NULL, &kPatternRules[i]);
}
