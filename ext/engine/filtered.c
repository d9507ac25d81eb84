/*
** Filtered tables: of a base table that all tenants share, each sees its own rows, by an eponymous table that is WITHOUT ROWID
** (rowids would tell of the gaps that others' rows leave) and has the key id.
**
** Every statement on the base is made in filtered_plan.c and has the tenant's column equal ?1, which is bound here and nowhere
** else. INSERT gives the tenant's own; OR REPLACE deletes the tenant's own rows of the same keys and then inserts, it never says
** REPLACE to SQLite, for that would take another tenant's row where a base has a key without the tenant. An id that only another
** tenant has is free where the base's keys are led by the tenant, as ours are.
**
** The statements are kept with the table, which SQLite disconnects before it looks for open statements on close.
*/
#include "engine/filtered.h"

#include <string.h>

#include "engine/directory.h"
#include "engine/empty.h"
#include "engine/uuid.h"

typedef struct FilteredCursor {
  sqlite3_vtab_cursor base;
  FilteredStatement *statement;
  FilteredStatement own;     /* when there was none to keep */
  int is_done;
  signed char place[FILTERED_COLUMNS]; /* of a column, in the statement's row */
} FilteredCursor;

/* ---- The table ---- */

int loreFilteredColumn(const FilteredTable *table, const char *name, size_t length){
  for(int i = 0; i < table->width; i++){
    if( strlen(table->names[i])==length && strncmp(table->names[i], name, length)==0 ) return i;
  }
  return 0;
}

/* "id TEXT, account_id TEXT": the names, each ended where its type begins. */
static int readNames(FilteredTable *table){
  char *p = sqlite3_mprintf("%s", table->row->columns);
  table->names[0] = p;
  if( p==NULL ) return SQLITE_NOMEM;
  while( *p && table->width < FILTERED_COLUMNS ){
    table->names[table->width++] = p;
    p += strcspn(p, " ");
    if( *p ) *p++ = 0;
    p += strcspn(p, ",");
    p += strspn(p, ", ");
  }
  return SQLITE_OK;
}

static int filteredDisconnect(sqlite3_vtab *base){
  FilteredTable *table = (FilteredTable*)base;
  for(int i = 0; i < FILTERED_STATEMENTS; i++){
    sqlite3_finalize(table->statements[i].prepared);
    sqlite3_free(table->statements[i].plan);
  }
  sqlite3_free(table->names[0]);
  sqlite3_free(table);
  return SQLITE_OK;
}

static int declare(LoreConnection *connection, const LoreFiltered *row){
  char *sql = sqlite3_mprintf("CREATE TABLE x(%s, PRIMARY KEY (id)) WITHOUT ROWID", row->columns);
  int code = sql ? loreOwnDeclare(connection, sql) : SQLITE_NOMEM;
  sqlite3_free(sql);
  return code;
}

static int filteredConnect(sqlite3 *db, void *aux, int argc, const char *const *argv, sqlite3_vtab **out, char **error){
  (void)argc, (void)argv;
  FilteredTable *table = sqlite3_malloc64(sizeof *table);
  if( table==NULL ) return SQLITE_NOMEM;
  memset(table, 0, sizeof *table);
  table->binding = aux;
  table->row = table->binding->row.filtered;
  int code = declare(table->binding->connection, table->row);
  if( code ) *error = sqlite3_mprintf("%s: %s", table->row->name, sqlite3_errmsg(db));
  if( code==SQLITE_OK ) code = readNames(table);
  if( code ){
    filteredDisconnect(&table->base);
    return code;
  }
  sqlite3_vtab_config(db, SQLITE_VTAB_DIRECTONLY);
  sqlite3_vtab_config(db, SQLITE_VTAB_CONSTRAINT_SUPPORT, 1);
  *out = &table->base;
  return SQLITE_OK;
}

/* ---- Statements ---- */

static char *textOf(const FilteredTable *table, const char *plan){
  switch( *plan ){
    case '+': return loreFilteredInsert(table, plan + 1);
    case '~': return loreFilteredUpdate(table, plan + 1);
    case '-': return loreFilteredDelete(table, plan + 1);
    default: return loreFilteredRows(table, plan);
  }
}

/* One that is free, the longest unused. NULL: all are busy. */
static FilteredStatement *oldest(FilteredTable *table){
  FilteredStatement *found = NULL;
  for(int i = 0; i < FILTERED_STATEMENTS; i++){
    FilteredStatement *statement = &table->statements[i];
    if( !statement->is_busy && (found==NULL || statement->used < found->used) ) found = statement;
  }
  return found;
}

static int prepare(FilteredTable *table, FilteredStatement *statement, const char *plan){
  sqlite3_finalize(statement->prepared);
  sqlite3_free(statement->plan);
  statement->prepared = NULL;
  statement->plan = sqlite3_mprintf("%s", plan);
  char *sql = statement->plan ? textOf(table, plan) : NULL;
  int code = sql ? loreOwnPrepare(table->binding->connection, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement->prepared, NULL)
                 : SQLITE_NOMEM;
  sqlite3_free(sql);
  if( code==SQLITE_OK ) return code;
  sqlite3_free(statement->plan);
  statement->plan = NULL;
  return code;
}

/* The statement of a plan, with a copy of the tenant bound, which a tenant_use in between does not change; `spare` when all that
** are kept are busy. */
static int take(FilteredTable *table, const char *plan, FilteredStatement *spare, FilteredStatement **out){
  const char *tenant = table->binding->connection->tenant;
  FilteredStatement *statement = NULL;
  for(int i = 0; i < FILTERED_STATEMENTS && statement==NULL; i++){
    FilteredStatement *kept = &table->statements[i];
    if( !kept->is_busy && kept->plan && strcmp(kept->plan, plan)==0 ) statement = kept;
  }
  if( statement==NULL ){
    statement = oldest(table);
    if( statement==NULL ) statement = spare;
    int code = prepare(table, statement, plan);
    if( code ) return code;
  }
  statement->is_busy = 1;
  statement->used = ++table->turn;
  *out = statement;
  return sqlite3_bind_text(statement->prepared, 1, tenant, -1, SQLITE_TRANSIENT);
}

static void giveBack(FilteredStatement *statement, const FilteredStatement *spare){
  if( statement==NULL ) return;
  sqlite3_reset(statement->prepared);
  sqlite3_clear_bindings(statement->prepared);
  statement->is_busy = 0;
  if( statement!=spare ) return;
  sqlite3_finalize(statement->prepared);
  sqlite3_free(statement->plan);
  statement->prepared = NULL;
  statement->plan = NULL;
}

/* ---- Reading ---- */

static int filteredOpen(sqlite3_vtab *base, sqlite3_vtab_cursor **out){
  (void)base;
  FilteredCursor *cursor = sqlite3_malloc64(sizeof *cursor);
  if( cursor==NULL ) return SQLITE_NOMEM;
  memset(cursor, 0, sizeof *cursor);
  *out = &cursor->base;
  return SQLITE_OK;
}

static void end(FilteredCursor *cursor){
  giveBack(cursor->statement, &cursor->own);
  cursor->statement = NULL;
}

static int filteredClose(sqlite3_vtab_cursor *base){
  end((FilteredCursor*)base);
  sqlite3_free(base);
  return SQLITE_OK;
}

/* An error of SQLite's, as a call would say it. */
static int fail(FilteredTable *table, int code){
  LoreCall call;
  loreCallBegin(&call, table->binding, NULL);
  loreSqlite(&call, code);
  if( call.message ){
    sqlite3_free(table->base.zErrMsg);
    table->base.zErrMsg = call.message;
    call.message = NULL;
  }
  code = call.code;
  loreCallEnd(&call);
  return code;
}

static int filteredNext(sqlite3_vtab_cursor *base){
  FilteredCursor *cursor = (FilteredCursor*)base;
  FilteredTable *table = (FilteredTable*)base->pVtab;
  int code = loreOwnStep(table->binding->connection, cursor->statement->prepared);
  cursor->is_done = code!=SQLITE_ROW;
  if( code==SQLITE_ROW ) return SQLITE_OK;
  code = code==SQLITE_DONE ? SQLITE_OK : fail(table, code);
  end(cursor);
  return code;
}

static int filteredFilter(sqlite3_vtab_cursor *base, int number, const char *plan, int argc, sqlite3_value **argv){
  (void)number;
  FilteredCursor *cursor = (FilteredCursor*)base;
  FilteredTable *table = (FilteredTable*)base->pVtab;
  end(cursor);
  if( table->binding->connection->tenant==NULL ) return fail(table, SQLITE_AUTH);
  int code = take(table, plan, &cursor->own, &cursor->statement);
  for(int i = 0; i < argc && code==SQLITE_OK; i++) code = sqlite3_bind_value(cursor->statement->prepared, i + 2, argv[i]);
  if( code ) return fail(table, code);
  for(int i = 0; plan[i]!='|'; i++) cursor->place[plan[i] - 'A'] = (signed char)i;
  return filteredNext(base);
}

static int filteredEof(sqlite3_vtab_cursor *base){
  return ((FilteredCursor*)base)->is_done;
}

static int filteredColumn(sqlite3_vtab_cursor *base, sqlite3_context *context, int column){
  FilteredCursor *cursor = (FilteredCursor*)base;
  if( !sqlite3_vtab_nochange(context) ){
    sqlite3_result_value(context, sqlite3_column_value(cursor->statement->prepared, cursor->place[column]));
  }
  return SQLITE_OK;
}

/* ---- Writing ---- */

/* What one write has at hand: values[i] is column i's. */
typedef struct Change {
  FilteredTable *table;
  sqlite3_value *old;
  sqlite3_value **values;
  const char *made; /* the id of an INSERT that gives none */
} Change;

static int bindOne(sqlite3_stmt *prepared, int parameter, const Change *change, char kind, char letter){
  if( letter=='A' && change->made ) return sqlite3_bind_text(prepared, parameter, change->made, -1, SQLITE_STATIC);
  return sqlite3_bind_value(prepared, parameter, kind=='-' && change->old ? change->old : change->values[letter - 'A']);
}

/* Runs a write of these columns; the values of its letters are bound from `from` on. Rows changed. */
static int run(LoreCall *call, const Change *change, char kind, const char *letters){
  FilteredStatement spare = { NULL, NULL, 0, 0 }, *statement = NULL;
  char plan[FILTERED_COLUMNS + 2] = { kind };
  memcpy(plan + 1, letters, strlen(letters) + 1);
  if( call->code ) return 0;
  int code = take(change->table, plan, &spare, &statement), from = 2;
  if( kind=='~' && code==SQLITE_OK ) code = sqlite3_bind_value(statement->prepared, from++, change->old);
  for(int i = 0; letters[i] && code==SQLITE_OK; i++){
    code = bindOne(statement->prepared, from + i, change, kind, letters[i]);
  }
  if( code==SQLITE_OK ) code = loreOwnStep(call->connection, statement->prepared);
  if( code!=SQLITE_DONE ) loreSqlite(call, code);
  giveBack(statement, &spare);
  return code==SQLITE_DONE ? sqlite3_changes(call->connection->db) : 0;
}

static void runOne(LoreCall *call, const Change *change, char kind, const char *letters){
  int changes = run(call, change, kind, letters);
  if( changes!=1 && !call->code ) loreRefuse(call, LORE_REFUSED, "a row was not stored: a trigger ignored it");
}

/* The columns that an INSERT has values for, or that an UPDATE changes. */
static void lettersOf(const Change *change, int is_insert, char letters[FILTERED_COLUMNS + 1]){
  int count = 0;
  for(int i = 0; i < change->table->width; i++){
    int is_left = is_insert ? sqlite3_value_type(change->values[i])==SQLITE_NULL : sqlite3_value_nochange(change->values[i]);
    if( !is_left || (i==0 && change->made) ) letters[count++] = (char)('A' + i);
  }
  letters[count] = 0;
}

/* The tenant's rows that stand in the way of the new one, by each unique key. */
static void clearWay(LoreCall *call, const Change *change){
  run(call, change, '-', "A");
  for(const char *p = change->table->row->keys; *p && !call->code; ){
    char letters[FILTERED_COLUMNS + 1] = "";
    for(int count = 0; *p && *p!='|'; ){
      size_t length = strcspn(p, " |");
      letters[count++] = (char)('A' + loreFilteredColumn(change->table, p, length));
      letters[count] = 0;
      p += length + strspn(p + length, " ");
    }
    run(call, change, '-', letters);
    if( *p=='|' ) p++;
  }
}

static void insert(LoreCall *call, void *context){
  Change *change = context;
  char letters[FILTERED_COLUMNS + 1];
  if( sqlite3_vtab_on_conflict(call->connection->db)==SQLITE_REPLACE ) clearWay(call, change);
  lettersOf(change, 1, letters);
  runOne(call, change, '+', letters);
}

static void update(LoreCall *call, void *context){
  Change *change = context;
  char letters[FILTERED_COLUMNS + 1];
  lettersOf(change, 0, letters);
  if( *letters ) run(call, change, '~', letters);
}

static void write(LoreCall *call, Change *change, int is_delete){
  sqlite3 *db = call->connection->db;
  int is_replace = sqlite3_vtab_on_conflict(db)==SQLITE_REPLACE;
  sqlite3_int64 last = sqlite3_last_insert_rowid(db);
  if( is_delete ){
    run(call, change, '-', "A");
  }else if( change->old ){
    update(call, change);
  }else{
    if( sqlite3_value_type(change->values[0])==SQLITE_NULL ) change->made = loreUuid(call);
    if( is_replace ) loreInFrame(call, insert, change);
    else if( !call->code ) insert(call, change);
  }
  sqlite3_set_last_insert_rowid(db, last); /* that of the base tells how many rows others have */
}

static int filteredUpdate(sqlite3_vtab *base, int argc, sqlite3_value **argv, sqlite3_int64 *rowid){
  (void)rowid;
  FilteredTable *table = (FilteredTable*)base;
  sqlite3_value *values[FILTERED_COLUMNS] = { NULL };
  Change change = { table, sqlite3_value_type(argv[0])==SQLITE_NULL ? NULL : argv[0], values, NULL };
  for(int i = 0; i < table->width; i++) values[i] = argc > 1 ? argv[2 + i] : NULL;
  LoreCall call;
  loreCallBegin(&call, table->binding, NULL);
  if( !call.code ) write(&call, &change, argc==1);
  if( call.code && call.message ){
    sqlite3_free(base->zErrMsg);
    base->zErrMsg = call.message;
    call.message = NULL;
  }
  int code = call.code;
  loreCallEnd(&call);
  return code;
}

static const sqlite3_module kFilteredModule = {
  .iVersion = 1,
  .xConnect = filteredConnect,
  .xBestIndex = loreFilteredPlan,
  .xDisconnect = filteredDisconnect,
  .xOpen = filteredOpen,
  .xClose = filteredClose,
  .xFilter = filteredFilter,
  .xNext = filteredNext,
  .xEof = filteredEof,
  .xColumn = filteredColumn,
  .xRowid = loreEmptyRowid,
  .xUpdate = filteredUpdate,
};

int loreRegisterFiltered(LoreBinding *binding){
  binding->connection->references++;
  return sqlite3_create_module_v2(binding->connection->db, loreBindingName(binding), &kFilteredModule, binding,
                                  loreBindingRelease);
}
