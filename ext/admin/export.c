#include "admin/export.h"

#include <string.h>

#include "admin/lines.h"
#include "admin/tables.h"
#include "engine/digest.h"
#include "engine/directory.h"
#include "engine/text.h"

enum { EXPORT_SUBSYSTEM };

typedef enum Stage { STAGE_HEADER, STAGE_ROWS, STAGE_TRAILER, STAGE_END } Stage;

/* One table, as the header shows it. */
typedef struct Exported {
  const char *name;
  const char **columns;
  int count;
  const char *list;  /* the columns in quotes */
  const char *order; /* what the rows are ordered by, likewise */
  sqlite3_int64 rows;
  LoreStatement *query; /* of the rows */
} Exported;

typedef struct Export {
  Exported *tables;
  int table_count, capacity;
  Stage stage;
  int table;            /* whose rows are shown */
  sqlite3_int64 shown;  /* of them */
  sqlite3_int64 rows;   /* of all tables */
  LoreStatement *hold;  /* keeps the read transaction: all lines show one state of the file */
  LoreBuffer line;
  LoreDigestStream digest;
} Export;

static void put(Export *export, const char *text){
  loreBufferAppend(&export->line, text, strlen(text));
}

/* NULL: there was no memory for it. */
static void putName(Export *export, const char *name){
  if( name==NULL ) return;
  loreBufferQuoted(&export->line, name, strlen(name));
}

/* ---- What there is ---- */

static const LoreSubsystem *subsystemOf(LoreCall *call, const char *name){
  for(int i = 0; loreSubsystem(call, i); i++){
    if( strcmp(loreSubsystem(call, i)->name, name)==0 ) return loreSubsystem(call, i);
  }
  return NULL;
}

static int isLeftOut(LoreCall *call, const Tables *tables){
  const LoreSubsystem *subsystem = subsystemOf(call, tables->subsystem);
  return subsystem==NULL || (subsystem->not_exported && loreWordIn(tables->name, subsystem->not_exported));
}

int exportLeavesOut(LoreCall *call, const char *table){
  Tables tables;
  tablesBegin(&tables, NULL);
  while( tablesNext(&tables) ) if( strcmp(tables.name, table)==0 ) return isLeftOut(call, &tables);
  return 0;
}

static const char **newNames(LoreCall *call, int count){
  return loreAllocate(call, ((size_t)count + 1)*sizeof(char*));
}

/* Its columns; the rows go by the primary key, or as they were stored. */
static void readColumns(LoreCall *call, Exported *table){
  const char *order = "";
  loreLetText(call, "table", table->name);
  table->count = (int)loreFindInt(call, SQL_ADMIN_COLUMN_COUNT);
  table->columns = newNames(call, table->count);
  LoreStatement *rows = loreQuery(call, SQL_ADMIN_STORED_COLUMNS);
  for(int i = 0; i < table->count && loreNext(rows); i++) table->columns[i] = loreColumnCopy(rows, 0);
  loreDone(rows);
  if( loreFailed(call) ) return;
  table->list = loreNameList(call, table->columns, table->count, "");
  rows = loreQuery(call, SQL_ADMIN_KEY_COLUMNS);
  while( loreNext(rows) ){
    const char *name = loreColumnCopy(rows, 0);
    const char *quoted = name ? loreNameList(call, &name, 1, "") : NULL;
    order = loreFormat(call, "%s%s%s", order, *order ? ", " : "", quoted);
    if( order==NULL ) return;
  }
  table->order = *order ? order : "rowid";
}

static sqlite3_int64 countRows(LoreCall *call, const char *table){
  LoreStatement *count = loreTemplate(call, SQL_ADMIN_COUNT_TEMPLATE, table);
  sqlite3_int64 rows = loreNext(count) ? loreColumnInt(count, 0) : 0;
  loreDone(count);
  return rows;
}

static void addTable(LoreCall *call, Export *export, const char *name){
  Exported *grown = loreGrow(call, export->tables, export->table_count, &export->capacity, sizeof *grown);
  if( grown==NULL ) return;
  export->tables = grown;
  Exported *table = &grown[export->table_count];
  memset(table, 0, sizeof *table);
  table->name = loreFormat(call, "%s", name);
  readColumns(call, table);
  table->rows = countRows(call, name);
  /* Now, for on a connection that is closed while somebody reads nothing can be prepared. */
  table->query = loreFailed(call) ? NULL : loreTemplate(call, SQL_ADMIN_ROWS_TEMPLATE, table->list, table->name, table->order);
  if( table->query ) export->table_count++;
}

static void findTables(LoreCall *call, Export *export){
  const char *subsystem = loreText(call, EXPORT_SUBSYSTEM);
  Tables tables;
  if( subsystem && subsystemOf(call, subsystem)==NULL ){
    loreRefuse(call, LORE_BAD_ARGUMENT, "there is no subsystem %s", loreShow(call, EXPORT_SUBSYSTEM));
  }
  tablesBegin(&tables, subsystem);
  while( !loreFailed(call) && tablesNext(&tables) ){
    loreLetText(call, "name", tables.name);
    if( isLeftOut(call, &tables) || loreFindText(call, SQL_ADMIN_OWN_TABLES)==NULL ) continue;
    addTable(call, export, tables.name);
  }
}

/* ---- The header ---- */

static void putMigrations(LoreCall *call, Export *export){
  put(export, ",\"migrations\":{");
  int is_next = 0;
  LoreStatement *rows = loreFindInt(call, SQL_ENGINE_HAS_MIGRATIONS) ? loreQuery(call, SQL_ADMIN_NEWEST_APPLIED) : NULL;
  while( loreNext(rows) ){
    put(export, is_next++ ? "," : "");
    putName(export, loreColumnText(rows, 0));
    put(export, ":");
    linesInt(&export->line, loreColumnInt(rows, 1));
  }
  put(export, "}");
}

static void putTable(Export *export, const Exported *table){
  putName(export, table->name);
  put(export, ":{\"rows\":");
  linesInt(&export->line, table->rows);
  put(export, ",\"columns\":[");
  for(int i = 0; i < table->count; i++){
    put(export, i ? "," : "");
    putName(export, table->columns[i]);
  }
  put(export, "]}");
}

static int isExported(const Export *export, const char *name){
  for(int i = 0; i < export->table_count; i++) if( strcmp(export->tables[i].name, name)==0 ) return 1;
  return 0;
}

/* SQLite makes sqlite_sequence with the first table that needs it. */
static void putSequences(LoreCall *call, Export *export){
  put(export, ",\"sequences\":{");
  int is_next = 0;
  LoreStatement *rows = loreFindInt(call, SQL_ADMIN_HAS_SEQUENCES) ? loreQuery(call, SQL_ADMIN_SEQUENCES) : NULL;
  while( loreNext(rows) ){
    const char *name = loreColumnText(rows, 0);
    if( name==NULL || !isExported(export, name) ) continue;
    put(export, is_next++ ? "," : "");
    putName(export, name);
    put(export, ":");
    linesInt(&export->line, loreColumnInt(rows, 1));
  }
  put(export, "}");
}

static void putHeader(LoreCall *call, Export *export){
  findTables(call, export);
  put(export, "{\"lore_export\":");
  linesInt(&export->line, EXPORT_FORMAT);
  put(export, ",\"version\":\"" LORE_VERSION "\"");
  if( !loreFailed(call) ) putMigrations(call, export);
  put(export, ",\"tables\":{");
  for(int i = 0; i < export->table_count; i++){
    put(export, i ? "," : "");
    putTable(export, &export->tables[i]);
  }
  put(export, "}");
  if( !loreFailed(call) ) putSequences(call, export);
  put(export, "}");
}

/* ---- The rows ---- */

static void putValue(Export *export, int column){
  LoreStatement *row = export->tables[export->table].query;
  size_t length;
  switch( loreColumnType(row, column) ){
    case SQLITE_INTEGER: linesInt(&export->line, loreColumnInt(row, column)); break;
    case SQLITE_FLOAT: linesReal(&export->line, loreColumnReal(row, column)); break;
    case SQLITE_NULL: put(export, "null"); break;
    case SQLITE_BLOB: {
      const void *bytes = loreColumnBlob(row, column, &length);
      linesBlob(&export->line, bytes, length);
      break;
    }
    default: {
      const char *text = loreColumnSpan(row, column, &length);
      linesText(&export->line, text ? text : "", length);
    }
  }
}

static void putRow(Export *export, const Exported *table){
  put(export, "{\"table\":");
  putName(export, table->name);
  put(export, ",\"row\":{");
  for(int i = 0; i < table->count; i++){
    put(export, i ? "," : "");
    putName(export, table->columns[i]);
    put(export, ":");
    putValue(export, i);
  }
  put(export, "}}");
}

static void checkCount(LoreCall *call, const Export *export, const Exported *table){
  if( loreFailed(call) || export->shown==table->rows ) return;
  loreRefuse(call, LORE_REFUSED, "%s had %lld rows and now has %lld: it was written while it was exported", table->name,
             table->rows, export->shown);
}

/* 1: the line is the next row. 0: all rows have been shown. */
static int nextRow(LoreCall *call, Export *export){
  for( ; export->table < export->table_count && !loreFailed(call); export->table++, export->shown = 0 ){
    const Exported *table = &export->tables[export->table];
    if( loreNext(table->query) ){
      putRow(export, table);
      export->shown++;
      export->rows++;
      return 1;
    }
    checkCount(call, export, table);
  }
  return 0;
}

/* ---- The stream ---- */

static void putTrailer(Export *export){
  char checksum[LORE_DIGEST_SIZE];
  loreDigestEnd(&export->digest, checksum);
  put(export, "{\"lore_export_end\":1,\"rows\":");
  linesInt(&export->line, export->rows);
  put(export, ",\"checksum\":\"");
  put(export, checksum);
  put(export, "\"}");
}

static void addToDigest(Export *export){
  loreDigestAdd(&export->digest, export->line.data, export->line.length);
  loreDigestAdd(&export->digest, "\n", 1);
}

static int nextLine(LoreCall *call, void *context){
  Export *export = context;
  loreBufferClear(&export->line);
  if( export->stage==STAGE_ROWS && !nextRow(call, export) ) export->stage = STAGE_TRAILER;
  if( export->stage==STAGE_HEADER ) putHeader(call, export);
  else if( export->stage==STAGE_TRAILER ) putTrailer(export);
  else if( export->stage==STAGE_END ) return 0;
  if( export->line.failed ) loreNoMemory(call);
  if( loreFailed(call) ) return 0;
  if( export->stage!=STAGE_TRAILER ) addToDigest(export);
  if( export->stage!=STAGE_ROWS ) export->stage = export->stage==STAGE_HEADER ? STAGE_ROWS : STAGE_END;
  return 1;
}

static void makeLine(LoreCall *call, void *context, sqlite3_int64 row, int column){
  (void)row, (void)column;
  const Export *export = context;
  loreRowBorrowed(call, export->line.data, export->line.length);
}

static void release(void *context){
  Export *export = context;
  for(int i = 0; i < export->table_count; i++) loreDone(export->tables[i].query);
  loreDone(export->hold);
  sqlite3_free(export->tables);
  sqlite3_free(export->line.data);
  sqlite3_free(export);
}

void exportLines(LoreCall *call){
  Export *export = sqlite3_malloc64(sizeof *export);
  if( export==NULL ){
    loreNoMemory(call);
    return;
  }
  memset(export, 0, sizeof *export);
  export->line.reallocate = loreReallocate;
  loreDigestBegin(&export->digest);
  loreRowsStream(call, nextLine, makeLine, export, release);
  export->hold = loreQuery(call, SQL_ADMIN_HOLD);
  loreNext(export->hold);
}
