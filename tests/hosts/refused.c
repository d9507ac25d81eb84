/*
** A host that can't have the extension: loading it is an error that says why, as often as it is tried; it leaves nothing
** behind, and the connection works on and closes.
**
** refused PATH 'MESSAGE': the path of the extension, and what the error must be.
*/
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

enum { TIMES = 2 };

static int failures;

static void expect(int ok, const char *what, const char *detail){
  if( ok ) return;
  failures++;
  fprintf(stderr, "%s: %s\n", what, detail ? detail : "");
}

static void refuses(sqlite3 *db, const char *extension, const char *message){
  char *error = NULL;
  int code = sqlite3_load_extension(db, extension, NULL, &error);
  expect(code==SQLITE_ERROR, "loading it is no error", error);
  expect(error && strstr(error, message), "the error says something else", error);
  sqlite3_free(error);
}

static void works(sqlite3 *db, const char *sql){
  expect(sqlite3_exec(db, sql, NULL, NULL, NULL)==SQLITE_OK, sql, sqlite3_errmsg(db));
}

static void hasNothing(sqlite3 *db, const char *sql){
  expect(sqlite3_exec(db, sql, NULL, NULL, NULL)==SQLITE_ERROR, "this should be unknown", sql);
}

int main(int argc, char **argv){
  sqlite3 *db;
  if( argc!=3 || sqlite3_open(":memory:", &db)!=SQLITE_OK ) return 2;
  works(db, "CREATE TABLE before(n)");
  sqlite3_enable_load_extension(db, 1);
  for(int i = 0; i < TIMES; i++) refuses(db, argv[1], argv[2]);
  hasNothing(db, "SELECT lore_version()");
  works(db, "INSERT INTO before VALUES (1), (2)");
  works(db, "CREATE TABLE later AS SELECT max(n) AS n FROM before");
  works(db, "DROP TABLE before");
  int code = sqlite3_close(db);
  expect(code==SQLITE_OK, "the connection does not close", sqlite3_errstr(code));
  return failures > 0;
}
