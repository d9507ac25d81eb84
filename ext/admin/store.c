#include "admin/store.h"

#include <stdlib.h>
#include <string.h>

#include "admin/lines.h"
#include "engine/clock.h"
#include "engine/directory.h"

typedef enum Form { FORM_TEXT, FORM_INT, FORM_REAL, FORM_TIME } Form;

typedef struct Column {
  const char *name;
  Form form;
} Column;

/* One array of the document. */
typedef struct Part {
  const char *member;
  Column columns[10];
  LoreSql add, merge;
} Part;

static const Part kParts[] = {
  { "signals",
    { { "id", FORM_INT }, { "signal_type", FORM_TEXT }, { "source_api", FORM_TEXT }, { "canonical_key", FORM_TEXT },
      { "company_name", FORM_TEXT }, { "confidence", FORM_REAL }, { "raw_data", FORM_TEXT }, { "detected_at", FORM_TIME },
      { "created_at", FORM_TIME } },
    SQL_STORE_SIGNAL_ADD, SQL_STORE_SIGNAL_MERGE },
  { "processing",
    { { "id", FORM_INT }, { "signal_id", FORM_INT }, { "status", FORM_TEXT }, { "notion_page_id", FORM_TEXT },
      { "processed_at", FORM_TIME }, { "error_message", FORM_TEXT }, { "metadata", FORM_TEXT }, { "created_at", FORM_TIME },
      { "updated_at", FORM_TIME } },
    SQL_STORE_PROCESSING_ADD, SQL_STORE_PROCESSING_MERGE },
  { "suppression_cache",
    { { "id", FORM_INT }, { "canonical_key", FORM_TEXT }, { "notion_page_id", FORM_TEXT }, { "status", FORM_TEXT },
      { "company_name", FORM_TEXT }, { "cached_at", FORM_TIME }, { "expires_at", FORM_TIME }, { "metadata", FORM_TEXT } },
    SQL_STORE_SUPPRESSION_ADD, SQL_STORE_SUPPRESSION_MERGE },
};

enum { SIGNALS, PROCESSING, SUPPRESSION, PARTS };

/* Which id here a signal of the document has. */
typedef struct Pair {
  sqlite3_int64 there, here;
} Pair;

typedef struct Store {
  LoreScanValue document;
  LoadMode mode;
  Pair *pairs;
  int pair_count, pair_capacity;
  sqlite3_int64 rows, added, changed;
  int is_done;
  const Part *part;     /* of the present row */
  sqlite3_int64 number;
  LoreScanValue row;
} Store;

int storeIsDocument(const char *text, size_t length){
  LoreScanValue document, signals;
  size_t blank = strspn(text, " \t\r\n");
  return blank < length && text[blank]=='{' && loreScanText(text, length, &document) &&
         loreScanMember(&document, "signals", &signals) && signals.kind==LORE_SCAN_ARRAY;
}

static void refuseRow(LoreCall *call, const Store *store, const char *text){
  if( text==NULL ) return;
  loreRefuse(call, LORE_BAD_ARGUMENT, "%s[%lld]: %s; nothing was imported", store->part->member, store->number, text);
}

/* ---- One row ---- */

static const Column *columnOf(const Part *part, const LoreScanValue *name){
  for(const Column *column = part->columns; column->name; column++) if( loreScanIs(name, column->name) ) return column;
  return NULL;
}

/* A text, decoded; a nested document or a number as it is written. NULL: it has a NUL, or half a character. */
static const char *textOf(LoreCall *call, const LoreScanValue *value){
  char *text = loreAllocate(call, value->length + 1);
  if( text==NULL ) return NULL;
  if( value->kind==LORE_SCAN_STRING ) return loreScanDecode(value, text) >= 0 ? text : NULL;
  memcpy(text, value->text, value->length);
  text[value->length] = 0;
  return text;
}

static int letTime(LoreCall *call, const Column *column, const LoreScanValue *value, const char *text){
  LoreTime time;
  LineValue number;
  char room[1];
  int is_time = value->kind==LORE_SCAN_STRING ? loreTimeParse(text, strlen(text), &time)
              : value->kind==LORE_SCAN_NUMBER && linesRead(value, room, &number) &&
                loreTimeOfSeconds(number.kind==LINE_INT ? (double)number.integer : number.real, &time);
  if( is_time ) loreLetTime(call, column->name, time);
  return is_time;
}

static int letNumber(LoreCall *call, const Column *column, const LoreScanValue *value){
  LineValue number;
  char room[1];
  if( value->kind!=LORE_SCAN_NUMBER || !linesRead(value, room, &number) ) return 0;
  if( column->form==FORM_REAL ) loreLetReal(call, column->name, number.kind==LINE_INT ? (double)number.integer : number.real);
  else if( number.kind==LINE_INT ) loreLetInt(call, column->name, number.integer);
  else return 0;
  return 1;
}

static void letMember(LoreCall *call, const Store *store, const LoreScanValue *name, const LoreScanValue *value){
  const Column *column = columnOf(store->part, name);
  const char *text = textOf(call, value);
  if( loreFailed(call) || (column && value->kind==LORE_SCAN_NULL) ) return;
  int is_well = column && text!=NULL;
  if( is_well && column->form==FORM_TIME ) is_well = letTime(call, column, value, text);
  else if( is_well && column->form!=FORM_TEXT ) is_well = letNumber(call, column, value);
  else if( is_well ) loreLetText(call, column->name, text);
  if( column==NULL ) refuseRow(call, store, loreFormat(call, "there is no column %s", textOf(call, name)));
  else if( !is_well ) refuseRow(call, store, loreFormat(call, "%s can't be %.60s", column->name, text ? text : "that text"));
}

static int comparePairs(const void *left, const void *right){
  const Pair *a = left, *b = right;
  return (a->there > b->there) - (a->there < b->there);
}

static void remember(LoreCall *call, Store *store, sqlite3_int64 there){
  Pair *grown = loreGrow(call, store->pairs, store->pair_count, &store->pair_capacity, sizeof(Pair));
  if( grown==NULL ) return;
  store->pairs = grown;
  grown[store->pair_count++] = (Pair){ there, loreFindInt(call, SQL_STORE_SIGNAL_ID) };
}

static sqlite3_int64 idOf(const LoreScanValue *row, const char *member){
  LoreScanValue value;
  LineValue number;
  char room[1];
  int is_there = loreScanMember(row, member, &value) && value.kind==LORE_SCAN_NUMBER && linesRead(&value, room, &number);
  return is_there && number.kind==LINE_INT ? number.integer : 0;
}

/* The signal that a row of processing is about. */
static void letSignal(LoreCall *call, const Store *store){
  Pair wanted = { idOf(&store->row, "signal_id"), 0 };
  const Pair *found = store->pair_count
    ? bsearch(&wanted, store->pairs, (size_t)store->pair_count, sizeof wanted, comparePairs) : NULL;
  if( found ) loreLetInt(call, "signal_id", found->here);
  else refuseRow(call, store, loreFormat(call, "signal_id %lld is none of the signals", wanted.there));
}

static void writeRow(LoreCall *call, void *context){
  Store *store = context;
  const Part *part = store->part;
  LoreScanValue name, value;
  for(const Column *column = part->columns; column->name; column++) loreLetNull(call, column->name);
  LoreScan scan = loreScanInto(&store->row);
  while( !loreFailed(call) && loreScanNext(&scan, &name, &value) ) letMember(call, store, &name, &value);
  if( part==&kParts[PROCESSING] && !loreFailed(call) ) letSignal(call, store);
  sqlite3_int64 added = loreRun(call, part->add);
  store->added += added;
  if( added==0 && store->mode==LOAD_MERGE ) store->changed += loreRun(call, part->merge);
  if( part==&kParts[SIGNALS] && !loreFailed(call) ) remember(call, store, idOf(&store->row, "id"));
  for(const Column *column = part->columns; column->name; column++) loreLetNull(call, column->name);
}

/* ---- All of it ---- */

static void writePart(LoreCall *call, Store *store, const Part *part){
  LoreScanValue array = { .kind = LORE_SCAN_NULL };
  const char *why;
  store->part = part;
  store->number = 0;
  if( !loreScanMember(&store->document, part->member, &array) || array.kind==LORE_SCAN_NULL ) return;
  if( array.kind!=LORE_SCAN_ARRAY ) loreRefuse(call, LORE_BAD_ARGUMENT, "%s must be an array; nothing was imported", part->member);
  LoreScan scan = loreScanInto(&array);
  for( ; !loreFailed(call) && loreScanNext(&scan, NULL, &store->row); store->number++ ){
    if( store->row.kind!=LORE_SCAN_OBJECT ) refuseRow(call, store, "this is no object");
    else if( !loreTry(call, writeRow, store, &why) && why ){
      if( strncmp(why, part->member, strlen(part->member))==0 ) loreRefuse(call, LORE_BAD_ARGUMENT, "%s", why);
      else refuseRow(call, store, why);
    }
    store->rows++;
  }
  if( part==&kParts[SIGNALS] && store->pair_count ){
    qsort(store->pairs, (size_t)store->pair_count, sizeof(Pair), comparePairs);
  }
}

static void writeAll(LoreCall *call, void *context){
  Store *store = context;
  if( store->mode==LOAD_REPLACE ){
    loreRun(call, SQL_STORE_PROCESSING_EMPTY);
    loreRun(call, SQL_STORE_SIGNALS_EMPTY);
    loreRun(call, SQL_STORE_SUPPRESSION_EMPTY);
  }
  for(int i = 0; i < PARTS && !loreFailed(call); i++) writePart(call, store, &kParts[i]);
  loreRun(call, SQL_SIGNAL_ADOPT_PROCESSING);
  store->is_done = !loreFailed(call);
}

static void answer(LoreCall *call, const Store *store){
  if( !loreFailed(call) ) loadAudit(call, store->mode, loadAnswer(call, store->rows, store->added, store->changed));
}

/* The answer takes memory, so it belongs to what the frame undoes. */
static void writeAndAnswer(LoreCall *call, void *context){
  writeAll(call, context);
  answer(call, context);
}

static void writeDry(LoreCall *call, void *context){
  writeAll(call, context);
  loreRefuse(call, LORE_REFUSED, "this is a dry run");
}

static void writeFramed(LoreCall *call, void *context){
  loreFramed(call, writeDry, context);
}

static void runDry(LoreCall *call, Store *store){
  const char *why;
  loreTry(call, writeFramed, store, &why);
  if( why && !store->is_done ) loreRefuse(call, LORE_BAD_ARGUMENT, "%s", why);
  if( store->is_done ) loreNotice(call, "nothing was changed: this was a dry run");
  answer(call, store);
}

static int isValid(LoreCall *call, const char *text, size_t length){
  if( loreScanIsPlain(text, length) ) return 1;
  loreLetText(call, "json", text);
  return loreFindInt(call, SQL_ENGINE_JSON_VALID)!=0;
}

void storeImport(LoreCall *call, const char *text, size_t length, LoadMode mode){
  Store store = { .mode = mode };
  if( !isValid(call, text, length) || !loreScanText(text, length, &store.document) ){
    loreRefuse(call, LORE_BAD_ARGUMENT, "the document is no valid JSON; nothing was imported");
  }
  if( loreFailed(call) ) return;
  if( mode==LOAD_DRY ) runDry(call, &store);
  else loreInFrame(call, writeAndAnswer, &store);
  sqlite3_free(store.pairs);
  loreEverythingChanged(call);
}
