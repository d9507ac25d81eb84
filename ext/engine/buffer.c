/*
** A growable text: see buffer.h. Memory doubles, so n appended bytes cost O(n).
*/
#include "engine/buffer.h"

#include <stdint.h>
#include <string.h>

enum { FIRST_CAPACITY = 64 };

/* True when `more` bytes and the NUL fit. */
static int makeRoom(LoreBuffer *buffer, size_t more){
  if( buffer->failed ) return 0;
  if( more < buffer->capacity - buffer->length ) return 1;

  size_t capacity = buffer->capacity ? buffer->capacity : FIRST_CAPACITY;
  while( capacity - buffer->length <= more ){
    if( capacity > SIZE_MAX / 2 ){
      buffer->failed = 1;
      return 0;
    }
    capacity *= 2;
  }

  char *data = buffer->reallocate(buffer->data, capacity);
  if( data==NULL ){
    buffer->failed = 1;
    return 0;
  }
  buffer->data = data;
  buffer->capacity = capacity;
  return 1;
}

void loreBufferAppend(LoreBuffer *buffer, const char *text, size_t length){
  if( !makeRoom(buffer, length) ) return;
  if( length > 0 ) memcpy(buffer->data + buffer->length, text, length);
  buffer->length += length;
  buffer->data[buffer->length] = '\0';
}

void loreBufferChar(LoreBuffer *buffer, char c){
  loreBufferAppend(buffer, &c, 1);
}

void loreBufferCut(LoreBuffer *buffer, size_t length){
  buffer->length = length;
  if( buffer->data!=NULL ) buffer->data[length] = '\0';
}

void loreBufferClear(LoreBuffer *buffer){
  loreBufferCut(buffer, 0);
}

/* Bytes of the text up to the next one that JSON has escaped. */
static size_t plainLength(const char *text, size_t length){
  size_t i = 0;
  while( i < length && (unsigned char)text[i] >= 0x20 && text[i]!='"' && text[i]!='\\' ) i++;
  return i;
}

static void appendEscaped(LoreBuffer *buffer, unsigned char c){
  static const char kDigits[] = "0123456789abcdef";
  if( c=='"' || c=='\\' ){
    loreBufferChar(buffer, '\\');
    loreBufferChar(buffer, (char)c);
  }else{
    const char code[] = { '\\', 'u', '0', '0', kDigits[c >> 4], kDigits[c & 15] };
    loreBufferAppend(buffer, code, sizeof code);
  }
}

void loreBufferQuoted(LoreBuffer *buffer, const char *text, size_t length){
  loreBufferChar(buffer, '"');
  while( length > 0 ){
    size_t plain = plainLength(text, length);
    loreBufferAppend(buffer, text, plain);
    if( plain < length ) appendEscaped(buffer, (unsigned char)text[plain++]);
    text += plain;
    length -= plain;
  }
  loreBufferChar(buffer, '"');
}
