/*
** What a call leaves behind: its result, the ring of the last results for the insertable form, and
** the reason of a call that decided not to act.
*/
#include <string.h>

#include "engine/directory.h"
#include "engine/internal.h"

static void setTextResult(LoreCall *call, const char *text, size_t length){
  LoreResult *result = &call->result;
  sqlite3_free(result->text);
  *result = (LoreResult){ .type = SQLITE_NULL };
  if( text==NULL || call->code ) return;
  result->text = sqlite3_malloc64(length + 1);
  if( result->text==NULL ){
    loreNoMemory(call);
    return;
  }
  memcpy(result->text, text, length);
  result->text[length] = 0;
  result->length = length;
  result->type = SQLITE_TEXT;
}

void loreResultText(LoreCall *call, const char *text){
  setTextResult(call, text, text ? strlen(text) : 0);
}

void loreResultWord(LoreCall *call, const char *word){
  setTextResult(call, NULL, 0);
  call->result = (LoreResult){ .type = SQLITE_TEXT, .word = word, .length = strlen(word) };
}

void loreResultTextLength(LoreCall *call, const char *text, size_t length){
  setTextResult(call, text, length);
}

void loreResultColumn(LoreCall *call, LoreStatement *rows, int column, int is_json){
  switch( sqlite3_column_type(rows->prepared, column) ){
    case SQLITE_INTEGER: loreResultInt(call, loreColumnInt(rows, column)); break;
    case SQLITE_FLOAT: loreResultReal(call, loreColumnReal(rows, column)); break;
    case SQLITE_NULL: loreResultText(call, NULL); break;
    default:
      loreResultText(call, loreColumnText(rows, column));
      call->result.is_json = is_json;
  }
}

void loreResultBlob(LoreCall *call, const void *bytes, size_t length){
  setTextResult(call, bytes, length);
  if( call->result.text ) call->result.type = SQLITE_BLOB;
}

void loreResultOwned(LoreCall *call, char *text, size_t length, int is_json){
  setTextResult(call, NULL, 0);
  call->result = (LoreResult){ .type = SQLITE_TEXT, .text = text, .length = length, .is_json = is_json };
}

void loreResultJson(LoreCall *call, const char *text){
  setTextResult(call, text, text ? strlen(text) : 0);
  call->result.is_json = 1;
}

void loreResultInt(LoreCall *call, sqlite3_int64 value){
  setTextResult(call, NULL, 0);
  call->result.type = SQLITE_INTEGER;
  call->result.integer = value;
}

void loreResultId(LoreCall *call, sqlite3_int64 id){
  loreResultInt(call, id);
  call->result.is_id = 1;
}

void loreResultReal(LoreCall *call, double value){
  setTextResult(call, NULL, 0);
  call->result.type = SQLITE_FLOAT;
  call->result.real = value;
}

/* ---- lore_notice ---- */

void loreNoticeSet(LoreConnection *connection, char *text){
  sqlite3_free(connection->notice);
  connection->notice = text;
}

void loreNotice(LoreCall *call, const char *format, ...){
  if( call->code ) return;
  va_list arguments;
  va_start(arguments, format);
  char *text = sqlite3_vmprintf(format, arguments);
  va_end(arguments);
  if( text==NULL ) loreNoMemory(call);
  loreNoticeSet(call->connection, text);
}

void loreNoNotice(LoreCall *call){
  loreNoticeSet(call->connection, NULL);
}

const char *loreNoticeText(LoreCall *call){
  return call->connection->notice;
}

/* ---- lore_results ---- */

void loreResultsReady(LoreCall *call){
  LoreConnection *connection = call->connection;
  if( connection->results ) return;
  connection->results = sqlite3_malloc64(LORE_RESULTS*sizeof(LoreResult));
  if( connection->results ) memset(connection->results, 0, LORE_RESULTS*sizeof(LoreResult));
  else loreNoMemory(call);
}

void loreResultsAdd(LoreCall *call){
  LoreConnection *connection = call->connection;
  LoreResult *slot = &connection->results[connection->result_count++ % LORE_RESULTS];
  sqlite3_free(slot->text);
  *slot = call->result;
  slot->verb = loreBindingName(call->binding);
  call->result.text = NULL;
}

void loreResultsAddId(LoreBinding *binding, sqlite3_int64 id){
  LoreConnection *connection = binding->connection;
  LoreResult *slot = &connection->results[connection->result_count++ % LORE_RESULTS];
  sqlite3_free(slot->text);
  *slot = (LoreResult){ .verb = loreBindingName(binding), .type = SQLITE_INTEGER, .integer = id };
}

void loreResultsFree(LoreConnection *connection){
  for(int i = 0; connection->results && i < LORE_RESULTS; i++) sqlite3_free(connection->results[i].text);
  sqlite3_free(connection->results);
  connection->results = NULL;
}

/* The result as the value of a row's column. */
static void resultColumn(LoreCall *call, const LoreResult *result){
  switch( result->type ){
    case SQLITE_INTEGER: loreRowInt(call, result->integer); break;
    case SQLITE_FLOAT: loreRowReal(call, result->real); break;
    default: loreRowTextLength(call, result->word ? result->word : result->text, result->length); break;
  }
}

void loreResultRows(LoreCall *call){
  LoreConnection *connection = call->connection;
  sqlite3_int64 count = connection->result_count;
  for(sqlite3_int64 n = count > LORE_RESULTS ? count - LORE_RESULTS : 0; n < count && !call->code; n++){
    const LoreResult *result = &connection->results[n % LORE_RESULTS];
    loreRowInt(call, n + 1);
    loreRowText(call, result->verb);
    resultColumn(call, result);
  }
}

void loreResultNewest(LoreCall *call){
  LoreConnection *connection = call->connection;
  if( connection->result_count==0 ) return;
  const LoreResult *result = &connection->results[(connection->result_count - 1) % LORE_RESULTS];
  switch( result->type ){
    case SQLITE_INTEGER: loreResultInt(call, result->integer); break;
    case SQLITE_FLOAT: loreResultReal(call, result->real); break;
    default: loreResultTextLength(call, result->word ? result->word : result->text, result->length); break;
  }
  call->result.is_json = result->is_json;
}
