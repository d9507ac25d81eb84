/*
** The value at the earliest or the latest time, over all rows or over a moving window. Pure: knows no SQLite.
**
** Rows leave in the order in which they came. Of those that are there only candidates are kept: a row that is beaten by one
** that came later will never be the answer. So each row comes and goes once, and the first candidate is the answer.
*/
#ifndef LORE_METRICS_ENDS_H
#define LORE_METRICS_ENDS_H

#include <stddef.h>
#include <stdint.h>

#include "engine/moments.h"

typedef enum EndsKind { ENDS_NUMBER, ENDS_TEXT, ENDS_BLOB } EndsKind; /* in SQLite's order */

typedef struct EndsValue {
  int64_t ts;
  EndsKind kind;
  LoreNumber number;
  const char *bytes; /* of text or blob */
  size_t length;
} EndsValue;

typedef struct EndsRow {
  EndsValue value; /* bytes are its own */
  int64_t number;  /* of the row */
} EndsRow;

/* Zeroed memory is no row; set the first three before the first one. reallocate: never called with 0 bytes. */
typedef struct Ends {
  int latest; /* the latest time, and of equals the greatest value; else the earliest and the least */
  void *(*reallocate)(void *old, size_t bytes);
  void (*release)(void *);
  EndsRow *rows; /* candidates from `head` on; in a window later ones are worse */
  size_t head, count, room;
  int64_t came, gone;
} Ends;

int endsAdd(Ends *ends, const EndsValue *value); /* copies bytes; 0: no memory, nothing has changed */
void endsRemoveOldest(Ends *ends);
const EndsValue *endsValue(const Ends *ends); /* NULL: no row */
void endsFree(Ends *ends);

#endif
