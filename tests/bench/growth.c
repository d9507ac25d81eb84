/*
** What one detection costs as the table grows: signal_upsert, and the upsert by hand in C beside it.
**
** A table of N signals is filled, read once, so that the cache holds it, and repeats of random signals are
** timed, the two ways in turn, each pass in a transaction of its own; the commit is not timed, for it writes as
** many pages as the pass has touched. The exponent is the slope of a line through (log N, log time). With a third
** argument `full`, to 5 million.
*/
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "detections.h"
#include "harness.h"
#include "upsert.h"

enum { ROUNDS = 5, CALLS = 20000, SIZES_MOST = 4 };

static const int kSizes[SIZES_MOST] = { 10000, 100000, 1000000, 5000000 };

/* In key order, which fills the pages evenly. None is old enough for a rule to escalate it. */
static void fill(sqlite3 *db, int keys){
  sqlite3_stmt *insert = prepare(db,
    "WITH n(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n + 1 < ?1), "
    "named AS (SELECT printf('c-%010d', n) AS id, 'reply_late' AS type FROM n) "
    "INSERT INTO main.signal_state(signal_key, entity_type, entity_id, signal_type, severity, first_detected_at, last_detected_at, "
    "initial_severity, peak_severity) "
    "SELECT '" DETECTION_ENTITY_TYPE ":' || id || ':' || type, '" DETECTION_ENTITY_TYPE "', id, type, 'warning', "
    "strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'warning', 'warning' FROM named");
  sqlite3_bind_int(insert, 1, keys);
  stepOnce(insert);
  sqlite3_finalize(insert);
}

static sqlite3 *openFilled(const char *extension, const char *path, int keys){
  removeDatabase(path);
  sqlite3 *db = openLoaded(path, extension);
  run(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -8000000; PRAGMA temp_store = MEMORY; "
          "SELECT lore_migrate('all')");
  rulesAndMutes(db);
  fill(db, keys);
  run(db, "PRAGMA wal_checkpoint(TRUNCATE)");
  intOf(db, "SELECT sum(length(note)) FROM signal_state NOT INDEXED");
  intOf(db, "SELECT count(signal_key) FROM signal_state WHERE signal_key > ''");
  return db;
}

/* Signals that are there, in no order. */
static Detection *pick(int keys, unsigned seed){
  Detection *rows = malloc(CALLS*sizeof *rows);
  if( rows==NULL ) exit(1);
  for(int i = 0; i < CALLS; i++){
    unsigned n = (seed + (unsigned)i*2654435761u)%(unsigned)keys;
    rows[i] = (Detection){ .type = "reply_late", .severity = "warning" };
    snprintf(rows[i].entity_id, sizeof rows[i].entity_id, "c-%010u", n);
    snprintf(rows[i].key, sizeof rows[i].key, DETECTION_ENTITY_TYPE ":c-%010u:reply_late", n);
  }
  return rows;
}

static double timeHand(sqlite3 *db, const Detection *rows){
  Upsert upsert = upsertPrepare(db);
  run(db, "BEGIN IMMEDIATE");
  double start = cpuSeconds();
  for(int i = 0; i < CALLS; i++) upsertApply(&upsert, &rows[i]);
  double taken = cpuSeconds() - start;
  run(db, "COMMIT");
  upsertFinalize(&upsert);
  return taken;
}

static double timeOurs(sqlite3 *db, const Detection *rows){
  sqlite3_stmt *call = prepare(db, "SELECT signal_upsert(?1, ?2, ?3, ?4)");
  run(db, "BEGIN IMMEDIATE");
  double start = cpuSeconds();
  for(int i = 0; i < CALLS; i++){
    detectionBind(&rows[i], call);
    stepOnce(call);
  }
  double taken = cpuSeconds() - start;
  run(db, "COMMIT");
  sqlite3_finalize(call);
  return taken;
}

/* Microseconds a call, of both ways; median over the rounds. */
static void measure(const char *extension, const char *path, int keys, double *ours, double *hand){
  double our_times[ROUNDS], hand_times[ROUNDS];
  sqlite3 *db = openFilled(extension, path, keys);
  for(int r = -1; r < ROUNDS; r++){ /* the first round warms up */
    Detection *rows = pick(keys, (unsigned)(r + 2)*7919u);
    double by_hand = r%2 ? 0 : timeHand(db, rows);
    double by_us = timeOurs(db, rows);
    if( r%2 ) by_hand = timeHand(db, rows);
    free(rows);
    if( r >= 0 ) our_times[r] = by_us, hand_times[r] = by_hand;
  }
  closeDatabase(db);
  removeDatabase(path);
  *ours = median(our_times, ROUNDS)/CALLS*1e6;
  *hand = median(hand_times, ROUNDS)/CALLS*1e6;
}

/* Least squares. */
static double exponent(const double *times, int count){
  double sx = 0, sy = 0, sxx = 0, sxy = 0;
  for(int i = 0; i < count; i++){
    double x = log(kSizes[i]), y = log(times[i]);
    sx += x, sy += y, sxx += x*x, sxy += x*y;
  }
  return (count*sxy - sx*sy)/(count*sxx - sx*sx);
}

int main(int argc, char **argv){
  if( argc < 3 ) return fprintf(stderr, "usage: growth lore.so FOLDER [full]\n"), 1;
  int sizes = argc > 3 ? SIZES_MOST : SIZES_MOST - 1;
  double ours[SIZES_MOST], hand[SIZES_MOST];
  char path[4096];
  snprintf(path, sizeof path, "%s/growth.db", argv[2]);
  printf("\nOne more detection of a random signal, cache holds the file: microseconds (median of %d rounds of %d)\n",
         ROUNDS, CALLS);
  printf("  %10s  %14s  %10s  %6s\n", "signals", "signal_upsert", "C by hand", "ratio");
  for(int i = 0; i < sizes; i++){
    measure(argv[1], path, kSizes[i], &ours[i], &hand[i]);
    printf("  %10d  %14.2f  %10.2f  %6.2f\n", kSizes[i], ours[i], hand[i], ours[i]/hand[i]);
  }
  printf("  exponent    %14.3f  %10.3f\n", exponent(ours, sizes), exponent(hand, sizes));
  char what[100];
  snprintf(what, sizeof what, "growth of a detection's cost, 10,000 to %d million signals", kSizes[sizes - 1]/1000000);
  verdictAtMost(what, 0.1, exponent(ours, sizes), "exponent");
  return 0;
}
