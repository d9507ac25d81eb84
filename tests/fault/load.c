/*
** The life of a connection: loading, in every state that a host may be in, and closing, with
** sqlite3_close() = SQLITE_OK, no byte and no file descriptor left.
*/
#include <dirent.h>
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "harness.h"

static const char *lore;
static char path[256];

/* ---- Shared ---- */

static sqlite3_stmt *prepared(sqlite3 *db, const char *sql){
  sqlite3_stmt *statement = NULL;
  if( sqlite3_prepare_v2(db, sql, -1, &statement, NULL)!=SQLITE_OK ) report("%s: %s", sql, sqlite3_errmsg(db));
  return statement;
}

static void works(sqlite3 *db, const char *sql){
  Outcome outcome = runSql(db, sql);
  if( outcome.code ) report("%s: %s", sql, outcome.message);
}

static void closes(sqlite3 *db){
  int code = sqlite3_close(db);
  sqlite3_int64 left = memoryLeft();
  if( code ) report("sqlite3_close gives %d", code);
  if( left ) report("%lld bytes left", left);
}

/* Every example, so that whatever a subsystem keeps on the connection is there. */
static void useAll(sqlite3 *db, const World *world){
  works(db, "SELECT lore_migrate('all')");
  pinClock(db);
  for(int i = 0; i < world->count; i++){
    if( !world->examples[i].works ) continue;
    prepareExample(db, world->examples[i].name);
    for(int form = 0; form < FORMS; form++){
      if( world->examples[i].sql[form] ) runSql(db, world->examples[i].sql[form]);
    }
  }
}

static int openDescriptors(void){
  DIR *folder = opendir("/proc/self/fd");
  int count = 0;
  while( folder && readdir(folder) ) count++;
  if( folder ) closedir(folder);
  return count;
}

/* ---- Loading ---- */

static void loadTwice(const World *world){
  (void)world;
  sqlite3 *db = openLoaded(":memory:", NULL, lore);
  expect(loadLore(db, lore, NULL)==SQLITE_OK, "the second load fails", sqlite3_errmsg(db));
  works(db, "SELECT lore_migrate('all')");
  expect(loadLore(db, lore, NULL)==SQLITE_OK, "the third load fails", sqlite3_errmsg(db));
  works(db, "SELECT * FROM lore_settings_all");
  closes(db);
}

static void loadWhileRunning(const World *world){
  (void)world;
  for(int again = 0; again < 2; again++){
    sqlite3 *db = openPlain(":memory:", NULL);
    if( again ) loadLore(db, lore, NULL);
    sqlite3_stmt *running = prepared(db, "VALUES (1), (2), (3)");
    sqlite3_step(running);
    char *error = NULL;
    if( loadLore(db, lore, &error) ) report("%s load: %s", again ? "second" : "first", error ? error : "");
    sqlite3_free(error);
    expect(sqlite3_step(running)==SQLITE_ROW, "the running statement was disturbed", NULL);
    works(db, "SELECT lore_migrate('all')");
    sqlite3_finalize(running);
    closes(db);
  }
}

/* Loading does nothing to the file: another process may have it to itself. */
static void loadWhileLocked(const World *world){
  (void)world;
  sqlite3 *owner = openPlain(path, NULL);
  works(owner, "CREATE TABLE IF NOT EXISTS main.fault_locked(n)");
  works(owner, "BEGIN EXCLUSIVE");
  sqlite3 *db = openPlain(path, NULL);
  expect(loadLore(db, lore, NULL)==SQLITE_OK, "the first load fails", sqlite3_errmsg(db));
  works(owner, "COMMIT");
  pinClock(db); /* newer hosts look at the file for every SELECT */
  works(owner, "BEGIN EXCLUSIVE");
  expect(loadLore(db, lore, NULL)==SQLITE_OK, "the second load fails", sqlite3_errmsg(db));
  expect(intOf(db, "SELECT lore_clock() = '2026-01-01T00:00:00.000Z'")==1, "the second load began anew: the clock is lost", NULL);
  sqlite3_close(owner);
  works(db, "SELECT lore_migrate('all')");
  closes(db);
}

static void foreignVersion(sqlite3_context *context, int count, sqlite3_value **values){
  (void)count, (void)values;
  sqlite3_result_text(context, "99.1.2", -1, SQLITE_STATIC);
}

static void loadOverAnother(const World *world){
  static const sqlite3_module kNothing = { .iVersion = 1 };
  (void)world;
  sqlite3 *db = openLoaded(":memory:", NULL, lore);
  char *own = textOf(db, "SELECT lore_version()"), *error = NULL;
  sqlite3_close(db);
  db = openPlain(":memory:", NULL);
  sqlite3_create_module(db, "lore_connection", &kNothing, NULL);
  sqlite3_create_function(db, "lore_version", 0, SQLITE_UTF8, NULL, foreignVersion, NULL, NULL);
  int code = loadLore(db, lore, &error);
  expect(code==SQLITE_ERROR, "it is no error", NULL);
  expect(error && strstr(error, "99.1.2") && strstr(error, own), "the error does not name both versions", error);
  sqlite3_free(error);
  free(own);
  expect(runSql(db, "SELECT lore_help FROM lore_help").code!=SQLITE_OK, "it registered something all the same", NULL);
  works(db, "SELECT lore_version()");
  closes(db);
}

static void loadByAutoExtension(const World *world){
  void *library = dlopen(lore, RTLD_NOW | RTLD_LOCAL);
  void (*entry)(void) = NULL;
  void *symbol = library ? dlsym(library, "sqlite3_lore_init") : NULL;
  memcpy(&entry, &symbol, sizeof entry);
  expect(entry!=NULL, "no entry point", NULL);
  if( entry==NULL ) return;
  sqlite3_auto_extension(entry);
  sqlite3 *db = openPlain(":memory:", NULL);
  useAll(db, world);
  expect(loadLore(db, lore, NULL)==SQLITE_OK, "loading on top fails", NULL);
  sqlite3_reset_auto_extension();
  closes(db);
}

static double milliseconds(void){
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double)now.tv_sec*1e3 + (double)now.tv_nsec/1e6;
}

/* Printed, not judged: it is another machine's figure. */
static void loadingCosts(const World *world){
  enum { TIMES = 200 };
  (void)world;
  double spent[2];
  for(int loaded = 0; loaded < 2; loaded++){
    double start = milliseconds();
    for(int i = 0; i < TIMES; i++) sqlite3_close(loaded ? openLoaded(":memory:", NULL, lore) : openPlain(":memory:", NULL));
    spent[loaded] = (milliseconds() - start)/TIMES;
  }
  sqlite3 *db = openPlain(":memory:", NULL);
  sqlite3_int64 bytes = sqlite3_memory_used();
  loadLore(db, lore, NULL);
  bytes = sqlite3_memory_used() - bytes;
  sqlite3_close(db);
  printf("loading costs %.0f us and %lld bytes above a bare open\n", (spent[1] - spent[0])*1e3, bytes);
}

/* ---- Closing ---- */

static void closeAfterUse(const World *world){
  sqlite3 *db = openLoaded(":memory:", NULL, lore);
  useAll(db, world);
  closes(db);
}

static void closeInsideTransaction(const World *world){
  sqlite3 *db = openLoaded(path, NULL, lore);
  useAll(db, world);
  works(db, "BEGIN IMMEDIATE");
  useAll(db, world);
  closes(db);
}

static void closeWithHostStatement(const World *world){
  sqlite3 *db = openLoaded(":memory:", NULL, lore);
  useAll(db, world);
  sqlite3_stmt *hosts = prepared(db, "VALUES (1), (2)");
  sqlite3_step(hosts);
  expect(sqlite3_close(db)==SQLITE_BUSY, "a host's open statement must keep the connection", NULL);
  works(db, "SELECT * FROM lore_settings_all");
  useAll(db, world);
  sqlite3_finalize(hosts);
  useAll(db, world);
  closes(db);
}

/* SQLite keeps the connection until the cursor is done. */
static void closeUnderReader(const World *world){
  for(int i = 0; i < world->count; i++){
    const Example *example = &world->examples[i];
    if( strcmp(example->kind, "reader")!=0 || !example->works ) continue;
    sqlite3 *db = openLoaded(":memory:", NULL, lore);
    useAll(db, world);
    works(db, example->sql[FORM_SELECT]); /* fills the caches: on a connection that is closed nothing can be read anew */
    sqlite3_stmt *reader = prepared(db, example->sql[FORM_SELECT]);
    int code = sqlite3_step(reader);
    expect(sqlite3_close_v2(db)==SQLITE_OK, "close_v2", example->name);
    while( code==SQLITE_ROW ) code = sqlite3_step(reader);
    if( code!=SQLITE_DONE ) report("%s ends with %d after close_v2", example->name, code);
    sqlite3_finalize(reader);
    sqlite3_int64 left = memoryLeft();
    if( left ) report("%s: %lld bytes left", example->name, left);
  }
}

static void dropModules(const World *world){
  sqlite3 *db = openLoaded(":memory:", NULL, lore);
  useAll(db, world);
  sqlite3_drop_modules(db, NULL);
  for(int i = 0; i < world->count; i++){
    Outcome outcome = runSql(db, world->examples[i].sql[FORM_SELECT]);
    if( (outcome.code & 0xff)==SQLITE_MISUSE ) report("%s: %s", world->examples[i].name, outcome.message);
  }
  Outcome outcome = runSql(db, "SELECT lore_set('no_such_setting', 1)");
  expect(outcome.code!=SQLITE_OK, "a verb without its modules is no error", NULL);
  works(db, "SELECT lore_version()");
  closes(db);
}

static void dropModulesUnderReader(const World *world){
  sqlite3 *db = openLoaded(":memory:", NULL, lore);
  useAll(db, world);
  sqlite3_stmt *reader = prepared(db, "SELECT * FROM lore_help");
  sqlite3_step(reader);
  sqlite3_drop_modules(db, NULL);
  while( sqlite3_step(reader)==SQLITE_ROW ){}
  sqlite3_finalize(reader);
  closes(db);
}

/* ---- Many connections ---- */

static void descriptorsStay(const World *world){
  int before = openDescriptors();
  for(int i = 0; i < 20; i++){
    sqlite3 *db = openLoaded(path, NULL, lore);
    useAll(db, world);
    closes(db);
  }
  int after = openDescriptors();
  if( after > before + 1 ) report("%d open files before, %d after", before, after); /* one: the library, kept */
}

typedef struct Thread {
  pthread_t id;
  const World *world;
  int failed;
} Thread;

/* Reporting is not made for threads: they count. */
static void *useConnections(void *argument){
  Thread *self = argument;
  for(int i = 0; i < 20; i++){
    sqlite3 *db = openLoaded(":memory:", NULL, lore);
    self->failed += runSql(db, "SELECT lore_migrate('all')").code!=SQLITE_OK;
    pinClock(db);
    for(int k = 0; k < self->world->count; k++){
      prepareExample(db, self->world->examples[k].name);
      if( self->world->examples[k].works ) self->failed += runSql(db, self->world->examples[k].sql[FORM_SELECT]).code!=SQLITE_OK;
    }
    self->failed += sqlite3_close(db)!=SQLITE_OK;
  }
  return NULL;
}

static void twoThreads(const World *world){
  Thread threads[2];
  for(int i = 0; i < 2; i++){
    threads[i] = (Thread){ .world = world };
    if( pthread_create(&threads[i].id, NULL, useConnections, &threads[i]) ) exit(2);
  }
  for(int i = 0; i < 2; i++){
    pthread_join(threads[i].id, NULL);
    if( threads[i].failed ) report("%d calls failed in thread %d", threads[i].failed, i);
  }
  sqlite3_int64 left = memoryLeft();
  if( left ) report("%lld bytes left", left);
}

/* ---- All ---- */

static void all(const char *extension){
  static const struct { const char *name; void (*run)(const World *world); } kScenarios[] = {
    { "it can be loaded twice", loadTwice },
    { "it can be loaded while a statement runs", loadWhileRunning },
    { "it can be loaded while the file is locked", loadWhileLocked },
    { "it refuses a connection that has another version", loadOverAnother },
    { "it can be an automatic extension", loadByAutoExtension },
    { "loading costs little", loadingCosts },
    { "a used connection closes", closeAfterUse },
    { "a connection closes inside a transaction", closeInsideTransaction },
    { "a close that was refused can be repeated", closeWithHostStatement },
    { "a reader goes on after close_v2", closeUnderReader },
    { "calls fail cleanly without the modules", dropModules },
    { "the modules can go while a reader is open", dropModulesUnderReader },
    { "the host's open files do not grow", descriptorsStay },
    { "two threads use a connection each", twoThreads },
  };
  World world;
  const char *folder = getenv("TMPDIR");
  snprintf(path, sizeof path, "%s/lore-fault-load-%ld.db", folder ? folder : "/tmp", (long)getpid());
  lore = extension;
  worldOpen(&world, extension);
  for(size_t i = 0; i < sizeof kScenarios/sizeof *kScenarios; i++){
    if( !scenarioBegin("%s", kScenarios[i].name) ) continue;
    kScenarios[i].run(&world);
    scenarioEnd();
  }
  worldClose(&world);
  unlink(path);
}

int main(int argc, char **argv){
  return runShards(argc, argv, 1, all);
}
