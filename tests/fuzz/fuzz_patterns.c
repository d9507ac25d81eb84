/*
** libFuzzer over detection: no crash, each signature valid and there once, in the order of the places; the case of ASCII
** letters and what surrounds a text make no difference; the figures are JSON whose files are in order.
*/
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "patterns/characteristics.h"
#include "patterns/detect.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(condition) do{ if( !(condition) ) abort(); }while( 0 )

enum { OWN = 3 };

/* The input is cut at bytes 0x01: request, error, template, then words of rules. */
static PatternText cut(const uint8_t **data, size_t *size){
  const uint8_t *end = *size ? memchr(*data, 1, *size) : NULL;
  PatternText text = { (const char*)*data, end ? (size_t)(end - *data) : *size };
  *data += text.length + (end!=NULL);
  *size -= text.length + (end!=NULL);
  return text;
}

/* A NUL-terminated copy. */
static char *copyOf(PatternText text){
  char *copy = malloc(text.length + 1);
  MUST(copy!=NULL);
  if( text.length ) memcpy(copy, text.text, text.length);
  copy[text.length] = 0;
  return copy;
}

static int findAll(const PatternRules *rules, const PatternText texts[PATTERN_PLACE_COUNT], PatternFound found[PATTERN_MOST]){
  unsigned char *scratch = malloc(patternRulesScratch(rules));
  MUST(scratch!=NULL);
  int count = patternFind(rules, texts, scratch, found);
  free(scratch);
  MUST(count >= 0 && count <= PATTERN_MOST);
  for(int i = 0; i < count; i++){
    MUST(patternSignatureValid(found[i].signature, strlen(found[i].signature)));
    MUST(i==0 || found[i].place>=found[i - 1].place);
    for(int j = 0; j < i; j++) MUST(strcmp(found[i].signature, found[j].signature)!=0);
  }
  return count;
}

static void expectSame(const PatternFound *a, int count, const PatternFound *b, int other){
  MUST(count==other);
  for(int i = 0; i < count; i++) MUST(strcmp(a[i].signature, b[i].signature)==0 && a[i].place==b[i].place);
}

/* A change of each text that detection must not see: ASCII letters in capitals, and dashes around it. */
static void tryDisguised(const PatternRules *rules, const PatternText texts[PATTERN_PLACE_COUNT], const PatternFound *found,
                         int count){
  PatternText others[PATTERN_PLACE_COUNT];
  PatternFound again[PATTERN_MOST];
  for(int i = 0; i < PATTERN_PLACE_COUNT; i++){
    size_t length = texts[i].length;
    char *copy = malloc(length + 2);
    MUST(copy!=NULL);
    copy[0] = copy[length + 1] = '-';
    for(size_t j = 0; j < length; j++){
      char c = texts[i].text[j];
      copy[j + 1] = (char)(c >= 'a' && c <= 'z' ? c - 32 : c);
    }
    others[i] = (PatternText){ copy, length + 2 };
  }
  expectSame(found, count, again, findAll(rules, others, again));
  for(int i = 0; i < PATTERN_PLACE_COUNT; i++) free((char*)(uintptr_t)others[i].text);
}

static void tryRules(const PatternRule *rules, int count, const PatternText texts[PATTERN_PLACE_COUNT]){
  PatternFound found[PATTERN_MOST];
  PatternRules *ready = malloc(patternRulesSize(rules, count));
  MUST(ready!=NULL);
  patternRulesBuild(ready, rules, count);
  int signatures = findAll(ready, texts, found);
  if( count==kPatternRuleCount ) tryDisguised(ready, texts, found, signatures);
  free(ready);
}

static void tryOwnRules(const uint8_t *data, size_t size, const PatternText texts[PATTERN_PLACE_COUNT]){
  char *words[2*OWN];
  PatternRule *rules = malloc(sizeof *rules*(size_t)(OWN + kPatternRuleCount));
  MUST(rules!=NULL);
  for(int i = 0; i < 2*OWN; i++) words[i] = copyOf(cut(&data, &size));
  for(int i = 0; i < OWN; i++){
    rules[i] = (PatternRule){ (PatternPlace)(i%PATTERN_PLACE_COUNT), words[2*i], words[2*i + 1][0] ? words[2*i + 1] : NULL,
                              "test", "own", i ? "all" : NULL };
  }
  memcpy(rules + OWN, kPatternRules, sizeof *rules*(size_t)kPatternRuleCount);
  tryRules(rules, OWN + kPatternRuleCount, texts);
  free(rules);
  for(int i = 0; i < 2*OWN; i++) free(words[i]);
}

static void tryFigures(PatternText request){
  LoreBuffer out = { .reallocate = realloc };
  PatternTraits traits = { request, (double)request.length, (long long)request.length - 3 };
  patternTraitsWrite(&traits, &out, free);
  MUST(!out.failed && strlen(out.data)==out.length && out.data[0]=='{' && out.data[out.length - 1]=='}');
  const char *last = "", *file = strstr(out.data, "\"files_mentioned\":[") + strlen("\"files_mentioned\":[");
  while( *file=='"' ){
    char *end = strchr(file + 1, '"');
    MUST(end!=NULL);
    *end = 0;
    MUST(strcmp(last, file + 1) < 0);
    last = file + 1;
    file = end + 1 + (end[1]==',');
  }
  MUST(*file==']');
  free(out.data);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size){
  PatternText texts[PATTERN_PLACE_COUNT];
  patternSignatureValid((const char*)data, size);
  for(int i = 0; i < PATTERN_PLACE_COUNT; i++) texts[i] = cut(&data, &size);
  tryRules(kPatternRules, kPatternRuleCount, texts);
  tryOwnRules(data, size, texts);
  tryFigures(texts[PATTERN_REQUEST]);
  return 0;
}
