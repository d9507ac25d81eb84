/*
** Rows of an export go into their tables.
**
** A table's statement is made from the columns that the header lists for it; each row must have just these, in that order, which
** is how lore_export writes them. Triggers of the file are off meanwhile: what they make of a row is in the export too.
*/
#ifndef LORE_ADMIN_LOAD_H
#define LORE_ADMIN_LOAD_H

#include "engine/engine.h"
#include "engine/scan.h"

/* What happens to a row whose key is there already. */
typedef enum LoadMode {
  LOAD_SKIP,    /* it stays as it is */
  LOAD_MERGE,   /* it gets the values of the export, in the columns of the export */
  LOAD_REPLACE, /* there is none: the tables of the export are emptied first */
  LOAD_DRY      /* as LOAD_SKIP, and the caller undoes it */
} LoadMode;

LoadMode loadModeOf(const char *word); /* skip, merge, replace, dry-run; NULL is skip */
const char *loadModeWord(LoadMode mode);

typedef struct LoadTarget {
  const char *name;
  const char **columns;
  int count;
  sqlite3_int64 rows;    /* as the header says */
  sqlite3_int64 loaded;
  sqlite3_int64 before;  /* rows of the table */
  LoreStatement *insert; /* NULL until its first row */
} LoadTarget;

typedef struct Load {
  LoadMode mode;
  LoadTarget *targets;
  int count;
  int last;               /* target of the row before */
  sqlite3_int64 line;     /* number of the present one */
  sqlite3_int64 rows, written;
  sqlite3_int64 added;    /* in loadEnd: of those that were written, the new ones */
  LoreScanValue sequences;
  sqlite3 *silenced;      /* whose triggers have been turned off; NULL: none */
  char *room;             /* sqlite3_malloc: the decoded texts of a row */
  size_t capacity;
} Load;

void loadBegin(LoreCall *call, Load *load, const LoreScanValue *header); /* the line's object; its text must stay */
void loadRow(LoreCall *call, Load *load, const LoreScanValue *row);      /* a line's object */
void loadEnd(LoreCall *call, Load *load); /* compares what came with what the header says; writes the sequences */
void loadFree(Load *load); /* after an error too */

/* The result of an import, which lives as long as the call; NULL after an error. */
const char *loadAnswer(LoreCall *call, sqlite3_int64 rows, sqlite3_int64 added, sqlite3_int64 changed);

/* Its last step: the event, when it was no dry run. */
void loadAudit(LoreCall *call, LoadMode mode, const char *done);

#endif
