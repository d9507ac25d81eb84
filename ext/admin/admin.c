/*
** admin: migrations, settings, help, and what the connection knows of its last calls.
**
** Storage: sql/schema/admin. Statements: sql/statements/admin.sql.
*/
#include <string.h>

#include "admin/adopt.h"
#include "admin/alerts.h"
#include "admin/export.h"
#include "admin/import.h"
#include "admin/info.h"
#include "admin/migrate.h"
#include "admin/validate.h"
#include "engine/clock.h"
#include "engine/directory.h"

/* ---- lore_help, lore_version ---- */

static int isRead(const LoreEntry *entry){
  return strcmp(entry->kind, "reader")==0 || strcmp(entry->kind, "table")==0;
}

/* "SELECT signal_claim([max_rows], …)" out of the text of the arguments. */
static const char *usageOf(LoreCall *call, const LoreEntry *entry){
  const char *list = "";
  for(const char *p = entry->arguments; *p && !loreFailed(call); ){
    size_t length = strcspn(p, " ");
    int name = (int)strcspn(p, " :=!"), required = length > 0 && p[length - 1]=='!';
    const char *form = required ? "%s%s%.*s" : "%s%s[%.*s]";
    if( length ) list = loreFormat(call, form, list, *list ? ", " : "", name, p);
    p += length + (p[length]==' ');
  }
  char *usage = loreFormat(call, kLoreSql[isRead(entry) ? SQL_ADMIN_USAGE_READ : SQL_ADMIN_USAGE_CALL].text, entry->name, list);
  if( usage ) usage[strcspn(usage, "\n")] = 0;
  return usage;
}

static void helpRows(LoreCall *call){
  for(int i = 0; i < loreEntryCount(call) && !loreFailed(call); i++){
    LoreEntry entry = loreEntry(call, i);
    loreRowText(call, entry.name);
    loreRowText(call, entry.kind);
    loreRowText(call, entry.arguments);
    loreRowText(call, entry.writes);
    loreRowText(call, entry.tenant_rule);
    loreRowText(call, entry.summary);
    loreRowText(call, entry.subsystem);
    loreRowText(call, entry.flags);
    loreRowText(call, entry.example);
    loreRowText(call, usageOf(call, &entry));
  }
}

static void version(LoreCall *call){
  loreResultText(call, LORE_VERSION);
}

/* ---- lore_clock, lore_result, lore_notice ---- */

enum { CLOCK_AT };

/* Result: TEXT, the time that calls without `at` now get. '' gives the clock back to the system. */
static void showClock(LoreCall *call){
  if( loreText(call, CLOCK_AT) && loreTextLength(call, CLOCK_AT)==0 ){
    loreUnpinClock(call);
  }else if( loreGiven(call, CLOCK_AT) ){
    const char *text = loreCheckTyped(call, "time", "at", CLOCK_AT);
    LoreTime time = 0;
    if( text && loreTimeParse(text, strlen(text), &time) ) lorePinClock(call, time);
  }
  loreSetNull(call, CLOCK_AT);
  loreResultText(call, loreNowText(call));
}

static void notice(LoreCall *call){
  loreResultText(call, loreNoticeText(call));
}

/* ---- lore_set, lore_settings_all ---- */

enum { SET_NAME, SET_VALUE };

static const LoreSetting *findSetting(LoreCall *call, const char *name){
  for(int i = 0; loreSubsystem(call, i); i++){
    const LoreSubsystem *subsystem = loreSubsystem(call, i);
    for(int k = 0; k < subsystem->settings.count; k++){
      if( strcmp(subsystem->settings.rows[k].name, name)==0 ) return &subsystem->settings.rows[k];
    }
  }
  loreRefuse(call, LORE_BAD_ARGUMENT, "there is no setting %s; SELECT * FROM lore_settings_all", loreShow(call, SET_NAME));
  return NULL;
}

/* Result: TEXT, the value in effect. A value that is absent, '' or the standard leaves no row. */
static void set(LoreCall *call){
  const LoreSetting *setting = findSetting(call, loreText(call, SET_NAME));
  if( setting==NULL ) return;
  const char *value = setting->standard;
  if( loreGiven(call, SET_VALUE) && !(loreText(call, SET_VALUE) && loreTextLength(call, SET_VALUE)==0) ){
    value = loreCheckTyped(call, setting->type, setting->name, SET_VALUE);
  }
  if( value==NULL ) return;
  loreSetText(call, SET_VALUE, value);
  if( strcmp(value, setting->standard)==0 ){
    loreRun(call, SQL_ADMIN_SETTING_DROP);
  }else{
    loreWriteOne(call, SQL_ADMIN_SETTING_PUT);
  }
  loreSettingsChanged(call);
  loreResultText(call, value);
}

static void settingRows(LoreCall *call){
  for(int i = 0; loreSubsystem(call, i); i++){
    const LoreSubsystem *subsystem = loreSubsystem(call, i);
    for(int k = 0; k < subsystem->settings.count && !loreFailed(call); k++){
      const LoreSetting *setting = &subsystem->settings.rows[k];
      loreRowText(call, setting->name);
      loreRowText(call, loreSettingText(call, setting->name));
      loreRowText(call, setting->standard);
      loreRowText(call, setting->meaning);
    }
  }
}

/* ---- lore_index ---- */

enum { INDEX_TABLE, INDEX_PATH };

static const LoreSearchable *findSearchable(LoreCall *call, const char *table){
  char *list = loreFormat(call, "%s", "");
  for(int i = 0; loreSubsystem(call, i) && list; i++){
    const LoreSubsystem *subsystem = loreSubsystem(call, i);
    for(int k = 0; k < subsystem->searchables.count; k++){
      const LoreSearchable *row = &subsystem->searchables.rows[k];
      if( sqlite3_stricmp(row->table, table)==0 ) return row;
      list = loreFormat(call, "%s%s%s", list, *list ? ", " : "", row->table);
    }
  }
  loreRefuse(call, LORE_BAD_ARGUMENT, "table_name must be one of %s, got %s", list, loreShow(call, INDEX_TABLE));
  return NULL;
}

/* Result: TEXT, the name of the index; safe to repeat. */
static void makeIndex(LoreCall *call){
  const LoreSearchable *row = findSearchable(call, loreText(call, INDEX_TABLE));
  const char *path = loreText(call, INDEX_PATH);
  if( row==NULL ) return;
  loreCheckPath(call, INDEX_PATH);
  const char *name = loreIndexName(call, row->table, path);
  if( name==NULL ) return;
  loreLetText(call, "index_name", name);
  loreResultText(call, name); /* before: nothing may find no memory when the index is made */
  if( loreFindInt(call, SQL_ADMIN_INDEX_EXISTS) ){
    loreNotice(call, "%s is there already", name);
  }else{
    LoreStatement *index = row->leader
      ? loreTemplate(call, SQL_ADMIN_LED_INDEX_TEMPLATE, name, row->table, row->leader, row->column, path, row->column, path)
      : loreTemplate(call, SQL_ADMIN_INDEX_TEMPLATE, name, row->table, row->column, path, row->column, path);
    loreNext(index);
  }
}

/* ---- lore_migrate_app ---- */

enum { APP_VERSION, APP_NAME, APP_CHECKSUM };

/* Result: INTEGER, 1; 0 when it is recorded already. */
static void recordApp(LoreCall *call){
  loreLetText(call, "module", "app");
  loreLetArgument(call, "number", APP_VERSION);
  const char *recorded = loreFindText(call, SQL_ADMIN_MIGRATION_ROWS);
  if( recorded && strcmp(recorded, loreText(call, APP_CHECKSUM))!=0 ){
    loreRefuse(call, LORE_REFUSED, "version %lld was applied with another checksum, %s", loreInt(call, APP_VERSION), recorded);
  }else if( recorded ){
    loreNotice(call, "version %lld is recorded already", loreInt(call, APP_VERSION));
  }else{
    loreLetArgument(call, "title", APP_NAME);
    loreWriteOne(call, SQL_ADMIN_RECORD);
  }
  loreResultInt(call, recorded==NULL);
}

/* ---- Registration ---- */

static const LoreVerb kVerbs[] = {
  { "lore_migrate", "subsystems=all", migrateRun, WRITES("lore_migrations"),
    "make or update the tables of all subsystems, or of those named; what was applied", "'keys'" },
  { "lore_adopt", "action:word(apply)!", adoptApply,
    WRITES("lore_migrations signals signal_processing suppression_cache signal_state pattern_snapshots cost_snapshots "
           "operation_patterns pattern_occurrences tasks thoughts correlations"),
    "take over the tables of other software: add, rewrite times, migrate, make rows; what was done", "'apply'" },
  { "lore_migrate_app", "version:int[1..]! name:text[1..200]! checksum:text[1..200]!", recordApp,
    WRITES_BY_ITSELF("lore_migrations"),
    "record a migration of the application's own, in the transaction that has run it; 1, or 0 when it was recorded",
    "1, 'first', '5d41402a'" },
  { "lore_set", "name! value:any", set, WRITES_BY_ITSELF("lore_settings"),
    "change a setting, or give it its standard back; the value in effect", "'suppression_ttl_days', 7" },
  { "lore_index", "table_name! path:text[1..500]!", makeIndex, WRITES_BY_ITSELF(""),
    "index a path inside a table's JSON column; the name of the index", "'graph_nodes', '$.color'" },
  { "lore_import", "line:any! mode:word(skip|merge|replace|dry-run)", importLines,
    WRITES_BY_ITSELF("signals signal_processing suppression_cache"),
    "take the lines of lore_export, which write the tables that they name, or a signal store's JSON; at the end what was done",
    "'{\"signals\": [{\"id\": 1, \"signal_type\": \"t\", \"source_api\": \"s\", \"canonical_key\": \"domain:old.io\", "
    "\"confidence\": 1, \"raw_data\": {}, \"detected_at\": \"2026-01-01\"}], \"suppression_cache\": [{\"canonical_key\": "
    "\"domain:older.io\", \"notion_page_id\": \"p\", \"status\": \"s\", \"cached_at\": \"2026-01-01\", "
    "\"expires_at\": \"2026-02-01\"}]}'" },
  { "lore_call", "verb! arguments:any", loreCallNamed, WRITES_BY_ITSELF(""), "call a verb with named arguments; its result",
    "'lore_set', '{\"name\": \"suppression_ttl_days\"}'" },
};

static const LoreReader kReaders[] = {
  { "lore_help", "",
    "name TEXT, kind TEXT, arguments TEXT, writes TEXT, tenant_rule TEXT, summary TEXT, subsystem TEXT, flags TEXT, example TEXT, "
    "usage TEXT",
    SQL_NONE, "every call: its arguments, the tables it writes, an example", "", helpRows },
  { "lore_info", "", "name TEXT, value", SQL_NONE, "versions, sizes, rows a table, backlog", "", infoRows },
  { "lore_alerts", "at:time", "name TEXT, value INTEGER, bound INTEGER, severity TEXT, message TEXT", SQL_NONE,
    "each figure that is beyond its bound; bounds are settings", "", alertRows },
  { "lore_migrations_status", "", "version INTEGER, name TEXT, subsystem TEXT, state TEXT, applied_at TEXT, checksum TEXT",
    SQL_NONE, "each migration: applied, pending or changed", "", migrateStatus },
  { "lore_settings_all", "", "name TEXT, value TEXT, default_value TEXT, meaning TEXT", SQL_NONE,
    "every setting with its value and its standard", "", settingRows },
  { "lore_export", "subsystem", "line TEXT", SQL_NONE, "all rows of a subsystem, or of all, as JSON lines, for lore_import",
    "'signals'", exportLines },
  { "lore_adoption", "", "table_name TEXT, state TEXT, detail TEXT", SQL_NONE,
    "each table of ours: identical, compatible, conflicting or missing in this file, and what lore_adopt would do", "", adoptRows },
  { "lore_validate", "", "severity TEXT, object TEXT, problem TEXT, fix TEXT", SQL_NONE,
    "what is wrong with the schema or the rows, and the SQL that mends it", "", validateRows },
  { "lore_results", "", "n INTEGER, verb TEXT, result", SQL_NONE,
    "what the last 1,000 inserts into verbs gave, oldest first", "", loreResultRows },
};

static const LoreFunction kFunctions[] = {
  { "lore_version", "", version, LORE_PURE, "version of the extension", "" },
  { "lore_clock", "at:any", showClock, LORE_DIRECT,
    "the connection's clock; with a time: pinned to it, with '': the system's again", "" },
  { "lore_result", "", loreResultNewest, LORE_DIRECT, "what the last insert into a verb gave", "" },
  { "lore_notice", "", notice, LORE_DIRECT, "why the last call did nothing, or what it noticed", "" },
  { "lore_rollback", "subsystem! to_version:int[0..]! confirm:word(drop-data)", migrateRollback, LORE_DIRECT,
    "undo a subsystem's migrations above a version; what was undone", NULL },
};

/* One that the engine asks for (verb.c); then bounds of lore_alerts that more than one subsystem has, and those of the file. */
static const LoreSetting kSettings[] = {
  { "replicated", "word(on|off)", "off", "on: the file has replicas; a verb is called by INSERT alone, a SELECT of it is refused" },
  { "alert_expired_leases", "int[0..]", "0", "leases that are over and were not taken back, above which lore_alerts has a row" },
  { "alert_free_pages_percent", "int[1..100]", "25",
    "share of the file that is empty, in percent, above which lore_alerts has a row" },
};

static const LoreAlert kAlerts[] = {
  { "file.free_pages_percent", "alert_free_pages_percent", SQL_ADMIN_FREE_PERCENT, 0, "warning",
    "the file has empty pages: VACUUM" },
};

const LoreSubsystem kAdmin = {
  .name = "admin",
  .tenant_rule = "denied",
  .verbs = LORE_TABLE(kVerbs),
  .readers = LORE_TABLE(kReaders),
  .functions = LORE_TABLE(kFunctions),
  .direct_readers = "*",
  .info = NULL,
  .settings = LORE_TABLE(kSettings),
  .alerts = LORE_TABLE(kAlerts),
  .not_exported = "lore_migrations", /* what this file is, and not what is in it */
};
