/*
** What the bench programs share.
*/
#include "harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

double cpuSeconds(void){
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double)now.tv_sec + (double)now.tv_nsec/1e9;
}

static int compareNumbers(const void *left, const void *right){
  double a = *(const double*)left, b = *(const double*)right;
  return (a > b) - (a < b);
}

double median(const double *values, int count){
  double sorted[ROUNDS_MOST];
  memcpy(sorted, values, (size_t)count*sizeof *sorted);
  qsort(sorted, (size_t)count, sizeof *sorted, compareNumbers);
  return count%2 ? sorted[count/2] : (sorted[count/2 - 1] + sorted[count/2])/2;
}

/* ---- Databases ---- */

void must(sqlite3 *db, int code, const char *what){
  if( code==SQLITE_OK || code==SQLITE_ROW || code==SQLITE_DONE ) return;
  fprintf(stderr, "bench: %s: %s\n", what, db ? sqlite3_errmsg(db) : sqlite3_errstr(code));
  exit(1);
}

sqlite3 *openBare(const char *path){
  sqlite3 *db = NULL;
  must(db, sqlite3_open(path, &db), path);
  return db;
}

void loadExtension(sqlite3 *db, const char *extension){
  char *error = NULL;
  sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 1, NULL);
  if( sqlite3_load_extension(db, extension, NULL, &error)==SQLITE_OK ) return;
  fprintf(stderr, "bench: %s: %s\n", extension, error ? error : "cannot be loaded");
  exit(1);
}

sqlite3 *openLoaded(const char *path, const char *extension){
  sqlite3 *db = openBare(path);
  loadExtension(db, extension);
  return db;
}

void closeDatabase(sqlite3 *db){
  must(db, sqlite3_close(db), "close");
}

void removeDatabase(const char *path){
  static const char *const kEndings[] = { "", "-wal", "-shm", "-journal" };
  for(size_t i = 0; i < sizeof kEndings/sizeof kEndings[0]; i++){
    char file[4096];
    snprintf(file, sizeof file, "%s%s", path, kEndings[i]);
    remove(file);
  }
}

void run(sqlite3 *db, const char *sql){
  must(db, sqlite3_exec(db, sql, NULL, NULL, NULL), sql);
}

sqlite3_stmt *prepare(sqlite3 *db, const char *sql){
  sqlite3_stmt *statement = NULL;
  must(db, sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL), sql);
  return statement;
}

void stepOnce(sqlite3_stmt *statement){
  int code = sqlite3_step(statement);
  must(sqlite3_db_handle(statement), code, sqlite3_sql(statement));
  sqlite3_reset(statement);
}

sqlite3_int64 intOf(sqlite3 *db, const char *sql){
  sqlite3_stmt *statement = prepare(db, sql);
  must(db, sqlite3_step(statement), sql);
  sqlite3_int64 value = sqlite3_column_int64(statement, 0);
  sqlite3_finalize(statement);
  return value;
}

/* ---- Lines ---- */

void verdictAtMost(const char *what, double asked, double reached, const char *unit){
  printf("= %s | at most %.4g %s | %.*f %s | %s\n", what, asked, unit, reached < 10 ? 2 : 0, reached, unit,
         reached <= asked ? "met" : "MISSED");
}

void verdictAtLeast(const char *what, double asked, double reached, const char *unit){
  printf("= %s | at least %.4g %s | %.*f %s | %s\n", what, asked, unit, reached < 10 ? 2 : 0, reached, unit,
         reached >= asked ? "met" : "MISSED");
}
