/*
** sqlite-lore: agent, collector and monitor state inside SQLite.
**
** Loaded as an extension, SQLite finds the entry point by itself. Linked into a program (compiled with
** -DSQLITE_CORE), register it for every new connection:
**
**   sqlite3_auto_extension((void(*)(void))sqlite3_lore_init);
**
** or call it with a connection and NULL. It only registers: no table, file or lock is made.
*/
#ifndef LORE_H
#define LORE_H

#include <sqlite3.h>

#ifdef __cplusplus
extern "C" {
#endif

struct sqlite3_api_routines;

/* SQLITE_OK, also when this version is loaded already. Otherwise *error (sqlite3_free) says why. */
int sqlite3_lore_init(sqlite3 *db, char **error, const struct sqlite3_api_routines *api);

#ifdef __cplusplus
}
#endif

#endif
