/*
** Migrations: each subsystem's schema, numbered, applied in order with what it needs.
**
** A run compares first (shape.h) and writes only when nothing is in the way; the frame makes it
** all-or-nothing. Rolling back drops tables, which no frame can undo, so it has a transaction of its own
** or a savepoint in the caller's (transaction.h). lore_migrations records each migration with its
** checksum; its rows of subsystem 'lore' say which versions of the extension have written the file.
*/
#include "admin/migrate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin/hiding.h"
#include "admin/info.h"
#include "admin/plan.h"
#include "admin/shape.h"
#include "admin/transaction.h"
#include "engine/digest.h"
#include "engine/directory.h"

enum { MIGRATE_SUBSYSTEMS };
enum { ROLLBACK_SUBSYSTEM, ROLLBACK_TO_VERSION, ROLLBACK_CONFIRM };

void migrateChecksum(const LoreMigration *migration, char *hex){
  const char *parts[] = { migration->up };
  loreDigest(parts, 1, hex);
}

int migrateIsApplied(LoreCall *call, const LoreMigration *migration){
  if( loreFindInt(call, SQL_ENGINE_HAS_MIGRATIONS)==0 ) return 0;
  loreLetText(call, "module", migration->subsystem);
  loreLetInt(call, "number", migration->version);
  return loreFindInt(call, SQL_ADMIN_APPLIED)!=0;
}

/* ---- Before anything is written ---- */

static void checkFileVersion(LoreCall *call){
  if( loreFindInt(call, SQL_ENGINE_HAS_MIGRATIONS)==0 ) return;
  sqlite3_int64 newest = loreFindInt(call, SQL_ADMIN_NEWEST_FILE);
  if( newest <= atoi(LORE_VERSION) ) return;
  loreRefuse(call, LORE_NOT_READY, "this file was written by lore %s, this is %s",
             loreFindText(call, SQL_ENGINE_FILE_VERSION), LORE_VERSION);
}

static void foundHiding(LoreCall *call, void *context, const char *hiding, const char *kind, const char *name, const char *fix){
  (void)fix;
  shapeProblem(call, context, loreFormat(call, "%s hides the %s %s", hiding, kind, name));
}

static int isPending(LoreCall *call, const char *chosen){
  for(int i = 0; i < LORE_MIGRATION_COUNT; i++) if( chosen[i] && !migrateIsApplied(call, &kLoreMigrations[i]) ) return 1;
  return 0;
}

/* Finds what is in the way, and which tables are taken over. */
static const char *check(LoreCall *call, const char *chosen){
  Shape shape;
  char left[LORE_MIGRATION_COUNT];
  memcpy(left, chosen, sizeof left);
  shapeOpen(call, &shape);
  checkFileVersion(call);
  hidingFind(call, foundHiding, &shape);
  if( !isPending(call, chosen) ) memset(left, 0, sizeof left); /* the comparison costs some 50 ms */
  for(int i = planNext(left); i >= 0 && !loreFailed(call); i = planNext(left)){
    shapeMigrate(call, &shape, &kLoreMigrations[i], !migrateIsApplied(call, &kLoreMigrations[i]));
    left[i] = 0;
  }
  if( shape.problems ) loreRefuse(call, LORE_REFUSED, "nothing was changed: %s", shape.problems);
  shapeClose(&shape);
  return loreFailed(call) ? "" : shape.taken;
}

/* ---- Applying ---- */

static void runScript(LoreCall *call, const char *sql){
  while( sql && *sql && !loreFailed(call) ){
    if( strncmp(sql, "ALTER TABLE ", 12)==0 && shapeHasColumn(call, sql) ){
      sql = strchr(sql, ';') + 1;
      sql += strspn(sql, " \n");
    }else{
      sql = loreRunEmbedded(call, sql);
    }
  }
}

static void record(LoreCall *call, const LoreMigration *migration){
  char checksum[LORE_DIGEST_SIZE];
  migrateChecksum(migration, checksum);
  loreLetText(call, "module", migration->subsystem);
  loreLetInt(call, "number", migration->version);
  loreLetText(call, "title", migration->name);
  loreLetText(call, "checksum", checksum);
  loreWriteOne(call, SQL_ADMIN_RECORD);
  loreLetNull(call, "checksum");
}

/* A table that was there before us is not ours to drop. */
static void take(LoreCall *call, const char *tables){
  for(const char *p = tables + 1; *p && !loreFailed(call); ){
    size_t length = strcspn(p, " ");
    loreLetText(call, "name", loreFormat(call, "%.*s", (int)length, p));
    loreRun(call, SQL_ADMIN_TAKE);
    p += length + 1;
  }
}

const char *migrateApply(LoreCall *call, const char *list){
  char chosen[LORE_MIGRATION_COUNT];
  const char *done = "";
  planRead(call, list, chosen);
  const char *taken = check(call, chosen);
  for(int i = planNext(chosen); i >= 0 && !loreFailed(call); i = planNext(chosen)){
    const LoreMigration *migration = &kLoreMigrations[i];
    chosen[i] = 0;
    if( migrateIsApplied(call, migration) ) continue;
    runScript(call, migration->up);
    record(call, migration);
    done = loreFormat(call, "%s%s%s %d", done, *done ? ", " : "", migration->subsystem, migration->version);
  }
  if( loreFailed(call) ) return "";
  take(call, taken);
  loreLetInt(call, "number", atoi(LORE_VERSION));
  loreLetText(call, "title", LORE_VERSION);
  loreRun(call, SQL_ADMIN_STAMP);
  return done;
}

void migrateRun(LoreCall *call){
  const char *done = migrateApply(call, loreText(call, MIGRATE_SUBSYSTEMS));
  if( loreFailed(call) ) return;
  if( *done==0 ) loreNotice(call, "nothing to apply");
  loreResultText(call, *done ? done : "nothing to apply");
}

/* ---- Rolling back ---- */

static int isTaken(LoreCall *call, const char *table){
  loreLetText(call, "name", table);
  int taken = loreFindInt(call, SQL_ADMIN_TAKEN)!=0;
  loreLetNull(call, "name");
  return taken;
}

typedef struct Undo {
  const char *kept; /* rows that stand in the way */
} Undo;

static void countRows(LoreCall *call, void *context, const char *type, const char *name){
  Undo *undo = context;
  if( strcmp(type, "table")!=0 || strcmp(name, "lore_migrations")==0 || isTaken(call, name) ) return;
  LoreStatement *count = loreTemplate(call, SQL_ADMIN_COUNT_TEMPLATE, name);
  sqlite3_int64 rows = loreNext(count) ? loreColumnInt(count, 0) : 0;
  loreDone(count);
  if( rows > 0 ) undo->kept = loreFormat(call, "%s%s%s has %lld rows", undo->kept, *undo->kept ? ", " : "", name, rows);
}

static int isView(LoreCall *call, const char *name){
  loreLetText(call, "name", name);
  const char *type = loreFindText(call, SQL_ADMIN_OBJECT);
  loreLetNull(call, "name");
  return type && strcmp(type, "view")==0;
}

/* Our own texts have no other form than DROP TABLE main.<name>; and DROP VIEW main.<name>; */
static int isForeign(LoreCall *call, const char *statement){
  char kind[8], name[128];
  if( sscanf(statement, "DROP %7s main.%127[^; ]", kind, name)!=2 ) return 0;
  return strcmp(kind, "VIEW")==0 ? !isView(call, name) : isTaken(call, name);
}

static void undo(LoreCall *call, const LoreMigration *migration){
  for(const char *sql = migration->down; sql && *sql && !loreFailed(call); ){
    if( isForeign(call, sql) ){
      sql = strchr(sql, ';') + 1;
      sql += strspn(sql, " \n");
    }else{
      sql = loreRunEmbedded(call, sql);
    }
  }
  if( loreFindInt(call, SQL_ENGINE_HAS_MIGRATIONS)==0 ) return; /* it has dropped the record itself */
  loreLetText(call, "module", migration->subsystem);
  loreLetInt(call, "number", migration->version);
  loreWriteOne(call, SQL_ADMIN_UNRECORD);
}

/* Marks what is to be undone; 0 when there is no such subsystem. */
static int chooseUndo(LoreCall *call, const char *subsystem, sqlite3_int64 to, char *chosen){
  int known = 0;
  memset(chosen, 0, LORE_MIGRATION_COUNT);
  for(int i = 0; i < LORE_MIGRATION_COUNT; i++){
    if( strcmp(kLoreMigrations[i].subsystem, subsystem)!=0 ) continue;
    known = 1;
    chosen[i] = kLoreMigrations[i].version > to && migrateIsApplied(call, &kLoreMigrations[i]);
  }
  return known;
}

/* Another subsystem that is in use and needs what would go. Everything needs admin. */
static void checkNeeded(LoreCall *call, const char *subsystem, sqlite3_int64 to){
  for(int i = 0; to < 1 && i < LORE_MIGRATION_COUNT && !loreFailed(call); i++){
    const LoreMigration *other = &kLoreMigrations[i];
    int needs = planNeeds(other, subsystem);
    if( strcmp(other->subsystem, subsystem)==0 || !needs || !migrateIsApplied(call, other) ) continue;
    loreRefuse(call, LORE_REFUSED, "%s needs %s: roll it back first", other->subsystem, subsystem);
  }
}

static void checkRows(LoreCall *call, const char *chosen){
  Shape shape;
  Undo undo_state = { "" };
  shapeOpen(call, &shape);
  shapeMigrateAll(call, &shape);
  for(int i = LORE_MIGRATION_COUNT - 1; i >= 0; i--){
    if( chosen[i] ) shapeUndo(call, &shape, &kLoreMigrations[i], countRows, &undo_state);
  }
  shapeClose(&shape);
  if( *undo_state.kept && !loreFailed(call) ){
    loreRefuse(call, LORE_REFUSED, "%s; with 'drop-data' as third argument they are lost", undo_state.kept);
  }
}

static void keepEvent(LoreCall *call, void *unused){
  (void)unused;
  infoAudit(call, loreText(call, ROLLBACK_SUBSYSTEM), loreArgumentsJson(call));
}

static void rollback(LoreCall *call){
  char chosen[LORE_MIGRATION_COUNT];
  const char *subsystem = loreText(call, ROLLBACK_SUBSYSTEM);
  const char *confirm = loreText(call, ROLLBACK_CONFIRM);
  const char *done = "";
  if( loreFindInt(call, SQL_ENGINE_HAS_MIGRATIONS)==0 ){
    loreRefuse(call, LORE_NOT_READY, "nothing has been migrated");
  }
  checkFileVersion(call);
  if( !chooseUndo(call, subsystem, loreInt(call, ROLLBACK_TO_VERSION), chosen) ){
    loreRefuse(call, LORE_BAD_ARGUMENT, "there is no subsystem '%s'", subsystem);
  }
  checkNeeded(call, subsystem, loreInt(call, ROLLBACK_TO_VERSION));
  if( confirm==NULL ) checkRows(call, chosen);
  for(int i = LORE_MIGRATION_COUNT - 1; i >= 0 && !loreFailed(call); i--){
    if( !chosen[i] ) continue;
    undo(call, &kLoreMigrations[i]);
    done = loreFormat(call, "%s%s%s %d", done, *done ? ", " : "", kLoreMigrations[i].subsystem, kLoreMigrations[i].version);
  }
  if( !loreFailed(call) && *done ) loreInFrame(call, keepEvent, NULL);
  if( !loreFailed(call) ) loreResultText(call, *done ? done : "nothing to roll back");
}

void migrateRollback(LoreCall *call){
  loreRefuseReplicated(call);
  Transaction transaction = transactionBegin(call);
  if( !loreFailed(call) ) rollback(call);
  transactionEnd(call, &transaction);
}

/* ---- Status ---- */

static void statusRow(LoreCall *call, const LoreMigration *migration, int has){
  char checksum[LORE_DIGEST_SIZE];
  const char *recorded = NULL, *applied_at = NULL;
  migrateChecksum(migration, checksum);
  loreLetText(call, "module", migration->subsystem);
  loreLetInt(call, "number", migration->version);
  LoreStatement *row = has ? loreQuery(call, SQL_ADMIN_MIGRATION_ROWS) : NULL;
  if( loreNext(row) ){
    recorded = loreFormat(call, "%s", loreColumnText(row, 0));
    applied_at = loreFormat(call, "%s", loreColumnText(row, 1));
  }
  loreDone(row);
  loreRowInt(call, migration->version);
  loreRowText(call, migration->name);
  loreRowText(call, migration->subsystem);
  loreRowText(call, recorded==NULL ? "pending" : strcmp(recorded, checksum)==0 ? "applied" : "changed");
  loreRowText(call, applied_at);
  loreRowText(call, recorded ? recorded : checksum);
}

static void appRows(LoreCall *call){
  LoreStatement *rows = loreQuery(call, SQL_ADMIN_APP_ROWS);
  while( loreNext(rows) ){
    for(int column = 0; column < 6; column++) loreRowColumn(call, rows, column);
  }
}

void migrateStatus(LoreCall *call){
  int has = loreFindInt(call, SQL_ENGINE_HAS_MIGRATIONS)!=0;
  for(int i = 0; i < LORE_MIGRATION_COUNT && !loreFailed(call); i++) statusRow(call, &kLoreMigrations[i], has);
  if( has ) appRows(call);
}
