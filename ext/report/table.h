/*
** Rows of a query as HTML: a table, large figures, or lines of series.
*/
#ifndef LORE_REPORT_TABLE_H
#define LORE_REPORT_TABLE_H

#include "engine/engine.h"
#include "report/markup.h"

/* A table that is being written. Zero it, but for `out`, the id of its heading, and the most rows. */
typedef struct Table {
  LoreBuffer *out;
  int heading; /* its number */
  int max_rows;
  unsigned long long numbers; /* columns that hold numbers in the first row, a bit each */
  long long rows; /* so far; those above the most are counted only */
} Table;

void tableRow(Table *table, LoreStatement *rows); /* the first one writes the head, too */
void tableEnd(Table *table);

/* Rows of label, value and note: the first `most` of them. How many there are. */
long long tableFigures(LoreBuffer *out, int most, LoreStatement *rows);

/* Rows of label, time and value, those of one label beside each other: the first `most` lines. How many there are. An error in
** the call, where a time is none. */
long long tableSparks(LoreCall *call, LoreBuffer *out, int heading, int most, LoreStatement *rows);

/* "The first 50 of 1,200 rows", where there are more than are shown. */
void tableMore(LoreBuffer *out, int most, long long count, const char *of_what);

void tableName(LoreBuffer *out, const char *column); /* a column's name, for people: blanks for _ */

#endif
