/*
** What the bench programs share: processor time, medians, databases, and the lines that they print.
**
** A line that starts with "= " is a row of the table of verdicts (tests/bench/run puts those first);
** all others are details.
*/
#ifndef BENCH_HARNESS_H
#define BENCH_HARNESS_H

#include <sqlite3.h>

enum { ROUNDS_MOST = 64 };

double cpuSeconds(void); /* processor time of this process, system calls included */
double median(const double *values, int count); /* of at most ROUNDS_MOST */

sqlite3 *openBare(const char *path);
sqlite3 *openLoaded(const char *path, const char *extension);
void loadExtension(sqlite3 *db, const char *extension);
void closeDatabase(sqlite3 *db);
void removeDatabase(const char *path); /* the file, its WAL and its index */

/* Each ends the program with a message when SQLite reports an error. */
void must(sqlite3 *db, int code, const char *what);
void run(sqlite3 *db, const char *sql);
sqlite3_stmt *prepare(sqlite3 *db, const char *sql);
void stepOnce(sqlite3_stmt *statement); /* a write: steps to its end and resets */
sqlite3_int64 intOf(sqlite3 *db, const char *sql);

/* "= what | at most asked unit | reached unit | met or missed" */
void verdictAtMost(const char *what, double asked, double reached, const char *unit);
void verdictAtLeast(const char *what, double asked, double reached, const char *unit); /* "= what | at least asked unit | …" */

#endif
