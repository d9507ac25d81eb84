/*
** Times of given tables in another form than YYYY-MM-DDTHH:MM:SS.sssZ: found, and written anew.
**
** Which columns hold times, their subsystem says (LoreSubsystem.times). What is no time in any form is left as it is.
*/
#ifndef LORE_ADMIN_TIMES_H
#define LORE_ADMIN_TIMES_H

#include "engine/engine.h"

/* A column of times. */
typedef struct TimeColumn {
  const char *table, *column;
} TimeColumn;

/* The columns of a list, one after the other: 1 and the next one, of those that main has; *list moves on. 0: no more. */
int timesNext(LoreCall *call, const char **list, TimeColumn *column);

sqlite3_int64 timesCount(LoreCall *call, const char *table); /* values in another form */

int timesReadable(LoreCall *call, const TimeColumn *column); /* 1: one of those can be read, so that lore_adopt rewrites it */

void timesRewrite(LoreCall *call, const char **done); /* all tables; adds what was done to a text of the call */

#endif
