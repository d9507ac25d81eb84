/*
** Readers: eponymous table-valued functions. A reader's arguments are hidden columns in_<name>, in
** the order of its row; equality on an output column of an argument's name is pushed down too.
**
** Rows come from the reader's statement, or from one that its body has chosen, stepped as SQLite asks for them;
** or from its body, which makes them all at once in memory of the call, or each when it is asked for (loreRowsLater).
*/
#include <math.h>
#include <string.h>

#include "engine/internal.h"

typedef struct ReaderTable {
  sqlite3_vtab base;
  LoreBinding *binding;
  int width;                                  /* output columns */
  signed char pushed[LORE_MAX_PARAMETERS];    /* output column to argument of its name, or -1 */
} ReaderTable;

/* Rows that a body has made: `count` cells, `width` of them a row; with `make` only the value that is asked for. */
struct LoreRows {
  LoreValue *cells;
  sqlite3_int64 count;
  sqlite3_int64 capacity;
  LoreMakeValue *make;
  void *context;
  void (*release)(void *);
  sqlite3_int64 later;      /* rows that make knows */
  LoreBlock *before;        /* the newest memory that is not of one value */
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

/* ---- The declared table ---- */

/* Looks through "id INTEGER, subject TEXT"; the number of columns. A column named `at` says when something was, which
** is not the moment that the reader answers for. */
static int columnNames(const char *columns, const LoreSignature *signature, signed char *pushed){
  int width = 0;
  for(const char *p = columns; *p && width < LORE_MAX_PARAMETERS; width++){
    p += strspn(p, " ");
    size_t length = strcspn(p, " ,");
    pushed[width] = -1;
    for(int i = 0; i < signature->count; i++){
      const char *name = signature->arguments[i].name;
      if( i!=signature->at && strlen(name)==length && strncmp(name, p, length)==0 ) pushed[width] = (signed char)i;
    }
    p += strcspn(p, ",");
    if( *p==',' ) p++;
  }
  return width;
}

static char *declaration(const LoreReader *reader, const LoreSignature *signature){
  sqlite3_str *text = sqlite3_str_new(NULL);
  sqlite3_str_appendf(text, "CREATE TABLE x(%s", reader->columns);
  for(int i = 0; i < signature->count; i++){
    sqlite3_str_appendf(text, ", in_%s HIDDEN", signature->arguments[i].name);
  }
  sqlite3_str_appendall(text, ")");
  return sqlite3_str_finish(text);
}

static int readerConnect(sqlite3 *db, void *aux, int argc, const char *const *argv, sqlite3_vtab **out, char **error){
  (void)argc, (void)argv;
  LoreBinding *binding = aux;
  int broken = 0;
  const LoreSignature *signature = loreBindingSignature(binding, &broken);
  char *columns = signature ? declaration(binding->row.reader, signature) : NULL;
  if( columns==NULL ) return SQLITE_NOMEM;
  int code = sqlite3_declare_vtab(db, columns);
  if( code ) *error = sqlite3_mprintf("%s: %s in %s", loreBindingName(binding), sqlite3_errmsg(db), columns);
  sqlite3_free(columns);
  ReaderTable *table = code ? NULL : sqlite3_malloc64(sizeof *table);
  if( table==NULL ) return code ? code : SQLITE_NOMEM;
  memset(table, 0, sizeof *table);
  table->binding = binding;
  table->width = columnNames(binding->row.reader->columns, signature, table->pushed);
  sqlite3_vtab_config(db, loreBindingIsDirect(binding) ? SQLITE_VTAB_DIRECTONLY : SQLITE_VTAB_INNOCUOUS);
  *out = &table->base;
  return SQLITE_OK;
}

static int readerDisconnect(sqlite3_vtab *base){
  sqlite3_free(base);
  return SQLITE_OK;
}

/* ---- The plan ---- */

/* The argument that a constraint on `column` gives, or -1. */
static int argumentOf(const ReaderTable *table, sqlite3_index_info *plan, int constraint){
  int column = plan->aConstraint[constraint].iColumn;
  if( plan->aConstraint[constraint].op!=SQLITE_INDEX_CONSTRAINT_EQ || column < 0 ) return -1;
  if( column >= table->width ) return column - table->width;
  const char *collation = sqlite3_vtab_collation(plan, constraint);
  return collation && sqlite3_stricmp(collation, "BINARY")==0 ? table->pushed[column] : -1;
}

/* How many rows a call gives. What is computed is not narrowed by its optional arguments, and each row costs more. */
static void estimate(const LoreReader *reader, const LoreSignature *signature, int given, sqlite3_index_info *plan){
  int is_computed = reader->statement==SQL_NONE, required = 0;
  for(int i = 0; i < signature->count; i++) required += signature->arguments[i].required;
  double rows = 100000.0/pow(100.0, is_computed && given > required ? required : given);
  plan->estimatedRows = rows < 10 ? 10 : (sqlite3_int64)rows;
  plan->estimatedCost = 20 + (is_computed ? 30 : 3)*(double)plan->estimatedRows;
}

/* plan->idxStr has a letter for each value that xFilter gets: 'A' + argument for a hidden column,
** 'a' + argument for an output column. plan->idxNum is the number of them. */
static int readerBestIndex(sqlite3_vtab *base, sqlite3_index_info *plan){
  const ReaderTable *table = (const ReaderTable*)base;
  const LoreSignature *signature = table->binding->signature;
  char letters[LORE_MAX_ARGUMENTS + 1] = "";
  unsigned taken = 0, waiting = 0;
  int count = 0;
  for(int hidden = 1; hidden >= 0; hidden--){
    for(int i = 0; i < plan->nConstraint; i++){
      int argument = argumentOf(table, plan, i);
      if( argument < 0 || (plan->aConstraint[i].iColumn >= table->width)!=hidden || (taken >> argument & 1) ) continue;
      if( !plan->aConstraint[i].usable ){
        if( hidden ) return SQLITE_CONSTRAINT; /* an argument that another table of the join must give first */
        waiting |= 1u << argument;
        continue;
      }
      taken |= 1u << argument;
      letters[count++] = (char)((hidden ? 'A' : 'a') + argument);
      plan->aConstraintUsage[i].argvIndex = count;
      plan->aConstraintUsage[i].omit = (unsigned char)hidden;
    }
  }
  for(int i = 0; i < signature->count; i++){
    if( signature->arguments[i].required && (waiting & ~taken) >> i & 1 ) return SQLITE_CONSTRAINT;
  }
  plan->idxNum = count;
  plan->idxStr = sqlite3_mprintf("%s", letters);
  plan->needToFreeIdxStr = 1;
  if( plan->idxStr==NULL ) return SQLITE_NOMEM;
  estimate(table->binding->row.reader, signature, count, plan);
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

/* Hands an error of the call to SQLite. */
static int answer(ReaderCursor *cursor){
  LoreCall *call = &cursor->call;
  if( call->code && call->message ){
    sqlite3_free(cursor->base.pVtab->zErrMsg);
    cursor->base.pVtab->zErrMsg = call->message;
    call->message = NULL;
  }
  return call->code;
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
static int holdsNoRow(LoreCall *call, const char *letters){
  return call->code && call->bad_argument >= 0 && strchr(letters, 'a' + call->bad_argument)!=NULL;
}

static int widthOf(const ReaderCursor *cursor){
  return ((const ReaderTable*)cursor->base.pVtab)->width;
}

/* The rows that the body has made, or whose values it will make. */
static void startMade(ReaderCursor *cursor){
  LoreRows *rows = &cursor->rows;
  if( rows->make ){
    rows->cells = loreAllocate(&cursor->call, sizeof *rows->cells);
    rows->capacity = 1;
    rows->before = cursor->call.blocks;
    cursor->done = rows->later==0;
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
  if( cursor->statement ) cursor->done = !loreNext(cursor->statement);
  else startMade(cursor);
}

static int readerFilter(sqlite3_vtab_cursor *base, int count, const char *letters, int argc, sqlite3_value **argv){
  (void)count;
  ReaderCursor *cursor = (ReaderCursor*)base;
  LoreBinding *binding = ((ReaderTable*)base->pVtab)->binding;
  sqlite3_value *values[LORE_MAX_ARGUMENTS] = { NULL };
  int written = 0;
  for(int i = 0; i < argc; i++){
    int argument = letters[i] >= 'a' ? letters[i] - 'a' : letters[i] - 'A';
    values[argument] = argv[i];
    if( argument >= written ) written = argument + 1;
  }
  endCall(cursor);
  loreCallBegin(&cursor->call, binding, binding->row.reader->body);
  cursor->begun = 1;
  cursor->done = 1;
  cursor->row = 0;
  memset(&cursor->rows, 0, sizeof cursor->rows);
  cursor->call.rows = &cursor->rows;
  loreCallArguments(&cursor->call, written, values);
  if( holdsNoRow(&cursor->call, letters) ) return SQLITE_OK;
  start(cursor, binding->row.reader);
  return answer(cursor);
}

static int readerNext(sqlite3_vtab_cursor *base){
  ReaderCursor *cursor = (ReaderCursor*)base;
  cursor->row++;
  if( cursor->statement ) cursor->done = !loreNext(cursor->statement);
  else if( cursor->rows.make ) cursor->done = cursor->row >= cursor->rows.later;
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

/* Makes one value, in the place of the one before. */
static int madeValue(ReaderCursor *cursor, sqlite3_context *context, int column){
  LoreRows *rows = &cursor->rows;
  loreReleaseSince(&cursor->call, rows->before);
  rows->count = 0;
  rows->cells[0].type = SQLITE_NULL;
  rows->make(&cursor->call, rows->context, cursor->row, column);
  if( cursor->call.code ) return answer(cursor);
  resultValue(context, &rows->cells[0]);
  return SQLITE_OK;
}

static int readerColumn(sqlite3_vtab_cursor *base, sqlite3_context *context, int column){
  ReaderCursor *cursor = (ReaderCursor*)base;
  int width = widthOf(cursor);
  if( column >= width ){
    resultValue(context, &cursor->call.values[column - width]);
  }else if( cursor->statement ){
    sqlite3_result_value(context, sqlite3_column_value(cursor->statement->prepared, column));
  }else if( cursor->rows.make ){
    return madeValue(cursor, context, column);
  }else{
    resultValue(context, &cursor->rows.cells[cursor->row*width + column]);
  }
  return SQLITE_OK;
}

static int readerRowid(sqlite3_vtab_cursor *base, sqlite3_int64 *rowid){
  *rowid = ((ReaderCursor*)base)->row;
  return SQLITE_OK;
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

void loreRowInt(LoreCall *call, sqlite3_int64 value){
  LoreValue *cell = newCell(call);
  if( cell ) *cell = (LoreValue){ .type = SQLITE_INTEGER, .integer = value };
}

void loreRowReal(LoreCall *call, double value){
  LoreValue *cell = newCell(call);
  if( cell ) *cell = (LoreValue){ .type = SQLITE_FLOAT, .real = value };
}

void loreRowTextLength(LoreCall *call, const char *text, size_t length){
  LoreValue *cell = newCell(call);
  char *copy = cell && text ? loreAllocate(call, length + 1) : NULL;
  if( copy==NULL ) return;
  memcpy(copy, text, length);
  copy[length] = 0;
  *cell = (LoreValue){ .type = SQLITE_TEXT, .text = copy, .length = length };
}

void loreRowBorrowed(LoreCall *call, const char *text, size_t length){
  LoreValue *cell = newCell(call);
  if( cell ) *cell = (LoreValue){ .type = SQLITE_TEXT, .text = text, .length = length };
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
  LoreRows *rows = call->rows;
  rows->make = make;
  rows->context = context;
  rows->release = release;
  rows->later = count;
}

void loreRowsOf(LoreCall *call, LoreStatement *rows){
  call->rows->statement = rows;
}

static const sqlite3_module kReaderModule = {
  .iVersion = 1,
  .xConnect = readerConnect,
  .xBestIndex = readerBestIndex,
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
