/*
** lore_call: any verb with named arguments. Each member of a JSON object is an argument, whose value stays as it is written: an
** integer keeps its 64 bits, nested JSON its bytes. The way back: a call as such an object; and running one that was kept so.
*/
#include <string.h>

#include "engine/directory.h"
#include "engine/internal.h"
#include "engine/json.h"
#include "engine/scan.h"
#include "engine/text.h"

enum { CALL_VERB, CALL_ARGUMENTS };

static LoreBinding *findVerb(LoreCall *call, const char *name){
  LoreConnection *connection = call->connection;
  for(int i = 0; i < connection->binding_count; i++){
    LoreBinding *binding = &connection->bindings[i];
    if( binding->kind!=LORE_ROW_VERB || binding==call->binding || strcmp(loreBindingName(binding), name)!=0 ) continue;
    if( !binding->row.verb->writes.only_answers ) return binding;
    loreRefuse(call, LORE_BAD_ARGUMENT, "%s is called by its own name only: SELECT %s(…)", name, name);
    return NULL;
  }
  loreRefuse(call, LORE_BAD_ARGUMENT, "there is no verb %s; SELECT name FROM lore_help WHERE kind = 'verb'",
             loreShow(call, CALL_VERB));
  return NULL;
}

/* A number or a word as the value of an argument. Memory of the call. */
static void readPlain(LoreCall *inner, const char *name, const LoreScanValue *from, LoreValue *value){
  int type;
  long long integer = 0;
  double real = 0;
  switch( from->kind ){
    case LORE_SCAN_TRUE: case LORE_SCAN_FALSE:
      *value = (LoreValue){ .type = SQLITE_INTEGER, .integer = from->kind==LORE_SCAN_TRUE };
      break;
    case LORE_SCAN_NUMBER:
      if( !loreNumberParse(from->text, from->length, &type, &integer, &real) ){
        loreRefuse(inner, LORE_BAD_ARGUMENT, "%s is a number that is too long", name);
      }else{
        *value = (LoreValue){ .type = type, .integer = integer, .real = real };
      }
      break;
    default: break; /* null: absent */
  }
}

/* What is nested goes on as it is written, to the byte; a string without its escapes. The texts are copied into the outer call. */
static void readMember(LoreCall *call, LoreCall *inner, const char *name, const LoreScanValue *from, LoreValue *value){
  if( from->kind!=LORE_SCAN_STRING && from->kind!=LORE_SCAN_OBJECT && from->kind!=LORE_SCAN_ARRAY ){
    readPlain(inner, name, from, value);
    return;
  }
  char *text = loreAllocate(call, from->length + 1);
  if( text==NULL ) return;
  long length = (long)from->length;
  if( from->kind==LORE_SCAN_STRING ) length = loreScanDecode(from, text);
  else memcpy(text, from->text, from->length);
  if( length < 0 ){
    loreRefuse(inner, LORE_BAD_ARGUMENT, "%s must be text without NUL or half a surrogate pair", name);
    return;
  }
  text[length] = 0;
  *value = (LoreValue){ .type = SQLITE_TEXT, .text = text, .length = (size_t)length };
}

/* The argument that a member names; -1, and an error in the inner call. */
static int argumentOf(LoreCall *call, LoreCall *inner, const LoreScanValue *name, unsigned *seen){
  char *text = loreAllocate(call, name->length + 1);
  if( text==NULL ) return -1;
  int argument = loreScanDecode(name, text) < 0 ? -1 : loreSignatureFind(inner->signature, text);
  if( argument < 0 ){
    size_t length = name->length - 2, most = length < 60 ? length : 60;
    while( most < length && most > 0 && ((unsigned char)name->text[1 + most] & 0xc0)==0x80 ) most--;
    loreRefuse(inner, LORE_BAD_ARGUMENT, "has no argument '%.*s'", (int)most, name->text + 1);
  }else if( *seen >> argument & 1 ){
    loreRefuse(inner, LORE_BAD_ARGUMENT, "%s is given twice", text);
    return -1;
  }else{
    *seen |= 1u << argument;
  }
  return argument;
}

/* arguments: a checked JSON object, or NULL. */
static void readMembers(LoreCall *call, LoreCall *inner, const char *arguments, size_t length){
  unsigned seen = 0;
  LoreScanValue object, name, value;
  LoreScan scan = { NULL, NULL, 0 };
  for(int i = 0; !inner->code && i < inner->signature->count; i++) inner->values[i] = (LoreValue){ .type = SQLITE_NULL };
  if( arguments && loreScanText(arguments, length, &object) ) scan = loreScanInto(&object);
  while( !inner->code && !call->code && loreScanNext(&scan, &name, &value) ){
    int argument = argumentOf(call, inner, &name, &seen);
    if( argument >= 0 ) readMember(call, inner, inner->signature->arguments[argument].name, &value, &inner->values[argument]);
  }
  if( inner->code==SQLITE_OK ) inner->code = call->code;
  for(int i = 0; !inner->code && i < inner->signature->count; i++) loreCheckArgument(inner, i);
}

/* The inner call's result becomes the outer one's. */
static void takeResult(LoreCall *call, LoreCall *inner){
  call->result = inner->result;
  inner->result.text = NULL;
}

/* The time that the outer call was given, where the object says none. */
static void passTime(LoreCall *call, LoreCall *inner){
  if( inner->code || !loreGiven(call, call->signature->at) || loreGiven(inner, inner->signature->at) ) return;
  inner->values[inner->signature->at] = call->values[call->signature->at];
  loreCheckArgument(inner, inner->signature->at);
}

/* The message does not show them, as it would those of another call: one of them may be a secret, or its key. */
static void checkArguments(LoreCall *call){
  loreCheckObject(call, CALL_ARGUMENTS);
  if( call->code!=LORE_BAD_ARGUMENT ) return;
  sqlite3_free(call->message);
  call->message = NULL;
  call->code = SQLITE_OK;
  loreRefuse(call, LORE_BAD_ARGUMENT, "arguments must be a JSON object, nested at most %d deep, got something else",
             LORE_JSON_DEPTH);
}

void loreCallNamed(LoreCall *call){
  checkArguments(call);
  LoreBinding *binding = loreFailed(call) ? NULL : findVerb(call, loreText(call, CALL_VERB));
  if( binding==NULL ) return;
  LoreCall inner;
  loreCallBegin(&inner, binding, binding->row.verb->body);
  inner.framed = call->framed;
  readMembers(call, &inner, loreText(call, CALL_ARGUMENTS), loreTextLength(call, CALL_ARGUMENTS));
  passTime(call, &inner);
  loreCallRunInside(&inner, binding->row.verb->writes.atomicity);
  if( call->code==SQLITE_OK ){
    call->code = inner.code;
    call->message = inner.message;
    inner.message = NULL;
    takeResult(call, &inner);
  }
  loreCallEnd(&inner);
}

/* ---- A call that was asked for earlier ---- */

static LoreBinding *findOwnVerb(LoreCall *call, const char *name){
  LoreConnection *connection = call->connection;
  for(int i = 0; i < connection->binding_count; i++){
    LoreBinding *binding = &connection->bindings[i];
    int is_own = binding->kind==LORE_ROW_VERB && binding->subsystem==call->binding->subsystem && binding!=call->binding;
    if( is_own && strcmp(loreBindingName(binding), name)==0 ) return binding;
  }
  loreRefuse(call, LORE_REFUSED, "there is no verb %s to run", name);
  return NULL;
}

/* Runs in the outer call's frame, which undoes both. */
void loreRunApproved(LoreCall *call, const char *verb, const char *arguments){
  LoreBinding *binding = loreFailed(call) ? NULL : findOwnVerb(call, verb);
  if( binding==NULL ) return;
  if( !loreIsObject(call, arguments) ) loreRefuse(call, LORE_REFUSED, "the arguments of %s are no JSON object", verb);
  if( loreFailed(call) ) return;
  LoreCall inner;
  loreCallBegin(&inner, binding, binding->row.verb->body);
  inner.framed = call->framed;
  inner.is_approved = 1;
  inner.has_now = 1;
  inner.now = loreNow(call);
  strcpy(inner.now_text, call->now_text);
  readMembers(call, &inner, arguments, strlen(arguments));
  loreCallRun(&inner, LORE_IN_FRAME, 1);
  if( inner.code && inner.message ) loreRefuse(call, (LoreErrorClass)inner.code, "%s", inner.message);
  else if( inner.code && !call->code ) call->code = inner.code;
  if( !call->code ) takeResult(call, &inner);
  loreCallEnd(&inner);
}

int loreIsApproved(LoreCall *call){
  return call->is_approved;
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
