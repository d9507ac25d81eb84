/*
** The configuration is a list of members (members.h). Each part is read from it, changed, and put back as a text; the texts that
** are made live in a pool until the result is written.
*/
#include "graph/learn.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "graph/members.h"
#include "graph/number.h"

enum { SHOWN = 40 };

static const double kAlpha = 0.1;

typedef struct Lesson {
  GraphLearning *learning;
  GraphMembers whole; /* the configuration */
  GraphNames pool;
  double alpha;
  const char *at;
} Lesson;

/* A literal as the JSON string that it is. */
#define NAME(word) ((LoreScanValue){ .kind = LORE_SCAN_STRING, .text = "\"" word "\"", .length = sizeof "\"" word "\"" - 1 })

static GraphMembers noMembers(Lesson *lesson){
  return (GraphMembers){ .names = { .memory = lesson->learning->memory } };
}

/* At most SHOWN bytes, at a character. */
static int cutLength(const char *text, size_t length){
  if( length <= SHOWN ) return (int)length;
  int cut = SHOWN;
  while( cut > 0 && ((unsigned char)text[cut] & 0xc0)==0x80 ) cut--;
  return cut;
}

static int refuse(Lesson *lesson, const char *what, const LoreScanValue *value){
  snprintf(lesson->learning->problem, GRAPH_PROBLEM_SIZE, "%s, got %.*s", what, cutLength(value->text, value->length), value->text);
  return 0;
}

/* The same of what the configuration has. */
static int refuseKept(Lesson *lesson, const char *what, const LoreScanValue *value){
  lesson->learning->is_kept = 1;
  return refuse(lesson, what, value);
}

/* Keeps a text until the end. NULL: no memory. */
static const char *keep(Lesson *lesson, const char *text, size_t length){
  int number = graphNamesAdd(&lesson->pool, text, length);
  return number < 0 ? NULL : lesson->pool.names[number].text;
}

static int set(Lesson *lesson, GraphMembers *members, const LoreScanValue *name, const char *text, size_t length){
  const char *kept = keep(lesson, text, length);
  return kept && graphMembersSet(members, name, kept, length);
}

static int setNumber(Lesson *lesson, GraphMembers *members, const LoreScanValue *name, const GraphNumber *number){
  char text[GRAPH_NUMBER_SIZE];
  int length = graphNumberWrite(number, text);
  return set(lesson, members, name, text, (size_t)length);
}

/* Puts a part back that was written into a buffer, and frees that. */
static int setWritten(Lesson *lesson, GraphMembers *members, const LoreScanValue *name, LoreBuffer *text){
  if( text->failed ) lesson->learning->memory->failed = 1;
  int done = !text->failed && set(lesson, members, name, text->data, text->length);
  graphFree(lesson->learning->memory, text->data);
  return done;
}

/* A part of the configuration, which must be of this kind where it is there. 0: a problem. */
static int findPart(Lesson *lesson, const char *name, LoreScanKind kind, const char *rule, LoreScanValue *part){
  *part = (LoreScanValue){ .kind = LORE_SCAN_NULL };
  if( !graphMembersFind(&lesson->whole, name, part) || part->kind==kind ) return 1;
  return refuseKept(lesson, rule, part);
}

/* ---- counts and rates ---- */

/* What a number becomes; old is NULL where it was not there. */
typedef GraphNumber Step(const Lesson *lesson, const GraphNumber *old, const GraphNumber *given);

static GraphNumber addCount(const Lesson *lesson, const GraphNumber *old, const GraphNumber *given){
  (void)lesson;
  return old ? graphNumberSum(old, given) : *given;
}

static GraphNumber moveRate(const Lesson *lesson, const GraphNumber *old, const GraphNumber *given){
  return graphNumberOf(old ? old->real + lesson->alpha*(given->real - old->real) : given->real);
}

/* `known`: it is the number that the configuration has. */
static int refuseNumber(Lesson *lesson, const char *part, const LoreScanValue *name, const LoreScanValue *value, int known){
  char what[GRAPH_PROBLEM_SIZE/2];
  snprintf(what, sizeof what, "%s: %.*s must be, and stay, a number", part, cutLength(name->text, name->length), name->text);
  return known ? refuseKept(lesson, what, value) : refuse(lesson, what, value);
}

static int stepNumber(Lesson *lesson, GraphMembers *numbers, const char *part, const LoreScanValue *name,
                      const LoreScanValue *value, Step *step){
  GraphNumber given, old, result;
  LoreScanValue known;
  if( !graphNumberRead(value, &given) ) return refuseNumber(lesson, part, name, value, 0);
  int found = graphMembersLook(numbers, name, &known);
  if( found < 0 ) return 0;
  if( found && !graphNumberRead(&known, &old) ) return refuseNumber(lesson, part, name, &known, 1);
  result = step(lesson, found ? &old : NULL, &given);
  if( !isfinite(result.real) ) return refuseNumber(lesson, part, name, value, 0);
  return setNumber(lesson, numbers, name, &result);
}

static int stepAll(Lesson *lesson, GraphMembers *numbers, const char *part, const LoreScanValue *given, Step *step){
  LoreScanValue name, value;
  LoreScan scan = loreScanInto(given);
  while( loreScanNext(&scan, &name, &value) ){
    if( !stepNumber(lesson, numbers, part, &name, &value, step) ) return 0;
  }
  return 1;
}

/* quoted: the part's name as JSON. */
static int stepPart(Lesson *lesson, const char *part, LoreScanValue quoted, const LoreScanValue *given, Step *step){
  char rule[GRAPH_PROBLEM_SIZE/2];
  LoreScanValue old;
  snprintf(rule, sizeof rule, "%s must be a JSON object", part);
  if( given->kind!=LORE_SCAN_OBJECT ) return refuse(lesson, rule, given);
  if( !findPart(lesson, part, LORE_SCAN_OBJECT, rule, &old) ) return 0;
  GraphMembers numbers = noMembers(lesson);
  int done = graphMembersRead(&numbers, &old) && stepAll(lesson, &numbers, part, given, step);
  if( done && numbers.changed ){
    LoreBuffer text = { .reallocate = lesson->learning->memory->reallocate };
    graphMembersWrite(&numbers, NULL, &text);
    done = setWritten(lesson, &lesson->whole, &quoted, &text);
  }
  graphMembersFree(&numbers);
  return done;
}

/* ---- learned_patterns ---- */

/* The list as it is built: each pattern's text leads to its element; what is no pattern keeps its place without a name. */
static int readElement(GraphMembers *patterns, const LoreScanValue *element){
  LoreScanValue pattern = { .kind = LORE_SCAN_NULL };
  loreScanMember(element, "pattern", &pattern);
  if( element->kind==LORE_SCAN_OBJECT && pattern.kind==LORE_SCAN_STRING ){
    return graphMembersSet(patterns, &pattern, element->text, element->length);
  }
  return graphMembersAppend(patterns, element->text, element->length);
}

/* The element of a pattern that was seen once more; old has its members, none when it is new. */
static int writeElement(Lesson *lesson, GraphMembers *old, const LoreScanValue *pattern, LoreBuffer *text){
  const GraphNumber one = { .is_whole = 1, .whole = 1, .real = 1 };
  GraphNumber hits = { .is_whole = 1 };
  LoreScanValue known;
  LoreScanValue names[] = { NAME("pattern"), NAME("hits"), NAME("last_seen") };
  if( graphMembersFind(old, "hits", &known) && !graphNumberRead(&known, &hits) ){
    return refuseKept(lesson, "hits of a learned pattern must be a number", &known);
  }
  hits = graphNumberSum(&hits, &one);
  char at[GRAPH_NUMBER_SIZE];
  int length = snprintf(at, sizeof at, "\"%s\"", lesson->at);
  int done = graphMembersSet(old, &names[0], pattern->text, pattern->length)
          && setNumber(lesson, old, &names[1], &hits) && set(lesson, old, &names[2], at, (size_t)length);
  if( done ) graphMembersWrite(old, NULL, text);
  return done;
}

static int seePattern(Lesson *lesson, GraphMembers *patterns, const LoreScanValue *pattern){
  LoreScanValue element = { .kind = LORE_SCAN_NULL };
  if( pattern->kind!=LORE_SCAN_STRING ) return refuse(lesson, "each of learned_patterns must be a text", pattern);
  if( graphMembersLook(patterns, pattern, &element) < 0 ) return 0;
  GraphMembers old = noMembers(lesson);
  LoreBuffer text = { .reallocate = lesson->learning->memory->reallocate };
  int done = graphMembersRead(&old, &element) && writeElement(lesson, &old, pattern, &text);
  if( done ) done = setWritten(lesson, patterns, pattern, &text);
  else graphFree(lesson->learning->memory, text.data);
  graphMembersFree(&old);
  return done;
}

static int writePatterns(Lesson *lesson, const GraphMembers *patterns){
  LoreBuffer text = { .reallocate = lesson->learning->memory->reallocate };
  LoreScanValue name = NAME("learned_patterns");
  for(int i = 0; i < patterns->names.count; i++){
    loreBufferChar(&text, i ? ',' : '[');
    loreBufferAppend(&text, patterns->list[i].value, patterns->list[i].value_length);
  }
  loreBufferChar(&text, ']');
  return setWritten(lesson, &lesson->whole, &name, &text);
}

static int stepPatterns(Lesson *lesson, const LoreScanValue *given){
  static const char kRule[] = "learned_patterns must be a JSON array";
  LoreScanValue old, element;
  if( given->kind!=LORE_SCAN_ARRAY ) return refuse(lesson, kRule, given);
  if( !findPart(lesson, "learned_patterns", LORE_SCAN_ARRAY, kRule, &old) ) return 0;
  GraphMembers patterns = noMembers(lesson);
  int done = 1, seen = 0;
  LoreScan scan = loreScanInto(&old);
  while( done && loreScanNext(&scan, NULL, &element) ) done = readElement(&patterns, &element);
  scan = loreScanInto(given);
  for(; done && loreScanNext(&scan, NULL, &element); seen++) done = seePattern(lesson, &patterns, &element);
  if( done && seen > 0 ) done = writePatterns(lesson, &patterns);
  graphMembersFree(&patterns);
  return done;
}

/* ---- The observation ---- */

static int readAlpha(Lesson *lesson, const LoreScanValue *value){
  GraphNumber alpha;
  if( !graphNumberRead(value, &alpha) || !(alpha.real > 0 && alpha.real <= 1) ){
    return refuse(lesson, "alpha must be more than 0 and at most 1", value);
  }
  lesson->alpha = alpha.real;
  return 1;
}

static int stepMember(Lesson *lesson, const LoreScanValue *name, const LoreScanValue *value){
  if( loreScanIs(name, "counts") ) return stepPart(lesson, "counts", NAME("counts"), value, addCount);
  if( loreScanIs(name, "rates") ) return stepPart(lesson, "rates", NAME("rates"), value, moveRate);
  if( loreScanIs(name, "learned_patterns") ) return stepPatterns(lesson, value);
  if( loreScanIs(name, "alpha") ) return 1;
  return refuse(lesson, "an observation has counts, rates, alpha and learned_patterns", name);
}

static int stepObservation(Lesson *lesson, const LoreScanValue *observation){
  LoreScanValue name, value;
  if( loreScanMember(observation, "alpha", &value) && !readAlpha(lesson, &value) ) return 0;
  LoreScan scan = loreScanInto(observation);
  while( loreScanNext(&scan, &name, &value) ) if( !stepMember(lesson, &name, &value) ) return 0;
  return 1;
}

int graphLearn(GraphLearning *learning, const LoreScanValue *configuration, const LoreScanValue *observation, const char *at){
  Lesson lesson = { .learning = learning, .pool = { .memory = learning->memory }, .alpha = kAlpha, .at = at };
  lesson.whole = noMembers(&lesson);
  *learning->problem = 0;
  learning->is_kept = 0;
  int done = graphMembersRead(&lesson.whole, configuration) && stepObservation(&lesson, observation);
  learning->changed = done && lesson.whole.changed;
  if( learning->changed ) graphMembersWrite(&lesson.whole, NULL, learning->result);
  graphMembersFree(&lesson.whole);
  graphNamesFree(&lesson.pool);
  return done && !learning->result->failed;
}
