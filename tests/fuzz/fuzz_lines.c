/*
** libFuzzer over the values of an export's lines: any bytes as a text, a blob, a real and an integer come back as they were; any
** text that is read as a value stays within its room, and what it means is written and read as the same again.
*/
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "admin/lines.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(condition) do{ if( !(condition) ) abort(); }while( 0 )

/* The written value, read into a room of just the size that it may need. */
static void checkSame(const LoreBuffer *line, const LineValue *value){
  LoreScanValue scanned;
  LineValue back;
  MUST(!line->failed && loreScanIsPlain(line->data, line->length) && loreScanText(line->data, line->length, &scanned));
  char *room = malloc(scanned.length + 1);
  MUST(linesRead(&scanned, room, &back) && back.kind==value->kind);
  if( value->kind==LINE_INT ) MUST(back.integer==value->integer);
  if( value->kind==LINE_REAL ) MUST(memcmp(&back.real, &value->real, sizeof back.real)==0);
  if( value->kind==LINE_TEXT || value->kind==LINE_BLOB ){
    MUST(back.length==value->length && memcmp(back.bytes, value->bytes, back.length)==0);
  }
  free(room);
}

static void writeValue(const LineValue *value){
  LoreBuffer line = { .reallocate = realloc };
  switch( value->kind ){
    case LINE_INT: linesInt(&line, value->integer); break;
    case LINE_REAL: linesReal(&line, value->real); break;
    case LINE_TEXT: linesText(&line, value->bytes, value->length); break;
    case LINE_BLOB: linesBlob(&line, value->bytes, value->length); break;
    case LINE_NULL: loreBufferAppend(&line, "null", 4); break;
  }
  checkSame(&line, value);
  free(line.data);
}

static void readAny(const uint8_t *data, size_t size){
  LoreScanValue scanned;
  LineValue value;
  char *text = malloc(size ? size : 1); /* just the text: nothing behind it may be looked at */
  memcpy(text, data, size);
  if( loreScanIsPlain(text, size) && loreScanText(text, size, &scanned) ){
    char *room = malloc(scanned.length + 1);
    if( linesRead(&scanned, room, &value) ) writeValue(&value);
    free(room);
  }
  free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size){
  LineValue value = { .kind = LINE_TEXT, .bytes = (const char*)data, .length = size };
  const char *next = (const char*)data, *end = next + size, *line;
  size_t length, lines = 0;
  writeValue(&value);
  value.kind = LINE_BLOB;
  writeValue(&value);
  if( size >= 8 ){
    memcpy(&value.integer, data, 8);
    value.kind = LINE_INT;
    writeValue(&value);
    memcpy(&value.real, data, 8);
    value.kind = LINE_REAL;
    if( !isnan(value.real) ) writeValue(&value);
  }
  readAny(data, size);
  while( linesNext(&next, end, &line, &length) ){
    MUST(line >= (const char*)data && line + length <= end);
    lines++;
  }
  MUST(lines <= size);
  return 0;
}
