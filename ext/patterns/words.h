/*
** Words in a text: characters, their classes, runs of them. Pure: knows no SQLite.
**
** A text may hold anything: a byte that is not UTF-8 is a character of no class. Letters and digits are
** Unicode's categories L and N. Nothing here looks at the locale, and every step takes constant time.
*/
#ifndef LORE_PATTERNS_WORDS_H
#define LORE_PATTERNS_WORDS_H

#include <stddef.h>
#include <stdint.h>

/* Part of a text, not NUL-terminated; text NULL: absent. */
typedef struct PatternText {
  const char *text;
  size_t length; /* bytes */
} PatternText;

typedef enum PatternClass { PATTERN_OTHER, PATTERN_WHITE, PATTERN_UNDERSCORE, PATTERN_LETTER } PatternClass;

typedef struct PatternChar {
  int32_t code; /* in lower case; -1: a byte that is not UTF-8 */
  unsigned char size; /* bytes */
  PatternClass class; /* PATTERN_LETTER: a digit too */
} PatternChar;

/* The character at `at`, which is less than the text's length. Only ASCII has ASCII as its lower case. */
PatternChar patternCharAt(PatternText text, size_t at);

/* The next run of characters from *at on whose class is `least` or above: PATTERN_LETTER for letters and digits,
** PATTERN_UNDERSCORE for words. *at moves behind it. 0: no more. */
int patternNextRun(PatternText text, PatternClass least, size_t *at, PatternText *run);

/* Order of two texts by their lower case: below, at or above 0. */
int patternCompare(PatternText left, PatternText right);

#endif
