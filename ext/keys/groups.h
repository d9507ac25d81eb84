/*
** Groups of keys that are one company.
**
** key_log holds every merge and unmerge for ever; key_groups is what follows from the merges that still
** hold: each alias with its root. Merges form a forest, for one inside a group is refused, so taking one
** back splits its group in two, and each part is what its own merges, replayed in their order, make.
*/
#ifndef LORE_KEYS_GROUPS_H
#define LORE_KEYS_GROUPS_H

#include "engine/engine.h"

void groupsMerge(LoreCall *call);   /* key_merge(a!, b!, reason!, by): TEXT, the root */
void groupsUnmerge(LoreCall *call); /* key_unmerge(a!, b!, reason!, by): 1 or 0 */
void groupsResolve(LoreCall *call); /* key_resolve(k): TEXT, the root, or k itself */

#endif
