/*
** The arguments of a row: `name[:type][=default][!]`, parsed once a connection, on first use.
** engine.h describes the form. All texts of a signature live in one block behind it.
*/
#include <math.h>
#include <string.h>

#include "engine/internal.h"
#include "engine/text.h"

static const char *const kTypeNames[] = { "text", "int", "real", "json", "object", "array", "time", "word", "any", "number",
                                         "blob", "moment" };

static char *copyText(char **pool, const char *text, size_t length){
  char *copy = *pool;
  memcpy(copy, text, length);
  copy[length] = 0;
  *pool += length + 1;
  return copy;
}

static double readBound(const char *from, const char *to, double open){
  int type;
  long long integer;
  double real;
  if( to <= from || !loreNumberParse(from, (size_t)(to - from), &type, &integer, &real) ) return open;
  return type==SQLITE_INTEGER ? (double)integer : real;
}

/* "[lo..hi]", either side may be empty. 0 when it is not that. */
static int parseRange(const char *text, size_t length, LoreArgument *argument){
  const char *dots = text;
  while( dots < text + length && strncmp(dots, "..", 2)!=0 ) dots++;
  if( dots==text + length ) return 0;
  argument->least = readBound(text + 1, dots, -INFINITY);
  argument->most = readBound(dots + 2, text + length - 1, INFINITY);
  return 1;
}

static int parseType(const char *text, size_t length, LoreArgument *argument, char **pool){
  size_t end = 0;
  while( end < length && text[end]!='[' && text[end]!='(' ) end++;
  for(int type = 0; type < (int)(sizeof kTypeNames / sizeof kTypeNames[0]); type++){
    if( strlen(kTypeNames[type])!=end || strncmp(kTypeNames[type], text, end)!=0 ) continue;
    argument->type = (LoreType)type;
    argument->least = -INFINITY;
    argument->most = type==LORE_TEXT ? 4096 : INFINITY;
    if( end < length && text[end]=='[' && !parseRange(text + end, length - end, argument) ) return 0;
    if( end < length && text[end]=='(' ) argument->words = copyText(pool, text + end + 1, length - end - 2);
    return 1;
  }
  return 0;
}

/* One blank-free piece, e.g. "max_rows:int[1..]=50". */
static int parseArgument(const char *piece, size_t length, LoreArgument *argument, char **pool){
  if( length > 0 && piece[length - 1]=='!' ){
    argument->required = 1;
    length--;
  }
  if( length > 0 && piece[length - 1]=='?' ){
    argument->written = 1;
    length--;
  }
  const char *equals = memchr(piece, '=', length);
  if( equals ){
    argument->standard = copyText(pool, equals + 1, (size_t)(piece + length - equals - 1));
    length = (size_t)(equals - piece);
  }
  const char *colon = memchr(piece, ':', length);
  size_t name_length = colon ? (size_t)(colon - piece) : length;
  argument->name = copyText(pool, piece, name_length);
  int known = colon ? parseType(colon + 1, length - name_length - 1, argument, pool)
                    : parseType("text", 4, argument, pool);
  if( argument->type==LORE_TEXT && argument->required && argument->least < 1 && argument->least!=0 ) argument->least = 1;
  return known;
}

LoreSignature *loreSignatureParse(const char *arguments, int add_at, int *broken){
  size_t length = strlen(arguments);
  LoreSignature *signature = sqlite3_malloc64(sizeof *signature + 3*length + 64);
  if( signature==NULL ) return NULL;
  memset(signature, 0, sizeof *signature);
  char *pool = (char*)(signature + 1);
  int good = 1;
  for(const char *p = arguments; *p && good; ){
    size_t piece = strcspn(p, " ");
    if( piece > 0 ){
      good = signature->count < LORE_MAX_ARGUMENTS - 1
          && parseArgument(p, piece, &signature->arguments[signature->count], &pool);
      signature->count++;
    }
    p += piece + (p[piece]==' ');
  }
  signature->at = good ? loreSignatureFind(signature, "at") : -1;
  if( add_at && good && signature->at < 0 ){
    signature->at = signature->count++;
    good = parseArgument("at:time", 7, &signature->arguments[signature->at], &pool);
  }
  if( good ) return signature;
  *broken = 1;
  sqlite3_free(signature);
  return NULL;
}

int loreSignatureFind(const LoreSignature *signature, const char *name){
  for(int i = 0; i < signature->count; i++){
    if( strcmp(signature->arguments[i].name, name)==0 ) return i;
  }
  return -1;
}
