/*
** libFuzzer over the members of an object: two texts are read and merged; whatever they are, no crash, no byte too many, no
** leak, and what is in the list is found in it. Where cJSON takes both as objects, what is written is the merged object.
*/
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "graph/members.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(condition) do{ if( !(condition) ) abort(); }while( 0 )

static void *reallocate(void *old, size_t bytes){
  if( bytes > 0 ) return realloc(old, bytes);
  free(old);
  return NULL;
}

/* A text in memory of exactly its size. */
typedef struct Text {
  char *text;
  size_t length;
} Text;

static Text copyOf(const uint8_t *data, size_t size){
  Text copy = { malloc(size ? size : 1), size };
  MUST(copy.text!=NULL);
  if( size ) memcpy(copy.text, data, size);
  return copy;
}

/* ---- Any bytes ---- */

static void lookUp(GraphMembers *members, int number){
  const GraphMember *member = &members->list[number];
  LoreScanValue name, value;
  MUST(loreScanText(member->name, member->name_length, &name) && name.length==member->name_length);
  MUST(graphMembersLook(members, &name, &value)==1);
  MUST(value.text==member->value && value.length <= member->value_length);
  const GraphName *decoded = &members->names.names[number];
  if( strlen(decoded->text)==decoded->length ) MUST(graphMembersFind(members, decoded->text, &value)==1);
}

/* Setting what is there already changes nothing. */
static void setAgain(GraphMembers *members, const LoreScanValue *object){
  LoreBuffer before = { .reallocate = realloc }, after = { .reallocate = realloc };
  graphMembersWrite(members, NULL, &before);
  members->changed = 0;
  MUST(graphMembersMerge(members, object));
  graphMembersWrite(members, NULL, &after);
  MUST(before.length==after.length && memcmp(before.data, after.data, after.length)==0);
  free(before.data);
  free(after.data);
}

/* ---- Valid objects ---- */

/* A name of cJSON ends at its first NUL: such texts are left out. */
static int hasNul(const Text *text){
  for(size_t i = 0; i + 6 <= text->length; i++) if( memcmp(text->text + i, "\\u0000", 6)==0 ) return 1;
  return memchr(text->text, 0, text->length)!=NULL;
}

/* cJSON is lenient: what it takes must be strict JSON too. */
static cJSON *parseObject(const Text *text){
  int is_strict = loreScanIsPlain(text->text, text->length) && !hasNul(text);
  cJSON *json = is_strict ? cJSON_ParseWithLength(text->text, text->length) : NULL;
  if( cJSON_IsObject(json) ) return json;
  cJSON_Delete(json);
  return NULL;
}

static cJSON *memberOf(const cJSON *object, const char *name){
  cJSON *child = object->child;
  while( child && strcmp(child->string, name)!=0 ) child = child->next;
  return child;
}

/* Moves the members of one object into another: a value to the place of its name, the others to the end. Of a name that is
** there twice the first value counts: the others are dropped before. */
static void mergeInto(cJSON *to, cJSON *from){
  for(cJSON *child = from->child, *next; child; child = next){
    next = child->next;
    if( memberOf(from, child->string)!=child ) cJSON_Delete(cJSON_DetachItemViaPointer(from, child));
  }
  while( from->child ){
    cJSON *child = cJSON_DetachItemViaPointer(from, from->child), *old = memberOf(to, child->string);
    if( old ) MUST(cJSON_ReplaceItemViaPointer(to, old, child));
    else MUST(cJSON_AddItemToArray(to, child));
  }
}

/* Both texts as their members, and nothing else: what is printed is the same. */
static void compare(const Text *written, cJSON *first, cJSON *second){
  cJSON *merged = cJSON_CreateObject(), *json = parseObject(written);
  MUST(merged && json);
  mergeInto(merged, first);
  mergeInto(merged, second);
  char *wanted = cJSON_PrintUnformatted(merged), *got = cJSON_PrintUnformatted(json);
  MUST(wanted && got && strcmp(wanted, got)==0);
  free(wanted);
  free(got);
  cJSON_Delete(merged);
  cJSON_Delete(json);
}

/* It begins as an object does; it may be none. */
static int isObject(const Text *text, LoreScanValue *object){
  return loreScanText(text->text, text->length, object) && object->kind==LORE_SCAN_OBJECT;
}

static void tryTexts(const Text *first, const Text *second){
  LoreScanValue object, other;
  if( !isObject(first, &object) || !isObject(second, &other) ) return;
  GraphMemory memory = { .reallocate = reallocate };
  GraphMembers members = { .names = { .memory = &memory } };
  MUST(graphMembersRead(&members, &object) && !members.changed);
  MUST(graphMembersMerge(&members, &other));
  for(int i = 0; i < members.names.count; i++) lookUp(&members, i);
  LoreBuffer text = { .reallocate = realloc };
  graphMembersWrite(&members, NULL, &text);
  cJSON *json = parseObject(first), *other_json = parseObject(second);
  if( json && other_json ) compare(&(const Text){ text.data, text.length }, json, other_json);
  setAgain(&members, &other);
  cJSON_Delete(json);
  cJSON_Delete(other_json);
  free(text.data);
  graphMembersFree(&members);
  MUST(!memory.failed && !text.failed);
}

/* The input is cut at its first byte 0x01. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size){
  const uint8_t *cut = size ? memchr(data, 1, size) : NULL;
  size_t length = cut ? (size_t)(cut - data) : size;
  Text first = copyOf(data, length), second = copyOf(cut ? cut + 1 : data, cut ? size - length - 1 : size);
  tryTexts(&first, &second);
  free(first.text);
  free(second.text);
  return 0;
}
