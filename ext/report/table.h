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

/* All rows: label, value, note. How many. */
long long tableFigures(LoreBuffer *out, LoreStatement *rows);

/* All rows, those of one label beside each other: label, time, value. How many lines. An error in the call, where a time is
** none. */
long long tableSparks(LoreCall *call, LoreBuffer *out, int heading, LoreStatement *rows);

void tableName(LoreBuffer *out, const char *column); /* a column's name, for people: blanks for _ */

#endif
