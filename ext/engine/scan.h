/*
** Walks a JSON text that has been found valid (an argument of type json, object or array), one value
** at a time, and shows where each stands: nothing is built, and a nested value can be kept just as it
** was written. Pure: knows no SQLite. To make or to search a document there is json.h. What it shows of a text that is not
** valid means nothing, but it never reads beyond the end, and every walk ends.
*/
#ifndef LORE_SCAN_H
#define LORE_SCAN_H

#include <stddef.h>

typedef enum LoreScanKind {
  LORE_SCAN_NULL, LORE_SCAN_TRUE, LORE_SCAN_FALSE, LORE_SCAN_NUMBER, LORE_SCAN_STRING, LORE_SCAN_ARRAY, LORE_SCAN_OBJECT
} LoreScanKind;

/* A value as it stands in the text: a string with its quotes, an object with its braces. */
typedef struct LoreScanValue {
  LoreScanKind kind;
  int has_escapes; /* a string with a backslash */
  const char *text;
  size_t length;
} LoreScanValue;

/* What comes next inside an array or object. */
typedef struct LoreScan {
  const char *next, *end;
  int is_object;
} LoreScan;

/* 1 when the text is one value in strict JSON (RFC 8259) and nothing in it is nested deeper than 64. 0 says nothing: ask a
** parser. */
int loreScanIsPlain(const char *text, size_t length);

/* The value that the text is. 0 when there is none. */
int loreScanText(const char *text, size_t length, LoreScanValue *value);

/* The elements of an array, the members of an object; none of anything else. */
LoreScan loreScanInto(const LoreScanValue *value);

/* 1 and the next element, with its name in an object (name may be NULL where there is none to have); in an array the
** name is empty. 0 at the end. */
int loreScanNext(LoreScan *scan, LoreScanValue *name, LoreScanValue *value);

/* 1 and the value of an object's member of this name, the last of them; 0, and the value is left as it was: there is none. */
int loreScanMember(const LoreScanValue *object, const char *name, LoreScanValue *value);

/* 1 when a string is this text, with or without escapes. */
int loreScanIs(const LoreScanValue *string, const char *text);

/* Decodes a string into `to`, which has room for its length, and ends it with NUL. The bytes written; -1 when it holds
** U+0000 or half a surrogate pair. */
long loreScanDecode(const LoreScanValue *string, char *to);

#endif
