/*
** signal_save and signal_ingest against the same work in C by hand (baseline.c), by processor time.
**
** Databases are files in WAL mode with synchronous = NORMAL, without checkpoints, and with a cache that holds
** them; with `memory` as the third argument they are in memory. `only NAME` as third and fourth runs one way
** once, for the profiler.
*/
#include <stdio.h>
#include <stdlib.h>

#include "baseline.h"
#include "batch.h"
#include "harness.h"
#include "ways.h"

enum { ROUNDS = 7, ROWS = 10000, PROFILED_ROWS = 3000 };

/* ---- By hand ---- */

static void bySave(sqlite3 *db, const void *batch){ baselineSave(db, batch); }
static void bySaveStaged(sqlite3 *db, const void *batch){ baselineSaveStaged(db, batch); }
static void byIngest(sqlite3 *db, const void *batch){ baselineIngest(db, batch); }

/* ---- Our ways ---- */

static void callForEach(sqlite3 *db, const void *of, const char *sql){
  const Batch *batch = of;
  sqlite3_stmt *call = prepare(db, sql);
  run(db, "BEGIN");
  for(int i = 0; i < batch->count; i++){
    batchBind(&batch->rows[i], call);
    stepOnce(call);
  }
  run(db, "COMMIT");
  sqlite3_finalize(call);
}

static void saveByCall(sqlite3 *db, const void *batch){
  callForEach(db, batch, "SELECT signal_save(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
}

static void saveByInsert(sqlite3 *db, const void *batch){
  callForEach(db, batch, "INSERT INTO signal_save(signal_type, source_api, canonical_key, confidence, raw_data, "
                         "company_name, detected_at, source_id) "
                         "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
}

static const char kSaveStaged[] =
  "INSERT INTO signal_save(signal_type, source_api, canonical_key, confidence, raw_data, company_name, detected_at, source_id) "
  "SELECT * FROM temp.staging";

static void saveStaged(sqlite3 *db, const void *batch){
  (void)batch;
  run(db, "BEGIN");
  run(db, kSaveStaged);
  run(db, "COMMIT");
}

static void saveStagedAlone(sqlite3 *db, const void *batch){
  (void)batch;
  run(db, kSaveStaged);
}

static void ingestByKey(sqlite3 *db, const void *batch){
  callForEach(db, batch, "SELECT signal_ingest(?1, ?2, ?5, ?4, ?3, ?6, ?7, ?8)");
}

static void ingestByDocument(sqlite3 *db, const void *batch){
  callForEach(db, batch, "SELECT signal_ingest(?1, ?2, ?5, ?4, iif(?3 IS NULL, ?6, NULL), NULL, ?7, ?8)");
}

static void ingestStaged(sqlite3 *db, const void *batch){
  (void)batch;
  run(db, "INSERT INTO signal_ingest(signal_type, source_api, raw_data, confidence, detected_at, source_id) "
          "SELECT signal_type, source_api, raw_data, confidence, detected_at, source_id FROM temp.staging");
}

/* ---- The list ---- */

enum { IN_MEMORY, STAGED };
enum { SAVE_BASE, SAVE_STAGED_BASE, INGEST_BASE };

static const Way kWays[] = {
  { "c-save", "C by hand", bySave, SAVE_BASE, 0, IN_MEMORY },
  { "c-save-staged", "C by hand, from a staging table", bySaveStaged, SAVE_STAGED_BASE, 0, STAGED },
  { "c-ingest", "C by hand, key given", byIngest, INGEST_BASE, 0, IN_MEMORY },
  { "save", "SELECT signal_save(?, ...), one transaction", saveByCall, SAVE_BASE, 1.3, IN_MEMORY },
  { "save-insert", "INSERT INTO signal_save VALUES (?, ...), one transaction", saveByInsert, SAVE_BASE, 0, IN_MEMORY },
  { "save-staged", "INSERT INTO signal_save SELECT, in BEGIN", saveStaged, SAVE_STAGED_BASE, 1.3, STAGED },
  { "save-staged-alone", "INSERT INTO signal_save SELECT, autocommit", saveStagedAlone, SAVE_STAGED_BASE, 1.3, STAGED },
  { "ingest", "SELECT signal_ingest(?, ...), key given", ingestByKey, INGEST_BASE, 2, IN_MEMORY },
  { "ingest-document", "SELECT signal_ingest(?, ...), key from the document", ingestByDocument, INGEST_BASE, 2, IN_MEMORY },
  { "ingest-staged", "INSERT INTO signal_ingest SELECT, key from the document", ingestStaged, INGEST_BASE, 2, STAGED },
};

/* ---- Databases ---- */

typedef struct World {
  const char *extension;
  char path[4096];
} World;

static sqlite3 *freshDatabase(const void *of, const void *batch, const Way *way){
  const World *world = of;
  removeDatabase(world->path);
  sqlite3 *db = openLoaded(world->path, world->extension);
  run(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 0; "
          "PRAGMA cache_size = -262144; PRAGMA temp_store = MEMORY; SELECT lore_migrate('all')");
  if( way->option==STAGED ) batchStage(batch, db);
  return db;
}

/* What a way has stored is counted, so that none gets by with less. */
static void checkWork(sqlite3 *db, const void *of, const Way *way){
  const Batch *batch = of;
  sqlite3_int64 stored = intOf(db, "SELECT count(*) FROM signals JOIN signal_processing ON signal_id = signals.id");
  if( stored==batch->distinct ) return;
  fprintf(stderr, "bench: %s stored %lld of %d signals\n", way->name, (long long)stored, batch->distinct);
  exit(1);
}

static void measureAll(const Contest *contest, const char *name, int repeats){
  Batch batch = batchMake(name, ROWS, repeats);
  contestRun(contest, &batch, name, batch.count, 1);
  batchFree(&batch);
}

static int measureOne(const Contest *contest, const char *name){
  Batch batch = batchMake("all new", PROFILED_ROWS, 1);
  printf("%d calls\n", batch.count);
  int code = contestOnly(contest, &batch, name);
  batchFree(&batch);
  return code;
}

int main(int argc, char **argv){
  if( argc < 3 ) return fprintf(stderr, "usage: signals lore.so FOLDER [memory | only NAME]\n"), 1;
  World world = { argv[1], "" };
  int in_memory = argc > 3 && argc < 5, code = 0;
  snprintf(world.path, sizeof world.path, "%s%s", in_memory ? "" : argv[2], in_memory ? ":memory:" : "/signals.db");
  const Contest contest = { kWays, sizeof kWays/sizeof kWays[0], ROUNDS, "signal", freshDatabase, checkWork, &world };
  if( argc > 4 ){
    code = measureOne(&contest, argv[4]);
  }else{
    printf("\nsignal_save and signal_ingest, %s, %d signals\n", in_memory ? "databases in memory"
           : "file databases, WAL, synchronous NORMAL, no checkpoint, cached", ROWS);
    measureAll(&contest, "all new", 1);
    measureAll(&contest, "half of them repeats", 2);
  }
  removeDatabase(world.path);
  return code;
}
