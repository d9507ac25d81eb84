/*
** Readers: eponymous table-valued functions. A reader's arguments are hidden columns in_<name>, in
** the order of its row; rows_plan.c knows what else becomes an argument.
**
** Rows come from the reader's statement, or from one that its body has chosen, stepped as SQLite asks for them;
** or from its body, which makes them all at once in memory of the call, or each value when it is asked for (loreRowsLater,
** loreRowsStream): that one goes to SQLite without a stop.
*/
#include <stdint.h>
#include <string.h>

#include "engine/rows.h"

/* Rows that a body has made: `count` cells, `width` of them a row; or, with `make`, what makes the value that is asked for. */
struct LoreRows {
  LoreValue *cells;
  sqlite3_int64 count;
  sqlite3_int64 capacity;
  LoreMakeValue *make;
  LoreNextRow *next;        /* NULL: there are no more than `later` rows */
  void *context;
  void (*release)(void *);
  sqlite3_int64 later;      /* rows up to now */
  LoreBlock *before;        /* the newest memory that is not of one value */
  sqlite3_context *value;   /* while make runs */
  LoreStatement *statement; /* chosen by the body */
};

typedef struct ReaderCursor {
  sqlite3_vtab_cursor base;
  int begun; /* call is in use */
  int done;
  sqlite3_int64 row;
  LoreStatement *statement;
  LoreRows rows;
  LoreCall call;
} ReaderCursor;

/* ---- The table ---- */

static int readerConnect(sqlite3 *db, void *aux, int argc, const char *const *argv, sqlite3_vtab **out, char **error){
  (void)argc, (void)argv;
  LoreBinding *binding = aux;
  int broken = 0;
  const LoreSignature *signature = loreBindingSignature(binding, &broken);
  ReaderTable *table = signature ? sqlite3_malloc64(sizeof *table) : NULL;
  if( table==NULL ) return SQLITE_NOMEM;
  memset(table, 0, sizeof *table);
  table->binding = binding;
  char *columns = loreReaderDeclare(table, signature);
  int code = columns ? loreOwnDeclare(binding->connection, columns) : SQLITE_NOMEM;
  if( code && columns ) *error = sqlite3_mprintf("%s: %s in %s", loreBindingName(binding), sqlite3_errmsg(db), columns);
  sqlite3_free(columns);
  if( code ){
    sqlite3_free(table);
    return code;
  }
  sqlite3_vtab_config(db, loreBindingIsDirect(binding) ? SQLITE_VTAB_DIRECTONLY : SQLITE_VTAB_INNOCUOUS);
  *out = &table->base;
  return SQLITE_OK;
}

static int readerDisconnect(sqlite3_vtab *base){
  sqlite3_free(base);
  return SQLITE_OK;
}

/* ---- The cursor ---- */

static int readerOpen(sqlite3_vtab *base, sqlite3_vtab_cursor **out){
  (void)base;
  ReaderCursor *cursor = sqlite3_malloc64(sizeof *cursor);
  if( cursor==NULL ) return SQLITE_NOMEM;
  memset(cursor, 0, offsetof(ReaderCursor, call));
  *out = &cursor->base;
  return SQLITE_OK;
}

static void endCall(ReaderCursor *cursor){
  if( !cursor->begun ) return;
  loreDone(cursor->statement);
  cursor->statement = NULL;
  if( cursor->rows.release ) cursor->rows.release(cursor->rows.context);
  cursor->rows.release = NULL;
  loreCallEnd(&cursor->call);
  cursor->begun = 0;
}

static int readerClose(sqlite3_vtab_cursor *base){
  endCall((ReaderCursor*)base);
  sqlite3_free(base);
  return SQLITE_OK;
}

static int handOver(ReaderCursor *cursor){
  LoreCall *call = &cursor->call;
  if( call->message ){
    sqlite3_free(cursor->base.pVtab->zErrMsg);
    cursor->base.pVtab->zErrMsg = call->message;
    call->message = NULL;
  }
  return call->code;
}

/* Hands an error of the call to SQLite. */
static int answer(ReaderCursor *cursor){
  return cursor->call.code ? handOver(cursor) : SQLITE_OK;
}

/* Memory since then is gone; most rows and values need none. */
static void releaseNewer(ReaderCursor *cursor){
  LoreBlock *before = cursor->rows.before;
  if( cursor->call.blocks!=before ) loreReleaseSince(&cursor->call, before);
}

/* The values that xFilter gets are gone when it returns. */
static void keepTexts(LoreCall *call){
  for(int i = 0; i < call->signature->count && !call->code; i++){
    LoreValue *value = &call->values[i];
    if( value->type!=SQLITE_TEXT && value->type!=SQLITE_BLOB ) continue;
    char *copy = loreAllocate(call, value->length + 1);
    if( copy==NULL ) return;
    if( value->length ) memcpy(copy, value->text, value->length);
    copy[value->length] = 0;
    value->text = copy;
  }
}

/* An output column compared with a value that no row can have finds nothing; it is no error. */
static int holdsNoRow(const LoreCall *call){
  return call->code && call->bad_argument >= 0 && (call->compared >> call->bad_argument & 1);
}

static int widthOf(const ReaderCursor *cursor){
  return ((const ReaderTable*)cursor->base.pVtab)->width;
}

/* To the row cursor->row of those whose values are made later. What next allocates stays. */
static void moveLater(ReaderCursor *cursor){
  LoreRows *rows = &cursor->rows;
  if( rows->next && cursor->row >= rows->later ){
    releaseNewer(cursor);
    rows->later += rows->next(&cursor->call, rows->context);
    rows->before = cursor->call.blocks;
  }
  cursor->done = cursor->row >= rows->later;
}

/* At its end the statement is given back: another call may have it by now. */
static void moveStatement(ReaderCursor *cursor){
  cursor->done = !loreNext(cursor->statement);
  if( cursor->done ) cursor->statement = NULL;
}

/* The rows that the body has made, or whose values it will make. */
static void startMade(ReaderCursor *cursor){
  LoreRows *rows = &cursor->rows;
  if( rows->make ){
    rows->before = cursor->call.blocks;
    moveLater(cursor);
  }else if( rows->count % widthOf(cursor) ){
    loreRefuse(&cursor->call, LORE_NOT_READY, "a row has not as many values as columns");
  }else{
    cursor->done = rows->count==0;
  }
}

static void start(ReaderCursor *cursor, const LoreReader *reader){
  LoreCall *call = &cursor->call;
  keepTexts(call);
  loreCollectOthers(call);
  if( !call->code && call->body ) call->body(call);
  if( !call->code && reader->statement!=SQL_NONE ) cursor->statement = loreQuery(call, reader->statement);
  if( cursor->rows.statement ) cursor->statement = cursor->rows.statement;
  if( call->code ) return;
  if( cursor->statement ) moveStatement(cursor);
  else startMade(cursor);
}

static int readerFilter(sqlite3_vtab_cursor *base, int count, const char *letters, int argc, sqlite3_value **argv){
  (void)count;
  ReaderCursor *cursor = (ReaderCursor*)base;
  LoreBinding *binding = ((ReaderTable*)base->pVtab)->binding;
  sqlite3_value *values[LORE_MAX_ARGUMENTS] = { NULL };
  int written = loreReaderValues(letters, argc, argv, values);
  endCall(cursor);
  loreCallBegin(&cursor->call, binding, binding->row.reader->body);
  cursor->begun = 1;
  cursor->done = 1;
  cursor->row = 0;
  memset(&cursor->rows, 0, sizeof cursor->rows);
  cursor->call.rows = &cursor->rows;
  cursor->call.compared = loreReaderCompared(letters);
  loreCallArguments(&cursor->call, written, values);
  if( holdsNoRow(&cursor->call) ) return SQLITE_OK;
  start(cursor, binding->row.reader);
  return answer(cursor);
}

static int readerNext(sqlite3_vtab_cursor *base){
  ReaderCursor *cursor = (ReaderCursor*)base;
  cursor->row++;
  if( cursor->row < cursor->rows.later ) return SQLITE_OK;
  if( cursor->statement ) moveStatement(cursor);
  else if( cursor->rows.make ) moveLater(cursor);
  else cursor->done = cursor->row*widthOf(cursor) >= cursor->rows.count;
  return answer(cursor);
}

static int readerEof(sqlite3_vtab_cursor *base){
  return ((ReaderCursor*)base)->done;
}

static void resultValue(sqlite3_context *context, const LoreValue *value){
  switch( value->type ){
    case SQLITE_INTEGER: sqlite3_result_int64(context, value->integer); break;
    case SQLITE_FLOAT: sqlite3_result_double(context, value->real); break;
    case SQLITE_TEXT: sqlite3_result_text64(context, value->text, value->length, SQLITE_TRANSIENT, SQLITE_UTF8); break;
    case SQLITE_BLOB: sqlite3_result_blob64(context, value->text, value->length, SQLITE_TRANSIENT); break;
    default: break;
  }
}

/* Memory of the value before goes with it. */
static int makeValue(ReaderCursor *cursor, sqlite3_context *context, int column){
  LoreRows *rows = &cursor->rows;
  releaseNewer(cursor);
  rows->value = context;
  rows->make(&cursor->call, rows->context, cursor->row, column);
  rows->value = NULL;
  return answer(cursor);
}

static int readerColumn(sqlite3_vtab_cursor *base, sqlite3_context *context, int column){
  ReaderCursor *cursor = (ReaderCursor*)base;
  int width = widthOf(cursor);
  if( column >= width ){
    resultValue(context, &cursor->call.values[column - width]);
  }else if( cursor->statement ){
    sqlite3_result_value(context, sqlite3_column_value(cursor->statement->prepared, column));
  }else if( cursor->rows.make ){
    return makeValue(cursor, context, column);
  }else{
    resultValue(context, &cursor->rows.cells[cursor->row*width + column]);
  }
  return SQLITE_OK;
}

/* ---- Row ids ---- */

static LoreValue columnOf(LoreStatement *row, int column){
  LoreValue value = { .type = sqlite3_column_type(row->prepared, column) };
  switch( value.type ){
    case SQLITE_INTEGER: value.integer = loreColumnInt(row, column); break;
    case SQLITE_FLOAT: value.real = loreColumnReal(row, column); break;
    case SQLITE_TEXT: value.text = loreColumnSpan(row, column, &value.length); break;
    case SQLITE_BLOB: value.text = loreColumnBlob(row, column, &value.length); break;
    default: break;
  }
  return value;
}

/* As makeValue, but into a cell. */
static LoreValue cellOf(ReaderCursor *cursor, int column){
  LoreRows *rows = &cursor->rows;
  loreReleaseSince(&cursor->call, rows->before);
  rows->cells = NULL;
  rows->count = rows->capacity = 0;
  rows->make(&cursor->call, rows->context, cursor->row, column);
  return rows->count ? rows->cells[0] : (LoreValue){ .type = SQLITE_NULL };
}

static LoreValue valueOf(ReaderCursor *cursor, int column){
  int width = widthOf(cursor);
  if( column >= width ) return cursor->call.values[column - width];
  if( cursor->statement ) return columnOf(cursor->statement, column);
  return cursor->rows.make ? cellOf(cursor, column) : cursor->rows.cells[cursor->row*width + column];
}

/* FNV-1a. */
static uint64_t mix(uint64_t hash, const void *bytes, size_t length){
  const unsigned char *at = bytes;
  for(size_t i = 0; i < length; i++) hash = (hash ^ at[i])*UINT64_C(0x100000001b3);
  return hash;
}

static uint64_t mixValue(uint64_t hash, int column, const LoreValue *value){
  hash = mix(mix(hash, &column, sizeof column), &value->type, sizeof value->type);
  switch( value->type ){
    case SQLITE_INTEGER: return mix(hash, &value->integer, sizeof value->integer);
    case SQLITE_FLOAT: return mix(hash, &value->real, sizeof value->real);
    case SQLITE_TEXT: case SQLITE_BLOB: return mix(mix(hash, &value->length, sizeof value->length), value->text, value->length);
    default: return hash;
  }
}

/* Made from what the row says: where a condition is `a OR b`, SQLite asks for the rows of each, and knows those that it has had by
** their ids. Of arguments which a column stands for, the column says it. */
static int readerRowid(sqlite3_vtab_cursor *base, sqlite3_int64 *rowid){
  ReaderCursor *cursor = (ReaderCursor*)base;
  const ReaderTable *table = (const ReaderTable*)base->pVtab;
  uint64_t hash = UINT64_C(0xcbf29ce484222325);
  for(int i = 0; i < table->width + cursor->call.signature->count && !cursor->call.code; i++){
    if( i >= table->width && loreReaderShows(table, i - table->width) ) continue;
    LoreValue value = valueOf(cursor, i);
    if( !cursor->call.code ) hash = mixValue(hash, i, &value);
  }
  *rowid = (sqlite3_int64)hash;
  return cursor->call.code ? answer(cursor) : SQLITE_OK;
}

/* ---- What bodies use ---- */

static LoreValue *newCell(LoreCall *call){
  LoreRows *rows = call->rows;
  if( call->code ) return NULL;
  if( rows->count==rows->capacity ){
    sqlite3_int64 capacity = rows->capacity ? 2*rows->capacity : 64;
    LoreValue *cells = loreAllocate(call, (size_t)capacity*sizeof *cells);
    if( cells==NULL ) return NULL;
    if( rows->count ) memcpy(cells, rows->cells, (size_t)rows->count*sizeof *cells);
    rows->cells = cells;
    rows->capacity = capacity;
  }
  LoreValue *cell = &rows->cells[rows->count++];
  cell->type = SQLITE_NULL;
  return cell;
}

/* A value goes to SQLite, which copies its text, when that has asked for it; else into the next cell. */
static void give(LoreCall *call, const LoreValue *value){
  if( call->code ) return;
  if( call->rows->value ){
    resultValue(call->rows->value, value);
    return;
  }
  LoreValue *cell = newCell(call);
  if( cell ) *cell = *value;
}

void loreRowInt(LoreCall *call, sqlite3_int64 value){
  give(call, &(LoreValue){ .type = SQLITE_INTEGER, .integer = value });
}

/* As give, but a shorter way: numbers are what there are many of. */
void loreRowReal(LoreCall *call, double value){
  if( call->rows->value && !call->code ) sqlite3_result_double(call->rows->value, value);
  else give(call, &(LoreValue){ .type = SQLITE_FLOAT, .real = value });
}

void loreRowTextLength(LoreCall *call, const char *text, size_t length){
  LoreValue value = { .type = text ? SQLITE_TEXT : SQLITE_NULL, .text = text, .length = length };
  char *copy = text && call->rows->value==NULL ? loreAllocate(call, length + 1) : NULL;
  if( copy ){
    memcpy(copy, text, length);
    copy[length] = 0;
    value.text = copy;
  }
  give(call, &value);
}

void loreRowBorrowed(LoreCall *call, const char *text, size_t length){
  give(call, &(LoreValue){ .type = text ? SQLITE_TEXT : SQLITE_NULL, .text = text, .length = length });
}

void loreRowText(LoreCall *call, const char *text){
  loreRowTextLength(call, text, text ? strlen(text) : 0);
}

void loreRowColumn(LoreCall *call, LoreStatement *rows, int column){
  switch( sqlite3_column_type(rows->prepared, column) ){
    case SQLITE_INTEGER: loreRowInt(call, loreColumnInt(rows, column)); break;
    case SQLITE_FLOAT: loreRowReal(call, loreColumnReal(rows, column)); break;
    case SQLITE_NULL: loreRowText(call, NULL); break;
    default: {
      const char *text = loreColumnText(rows, column);
      loreRowTextLength(call, text, loreColumnLength(rows, column));
    }
  }
}

void loreRowsLater(LoreCall *call, sqlite3_int64 count, LoreMakeValue *make, void *context, void (*release)(void *)){
  loreRowsStream(call, NULL, make, context, release);
  call->rows->later = count;
}

void loreRowsStream(LoreCall *call, LoreNextRow *next, LoreMakeValue *make, void *context, void (*release)(void *)){
  LoreRows *rows = call->rows;
  rows->next = next;
  rows->make = make;
  rows->context = context;
  rows->release = release;
}

void loreRowsOf(LoreCall *call, LoreStatement *rows){
  call->rows->statement = rows;
}

static const sqlite3_module kReaderModule = {
  .iVersion = 1,
  .xConnect = readerConnect,
  .xBestIndex = loreReaderPlan,
  .xDisconnect = readerDisconnect,
  .xOpen = readerOpen,
  .xClose = readerClose,
  .xFilter = readerFilter,
  .xNext = readerNext,
  .xEof = readerEof,
  .xColumn = readerColumn,
  .xRowid = readerRowid,
};

int loreRegisterReader(LoreBinding *binding){
  binding->connection->references++;
  return sqlite3_create_module_v2(binding->connection->db, loreBindingName(binding), &kReaderModule, binding,
                                  loreBindingRelease);
}
