/*
** The entry point: hands the subsystems, in the order of the docs, to the engine.
*/
#include <sqlite3ext.h>

#include "engine/register.h"
#include "lore.h"

#ifndef SQLITE_CORE
SQLITE_EXTENSION_INIT1
#endif

/* A new subsystem is a line here. */
#define SUBSYSTEMS(ENTRY) \
  ENTRY(kAdmin)           \
  ENTRY(kKeys)            \
  ENTRY(kSignals)         \
  ENTRY(kLifecycle)       \
  ENTRY(kSnapshots)       \
  ENTRY(kPatterns)        \
  ENTRY(kGraph)           \
  ENTRY(kWork)            \
  ENTRY(kMetrics)         \
  ENTRY(kAudit)           \
  ENTRY(kVault)           \
  ENTRY(kTenants)         \
  ENTRY(kReport)          \
  /* the end */

#define DECLARE(name) extern const LoreSubsystem name;
SUBSYSTEMS(DECLARE)

#define ADDRESS(name) &(name),
static const LoreSubsystem *const kSubsystems[] = { SUBSYSTEMS(ADDRESS) NULL };

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
