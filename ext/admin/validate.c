#include "admin/validate.h"

#include <string.h>

#include "admin/drift.h"
#include "admin/migrate.h"
#include "admin/times.h"
#include "engine/digest.h"
#include "engine/directory.h"

/* Tables and views whose columns can't be read safely: "a|b". */
typedef struct Validation {
  const char *broken;
} Validation;

static void row(LoreCall *call, const char *severity, const char *object, const char *problem, const char *fix){
  loreRowText(call, severity);
  loreRowText(call, object);
  loreRowText(call, problem);
  loreRowText(call, fix);
}

/* ---- Names and migrations ---- */

static void hidingRows(LoreCall *call, const char *name, const char *kind){
  loreLetText(call, "name", name);
  LoreStatement *hiding = loreQuery(call, SQL_ADMIN_HIDING_FIX);
  while( loreNext(hiding) ){
    row(call, "error", loreColumnText(hiding, 0), loreFormat(call, "it hides the %s %s", kind, name), loreColumnText(hiding, 1));
  }
}

static void allHidingRows(LoreCall *call){
  hidingRows(call, "lore_connection", "table");
  hidingRows(call, "lore_frame", "table");
  for(int i = 0; i < loreEntryCount(call) && !loreFailed(call); i++){
    LoreEntry entry = loreEntry(call, i);
    if( entry.is_table ) hidingRows(call, entry.name, entry.kind);
  }
}

static void changedRows(LoreCall *call){
  for(int i = 0; i < LORE_MIGRATION_COUNT && !loreFailed(call); i++){
    const LoreMigration *migration = &kLoreMigrations[i];
    char checksum[LORE_DIGEST_SIZE];
    migrateChecksum(migration, checksum);
    loreLetText(call, "module", migration->subsystem);
    loreLetInt(call, "number", migration->version);
    const char *recorded = loreFindText(call, SQL_ADMIN_MIGRATION_ROWS);
    if( recorded==NULL || strcmp(recorded, checksum)==0 ) continue;
    row(call, "warning", loreFormat(call, "migration %s %d", migration->subsystem, migration->version),
        "it was applied in another form than this version has", NULL);
  }
}

static void found(LoreCall *call, void *context, const char *severity, const char *object, const char *problem, const char *fix,
                  const char *table){
  Validation *validation = context;
  row(call, severity, object, problem, fix);
  if( table ) validation->broken = loreFormat(call, "%s|%s", validation->broken, table);
}

/* ---- Settings ---- */

static const LoreSetting *settingOf(LoreCall *call, const char *name){
  for(int i = 0; loreSubsystem(call, i); i++){
    const LoreSubsystem *subsystem = loreSubsystem(call, i);
    for(int k = 0; k < subsystem->settings.count; k++){
      if( strcmp(subsystem->settings.rows[k].name, name)==0 ) return &subsystem->settings.rows[k];
    }
  }
  return NULL;
}

static void settingRows(LoreCall *call){
  LoreStatement *rows = loreQuery(call, SQL_ENGINE_SETTINGS);
  while( loreNext(rows) ){
    const char *name = loreColumnCopy(rows, 0), *value = loreColumnCopy(rows, 1);
    const LoreSetting *setting = name && value ? settingOf(call, name) : NULL;
    if( loreFailed(call) ) return;
    const char *problem = setting ? loreTypeProblem(call, setting->type, setting->name, value) : "there is no such setting";
    if( problem ){
      row(call, "error", loreFormat(call, "setting %s", name), problem,
          loreFormat(call, "DELETE FROM main.lore_settings WHERE name = %Q", name));
    }
  }
}

/* ---- Times ---- */

static void timeRows(LoreCall *call, const LoreSubsystem *subsystem){
  TimeColumn time;
  for(const char *list = subsystem->times; timesNext(call, &list, &time); ){
    LoreStatement *rows = loreTemplate(call, SQL_ADMIN_OTHER_TIMES_TEMPLATE, time.column, time.table, time.column);
    if( loreNext(rows) && loreColumnInt(rows, 0) > 0 ){
      row(call, "warning", loreFormat(call, "%s.%s", time.table, time.column),
          loreFormat(call, "%lld rows hold a time in another form, as %s", loreColumnInt(rows, 0), loreColumnText(rows, 1)),
          "SELECT lore_adopt('apply')");
    }
    loreDone(rows);
  }
}

/* ---- What the subsystems look for ---- */

/* Whether the migration makes a table or view that is broken. */
static int makesBroken(LoreCall *call, const Validation *validation, const LoreMigration *migration){
  for(const char *p = validation->broken; *p && !loreFailed(call); p += strcspn(p, "|")){
    p += *p=='|';
    const char *name = loreFormat(call, " main.%.*s ", (int)strcspn(p, "|"), p);
    if( name && strstr(migration->up, name) ) return 1;
  }
  return 0;
}

/* All of its migrations have been applied, and none of its tables and views is broken. */
static int isSound(LoreCall *call, const Validation *validation, const LoreSubsystem *subsystem){
  for(int i = 0; i < LORE_MIGRATION_COUNT; i++){
    const LoreMigration *migration = &kLoreMigrations[i];
    if( strcmp(migration->subsystem, subsystem->name)!=0 ) continue;
    if( !migrateIsApplied(call, migration) || makesBroken(call, validation, migration) ) return 0;
  }
  return !loreFailed(call);
}

static void subsystemRows(LoreCall *call, const LoreSubsystem *subsystem){
  timeRows(call, subsystem);
  LoreStatement *rows = subsystem->validate==SQL_NONE ? NULL : loreQuery(call, subsystem->validate);
  while( loreNext(rows) ){
    for(int column = 0; column < 4; column++) loreRowColumn(call, rows, column);
  }
}

void validateRows(LoreCall *call){
  Validation validation = { "" };
  Drift drift;
  allHidingRows(call);
  if( loreFindInt(call, SQL_ENGINE_HAS_MIGRATIONS)==0 ) return;
  changedRows(call);
  driftOpen(call, &drift, found, &validation);
  driftFind(call, &drift, "table|view");
  for(int i = 0; loreSubsystem(call, i) && !loreFailed(call); i++){
    const LoreSubsystem *subsystem = loreSubsystem(call, i);
    if( !isSound(call, &validation, subsystem) ) continue;
    if( strcmp(subsystem->name, "admin")==0 ) settingRows(call);
    subsystemRows(call, subsystem);
  }
  driftFind(call, &drift, "index|trigger"); /* last: rows that are wrong may be in the way of an index */
  driftClose(&drift);
}
