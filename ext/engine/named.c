/*
** lore_call: any verb with named arguments. Each member of a JSON object is an argument; SQLite reads
** the object, so that integers keep their 64 bits. And the way back: a call as such an object.
*/
#include <string.h>

#include "engine/directory.h"
#include "engine/internal.h"
#include "engine/json.h"

enum { CALL_VERB, CALL_ARGUMENTS };

static LoreBinding *findVerb(LoreCall *call, const char *name){
  LoreConnection *connection = call->connection;
  for(int i = 0; i < connection->binding_count; i++){
    LoreBinding *binding = &connection->bindings[i];
    if( binding->kind!=LORE_ROW_VERB || strcmp(loreBindingName(binding), name)!=0 ) continue;
    if( !binding->row.verb->writes.only_answers ) return binding;
    loreRefuse(call, LORE_BAD_ARGUMENT, "%s is called by its own name only: SELECT %s(…)", name, name);
    return NULL;
  }
  loreRefuse(call, LORE_BAD_ARGUMENT, "there is no verb %s; SELECT name FROM lore_help WHERE kind = 'verb'",
             loreShow(call, CALL_VERB));
  return NULL;
}

/* Columns of the query: name, type, value. The texts are copied into the outer call. */
static void readMember(LoreCall *call, LoreStatement *member, LoreValue *value){
  const char *type = loreColumnText(member, 1);
  if( type==NULL || strcmp(type, "null")==0 ) return;
  if( strcmp(type, "real")==0 ){
    *value = (LoreValue){ .type = SQLITE_FLOAT, .real = loreColumnReal(member, 2) };
  }else if( strcmp(type, "integer")==0 || strcmp(type, "true")==0 || strcmp(type, "false")==0 ){
    *value = (LoreValue){ .type = SQLITE_INTEGER, .integer = loreColumnInt(member, 2) };
  }else{
    const char *text = loreColumnText(member, 2);
    size_t length = (size_t)sqlite3_column_bytes(member->prepared, 2);
    char *copy = text ? loreAllocate(call, length + 1) : NULL;
    if( copy==NULL ) return;
    memcpy(copy, text, length + 1);
    *value = (LoreValue){ .type = SQLITE_TEXT, .text = copy, .length = length };
  }
}

static void readMembers(LoreCall *call, LoreCall *inner){
  unsigned seen = 0;
  LoreStatement *members = loreQuery(call, SQL_ENGINE_MEMBERS);
  while( !inner->code && loreNext(members) ){
    const char *name = loreColumnText(members, 0);
    int argument = name ? loreSignatureFind(inner->signature, name) : -1;
    if( argument < 0 ){
      loreRefuse(inner, LORE_BAD_ARGUMENT, "has no argument '%s'", name ? name : "");
    }else if( seen >> argument & 1 ){
      loreRefuse(inner, LORE_BAD_ARGUMENT, "%s is given twice", name);
    }else{
      seen |= 1u << argument;
      readMember(call, members, &inner->values[argument]);
    }
  }
  loreDone(members);
}

void loreCallNamed(LoreCall *call){
  loreCheckObject(call, CALL_ARGUMENTS);
  LoreBinding *binding = loreFailed(call) ? NULL : findVerb(call, loreText(call, CALL_VERB));
  if( binding==NULL ) return;
  LoreCall inner;
  loreCallBegin(&inner, binding, binding->row.verb->body);
  for(int i = 0; !inner.code && i < inner.signature->count; i++) inner.values[i] = (LoreValue){ .type = SQLITE_NULL };
  if( !inner.code && loreGiven(call, CALL_ARGUMENTS) ) readMembers(call, &inner);
  if( inner.code==SQLITE_OK ) inner.code = call->code;
  for(int i = 0; !inner.code && i < inner.signature->count; i++) loreCheckArgument(&inner, i);
  loreCallRun(&inner, binding->row.verb->writes.atomicity, 0);
  if( call->code==SQLITE_OK ){
    call->code = inner.code;
    call->message = inner.message;
    call->result = inner.result;
    inner.message = NULL;
    inner.result.text = NULL;
  }
  loreCallEnd(&inner);
}

/* ---- The way back ---- */

static void addValue(LoreCall *call, LoreJson *object, const LoreArgument *argument, const LoreValue *value){
  switch( value->type ){
    case SQLITE_NULL: break;
    case SQLITE_INTEGER: loreJsonAddInt(call, object, argument->name, value->integer); break;
    case SQLITE_FLOAT: loreJsonAddReal(call, object, argument->name, value->real); break;
    case SQLITE_TEXT: {
      int is_json = argument->type==LORE_JSON || argument->type==LORE_OBJECT || argument->type==LORE_ARRAY;
      if( is_json && value->length > 0 ) loreJsonAddRaw(call, object, argument->name, value->text);
      else loreJsonAddText(call, object, argument->name, value->text);
      break;
    }
    default: loreRefuse(call, LORE_BAD_ARGUMENT, "%s must not be a blob here", argument->name); break;
  }
}

const char *loreArgumentsJson(LoreCall *call){
  const LoreSignature *signature = call->signature;
  LoreJson *object = loreJsonObject(call);
  for(int i = 0; i < signature->count && object; i++){
    if( i!=signature->at ) addValue(call, object, &signature->arguments[i], &call->values[i]);
  }
  const char *text = loreJsonPrint(call, object);
  loreJsonFree(object);
  return text;
}
