#include "admin/load.h"

#include <string.h>

#include "admin/export.h"
#include "admin/info.h"
#include "admin/lines.h"
#include "admin/tables.h"
#include "engine/directory.h"

static const char *const kModes[] = { "skip", "merge", "replace", "dry-run" }; /* as LoadMode counts them */

LoadMode loadModeOf(const char *word){
  int mode = LOAD_DRY;
  while( mode > LOAD_SKIP && (word==NULL || strcmp(word, kModes[mode])!=0) ) mode--;
  return (LoadMode)mode;
}

const char *loadModeWord(LoadMode mode){
  return kModes[mode];
}

static void refuseLine(LoreCall *call, const Load *load, const char *text){
  if( text ) loreRefuse(call, LORE_BAD_ARGUMENT, "line %lld: %s; nothing was imported", load->line, text);
}

/* ---- The header ---- */

/* A name as text of the call. */
static const char *nameOf(LoreCall *call, const LoreScanValue *string){
  char *name = loreAllocate(call, string->length + 1);
  if( name && loreScanDecode(string, name) >= 0 ) return name;
  return name ? strcpy(name, "?") : NULL;
}

static void checkColumn(LoreCall *call, const Load *load, const LoadTarget *target, const char *column){
  loreLetText(call, "table", target->name);
  loreLetText(call, "column", column);
  if( column && loreFindInt(call, SQL_ADMIN_HAS_STORED_COLUMN)==0 ){
    refuseLine(call, load, loreFormat(call, "%s has no column %s here", target->name, column));
  }
}

static void readColumns(LoreCall *call, const Load *load, LoadTarget *target, const LoreScanValue *columns){
  LoreScanValue name;
  LoreScan scan = loreScanInto(columns);
  while( loreScanNext(&scan, NULL, &name) ) target->count++;
  target->columns = loreAllocate(call, ((size_t)target->count + 1)*sizeof(char*));
  scan = loreScanInto(columns);
  for(int i = 0; i < target->count && !loreFailed(call) && loreScanNext(&scan, NULL, &name); i++){
    target->columns[i] = name.kind==LORE_SCAN_STRING ? nameOf(call, &name) : "?";
    checkColumn(call, load, target, target->columns[i]);
  }
  if( target->count==0 ) refuseLine(call, load, loreFormat(call, "%s has no columns", target->name));
}

static sqlite3_int64 numberOf(const LoreScanValue *object, const char *member){
  LoreScanValue value;
  LineValue number;
  char room[1];
  if( !loreScanMember(object, member, &value) || value.kind!=LORE_SCAN_NUMBER ) return -1;
  return linesRead(&value, room, &number) && number.kind==LINE_INT ? number.integer : -1;
}

static sqlite3_int64 countRows(LoreCall *call, const char *table){
  LoreStatement *count = loreTemplate(call, SQL_ADMIN_COUNT_TEMPLATE, table);
  sqlite3_int64 rows = loreNext(count) ? loreColumnInt(count, 0) : 0;
  loreDone(count);
  return rows;
}

/* Only tables of ours, and only those that an export holds. */
static void checkTable(LoreCall *call, const Load *load, const char *name){
  loreLetText(call, "name", name);
  if( !tablesHave(name) || exportLeavesOut(call, name) ){
    refuseLine(call, load, loreFormat(call, "%s is no table of an export", name));
  }else if( loreFindText(call, SQL_ADMIN_OWN_TABLES)==NULL ){
    refuseLine(call, load, loreFormat(call, "there is no table %s here: run SELECT lore_migrate('all') first", name));
  }
}

static void readTable(LoreCall *call, Load *load, const LoreScanValue *name, const LoreScanValue *value){
  LoreScanValue columns;
  LoadTarget *target = &load->targets[load->count];
  memset(target, 0, sizeof *target);
  target->name = nameOf(call, name);
  target->rows = numberOf(value, "rows");
  if( target->name ) checkTable(call, load, target->name);
  for(int i = 0; i < load->count && target->name; i++){
    int is_again = strcmp(load->targets[i].name, target->name)==0;
    if( is_again ) refuseLine(call, load, loreFormat(call, "it lists %s twice", target->name));
  }
  if( target->rows < 0 || !loreScanMember(value, "columns", &columns) || columns.kind!=LORE_SCAN_ARRAY ){
    refuseLine(call, load, loreFormat(call, "the header says too little of %s", target->name));
  }
  if( loreFailed(call) ) return;
  readColumns(call, load, target, &columns);
  target->before = countRows(call, target->name);
  load->count++;
}

static void emptyTables(LoreCall *call, Load *load){
  for(int i = load->count - 1; i >= 0 && !loreFailed(call); i--){
    LoreStatement *empty = loreTemplate(call, SQL_ADMIN_EMPTY_TEMPLATE, load->targets[i].name);
    loreRunBound(empty);
    loreDone(empty);
    load->targets[i].before = 0;
  }
}

/* SQLite ends a running statement that opens a table after the switch was turned (SQLITE_ABORT_ROLLBACK): so it is turned
** only where a trigger would fire. */
static void silenceTriggers(LoreCall *call, Load *load){
  int has_triggers = 0, are_on = 0;
  for(int i = 0; i < load->count && !has_triggers; i++){
    loreLetText(call, "table", load->targets[i].name);
    has_triggers = loreFindInt(call, SQL_ADMIN_HAS_TRIGGERS)!=0;
  }
  if( !has_triggers || loreFailed(call) ) return;
  sqlite3 *db = loreDatabase(call);
  sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, -1, &are_on);
  if( !are_on ) return;
  sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
  load->silenced = db;
}

void loadBegin(LoreCall *call, Load *load, const LoreScanValue *header){
  LoreScanValue tables = { .kind = LORE_SCAN_NULL }, name, value;
  loreScanMember(header, "tables", &tables);
  if( numberOf(header, "lore_export")!=EXPORT_FORMAT ) refuseLine(call, load, "the export has another format than 1");
  if( tables.kind!=LORE_SCAN_OBJECT ) refuseLine(call, load, "the header lists no tables");
  if( loreFailed(call) ) return;
  int count = 0;
  for(LoreScan scan = loreScanInto(&tables); loreScanNext(&scan, &name, &value); ) count++;
  load->targets = loreAllocate(call, ((size_t)count + 1)*sizeof(LoadTarget));
  for(LoreScan scan = loreScanInto(&tables); !loreFailed(call) && loreScanNext(&scan, &name, &value); ){
    readTable(call, load, &name, &value);
  }
  loreScanMember(header, "sequences", &load->sequences);
  silenceTriggers(call, load);
  if( load->mode==LOAD_REPLACE ) emptyTables(call, load);
}

/* ---- Statements ---- */

static int isKey(LoreCall *call, const LoadTarget *target, const char *column){
  loreLetText(call, "table", target->name);
  loreLetText(call, "column", column);
  return loreFindInt(call, SQL_ADMIN_IS_KEY_COLUMN)!=0;
}

/* Its columns, those of the key or the others. */
static const char **chosen(LoreCall *call, const LoadTarget *target, int keys, int *count){
  const char **names = loreAllocate(call, ((size_t)target->count + 1)*sizeof(char*));
  *count = 0;
  for(int i = 0; i < target->count && !loreFailed(call); i++){
    if( isKey(call, target, target->columns[i])==keys ) names[(*count)++] = target->columns[i];
  }
  return names;
}

static const char *parameters(LoreCall *call, int count){
  const char *list = "?1";
  for(int i = 2; i <= count && list; i++) list = loreFormat(call, "%s, ?%d", list, i);
  return list;
}

static LoreStatement *merging(LoreCall *call, const LoadTarget *target, const char *list, const char *values){
  int keys, others;
  const char **key = chosen(call, target, 1, &keys), **other = chosen(call, target, 0, &others);
  if( keys==0 || others==0 ) return loreTemplate(call, SQL_ADMIN_SKIP_TEMPLATE, target->name, list, values);
  const char *mine = loreFormat(call, "\"%w\".", target->name);
  const char *new = loreNameList(call, other, others, "excluded.");
  return loreTemplate(call, SQL_ADMIN_MERGE_TEMPLATE, target->name, list, values, loreNameList(call, key, keys, ""),
                      loreNameList(call, other, others, ""), new, mine ? loreNameList(call, other, others, mine) : NULL, new);
}

static LoreStatement *statementFor(LoreCall *call, const Load *load, const LoadTarget *target){
  const char *list = loreNameList(call, target->columns, target->count, "");
  const char *values = parameters(call, target->count);
  if( loreFailed(call) ) return NULL;
  if( load->mode==LOAD_MERGE ) return merging(call, target, list, values);
  LoreSql template = load->mode==LOAD_REPLACE ? SQL_ADMIN_ADD_TEMPLATE : SQL_ADMIN_SKIP_TEMPLATE;
  return loreTemplate(call, template, target->name, list, values);
}

/* ---- Rows ---- */

static LoadTarget *targetOf(LoreCall *call, Load *load, const LoreScanValue *name){
  for(int i = 0; i < load->count; i++){
    int k = (load->last + i) % load->count;
    if( !loreScanIs(name, load->targets[k].name) ) continue;
    load->last = k;
    return &load->targets[k];
  }
  refuseLine(call, load, loreFormat(call, "the header does not list the table %s", nameOf(call, name)));
  return NULL;
}

static void bind(LoreStatement *insert, int column, const LineValue *value){
  switch( value->kind ){
    case LINE_NULL: loreBindNull(insert, column + 1); break;
    case LINE_INT: loreBindInt(insert, column + 1, value->integer); break;
    case LINE_REAL: loreBindReal(insert, column + 1, value->real); break;
    case LINE_TEXT: loreBindText(insert, column + 1, value->bytes, value->length); break;
    case LINE_BLOB: loreBindBlob(insert, column + 1, value->bytes, value->length); break;
  }
}

static int reserve(LoreCall *call, Load *load, size_t bytes){
  if( bytes <= load->capacity ) return 1;
  char *room = sqlite3_realloc64(load->room, bytes);
  if( room==NULL ){
    loreNoMemory(call);
    return 0;
  }
  load->room = room;
  load->capacity = bytes;
  return 1;
}

/* Binds the values of a row; each text goes behind the one before. */
static void bindRow(LoreCall *call, Load *load, const LoadTarget *target, const LoreScanValue *row){
  LoreScanValue name, value;
  LineValue read;
  LoreScan scan = loreScanInto(row);
  char *room = load->room;
  int column = 0;
  for( ; !loreFailed(call) && loreScanNext(&scan, &name, &value); column++ ){
    if( column >= target->count || !loreScanIs(&name, target->columns[column]) ){
      refuseLine(call, load, loreFormat(call, "%s must have the columns that the header lists, in that order", target->name));
    }else if( !linesRead(&value, room, &read) ){
      refuseLine(call, load, loreFormat(call, "%s.%s has no value of an export", target->name, target->columns[column]));
    }else{
      bind(target->insert, column, &read);
      if( read.kind==LINE_TEXT || read.kind==LINE_BLOB ) room += read.length + 1;
    }
  }
  if( column < target->count ){
    refuseLine(call, load, loreFormat(call, "%s must have the columns that the header lists, in that order", target->name));
  }
}

static void runRow(LoreCall *call, void *context){
  const Load *load = context;
  const LoadTarget *target = &load->targets[load->last];
  sqlite3_int64 written = loreRunBound(target->insert);
  if( load->mode==LOAD_REPLACE && written!=1 && !loreFailed(call) ){
    loreRefuse(call, LORE_REFUSED, "a row was not stored: a trigger ignored it");
  }
  ((Load*)context)->written += written;
}

void loadRow(LoreCall *call, Load *load, const LoreScanValue *row){
  LoreScanValue table, values = { .length = 0 };
  const char *why;
  if( !loreScanMember(row, "table", &table) || table.kind!=LORE_SCAN_STRING ||
      !loreScanMember(row, "row", &values) || values.kind!=LORE_SCAN_OBJECT ){
    refuseLine(call, load, "this is no row of an export");
  }
  LoadTarget *target = loreFailed(call) ? NULL : targetOf(call, load, &table);
  if( target==NULL || !reserve(call, load, values.length + (size_t)target->count + 1) ) return;
  if( target->insert==NULL ) target->insert = statementFor(call, load, target);
  bindRow(call, load, target, &values);
  if( !loreFailed(call) && !loreTry(call, runRow, load, &why) && why ){
    refuseLine(call, load, loreFormat(call, "%s: %s", target->name, why));
  }
  target->loaded++;
  load->rows++;
}

/* ---- The end ---- */

static void setSequences(LoreCall *call, const Load *load){
  LoreScanValue name, value;
  if( load->sequences.kind!=LORE_SCAN_OBJECT || loreFindInt(call, SQL_ADMIN_HAS_SEQUENCES)==0 ) return;
  LoreScan scan = loreScanInto(&load->sequences);
  while( !loreFailed(call) && loreScanNext(&scan, &name, &value) ){
    LineValue number;
    char room[1];
    const LoadTarget *target = targetOf(call, (Load*)load, &name);
    if( target==NULL || value.kind!=LORE_SCAN_NUMBER || !linesRead(&value, room, &number) || number.kind!=LINE_INT ) continue;
    loreLetText(call, "table", target->name);
    loreLetInt(call, "number", number.integer);
    loreLetInt(call, "exactly", load->mode==LOAD_REPLACE);
    if( loreRun(call, SQL_ADMIN_SEQUENCE_SET)==0 ) loreRun(call, SQL_ADMIN_SEQUENCE_ADD);
  }
}

void loadEnd(LoreCall *call, Load *load){
  for(int i = 0; i < load->count && !loreFailed(call); i++){
    LoadTarget *target = &load->targets[i];
    if( target->loaded!=target->rows ){
      refuseLine(call, load, loreFormat(call, "%s has %lld rows, but the header says %lld", target->name, target->loaded,
                                        target->rows));
    }else{
      load->added += countRows(call, target->name) - target->before;
    }
  }
  setSequences(call, load);
}

void loadFree(Load *load){
  for(int i = 0; i < load->count; i++) loreDone(load->targets[i].insert);
  if( load->silenced ) sqlite3_db_config(load->silenced, SQLITE_DBCONFIG_ENABLE_TRIGGER, 1, NULL);
  sqlite3_free(load->room);
  load->silenced = NULL;
  load->room = NULL;
}

const char *loadAnswer(LoreCall *call, sqlite3_int64 rows, sqlite3_int64 added, sqlite3_int64 changed){
  const char *done = loreFormat(call, "{\"rows\":%lld,\"added\":%lld,\"changed\":%lld,\"left\":%lld}", rows, added, changed,
                                rows - added - changed);
  if( done ) loreResultText(call, done);
  return done;
}

void loadAudit(LoreCall *call, LoadMode mode, const char *done){
  if( mode==LOAD_DRY || loreFailed(call) ) return;
  infoAudit(call, NULL, loreFormat(call, "{\"mode\":\"%s\",\"done\":%s}", loadModeWord(mode), done));
}
