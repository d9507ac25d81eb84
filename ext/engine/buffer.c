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
