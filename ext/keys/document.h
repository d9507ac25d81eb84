/*
** The key of a parsed JSON document: the pure core (key.h) over the engine's JSON. A library like the
** core itself: other subsystems may call it.
*/
#ifndef LORE_KEYS_DOCUMENT_H
#define LORE_KEYS_DOCUMENT_H

#include "engine/json.h"
#include "keys/key.h"

/* The members that are references; their texts live as long as the document. Of several members of a name the first
** counts, as json_extract sees it; what is no text is as good as empty. 0: there is no document, a reference is a number,
** or a text holds \u0000, which cJSON does not keep exactly: ask SQLite. `text` is what the document was parsed from. */
int keyDocumentReferences(LoreJson *document, const char *text, KeyText references[KEY_REFERENCE_COUNT]);

/* Walks the references (keyCandidates); lost memory is an error in the call. */
void keyDocumentWalk(LoreCall *call, const KeyText references[KEY_REFERENCE_COUNT], KeyStepCallback *callback, void *context);

/* The best key, owned by the call; NULL when there is none. */
const char *keyDocumentBest(LoreCall *call, const KeyText references[KEY_REFERENCE_COUNT]);

#endif
