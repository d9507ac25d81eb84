/*
** The entry point: hands the subsystems, in the order of the docs, to the engine.
*/
#include <sqlite3ext.h>

#include "engine/register.h"
#include "lore.h"

#ifndef SQLITE_CORE
SQLITE_EXTENSION_INIT1
#endif

extern const LoreSubsystem kAdmin, kKeys, kSignals;

static const LoreSubsystem *const kSubsystems[] = {
  &kAdmin,
  &kKeys,
  &kSignals,
  NULL,
};

#ifdef _WIN32
__declspec(dllexport)
#elif defined(__GNUC__)
__attribute__((visibility("default")))
#endif
int sqlite3_lore_init(sqlite3 *db, char **error, const sqlite3_api_routines *api){
#ifndef SQLITE_CORE
  SQLITE_EXTENSION_INIT2(api);
#else
  (void)api;
#endif
  return loreRegister(db, error, kSubsystems);
}
