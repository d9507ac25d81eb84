/*
** All-or-nothing for what changes the schema. Where no write is running (SELECT form) that is a
** transaction of its own or a savepoint in the caller's; inside a running write (INSERT form) SQLite
** refuses both, and the frame does it, in which nothing can be dropped.
*/
#ifndef LORE_TRANSACTION_H
#define LORE_TRANSACTION_H

#include "engine/engine.h"

typedef enum Transaction { TRANSACTION_NONE, TRANSACTION_OWN, TRANSACTION_SAVEPOINT, TRANSACTION_FRAME } Transaction;

Transaction transactionBegin(LoreCall *call); /* FRAME: nothing was begun, use loreInFrame */
void transactionEnd(LoreCall *call, Transaction transaction); /* commits, or rolls back after an error */

#endif
