/*
** Checks an argument against its row: type, range, form. What passes is in its stored form: times
** normalised, words in lower case, numbers given for text as text, defaults filled in.
*/
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/clock.h"
#include "engine/directory.h"
#include "engine/internal.h"
#include "engine/json.h"
#include "engine/scan.h"
#include "engine/text.h"

static const char *rangeText(LoreCall *call, const LoreArgument *argument){
  if( isinf(argument->most) ) return loreFormat(call, "at least %!.15g", argument->least);
  if( isinf(argument->least) ) return loreFormat(call, "at most %!.15g", argument->most);
  return loreFormat(call, "between %!.15g and %!.15g", argument->least, argument->most);
}

/* "0.0" reads badly where 0 is meant. */
static const char *bounds(LoreCall *call, const LoreArgument *argument){
  char *text = (char*)rangeText(call, argument);
  char *out = text;
  for(const char *p = text; p && *p; p++){
    if( p[0]=='.' && p[1]=='0' && (p[2]==' ' || p[2]==0) ){
      p++;
      continue;
    }
    *out++ = *p;
  }
  if( text ) *out = 0;
  return text;
}

static void refuse(LoreCall *call, int i, const char *rule){
  loreRefuse(call, LORE_BAD_ARGUMENT, "%s must be %s, got %s", call->signature->arguments[i].name, rule, loreShow(call, i));
}

static void numberToText(LoreCall *call, LoreValue *value){
  char digits[LORE_REAL_SIZE];
  const char *text = value->type==SQLITE_INTEGER ? loreFormat(call, "%lld", value->integer)
                                                 : loreFormat(call, "%s", loreRealText(value->real, digits));
  *value = (LoreValue){ .type = text ? SQLITE_TEXT : SQLITE_NULL, .text = text, .length = text ? strlen(text) : 0 };
}

static void checkText(LoreCall *call, int i){
  const LoreArgument *argument = &call->signature->arguments[i];
  LoreValue *value = &call->values[i];
  if( value->type==SQLITE_INTEGER || value->type==SQLITE_FLOAT ) numberToText(call, value);
  if( call->code ) return;
  if( value->type==SQLITE_BLOB || value->text==NULL ){
    refuse(call, i, "text");
  }else if( memchr(value->text, 0, value->length) ){
    loreRefuse(call, LORE_BAD_ARGUMENT, "%s must be text without NUL", argument->name);
  }else if( !loreUtf8Valid(value->text, value->length) ){
    loreRefuse(call, LORE_BAD_ARGUMENT, "%s must be valid UTF-8", argument->name);
  }else if( value->length==0 && argument->least >= 1 ){
    loreRefuse(call, LORE_BAD_ARGUMENT, "%s must not be empty", argument->name);
  }else if( (double)value->length > argument->most
         && (double)loreUtf8Length(value->text, value->length) > argument->most ){
    loreRefuse(call, LORE_BAD_ARGUMENT, "%s must be at most %.0f characters long, got %lld", argument->name,
               argument->most, (sqlite3_int64)loreUtf8Length(value->text, value->length));
  }
}

/* A number, also one that comes as text (a CSV import has nothing else). */
static int readNumber(LoreValue *value){
  if( value->type==SQLITE_INTEGER || value->type==SQLITE_FLOAT ) return 1;
  if( value->type!=SQLITE_TEXT || value->length==0 || value->length > 40 ) return 0;
  return loreNumberParse(value->text, value->length, &value->type, &value->integer, &value->real);
}

static void checkInt(LoreCall *call, int i){
  const LoreArgument *argument = &call->signature->arguments[i];
  LoreValue *value = &call->values[i];
  LoreValue number = *value;
  int good = readNumber(&number);
  if( good && number.type==SQLITE_FLOAT ){
    good = number.real==floor(number.real) && fabs(number.real) < 9.0e15;
    if( good ) number = (LoreValue){ .type = SQLITE_INTEGER, .integer = (sqlite3_int64)number.real };
  }
  if( !good ){
    refuse(call, i, "an integer");
  }else if( (double)number.integer < argument->least || (double)number.integer > argument->most ){
    refuse(call, i, bounds(call, argument));
  }else{
    *value = number;
  }
}

static void checkReal(LoreCall *call, int i){
  const LoreArgument *argument = &call->signature->arguments[i];
  LoreValue number = call->values[i];
  if( !readNumber(&number) ){
    refuse(call, i, "a number");
    return;
  }
  double real = number.type==SQLITE_INTEGER ? (double)number.integer : number.real;
  if( isinf(real) || real < argument->least || real > argument->most ){
    refuse(call, i, isinf(argument->least) && isinf(argument->most) ? "finite" : bounds(call, argument));
    return;
  }
  call->values[i] = (LoreValue){ .type = SQLITE_FLOAT, .real = real };
}

static void checkNumber(LoreCall *call, int i){
  LoreValue number = call->values[i];
  if( readNumber(&number) ) call->values[i] = number;
  else refuse(call, i, "a number");
}

static int formFits(const LoreValue *value, LoreType type, int may_be_null){
  const char *first = value->text + strspn(value->text, " \t\r\n");
  return type==LORE_JSON || *first==(type==LORE_OBJECT ? '{' : '[') || (may_be_null && strncmp(first, "null", 4)==0);
}

/* json_valid says 0 also when memory runs out once: so it is asked twice. When memory is out for good, so it is for the
** message. */
static int isJson(LoreCall *call){
  return loreFindInt(call, SQL_ENGINE_JSON_VALID) || loreFindInt(call, SQL_ENGINE_JSON_VALID) || call->code;
}

/* What is not plain at first sight is parsed by SQLite itself, which also stores and reads it. */
static void checkJson(LoreCall *call, int i, LoreType type, int required){
  static const char *const kForms[] = { "JSON", "a JSON object", "a JSON array" };
  const char *form = kForms[type - LORE_JSON];
  LoreValue *value = &call->values[i];
  if( value->type==SQLITE_INTEGER || value->type==SQLITE_FLOAT ) numberToText(call, value);
  if( call->code ) return;
  if( value->type!=SQLITE_TEXT || memchr(value->text, 0, value->length) ){
    refuse(call, i, form);
    return;
  }
  if( value->length==0 && !required ) return; /* '' clears, as NULL leaves alone */
  int is_plain = loreScanIsPlain(value->text, value->length);
  /* Each level takes two brackets, so a short text can't be too deep. */
  if( !is_plain && value->length > (size_t)LORE_JSON_DEPTH*2 && loreJsonDepth(value->text, value->length) > LORE_JSON_DEPTH ){
    loreRefuse(call, LORE_BAD_ARGUMENT, "%s must not be nested more than %d deep", call->signature->arguments[i].name,
               LORE_JSON_DEPTH);
    return;
  }
  loreLetArgument(call, "json", i);
  if( !formFits(value, type, !required) || !loreUtf8Valid(value->text, value->length) || (!is_plain && !isJson(call)) ){
    refuse(call, i, form);
  }
}

void loreNumberAsText(LoreCall *call, int argument){
  if( loreIsNumber(call, argument) ) numberToText(call, &call->values[argument]);
}

void loreCheckObject(LoreCall *call, int argument){
  if( !call->code && loreGiven(call, argument) ) checkJson(call, argument, LORE_OBJECT, 1);
}

int loreIsObject(LoreCall *call, const char *text){
  LoreValue value = { .type = SQLITE_TEXT, .text = text, .length = strlen(text) };
  if( call->code || !formFits(&value, LORE_OBJECT, 0) ) return 0;
  if( loreScanIsPlain(text, value.length) ) return 1;
  if( !loreUtf8Valid(text, value.length) || loreJsonDepth(text, value.length) > LORE_JSON_DEPTH ) return 0;
  loreLetText(call, "json", text);
  return isJson(call) && !call->code;
}

/* Names of indexes have no case, members of JSON have: a capital letter is written ^ and small. */
const char *loreIndexName(LoreCall *call, const char *table, const char *path){
  char *name = loreAllocate(call, strlen("lore_index__") + strlen(table) + 2*strlen(path) + 1);
  if( name==NULL ) return NULL;
  char *to = name + sprintf(name, "lore_index_%s_", table);
  for(; *path; path++){
    int is_capital = *path >= 'A' && *path <= 'Z';
    if( is_capital ) *to++ = '^';
    *to++ = (char)(is_capital ? *path - 'A' + 'a' : *path);
  }
  *to = 0;
  return name;
}

/* SQLite says what a path is: its error becomes ours. */
void loreCheckPath(LoreCall *call, int argument){
  if( call->code || !loreGiven(call, argument) ) return;
  loreFindText(call, SQL_ENGINE_PATH_VALID);
  if( call->code!=SQLITE_ERROR ) return;
  sqlite3_free(call->message);
  call->message = NULL;
  call->code = SQLITE_OK;
  refuse(call, argument, "a JSON path, as '$.a.b'");
}

/* Unix seconds out of a CSV import are text. Fewer than 9 digits could be a year or a date, more than 11 a date with
** its time. */
static int readSeconds(const LoreValue *value, LoreTime *time){
  LoreValue number = *value;
  size_t digits = strspn(value->text, "0123456789");
  if( digits < 9 || digits > 11 || !readNumber(&number) ) return 0;
  return loreTimeOfSeconds(number.type==SQLITE_INTEGER ? (double)number.integer : number.real, time);
}

static int readTime(const LoreValue *value, LoreTime *time){
  switch( value->type ){
    case SQLITE_TEXT: return loreTimeParse(value->text, value->length, time) || readSeconds(value, time);
    case SQLITE_INTEGER: return loreTimeOfSeconds((double)value->integer, time);
    case SQLITE_FLOAT: return loreTimeOfSeconds(value->real, time);
    default: return 0;
  }
}

static void checkTime(LoreCall *call, int i){
  LoreTime time = 0;
  int is_moment = call->signature->arguments[i].type==LORE_MOMENT;
  LoreValue *value = &call->values[i], number = *value;
  int good = readTime(value, &time);
  if( !good && is_moment && readNumber(&number) ){
    good = number.type==SQLITE_INTEGER ? loreTimeOfMilliseconds(number.integer, &time) : 0;
  }
  if( good ){
    loreSetTime(call, i, time);
  }else{
    refuse(call, i, is_moment ? "an ISO 8601 time, unix seconds or milliseconds" : "an ISO 8601 time or unix seconds");
  }
}

/* A row that other software has made may hold any word, and SQLite compares it as it is written. */
static void checkCompared(LoreCall *call, int i){
  LoreValue *value = &call->values[i];
  if( value->type==SQLITE_INTEGER || value->type==SQLITE_FLOAT ) numberToText(call, value);
  if( !call->code && (value->type!=SQLITE_TEXT || memchr(value->text, 0, value->length)) ) refuse(call, i, "text");
}

static void checkWord(LoreCall *call, int i){
  const LoreArgument *argument = &call->signature->arguments[i];
  LoreValue *value = &call->values[i];
  char word[64] = "";
  if( call->compared >> i & 1 ){
    checkCompared(call, i);
    return;
  }
  if( value->type==SQLITE_TEXT && value->length > 0 && value->length < sizeof word ){
    loreAsciiLower(word, value->text, value->length);
    if( loreWordIn(word, argument->words) ){
      loreSetText(call, i, word);
      return;
    }
  }
  char *list = loreFormat(call, strchr(argument->words, '|') ? "one of %s" : "%s", argument->words);
  for(char *p = list; p && *p; p++) if( *p=='|' ) *p = ' ';
  refuse(call, i, list);
}

void loreCheckArgument(LoreCall *call, int i){
  const LoreArgument *argument = &call->signature->arguments[i];
  LoreValue *value = &call->values[i];
  if( call->code ) return;
  /* An empty cell of a CSV import. */
  int is_json = argument->type==LORE_JSON || argument->type==LORE_OBJECT || argument->type==LORE_ARRAY;
  int has_text = argument->type==LORE_TEXT || argument->type==LORE_ANY || is_json;
  if( value->type==SQLITE_TEXT && value->length==0 && !has_text && !argument->required ) value->type = SQLITE_NULL;
  if( value->type==SQLITE_NULL ){
    if( argument->required ) loreCallMissing(call, i);
    if( argument->standard==NULL ) return;
    *value = (LoreValue){ .type = SQLITE_TEXT, .text = argument->standard, .length = strlen(argument->standard) };
  }
  switch( argument->type ){
    case LORE_TEXT: checkText(call, i); break;
    case LORE_INT: checkInt(call, i); break;
    case LORE_REAL: checkReal(call, i); break;
    case LORE_JSON: case LORE_OBJECT: case LORE_ARRAY: checkJson(call, i, argument->type, argument->required); break;
    case LORE_TIME: case LORE_MOMENT: checkTime(call, i); break;
    case LORE_WORD: checkWord(call, i); break;
    case LORE_NUMBER: checkNumber(call, i); break;
    case LORE_BLOB:
      if( value->type!=SQLITE_BLOB ) refuse(call, i, "a blob");
      break;
    case LORE_ANY: break;
  }
}

/* Swaps the call's first argument and signature for the length of one check. */
const char *loreCheckTyped(LoreCall *call, const char *type, const char *name, int argument){
  const char *text = loreFormat(call, "%s:%s!", name, type);
  int broken = 0;
  LoreSignature *signature = text ? loreSignatureParse(text, 0, &broken) : NULL;
  if( broken ) loreRefuse(call, LORE_NOT_READY, "%s has a type of another form than engine.h says: %s", name, type);
  if( signature==NULL ){
    loreNoMemory(call);
    return NULL;
  }
  const LoreSignature *own = call->signature;
  LoreValue first = call->values[0];
  call->values[0] = call->values[argument];
  call->signature = signature;
  loreCheckArgument(call, 0);
  LoreValue checked = call->values[0];
  if( !call->code && checked.type!=SQLITE_TEXT ) numberToText(call, &checked);
  call->signature = own;
  call->values[0] = first;
  for(int id = 0; call->connection->statements && id < SQL_COUNT; id++){
    LoreStatement *statement = &call->connection->statements[id];
    if( statement->mapped==signature ) statement->mapped = NULL; /* the next signature may lie at this address */
  }
  sqlite3_free(signature);
  return call->code ? NULL : checked.text;
}

const char *loreTypeProblem(LoreCall *call, const char *type, const char *name, const char *value){
  LoreValue first = call->values[0];
  if( call->code ) return NULL;
  call->values[0] = (LoreValue){ .type = SQLITE_TEXT, .text = value, .length = strlen(value) };
  loreCheckTyped(call, type, name, 0);
  call->values[0] = first;
  if( call->code!=LORE_BAD_ARGUMENT ) return NULL;
  char *message = call->message;
  call->code = SQLITE_OK;
  call->message = NULL;
  const char *text = loreFormat(call, "%s", message + strlen(loreCallName(call)) + 2); /* without "call: " */
  sqlite3_free(message);
  return text;
}
