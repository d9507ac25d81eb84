#include "admin/transaction.h"

#include "engine/directory.h"

static int exec(LoreCall *call, LoreSql id){
  return sqlite3_exec(loreDatabase(call), kLoreSql[id].text, NULL, NULL, NULL);
}

/* The statement in which this call stands, or one around it, writes. */
static int isInsideWrite(sqlite3 *db){
  for(sqlite3_stmt *s = sqlite3_next_stmt(db, NULL); s; s = sqlite3_next_stmt(db, s)){
    if( sqlite3_stmt_busy(s) && !sqlite3_stmt_readonly(s) ) return 1;
  }
  return 0;
}

/* As the outermost transaction a savepoint could not be given up when its commit is busy: so BEGIN. */
Transaction transactionBegin(LoreCall *call){
  sqlite3 *db = loreDatabase(call);
  if( loreFailed(call) ) return TRANSACTION_NONE;
  if( isInsideWrite(db) ) loreRefuse(call, LORE_REFUSED, "tables can't be dropped while a write is running");
  if( loreFailed(call) ) return TRANSACTION_NONE;
  int own = sqlite3_get_autocommit(db);
  int code = exec(call, own ? SQL_ADMIN_BEGIN : SQL_ADMIN_SAVEPOINT);
  if( code==SQLITE_OK ) return own ? TRANSACTION_OWN : TRANSACTION_SAVEPOINT;
  loreSqlite(call, code);
  return TRANSACTION_NONE;
}

/* After IOERR, FULL, NOMEM or INTERRUPT SQLite may have ended the transaction itself. When memory has run out it
** can't be ended before the statement around this call is over: then the caller has to. */
static void giveUp(LoreCall *call, Transaction transaction){
  if( sqlite3_get_autocommit(loreDatabase(call)) ) return;
  if( transaction==TRANSACTION_OWN ){
    exec(call, SQL_ADMIN_ROLLBACK);
  }else{
    exec(call, SQL_ADMIN_ROLLBACK_TO);
    exec(call, SQL_ADMIN_RELEASE);
  }
}

void transactionEnd(LoreCall *call, Transaction transaction){
  if( transaction==TRANSACTION_NONE ) return;
  if( !loreFailed(call) ){
    int code = exec(call, transaction==TRANSACTION_OWN ? SQL_ADMIN_COMMIT : SQL_ADMIN_RELEASE);
    if( code ) loreSqlite(call, code);
  }
  if( loreFailed(call) ) giveUp(call, transaction);
}
