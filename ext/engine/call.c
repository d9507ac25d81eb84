/*
** One call of a verb, reader or function: its arguments, what the body works out, its memory and its
** end. A call lives on the C stack or in a cursor; nothing in it outlives loreCallEnd.
*/
#include <math.h>
#include <string.h>

#include "engine/clock.h"
#include "engine/internal.h"
#include "engine/text.h"

static int needsTenant(const LoreBinding *binding){
  const char *rule = loreBindingSubsystem(binding)->tenant_rule, *free = loreBindingSubsystem(binding)->tenantless;
  return rule && strcmp(rule, "tenant")==0 && !(free && loreWordIn(loreBindingName(binding), free));
}

static void refuseTenantless(LoreCall *call){
  loreRefuse(call, LORE_DENIED, "there is no tenant: SELECT tenant_use('…') first");
}

void loreCallBegin(LoreCall *call, LoreBinding *binding, LoreBody *body){
  memset(call, 0, offsetof(LoreCall, values));
  call->connection = binding->connection;
  call->connection->calls++;
  loreCacheNotice(call->connection);
  call->binding = binding;
  call->body = body;
  call->result.type = SQLITE_NULL;
  call->bad_argument = -1;
  int broken = 0;
  call->signature = loreBindingSignature(binding, &broken);
  if( broken ){
    loreRefuse(call, LORE_NOT_READY, "its arguments have another form than engine.h says: %s", loreBindingArguments(binding));
  }else if( call->signature==NULL ){
    loreNoMemory(call);
  }
  if( needsTenant(binding) && binding->connection->tenant==NULL ) refuseTenantless(call);
}

LoreBlock *loreMark(LoreCall *call){
  return call->blocks;
}

void loreReleaseSince(LoreCall *call, LoreBlock *mark){
  while( call->blocks!=mark ){
    LoreBlock *newest = call->blocks;
    call->blocks = newest->next;
    sqlite3_free(newest);
  }
}

void loreCallEnd(LoreCall *call){
  if( call->statements > 0 ) loreStatementsReleaseOf(call); /* a body that has left a loop without loreDone */
  call->connection->calls--;
  /* A reader may be ended after its connection was closed (sqlite3_close_v2), which may not be asked anything then. */
  if( call->connection->connected ) call->connection->seen_changes = sqlite3_total_changes(call->connection->db);
  loreCacheEnd(call->connection);
  loreReleaseSince(call, NULL);
  sqlite3_free(call->message);
  call->message = NULL;
  sqlite3_free(call->result.text);
  call->result.text = NULL;
}

/* ---- Reading the arguments ---- */

static void readValue(LoreCall *call, sqlite3_value *from, LoreValue *to){
  to->type = sqlite3_value_type(from);
  switch( to->type ){
    case SQLITE_INTEGER: to->integer = sqlite3_value_int64(from); break;
    case SQLITE_FLOAT: to->real = sqlite3_value_double(from); break;
    case SQLITE_TEXT:
      to->text = (const char*)sqlite3_value_text(from);
      to->length = (size_t)sqlite3_value_bytes(from);
      if( to->text==NULL ) loreNoMemory(call);
      break;
    case SQLITE_BLOB:
      to->text = sqlite3_value_blob(from);
      to->length = (size_t)sqlite3_value_bytes(from);
      break;
    default: break;
  }
}

const char *loreRealText(double value, char digits[LORE_REAL_SIZE]){
  int type;
  long long integer;
  double back;
  for(int precision = 15; precision <= 17; precision++){
    sqlite3_snprintf(LORE_REAL_SIZE, digits, "%!.*g", precision, value);
    if( loreNumberParse(digits, strlen(digits), &type, &integer, &back) && type==SQLITE_FLOAT && back==value ) break;
  }
  return digits;
}

void loreCallMissing(LoreCall *call, int argument){
  loreRefuse(call, LORE_BAD_ARGUMENT, "%s is missing", call->signature->arguments[argument].name);
}

void loreCallArguments(LoreCall *call, int count, sqlite3_value **values){
  if( call->code ) return;
  const LoreSignature *signature = call->signature;
  if( count > signature->count ){
    loreRefuse(call, LORE_BAD_ARGUMENT, "takes at most %d arguments, got %d", signature->count, count);
    return;
  }
  call->written = count;
  for(int i = 0; i < signature->count; i++){
    call->values[i].type = SQLITE_NULL;
    if( i < count && values[i] ) readValue(call, values[i], &call->values[i]);
    else if( signature->arguments[i].written ) loreCallMissing(call, i);
    loreCheckArgument(call, i);
    if( call->code && call->bad_argument < 0 ) call->bad_argument = i;
  }
}

int loreGiven(LoreCall *call, int argument){
  return call->values[argument].type!=SQLITE_NULL;
}

int loreArgumentCount(LoreCall *call){
  return call->written;
}

const char *loreText(LoreCall *call, int argument){
  const LoreValue *value = &call->values[argument];
  return value->type==SQLITE_TEXT ? value->text : NULL;
}

size_t loreTextLength(LoreCall *call, int argument){
  const LoreValue *value = &call->values[argument];
  return value->type==SQLITE_TEXT ? value->length : 0;
}

const void *loreBlob(LoreCall *call, int argument, size_t *length){
  const LoreValue *value = &call->values[argument];
  *length = value->type==SQLITE_BLOB ? value->length : 0;
  return *length ? value->text : NULL;
}

int loreIsInt(LoreCall *call, int argument){
  return call->values[argument].type==SQLITE_INTEGER;
}

sqlite3_int64 loreInt(LoreCall *call, int argument){
  const LoreValue *value = &call->values[argument];
  return value->type==SQLITE_INTEGER ? value->integer : 0;
}

double loreReal(LoreCall *call, int argument){
  const LoreValue *value = &call->values[argument];
  return value->type==SQLITE_INTEGER ? (double)value->integer : value->type==SQLITE_FLOAT ? value->real : 0;
}

int loreIsNumber(LoreCall *call, int argument){
  return call->values[argument].type==SQLITE_INTEGER || call->values[argument].type==SQLITE_FLOAT;
}

LoreTime loreTime(LoreCall *call, int argument){
  LoreTime time = 0;
  const LoreValue *value = &call->values[argument];
  if( value->type==SQLITE_TEXT ) loreTimeParse(value->text, value->length, &time);
  return time;
}

const char *loreShow(LoreCall *call, int argument){
  const LoreValue *value = &call->values[argument];
  const int most = 60;
  char digits[LORE_REAL_SIZE];
  switch( value->type ){
    case SQLITE_NULL: return "NULL";
    case SQLITE_INTEGER: return loreFormat(call, "%lld", value->integer);
    case SQLITE_FLOAT: return loreFormat(call, "%s", loreRealText(value->real, digits));
    case SQLITE_BLOB: return "a blob";
    default: {
      if( !loreUtf8Valid(value->text, value->length) ) return "text that is not UTF-8";
      int cut = value->length > (size_t)most;
      int length = cut ? most : (int)value->length;
      while( cut && length > 0 && ((unsigned char)value->text[length] & 0xc0)==0x80 ) length--;
      return loreFormat(call, "'%.*s%s'", length, value->text, cut ? "…" : "");
    }
  }
}

/* ---- What the body works out ---- */

static void setText(LoreCall *call, LoreValue *value, const char *text){
  value->type = SQLITE_NULL;
  if( text==NULL || call->code ) return;
  size_t length = strlen(text);
  char *copy = loreAllocate(call, length + 1);
  if( copy==NULL ) return;
  memcpy(copy, text, length + 1);
  value->type = SQLITE_TEXT;
  value->text = copy;
  value->length = length;
}

void loreSetText(LoreCall *call, int argument, const char *text){
  setText(call, &call->values[argument], text);
}

void loreSetTime(LoreCall *call, int argument, LoreTime value){
  char text[LORE_TIME_SIZE];
  loreTimeFormat(value, text);
  setText(call, &call->values[argument], text);
}

void loreSetNull(LoreCall *call, int argument){
  call->values[argument].type = SQLITE_NULL;
}

/* The place of a local; local_count when there is none. A name is mostly the very same literal as last time. */
static int placeOf(const LoreCall *call, const char *name){
  int i = 0;
  while( i < call->local_count && call->locals[i].name!=name ) i++;
  if( i < call->local_count ) return i;
  for(i = 0; i < call->local_count; i++){
    const char *other = call->locals[i].name;
    if( *other==*name && strcmp(other, name)==0 ) break;
  }
  return i;
}

static LoreValue *local(LoreCall *call, const char *name){
  int i = placeOf(call, name);
  if( i==LORE_MAX_LOCALS ){
    loreRefuse(call, LORE_NOT_READY, "more than %d values in one call", LORE_MAX_LOCALS);
    i = 0;
  }
  if( i==call->local_count ) call->local_count++;
  call->locals[i].name = name;
  return &call->locals[i].value;
}

void loreLetText(LoreCall *call, const char *name, const char *text){
  *local(call, name) = (LoreValue){ .type = text ? SQLITE_TEXT : SQLITE_NULL, .text = text, .length = text ? strlen(text) : 0 };
}

void loreLetInt(LoreCall *call, const char *name, sqlite3_int64 value){
  *local(call, name) = (LoreValue){ .type = SQLITE_INTEGER, .integer = value };
}

void loreLetReal(LoreCall *call, const char *name, double value){
  *local(call, name) = (LoreValue){ .type = SQLITE_FLOAT, .real = value };
}

void loreLetBlob(LoreCall *call, const char *name, const void *bytes, size_t length){
  *local(call, name) = (LoreValue){ .type = SQLITE_BLOB, .text = bytes, .length = length };
}

void loreLetTime(LoreCall *call, const char *name, LoreTime value){
  loreLetText(call, name, loreTimeText(call, value));
}

void loreLetArgument(LoreCall *call, const char *name, int argument){
  *local(call, name) = call->values[argument];
}

void loreLetNull(LoreCall *call, const char *name){
  *local(call, name) = (LoreValue){ .type = SQLITE_NULL };
}

/* A parameter's value stands mostly where it stood in the call before. */
static const LoreValue *findLocal(LoreCall *call, LoreStatement *statement, int parameter){
  static const LoreValue kNull = { .type = SQLITE_NULL };
  const char *name = sqlite3_bind_parameter_name(statement->prepared, parameter + 1) + 1;
  int place = statement->places[parameter];
  if( place >= call->local_count || strcmp(call->locals[place].name, name)!=0 ) place = placeOf(call, name);
  if( place < call->local_count ){
    statement->places[parameter] = (unsigned char)place;
    return &call->locals[place].value;
  }
  loreRefuse(call, LORE_NOT_READY, "nobody has given the parameter :%s a value (loreLet…)", name);
  return &kNull;
}

static const LoreValue *tenantValue(LoreCall *call){
  const char *tenant = call->connection->tenant;
  if( tenant==NULL ) refuseTenantless(call);
  call->tenant_value = (LoreValue){ .type = tenant ? SQLITE_TEXT : SQLITE_NULL, .text = tenant,
                                    .length = tenant ? strlen(tenant) : 0 };
  return &call->tenant_value;
}

const LoreValue *loreCallValue(LoreCall *call, LoreStatement *statement, int parameter){
  static const LoreValue kNull = { .type = SQLITE_NULL };
  int argument = (int)statement->map[parameter];
  if( argument==LORE_MAP_AT ){
    call->now_value = (LoreValue){ .type = SQLITE_TEXT, .text = loreNowText(call), .length = LORE_TIME_SIZE - 1 };
    return &call->now_value;
  }
  if( argument >= 0 ) return &call->values[argument];
  if( argument==LORE_MAP_LATE ) return &kNull;
  if( argument==LORE_MAP_TENANT ) return tenantValue(call);
  return findLocal(call, statement, parameter);
}

/* ---- Clock, memory ---- */

LoreTime loreNow(LoreCall *call){
  if( call->has_now ) return call->now;
  int at = call->signature ? call->signature->at : -1;
  if( at >= 0 && loreGiven(call, at) ){
    call->now = loreTime(call, at);
  }else{
    call->now = call->connection->clock_pinned ? call->connection->clock : loreTimeSystem();
  }
  call->has_now = 1;
  loreTimeFormat(call->now, call->now_text);
  return call->now;
}

const char *loreNowText(LoreCall *call){
  loreNow(call);
  return call->now_text;
}

const char *loreTimeText(LoreCall *call, LoreTime time){
  char *text = loreAllocate(call, LORE_TIME_SIZE);
  if( text==NULL ) return "";
  loreTimeFormat(time, text);
  return text;
}

void *loreAllocate(LoreCall *call, size_t bytes){
  if( call->code ) return NULL;
  LoreBlock *block = sqlite3_malloc64(sizeof *block + bytes);
  if( block==NULL ){
    loreNoMemory(call);
    return NULL;
  }
  block->next = call->blocks;
  call->blocks = block;
  return block + 1;
}

void *loreReallocate(void *old, size_t bytes){
  return sqlite3_realloc64(old, bytes);
}

void *loreGrow(LoreCall *call, void *array, int count, int *capacity, size_t size){
  if( call->code || count < *capacity ) return call->code ? NULL : array;
  int more = *capacity ? 2 * *capacity : 64;
  void *grown = sqlite3_realloc64(array, (sqlite3_uint64)more*size);
  if( grown ) *capacity = more;
  else loreNoMemory(call);
  return grown;
}

char *loreFormat(LoreCall *call, const char *format, ...){
  va_list arguments;
  va_start(arguments, format);
  char *text = sqlite3_vmprintf(format, arguments);
  va_end(arguments);
  size_t size = text ? strlen(text) + 1 : 0;
  char *copy = text ? loreAllocate(call, size) : NULL;
  if( text==NULL ) loreNoMemory(call);
  if( copy ) memcpy(copy, text, size);
  sqlite3_free(text);
  return copy;
}

sqlite3 *loreDatabase(LoreCall *call){
  return call->connection->db;
}

const char *loreCallName(LoreCall *call){
  return loreBindingName(call->binding);
}

/* ---- Running ---- */

/* After an allocation failed inside SQLite, it runs nothing new until the host's own statement ends, so
** a body cannot delete what it has made. But a statement that was prepared before still steps, and
** SQLite then gives the whole transaction up: better than a half-written call that is committed. */
static void runByItself(LoreCall *call){
  sqlite3 *db = call->connection->db;
  LoreStatement *hold = loreStatementTake(call, SQL_ENGINE_HOLD);
  int changes = sqlite3_total_changes(db);
  if( !call->code ) call->body(call);
  int is_lost = (call->code & 0xff)==SQLITE_NOMEM && sqlite3_total_changes(db)!=changes;
  if( is_lost && hold ) loreOwnStep(call->connection, hold->prepared);
  loreDone(hold);
}

/* Triggers of the application in the file: counted again when the schema has changed, be it by a statement that was not
** committed or was rolled back, for then SQLite prepares a statement anew. */
static int hasTriggers(LoreCall *call){
  static const char kKey;
  struct { sqlite3_stmt *prepared; int times; int has; } *known = loreKept(call, &kKey, sizeof *known);
  LoreStatement *schema = known ? loreStatementTake(call, SQL_ENGINE_SCHEMA) : NULL;
  if( schema==NULL ) return 1;
  loreStatementStep(schema);
  int times = sqlite3_stmt_status(schema->prepared, SQLITE_STMTSTATUS_REPREPARE, 0);
  if( known->prepared!=schema->prepared || known->times!=times ){
    known->has = loreFindInt(call, SQL_ENGINE_TRIGGERS) > 0;
    known->prepared = call->code || schema->temporary ? NULL : schema->prepared;
    known->times = times;
  }
  loreDone(schema);
  return known->has;
}

/* Counted when the temporary schema may have changed: not while nothing was committed to it since. */
static int hasTempTriggers(LoreCall *call){
  static const char kKey;
  sqlite3 *db = call->connection->db;
  struct { int is_known; unsigned version; int has; } *known = loreKept(call, &kKey, sizeof *known);
  unsigned version = 0;
  if( known==NULL || sqlite3_file_control(db, "temp", SQLITE_FCNTL_DATA_VERSION, &version)!=SQLITE_OK ) return 0;
  int is_changing = sqlite3_txn_state(db, "temp")==SQLITE_TXN_WRITE;
  if( !is_changing && known->is_known && known->version==version ) return known->has;
  int has = loreFindInt(call, SQL_ENGINE_TEMP_TRIGGERS) > 0;
  known->is_known = !is_changing && !call->code;
  known->version = version;
  known->has = has;
  return has;
}

/* What a trigger of the application writes no body can undo. Older hosts go on with a transaction after memory has run
** out (seen on 3.37, not on 3.40), so a body can't be sure of its own undoing either. */
int loreNeedsFrame(LoreCall *call){
  return sqlite3_libversion_number() < 3040000 || hasTriggers(call) || hasTempTriggers(call);
}

static void runWhole(LoreCall *call, void *unused){
  (void)unused;
  call->body(call);
}

void loreCallRunInside(LoreCall *call, LoreAtomicity atomicity){
  if( call->code ) return;
  if( atomicity==LORE_IN_FRAME ) loreInFrame(call, runWhole, NULL);
  else call->body(call);
}

void loreCallRun(LoreCall *call, LoreAtomicity atomicity, int inside_write){
  if( call->code ) return;
  sqlite3 *db = call->connection->db;
  /* Outside a transaction each nested statement would commit by itself. */
  int commits_alone = !inside_write && sqlite3_get_autocommit(db);
  loreNoticeSet(call->connection, NULL);
  loreCollectOthers(call);
  sqlite3_int64 last = sqlite3_last_insert_rowid(db);
  if( atomicity==LORE_IN_FRAME || commits_alone || loreNeedsFrame(call) ){
    loreInFrame(call, runWhole, NULL);
  }else{
    runByItself(call);
  }
  sqlite3_set_last_insert_rowid(db, call->code==SQLITE_OK && call->result.is_id ? call->result.integer : last);
}
