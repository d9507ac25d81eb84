/*
** The examples of lore_help, the database before each of them, and what each does undisturbed.
*/
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"

/* Runs the lines of tests/before_examples.sql below this title. */
static void runPart(sqlite3 *db, const char *title){
  char line[512];
  FILE *file = fopen("tests/before_examples.sql", "r");
  for(int is_its = 0; file && fgets(line, sizeof line, file); ){
    if( strncmp(line, "--", 2)==0 ) is_its = strcmp(line, title)==0;
    else if( is_its && *line!='\n' ) mustRun(db, line);
  }
  if( file ) fclose(file);
}

/* Examples may not depend on the day of the test; nothing may but what takes no `at`. And what a connection needs, no file has. */
void pinClock(sqlite3 *db){
  mustRun(db, "SELECT lore_clock('2026-01-01')");
  runPart(db, "-- on each connection\n");
}

/* ---- Reading lore_help ---- */

static char *copyOf(const unsigned char *text){
  const char *from = text ? (const char*)text : "";
  char *copy = malloc(strlen(from) + 1);
  if( copy==NULL ) exit(2);
  return strcpy(copy, from);
}

static char *formatted(const char *format, const char *a, const char *b, const char *c){
  size_t size = strlen(format) + strlen(a) + strlen(b) + strlen(c) + 1;
  char *text = malloc(size);
  if( text==NULL ) exit(2);
  snprintf(text, size, format, a, b, c);
  return text;
}

static int argumentCount(sqlite3 *db, const char *call){
  if( *call==0 ) return 0;
  sqlite3_stmt *statement = NULL;
  char *sql = formatted("SELECT %s%s%s", call, "", "");
  int code = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
  int count = code==SQLITE_OK ? sqlite3_column_count(statement) : 0;
  sqlite3_finalize(statement);
  free(sql);
  return count;
}

/* INSERT INTO verb(the columns that the example gives) SELECT its values. */
static char *insertForm(sqlite3 *db, const Example *example, const char *call){
  int count = argumentCount(db, call);
  char *columns = textOf(db, "SELECT group_concat(name) FROM (SELECT name FROM pragma_table_info(%Q) ORDER BY cid LIMIT %d)",
                         example->name, count);
  char *sql = NULL;
  if( columns && count > 0 ) sql = formatted("INSERT INTO %s(%s) SELECT %s", example->name, columns, call);
  free(columns);
  return sql;
}

static void addForms(sqlite3 *db, Example *example, const char *call){
  if( strcmp(example->kind, "reader")==0 || strcmp(example->kind, "table")==0 ){
    example->sql[FORM_SELECT] = formatted("SELECT * FROM %s(%s)%s", example->name, call, "");
    return;
  }
  example->sql[FORM_SELECT] = formatted("SELECT %s(%s)%s", example->name, call, "");
  if( example->is_verb ) example->sql[FORM_INSERT] = insertForm(db, example, call);
  if( strcmp(example->kind, "aggregate")==0 ){
    example->sql[FORM_WINDOW] = formatted("SELECT %s(%s) OVER (ORDER BY n)%s", example->name, call,
                                          " FROM (SELECT 1 AS n UNION ALL SELECT 2 UNION ALL SELECT 3)");
  }
}

static void readHelp(sqlite3 *db, World *world){
  world->count = 0;
  world->examples = calloc((size_t)intOf(db, "SELECT count(*) FROM lore_help") + 1, sizeof *world->examples);
  sqlite3_stmt *rows = NULL;
  sqlite3_prepare_v2(db, "SELECT name, kind, flags, subsystem, example FROM lore_help", -1, &rows, NULL);
  while( world->examples && sqlite3_step(rows)==SQLITE_ROW ){
    if( sqlite3_column_type(rows, 4)==SQLITE_NULL ) continue;
    Example *example = &world->examples[world->count++];
    example->name = copyOf(sqlite3_column_text(rows, 0));
    example->kind = copyOf(sqlite3_column_text(rows, 1));
    example->flags = copyOf(sqlite3_column_text(rows, 2));
    example->subsystem = copyOf(sqlite3_column_text(rows, 3));
    example->is_verb = strcmp(example->kind, "verb")==0;
    addForms(db, example, (const char*)sqlite3_column_text(rows, 4));
  }
  sqlite3_finalize(rows);
}

/* ---- Snapshots ---- */

int snapshot(sqlite3 *db, unsigned char **bytes, sqlite3_int64 *size){
  const unsigned char *own = sqlite3_serialize(db, "main", size, SQLITE_SERIALIZE_NOCOPY);
  unsigned char *made = own ? NULL : sqlite3_serialize(db, "main", size, 0);
  *bytes = malloc((size_t)*size);
  if( *bytes ) memcpy(*bytes, own ? own : made, (size_t)*size);
  sqlite3_free(made);
  return *bytes!=NULL;
}

void restore(sqlite3 *db, const unsigned char *bytes, sqlite3_int64 size){
  unsigned char *copy = sqlite3_malloc64((sqlite3_uint64)size);
  if( copy==NULL ) exit(2);
  memcpy(copy, bytes, (size_t)size);
  int flags = SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_RESIZEABLE;
  if( sqlite3_deserialize(db, "main", copy, size, size, (unsigned)flags)!=SQLITE_OK ) exit(2);
}

/* ---- The world ---- */

static void runPartOf(sqlite3 *db, const char *what, const char *name){
  char title[128];
  snprintf(title, sizeof title, "-- %s %s\n", what, name);
  runPart(db, title);
}

void prepareExample(sqlite3 *db, const char *name){
  runPartOf(db, "before", name);
}

void readyConnection(sqlite3 *db, const Example *example){
  pinClock(db);
  runPartOf(db, "connect", example->subsystem);
}

/* A database with the tables of one subsystem and of what it needs, all of them for admin: SQLite reads the whole schema anew in
** each of the many thousand runs. */
static sqlite3 *openFor(const World *world, const char *subsystem){
  sqlite3 *db = openLoaded(":memory:", NULL, world->extension);
  char *migrate = sqlite3_mprintf(
      "SELECT lore_migrate(CASE %Q WHEN 'admin' THEN 'all' ELSE"
      " coalesce((SELECT subsystem FROM lore_migrations_status WHERE subsystem = %Q LIMIT 1), 'admin') END)", subsystem, subsystem);
  pinClock(db);
  mustRun(db, migrate);
  mustRun(db, "CREATE TABLE main.fault_marker(n)");
  sqlite3_free(migrate);
  return db;
}

static void closeExamples(sqlite3 *db, const char *subsystem){
  int code = sqlite3_close(db), left = memoryLeft()!=0;
  if( !scenarioBegin("the connection of the examples of %s closes", subsystem) ) return;
  if( code ) report("code %d", code);
  else if( left ) report("memory is left");
  for(sqlite3_stmt *open = NULL; code && (open = sqlite3_next_stmt(db, open))!=NULL; ) report("still open: %s", sqlite3_sql(open));
  scenarioEnd();
}

void worldOpen(World *world, const char *extension){
  sqlite3 *db = openLoaded(":memory:", NULL, extension);
  const char *subsystem = NULL;
  world->extension = extension;
  readHelp(db, world);
  sqlite3_close(db);
  for(int i = 0; i < world->count; i++){
    Example *example = &world->examples[i];
    if( subsystem==NULL || strcmp(subsystem, example->subsystem)!=0 ){
      if( subsystem ) closeExamples(db, subsystem);
      subsystem = example->subsystem;
      db = openFor(world, subsystem);
    }
    prepareExample(db, example->name);
    if( !snapshot(db, &example->before, &example->size) ) exit(2);
    Outcome outcome = runSql(db, example->sql[FORM_SELECT]);
    example->works = outcome.code==SQLITE_OK;
    if( !scenarioBegin("the example of %s runs", example->name) ) continue;
    if( !example->works ) report("%s: %s", example->sql[FORM_SELECT], outcome.message);
    scenarioEnd();
  }
  if( subsystem ) closeExamples(db, subsystem);
}

void worldClose(World *world){
  for(int i = 0; i < world->count; i++){
    Example *example = &world->examples[i];
    free(example->name);
    free(example->kind);
    free(example->flags);
    free(example->subsystem);
    free(example->before);
    for(int form = 0; form < FORMS; form++) free(example->sql[form]);
  }
  free(world->examples);
}

/* Moves the content over by a backup, which leaves the connection's state alone. */
static void copyInto(sqlite3 *db, const Example *example){
  sqlite3 *from = openPlain(":memory:", NULL);
  restore(from, example->before, example->size);
  sqlite3_backup *backup = sqlite3_backup_init(db, "main", from, "main");
  if( backup==NULL || sqlite3_backup_step(backup, -1)!=SQLITE_DONE ) exit(2);
  sqlite3_backup_finish(backup);
  sqlite3_close(from);
}

void replayState(const World *world, int example, sqlite3 *db){
  for(int i = 0; i < example; i++){
    const Example *earlier = &world->examples[i];
    int counts = earlier->works && strcmp(earlier->flags, "direct")==0
              && strcmp(earlier->subsystem, world->examples[example].subsystem)==0;
    if( !counts ) continue;
    copyInto(db, earlier);
    runSql(db, earlier->sql[FORM_SELECT]);
  }
  copyInto(db, &world->examples[example]);
}

/* ---- What an example does undisturbed ---- */

static Outcome runFresh(const World *world, int example, const char *sql, int replay, Fingerprint *before, Fingerprint *after){
  sqlite3 *db = openLoaded(":memory:", NULL, world->extension);
  restore(db, world->examples[example].before, world->examples[example].size);
  readyConnection(db, &world->examples[example]);
  if( replay ) replayState(world, example, db);
  fingerprint(db, before);
  Outcome outcome = runSql(db, sql);
  fingerprint(db, after);
  sqlite3_close(db);
  return outcome;
}

int referenceMake(const World *world, int example, const char *sql, Reference *reference){
  reference->replay = 0;
  reference->first = runFresh(world, example, sql, 0, &reference->before, &reference->after);
  if( reference->first.code ){
    reference->replay = 1;
    reference->first = runFresh(world, example, sql, 1, &reference->before, &reference->after);
  }
  reference->second = runFresh(world, example, sql, reference->replay, &reference->before, &reference->again);
  if( reference->first.code ) report("does not run on a connection of its own: %s", reference->first.message);
  return reference->first.code==SQLITE_OK;
}

int isAfter(const Reference *reference, const Fingerprint *now){
  return sameBut(&reference->after, now, &reference->after, &reference->again);
}

int rightValue(const Reference *reference, const Outcome *outcome){
  if( outcome->rows!=reference->first.rows ) return 0;
  return reference->first.value!=reference->second.value || outcome->value==reference->first.value;
}
