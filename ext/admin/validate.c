#include "admin/validate.h"

#include <string.h>

#include "admin/drift.h"
#include "admin/hiding.h"
#include "admin/migrate.h"
#include "admin/times.h"
#include "engine/digest.h"
#include "engine/directory.h"

/* A row that is shown behind the others. Texts live as long as the call. */
typedef struct LateRow {
  struct LateRow *next;
  const char *severity, *object, *problem, *fix;
} LateRow;

typedef struct Validation {
  const char *broken; /* tables and views whose columns can't be read safely: "a|b" */
  LateRow *first, **end;
} Validation;

static void row(LoreCall *call, const char *severity, const char *object, const char *problem, const char *fix){
  loreRowText(call, severity);
  loreRowText(call, object);
  loreRowText(call, problem);
  loreRowText(call, fix);
}

/* ---- Names and migrations ---- */

static void hidingRow(LoreCall *call, void *context, const char *hiding, const char *kind, const char *name, const char *fix){
  (void)context;
  row(call, "error", hiding, loreFormat(call, "it hides the %s %s", kind, name), fix);
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

static void keepForLater(LoreCall *call, Validation *validation, const LateRow *late){
  LateRow *copy = loreAllocate(call, sizeof *copy);
  if( copy==NULL ) return;
  *copy = *late;
  *validation->end = copy;
  validation->end = &copy->next;
}

static void found(LoreCall *call, void *context, const char *severity, const char *object, const char *problem, const char *fix,
                  const char *table, int is_late){
  Validation *validation = context;
  if( is_late ) keepForLater(call, validation, &(LateRow){ NULL, severity, object, problem, fix });
  else row(call, severity, object, problem, fix);
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
  LoreStatement *rows = loreQuery(call, SQL_ADMIN_SETTING_ROWS);
  while( loreNext(rows) ){
    const char *name = loreColumnCopy(rows, 0), *value = loreColumnCopy(rows, 1);
    const LoreSetting *setting = name && value ? settingOf(call, name) : NULL;
    if( loreFailed(call) ) return;
    const char *problem = setting ? loreTypeProblem(call, setting->type, setting->name, value) : "there is no such setting";
    if( problem ) row(call, "error", loreFormat(call, "setting %s", name), problem, loreColumnCopy(rows, 2));
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
          timesReadable(call, &time) ? loreColumnCopy(rows, 2) : NULL);
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
  Validation validation = { .broken = "" };
  validation.end = &validation.first;
  hidingFind(call, hidingRow, NULL);
  if( loreFindInt(call, SQL_ENGINE_HAS_MIGRATIONS)==0 ) return;
  changedRows(call);
  driftFind(call, found, &validation);
  for(int i = 0; loreSubsystem(call, i) && !loreFailed(call); i++){
    const LoreSubsystem *subsystem = loreSubsystem(call, i);
    if( !isSound(call, &validation, subsystem) ) continue;
    if( strcmp(subsystem->name, "admin")==0 ) settingRows(call);
    subsystemRows(call, subsystem);
  }
  for(const LateRow *late = validation.first; late; late = late->next){
    row(call, late->severity, late->object, late->problem, late->fix);
  }
}
