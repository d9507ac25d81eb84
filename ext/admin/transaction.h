/*
** All-or-nothing for what drops tables: a transaction of its own, or a savepoint in the caller's.
** Inside a running write SQLite refuses both, and the dropping too.
*/
#ifndef LORE_TRANSACTION_H
#define LORE_TRANSACTION_H

#include "engine/engine.h"

typedef struct Transaction {
  enum { TRANSACTION_NONE, TRANSACTION_OWN, TRANSACTION_SAVEPOINT } kind;
  sqlite3_stmt *rollback; /* prepared while there is memory */
} Transaction;

Transaction transactionBegin(LoreCall *call); /* NONE: an error in the call */
void transactionEnd(LoreCall *call, Transaction *transaction); /* commits, or rolls back after an error */

#endif
