/*
** Which operations does a workflow show? Pure: texts in, signatures out; knows no SQLite.
**
** A signature is category:tool:target. The request gives at most one, the error message any number, the
** template's name at most one. The rules are the table in rules.c; a caller may put rules of its own before
** them. Words are matched whole and in any case, as words.h says; a blank in a rule's word stands for any white
** space. Time is linear in the texts.
*/
#ifndef LORE_PATTERNS_DETECT_H
#define LORE_PATTERNS_DETECT_H

#include "patterns/words.h"

enum {
  PATTERN_PART = 60,       /* most characters of a rule's tool or target: ASCII */
  PATTERN_SIGNATURE = 144, /* bytes of a signature that detection makes, with its NUL */
  PATTERN_MOST = 64        /* signatures of one workflow */
};

/* Where a pattern was seen. A template's words end at `_` too, and a blank in a rule's word stands for whatever
** is between two of them. */
typedef enum PatternPlace { PATTERN_REQUEST, PATTERN_ERROR, PATTERN_TEMPLATE, PATTERN_PLACE_COUNT } PatternPlace;

extern const char *const kPatternPlaces[PATTERN_PLACE_COUNT]; /* "request", "error", "template" */

/* ---- Rules ---- */

/* Of the request and of the template the first rule counts whose words are there; of the error message each. */
typedef struct PatternRule {
  PatternPlace place;
  const char *words;  /* "pytest|py.test": one of them is there; each starts and ends with a word character */
  const char *beside; /* and one of these; NULL: that is all */
  const char *category, *tool; /* both NULL: the rule names the target of others, or, without target, ends the search */
  const char *target; /* NULL: that of the first rule that names one */
} PatternRule;

extern const PatternRule kPatternRules[];
extern const int kPatternRuleCount;

/* Rules made ready, in the caller's memory of patternRulesSize bytes (aligned as for a pointer). `rules` are
** borrowed, and must stay. */
typedef struct PatternRules PatternRules;

size_t patternRulesSize(const PatternRule *rules, int count);
void patternRulesBuild(PatternRules *memory, const PatternRule *rules, int count);
size_t patternRulesScratch(const PatternRules *rules); /* bytes that patternFind needs */

/* ---- Signatures ---- */

typedef struct PatternFound {
  char signature[PATTERN_SIGNATURE];
  PatternPlace place; /* the first, when it is seen in several */
} PatternFound;

/* The signatures of the three texts, each once, in the order of the places and of the rules. Returns how many;
** those beyond PATTERN_MOST are counted and not written. */
int patternFind(const PatternRules *rules, const PatternText texts[PATTERN_PLACE_COUNT], unsigned char *scratch,
                PatternFound found[PATTERN_MOST]);

/* Has it the form category:tool:target, of three parts that are not empty, the first one of the known
** categories? 0 also for more than 200 characters, and for what is not UTF-8 without NUL. */
int patternSignatureValid(const char *signature, size_t length);

#endif
