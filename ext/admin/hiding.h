/*
** Names that hide ours: SQLite prefers a table or view, of any schema, to an eponymous table of its name, without a word.
*/
#ifndef LORE_ADMIN_HIDING_H
#define LORE_ADMIN_HIDING_H

#include "engine/engine.h"

/* Called for each: what hides ("main.lore_help"), what is hidden ("reader", "lore_help"), and the SQL that ends it. */
typedef void HidingFound(LoreCall *call, void *context, const char *hiding, const char *kind, const char *name, const char *fix);

void hidingFind(LoreCall *call, HidingFound *found, void *context);

#endif
