/*
** signal_save and signal_ingest against the same work in C by hand (baseline.c), by processor time.
**
** Each round runs every way once, each on a fresh database, so that a busy machine touches all alike;
** the figure of a way is the median over the rounds of its time divided by its baseline's in that round.
** Databases are files in WAL mode with synchronous = NORMAL, without checkpoints, and with a cache that holds
** them; with `memory` as the third argument they are in memory. `only NAME` as third and fourth runs one way
** once, for the profiler.
*/
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "baseline.h"
#include "batch.h"
#include "harness.h"

enum { ROUNDS = 7, ROWS = 10000 };

/* ---- Our ways ---- */

static void callForEach(sqlite3 *db, const Batch *batch, const char *sql){
  sqlite3_stmt *call = prepare(db, sql);
  run(db, "BEGIN");
  for(int i = 0; i < batch->count; i++){
    batchBind(&batch->rows[i], call);
    stepOnce(call);
  }
  run(db, "COMMIT");
  sqlite3_finalize(call);
}

static void saveByCall(sqlite3 *db, const Batch *batch){
  callForEach(db, batch, "SELECT signal_save(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
}

static void saveByInsert(sqlite3 *db, const Batch *batch){
  callForEach(db, batch, "INSERT INTO signal_save(signal_type, source_api, canonical_key, confidence, raw_data, "
                         "company_name, detected_at, source_id) "
                         "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
}

static const char kSaveStaged[] =
  "INSERT INTO signal_save(signal_type, source_api, canonical_key, confidence, raw_data, company_name, detected_at, source_id) "
  "SELECT * FROM temp.staging";

static void saveStaged(sqlite3 *db, const Batch *batch){
  (void)batch;
  run(db, "BEGIN");
  run(db, kSaveStaged);
  run(db, "COMMIT");
}

static void saveStagedAlone(sqlite3 *db, const Batch *batch){
  (void)batch;
  run(db, kSaveStaged);
}

static void ingestByKey(sqlite3 *db, const Batch *batch){
  callForEach(db, batch, "SELECT signal_ingest(?1, ?2, ?5, ?4, ?3, ?6, ?7, ?8)");
}

static void ingestByDocument(sqlite3 *db, const Batch *batch){
  callForEach(db, batch, "SELECT signal_ingest(?1, ?2, ?5, ?4, iif(?3 IS NULL, ?6, NULL), NULL, ?7, ?8)");
}

static void ingestStaged(sqlite3 *db, const Batch *batch){
  (void)batch;
  run(db, "INSERT INTO signal_ingest(signal_type, source_api, raw_data, confidence, detected_at, source_id) "
          "SELECT signal_type, source_api, raw_data, confidence, detected_at, source_id FROM temp.staging");
}

/* ---- The list ---- */

typedef struct Way {
  const char *name;
  const char *what;
  void (*work)(sqlite3 *db, const Batch *batch);
  int baseline; /* index of the way that it is compared with; its own: it is one */
  double asked; /* ratio; 0: none was asked */
  int is_staged;
} Way;

enum { SAVE_BASE, SAVE_STAGED_BASE, INGEST_BASE };

static const Way kWays[] = {
  { "c-save", "C by hand", baselineSave, SAVE_BASE, 0, 0 },
  { "c-save-staged", "C by hand, from a staging table", baselineSaveStaged, SAVE_STAGED_BASE, 0, 1 },
  { "c-ingest", "C by hand, key given", baselineIngest, INGEST_BASE, 0, 0 },
  { "save", "SELECT signal_save(?, ...), one transaction", saveByCall, SAVE_BASE, 1.3, 0 },
  { "save-insert", "INSERT INTO signal_save VALUES (?, ...), one transaction", saveByInsert, SAVE_BASE, 0, 0 },
  { "save-staged", "INSERT INTO signal_save SELECT, in BEGIN", saveStaged, SAVE_STAGED_BASE, 1.3, 1 },
  { "save-staged-alone", "INSERT INTO signal_save SELECT, autocommit", saveStagedAlone, SAVE_STAGED_BASE, 1.3, 1 },
  { "ingest", "SELECT signal_ingest(?, ...), key given", ingestByKey, INGEST_BASE, 2, 0 },
  { "ingest-document", "SELECT signal_ingest(?, ...), key from the document", ingestByDocument, INGEST_BASE, 2, 0 },
  { "ingest-staged", "INSERT INTO signal_ingest SELECT, key from the document", ingestStaged, INGEST_BASE, 2, 1 },
};
enum { WAYS = sizeof kWays/sizeof kWays[0] };

/* ---- Measuring ---- */

typedef struct World {
  const char *extension;
  char path[4096];
} World;

static sqlite3 *freshDatabase(const World *world, const Batch *batch, int is_staged){
  removeDatabase(world->path);
  sqlite3 *db = openLoaded(world->path, world->extension);
  run(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 0; "
          "PRAGMA cache_size = -262144; PRAGMA temp_store = MEMORY; SELECT lore_migrate('all')");
  if( is_staged ) batchStage(batch, db);
  return db;
}

/* Processor seconds. Not inlined, and named by tests/bench/profile: the profiler looks at nothing else. */
__attribute__((noinline)) static double timedWork(const Way *way, sqlite3 *db, const Batch *batch){
  double start = cpuSeconds();
  way->work(db, batch);
  return cpuSeconds() - start;
}

/* One way on a fresh database; what it has stored is counted, so that no way gets by with less. */
static double measure(const World *world, const Batch *batch, const Way *way){
  sqlite3 *db = freshDatabase(world, batch, way->is_staged);
  double seconds = timedWork(way, db, batch);
  sqlite3_int64 stored = intOf(db, "SELECT count(*) FROM signals JOIN signal_processing ON signal_id = signals.id");
  if( stored!=batch->distinct ){
    fprintf(stderr, "bench: %s stored %lld of %d signals\n", way->name, (long long)stored, batch->distinct);
    exit(1);
  }
  closeDatabase(db);
  removeDatabase(world->path);
  return seconds;
}

static void report(const Batch *batch, double seconds[WAYS][ROUNDS_MOST], int as_verdicts){
  printf("\n%d signals, %s: microseconds a signal, ratio to C by hand (median of %d rounds; lowest and highest)\n",
         batch->count, batch->name, ROUNDS);
  for(int w = 0; w < WAYS; w++){
    const Way *way = &kWays[w];
    double ratios[ROUNDS_MOST], low = 1e9, high = 0;
    for(int r = 0; r < ROUNDS; r++){
      ratios[r] = seconds[w][r]/seconds[way->baseline][r];
      if( ratios[r] < low ) low = ratios[r];
      if( ratios[r] > high ) high = ratios[r];
    }
    double ratio = median(ratios, ROUNDS);
    printf("  %-58s %6.2f", way->what, median(seconds[w], ROUNDS)/batch->count*1e6);
    if( way->baseline==w ) printf("\n");
    else printf("  %5.2f  (%.2f to %.2f)\n", ratio, low, high);
    char what[200];
    snprintf(what, sizeof what, "%s, %s", way->what, batch->name);
    if( as_verdicts && way->asked > 0 ) verdictAtMost(what, way->asked, ratio, "x C");
  }
}

static void compare(const World *world, const Batch *batch, int as_verdicts){
  double seconds[WAYS][ROUNDS_MOST];
  for(int r = -1; r < ROUNDS; r++){ /* the first round warms up */
    for(int i = 0; i < WAYS; i++){
      int w = r%2 ? WAYS - 1 - i : i;
      double taken = measure(world, batch, &kWays[w]);
      if( r >= 0 ) seconds[w][r] = taken;
    }
  }
  report(batch, seconds, as_verdicts);
}

static int runOnly(const World *world, const char *name){
  Batch batch = batchMake("all new", 3000, 1);
  printf("%d calls\n", batch.count);
  for(int w = 0; w < WAYS; w++){
    if( strcmp(kWays[w].name, name)==0 ){
      measure(world, &batch, &kWays[w]);
      batchFree(&batch);
      return 0;
    }
  }
  fprintf(stderr, "bench: no way is called %s\n", name);
  return 1;
}

int main(int argc, char **argv){
  if( argc < 3 ) return fprintf(stderr, "usage: signals lore.so FOLDER [memory | only NAME]\n"), 1;
  World world = { argv[1], "" };
  int in_memory = argc > 3;
  snprintf(world.path, sizeof world.path, "%s%s", in_memory ? "" : argv[2], in_memory ? ":memory:" : "/signals.db");
  if( argc > 4 ) return runOnly(&world, argv[4]);
  Batch fresh = batchMake("all new", ROWS, 1), mixed = batchMake("half of them repeats", ROWS, 2);
  printf("\nsignal_save and signal_ingest, %s\n", in_memory ? "databases in memory"
         : "file databases, WAL, synchronous NORMAL, no checkpoint, cached");
  compare(&world, &fresh, 1);
  compare(&world, &mixed, 1);
  batchFree(&fresh);
  batchFree(&mixed);
  return 0;
}
