/*
** cJSON behind the engine's names. Its allocation hooks stay untouched (they are process-wide); each
** of its allocations is checked by the pointer that it returns.
*/
#include "engine/json.h"

#include <cjson/cJSON.h>
#include <string.h>

#include "engine/internal.h"

struct LoreJson { cJSON value; }; /* never made: a typed name for cJSON */

static cJSON *raw(LoreJson *json){
  return (cJSON*)json;
}

static LoreJson *wrap(LoreCall *call, cJSON *json){
  if( json==NULL ) loreNoMemory(call);
  return (LoreJson*)json;
}

int loreJsonDepth(const char *text, size_t length){
  int depth = 0, deepest = 0;
  for(size_t i = 0; i < length; i++){
    char c = text[i];
    if( c=='"' ){
      for(i++; i < length && text[i]!='"'; i++) if( text[i]=='\\' ) i++;
    }else if( c=='{' || c=='[' ){
      if( ++depth > deepest ) deepest = depth;
    }else if( c=='}' || c==']' ){
      depth--;
    }
  }
  return deepest;
}

LoreJson *loreJsonParse(const char *text, size_t length){
  return (LoreJson*)cJSON_ParseWithLengthOpts(text, length + 1, NULL, 1);
}

void loreJsonFree(LoreJson *json){
  cJSON_Delete(raw(json));
}

LoreJson *loreJsonFirst(LoreJson *parent){
  return parent ? (LoreJson*)raw(parent)->child : NULL;
}

LoreJson *loreJsonNext(LoreJson *child){
  return (LoreJson*)raw(child)->next;
}

const char *loreJsonName(LoreJson *child){
  return raw(child)->string ? raw(child)->string : "";
}

const char *loreJsonText(LoreJson *value){
  return value ? cJSON_GetStringValue(raw(value)) : NULL;
}

int loreJsonIsNull(LoreJson *value){
  return cJSON_IsNull(raw(value));
}

int loreJsonIsNumber(LoreJson *value){
  return cJSON_IsNumber(raw(value));
}

double loreJsonNumber(LoreJson *value){
  return value && loreJsonIsNumber(value) ? raw(value)->valuedouble : 0;
}

LoreJson *loreJsonMember(LoreJson *object, const char *name){
  return object ? (LoreJson*)cJSON_GetObjectItemCaseSensitive(raw(object), name) : NULL;
}

LoreJson *loreJsonObject(LoreCall *call){
  return call->code ? NULL : wrap(call, cJSON_CreateObject());
}

LoreJson *loreJsonArray(LoreCall *call){
  return call->code ? NULL : wrap(call, cJSON_CreateArray());
}

static LoreJson *add(LoreCall *call, LoreJson *parent, const char *name, cJSON *item){
  if( item==NULL ){
    loreNoMemory(call);
    return NULL;
  }
  int added = name ? cJSON_AddItemToObject(raw(parent), name, item) : cJSON_AddItemToArray(raw(parent), item);
  if( added ) return (LoreJson*)item;
  cJSON_Delete(item);
  loreNoMemory(call);
  return NULL;
}

void loreJsonAddText(LoreCall *call, LoreJson *parent, const char *name, const char *text){
  if( parent && !call->code ) add(call, parent, name, text ? cJSON_CreateString(text) : cJSON_CreateNull());
}

void loreJsonAddInt(LoreCall *call, LoreJson *parent, const char *name, sqlite3_int64 value){
  char digits[24];
  sqlite3_snprintf(sizeof digits, digits, "%lld", value);
  loreJsonAddRaw(call, parent, name, digits);
}

void loreJsonAddReal(LoreCall *call, LoreJson *parent, const char *name, double value){
  char digits[LORE_REAL_SIZE];
  loreJsonAddRaw(call, parent, name, loreRealText(value, digits));
}

void loreJsonAddRaw(LoreCall *call, LoreJson *parent, const char *name, const char *json){
  if( parent && !call->code ) add(call, parent, name, json ? cJSON_CreateRaw(json) : cJSON_CreateNull());
}

LoreJson *loreJsonAddObject(LoreCall *call, LoreJson *parent, const char *name){
  return parent && !call->code ? add(call, parent, name, cJSON_CreateObject()) : NULL;
}

LoreJson *loreJsonAddArray(LoreCall *call, LoreJson *parent, const char *name){
  return parent && !call->code ? add(call, parent, name, cJSON_CreateArray()) : NULL;
}

void loreJsonAdd(LoreCall *call, LoreJson *parent, const char *name, LoreJson *value){
  if( parent && value && !call->code ) add(call, parent, name, raw(value));
  else loreJsonFree(value);
}

const char *loreJsonQuoted(LoreCall *call, const char *text){
  if( text==NULL || call->code ) return "null";
  cJSON *string = cJSON_CreateStringReference(text);
  char *quoted = string ? cJSON_PrintUnformatted(string) : NULL;
  const char *copy = quoted ? loreFormat(call, "%s", quoted) : NULL;
  if( quoted==NULL ) loreNoMemory(call);
  cJSON_free(quoted);
  cJSON_Delete(string);
  return copy;
}

const char *loreJsonPrint(LoreCall *call, LoreJson *json){
  char *text = json && !call->code ? cJSON_PrintUnformatted(raw(json)) : NULL;
  const char *copy = text ? loreFormat(call, "%s", text) : NULL;
  if( text==NULL ) loreNoMemory(call);
  cJSON_free(text);
  return copy;
}

void loreJsonResult(LoreCall *call, LoreJson *json){
  char *text = json && !call->code ? cJSON_PrintUnformatted(raw(json)) : NULL;
  if( text ){
    loreResultJson(call, text);
  }else{
    loreNoMemory(call);
  }
  cJSON_free(text);
  loreJsonFree(json);
}
