/*
** What the unit tests of keys share: what a reference must give, and the file of vectors.
**
** The path of the vectors is compiled in: -DVECTORS="\"tests/vectors/canonical_key.json\"".
*/
#ifndef LORE_TEST_KEYS_HELPERS_H
#define LORE_TEST_KEYS_HELPERS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include <cjson/cJSON.h>

#include "keys/key.h"

static inline LoreBuffer newBuffer(void){
  return (LoreBuffer){NULL, 0, 0, realloc, 0};
}

static inline KeyText textOf(const char *text){
  return (KeyText){text, strlen(text)};
}

/* What one reference gives must be `expected`, or nothing when that is NULL; and give itself again. The
** reference is read from memory of exactly its size, so that a sanitizer sees a byte too many. */
static inline void expectBytes(int kind, const char *text, size_t length, const char *expected){
  LoreBuffer value = newBuffer(), again = newBuffer();
  char *exact = malloc(length ? length : 1);
  assert_non_null(exact);
  memcpy(exact, text, length);

  const char *reason = keyValue(kind, exact, length, &value);
  if( expected==NULL ){
    if( reason==NULL ) print_error("'%.*s' gave %s\n", (int)length, text, value.data);
    assert_non_null(reason);
    assert_int_equal(value.length, 0);
  }else{
    if( reason!=NULL ) print_error("'%.*s' gave nothing: %s\n", (int)length, text, reason);
    assert_null(reason);
    assert_string_equal(value.data, expected);
    assert_null(keyValue(kind, value.data, value.length, &again));
    assert_string_equal(again.data, expected);
  }
  free(exact);
  free(value.data);
  free(again.data);
}

static inline void expect(int kind, const char *text, const char *expected){
  expectBytes(kind, text, strlen(text), expected);
}

static inline void expectReason(int kind, const char *text, const char *reason){
  LoreBuffer value = newBuffer();
  const char *given = keyValue(kind, text, strlen(text), &value);
  assert_non_null(given);
  assert_string_equal(given, reason);
  free(value.data);
}

/* Any text may have a value or none; a value must give itself again, and a domain be ASCII. */
static inline void expectSound(int kind, const char *text, size_t length){
  LoreBuffer value = newBuffer(), again = newBuffer();
  char *exact = malloc(length ? length : 1);
  assert_non_null(exact);
  memcpy(exact, text, length);
  if( keyValue(kind, exact, length, &value)==NULL ){
    assert_true(value.length>0);
    if( kind==KEY_DOMAIN ){
      for(size_t i = 0; i<value.length; i++) assert_true((unsigned char)value.data[i]<0x80);
    }
    assert_null(keyValue(kind, value.data, value.length, &again));
    assert_int_equal(again.length, value.length);
    assert_memory_equal(again.data, value.data, value.length);
  }
  free(exact);
  free(value.data);
  free(again.data);
}

static inline cJSON *readVectors(void){
  FILE *file = fopen(VECTORS, "rb");
  assert_non_null(file);
  static char text[1 << 20];
  size_t length = fread(text, 1, sizeof(text) - 1, file);
  fclose(file);
  text[length] = '\0';
  cJSON *rows = cJSON_Parse(text);
  assert_non_null(rows);
  return rows;
}

#endif
