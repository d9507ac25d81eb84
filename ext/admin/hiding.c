#include "admin/hiding.h"

#include <string.h>

#include "engine/directory.h"

static const char *const kInternal[] = { "lore_connection", "lore_frame" };
enum { INTERNAL = 2 };

/* "|a|b|": names of all our tables, in lower case as they are registered. */
static const char *allNames(LoreCall *call){
  const char *names = loreFormat(call, "|%s|%s|", kInternal[0], kInternal[1]);
  for(int i = 0; i < loreEntryCount(call) && names; i++){
    LoreEntry entry = loreEntry(call, i);
    if( entry.is_table ) names = loreFormat(call, "%s%s|", names, entry.name);
  }
  return names;
}

static void report(LoreCall *call, const char *hiding, const char *name, const char *fix, HidingFound *found, void *context){
  for(int i = 0; i < INTERNAL; i++){
    if( sqlite3_stricmp(kInternal[i], name)==0 ) found(call, context, hiding, "table", kInternal[i], fix);
  }
  for(int i = 0; i < loreEntryCount(call) && !loreFailed(call); i++){
    LoreEntry entry = loreEntry(call, i);
    if( entry.is_table && sqlite3_stricmp(entry.name, name)==0 ) found(call, context, hiding, entry.kind, entry.name, fix);
  }
}

void hidingFind(LoreCall *call, HidingFound *found, void *context){
  loreLetText(call, "names", allNames(call));
  LoreStatement *rows = loreQuery(call, SQL_ADMIN_HIDING);
  while( loreNext(rows) ){
    const char *hiding = loreColumnCopy(rows, 0), *name = loreColumnCopy(rows, 1), *fix = loreColumnCopy(rows, 2);
    if( !loreFailed(call) ) report(call, hiding, name, fix, found, context);
  }
}
