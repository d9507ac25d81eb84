/*
** The words of all rules stand in one array, sorted by place and first word ("git" of "git diff"). A text is
** walked once, word by word: what starts with this word is found by bisection, the rest of it is compared, and
** the rule is marked. Then the marked rules are read in their order.
*/
#include "patterns/detect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/text.h"

/* What is marked for a rule. */
enum { HAS_WORDS = 1, HAS_BESIDE = 2 };

typedef struct Word {
  PatternText text;
  size_t first; /* bytes of its first word */
  PatternPlace place;
  int rule;
  unsigned char mark;
} Word;

struct PatternRules {
  const PatternRule *rules;
  int rule_count, word_count;
  Word words[];
};

/* ---- Making rules ready ---- */

/* The class from which on a character belongs to a word. */
static PatternClass leastOf(PatternPlace place){
  return place==PATTERN_TEMPLATE ? PATTERN_LETTER : PATTERN_UNDERSCORE;
}

static int countWords(const char *list){
  int count = list!=NULL;
  for(const char *p = list; p && *p; p++) count += *p=='|';
  return count;
}

size_t patternRulesSize(const PatternRule *rules, int count){
  size_t words = 0;
  for(int i = 0; i < count; i++) words += (size_t)(countWords(rules[i].words) + countWords(rules[i].beside));
  return sizeof(PatternRules) + words*sizeof(Word);
}

static void addWords(PatternRules *ready, int rule, const char *list, unsigned char mark){
  PatternPlace place = ready->rules[rule].place;
  for(const char *p = list; p; p = p[strcspn(p, "|")]=='|' ? p + strcspn(p, "|") + 1 : NULL){
    PatternText text = { p, strcspn(p, "|") }, first;
    size_t at = 0;
    if( !patternNextRun(text, leastOf(place), &at, &first) || first.text!=p ) continue; /* starts with no word character */
    ready->words[ready->word_count++] = (Word){ text, first.length, place, rule, mark };
  }
}

static int compareWords(const void *left, const void *right){
  const Word *a = left, *b = right;
  if( a->place!=b->place ) return a->place < b->place ? -1 : 1;
  int order = patternCompare((PatternText){ a->text.text, a->first }, (PatternText){ b->text.text, b->first });
  return order ? order : (a->rule > b->rule) - (a->rule < b->rule);
}

void patternRulesBuild(PatternRules *memory, const PatternRule *rules, int count){
  *memory = (PatternRules){ .rules = rules, .rule_count = count };
  for(int i = 0; i < count; i++){
    addWords(memory, i, rules[i].words, HAS_WORDS);
    addWords(memory, i, rules[i].beside, HAS_BESIDE);
  }
  qsort(memory->words, (size_t)memory->word_count, sizeof(Word), compareWords);
}

size_t patternRulesScratch(const PatternRules *rules){
  return (size_t)rules->rule_count + 1; /* some memory even for no rule */
}

/* ---- Walking over a text ---- */

/* The first of the words of this place that starts with `first`, or with something behind it. */
static int lowerBound(const PatternRules *ready, PatternPlace place, PatternText first){
  int low = 0, high = ready->word_count;
  while( low < high ){
    int middle = low + (high - low)/2;
    const Word *word = &ready->words[middle];
    int below = word->place!=place ? word->place < place
                                   : patternCompare((PatternText){ word->text.text, word->first }, first) < 0;
    if( below ) low = middle + 1;
    else high = middle;
  }
  return low;
}

/* Where what separates two words ends: white space, in a template anything. */
static size_t skipGap(PatternPlace place, PatternText text, size_t at){
  PatternChar c;
  while( at < text.length ){
    c = patternCharAt(text, at);
    if( place==PATTERN_TEMPLATE ? c.class==PATTERN_LETTER : c.class!=PATTERN_WHITE ) break;
    at += c.size;
  }
  return at;
}

/* Does the rest of a word stand at `at`, where its first word has ended, and end there as a whole word? */
static int restIsThere(const Word *word, PatternText text, size_t at){
  size_t i = word->first;
  while( i < word->text.length ){
    if( word->text.text[i]==' ' ){
      size_t end = skipGap(word->place, text, at);
      if( end==at ) return 0;
      at = end;
      while( i < word->text.length && word->text.text[i]==' ' ) i++;
      continue;
    }
    if( at >= text.length ) return 0;
    PatternChar expected = patternCharAt(word->text, i), c = patternCharAt(text, at);
    if( c.code < 0 || c.code!=expected.code ) return 0;
    i += expected.size;
    at += c.size;
  }
  return at==text.length || patternCharAt(text, at).class < leastOf(word->place);
}

static void markRules(const PatternRules *ready, PatternPlace place, PatternText text, unsigned char *marks){
  PatternText first;
  for(size_t at = 0; text.text && patternNextRun(text, leastOf(place), &at, &first); ){
    for(int i = lowerBound(ready, place, first); i < ready->word_count; i++){
      const Word *word = &ready->words[i];
      if( word->place!=place || patternCompare((PatternText){ word->text.text, word->first }, first)!=0 ) break;
      if( (marks[word->rule] & word->mark)==0 && restIsThere(word, text, at) ) marks[word->rule] |= word->mark;
    }
  }
}

/* ---- Reading the marks ---- */

static int holds(const PatternRule *rule, unsigned char marks){
  return (marks & HAS_WORDS) && (rule->beside==NULL || (marks & HAS_BESIDE));
}

static int namesTarget(const PatternRule *rule){
  return rule->category==NULL && rule->target!=NULL;
}

static const char *targetOf(const PatternRules *ready, const unsigned char *marks){
  for(int i = 0; i < ready->rule_count; i++){
    if( namesTarget(&ready->rules[i]) && holds(&ready->rules[i], marks[i]) ) return ready->rules[i].target;
  }
  return "all";
}

/* Adds a signature unless it is there; the new count. */
static int add(const PatternRule *rule, const char *target, PatternFound *found, int count){
  PatternFound one = { .place = rule->place };
  snprintf(one.signature, sizeof one.signature, "%s:%s:%s", rule->category, rule->tool, target);
  for(int i = 0; i < count && i < PATTERN_MOST; i++){
    if( strcmp(found[i].signature, one.signature)==0 ) return count;
  }
  if( count < PATTERN_MOST ) found[count] = one;
  return count + 1;
}

int patternFind(const PatternRules *rules, const PatternText texts[PATTERN_PLACE_COUNT], unsigned char *scratch,
                PatternFound found[PATTERN_MOST]){
  int count = 0;
  memset(scratch, 0, patternRulesScratch(rules));
  for(int place = 0; place < PATTERN_PLACE_COUNT; place++) markRules(rules, (PatternPlace)place, texts[place], scratch);

  const char *target = targetOf(rules, scratch);
  for(int place = 0; place < PATTERN_PLACE_COUNT; place++){
    for(int i = 0; i < rules->rule_count; i++){
      const PatternRule *rule = &rules->rules[i];
      if( (int)rule->place!=place || namesTarget(rule) || !holds(rule, scratch[i]) ) continue;
      if( rule->category ) count = add(rule, rule->target ? rule->target : target, found, count);
      if( place!=PATTERN_ERROR ) break;
    }
  }
  return count;
}

/* ---- The form of a signature ---- */

int patternSignatureValid(const char *signature, size_t length){
  enum { MOST_CHARACTERS = 200 };
  static const char kCategories[] = "test|build|format|git|deps|docs|sdlc|patch|deploy|review";
  char category[8] = "";
  const char *end = signature + length, *first = memchr(signature, ':', length);
  const char *second = first ? memchr(first + 1, ':', (size_t)(end - first - 1)) : NULL;
  if( second==NULL || first==signature || second==first + 1 || second + 1==end ) return 0;
  if( memchr(second + 1, ':', (size_t)(end - second - 1)) || memchr(signature, 0, length) ) return 0;
  if( !loreUtf8Valid(signature, length) || loreUtf8Length(signature, length) > MOST_CHARACTERS ) return 0;
  if( (size_t)(first - signature) >= sizeof category ) return 0;
  memcpy(category, signature, (size_t)(first - signature));
  return loreWordIn(category, kCategories);
}
