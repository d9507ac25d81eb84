/*
** Tags of a series: see tags.h.
*/
#include "metrics/tags.h"

#include <stdlib.h>
#include <string.h>

static int compareTags(const void *a, const void *b){
  return strcmp(((const Tag*)a)->key, ((const Tag*)b)->key);
}

/* A string or a scalar as text at *room, which moves on; NULL when it can't be one. */
static const char *textOf(const LoreScanValue *value, char **room){
  char *text = *room;
  long length = (long)value->length;
  if( value->kind==LORE_SCAN_STRING ) length = loreScanDecode(value, text);
  else memcpy(text, value->text, value->length);
  if( length < 0 ) return NULL;
  text[length] = 0;
  *room = text + length + 1;
  return text;
}

static const char *readTag(const LoreScanValue *name, const LoreScanValue *value, Tag *tag, char **room){
  if( value->kind==LORE_SCAN_ARRAY || value->kind==LORE_SCAN_OBJECT ) return "must not hold an array or an object";
  tag->kind = value->kind;
  tag->key = textOf(name, room);
  tag->value = textOf(value, room);
  if( tag->key==NULL || tag->value==NULL ) return "must not hold U+0000 or half a surrogate pair";
  return *tag->key ? NULL : "must not have a member without a name";
}

const char *tagsRead(const char *text, size_t length, Tags *tags, char *room){
  LoreScanValue object, name, value;
  const char *problem = NULL;
  tags->count = 0;
  if( !loreScanText(text, length, &object) || object.kind!=LORE_SCAN_OBJECT ) return "must be a JSON object";
  for(LoreScan scan = loreScanInto(&object); problem==NULL && loreScanNext(&scan, &name, &value);){
    if( tags->count==TAGS_MOST ) return "must not have more than 64 members";
    problem = readTag(&name, &value, &tags->tags[tags->count], &room);
    tags->count++;
  }
  if( problem ) return problem;
  qsort(tags->tags, (size_t)tags->count, sizeof *tags->tags, compareTags);
  int i = 1;
  while( i < tags->count && compareTags(&tags->tags[i - 1], &tags->tags[i])!=0 ) i++;
  return i < tags->count ? "must not have a member twice" : NULL;
}

void tagsDropNull(Tags *tags){
  int kept = 0;
  for(int i = 0; i < tags->count; i++) if( tags->tags[i].kind!=LORE_SCAN_NULL ) tags->tags[kept++] = tags->tags[i];
  tags->count = kept;
}

void tagsWrite(const Tags *tags, LoreBuffer *out){
  loreBufferChar(out, '{');
  for(int i = 0; i < tags->count; i++){
    const Tag *tag = &tags->tags[i];
    if( i ) loreBufferChar(out, ',');
    loreBufferQuoted(out, tag->key, strlen(tag->key));
    loreBufferChar(out, ':');
    if( tag->kind==LORE_SCAN_STRING ) loreBufferQuoted(out, tag->value, strlen(tag->value));
    else loreBufferAppend(out, tag->value, strlen(tag->value));
  }
  loreBufferChar(out, '}');
}
