/*
** UTF-8, words and numbers.
*/
#include "engine/text.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

/* Eight bytes at a time while all are ASCII: nearly all text is. */
static size_t asciiPrefix(const unsigned char *p, size_t length){
  size_t i = 0;
  for(; i + 8 <= length; i += 8){
    uint64_t word;
    memcpy(&word, p + i, 8);
    if( word & 0x8080808080808080ULL ) break;
  }
  while( i < length && p[i] < 0x80 ) i++;
  return i;
}

/* Bytes of the sequence at p, 0 when it is broken. */
static size_t sequence(const unsigned char *p, size_t left){
  size_t size = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
  unsigned least = size==2 ? 0x80 : size==3 ? 0x800 : 0x10000;
  unsigned code = p[0] & (0xffu >> (size + 1));
  if( p[0] < 0xc2 || p[0] > 0xf4 || left < size ) return 0;
  for(size_t i = 1; i < size; i++){
    if( (p[i] & 0xc0)!=0x80 ) return 0;
    code = code<<6 | (p[i] & 0x3fu);
  }
  return code >= least && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? size : 0;
}

int loreUtf8Valid(const char *text, size_t length){
  const unsigned char *p = (const unsigned char*)text;
  for(size_t i = asciiPrefix(p, length); i < length; i += asciiPrefix(p + i, length - i)){
    size_t size = sequence(p + i, length - i);
    if( size==0 ) return 0;
    i += size;
  }
  return 1;
}

size_t loreUtf8Length(const char *text, size_t length){
  size_t count = 0;
  for(size_t i = 0; i < length; i++) count += ((unsigned char)text[i] & 0xc0)!=0x80;
  return count;
}

void loreAsciiLower(char *to, const char *from, size_t length){
  for(size_t i = 0; i < length; i++) to[i] = (char)(from[i] >= 'A' && from[i] <= 'Z' ? from[i] + 32 : from[i]);
  to[length] = 0;
}

int loreWordIn(const char *word, const char *list){
  size_t length = strlen(word);
  if( strchr(word, '|') ) return 0;
  for(const char *p = list; p; p = strchr(p, '|') ? strchr(p, '|') + 1 : NULL){
    if( strncmp(p, word, length)==0 && (p[length]=='|' || p[length]==0) ) return 1;
  }
  return 0;
}

/* Value of digits[.digits][e[+-]digits], or of its part; 0 when it has another form. */
static int isNumber(const char *p, const char *end, int *is_integer){
  int whole = 0, after = 0;
  if( p < end && (*p=='-' || *p=='+') ) p++;
  while( p < end && *p >= '0' && *p <= '9' ) p++, whole++;
  *is_integer = p==end;
  if( p < end && *p=='.' ){
    p++;
    while( p < end && *p >= '0' && *p <= '9' ) p++, after++;
  }
  if( whole + after==0 ) return 0;
  if( p < end && (*p=='e' || *p=='E') ){
    p++;
    if( p < end && (*p=='-' || *p=='+') ) p++;
    if( p==end ) return 0;
    while( p < end && *p >= '0' && *p <= '9' ) p++;
  }
  return p==end;
}

static int readInteger(const char *p, const char *end, long long *integer){
  int negative = p < end && *p=='-';
  if( p < end && (*p=='-' || *p=='+') ) p++;
  uint64_t value = 0, most = (uint64_t)INT64_MAX + (uint64_t)negative;
  for(; p < end; p++){
    uint64_t digit = (uint64_t)(*p - '0');
    if( value > (most - digit)/10 ) return 0;
    value = value*10 + digit;
  }
  *integer = negative ? (long long)(0 - value) : (long long)value;
  return 1;
}

enum { LOCAL_POINT = 8 }; /* bytes of a decimal point, in whatever locale */

int loreNumberParse(const char *text, size_t length, int *type, long long *integer, double *real){
  int is_integer;
  char copy[512];
  if( length >= sizeof copy - LOCAL_POINT || !isNumber(text, text + length, &is_integer) ) return 0;
  *type = is_integer && readInteger(text, text + length, integer) ? 1 : 2;
  if( *type==1 ) return 1;
  const char *point = memchr(text, '.', length), *local = localeconv()->decimal_point; /* strtod reads the host's locale */
  size_t before = point ? (size_t)(point - text) : length, width = point && strlen(local) <= LOCAL_POINT ? strlen(local) : 0;
  memcpy(copy, text, before);
  memcpy(copy + before, local, width);
  if( point ) memcpy(copy + before + width, point + 1, length - before - 1);
  copy[length - (point!=NULL) + width] = 0;
  char *rest;
  *real = strtod(copy, &rest);
  return *rest==0;
}
