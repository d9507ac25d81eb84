/*
** No lost row after kill -9. Each cycle two writers store signals in one file and note every id whose
** call has returned with its commit; both are killed at a random moment; then the file is opened anew.
**
** One writer calls the functions, each its own transaction; the other inserts five rows a transaction.
*/
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "harness.h"

enum { CYCLES = 40, WRITERS = 2, BATCH = 5 };

static char path[256];
static const char *lore;

static void nameOf(const char *suffix, char *to, size_t size){
  snprintf(to, size, "%s%s", path, suffix);
}

/* The ids that writer w has got an answer for, one a line. */
static void logName(int writer, char *to, size_t size){
  snprintf(to, size, "%s-log%d", path, writer);
}

static void removeAll(void){
  static const char *const kSuffixes[] = { "", "-journal", "-wal", "-shm", "-log0", "-log1" };
  for(size_t i = 0; i < sizeof kSuffixes/sizeof *kSuffixes; i++){
    char name[300];
    nameOf(kSuffixes[i], name, sizeof name);
    unlink(name);
  }
}

/* ---- The writers ---- */

static void pauseFor(long microseconds){
  struct timespec moment = { 0, microseconds*1000 };
  nanosleep(&moment, NULL);
}

/* Then a breath: with a rollback journal a writer that never lets go starves the other one. */
static void note(int log, int writer, int first, int last){
  for(int id = first; id <= last; id++){
    char line[32];
    int length = snprintf(line, sizeof line, "%d-%d\n", writer, id);
    if( write(log, line, (size_t)length)!=length ) _exit(3);
  }
  pauseFor(300);
}

/* BUSY is an answer too: the row is not stored and is tried again. Anything else ends the writer. */
static int doIt(sqlite3 *db, const char *sql){
  int code = sqlite3_exec(db, sql, NULL, NULL, NULL) & 0xff;
  if( code!=SQLITE_OK && code!=SQLITE_BUSY ) _exit(4);
  return code==SQLITE_OK;
}

static void saveOne(sqlite3 *db, int log, int writer, int id){
  static const char *const kCalls[] = {
    "SELECT signal_save('github_spike', 'github', 'domain:w%d-%d.example', 0.8, '{\"n\": %d}', 'W', NULL, '%d-%d')",
    "SELECT signal_ingest('funding_event', 'news', '{\"n\": 1}', 0.6, 'domain:w%d-%d.example', 'W %d', NULL, '%d-%d')",
  };
  char sql[300];
  snprintf(sql, sizeof sql, kCalls[id % 2], writer, id, id, writer, id);
  while( !doIt(db, sql) ){}
  note(log, writer, id, id);
}

static void saveBatch(sqlite3 *db, int log, int writer, int first){
  char sql[600];
  snprintf(sql, sizeof sql,
           "INSERT INTO signal_save(signal_type, source_api, canonical_key, confidence, raw_data, source_id)"
           " WITH RECURSIVE n(i) AS (SELECT %d UNION ALL SELECT i + 1 FROM n WHERE i < %d)"
           " SELECT 'batch', 'batch', 'domain:b' || i || '.example', 0.5, '{}', '%d-' || i FROM n",
           first, first + BATCH - 1, writer);
  while( !doIt(db, "BEGIN IMMEDIATE") ){}
  if( !doIt(db, sql) ) _exit(5);
  while( !doIt(db, "COMMIT") ){}
  note(log, writer, first, first + BATCH - 1);
}

static void writeForEver(int writer){
  char name[300];
  logName(writer, name, sizeof name);
  int log = open(name, O_WRONLY | O_CREAT | O_APPEND, 0600);
  sqlite3 *db = openLoaded(path, NULL, lore);
  sqlite3_busy_timeout(db, 5000);
  for(int id = 0;; id += BATCH){
    if( writer==0 ) for(int i = 0; i < BATCH; i++) saveOne(db, log, writer, id + i);
    else saveBatch(db, log, writer, id);
  }
}

/* ---- The judge ---- */

static unsigned nextRandom(void){
  static unsigned state = 20260101;
  state = state*1664525u + 1013904223u;
  return state >> 16;
}

static void waitFor(int writer, pid_t child){
  int status = 0;
  waitpid(child, &status, 0);
  if( !WIFSIGNALED(status) ) report("writer %d ended by itself (0x%x)", writer, (unsigned)status);
}

/* Until each has stored something: how long that takes is the machine's matter. */
static void waitForWork(void){
  for(int writer = 0; writer < WRITERS; writer++){
    char name[300];
    struct stat log = { 0 };
    logName(writer, name, sizeof name);
    for(int i = 0; i < 20000 && (stat(name, &log) || log.st_size==0); i++) pauseFor(1000);
    expect(log.st_size > 0, "a writer stored nothing", name);
  }
}

static void killBoth(void){
  pid_t children[WRITERS];
  for(int writer = 0; writer < WRITERS; writer++){
    children[writer] = fork();
    if( children[writer]==0 ) writeForEver(writer);
  }
  waitForWork();
  pauseFor((long)(nextRandom() % 60000));
  int first = (int)(nextRandom() % WRITERS);
  kill(children[first], SIGKILL);
  pauseFor((long)(nextRandom() % 5000)); /* the other one goes on alone for a moment */
  kill(children[1 - first], SIGKILL);
  for(int writer = 0; writer < WRITERS; writer++) waitFor(writer, children[writer]);
}

/* Each noted id is stored. A last line cut short was never noted. */
static void checkNoted(sqlite3 *db, int writer){
  char name[300], line[64];
  logName(writer, name, sizeof name);
  sqlite3_stmt *find = NULL;
  sqlite3_prepare_v2(db, "SELECT 1 FROM main.signals WHERE source_id = ?1", -1, &find, NULL);
  FILE *log = fopen(name, "r");
  while( log && fgets(line, sizeof line, log) ){
    char *end = strchr(line, '\n');
    if( end==NULL ) break;
    *end = 0;
    sqlite3_bind_text(find, 1, line, -1, SQLITE_STATIC);
    if( sqlite3_step(find)!=SQLITE_ROW ) report("signal %s was acknowledged and is gone", line);
    sqlite3_reset(find);
  }
  if( log ) fclose(log);
  sqlite3_finalize(find);
}

static void checkWhole(sqlite3 *db){
  if( !isIntact(db) ) report("the file is damaged");
  sqlite3_int64 alone = intOf(db, "SELECT count(*) FROM main.signals AS s"
                                  " WHERE (SELECT count(*) FROM main.signal_processing WHERE signal_id = s.id) <> 1");
  sqlite3_int64 orphans = intOf(db, "SELECT count(*) FROM main.signal_processing"
                                    " WHERE signal_id NOT IN (SELECT id FROM main.signals)");
  sqlite3_int64 batched = intOf(db, "SELECT count(*) FROM main.signals WHERE source_api = 'batch'");
  if( alone || orphans ) report("%lld signals without their processing row, %lld rows without a signal", alone, orphans);
  if( batched % BATCH ) report("a part of a transaction is stored");
}

static void runCycle(int cycle){
  const char *mode = cycle % 2 ? "WAL" : "DELETE";
  if( !scenarioBegin("cycle %d, journal %s", cycle, mode) ) return;
  removeAll();
  sqlite3 *db = openLoaded(path, NULL, lore);
  free(textOf(db, "PRAGMA journal_mode = %s", mode));
  mustRun(db, "SELECT lore_migrate('all')");
  sqlite3_close(db); /* a connection does not survive a fork */
  killBoth();
  db = openLoaded(path, NULL, lore);
  checkWhole(db);
  for(int writer = 0; writer < WRITERS; writer++) checkNoted(db, writer);
  Outcome after = runSql(db, "SELECT signal_save('github_spike', 'github', 'domain:after.example', 0.8, '{}')");
  expect(after.code==SQLITE_OK, "cannot be written afterwards", after.message);
  sqlite3_close(db);
  scenarioEnd();
}

static void all(const char *extension){
  const char *folder = getenv("TMPDIR");
  snprintf(path, sizeof path, "%s/lore-fault-kill-%ld.db", folder ? folder : "/tmp", (long)getpid());
  lore = extension;
  for(int cycle = 0; cycle < CYCLES; cycle++) runCycle(cycle);
  removeAll();
}

int main(int argc, char **argv){
  return runShards(argc, argv, 1, all);
}
