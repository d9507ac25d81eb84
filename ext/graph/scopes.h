/*
** Who may write into a scope. A write to the scope identity becomes a request (approvals.h), unless it is approved.
*/
#ifndef LORE_GRAPH_SCOPES_H
#define LORE_GRAPH_SCOPES_H

#include "engine/engine.h"

enum { GRAPH_NO_BY = -1 }; /* a verb that does not take `by` */

/* 1: the verb may write now. 0: it is refused, or has become a pending request, whose number is the call's result. */
int graphMayWrite(LoreCall *call, const char *scope, int by);

/* What is known to all says where it comes from: refuses attributes without it in the scope network. */
void graphCheckProvenance(LoreCall *call, const char *scope, const char *attributes);

#endif
