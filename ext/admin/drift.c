#include "admin/drift.h"

#include <string.h>

#include "admin/migrate.h"
#include "admin/shape.h"
#include "engine/directory.h"
#include "engine/text.h"

typedef struct Drift {
  Shape shape;
  DriftFound *found;
  void *context;
} Drift;

/* One object as the schema makes it. Texts live as long as the call. */
typedef struct Made {
  const char *type, *name, *table, *sql;
} Made;

static void report(LoreCall *call, Drift *drift, const char *severity, const Made *made, const char *problem, const char *fix,
                   const char *table){
  const char *object = loreFormat(call, "%s %s", made->type, made->name);
  int is_late = loreWordIn(made->type, "index|trigger");
  if( !loreFailed(call) ) drift->found(call, drift->context, severity, object, problem, fix, is_late ? NULL : table, is_late);
}

/* ---- Definitions ---- */

static char lower(char c){
  return (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
}

static const char *skipBlank(const char *p){
  while( *p==' ' || *p=='\n' || *p=='\t' || *p=='\r' ) p++;
  return p;
}

int driftSame(const char *a, const char *b){
  char quote = 0;
  for(;;){
    if( !quote ){
      a = skipBlank(a);
      b = skipBlank(b);
    }
    char x = quote ? *a : lower(*a), y = quote ? *b : lower(*b);
    if( x!=y ) return 0;
    if( x==0 ) return 1;
    if( quote ? x==quote : x=='\'' || x=='"' ) quote = quote ? 0 : x;
    a++;
    b++;
  }
}

/* Whether our own text says IF NOT EXISTS of this name: then something of other software may bear it. */
int driftIsGiven(const char *name){
  static const char kBefore[] = "IF NOT EXISTS main.";
  size_t length = strlen(name);
  for(int i = 0; i < LORE_MIGRATION_COUNT; i++){
    for(const char *p = kLoreMigrations[i].up; (p = strstr(p, kBefore))!=NULL; ){
      p += sizeof kBefore - 1;
      if( strncmp(p, name, length)==0 && strchr(" \n(", p[length]) ) return 1;
    }
  }
  return 0;
}

static int isTaken(LoreCall *call, const char *table){
  loreLetText(call, "name", table);
  return loreFindInt(call, SQL_ADMIN_TAKEN)!=0;
}

/* ---- Tables ---- */

/* Our own statement that adds the column, without its end. */
static const char *embeddedAdd(LoreCall *call, const char *table, const char *column){
  const char *start = loreFormat(call, "ALTER TABLE main.%s ADD COLUMN %s ", table, column);
  for(int i = 0; start && i < LORE_MIGRATION_COUNT; i++){
    const char *found = strstr(kLoreMigrations[i].up, start);
    if( found ) return loreFormat(call, "%.*s", (int)strcspn(found, ";"), found);
  }
  return NULL;
}

const char *driftAddColumn(LoreCall *call, const char *table, const char *column, const char *type, int *embedded){
  const char *text = embeddedAdd(call, table, column);
  *embedded = text!=NULL;
  return text ? text : loreFormat(call, "ALTER TABLE main.\"%w\" ADD COLUMN \"%w\" %s", table, column, type);
}

/* How many columns the schema gives it. */
static int compareColumns(LoreCall *call, Drift *drift, const Made *made){
  int count = 0;
  sqlite3_stmt *columns = shapeAsk(call, &drift->shape, SQL_ADMIN_COLUMNS);
  if( columns ) sqlite3_bind_text(columns, 1, made->name, -1, SQLITE_STATIC);
  for( ; shapeNext(call, columns); count++ ){
    const char *column = loreFormat(call, "%s", shapeText(columns, 0)), *type = loreFormat(call, "%s", shapeText(columns, 1));
    int is_key = sqlite3_column_int(columns, 2);
    loreLetText(call, "name", made->name);
    loreLetText(call, "column", column);
    loreLetText(call, "type", type);
    loreLetInt(call, "pk", is_key);
    const char *problem = loreFindText(call, SQL_ADMIN_COLUMN_PROBLEM);
    if( problem==NULL ) continue;
    int can_add = !is_key && loreFindInt(call, SQL_ADMIN_HAS_COLUMN)==0, embedded;
    const char *whole = loreFormat(call, "%s", shapeText(columns, 3));
    const char *fix = can_add ? driftAddColumn(call, made->name, column, whole, &embedded) : NULL;
    report(call, drift, "error", made, problem, fix, made->name);
  }
  sqlite3_finalize(columns);
  return count;
}

static void compareTable(LoreCall *call, Drift *drift, const Made *made, const char *sql){
  int columns = compareColumns(call, drift, made);
  if( driftIsGiven(made->name) || driftSame(sql, made->sql) ) return;
  loreLetText(call, "name", made->name);
  if( loreFindInt(call, SQL_ADMIN_TABLE_WIDTH)!=columns ) return; /* columns of other software; or reported already */
  report(call, drift, "warning", made, "its definition is not that of the schema: a constraint, a default or STRICT differs", NULL,
         NULL);
}

/* ---- Indexes, triggers, views ---- */

static const char *columnsOf(LoreCall *call, Drift *drift, const char *index){
  sqlite3_stmt *rows = shapeAsk(call, &drift->shape, SQL_ADMIN_INDEX_COLUMNS);
  if( rows ) sqlite3_bind_text(rows, sqlite3_bind_parameter_index(rows, ":index_name"), index, -1, SQLITE_STATIC);
  const char *columns = shapeNext(call, rows) ? loreFormat(call, "%s", shapeText(rows, 0)) : "";
  sqlite3_finalize(rows);
  return columns;
}

/* An index that came with the table and has the first of our columns serves. */
static int servesAsIndex(LoreCall *call, Drift *drift, const Made *made){
  if( strcmp(made->type, "index")!=0 || !driftIsGiven(made->name) || !isTaken(call, made->table) ) return 0;
  const char *ours = columnsOf(call, drift, made->name);
  loreLetText(call, "index_name", made->name);
  const char *theirs = loreFindText(call, SQL_ADMIN_INDEX_COLUMNS);
  return theirs && *theirs && ours && strncmp(ours, theirs, strlen(theirs))==0;
}

static void compareOther(LoreCall *call, Drift *drift, const Made *made, const char *sql, const char *unsafe){
  int may_differ = strcmp(made->type, "view")==0 && driftIsGiven(made->name);
  if( may_differ || driftSame(sql, made->sql) || servesAsIndex(call, drift, made) ) return;
  report(call, drift, "error", made, "its definition is not that of the schema",
         loreFormat(call, "DROP %s main.\"%w\"; %s", made->type, made->name, made->sql), unsafe);
}

/* ---- All of them ---- */

static void compare(LoreCall *call, Drift *drift, const Made *made){
  loreLetText(call, "name", made->name);
  LoreStatement *row = loreQuery(call, SQL_ADMIN_DEFINITION);
  const char *type = NULL, *sql = NULL, *unsafe = loreWordIn(made->type, "table|view") ? made->name : NULL;
  if( loreNext(row) ){
    type = loreColumnCopy(row, 0);
    sql = loreColumnCopy(row, 1);
  }
  loreDone(row);
  if( loreFailed(call) ) return;
  if( type==NULL ){
    report(call, drift, "error", made, "it is not there", made->sql, unsafe);
  }else if( strcmp(type, made->type)!=0 ){
    if( strcmp(made->type, "view")==0 && driftIsGiven(made->name) ) return;
    report(call, drift, "error", made, loreFormat(call, "a %s has its name", type), NULL, unsafe);
  }else if( strcmp(type, "table")==0 ){
    compareTable(call, drift, made, sql ? sql : "");
  }else{
    compareOther(call, drift, made, sql ? sql : "", unsafe);
  }
}

static void compareMade(LoreCall *call, Drift *drift){
  sqlite3_stmt *objects = shapeAsk(call, &drift->shape, SQL_ADMIN_ALL_MADE);
  if( objects ) sqlite3_bind_int64(objects, 1, drift->shape.since);
  while( shapeNext(call, objects) ){
    Made made = { .type = loreFormat(call, "%s", shapeText(objects, 0)), .name = loreFormat(call, "%s", shapeText(objects, 1)),
                  .table = loreFormat(call, "%s", shapeText(objects, 2)), .sql = loreFormat(call, "%s", shapeText(objects, 3)) };
    if( !loreFailed(call) ) compare(call, drift, &made);
  }
  sqlite3_finalize(objects);
}

void driftFind(LoreCall *call, DriftFound *found, void *context){
  for(int i = 0; loreSubsystem(call, i) && !loreFailed(call); i++){
    Drift drift = { .found = found, .context = context };
    shapeSubsystem(call, &drift.shape, loreSubsystem(call, i)->name, migrateIsApplied);
    compareMade(call, &drift);
    shapeClose(&drift.shape);
  }
}
