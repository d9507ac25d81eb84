#include "admin/transaction.h"

#include "engine/directory.h"

static int exec(LoreCall *call, LoreSql id){
  return sqlite3_exec(loreDatabase(call), kLoreSql[id].text, NULL, NULL, NULL);
}

Transaction transactionBegin(LoreCall *call){
  sqlite3 *db = loreDatabase(call);
  if( loreFailed(call) ) return TRANSACTION_NONE;
  int own = sqlite3_get_autocommit(db);
  int code = exec(call, SQL_ADMIN_SAVEPOINT);
  if( code==SQLITE_BUSY ) return TRANSACTION_FRAME; /* a write is running */
  if( code==SQLITE_OK && !own ) return TRANSACTION_SAVEPOINT;
  /* As the outermost transaction a savepoint could not be given up when its commit is busy. */
  if( code==SQLITE_OK ) code = exec(call, SQL_ADMIN_RELEASE);
  if( code==SQLITE_OK ) code = exec(call, SQL_ADMIN_BEGIN);
  if( code==SQLITE_OK ) return TRANSACTION_OWN;
  loreSqlite(call, code);
  return TRANSACTION_NONE;
}

static void commit(LoreCall *call){
  int code = exec(call, SQL_ADMIN_COMMIT);
  if( code==SQLITE_OK ) return;
  loreSqlite(call, code);
  exec(call, SQL_ADMIN_ROLLBACK);
}

void transactionEnd(LoreCall *call, Transaction transaction){
  if( transaction==TRANSACTION_OWN ){
    if( !loreFailed(call) ) commit(call);
    else if( !sqlite3_get_autocommit(loreDatabase(call)) ) exec(call, SQL_ADMIN_ROLLBACK);
  }else if( transaction==TRANSACTION_SAVEPOINT && !sqlite3_get_autocommit(loreDatabase(call)) ){
    if( loreFailed(call) ) exec(call, SQL_ADMIN_ROLLBACK_TO);
    exec(call, SQL_ADMIN_RELEASE);
  }
}
