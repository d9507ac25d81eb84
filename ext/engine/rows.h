/*
** A reader's table, as rows_plan.c declares and plans it and rows.c walks it.
*/
#ifndef LORE_ROWS_H
#define LORE_ROWS_H

#include "engine/internal.h"

typedef struct ReaderTable {
  sqlite3_vtab base;
  LoreBinding *binding;
  int width;                               /* output columns */
  int has_ranges;                          /* an argument of the kind c_from or c_to */
  /* Output column to argument, or -1: of its name, its least and its greatest value. */
  signed char equal[LORE_MAX_PARAMETERS], from[LORE_MAX_PARAMETERS], to[LORE_MAX_PARAMETERS];
} ReaderTable;

/* Looks at the columns of the row. The text of CREATE TABLE, of sqlite3_malloc; NULL when there is no memory. */
char *loreReaderDeclare(ReaderTable *table, const LoreSignature *signature);

/* 1 when an output column stands for this argument. */
int loreReaderShows(const ReaderTable *table, int argument);

int loreReaderPlan(sqlite3_vtab *base, sqlite3_index_info *plan); /* xBestIndex */

/* Puts the values of xFilter, by the letters of the plan, at the places of their arguments, of which there are
** LORE_MAX_ARGUMENTS. How many arguments these are. */
int loreReaderValues(const char *letters, int argc, sqlite3_value **argv, sqlite3_value **values);

/* The arguments, as bits, with whose values output columns are compared. */
unsigned loreReaderCompared(const char *letters);

#endif
