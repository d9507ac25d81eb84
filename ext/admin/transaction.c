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
static int begin(LoreCall *call, Transaction *transaction){
  sqlite3 *db = loreDatabase(call);
  int own = sqlite3_get_autocommit(db);
  int code = sqlite3_prepare_v2(db, kLoreSql[SQL_ADMIN_ROLLBACK].text, -1, &transaction->rollback, NULL);
  if( code==SQLITE_OK ) code = exec(call, own ? SQL_ADMIN_BEGIN : SQL_ADMIN_SAVEPOINT);
  if( code==SQLITE_OK ) transaction->kind = own ? TRANSACTION_OWN : TRANSACTION_SAVEPOINT;
  return code;
}

Transaction transactionBegin(LoreCall *call){
  Transaction transaction = { TRANSACTION_NONE, NULL };
  if( loreFailed(call) ) return transaction;
  if( isInsideWrite(loreDatabase(call)) ){
    loreRefuse(call, LORE_REFUSED, "tables can't be dropped while a write is running");
    return transaction;
  }
  int code = begin(call, &transaction);
  if( code ) loreSqlite(call, code);
  return transaction;
}

/* After IOERR, FULL, NOMEM or INTERRUPT SQLite may have ended the transaction itself. Once an allocation has failed
** inside SQLite it prepares nothing before the statement around this call is over; what is prepared still runs, and
** then gives up the caller's transaction too. */
static void giveUp(LoreCall *call, const Transaction *transaction){
  if( sqlite3_get_autocommit(loreDatabase(call)) ) return;
  int own = transaction->kind==TRANSACTION_OWN;
  int code = exec(call, own ? SQL_ADMIN_ROLLBACK : SQL_ADMIN_ROLLBACK_TO);
  if( code==SQLITE_OK && !own ) code = exec(call, SQL_ADMIN_RELEASE);
  if( code ) sqlite3_step(transaction->rollback);
}

void transactionEnd(LoreCall *call, Transaction *transaction){
  if( transaction->kind!=TRANSACTION_NONE && !loreFailed(call) ){
    int code = exec(call, transaction->kind==TRANSACTION_OWN ? SQL_ADMIN_COMMIT : SQL_ADMIN_RELEASE);
    if( code ) loreSqlite(call, code);
  }
  if( transaction->kind!=TRANSACTION_NONE && loreFailed(call) ) giveUp(call, transaction);
  sqlite3_finalize(transaction->rollback);
}
