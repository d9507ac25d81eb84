/*
** What a migration would make, compared with what the database has: before anything is written.
**
** The migrations are run in a scratch database in memory; each object that appears there is looked for
** in main. A given table (CREATE TABLE IF NOT EXISTS) that is there with its given columns is taken
** over. Everything else that is in the way is a problem, and all problems are listed at once.
*/
#ifndef LORE_SHAPE_H
#define LORE_SHAPE_H

#include "engine/engine.h"

typedef struct Shape {
  sqlite3 *scratch;
  char *problems;    /* sqlite3_malloc, NULL for none */
  const char *taken; /* " a b ": given tables that are there; lives as long as the call */
} Shape;

void shapeOpen(LoreCall *call, Shape *shape);
void shapeClose(Shape *shape);

void shapeProblem(LoreCall *call, Shape *shape, const char *text); /* adds one; NULL is none */

/* Runs a migration in the scratch database; `compare` it with main. */
void shapeMigrate(LoreCall *call, Shape *shape, const LoreMigration *migration, int compare);

/* Runs its -- down part in the scratch database, and calls back for each table or view that this
** drops. */
void shapeUndo(LoreCall *call, Shape *shape, const LoreMigration *migration,
               void (*dropped)(LoreCall *call, void *context, const char *type, const char *name), void *context);

/* Asks the scratch database: a query of statements/, NULL after an error. sqlite3_finalize ends it. */
sqlite3_stmt *shapeAsk(LoreCall *call, Shape *shape, LoreSql id);
int shapeNext(LoreCall *call, sqlite3_stmt *rows);
const char *shapeText(sqlite3_stmt *rows, int column); /* "" for NULL */

void shapeMigrateAll(LoreCall *call, Shape *shape); /* all migrations, without a comparison */

/* What stands in the way of taking over main's table of this name, as the scratch database has it: NULL for nothing. Columns that
** it lacks do not count where they can be added; *lacking says which they are ("a, b"). */
const char *shapeConflict(LoreCall *call, Shape *shape, const char *table, const char **lacking);

/* 1: main has no need of this ALTER TABLE main.<table> ADD COLUMN <column>: it is there. */
int shapeHasColumn(LoreCall *call, const char *statement);

#endif
