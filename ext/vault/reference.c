#include "vault/reference.h"

#include <string.h>

static const char kOpening[] = "{SECRET:";

enum { OPENING = sizeof kOpening - 1, REST_MOST = 4*SECRET_DESCRIPTION_MOST };

static int isIdCharacter(char c){
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c=='_' || c=='-' || c=='.';
}

int secretIdValid(const char *id, size_t length){
  if( length==0 || length > SECRET_ID_MOST ) return 0;
  for(size_t i = 0; i < length; i++) if( !isIdCharacter(id[i]) ) return 0;
  return 1;
}

static int isDescription(char c){
  return (unsigned char)c >= ' ' && c!='"' && c!='\\' && c!='{' && c!='}' && c!=':' && c!=127;
}

void secretReferenceWrite(const char *uuid, const char *description, LoreBuffer *to){
  loreBufferAppend(to, kOpening, OPENING);
  loreBufferAppend(to, uuid, strlen(uuid));
  loreBufferChar(to, ':');
  for(const char *c = description; *c; c++) loreBufferChar(to, isDescription(*c) ? *c : '_');
  loreBufferChar(to, '}');
}

static int isOpening(const char *text, size_t length, size_t at){
  return length - at >= OPENING && memcmp(text + at, kOpening, OPENING)==0;
}

/* Where an id that begins at `at` ends, or is too long. */
static size_t idEnd(const char *text, size_t length, size_t at){
  size_t end = at;
  while( end < length && end - at <= SECRET_ID_MOST && isIdCharacter(text[end]) ) end++;
  return end;
}

/* What stands at `at` is a reference. */
static int readReference(const char *text, size_t length, size_t at, SecretReference *reference){
  if( !isOpening(text, length, at) ) return 0;
  size_t end = idEnd(text, length, at + OPENING);
  *reference = (SecretReference){ .start = at, .id = at + OPENING, .id_length = end - at - OPENING };
  if( !secretIdValid(text + reference->id, reference->id_length) || end==length || text[end]!=':' ) return 0;
  size_t stop = ++end;
  while( end < length && end - stop <= REST_MOST && isDescription(text[end]) ) end++;
  if( end==length || text[end]!='}' ) return 0;
  reference->end = end + 1;
  return 1;
}

int secretReferenceNext(const char *text, size_t length, size_t at, SecretReference *reference){
  while( at < length ){
    const char *brace = memchr(text + at, '{', length - at);
    if( brace==NULL ) return 0;
    at = (size_t)(brace - text);
    if( readReference(text, length, at, reference) ) return 1;
    at++;
  }
  return 0;
}

size_t secretReferenceWidth(const char *text, size_t length, size_t at){
  SecretReference reference;
  if( !isOpening(text, length, at) ) return 0;
  return (readReference(text, length, at, &reference) ? reference.end : idEnd(text, length, at + OPENING)) - at;
}
