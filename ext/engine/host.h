/*
** The SQLite API as the host gives it. Loaded as an extension every routine goes through the host's
** table; linked in (-DSQLITE_CORE) it is called directly. lore.c holds the pointer.
*/
#ifndef LORE_HOST_H
#define LORE_HOST_H

#include <sqlite3ext.h>

#ifndef SQLITE_CORE
SQLITE_EXTENSION_INIT3
#endif

#ifndef SQLITE_RESULT_SUBTYPE
#define SQLITE_RESULT_SUBTYPE 0x001000000 /* 3.45; older hosts ignore it */
#endif

/* 0: the host was built without this routine (SQLITE_OMIT_…), and has no address in its table. */
#ifdef SQLITE_CORE
#define LORE_HOST_HAS(routine) 1
#else
#define LORE_HOST_HAS(routine) (sqlite3_api->routine!=NULL)
#endif

#define LORE_OLDEST_HOST 3037000 /* STRICT tables */

#endif
