#include "graph/number.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/text.h"

int graphNumberRead(const LoreScanValue *value, GraphNumber *number){
  enum { WHOLE = 1 };
  int type;
  if( value->kind!=LORE_SCAN_NUMBER ) return 0;
  if( !loreNumberParse(value->text, value->length, &type, &number->whole, &number->real) ) return 0;
  number->is_whole = type==WHOLE;
  if( number->is_whole ) number->real = (double)number->whole;
  return isfinite(number->real);
}

GraphNumber graphNumberOf(double real){
  return (GraphNumber){ .real = real };
}

GraphNumber graphNumberSum(const GraphNumber *a, const GraphNumber *b){
  long long sum;
  if( !a->is_whole || !b->is_whole || __builtin_add_overflow(a->whole, b->whole, &sum) ) return graphNumberOf(a->real + b->real);
  return (GraphNumber){ .is_whole = 1, .whole = sum, .real = (double)sum };
}

/* With a point, whatever bytes the locale has for it. */
static int print(double real, int digits, char text[GRAPH_NUMBER_SIZE]){
  snprintf(text, GRAPH_NUMBER_SIZE, "%.*g", digits, real);
  char *to = text;
  for(const char *from = text; *from; from++){
    if( strchr("0123456789+-e", *from) ) *to++ = *from;
    else if( to==text || to[-1]!='.' ) *to++ = '.';
  }
  *to = 0;
  return (int)(to - text);
}

static int readsBack(const char *text, int length, double real){
  LoreScanValue value = { .kind = LORE_SCAN_NUMBER, .text = text, .length = (size_t)length };
  GraphNumber number;
  return graphNumberRead(&value, &number) && number.real==real;
}

int graphNumberWrite(const GraphNumber *number, char text[GRAPH_NUMBER_SIZE]){
  if( number->is_whole ) return snprintf(text, GRAPH_NUMBER_SIZE, "%lld", number->whole);
  int length = 0;
  int digits = fabs(number->real) < DBL_MIN ? 1 : 15; /* the fewest of a subnormal may be less */
  for(; digits <= 17; digits++){
    length = print(number->real, digits, text);
    if( readsBack(text, length, number->real) ) break;
  }
  if( strpbrk(text, ".e")==NULL ) length += snprintf(text + length, (size_t)(GRAPH_NUMBER_SIZE - length), ".0");
  return length;
}
