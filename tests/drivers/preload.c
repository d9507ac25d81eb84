/*
** Loads the extension into every connection of a program whose SQLite is a shared library and whose driver can load nothing:
**
**   cc -shared -fPIC -o preload.so preload.c -lsqlite3
**   LD_PRELOAD=./preload.so LORE=/path/to/lore.so program
*/
#include <sqlite3.h>
#include <stdlib.h>

static int load(sqlite3 *db, char **error, const struct sqlite3_api_routines *unused){
  (void)unused;
  const char *path = getenv("LORE");
  if( path==0 ) return SQLITE_OK;
  sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 1, 0);
  int rc = sqlite3_load_extension(db, path, 0, error);
  sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, 0);
  return rc;
}

__attribute__((constructor)) static void preload(void){
  sqlite3_auto_extension((void(*)(void))load);
}
