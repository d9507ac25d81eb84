/*
** cJSON reads nearly every document, at a twentieth of what five times json_extract costs. SQLite reads the others.
*/
#include "patterns/workflow.h"

#include <string.h>

#include "engine/json.h"
#include "engine/text.h"

/* In the order of the columns of pattern_document: the texts by their place, then the numbers. */
enum { DOCUMENT_DURATION = PATTERN_PLACE_COUNT, DOCUMENT_ERRORS, DOCUMENT_MEMBERS };

static const char *const kMembers[DOCUMENT_MEMBERS] = {
  "nl_input", "error_message", "workflow_template", "duration_seconds", "error_count",
};

/* Its text is NULL when there is none, or no memory. */
static PatternText copyText(LoreCall *call, const char *text, size_t length){
  char *copy = text ? loreAllocate(call, length + 1) : NULL;
  if( copy==NULL ) return (PatternText){ NULL, 0 };
  memcpy(copy, text, length);
  copy[length] = 0;
  return (PatternText){ copy, length };
}

/* 0 when the text is NULL or no number. */
static double numberOf(const char *text, size_t length){
  int type = 0;
  long long integer = 0;
  double real = 0;
  if( text==NULL || !loreNumberParse(text, length, &type, &integer, &real) ) return 0;
  return type==SQLITE_INTEGER ? (double)integer : real;
}

/* Whole, and within what a double holds exactly. */
static long long wholeNumber(double number){
  const double most = 9007199254740992.0;
  return (long long)(number > most ? most : number < -most ? -most : number);
}

/* ---- Out of SQLite: exact, and of every document ---- */

static double columnNumber(LoreStatement *row, int column){
  const char *text = loreColumnText(row, column);
  return numberOf(text, text ? loreColumnLength(row, column) : 0);
}

static void readColumns(LoreCall *call, const char *document, PatternWorkflow *workflow){
  loreLetText(call, "document", document);
  LoreStatement *row = loreQuery(call, SQL_PATTERN_DOCUMENT);
  if( !loreNext(row) ) return;
  for(int place = 0; place < PATTERN_PLACE_COUNT; place++){
    const char *text = loreColumnText(row, place);
    workflow->texts[place] = copyText(call, text, text ? loreColumnLength(row, place) : 0);
  }
  workflow->duration_seconds = columnNumber(row, DOCUMENT_DURATION);
  workflow->error_count = wholeNumber(columnNumber(row, DOCUMENT_ERRORS));
  loreDone(row);
}

/* ---- Out of cJSON ---- */

static double memberNumber(LoreJson *member){
  const char *text = loreJsonText(member);
  return text ? numberOf(text, strlen(text)) : loreJsonNumber(member);
}

/* 0: a text is a number, which cJSON does not keep as it was written. */
static int readMembers(LoreCall *call, LoreJson *json, PatternWorkflow *workflow){
  for(int place = 0; place < PATTERN_PLACE_COUNT; place++){
    LoreJson *member = loreJsonMember(json, kMembers[place]);
    const char *text = loreJsonText(member);
    if( member && loreJsonIsNumber(member) ) return 0;
    workflow->texts[place] = copyText(call, text, text ? strlen(text) : 0);
  }
  workflow->duration_seconds = memberNumber(loreJsonMember(json, kMembers[DOCUMENT_DURATION]));
  workflow->error_count = wholeNumber(memberNumber(loreJsonMember(json, kMembers[DOCUMENT_ERRORS])));
  return 1;
}

void patternWorkflowRead(LoreCall *call, const char *document, size_t length, PatternWorkflow *workflow){
  memset(workflow, 0, sizeof *workflow);
  if( loreFailed(call) ) return;
  LoreJson *json = loreJsonParse(document, length);
  if( json==NULL || !readMembers(call, json, workflow) ) readColumns(call, document, workflow);
  loreJsonFree(json);
}
