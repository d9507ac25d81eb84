/*
** Ways of doing the same work, compared in turn.
**
** Each round runs every way once, each on a fresh database, so that a busy machine touches all alike;
** the figure of a way is the median over the rounds of its processor time divided by its baseline's in that round.
*/
#ifndef BENCH_WAYS_H
#define BENCH_WAYS_H

#include <sqlite3.h>

typedef struct Way {
  const char *name; /* for `only` */
  const char *what;
  void (*work)(sqlite3 *db, const void *load);
  int baseline; /* index of the way that it is compared with; its own: it is one */
  double asked; /* most that was asked of the ratio; 0: nothing */
  int option;   /* what `fresh` makes of it */
} Way;

typedef struct Contest {
  const Way *ways;
  int count, rounds;
  const char *unit;    /* "signal": the times are of one */
  sqlite3 *(*fresh)(const void *world, const void *load, const Way *way); /* a database for one way */
  void (*check)(sqlite3 *db, const void *load, const Way *way); /* ends the program when the way did less than asked */
  const void *world;
} Contest;

/* Processor seconds of one way. Not inlined, and named by tests/bench/profile: the profiler looks at nothing else. */
double timedWork(const Way *way, sqlite3 *db, const void *load);

/* Runs all, prints the table, and the verdicts when asked. units: into how many the time of a way is divided. */
void contestRun(const Contest *contest, const void *load, const char *name, int units, int as_verdicts);

/* One way once, for the profiler; 1: none is called so. */
int contestOnly(const Contest *contest, const void *load, const char *name);

#endif
