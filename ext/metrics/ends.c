/*
** First and last values: see ends.h.
*/
#include "metrics/ends.h"

#include <string.h>

enum { FIRST_ROOM = 4 };

static int compareBytes(const EndsValue *a, const EndsValue *b){
  size_t shared = a->length < b->length ? a->length : b->length;
  int order = shared ? memcmp(a->bytes, b->bytes, shared) : 0;
  return order ? order : (a->length > b->length) - (a->length < b->length);
}

/* An integer comes before its equal real: so the answer does not depend on the order of rows. */
static int compareNumbers(const EndsValue *a, const EndsValue *b){
  int order = loreNumberCompare(a->number, b->number);
  return order ? order : b->number.is_int - a->number.is_int;
}

static int compare(const EndsValue *a, const EndsValue *b){
  if( a->ts!=b->ts ) return a->ts < b->ts ? -1 : 1;
  if( a->kind!=b->kind ) return a->kind < b->kind ? -1 : 1;
  return a->kind==ENDS_NUMBER ? compareNumbers(a, b) : compareBytes(a, b);
}

static EndsRow *rowAt(const Ends *ends, size_t i){
  return &ends->rows[ends->head + i];
}

static void drop(Ends *ends, EndsRow *row){
  if( row->value.kind!=ENDS_NUMBER ) ends->release((void*)row->value.bytes);
  ends->count--;
}

static int makeRoom(Ends *ends){
  if( ends->head + ends->count < ends->room ) return 1;
  if( ends->head > ends->count ){
    memmove(ends->rows, ends->rows + ends->head, ends->count*sizeof *ends->rows);
    ends->head = 0;
    return 1;
  }
  size_t room = ends->room ? 2*ends->room : FIRST_ROOM;
  EndsRow *rows = ends->reallocate(ends->rows, room*sizeof *rows);
  if( rows==NULL ) return 0;
  ends->rows = rows;
  ends->room = room;
  return 1;
}

/* 0: no memory. */
static int copyBytes(const Ends *ends, EndsValue *value){
  if( value->kind==ENDS_NUMBER ) return 1;
  char *copy = ends->reallocate(NULL, value->length + 1);
  if( copy==NULL ) return 0;
  if( value->length ) memcpy(copy, value->bytes, value->length);
  copy[value->length] = 0;
  value->bytes = copy;
  return 1;
}

int endsAdd(Ends *ends, const EndsValue *value){
  EndsRow row = { *value, ends->came };
  if( !makeRoom(ends) || !copyBytes(ends, &row.value) ) return 0;
  while( ends->count > 0 ){
    EndsRow *last = rowAt(ends, ends->count - 1);
    int order = compare(&last->value, &row.value);
    if( ends->latest ? order > 0 : order < 0 ) break;
    drop(ends, last);
  }
  ends->came++;
  *rowAt(ends, ends->count++) = row;
  return 1;
}

void endsRemoveOldest(Ends *ends){
  ends->gone++;
  if( ends->count==0 || rowAt(ends, 0)->number >= ends->gone ) return;
  drop(ends, rowAt(ends, 0));
  ends->head++;
}

const EndsValue *endsValue(const Ends *ends){
  return ends->count ? &rowAt(ends, 0)->value : NULL;
}

void endsFree(Ends *ends){
  while( ends->count > 0 ) drop(ends, rowAt(ends, ends->count - 1));
  if( ends->rows ) ends->release(ends->rows);
}
