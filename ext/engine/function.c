/*
** Scalar functions: those of pure and reading rows, and the function form of verbs.
*/
#include <string.h>

#include "engine/internal.h"

void loreCallAnswer(LoreCall *call, sqlite3_context *context){
  LoreResult *result = &call->result;
  if( (call->code & 0xff)==SQLITE_NOMEM ){
    sqlite3_result_error_nomem(context);
  }else if( call->code ){
    sqlite3_result_error(context, call->message, -1);
    sqlite3_result_error_code(context, call->code);
  }else if( result->type==SQLITE_INTEGER ){
    sqlite3_result_int64(context, result->integer);
  }else if( result->type==SQLITE_FLOAT ){
    sqlite3_result_double(context, result->real);
  }else if( result->word ){
    sqlite3_result_text(context, result->word, -1, SQLITE_STATIC);
  }else if( result->type==SQLITE_TEXT ){
    /* Told to look for the NUL itself, SQLite knows that there is one; else it would copy the text to add it, and
    ** could fail to after a verb has written. */
    if( strlen(result->text)==result->length ) sqlite3_result_text(context, result->text, -1, sqlite3_free);
    else sqlite3_result_text64(context, result->text, result->length, sqlite3_free, SQLITE_UTF8);
    result->text = NULL;
    if( result->is_json ) sqlite3_result_subtype(context, 'J');
  }else if( result->type==SQLITE_BLOB ){
    sqlite3_result_blob64(context, result->text, result->length, sqlite3_free);
    result->text = NULL;
  }
}

static void callFunction(sqlite3_context *context, int count, sqlite3_value **values){
  LoreBinding *binding = sqlite3_user_data(context);
  LoreCall call;
  loreCallBegin(&call, binding, binding->row.function->body);
  loreCallArguments(&call, count, values);
  if( !call.code ) call.body(&call);
  loreCallAnswer(&call, context);
  loreCallEnd(&call);
}

static void callVerb(sqlite3_context *context, int count, sqlite3_value **values){
  LoreBinding *binding = sqlite3_user_data(context);
  LoreCall call;
  loreCallBegin(&call, binding, binding->row.verb->body);
  loreCallArguments(&call, count, values);
  loreRefuseReplicated(&call);
  loreCallRun(&call, binding->row.verb->writes.atomicity, 0);
  loreCallAnswer(&call, context);
  loreCallEnd(&call);
}

int loreKindFlags(LoreKind kind){
  switch( kind ){
    case LORE_PURE: return SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
    case LORE_READS: return SQLITE_INNOCUOUS;
    default: return SQLITE_DIRECTONLY;
  }
}

/* Holds no reference, which would cost SQLite memory for each: lore_body and the aggregates hold one until the functions go. */
int loreRegisterFunction(LoreBinding *binding){
  int is_verb = binding->kind==LORE_ROW_VERB;
  int flags = SQLITE_UTF8 | SQLITE_RESULT_SUBTYPE | loreKindFlags(is_verb ? LORE_DIRECT : binding->row.function->kind);
  return sqlite3_create_function_v2(binding->connection->db, loreBindingName(binding), loreBindingArity(binding), flags,
                                    binding, is_verb ? callVerb : callFunction, NULL, NULL, NULL);
}
