/*
** What loading costs above opening a database: processor time and memory of SQLite.
**
** The first load in a process maps the library and those it needs; later ones find it resident (it is
** linked with -z nodelete). Each round opens, with and without loading, a number of connections in turn.
*/
#include <stdio.h>

#include "harness.h"

enum { ROUNDS = 21, OPENS = 60 };

static double openAll(const char *extension){
  double start = cpuSeconds();
  for(int i = 0; i < OPENS; i++){
    sqlite3 *db = openBare(":memory:");
    if( extension ) loadExtension(db, extension);
    closeDatabase(db);
  }
  return (cpuSeconds() - start)/OPENS*1e6;
}

/* sqlite3_load_extension alone: not the way back, which every close pays. */
static double loadAll(const char *extension){
  double taken = 0;
  for(int i = 0; i < OPENS; i++){
    sqlite3 *db = openBare(":memory:");
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 1, NULL);
    double start = cpuSeconds();
    loadExtension(db, extension);
    taken += cpuSeconds() - start;
    closeDatabase(db);
  }
  return taken/OPENS*1e6;
}

static double kilobytes(const char *extension){
  sqlite3 *db = openBare(":memory:");
  sqlite3_exec(db, "SELECT 1 FROM sqlite_schema", NULL, NULL, NULL); /* what a bare connection takes later anyway */
  sqlite3_int64 before = sqlite3_memory_used();
  loadExtension(db, extension);
  sqlite3_int64 after = sqlite3_memory_used();
  closeDatabase(db);
  return (double)(after - before)/1024;
}

int main(int argc, char **argv){
  if( argc < 2 ) return fprintf(stderr, "usage: load lore.so\n"), 1;
  double bare[ROUNDS], loaded[ROUNDS], call[ROUNDS], above[ROUNDS];
  openAll(NULL);
  sqlite3 *db = openBare(":memory:");
  double start = cpuSeconds();
  loadExtension(db, argv[1]);
  double first = (cpuSeconds() - start)*1e6;
  closeDatabase(db);
  for(int r = 0; r < ROUNDS; r++){
    bare[r] = openAll(NULL);
    loaded[r] = openAll(argv[1]);
    call[r] = loadAll(argv[1]);
    above[r] = loaded[r] - bare[r];
  }
  double memory = kilobytes(argv[1]);
  printf("\nLoading, microseconds a connection (median of %d rounds of %d)\n", ROUNDS, OPENS);
  printf("  open and close                               %6.1f\n", median(bare, ROUNDS));
  printf("  open, load and close                         %6.1f  above it: %.1f\n", median(loaded, ROUNDS), median(above, ROUNDS));
  printf("  the load alone                               %6.1f\n", median(call, ROUNDS));
  printf("  the first load of the process (maps files)   %6.0f\n", first);
  printf("  memory of SQLite after the load              %6.1f KB\n", memory);
  verdictAtMost("loading, above opening and closing a bare connection", 150, median(above, ROUNDS), "us");
  verdictAtMost("memory after loading", 40, memory, "KB");
  return 0;
}
