#include "admin/adopt.h"

#include <string.h>

#include "admin/drift.h"
#include "admin/migrate.h"
#include "admin/shape.h"
#include "admin/tables.h"
#include "admin/times.h"
#include "engine/directory.h"

/* What was found of one table. Texts live as long as the call. */
typedef struct Found {
  const char *state;
  const char *conflict; /* NULL for none */
  const char *lacking;  /* columns that it lacks */
  const char *indexes;  /* indexes likewise */
  sqlite3_int64 other_times;
} Found;

/* ---- Looking ---- */

/* Whether a migration that makes the table, or adds to it, has been applied. */
static int isMade(LoreCall *call, const char *table){
  const char *name = loreFormat(call, " main.%s ", table);
  for(int i = 0; i < LORE_MIGRATION_COUNT && !loreFailed(call); i++){
    if( strstr(kLoreMigrations[i].up, name) && migrateIsApplied(call, &kLoreMigrations[i]) ) return 1;
  }
  return 0;
}

static const char *lackingIndexes(LoreCall *call, Shape *shape, const char *table){
  const char *list = "";
  sqlite3_stmt *rows = shapeAsk(call, shape, SQL_ADMIN_ALL_MADE);
  if( rows ) sqlite3_bind_int64(rows, 1, 0);
  while( shapeNext(call, rows) ){
    if( strcmp(shapeText(rows, 0), "index")!=0 || strcmp(shapeText(rows, 2), table)!=0 ) continue;
    loreLetText(call, "name", loreFormat(call, "%s", shapeText(rows, 1)));
    if( loreFindText(call, SQL_ADMIN_OBJECT) ) continue;
    list = loreFormat(call, "%s%s%s", list, *list ? ", " : "", shapeText(rows, 1));
    if( list==NULL ) break;
  }
  sqlite3_finalize(rows);
  return list ? list : "";
}

/* Whether one of the columns ("a, b") is among those that are lacking. */
static int isLacking(LoreCall *call, const char *columns, const char *lacking){
  const char *all = loreFormat(call, ", %s, ", lacking);
  for(const char *p = columns; *p && all; ){
    size_t length = strcspn(p, ",");
    const char *column = loreFormat(call, ", %.*s, ", (int)length, p);
    if( column==NULL || strstr(all, column) ) return 1;
    p += length + strspn(p + length, ", ");
  }
  return 0;
}

/* Rows that a unique index of ours would refuse. NULL: there are none. */
static const char *sharedRows(LoreCall *call, Shape *shape, const char *table, const char *lacking){
  const char *text = NULL;
  sqlite3_stmt *rows = shapeAsk(call, shape, SQL_ADMIN_UNIQUE_INDEXES);
  if( rows ) sqlite3_bind_text(rows, 1, table, -1, SQLITE_STATIC);
  while( text==NULL && shapeNext(call, rows) ){
    const char *columns = loreFormat(call, "%s", shapeText(rows, 0)); /* names of the embedded schema */
    if( columns==NULL || isLacking(call, columns, lacking) ) continue;
    LoreStatement *shared = loreTemplate(call, SQL_ADMIN_SHARED_TEMPLATE, columns, table, columns, columns, columns);
    sqlite3_int64 groups = loreNext(shared) ? loreColumnInt(shared, 0) : 0;
    loreDone(shared);
    if( groups > 0 ) text = loreFormat(call, "%s has more than one row for %lld values of (%s)", table, groups, columns);
  }
  sqlite3_finalize(rows);
  return text;
}

static void lookAtGiven(LoreCall *call, Shape *shape, const char *table, Found *found){
  found->conflict = shapeConflict(call, shape, table, &found->lacking);
  if( found->conflict==NULL && !isMade(call, table) ) found->conflict = sharedRows(call, shape, table, found->lacking);
  found->indexes = lackingIndexes(call, shape, table);
  found->other_times = found->conflict ? 0 : timesCount(call, table);
  int is_identical = *found->lacking==0 && *found->indexes==0 && found->other_times==0 && isMade(call, table);
  found->state = found->conflict ? "conflicting" : is_identical ? "identical" : "compatible";
}

static Found look(LoreCall *call, Shape *shape, const char *table){
  Found found = { .state = "missing", .lacking = "", .indexes = "" };
  loreLetText(call, "name", table);
  const char *type = loreFindText(call, SQL_ADMIN_OBJECT);
  if( type==NULL || loreFailed(call) ) return found;
  if( strcmp(type, "table")!=0 ){
    found.conflict = loreFormat(call, "a %s named %s is there", type, table);
  }else if( driftIsGiven(table) && strcmp(table, "lore_migrations")!=0 ){
    lookAtGiven(call, shape, table, &found);
    return found;
  }else if( !isMade(call, table) ){
    found.conflict = loreFormat(call, "a table named %s is there that is not ours", table);
  }
  found.state = found.conflict ? "conflicting" : "identical";
  return found;
}

static const char *detailOf(LoreCall *call, const Found *found){
  if( found->conflict ) return found->conflict;
  const char *text = *found->lacking ? loreFormat(call, "lacks columns %s", found->lacking) : "";
  if( *found->indexes ) text = loreFormat(call, "%s%slacks indexes %s", text, *text ? "; " : "", found->indexes);
  if( found->other_times > 0 ){
    text = loreFormat(call, "%s%s%lld times in another form", text, *text ? "; " : "", found->other_times);
  }
  return text && *text ? text : NULL;
}

/* Every table of ours in turn, with a scratch database of its subsystem. */
typedef void LookedAt(LoreCall *call, Shape *shape, const char *table, const Found *found, void *context);

static void lookAtAll(LoreCall *call, LookedAt *looked_at, void *context){
  Shape shape = { .scratch = NULL };
  Tables tables;
  const char *subsystem = "";
  tablesBegin(&tables, NULL);
  while( !loreFailed(call) && tablesNext(&tables) ){
    if( strcmp(tables.subsystem, subsystem)!=0 ){
      shapeClose(&shape);
      subsystem = tables.subsystem;
      shapeSubsystem(call, &shape, subsystem, NULL);
    }
    const char *name = loreFormat(call, "%s", tables.name);
    if( loreFailed(call) ) break;
    Found found = look(call, &shape, name);
    looked_at(call, &shape, name, &found, context);
  }
  shapeClose(&shape);
}

static void showTable(LoreCall *call, Shape *shape, const char *table, const Found *found, void *context){
  (void)shape, (void)context;
  const char *detail = detailOf(call, found);
  loreRowText(call, table);
  loreRowText(call, found->state);
  loreRowText(call, detail);
}

void adoptRows(LoreCall *call){
  lookAtAll(call, showTable, NULL);
}

/* ---- Applying ---- */

static void say(LoreCall *call, const char **done, const char *text){
  if( text && *done ) *done = loreFormat(call, "%s%s%s", *done, **done ? "; " : "", text);
}

/* The type that the scratch database has for it, and the default. */
static const char *typeOf(LoreCall *call, Shape *shape, const char *table, const char *column){
  const char *type = "";
  sqlite3_stmt *rows = shapeAsk(call, shape, SQL_ADMIN_COLUMNS);
  if( rows ) sqlite3_bind_text(rows, 1, table, -1, SQLITE_STATIC);
  while( shapeNext(call, rows) ) if( strcmp(shapeText(rows, 0), column)==0 ) type = loreFormat(call, "%s", shapeText(rows, 3));
  sqlite3_finalize(rows);
  return type;
}

static void addColumn(LoreCall *call, Shape *shape, const char *table, const char *column){
  int embedded = 0;
  const char *type = typeOf(call, shape, table, column);
  const char *text = type ? driftAddColumn(call, table, column, type, &embedded) : NULL;
  if( text==NULL ) return;
  if( embedded ) loreRunEmbedded(call, text);
  else loreNext(loreTemplate(call, SQL_ADMIN_ADD_COLUMN_TEMPLATE, table, column, type));
}

static void addColumns(LoreCall *call, Shape *shape, const char *table, const char *lacking){
  for(const char *p = lacking; *p && !loreFailed(call); ){
    size_t length = strcspn(p, ",");
    const char *column = loreFormat(call, "%.*s", (int)length, p);
    if( column ) addColumn(call, shape, table, column);
    p += length + strspn(p + length, ", ");
  }
}

typedef struct Prepared {
  const char *done, *conflicts;
} Prepared;

static void prepareTable(LoreCall *call, Shape *shape, const char *table, const Found *found, void *context){
  Prepared *prepared = context;
  if( found->conflict ) say(call, &prepared->conflicts, found->conflict);
  if( found->conflict || *found->lacking==0 ) return;
  addColumns(call, shape, table, found->lacking);
  say(call, &prepared->done, loreFormat(call, "%s: added %s", table, found->lacking));
}

/* What is added before the migrations look; an error when a table conflicts. What was done. */
static const char *prepareTables(LoreCall *call){
  Prepared prepared = { "", "" };
  lookAtAll(call, prepareTable, &prepared);
  if( !loreFailed(call) && *prepared.conflicts ) loreRefuse(call, LORE_REFUSED, "nothing was changed: %s", prepared.conflicts);
  return prepared.done;
}

static void makeRows(LoreCall *call, const char **done){
  for(int i = 0; loreSubsystem(call, i) && !loreFailed(call); i++){
    const LoreSubsystem *subsystem = loreSubsystem(call, i);
    for(int k = 0; k < subsystem->adoptions.count; k++){
      sqlite3_int64 rows = loreRun(call, subsystem->adoptions.rows[k]);
      if( rows > 0 ) say(call, done, loreFormat(call, "%s: %lld rows made", subsystem->name, rows));
    }
  }
}

void adoptApply(LoreCall *call){
  const char *done = prepareTables(call);
  if( !loreFailed(call) ) timesRewrite(call, &done);
  const char *migrated = loreFailed(call) ? "" : migrateApply(call, "all");
  if( *migrated ) say(call, &done, loreFormat(call, "migrated %s", migrated));
  makeRows(call, &done);
  loreEverythingChanged(call);
  if( loreFailed(call) || done==NULL ) return;
  if( *done==0 ) loreNotice(call, "nothing to do");
  loreResultText(call, *done ? done : "nothing to do");
}
