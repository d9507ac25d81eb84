#include "admin/shape.h"

#include <stdio.h>
#include <string.h>

#include "admin/plan.h"
#include "engine/directory.h"

/* One object of a schema. */
typedef struct Object {
  char type[16];
  char name[128];
  char table[128];
} Object;

void shapeOpen(LoreCall *call, Shape *shape){
  memset(shape, 0, sizeof *shape);
  shape->taken = " ";
  if( loreFailed(call) ) return;
  int code = sqlite3_open_v2(":memory:", &shape->scratch, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
  if( code ) loreNoMemory(call);
}

void shapeClose(Shape *shape){
  sqlite3_close(shape->scratch);
  sqlite3_free(shape->problems);
}

void shapeProblem(LoreCall *call, Shape *shape, const char *text){
  if( text==NULL || loreFailed(call) ) return;
  char *longer = shape->problems ? sqlite3_mprintf("%s; %s", shape->problems, text) : sqlite3_mprintf("%s", text);
  if( longer==NULL ){
    loreNoMemory(call);
    return;
  }
  sqlite3_free(shape->problems);
  shape->problems = longer;
}

/* ---- The scratch database ---- */

/* The scratch database only ever sees our own texts: what fails there is memory. */
sqlite3_stmt *shapeAsk(LoreCall *call, Shape *shape, LoreSql id){
  sqlite3_stmt *statement = NULL;
  if( loreFailed(call) ) return NULL;
  if( sqlite3_prepare_v2(shape->scratch, kLoreSql[id].text, -1, &statement, NULL) ) loreNoMemory(call);
  return statement;
}

int shapeNext(LoreCall *call, sqlite3_stmt *statement){
  if( statement==NULL || loreFailed(call) ) return 0;
  int code = sqlite3_step(statement);
  if( code!=SQLITE_ROW && code!=SQLITE_DONE ) loreNoMemory(call);
  return code==SQLITE_ROW;
}

const char *shapeText(sqlite3_stmt *statement, int column){
  const char *value = (const char*)sqlite3_column_text(statement, column);
  return value ? value : "";
}

/* Runs the first statement of sql; what is left. */
static const char *runFirst(LoreCall *call, Shape *shape, const char *sql){
  sqlite3_stmt *statement = NULL;
  const char *rest = "";
  if( loreFailed(call) ) return "";
  int code = sqlite3_prepare_v2(shape->scratch, sql, -1, &statement, &rest);
  if( code==SQLITE_OK && statement ) code = sqlite3_step(statement);
  sqlite3_finalize(statement);
  if( code==SQLITE_NOMEM ){
    loreNoMemory(call);
  }else if( code!=SQLITE_OK && code!=SQLITE_DONE ){
    loreRefuse(call, LORE_NOT_READY, "the embedded schema is broken: %s", sqlite3_errmsg(shape->scratch));
  }
  return loreFailed(call) ? "" : rest + strspn(rest, " \n");
}

static sqlite3_int64 lastObject(LoreCall *call, Shape *shape){
  sqlite3_stmt *statement = shapeAsk(call, shape, SQL_ADMIN_LAST_OBJECT);
  sqlite3_int64 last = shapeNext(call, statement) ? sqlite3_column_int64(statement, 0) : 0;
  sqlite3_finalize(statement);
  return last;
}

/* The object that the last statement has made there, if it made one. */
static int madeObject(LoreCall *call, Shape *shape, sqlite3_int64 since, Object *object){
  sqlite3_stmt *statement = shapeAsk(call, shape, SQL_ADMIN_MADE);
  if( statement ) sqlite3_bind_int64(statement, 1, since);
  int made = shapeNext(call, statement);
  if( made ){
    snprintf(object->type, sizeof object->type, "%s", shapeText(statement, 0));
    snprintf(object->name, sizeof object->name, "%s", shapeText(statement, 1));
    snprintf(object->table, sizeof object->table, "%s", shapeText(statement, 2));
  }
  sqlite3_finalize(statement);
  return made;
}

/* ---- Comparing ---- */

/* No column but ours, "|a|b|", demands a value; and there are rowids where our statements count on them. */
static void compareWhole(LoreCall *call, Shape *shape, const char *table, const char *columns){
  loreLetText(call, "columns", columns);
  const char *demanding = loreFindText(call, SQL_ADMIN_DEMANDING_COLUMN);
  if( demanding ) shapeProblem(call, shape, loreFormat(call, "%s.%s is NOT NULL without a default", table, demanding));
  sqlite3_stmt *ours = shapeAsk(call, shape, SQL_ADMIN_LACKS_ROWID);
  if( ours ) sqlite3_bind_text(ours, 1, table, -1, SQLITE_STATIC);
  int may_lack = shapeNext(call, ours) && sqlite3_column_int(ours, 0);
  sqlite3_finalize(ours);
  if( may_lack || loreFindInt(call, SQL_ADMIN_LACKS_ROWID)==0 ) return;
  shapeProblem(call, shape, loreFormat(call, "%s is WITHOUT ROWID", table));
}

/* Each given column is there. */
static void compareColumns(LoreCall *call, Shape *shape, const Object *object){
  char *columns = loreFormat(call, "|");
  sqlite3_stmt *statement = shapeAsk(call, shape, SQL_ADMIN_COLUMNS);
  if( statement ) sqlite3_bind_text(statement, 1, object->name, -1, SQLITE_STATIC);
  while( shapeNext(call, statement) ){
    columns = loreFormat(call, "%s%s|", columns, shapeText(statement, 0));
    loreLetText(call, "column", shapeText(statement, 0));
    loreLetText(call, "type", shapeText(statement, 1));
    loreLetInt(call, "pk", sqlite3_column_int(statement, 2));
    shapeProblem(call, shape, loreFindText(call, SQL_ADMIN_COLUMN_PROBLEM));
  }
  sqlite3_finalize(statement);
  compareWhole(call, shape, object->name, columns);
}

static void compareKeys(LoreCall *call, Shape *shape, const Object *object){
  sqlite3_stmt *statement = shapeAsk(call, shape, SQL_ADMIN_UNIQUE_KEYS);
  if( statement ) sqlite3_bind_text(statement, 1, object->name, -1, SQLITE_STATIC);
  while( shapeNext(call, statement) ){
    loreLetText(call, "columns", shapeText(statement, 0));
    if( loreFindInt(call, SQL_ADMIN_HAS_UNIQUE_KEY)==0 ){
      shapeProblem(call, shape, loreFormat(call, "%s lacks UNIQUE (%s)", object->name, shapeText(statement, 0)));
    }
  }
  sqlite3_finalize(statement);
}

/* A column that is not there can be added, unless it is part of the primary key. */
static void compareOrAdd(LoreCall *call, Shape *shape, const char *table, const char **lacking, const char **all){
  sqlite3_stmt *columns = shapeAsk(call, shape, SQL_ADMIN_COLUMNS);
  if( columns ) sqlite3_bind_text(columns, 1, table, -1, SQLITE_STATIC);
  while( shapeNext(call, columns) ){
    const char *name = loreFormat(call, "%s", shapeText(columns, 0));
    int is_key = sqlite3_column_int(columns, 2);
    *all = loreFormat(call, "%s%s|", *all, name);
    loreLetText(call, "column", name);
    loreLetText(call, "type", shapeText(columns, 1));
    loreLetInt(call, "pk", is_key);
    const char *problem = loreFindText(call, SQL_ADMIN_COLUMN_PROBLEM);
    if( problem && !is_key && loreFindInt(call, SQL_ADMIN_HAS_COLUMN)==0 ){
      *lacking = loreFormat(call, "%s%s%s", *lacking, **lacking ? ", " : "", name);
      if( *lacking==NULL ) break;
    }else{
      shapeProblem(call, shape, problem);
    }
  }
  sqlite3_finalize(columns);
}

const char *shapeConflict(LoreCall *call, Shape *shape, const char *table, const char **lacking){
  Object object = { .type = "table" };
  const char *all = "|";
  *lacking = "";
  sqlite3_free(shape->problems);
  shape->problems = NULL;
  sqlite3_snprintf(sizeof object.name, object.name, "%s", table);
  loreLetText(call, "name", table);
  compareOrAdd(call, shape, table, lacking, &all);
  compareWhole(call, shape, table, all);
  compareKeys(call, shape, &object);
  return shape->problems ? loreFormat(call, "%s", shape->problems) : NULL;
}

/* `given`: the statement says IF NOT EXISTS, so the same thing may be there. */
static void compare(LoreCall *call, Shape *shape, const Object *object, int given){
  char there[16] = "";
  loreLetText(call, "name", object->name);
  LoreStatement *rows = loreQuery(call, SQL_ADMIN_OBJECT);
  int same = 0;
  if( loreNext(rows) ){
    sqlite3_snprintf(sizeof there, there, "%s", loreColumnText(rows, 0));
    const char *table = loreColumnText(rows, 1);
    same = given && strcmp(there, object->type)==0 && table && sqlite3_stricmp(table, object->table)==0;
  }
  loreDone(rows);
  if( there[0]==0 || (given && strcmp(object->type, "view")==0) ) return;
  if( !same ){
    shapeProblem(call, shape, loreFormat(call, "%s %s named %s is there already", there[0]=='i' ? "an" : "a", there, object->name));
  }else if( strcmp(object->type, "table")==0 ){
    shape->taken = loreFormat(call, "%s%s ", shape->taken, object->name);
    compareColumns(call, shape, object);
    compareKeys(call, shape, object);
  }
}

/* ALTER TABLE main.<table> ADD COLUMN <column> <type>…: our own texts have no other form. */
static int parseAdd(const char *statement, Object *object, char *column, size_t size){
  char name[128];
  if( size < 128 || sscanf(statement, "ALTER TABLE main.%127s ADD COLUMN %127s", name, column)!=2 ) return 0;
  snprintf(object->name, sizeof object->name, "%s", name);
  return 1;
}

int shapeHasColumn(LoreCall *call, const char *statement){
  Object object;
  char column[128];
  if( !parseAdd(statement, &object, column, sizeof column) ) return 0;
  loreLetText(call, "name", object.name);
  loreLetText(call, "column", column);
  int has = loreFindInt(call, SQL_ADMIN_HAS_COLUMN)!=0;
  loreLetNull(call, "name");
  loreLetNull(call, "column");
  return has;
}

void shapeMigrate(LoreCall *call, Shape *shape, const LoreMigration *migration, int compare_it){
  const char *sql = migration->up;
  while( *sql && !loreFailed(call) ){
    sqlite3_int64 last = lastObject(call, shape);
    const char *rest = runFirst(call, shape, sql);
    Object object;
    if( compare_it && madeObject(call, shape, last, &object) ){
      const char *given = strstr(sql, "IF NOT EXISTS");
      compare(call, shape, &object, given && given < rest + (*rest==0 ? strlen(sql) : 0));
    }
    sql = rest;
  }
}

void shapeMigrateAll(LoreCall *call, Shape *shape){
  char plan[LORE_MIGRATION_COUNT];
  memset(plan, 1, sizeof plan);
  for(int i = planNext(plan); i >= 0 && !loreFailed(call); i = planNext(plan)){
    shapeMigrate(call, shape, &kLoreMigrations[i], 0);
    plan[i] = 0;
  }
}

/* Those of the plan: of others, or the subsystem's own. */
static void migratePart(LoreCall *call, Shape *shape, char *plan, const char *subsystem, int own){
  char part[LORE_MIGRATION_COUNT];
  for(int i = 0; i < LORE_MIGRATION_COUNT; i++) part[i] = plan[i] && (strcmp(kLoreMigrations[i].subsystem, subsystem)==0)==own;
  for(int i = planNext(part); i >= 0 && !loreFailed(call); i = planNext(part)){
    shapeMigrate(call, shape, &kLoreMigrations[i], 0);
    part[i] = 0;
  }
}

void shapeSubsystem(LoreCall *call, Shape *shape, const char *subsystem, ShapeChosen *chosen){
  char plan[LORE_MIGRATION_COUNT];
  shapeOpen(call, shape);
  planRead(call, subsystem, plan);
  for(int i = 0; chosen && i < LORE_MIGRATION_COUNT; i++) plan[i] = plan[i] && chosen(call, &kLoreMigrations[i]);
  migratePart(call, shape, plan, subsystem, 0);
  shape->since = lastObject(call, shape);
  migratePart(call, shape, plan, subsystem, 1);
}

/* ---- Undoing ---- */

static char *objects(LoreCall *call, Shape *shape){
  sqlite3_stmt *statement = shapeAsk(call, shape, SQL_ADMIN_TABLES);
  char *list = shapeNext(call, statement) ? loreFormat(call, "%s", shapeText(statement, 0)) : NULL;
  sqlite3_finalize(statement);
  return list;
}

void shapeUndo(LoreCall *call, Shape *shape, const LoreMigration *migration,
               void (*dropped)(LoreCall *call, void *context, const char *type, const char *name), void *context){
  char *before = objects(call, shape);
  for(const char *sql = migration->down; *sql && !loreFailed(call); ) sql = runFirst(call, shape, sql);
  char *after = objects(call, shape);
  if( loreFailed(call) ) return;
  for(char *object = before; *object; object += strlen(object) + 1){
    char *bar = strchr(object, '|');
    *bar = 0;
    char *still = loreFormat(call, "%s|", object);
    if( still==NULL ) return;
    if( strstr(after, still)==NULL ){
      char *blank = strchr(object, ' ');
      *blank = 0;
      dropped(call, context, object, blank + 1);
      *blank = ' ';
    }
  }
}
