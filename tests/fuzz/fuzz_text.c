/*
** libFuzzer over small text work: UTF-8 is judged as a decoder by the grammar of RFC 3629 judges it; a number
** that is read is strtod's or strtoll's; lower case changes nothing the second time.
*/
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "engine/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(condition) do{ if( !(condition) ) abort(); }while( 0 )

/* Bytes of the character at p, 0 when there is none: the table of RFC 3629, section 4. */
static size_t character(const uint8_t *p, size_t left){
  static const struct { uint8_t first, last, low, high; size_t size; } kForms[] = {
    { 0x00, 0x7f, 0x00, 0x00, 1 }, { 0xc2, 0xdf, 0x80, 0xbf, 2 }, { 0xe0, 0xe0, 0xa0, 0xbf, 3 }, { 0xe1, 0xec, 0x80, 0xbf, 3 },
    { 0xed, 0xed, 0x80, 0x9f, 3 }, { 0xee, 0xef, 0x80, 0xbf, 3 }, { 0xf0, 0xf0, 0x90, 0xbf, 4 }, { 0xf1, 0xf3, 0x80, 0xbf, 4 },
    { 0xf4, 0xf4, 0x80, 0x8f, 4 },
  };
  for(size_t i = 0; i < sizeof(kForms)/sizeof(kForms[0]); i++){
    if( p[0] < kForms[i].first || p[0] > kForms[i].last ) continue;
    if( kForms[i].size > left ) return 0;
    if( kForms[i].size > 1 && (p[1] < kForms[i].low || p[1] > kForms[i].high) ) return 0;
    for(size_t k = 2; k < kForms[i].size; k++) if( p[k] < 0x80 || p[k] > 0xbf ) return 0;
    return kForms[i].size;
  }
  return 0;
}

static void tryUtf8(const uint8_t *data, size_t size){
  size_t at = 0, characters = 0, step = 1;
  for(; at < size && step > 0; at += step, characters += step > 0) step = character(data + at, size - at);
  int valid = step > 0;
  MUST(loreUtf8Valid((const char *)data, size)==valid);
  if( valid ) MUST(loreUtf8Length((const char *)data, size)==characters);
}

static void tryNumber(const char *text, size_t size){
  char copy[64], *end;
  int type = 0;
  long long integer = 0;
  double real = 0;
  if( !loreNumberParse(text, size, &type, &integer, &real) ) return;
  MUST(size > 0 && size < sizeof copy && memchr(text, 0, size)==NULL);
  memcpy(copy, text, size);
  copy[size] = 0;
  errno = 0;
  if( type==1 ){
    MUST(strtoll(copy, &end, 10)==integer && errno==0);
  }else{
    MUST(type==2 && strtod(copy, &end)==real);
  }
  MUST(*end==0);
}

static void tryWords(const uint8_t *data, size_t size){
  char *lower = malloc(size + 1), *again = malloc(size + 1), *word = malloc(size + 1);
  if( lower==NULL || again==NULL || word==NULL ) abort();
  loreAsciiLower(lower, (const char *)data, size);
  loreAsciiLower(again, lower, size);
  MUST(memcmp(lower, again, size + 1)==0);
  memcpy(word, data, size);
  word[size] = 0;
  int is_known = !strcmp(word, "active") || !strcmp(word, "cleared") || !strcmp(word, "paused");
  MUST(loreWordIn(word, "active|cleared|paused")==is_known);
  if( strchr(word, '|')==NULL ) MUST(loreWordIn(word, word));
  loreWordIn("a", word);
  free(lower);
  free(again);
  free(word);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size){
  tryUtf8(data, size);
  tryNumber((const char *)data, size);
  tryWords(data, size);
  return 0;
}
