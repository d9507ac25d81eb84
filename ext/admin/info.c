/*
** lore_info: what this file is, how big, what is in it and what waits.
*/
#include "admin/info.h"

#include <string.h>

#include "admin/migrate.h"
#include "admin/tables.h"
#include "engine/directory.h"

static void pageRows(LoreCall *call){
  static const char *const kNames[] = { "file.pages", "file.page_size", "file.free_pages", "file.bytes" };
  LoreStatement *pages = loreQuery(call, SQL_ADMIN_PAGES);
  if( loreNext(pages) ){
    for(int i = 0; i < 4; i++){
      loreRowText(call, kNames[i]);
      loreRowInt(call, loreColumnInt(pages, i));
    }
  }
  loreDone(pages);
}

static void versionRows(LoreCall *call){
  LoreStatement *rows = loreQuery(call, SQL_ADMIN_NEWEST_APPLIED);
  while( loreNext(rows) ){
    loreRowText(call, loreFormat(call, "schema.%s", loreColumnText(rows, 0)));
    loreRowInt(call, loreColumnInt(rows, 1));
  }
}

static void tableRows(LoreCall *call){
  Tables tables;
  tablesBegin(&tables, NULL);
  while( !loreFailed(call) && tablesNext(&tables) ){
    loreLetText(call, "name", tables.name);
    if( loreFindText(call, SQL_ADMIN_OWN_TABLES)==NULL ) continue;
    LoreStatement *count = loreTemplate(call, SQL_ADMIN_COUNT_TEMPLATE, tables.name);
    loreRowText(call, loreFormat(call, "rows.%s", tables.name));
    loreRowInt(call, loreNext(count) ? loreColumnInt(count, 0) : 0);
    loreDone(count);
  }
}

int infoIsMigrated(LoreCall *call, const LoreSubsystem *subsystem){
  for(int i = 0; i < LORE_MIGRATION_COUNT; i++){
    if( strcmp(kLoreMigrations[i].subsystem, subsystem->name)==0 && !migrateIsApplied(call, &kLoreMigrations[i]) ) return 0;
  }
  return !loreFailed(call);
}

void infoAudit(LoreCall *call, const char *target, const char *payload){
  for(int i = 0; loreSubsystem(call, i) && !loreFailed(call); i++){
    const LoreSubsystem *subsystem = loreSubsystem(call, i);
    if( subsystem->audits && infoIsMigrated(call, subsystem) ) loreAudit(call, loreCallName(call), target, payload);
  }
}

static void figureRows(LoreCall *call, const LoreSubsystem *subsystem){
  if( subsystem->figures==SQL_NONE || !infoIsMigrated(call, subsystem) ) return;
  LoreStatement *rows = loreQuery(call, subsystem->figures);
  while( loreNext(rows) ){
    loreRowColumn(call, rows, 0);
    loreRowColumn(call, rows, 1);
  }
}

void infoRows(LoreCall *call){
  loreRowText(call, "lore.version");
  loreRowText(call, LORE_VERSION);
  loreRowText(call, "sqlite.version");
  loreRowText(call, sqlite3_libversion());
  pageRows(call);
  if( loreFindInt(call, SQL_ENGINE_HAS_MIGRATIONS) ) versionRows(call);
  tableRows(call);
  for(int i = 0; loreSubsystem(call, i) && !loreFailed(call); i++){
    figureRows(call, loreSubsystem(call, i));
    if( loreSubsystem(call, i)->info ) loreSubsystem(call, i)->info(call);
  }
}
