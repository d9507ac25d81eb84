/*
** Which operations does a workflow show? Pure: texts in, signatures out; knows no SQLite.
**
** A signature is category:tool:target. The request gives at most one, the error message any number, the
** template's name at most one: the rules are the tables in rules.c, and rules of the caller's own go
** before them. A word is whole between characters that are no Unicode letter, digit or `_`; ASCII letters
** match in any case. Texts may hold anything: a broken byte of UTF-8, or a NUL, stands between words. Time
** is linear in the texts.
*/
#ifndef LORE_PATTERNS_DETECT_H
#define LORE_PATTERNS_DETECT_H

#include <stddef.h>

enum {
  PATTERN_PART = 60,       /* most characters of a tool or a target in a rule: ASCII */
  PATTERN_SIGNATURE = 144, /* bytes of a signature that detection makes, with its NUL */
  PATTERN_MOST = 64        /* signatures of one workflow */
};

/* Where a pattern was seen. */
typedef enum PatternPlace { PATTERN_REQUEST, PATTERN_ERROR, PATTERN_TEMPLATE, PATTERN_PLACE_COUNT } PatternPlace;

extern const char *const kPatternPlaces[PATTERN_PLACE_COUNT]; /* "request", "error", "template" */

typedef struct PatternFound {
  char signature[PATTERN_SIGNATURE];
  PatternPlace place; /* the first, when it is seen in several */
} PatternFound;

#endif
