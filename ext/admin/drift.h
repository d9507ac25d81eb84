/*
** Schema drift: what the applied migrations have made, compared with what the file has.
**
** The migrations are run in the scratch database of shape.h; each object there must be in main with the same definition, blanks
** and case aside. A table that was taken over keeps its own NOT NULLs, defaults and constraints, and its index of one of our
** names may have fewer columns; a given view may be somebody else's. What main has more is nobody's trouble.
*/
#ifndef LORE_ADMIN_DRIFT_H
#define LORE_ADMIN_DRIFT_H

#include "admin/shape.h"
#include "engine/engine.h"

/* Called for each trouble. fix: SQL, or NULL. table: whose trouble it is (or of which view), when that makes its columns unsafe to
** read; else NULL. */
typedef void DriftFound(LoreCall *call, void *context, const char *severity, const char *object, const char *problem,
                        const char *fix, const char *table);

typedef struct Drift {
  Shape shape;
  DriftFound *found;
  void *context;
} Drift;

void driftOpen(LoreCall *call, Drift *drift, DriftFound *found, void *context);
void driftFind(LoreCall *call, Drift *drift, const char *types); /* of objects of these types: "table|view" */
void driftClose(Drift *drift);                                   /* after an error too */

int driftIsGiven(const char *name); /* 1: other software may have made it, so it may be there already */

/* The statement that gives a table a column of the schema. *embedded becomes 1 when it is our own text. */
const char *driftAddColumn(LoreCall *call, const char *table, const char *column, const char *type, int *embedded);

int driftSame(const char *a, const char *b); /* 1 when two definitions differ in blanks and in case only. Pure. */

#endif
