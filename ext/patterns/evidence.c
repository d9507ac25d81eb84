/*
** Reading a workflow: its id, and what it contributes to a pattern. A document and a row of
** workflow_history give their members in the same columns, so that both are checked by the same rules.
** Before that cJSON tries, which reads nearly every document in a fraction of the time.
*/
#include <math.h>
#include <string.h>

#include "engine/json.h"
#include "engine/text.h"
#include "patterns/record.h"

enum { MOST_ID = 500, MOST_SHOWN = 40 /* characters */ };

/* Columns of workflow_of_document and workflow_of_row: the type, then the value. */
enum { ID_TYPE, ID, TOKENS = 2, COST = 4, DURATION = 6, ERRORS = 8, RETRIES = 10, HAS_MESSAGE = 12 };

typedef struct Member {
  const char *name;
  double least, most;
  int is_whole;
} Member;

static const Member kTokens = { "total_tokens", 0, PATTERN_MOST_TOKENS, 1 };
static const Member kCost = { "actual_cost_total", 0, PATTERN_MOST_COST, 0 };
static const Member kDuration = { "duration_seconds", -CONFIDENCE_MOST_SECONDS, CONFIDENCE_MOST_SECONDS, 0 };
static const Member kErrors = { "error_count", 0, CONFIDENCE_MOST_COUNT, 1 };
static const Member kRetries = { "retry_count", 0, CONFIDENCE_MOST_COUNT, 1 };

/* ---- Members ---- */

/* The value for a message, shortened at a character. */
static const char *show(LoreCall *call, LoreStatement *row, int column){
  const char *type = loreColumnText(row, column);
  if( type && (strcmp(type, "integer")==0 || strcmp(type, "real")==0) ){
    return loreFormat(call, "%s", loreColumnText(row, column + 1));
  }
  if( type==NULL || strcmp(type, "text")!=0 ) return loreFormat(call, "JSON of type %s", type);
  const char *text = loreColumnText(row, column + 1);
  size_t length = loreColumnLength(row, column + 1);
  if( text==NULL || !loreUtf8Valid(text, length) ) return "text that is not UTF-8";
  int cut = length > MOST_SHOWN;
  if( cut ) for(length = MOST_SHOWN; ((unsigned char)text[length] & 0xc0)==0x80; ) length--;
  return loreFormat(call, "'%.*s%s'", (int)length, text, cut ? "…" : "");
}

static int isInRange(const Member *member, double value){
  return value >= member->least && value <= member->most && (!member->is_whole || value==floor(value));
}

/* 1 when the member is there; NULL and an empty text are not. */
static int readNumber(LoreCall *call, LoreStatement *row, int column, const Member *member, double *value){
  const char *type = loreColumnText(row, column);
  int good = 1, kind;
  long long integer;
  *value = 0;
  if( type==NULL || strcmp(type, "null")==0 ) return 0;
  if( strcmp(type, "integer")==0 || strcmp(type, "real")==0 ){
    *value = loreColumnReal(row, column + 1);
  }else if( strcmp(type, "text")==0 && loreColumnLength(row, column + 1)==0 ){
    return 0;
  }else{
    const char *text = strcmp(type, "text")==0 ? loreColumnText(row, column + 1) : "";
    good = text && loreNumberParse(text, strlen(text), &kind, &integer, value);
    if( good && kind==SQLITE_INTEGER ) *value = (double)integer;
  }
  if( good && isInRange(member, *value) ) return 1;
  loreRefuse(call, LORE_BAD_ARGUMENT, "workflow.%s must be a %snumber between %.0f and %.0f, got %s", member->name,
             member->is_whole ? "whole " : "", member->least, member->most, show(call, row, column));
  return 0;
}

static void readMetrics(LoreCall *call, LoreStatement *row, PatternMetrics *m){
  double value;
  readNumber(call, row, TOKENS, &kTokens, &value);
  m->tokens = (int64_t)value;
  readNumber(call, row, COST, &kCost, &value);
  m->cost_nano = loreFailed(call) ? 0 : patternNano(value);
  m->has_duration = readNumber(call, row, DURATION, &kDuration, &value);
  m->duration_ms = m->has_duration ? confidenceMilliseconds(value) : 0;
  m->has_retries = readNumber(call, row, RETRIES, &kRetries, &value);
  m->retries = m->has_retries ? (int64_t)value : 0;
  m->has_errors = 1;
  m->errors = readNumber(call, row, ERRORS, &kErrors, &value) ? (int64_t)value : loreColumnInt(row, HAS_MESSAGE)!=0;
}

/* NULL when there is none. */
static const char *readId(LoreCall *call, LoreStatement *row){
  const char *type = loreColumnText(row, ID_TYPE);
  if( type==NULL || strcmp(type, "null")==0 ) return NULL;
  if( strcmp(type, "text")!=0 && strcmp(type, "integer")!=0 ){
    loreRefuse(call, LORE_BAD_ARGUMENT, "workflow.workflow_id must be text, got %s", show(call, row, ID_TYPE));
    return NULL;
  }
  const char *id = loreColumnText(row, ID);
  size_t length = loreColumnLength(row, ID);
  if( id==NULL || length==0 ) return NULL;
  if( strlen(id)!=length || !loreUtf8Valid(id, length) ){
    loreRefuse(call, LORE_BAD_ARGUMENT, "workflow.workflow_id must be valid UTF-8 without NUL");
  }else if( length > MOST_ID && loreUtf8Length(id, length) > MOST_ID ){
    loreRefuse(call, LORE_BAD_ARGUMENT, "workflow.workflow_id must be at most %d characters long, got %lld", MOST_ID,
               (sqlite3_int64)loreUtf8Length(id, length));
  }
  return loreFormat(call, "%s", id);
}

/* ---- Out of cJSON ---- */

/* 0: SQLite must look at it. */
static int plainNumber(LoreJson *document, const Member *member, double *value, int *is_there){
  LoreJson *json = loreJsonMember(document, member->name);
  *value = 0;
  *is_there = json && !loreJsonIsNull(json);
  if( !*is_there ) return 1;
  *value = loreJsonNumber(json);
  return loreJsonIsNumber(json) && isInRange(member, *value);
}

static int plainMetrics(LoreJson *document, PatternMetrics *m){
  double tokens, cost, duration, errors, retries;
  int is_there;
  LoreJson *message = loreJsonMember(document, "error_message");
  const char *text = loreJsonText(message);
  if( message && text==NULL && !loreJsonIsNull(message) ) return 0;
  if( !plainNumber(document, &kTokens, &tokens, &is_there) || !plainNumber(document, &kCost, &cost, &is_there)
   || !plainNumber(document, &kDuration, &duration, &m->has_duration)
   || !plainNumber(document, &kRetries, &retries, &m->has_retries)
   || !plainNumber(document, &kErrors, &errors, &is_there) ) return 0;
  m->tokens = (int64_t)tokens;
  m->cost_nano = patternNano(cost);
  m->duration_ms = confidenceMilliseconds(duration);
  m->retries = (int64_t)retries;
  m->errors = is_there ? (int64_t)errors : text && *text;
  m->has_errors = 1;
  return 1;
}

/* 1 when the document is such that nothing can be lost in cJSON, and all is well with it. */
static int readPlain(LoreCall *call, PatternEvidence *workflow){
  LoreJson *document = loreJsonParse(workflow->document, workflow->length);
  LoreJson *id = loreJsonMember(document, "workflow_id");
  const char *text = loreJsonText(id);
  int is_plain = document && (id==NULL || (text && strlen(text) <= MOST_ID)) && plainMetrics(document, &workflow->metrics);
  if( is_plain && text && *text ) workflow->id = loreFormat(call, "%s", text);
  loreJsonFree(document);
  return is_plain;
}

/* ---- Workflows ---- */

static int read(LoreCall *call, LoreSql statement, PatternEvidence *workflow){
  LoreStatement *row = loreQuery(call, statement);
  int found = loreNext(row);
  if( found ){
    workflow->id = readId(call, row);
    readMetrics(call, row, &workflow->metrics);
  }
  loreDone(row);
  return found;
}

void patternEvidenceRead(LoreCall *call, const char *document, PatternEvidence *workflow){
  *workflow = (PatternEvidence){ .document = document, .length = document ? strlen(document) : 0 };
  loreLetText(call, "document", document);
  if( loreFailed(call) || readPlain(call, workflow) ) return;
  workflow->metrics = (PatternMetrics){ 0 };
  read(call, SQL_WORKFLOW_OF_DOCUMENT, workflow);
}

void patternEvidenceStored(LoreCall *call, const char *id, PatternEvidence *workflow){
  *workflow = (PatternEvidence){ .id = id };
  loreLetText(call, "workflow_id", id);
  if( !read(call, SQL_WORKFLOW_OF_ROW, workflow) ){
    loreRefuse(call, LORE_REFUSED, "there is no workflow '%s'", id);
  }
  workflow->document = loreFindText(call, SQL_WORKFLOW_DOCUMENT);
  workflow->length = workflow->document ? strlen(workflow->document) : 0;
}

const char *patternDescribe(LoreCall *call, PatternEvidence *workflow){
  if( workflow->characteristics==NULL && !loreFailed(call) ){
    workflow->characteristics = patternCharacteristics(call, workflow->document, workflow->length);
  }
  return workflow->characteristics;
}
