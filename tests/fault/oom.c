/*
** No memory: allocation N fails once, or from N on, for N = 1, 2, … until a run ends without meeting it.
**
** After each: an error or the right answer, the database as before or as after the call and nothing
** between, intact, the same call succeeds when there is memory again, sqlite3_close() is SQLITE_OK and
** no byte is left. Inside BEGIN, a call that fails leaves nothing for COMMIT.
*/
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"

/* Each of the first so many allocations fails; of the thousands of a migration, and of what follows in
** a call, ever fewer: they come from the same few places. A call that makes a schema to compare with has even more,
** nearly all of them inside SQLite's parser. */
enum { EVERY_OF_CALL = 60, EVERY_OF_LIFE = 50, EVERY_OF_SCHEMA = 12, LONG_CALL = 8000, THOROUGH = 5 };

/* ---- The allocator ---- */

static struct {
  sqlite3_mem_methods real;
  long left;    /* allocations until the one that fails; 0: none is to fail */
  int forever;
  int hit;
} memory;

/* A debugger's breakpoint here shows which allocation it is. */
__attribute__((noinline)) static int refuse(void){
  memory.hit = 1;
  return 1;
}

static int refuses(void){
  if( memory.hit && memory.forever ) return 1;
  if( memory.left==0 || --memory.left > 0 ) return 0;
  return refuse();
}

static void *failingMalloc(int size){
  return refuses() ? NULL : memory.real.xMalloc(size);
}

static void *failingRealloc(void *block, int size){
  return refuses() ? NULL : memory.real.xRealloc(block, size);
}

static void arm(long n, int forever){
  memory.left = n;
  memory.forever = forever;
  memory.hit = 0;
}

static int disarm(void){
  int hit = memory.hit;
  memory.left = memory.forever = memory.hit = 0;
  return hit;
}

static void installMemory(void){
  sqlite3_config(SQLITE_CONFIG_GETMALLOC, &memory.real);
  sqlite3_mem_methods failing = memory.real;
  failing.xMalloc = failingMalloc;
  failing.xRealloc = failingRealloc;
  sqlite3_config(SQLITE_CONFIG_MALLOC, &failing);
}

static int isNoMemory(int code){
  return (code & 0xff)==SQLITE_NOMEM || code==SQLITE_IOERR_NOMEM;
}

static void checkCode(long n, const Outcome *outcome){
  if( outcome->code && !isNoMemory(outcome->code) ){
    report("allocation %ld: code %d instead of no memory: %s", n, outcome->code, outcome->message);
  }
}

static void closeClean(sqlite3 *db, long n){
  int code = sqlite3_close(db);
  sqlite3_int64 left = memoryLeft();
  if( code ) report("allocation %ld: the connection does not close (%d)", n, code);
  else if( left ) report("allocation %ld: %lld bytes left after closing", n, left);
}

/* ---- One call of an example ---- */

typedef struct Plan {
  const World *world;
  int example;
  const char *sql;
  int inside; /* BEGIN … COMMIT */
  int forever;
  Reference reference;
  unsigned char *untouched; /* the database when nothing but the marker was written */
  sqlite3_int64 size;
} Plan;

/* The schema is read before: its allocations are SQLite's own, many, and the same every time. */
static sqlite3 *prepareConnection(const Plan *plan){
  const Example *example = &plan->world->examples[plan->example];
  sqlite3 *db = openLoaded(":memory:", NULL, plan->world->extension);
  restore(db, example->before, example->size);
  readyConnection(db, example);
  if( plan->reference.replay ) replayState(plan->world, plan->example, db);
  mustRun(db, "SELECT 1 FROM main.sqlite_schema");
  return db;
}

static int isUntouched(const Plan *plan, sqlite3 *db){
  sqlite3_int64 size = 0;
  const unsigned char *now = sqlite3_serialize(db, "main", &size, SQLITE_SERIALIZE_NOCOPY);
  return now && size==plan->size && memcmp(now, plan->untouched, (size_t)size)==0;
}

/* To the byte: what a failed call leaves is mostly that, and then need not be read. */
static void rememberUntouched(Plan *plan){
  sqlite3 *db = prepareConnection(plan);
  if( plan->inside ) mustRun(db, "INSERT INTO main.fault_marker VALUES (1)");
  if( !snapshot(db, &plan->untouched, &plan->size) ) exit(2);
  sqlite3_close(db);
}

/* What the caller got, for a call that met the failure or not. */
static void checkOutcome(const Plan *plan, long n, const Outcome *outcome){
  if( outcome->code==SQLITE_OK && !outcome->unread && !rightValue(&plan->reference, outcome) ){
    report("allocation %ld: OK, but the answer is wrong", n);
  }
  checkCode(n, outcome);
}

/* Compares what is stored with what may be. `kept`: an error may have come after the commit. */
static void checkContent(const Plan *plan, long n, sqlite3 *db, const Outcome *outcome, int kept){
  Fingerprint now;
  fingerprint(db, &now);
  int before = sameContent(&plan->reference.before, &now), after = isAfter(&plan->reference, &now);
  if( outcome->code==SQLITE_OK && !after ) report("allocation %ld: OK, but its effect is not there", n);
  if( outcome->code && !before && !(kept && after) ){
    report("allocation %ld: failed (%s) and left %s", n, outcome->message, after ? "its effect" : "a part of its effect");
  }
  if( !isIntact(db) ) report("allocation %ld: the database is damaged", n);
}

/* With memory again, what failed and left nothing can be done. */
static void checkAgain(const Plan *plan, long n, sqlite3 *db){
  Outcome again = runSql(db, plan->sql);
  if( again.code ) report("allocation %ld: fails again with memory: %s", n, again.message);
  else if( !rightValue(&plan->reference, &again) ) report("allocation %ld: a wrong answer when called again", n);
}

static int runAlone(const Plan *plan, long n){
  sqlite3 *db = prepareConnection(plan);
  arm(n, plan->forever);
  Outcome outcome = runSql(db, plan->sql);
  int hit = disarm();
  checkOutcome(plan, n, &outcome);
  if( outcome.code==SQLITE_OK || !isUntouched(plan, db) ) checkContent(plan, n, db, &outcome, 1);
  if( outcome.code && isUntouched(plan, db) ) checkAgain(plan, n, db);
  if( !sqlite3_get_autocommit(db) ) report("allocation %ld: left a transaction open", n);
  closeClean(db, n);
  return hit;
}

/* SQLite itself may give the whole transaction up; then the marker is gone too. */
static int runInside(const Plan *plan, long n){
  sqlite3 *db = prepareConnection(plan);
  mustRun(db, "BEGIN");
  mustRun(db, "INSERT INTO main.fault_marker VALUES (1)");
  arm(n, plan->forever);
  Outcome outcome = runSql(db, plan->sql);
  int hit = disarm();
  checkOutcome(plan, n, &outcome);
  int alive = !sqlite3_get_autocommit(db);
  if( outcome.unread ) outcome.code = SQLITE_NOMEM; /* the caller's reading failed: the verb had done its work */
  if( alive ) mustRun(db, "COMMIT");
  if( intOf(db, "SELECT count(*) FROM main.fault_marker")!=alive ) report("allocation %ld: the transaction lost or kept a row", n);
  int is_read = outcome.code==SQLITE_OK || outcome.unread || !alive || !isUntouched(plan, db);
  if( is_read ) checkContent(plan, n, db, &outcome, outcome.unread);
  closeClean(db, n);
  return hit;
}

static int runOnce(Plan *plan, long n){
  countRun();
  return plan->inside ? runInside(plan, n) : runAlone(plan, n);
}

static void runPlan(Plan *plan, const char *form){
  const Example *example = &plan->world->examples[plan->example];
  if( !scenarioBegin("%s, %s, %s, memory fails %s", example->name, form, plan->inside ? "in a transaction" : "by itself",
                     plan->forever ? "for ever" : "once") ) return;
  if( referenceMake(plan->world, plan->example, plan->sql, &plan->reference) ){
    rememberUntouched(plan);
    int every = runOnce(plan, LONG_CALL) ? EVERY_OF_SCHEMA : EVERY_OF_CALL;
    if( isThorough() ) every *= THOROUGH;
    for(long n = 1; runOnce(plan, n); n += 1 + n/every){}
    free(plan->untouched);
  }
  scenarioEnd();
}

static void runExample(const World *world, int example){
  static const char *const kForms[FORMS] = { "SELECT", "INSERT", "window" };
  for(int form = 0; form < FORMS; form++){
    const char *sql = world->examples[example].sql[form];
    if( sql==NULL ) continue;
    for(int inside = 0; inside <= world->examples[example].is_verb; inside++){
      for(int forever = 0; forever < 2; forever++){
        static Plan plan;
        plan = (Plan){ .world = world, .example = example, .sql = sql, .inside = inside, .forever = forever };
        runPlan(&plan, kForms[form]);
      }
    }
  }
}

/* ---- Loading, migrating, closing ---- */

/* Nothing of ours is there, also what lore_help does not list. */
static int isBare(sqlite3 *db){
  return intOf(db, "SELECT (SELECT count(*) FROM pragma_function_list WHERE name LIKE 'lore!_%%' ESCAPE '!')"
                   " + (SELECT count(*) FROM pragma_module_list WHERE name LIKE 'lore!_%%' ESCAPE '!')")==0;
}

/* All is there or nothing is, and it can be loaded then. (When SQLite itself has no memory to note the
** library after the entry point has succeeded, it reports an error and keeps all.) */
static int failLoad(const char *extension, long n, int forever){
  char *error = NULL;
  sqlite3 *db = openPlain(":memory:", NULL);
  arm(n, forever);
  int code = loadLore(db, extension, &error);
  int hit = disarm();
  sqlite3_free(error);
  int loaded = runSql(db, "SELECT lore_migrate('admin')").code==SQLITE_OK;
  if( !loaded && code==SQLITE_OK ) report("allocation %ld: OK, but its functions do not work", n);
  if( !loaded && !isBare(db) ) report("allocation %ld: failed and left a part of its functions", n);
  if( loadLore(db, extension, NULL) || runSql(db, "SELECT lore_migrate('admin')").code ){
    report("allocation %ld: cannot be loaded again", n);
  }
  closeClean(db, n);
  return hit;
}

/* Loading a second time changes nothing, with memory or without, also while the host reads. */
static int failSecondLoad(const char *extension, long n, int forever){
  char *error = NULL;
  sqlite3_stmt *running = NULL;
  sqlite3 *db = openLoaded(":memory:", NULL, extension);
  sqlite3_int64 calls = intOf(db, "SELECT count(*) FROM lore_help");
  pinClock(db);
  sqlite3_prepare_v2(db, "VALUES (1), (2)", -1, &running, NULL);
  sqlite3_step(running);
  arm(n, forever);
  int code = loadLore(db, extension, &error);
  int hit = disarm();
  sqlite3_free(error);
  sqlite3_finalize(running);
  if( code && !isNoMemory(code) && code!=SQLITE_ERROR ) report("allocation %ld: code %d", n, code);
  Outcome outcome = runSql(db, "SELECT count(*) FROM lore_help");
  if( outcome.code ) report("allocation %ld: a second load (%d) broke the first: %s", n, code, outcome.message);
  else if( intOf(db, "SELECT count(*) FROM lore_help")!=calls ) report("allocation %ld: calls were lost", n);
  else if( intOf(db, "SELECT lore_clock() = '2026-01-01T00:00:00.000Z'")!=1 ) report("allocation %ld: the pinned clock is lost", n);
  closeClean(db, n);
  return hit;
}

/* A call that changes the schema: all or nothing, and possible afterwards. One subsystem and what it needs: all of them take the
** same way, and would take longer with each that is added. */
static int failSchema(const char *extension, long n, int forever, const char *first, const char *sql){
  static Fingerprint before, after, now;
  sqlite3 *db = openLoaded(":memory:", NULL, extension);
  pinClock(db);
  mustRun(db, "CREATE TABLE main.fault_marker(n)");
  mustRun(db, first);
  fingerprint(db, &before);
  arm(n, forever);
  Outcome outcome = runSql(db, sql);
  int hit = disarm();
  if( !sqlite3_get_autocommit(db) ) report("allocation %ld: left a transaction open", n);
  fingerprint(db, &now);
  checkCode(n, &outcome);
  Outcome again = runSql(db, sql);
  if( again.code ) report("allocation %ld: cannot be done afterwards: %s", n, again.message);
  fingerprint(db, &after);
  if( outcome.code && !sameContent(&now, &before) && !sameContent(&now, &after) ) report("allocation %ld: done by half", n);
  if( !outcome.code && !sameContent(&now, &after) ) report("allocation %ld: OK, but not all is there", n);
  closeClean(db, n);
  return hit;
}

static int failMigrate(const char *extension, long n, int forever){
  return failSchema(extension, n, forever, "SELECT 1", "SELECT lore_migrate('lifecycle')");
}

static int failMigrateInsert(const char *extension, long n, int forever){
  return failSchema(extension, n, forever, "SELECT 1", "INSERT INTO lore_migrate(subsystems) VALUES ('signals')");
}

static int failRollback(const char *extension, long n, int forever){
  return failSchema(extension, n, forever, "SELECT lore_migrate('signals')", "SELECT lore_rollback('signals', 0, 'drop-data')");
}

static int failClose(const char *extension, long n, int forever){
  sqlite3 *db = openLoaded(":memory:", NULL, extension);
  mustRun(db, "SELECT lore_migrate('signals')");
  mustRun(db, "SELECT * FROM lore_settings_all");
  arm(n, forever);
  closeClean(db, n);
  return disarm();
}

static void runLife(const char *name, const char *extension, int (*fail)(const char*, long, int)){
  for(int forever = 0; forever < 2; forever++){
    if( !scenarioBegin("%s, memory fails %s", name, forever ? "for ever" : "once") ) continue;
    for(long n = 1; fail(extension, n, forever); n += 1 + n/EVERY_OF_LIFE) countRun();
    scenarioEnd();
  }
}

static void all(const char *extension){
  installMemory();
  World world;
  runLife("loading", extension, failLoad);
  runLife("loading twice", extension, failSecondLoad);
  runLife("migrating", extension, failMigrate);
  runLife("migrating by INSERT", extension, failMigrateInsert);
  /* Older hosts let nothing end a transaction before the statement around the call is over: docs/compatibility.md. */
  if( sqlite3_libversion_number() >= 3040000 ) runLife("rolling back", extension, failRollback);
  runLife("closing", extension, failClose);
  worldOpen(&world, extension);
  for(int i = 0; i < world.count; i++) if( world.examples[i].works ) runExample(&world, i);
  worldClose(&world);
}

int main(int argc, char **argv){
  return runShards(argc, argv, 2, all);
}
