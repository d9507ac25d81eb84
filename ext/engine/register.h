#ifndef LORE_REGISTER_H
#define LORE_REGISTER_H

#include "engine/engine.h"

/* Registers the subsystems (NULL-terminated, static) on a connection. OK also when this version is
** there already. *error: sqlite3_malloc, the caller's. */
int loreRegister(sqlite3 *db, char **error, const LoreSubsystem *const *subsystems);

#endif
