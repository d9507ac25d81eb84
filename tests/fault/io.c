/*
** A disk that fails: each verb's example on a file, with operation N going wrong once or for ever, for
** N = 1, 2, … until a run ends without meeting it; by itself and in a transaction, as SELECT with a rollback
** journal and as INSERT with a write-ahead log, when thorough also the other way round.
**
** Then the file is opened as after a crash: intact, its content as before or as after the call, and
** what was acknowledged is there.
*/
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "disk.h"
#include "harness.h"

/* Of the operations of a long call, one that makes a schema, ever fewer fail, unless thorough. */
enum { LONG_CALL = 150, EVERY_OF_LONG = 6 };

static long next(long n, int is_long){
  return n + (is_long && !isThorough() ? 1 + n/EVERY_OF_LONG : 1);
}

static const char kVfs[] = "failing";
static char path[256];

typedef struct Plan {
  const World *world;
  int example;
  const char *sql;
  int wal, inside;
  DiskFault fault;
  int dead;
  Reference reference;
} Plan;

/* ---- The file ---- */

static void removeFile(const char *suffix){
  char name[300];
  snprintf(name, sizeof name, "%s%s", path, suffix);
  unlink(name);
}

static void removeAll(void){
  removeFile("");
  removeFile("-journal");
  removeFile("-wal");
  removeFile("-shm");
}

/* Two bytes of the header say which journal the file uses. */
enum { MODE_AT = 18 };

static unsigned char modeOf(int wal){
  return wal ? 2 : 1;
}

static void writeFile(const unsigned char *bytes, sqlite3_int64 size, int wal){
  removeAll();
  FILE *file = fopen(path, "wb");
  unsigned char mode[2] = { modeOf(wal), modeOf(wal) };
  int good = file && fwrite(bytes, 1, (size_t)size, file)==(size_t)size;
  good = good && fseek(file, MODE_AT, SEEK_SET)==0 && fwrite(mode, 1, 2, file)==2;
  if( !good || fclose(file) ) exit(2);
}

static int isThere(const char *suffix){
  char name[300];
  snprintf(name, sizeof name, "%s%s", path, suffix);
  return access(name, F_OK)==0;
}

/* To the byte, with no journal beside it: what a failed call leaves is mostly that, and then need not be opened. */
static int isUntouched(const unsigned char *bytes, sqlite3_int64 size, int wal){
  if( isThere("-journal") || isThere("-wal") ) return 0;
  size_t whole = (size_t)size, rest = MODE_AT + 2;
  unsigned char *now = malloc(whole + 1);
  FILE *file = fopen(path, "rb");
  int same = now && file && fread(now, 1, whole + 1, file)==whole && memcmp(now, bytes, MODE_AT)==0
          && now[MODE_AT]==modeOf(wal) && memcmp(now + rest, bytes + rest, whole - rest)==0;
  if( file ) fclose(file);
  free(now);
  return same;
}

/* ---- One run ---- */

typedef struct Answer {
  Outcome call;
  int committed; /* the transaction, or the call by itself, was acknowledged */
} Answer;

static Answer callOnFailingDisk(const Plan *plan, long n, int *hit){
  Answer answer = { .committed = 0 };
  sqlite3 *db = openLoaded(path, kVfs, plan->world->extension);
  readyConnection(db, &plan->world->examples[plan->example]);
  if( plan->reference.replay ) replayState(plan->world, plan->example, db);
  diskArm(plan->fault, n, plan->dead);
  int begun = plan->inside && runSql(db, "BEGIN").code==SQLITE_OK
           && runSql(db, "INSERT INTO main.fault_marker VALUES (1)").code==SQLITE_OK;
  if( begun || !plan->inside ) answer.call = runSql(db, plan->sql);
  else answer.call.code = SQLITE_IOERR;
  int alive = begun && !sqlite3_get_autocommit(db);
  answer.committed = plan->inside ? alive && runSql(db, "COMMIT").code==SQLITE_OK : answer.call.code==SQLITE_OK;
  if( !plan->inside && !sqlite3_get_autocommit(db) ) report("%ld: left a transaction open", n);
  if( sqlite3_close(db)!=SQLITE_OK ) report("%ld: the connection does not close", n);
  *hit = diskDisarm();
  return answer;
}

static void checkAnswer(const Plan *plan, long n, const Answer *answer){
  int base = answer->call.code & 0xff;
  int fitting = base==SQLITE_OK || base==SQLITE_IOERR || base==SQLITE_FULL || base==SQLITE_CANTOPEN;
  if( !fitting ) report("%ld: code %d: %s", n, answer->call.code, answer->call.message);
  if( base==SQLITE_OK && !rightValue(&plan->reference, &answer->call) ) report("%ld: OK, but the answer is wrong", n);
}

/* As after a crash: a hot journal is played back, a write-ahead log is recovered. */
static void checkFile(const Plan *plan, long n, const Answer *answer){
  static Fingerprint now;
  sqlite3 *db = openPlain(path, NULL);
  if( !isIntact(db) ) report("%ld: the file is damaged", n);
  fingerprint(db, &now);
  int before = sameContent(&plan->reference.before, &now), after = isAfter(&plan->reference, &now);
  int marked = (int)intOf(db, "SELECT count(*) FROM main.fault_marker");
  int failed = answer->call.code!=SQLITE_OK;
  if( !before && !after ) report("%ld: a part of the call's effect is in the file (%s)", n, answer->call.message);
  if( answer->committed && plan->inside && !marked ) report("%ld: a committed row is gone", n);
  if( answer->committed && !failed && !after ) report("%ld: an acknowledged call is gone", n);
  if( plan->inside && failed && !before ) report("%ld: a failed call was committed (%s)", n, answer->call.message);
  if( plan->inside && !failed && marked && !after ) report("%ld: half of the transaction is in the file", n);
  if( plan->inside && !failed && !marked && !before ) report("%ld: the other half of the transaction is in the file", n);
  sqlite3_close(db);
}

static int runOnce(const Plan *plan, long n){
  const Example *example = &plan->world->examples[plan->example];
  int hit = 0;
  writeFile(example->before, example->size, plan->wal);
  Answer answer = callOnFailingDisk(plan, n, &hit);
  checkAnswer(plan, n, &answer);
  int nothing_promised = answer.call.code!=SQLITE_OK && !answer.committed;
  if( !nothing_promised || !isUntouched(example->before, example->size, plan->wal) ) checkFile(plan, n, &answer);
  return hit;
}

static void runFaults(Plan *plan){
  for(int fault = 0; fault < DISK_FAULTS; fault++){
    for(int dead = 0; dead < 2; dead++){
      plan->fault = (DiskFault)fault;
      plan->dead = dead;
      if( !scenarioBegin("%s, %s, %s fails %s", plan->sql, plan->wal ? "write-ahead log" : "rollback journal",
                         kDiskFaults[fault], dead ? "for ever" : "once") ) continue;
      int is_long = runOnce(plan, LONG_CALL);
      for(long n = 1; runOnce(plan, n); n = next(n, is_long)) countRun();
      scenarioEnd();
    }
  }
}

/* ---- Migrating a file that has rows of the application ---- */

static int migrateOnce(const World *world, const unsigned char *bytes, sqlite3_int64 size, Plan *plan, long n){
  static Fingerprint now;
  writeFile(bytes, size, plan->wal);
  sqlite3 *db = openLoaded(path, kVfs, world->extension);
  diskArm(plan->fault, n, plan->dead);
  Outcome outcome = runSql(db, "SELECT lore_migrate('all')");
  sqlite3_close(db);
  int hit = diskDisarm();
  db = openPlain(path, NULL);
  fingerprint(db, &now);
  int tables = (int)intOf(db, "SELECT count(*) FROM main.sqlite_schema");
  if( !isIntact(db) ) report("%ld: the file is damaged", n);
  if( outcome.code==SQLITE_OK && tables==1 ) report("%ld: an acknowledged migration is gone", n);
  if( tables!=1 && now.count!=plan->reference.after.count ) report("%ld: half migrated", n);
  sqlite3_close(db);
  return hit;
}

static void runMigrations(const World *world){
  unsigned char *bytes = NULL;
  sqlite3_int64 size = 0;
  static Plan plan;
  sqlite3 *db = openLoaded(":memory:", NULL, world->extension);
  mustRun(db, "CREATE TABLE main.fault_marker(n)");
  if( !snapshot(db, &bytes, &size) ) exit(2);
  mustRun(db, "SELECT lore_migrate('all')");
  fingerprint(db, &plan.reference.after);
  sqlite3_close(db);
  for(int k = 0; k < 2*2*DISK_FAULTS; k++){
    plan.wal = k % 2, plan.dead = k/2 % 2, plan.fault = (DiskFault)(k/4);
    if( !scenarioBegin("migrating, %s, %s fails %s", plan.wal ? "write-ahead log" : "rollback journal",
                       kDiskFaults[plan.fault], plan.dead ? "for ever" : "once") ) continue;
    for(long n = 1; migrateOnce(world, bytes, size, &plan, n); n = next(n, 1)) countRun();
    scenarioEnd();
  }
  free(bytes);
}

/* ---- All ---- */

static void runVerb(const World *world, int example){
  static Plan plan;
  char *const *sql = world->examples[example].sql;
  for(int k = 0; k < 4; k++){
    Form form = k % 2 ? FORM_INSERT : FORM_SELECT;
    int wal = k/2, is_pair = wal==(form==FORM_INSERT) || sql[FORM_INSERT]==NULL;
    if( sql[form]==NULL || !(is_pair || isThorough()) ) continue;
    for(int inside = 0; inside < 2; inside++){
      plan = (Plan){ .world = world, .example = example, .sql = sql[form], .wal = wal, .inside = inside };
      if( referenceMake(world, example, sql[form], &plan.reference) ) runFaults(&plan);
    }
  }
}

static void all(const char *extension){
  World world;
  const char *folder = getenv("TMPDIR");
  snprintf(path, sizeof path, "%s/lore-fault-io-%ld.db", folder ? folder : "/tmp", (long)getpid());
  diskInstall(kVfs);
  worldOpen(&world, extension);
  runMigrations(&world);
  for(int i = 0; i < world.count; i++){
    if( world.examples[i].works && world.examples[i].is_verb ) runVerb(&world, i);
  }
  worldClose(&world);
  removeAll();
}

int main(int argc, char **argv){
  return runShards(argc, argv, 2, all);
}
