/*
** libFuzzer over the pure core of keys: no crash, a value gives itself again, a domain is ASCII, and of each
** kind there is at most one candidate, in order.
**
** clang -g -O1 -fsanitize=fuzzer,address,undefined -Iext tests/fuzz/fuzz_keys.c ext/keys/[a-z]*.c
**   ext/engine/buffer.c $(pkg-config --cflags --libs libpsl libidn2 libutf8proc)
*/
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "keys/key.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(condition) do{ if( !(condition) ) abort(); }while( 0 )

static LoreBuffer newBuffer(void){
  return (LoreBuffer){NULL, 0, 0, realloc, 0};
}

static void tryValue(int kind, const char *text, size_t length){
  LoreBuffer value = newBuffer(), again = newBuffer();
  if( keyValue(kind, text, length, &value)==NULL ){
    MUST(value.length>0 && value.data[value.length]=='\0');
    for(size_t i = 0; kind==KEY_DOMAIN && i<value.length; i++) MUST((unsigned char)value.data[i]<0x80);
    MUST(keyValue(kind, value.data, value.length, &again)==NULL);
    MUST(again.length==value.length && memcmp(again.data, value.data, value.length)==0);
  }else{
    MUST(value.length==0 && !value.failed);
  }
  free(value.data);
  free(again.data);
}

static int checkStep(void *context, const KeyStep *step){
  int *last = context;
  MUST(step->value.text!=NULL || step->reason!=NULL);
  if( step->reason!=NULL ) return 0;
  MUST(step->kind>*last);
  *last = step->kind;
  tryValue(step->kind, step->value.text, step->value.length);
  return 0;
}

/* The input is cut at line ends, one reference each. */
static void tryCandidates(const char *text, size_t length){
  KeyText references[KEY_REFERENCE_COUNT] = {{NULL, 0}};
  LoreBuffer scratch = newBuffer();
  int last = -1;
  for(int i = 0; i<KEY_REFERENCE_COUNT && length>0; i++){
    const char *end = memchr(text, '\n', length);
    size_t line = end ? (size_t)(end - text) : length;
    references[i] = (KeyText){text, line};
    line += end!=NULL;
    text += line;
    length -= line;
  }
  MUST(keyCandidates(references, checkStep, &last, &scratch)==0);
  MUST(!scratch.failed);
  free(scratch.data);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size){
  KeyText value;
  for(int kind = 0; kind<KEY_KIND_COUNT; kind++) tryValue(kind, (const char *)data, size);
  tryCandidates((const char *)data, size);
  keySplit((const char *)data, size, &value);
  keyReferenceFind((const char *)data, size);
  return 0;
}
