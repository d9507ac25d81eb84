/*
** The tables that the embedded schema makes, in the order in which they can be filled: what others stand on comes first.
*/
#ifndef LORE_ADMIN_TABLES_H
#define LORE_ADMIN_TABLES_H

#include "engine/engine.h"

enum { TABLE_NAME_SIZE = 128 };

typedef struct Tables {
  char plan[LORE_MIGRATION_COUNT]; /* migrations that are still to be looked at */
  const char *next;                /* in the list of the present one */
  const char *subsystem;           /* of the table */
  char name[TABLE_NAME_SIZE];
} Tables;

/* Of one subsystem, or of all (NULL). */
void tablesBegin(Tables *tables, const char *subsystem);
int tablesNext(Tables *tables); /* 1: name and subsystem are those of the next one; 0: no more */

int tablesHave(const char *name); /* 1 when it is one of them */

#endif
