/*
** Leases: a worker holds a row until a moment, and shows a token for it.
**
** A table that is leased has lease_token, lease_worker, lease_until (TEXT) and attempts. The token is
** a fencing token: whoever comes with another one than the row's is refused, so a worker that slept
** past its lease can't undo the work of the next. Its table and statements are the subsystem's.
*/
#ifndef LORE_LEASE_H
#define LORE_LEASE_H

#include "engine/engine.h"

/* A row's lease, as read. Texts may be NULL. */
typedef struct LoreLease {
  const char *token;
  const char *worker;
  const char *until;
} LoreLease;

/* A new token, the parameter :lease_token from now on: derived from `request` and `purpose` when there
** is a request, so the same request again has the same token; else random. */
const char *loreLeaseToken(LoreCall *call, const char *purpose, const char *request);

/* Sets :lease_until to so many seconds from now. */
void loreLeaseUntil(LoreCall *call, sqlite3_int64 seconds);

/* Three columns from `first` on: token, worker, until. */
LoreLease loreLeaseRead(LoreStatement *rows, int first);

/* Sets :lease_token, :lease_worker and :lease_until to what a row is to hold. */
void loreLeaseLet(LoreCall *call, const LoreLease *lease);

/* The row is dealt with: its token stays, so that whoever repeats a call is known. */
LoreLease loreLeaseEnded(const LoreLease *lease);

int loreLeaseIsLive(LoreCall *call, const LoreLease *lease);

/* Refuses whoever must not change a row: `token` NULL is fine without a live lease, another token than
** the row's never is. */
void loreLeaseCheck(LoreCall *call, const LoreLease *lease, const char *token);

#endif
