/*
** signal_upsert and signal_state_cycle against an upsert in C by hand (upsert.c), by processor time: three
** repeats for each new signal, in random order, with a thousand rules and a thousand mutes.
**
** Databases are files in WAL mode with synchronous = NORMAL, without checkpoints, and with a cache that holds
** them. With `full` as the third argument a second workload follows, whose repeats are near each other. `only NAME` as
** third and fourth runs one way once with fewer signals, for the profiler.
*/
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "detections.h"
#include "harness.h"
#include "upsert.h"
#include "ways.h"

enum { ROUNDS = 3, KEYS = 50000, TIMES = 4, RUN = 10000, PROFILED_KEYS = 3000 };

/* One workload in all its forms. */
typedef struct Load {
  Detections detections;
  Runs whole, tens, whole_with_ids;
} Load;

static Load loadMake(const char *name, int keys, int window){
  Load load = { .detections = detectionsMake(name, keys, TIMES, window) };
  load.whole = runsMake(&load.detections, load.detections.count, 0);
  load.tens = runsMake(&load.detections, RUN, 0);
  load.whole_with_ids = runsMake(&load.detections, load.detections.count, 1);
  return load;
}

static void loadFree(Load *load){
  runsFree(&load->whole);
  runsFree(&load->tens);
  runsFree(&load->whole_with_ids);
  detectionsFree(&load->detections);
}

/* ---- By hand ---- */

static void byHand(sqlite3 *db, const void *of){
  const Load *load = of;
  Upsert upsert = upsertPrepare(db);
  run(db, "BEGIN");
  for(int i = 0; i < load->detections.count; i++) upsertApply(&upsert, &load->detections.rows[i]);
  run(db, "COMMIT");
  upsertFinalize(&upsert);
}

static void byHandOnce(sqlite3 *db, const void *of){
  const Load *load = of;
  Upsert upsert = upsertPrepare(db);
  run(db, "BEGIN");
  for(int i = 0; i < load->detections.count; i++) upsertApplyOnce(&upsert, &load->detections.rows[i]);
  run(db, "COMMIT");
  upsertFinalize(&upsert);
}

static void byHandInTwo(sqlite3 *db, const void *of){
  const Load *load = of;
  TwoStep two = twoStepPrepare(db);
  run(db, "BEGIN");
  for(int i = 0; i < load->detections.count; i++) twoStepApply(&two, &load->detections.rows[i]);
  run(db, "COMMIT");
  twoStepFinalize(&two);
}

/* ---- Our ways ---- */

static void callForEach(sqlite3 *db, const Load *load, const char *sql){
  sqlite3_stmt *call = prepare(db, sql);
  run(db, "BEGIN");
  for(int i = 0; i < load->detections.count; i++){
    detectionBind(&load->detections.rows[i], call);
    stepOnce(call);
  }
  run(db, "COMMIT");
  sqlite3_finalize(call);
}

static void upsertByCall(sqlite3 *db, const void *load){
  callForEach(db, load, "SELECT signal_upsert(?1, ?2, ?3, ?4)");
}

static void upsertByCallOnce(sqlite3 *db, const void *load){
  callForEach(db, load, "SELECT signal_upsert(?1, ?2, ?3, ?4, NULL, ?5)");
}

static void upsertByInsert(sqlite3 *db, const void *load){
  callForEach(db, load, "INSERT INTO signal_upsert(signal_type, entity_type, entity_id, severity) VALUES (?1, ?2, ?3, ?4)");
}

static void upsertStaged(sqlite3 *db, const void *load){
  (void)load;
  run(db, "INSERT INTO signal_upsert(signal_type, entity_type, entity_id, severity) "
          "SELECT signal_type, entity_type, entity_id, severity FROM temp.staging");
}

static void upsertStagedOnce(sqlite3 *db, const void *load){
  (void)load;
  run(db, "INSERT INTO signal_upsert(signal_type, entity_type, entity_id, severity, detection_id) SELECT * FROM temp.staging");
}

static const char kNothing[] = "{\"entity_type\":\"" DETECTION_ENTITY_TYPE "\",\"entity_ids\":[]}";

static void cycle(sqlite3 *db, const Runs *runs, int has_scope){
  sqlite3_stmt *call = prepare(db, "SELECT signal_state_cycle(?1, ?2)");
  run(db, "BEGIN");
  for(int i = 0; i < runs->count; i++){
    sqlite3_bind_text(call, 1, runs->documents[i], -1, SQLITE_STATIC);
    sqlite3_bind_text(call, 2, has_scope ? runs->scopes[i] : kNothing, -1, SQLITE_STATIC);
    stepOnce(call);
  }
  run(db, "COMMIT");
  sqlite3_finalize(call);
}

static void cycleWhole(sqlite3 *db, const void *load){ cycle(db, &((const Load*)load)->whole, 0); }
static void cycleWholeScope(sqlite3 *db, const void *load){ cycle(db, &((const Load*)load)->whole, 1); }
static void cycleTens(sqlite3 *db, const void *load){ cycle(db, &((const Load*)load)->tens, 0); }
static void cycleTensScope(sqlite3 *db, const void *load){ cycle(db, &((const Load*)load)->tens, 1); }
static void cycleOnce(sqlite3 *db, const void *load){ cycle(db, &((const Load*)load)->whole_with_ids, 0); }

/* ---- The list ---- */

enum { PLAIN, STAGED, ALONE }; /* ALONE: no subsystem but this one is migrated */
enum { HAND, HAND_ONCE };

static const Way kWays[] = {
  { "c-upsert", "C by hand", byHand, HAND, 0, PLAIN },
  { "c-upsert-id", "C by hand, each detection_id once", byHandOnce, HAND_ONCE, 0, PLAIN },
  { "c-two-step", "C by hand, UPDATE of unindexed columns first", byHandInTwo, HAND, 0, PLAIN },
  { "upsert", "SELECT signal_upsert(?, ?, ?, ?)", upsertByCall, HAND, 1.1, PLAIN },
  { "upsert-alone", "the same, only lifecycle migrated", upsertByCall, HAND, 0, ALONE },
  { "upsert-insert", "INSERT INTO signal_upsert VALUES (?, ?, ?, ?)", upsertByInsert, HAND, 0, PLAIN },
  { "staged", "INSERT INTO signal_upsert SELECT", upsertStaged, HAND, 0.9, STAGED },
  { "cycle", "signal_state_cycle, all in one run", cycleWhole, HAND, 0.45, PLAIN },
  { "cycle-scope", "signal_state_cycle, all in one run, scope of all", cycleWholeScope, HAND, 0, PLAIN },
  { "cycle-tens", "signal_state_cycle, runs of 10,000", cycleTens, HAND, 0, PLAIN },
  { "cycle-tens-scope", "signal_state_cycle, runs of 10,000, scope of all in it", cycleTensScope, HAND, 0, PLAIN },
  { "upsert-id", "SELECT signal_upsert with detection_id", upsertByCallOnce, HAND_ONCE, 0, PLAIN },
  { "staged-id", "INSERT INTO signal_upsert SELECT with detection_id", upsertStagedOnce, HAND_ONCE, 0, STAGED },
  { "cycle-id", "signal_state_cycle with detection_id, all in one run", cycleOnce, HAND_ONCE, 0, PLAIN },
};

/* ---- Databases ---- */

typedef struct World {
  const char *extension;
  char path[4096];
} World;

static sqlite3 *freshDatabase(const void *of, const void *load, const Way *way){
  const World *world = of;
  removeDatabase(world->path);
  sqlite3 *db = openLoaded(world->path, world->extension);
  run(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 0; "
          "PRAGMA cache_size = -262144; PRAGMA temp_store = MEMORY");
  run(db, way->option==ALONE ? "SELECT lore_migrate('lifecycle')" : "SELECT lore_migrate('all')");
  rulesAndMutes(db);
  if( way->option==STAGED ) detectionsStage(&((const Load*)load)->detections, db);
  return db;
}

/* No way gets by with less: each signal is there, and each detection was counted. */
static void checkWork(sqlite3 *db, const void *of, const Way *way){
  const Load *load = of;
  sqlite3_int64 signals = intOf(db, "SELECT count(*) FROM signal_state");
  sqlite3_int64 counted = intOf(db, "SELECT sum(detection_count) FROM signal_state WHERE state IN ('active', 'escalated')");
  if( signals==load->detections.keys && counted==load->detections.count ) return;
  fprintf(stderr, "bench: %s left %lld of %d signals with %lld of %d detections\n", way->name, (long long)signals,
          load->detections.keys, (long long)counted, load->detections.count);
  exit(1);
}

static void measureAll(const Contest *contest, const char *name, int window){
  Load load = loadMake(name, KEYS, window);
  contestRun(contest, &load, name, load.detections.count, window==KEYS);
  loadFree(&load);
}

static int measureOne(const Contest *contest, const char *name){
  Load load = loadMake("profiled", PROFILED_KEYS, PROFILED_KEYS);
  printf("%d calls\n", load.detections.count);
  int code = contestOnly(contest, &load, name);
  loadFree(&load);
  return code;
}

int main(int argc, char **argv){
  if( argc < 3 ) return fprintf(stderr, "usage: lifecycle lore.so FOLDER [full | only NAME]\n"), 1;
  World world = { argv[1], "" };
  snprintf(world.path, sizeof world.path, "%s/lifecycle.db", argv[2]);
  const Contest contest = { kWays, sizeof kWays/sizeof kWays[0], ROUNDS, "detection", freshDatabase, checkWork, &world };
  int code = 0;
  if( argc > 4 ){
    code = measureOne(&contest, argv[4]);
  }else{
    printf("\nsignal_upsert and signal_state_cycle: %d signals detected %d times, 1,000 rules, 1,000 mutes, one transaction\n",
           KEYS, TIMES);
    measureAll(&contest, "repeats anywhere", KEYS);
    if( argc > 3 ) measureAll(&contest, "repeats within 10,000 detections", RUN/TIMES);
  }
  removeDatabase(world.path);
  return code;
}
