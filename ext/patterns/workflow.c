#include "patterns/workflow.h"

#include <string.h>

#include "engine/text.h"

/* Columns of pattern_document. */
enum { DOCUMENT_DURATION = PATTERN_PLACE_COUNT, DOCUMENT_ERRORS };

/* Its text is NULL when there is none, or no memory. */
static PatternText copyText(LoreCall *call, const char *text, size_t length){
  char *copy = text ? loreAllocate(call, length + 1) : NULL;
  if( copy==NULL ) return (PatternText){ NULL, 0 };
  memcpy(copy, text, length);
  copy[length] = 0;
  return (PatternText){ copy, length };
}

static PatternText copyColumn(LoreCall *call, LoreStatement *row, int column){
  const char *text = loreColumnText(row, column);
  return copyText(call, text, text ? loreColumnLength(row, column) : 0);
}

/* 0 when the column is NULL or no number. */
static double readNumber(LoreStatement *row, int column){
  const char *text = loreColumnText(row, column);
  int type = 0;
  long long integer = 0;
  double real = 0;
  if( text==NULL || !loreNumberParse(text, loreColumnLength(row, column), &type, &integer, &real) ) return 0;
  return type==SQLITE_INTEGER ? (double)integer : real;
}

/* Whole, and within what a double holds exactly. */
static long long wholeNumber(double number){
  const double most = 9007199254740992.0;
  return (long long)(number > most ? most : number < -most ? -most : number);
}

void patternWorkflowRead(LoreCall *call, const char *document, size_t length, PatternWorkflow *workflow){
  memset(workflow, 0, sizeof *workflow);
  loreLetText(call, "document", copyText(call, document, length).text);
  LoreStatement *row = loreQuery(call, SQL_PATTERN_DOCUMENT);
  if( !loreNext(row) ) return;
  for(int place = 0; place < PATTERN_PLACE_COUNT; place++) workflow->texts[place] = copyColumn(call, row, place);
  workflow->duration_seconds = readNumber(row, DOCUMENT_DURATION);
  workflow->error_count = wholeNumber(readNumber(row, DOCUMENT_ERRORS));
  loreDone(row);
}
