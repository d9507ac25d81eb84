/*
** Who may approve. A root also says who else may; an observer only stands in the list.
**
** What a root signs is the text "lore:authority_add:" or "lore:authority_revoke:" and the 64 digits of loreHash over
**
**   add     text 'lore authority_add 1', text challenge of the root, text id, text role, blob public_key, text id of the root
**   revoke  text 'lore authority_revoke 1', text challenge of the root, text id, text id of the root
*/
#ifndef LORE_GRAPH_AUTHORITIES_H
#define LORE_GRAPH_AUTHORITIES_H

#include "engine/ed25519.h"
#include "engine/engine.h"

enum { GRAPH_MESSAGE_SIZE = 96 };

/* 1 and the bytes of an argument, a blob, hexadecimal or base64; else an error that names it. 0 also when it is absent. */
int graphBytes(LoreCall *call, int argument, const char *name, unsigned char *bytes, size_t count);

/* Who of those that may approve has signed a message: his id, which lives as long as the call. NULL, and an error in the call that
** says why nobody has. */
const char *graphSignerOf(LoreCall *call, const char *message, const unsigned char signature[LORE_SIGNATURE_BYTES]);

void authorityAdd(LoreCall *call);     /* 1, or 0: known already */
void authorityRevoke(LoreCall *call);  /* 1, or 0: revoked already */
void authorityMessage(LoreCall *call); /* what is to be signed for one of them */

#endif
