/*
** The state of one connection, and lore_connection, the eponymous table that holds it.
**
** SQLite refuses to close a connection with a statement open, and disconnects eponymous tables before
** it looks: so lore_connection's xDisconnect finalises the cached statements, and sqlite3_close() is
** SQLITE_OK. The table comes into being on first use, not on load. A close that fails (the host has a
** statement open) has disconnected it all the same; the next call makes it anew.
*/
#include <string.h>

#include "engine/directory.h"
#include "engine/empty.h"
#include "engine/internal.h"

/* ---- Lifetime ---- */

LoreConnection *loreConnectionNew(sqlite3 *db, const LoreSubsystem *const *subsystems){
  LoreConnection *connection = sqlite3_malloc64(sizeof *connection);
  if( connection==NULL ) return NULL;
  memset(connection, 0, sizeof *connection);
  connection->db = db;
  connection->references = 1;
  connection->subsystems = subsystems;
  return connection;
}

/* Functions and modules are destroyed in an order that differs between SQLite versions. */
void loreConnectionRelease(void *aux){
  LoreConnection *connection = aux;
  if( --connection->references > 0 ) return;
  loreStatementsFinalize(connection);
  sqlite3_free(connection->statements);
  loreCacheClear(connection);
  loreResultsFree(connection);
  sqlite3_free(connection->notice);
  sqlite3_free(connection->tenant);
  sqlite3_free(connection->allowed);
  loreCollectFree(connection);
  for(int i = 0; i < connection->binding_count; i++) sqlite3_free(connection->bindings[i].signature);
  sqlite3_free(connection->bindings);
  sqlite3_free(connection);
}

int loreConnect(LoreConnection *connection){
  if( connection->connected && connection->statements ) return SQLITE_OK;
  if( connection->statements==NULL ){
    connection->statements = sqlite3_malloc64(SQL_COUNT*sizeof(LoreStatement));
    if( connection->statements==NULL ) return SQLITE_NOMEM;
    memset(connection->statements, 0, SQL_COUNT*sizeof(LoreStatement));
  }
  const LoreSqlText *sql = &kLoreSql[SQL_ENGINE_CONNECT];
  sqlite3_stmt *statement = NULL;
  int code = loreOwnPrepare(connection, sql->text, sql->length + 1, 0, &statement, NULL);
  sqlite3_finalize(statement);
  if( code==SQLITE_OK && !connection->connected ) code = SQLITE_MISUSE; /* a table of this name hides ours */
  return code;
}

/* ---- lore_connection ---- */

typedef struct ConnectionTable {
  sqlite3_vtab base;
  LoreConnection *connection;
} ConnectionTable;

static LoreConnection *connectionOf(sqlite3_vtab *base){
  return ((ConnectionTable*)base)->connection;
}

static int tableConnect(sqlite3 *db, void *aux, int argc, const char *const *argv, sqlite3_vtab **out, char **error){
  (void)db, (void)argc, (void)argv, (void)error;
  int code = loreOwnDeclare(aux, "CREATE TABLE x(unused)");
  if( code ) return code;
  ConnectionTable *table = sqlite3_malloc64(sizeof *table);
  if( table==NULL ) return SQLITE_NOMEM;
  memset(table, 0, sizeof *table);
  table->connection = aux;
  table->connection->connected = 1;
  sqlite3_vtab_config(db, SQLITE_VTAB_DIRECTONLY);
  *out = &table->base;
  return SQLITE_OK;
}

static int tableDisconnect(sqlite3_vtab *base){
  LoreConnection *connection = connectionOf(base);
  connection->connected = 0;
  loreStatementsFinalize(connection);
  sqlite3_free(base);
  return SQLITE_OK;
}

static int tableUpdate(sqlite3_vtab *base, int argc, sqlite3_value **argv, sqlite3_int64 *rowid){
  (void)argc, (void)argv, (void)rowid;
  base->zErrMsg = sqlite3_mprintf("lore_connection: is for the extension itself");
  return SQLITE_ERROR;
}

static const sqlite3_module kConnectionModule = {
  .iVersion = 1,
  .xConnect = tableConnect,
  .xDisconnect = tableDisconnect,
  LORE_EMPTY_CURSOR,
  .xUpdate = tableUpdate,
};

static int markConnect(sqlite3 *db, void *aux, int argc, const char *const *argv, sqlite3_vtab **out, char **error){
  (void)db, (void)aux, (void)argc, (void)argv, (void)out;
  *error = sqlite3_mprintf("it is for the extension itself");
  return SQLITE_ERROR;
}

static const sqlite3_module kMarkModule = { .iVersion = 1, .xConnect = markConnect };

int loreConnectionRegister(LoreConnection *connection){
  connection->references++;
  int code = sqlite3_create_module_v2(connection->db, "lore_connection", &kConnectionModule, connection, loreConnectionRelease);
  if( code==SQLITE_OK ) code = sqlite3_create_module_v2(connection->db, LORE_MARK, &kMarkModule, NULL, NULL);
  return code;
}

/* ---- The clock of the connection ---- */

void lorePinClock(LoreCall *call, LoreTime time){
  if( call->code ) return;
  call->connection->clock_pinned = 1;
  call->connection->clock = time;
}

void loreUnpinClock(LoreCall *call){
  call->connection->clock_pinned = 0;
}
