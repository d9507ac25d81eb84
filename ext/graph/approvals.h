/*
** Requests to change the scope identity, and what their approval is.
**
** The signature of an approval is over the text "lore:graph_approve:" and the request's payload hash, which is the 64 digits of
** loreHash (engine/digest.h) over
**
**   text 'lore graph request 1', text nonce, text verb, text arguments, text requested_at, text expires_at
*/
#ifndef LORE_GRAPH_APPROVALS_H
#define LORE_GRAPH_APPROVALS_H

#include "engine/engine.h"

/* The request that this call becomes: its number. The same call again has the same one, as long as that can be approved. */
sqlite3_int64 graphRequest(LoreCall *call);

void graphApprove(LoreCall *call);     /* what the verb that was asked for gives */
void graphReject(LoreCall *call);      /* 1 or 0 */
void graphRequestRows(LoreCall *call); /* graph_approval_requests */

#endif
