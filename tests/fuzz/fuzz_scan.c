/*
** libFuzzer over the walk of a JSON text: on any bytes each value lies inside the one around it, comes behind the one before
** it, and every walk ends; where cJSON takes the text too, both see the same.
*/
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "engine/scan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(condition) do{ if( !(condition) ) abort(); }while( 0 )

enum { DEEPEST = 32 };

/* ---- Any bytes ---- */

/* Decodes into memory of the length that is promised to do; NULL: refused. */
static char *decode(const LoreScanValue *string){
  char *to = malloc(string->length);
  MUST(to);
  long length = loreScanDecode(string, to);
  MUST(length < (long)string->length);
  if( length >= 0 ){
    MUST(to[length]==0);
    if( strlen(to)==(size_t)length ) MUST(string->length < 2 || loreScanIs(string, to));
    return to;
  }
  MUST(!loreScanIs(string, ""));
  free(to);
  return NULL;
}

static void look(const LoreScanValue *value, int depth);

static void lookInto(const LoreScanValue *value, int depth){
  LoreScan scan = loreScanInto(value);
  LoreScanValue name, one, member, last = { .text = NULL };
  const char *before = value->text;
  while( loreScanNext(&scan, &name, &one) ){
    if( scan.is_object ){
      MUST(name.kind==LORE_SCAN_STRING && name.text > before && name.text + name.length <= one.text);
      if( loreScanIs(&name, "a") ) last = one;
      look(&name, 0);
    }
    MUST(one.length > 0 && one.text > before && one.text + one.length <= value->text + value->length);
    look(&one, depth - 1);
    before = one.text + one.length - 1;
  }
  int found = loreScanMember(value, "a", &member);
  MUST(found==(last.text!=NULL));
  if( found ) MUST(member.text==last.text && member.length==last.length);
}

static void look(const LoreScanValue *value, int depth){
  MUST(value->has_escapes==0 || memchr(value->text, '\\', value->length));
  if( value->kind==LORE_SCAN_STRING ) free(decode(value));
  if( depth > 0 ) lookInto(value, depth);
}

/* ---- The same as cJSON ---- */

static void compareString(const LoreScanValue *string, const char *wanted){
  char *text = decode(string);
  if( text ) MUST(strcmp(text, wanted)==0);
  else MUST(string->has_escapes); /* cJSON ends it at U+0000 */
  free(text);
}

static void compareNumber(const LoreScanValue *value, double wanted){
  char *copy = malloc(value->length + 1), *end;
  MUST(copy);
  memcpy(copy, value->text, value->length);
  copy[value->length] = 0;
  MUST(strtod(copy, &end)==wanted && *end==0);
  free(copy);
}

static LoreScanKind kindOf(const cJSON *json){
  if( cJSON_IsNull(json) ) return LORE_SCAN_NULL;
  if( cJSON_IsBool(json) ) return cJSON_IsTrue(json) ? LORE_SCAN_TRUE : LORE_SCAN_FALSE;
  if( cJSON_IsNumber(json) ) return LORE_SCAN_NUMBER;
  if( cJSON_IsString(json) ) return LORE_SCAN_STRING;
  return cJSON_IsArray(json) ? LORE_SCAN_ARRAY : LORE_SCAN_OBJECT;
}

static void compare(const LoreScanValue *value, const cJSON *json, int depth){
  LoreScan scan = loreScanInto(value);
  LoreScanValue name, one;
  MUST(value->kind==kindOf(json));
  if( value->kind==LORE_SCAN_STRING ) compareString(value, json->valuestring);
  if( value->kind==LORE_SCAN_NUMBER ) compareNumber(value, json->valuedouble);
  if( depth==0 ) return;
  for(const cJSON *child = json->child; child; child = child->next){
    MUST(loreScanNext(&scan, &name, &one));
    if( scan.is_object ) compareString(&name, child->string);
    compare(&one, child, depth - 1);
  }
  MUST(!loreScanNext(&scan, &name, &one));
}

/* cJSON also skips other control characters and a byte order mark, which no JSON text has between its values. */
static int isOrdinary(const uint8_t *data, size_t size){
  for(size_t i = 0; i < size; i++) if( data[i] < ' ' && data[i]!='\t' && data[i]!='\n' && data[i]!='\r' ) return 0;
  return size==0 || data[0]!=0xef;
}

static int isBlank(const char *p, const char *end){
  while( p < end && strchr(" \t\n\r", *p) ) p++;
  return p==end;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size){
  LoreScanValue value;
  const char *text = (const char *)data, *end;
  int found = loreScanText(text, size, &value);
  if( found ){
    MUST(value.text >= text && value.length > 0 && value.text + value.length <= text + size);
    look(&value, DEEPEST);
  }
  cJSON *json = isOrdinary(data, size) ? cJSON_ParseWithLengthOpts(text, size, &end, 0) : NULL;
  if( json && isBlank(end, text + size) ){
    MUST(found && end==value.text + value.length);
    compare(&value, json, DEEPEST);
  }
  cJSON_Delete(json);
  return 0;
}
