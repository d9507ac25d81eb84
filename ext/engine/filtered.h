/*
** What filtered.c and filtered_plan.c share: a table of which each tenant sees its own rows.
**
** A plan is a text: the columns that are asked for, '|', the conditions, '|', the order: each column is a letter from 'A' on,
** a condition has its operator before it (= is, ! IS, > more, ] from, < less, [ to), a falling order a '-' behind it. So
** "AC|=B]D|D-" reads the first and third column where the second equals ?2 and the fourth is at least ?3, falling by the fourth.
*/
#ifndef LORE_FILTERED_H
#define LORE_FILTERED_H

#include "engine/internal.h"

enum {
  FILTERED_COLUMNS = 26,
  FILTERED_STATEMENTS = 16, /* kept, of one table */
  FILTERED_PLAN = 160
};

/* One prepared statement, of a plan or of a write. */
typedef struct FilteredStatement {
  char *plan;
  sqlite3_stmt *prepared;
  int is_busy;
  unsigned used; /* when it was taken last */
} FilteredStatement;

typedef struct FilteredTable {
  sqlite3_vtab base;
  LoreBinding *binding;
  const LoreFiltered *row;
  int width;
  char *names[FILTERED_COLUMNS]; /* owned as one block: names[0] */
  unsigned turn;
  FilteredStatement statements[FILTERED_STATEMENTS];
} FilteredTable;

int loreFilteredPlan(sqlite3_vtab *base, sqlite3_index_info *plan); /* xBestIndex */

/* The SQL of a plan (sqlite3_free); NULL when there is no memory. */
char *loreFilteredRows(const FilteredTable *table, const char *plan);

/* That of a write: of the columns of the letters, from ?2 on; an update's id is ?2, its values are from ?3 on. */
char *loreFilteredInsert(const FilteredTable *table, const char *letters);
char *loreFilteredUpdate(const FilteredTable *table, const char *letters);
char *loreFilteredDelete(const FilteredTable *table, const char *letters);

int loreFilteredColumn(const FilteredTable *table, const char *name, size_t length); /* of a name that the row has */

#endif
