/*
** The insertable table of a verb: one column an argument, empty to read, INSERT runs the verb once a
** row. A multi-row INSERT is one statement, so it is all-or-nothing. The result goes to lore_results.
*/
#include <string.h>

#include "engine/empty.h"
#include "engine/internal.h"

/* "CREATE TABLE x(a,b,at)": names only, so that SQLite passes each value on as it is. */
static char *declaration(LoreBinding *binding){
  int broken = 0;
  const LoreSignature *signature = loreBindingSignature(binding, &broken);
  sqlite3_str *text = sqlite3_str_new(binding->connection->db);
  sqlite3_str_appendall(text, "CREATE TABLE x(");
  for(int i = 0; signature && i < signature->count; i++){
    sqlite3_str_appendf(text, "%s%s", i ? "," : "", signature->arguments[i].name);
  }
  sqlite3_str_appendall(text, ")");
  return signature ? sqlite3_str_finish(text) : (sqlite3_free(sqlite3_str_finish(text)), NULL);
}

int loreVerbConnect(sqlite3 *db, void *aux, int argc, const char *const *argv, sqlite3_vtab **out, char **error){
  (void)argc, (void)argv;
  LoreBinding *binding = aux;
  char *columns = declaration(binding);
  if( columns==NULL ) return SQLITE_NOMEM;
  int code = loreOwnDeclare(binding->connection, columns);
  if( code ) *error = sqlite3_mprintf("%s: %s in %s", loreBindingName(binding), sqlite3_errmsg(db), columns);
  sqlite3_free(columns);
  if( code ) return code;
  LoreVerbTable *table = sqlite3_malloc64(sizeof *table);
  if( table==NULL ) return SQLITE_NOMEM;
  memset(table, 0, sizeof *table);
  table->binding = binding;
  *out = &table->base;
  sqlite3_vtab_config(db, SQLITE_VTAB_DIRECTONLY);
  sqlite3_vtab_config(db, SQLITE_VTAB_CONSTRAINT_SUPPORT, 1);
  return SQLITE_OK;
}

int loreVerbDisconnect(sqlite3_vtab *base){
  sqlite3_free(base);
  return SQLITE_OK;
}

void loreRefuseReplicated(LoreCall *call){
  if( !loreSettingIs(call, "replicated", "on") ) return;
  const LoreBinding *binding = call->binding;
  const char *name = loreBindingName(binding);
  if( binding->kind==LORE_ROW_VERB && !binding->row.verb->writes.only_answers ){
    loreRefuse(call, LORE_REFUSED, "replicated is on: a write in a SELECT is lost on replicas; use INSERT INTO %s(…)", name);
  }else{
    loreRefuse(call, LORE_REFUSED, "replicated is on: a write in a SELECT is lost on replicas, and this has no INSERT form");
  }
}

/* ---- Insert ---- */

int loreVerbUpdate(sqlite3_vtab *base, int argc, sqlite3_value **argv, sqlite3_int64 *rowid){
  LoreBinding *binding = ((LoreVerbTable*)base)->binding;
  if( argc < 2 || sqlite3_value_type(argv[0])!=SQLITE_NULL ) return SQLITE_OK; /* there is no row to change */
  if( loreCollectIsOpen(binding) && loreCollectTake(binding, argc - 2, argv + 2, rowid) ) return SQLITE_OK;
  LoreCall call;
  loreCallBegin(&call, binding, binding->row.verb->body);
  loreCallArguments(&call, argc - 2, argv + 2);
  loreResultsReady(&call);
  loreCollectBegin(&call);
  loreCallRun(&call, binding->row.verb->writes.atomicity, 1);
  if( !call.code ) loreResultsAdd(&call);
  /* After an error the rows before may be undone, and never be counted. */
  binding->connection->own_changes = call.code ? 0 : binding->connection->own_changes + 1;
  *rowid = sqlite3_last_insert_rowid(binding->connection->db);
  int code = call.code;
  if( code && call.message ){
    sqlite3_free(base->zErrMsg);
    base->zErrMsg = call.message;
    call.message = NULL;
  }
  loreCallEnd(&call);
  return code;
}

static const sqlite3_module kVerbModule = {
  .iVersion = 1,
  .xConnect = loreVerbConnect,
  .xDisconnect = loreVerbDisconnect,
  LORE_EMPTY_CURSOR,
  .xUpdate = loreVerbUpdate,
};

int loreRegisterVerb(LoreBinding *binding){
  int code = loreRegisterFunction(binding);
  if( code || binding->row.verb->writes.only_answers ) return code;
  binding->connection->references++;
  const sqlite3_module *module = loreCollectorOf(binding) ? &kLoreCollectingModule : &kVerbModule;
  return sqlite3_create_module_v2(binding->connection->db, loreBindingName(binding), module, binding, loreBindingRelease);
}
