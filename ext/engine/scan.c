#include "engine/scan.h"

#include <stdint.h>
#include <string.h>

static const char *skipBlank(const char *p, const char *end){
  while( p < end && (*p==' ' || *p=='\t' || *p=='\n' || *p=='\r') ) p++;
  return p;
}

/* Behind the string that begins at p. */
static const char *skipString(const char *p, const char *end, int *has_escapes){
  const char *quote = p + 1 < end ? memchr(p + 1, '"', (size_t)(end - p - 1)) : NULL;
  if( quote==NULL ) return end;
  if( memchr(p, '\\', (size_t)(quote - p))==NULL ) return quote + 1;
  *has_escapes = 1;
  for(p++; p < end && *p!='"'; p++) if( *p=='\\' && p + 1 < end ) p++;
  return p < end ? p + 1 : end;
}

/* Behind the array or object that begins at p. */
static const char *skipNested(const char *p, const char *end){
  int depth = 0, ignored;
  while( p < end ){
    char c = *p;
    if( c=='"' ){
      p = skipString(p, end, &ignored);
      continue;
    }
    p++;
    if( c=='{' || c=='[' ) depth++;
    else if( (c=='}' || c==']') && --depth==0 ) break;
  }
  return p;
}

static const char *skipWord(const char *p, const char *end){
  while( p < end && strchr(" \t\n\r,]}:", *p)==NULL ) p++;
  return p;
}

static LoreScanKind kindOf(char c){
  switch( c ){
    case '{': return LORE_SCAN_OBJECT;
    case '[': return LORE_SCAN_ARRAY;
    case '"': return LORE_SCAN_STRING;
    case 'n': return LORE_SCAN_NULL;
    case 't': return LORE_SCAN_TRUE;
    case 'f': return LORE_SCAN_FALSE;
    default: return LORE_SCAN_NUMBER;
  }
}

/* Behind the value that begins at p; 0 where none does. */
static int readValue(const char *p, const char *end, LoreScanValue *value){
  if( p >= end || *p=='\0' ) return 0;
  *value = (LoreScanValue){ .kind = kindOf(*p), .text = p };
  switch( value->kind ){
    case LORE_SCAN_STRING: p = skipString(p, end, &value->has_escapes); break;
    case LORE_SCAN_ARRAY: case LORE_SCAN_OBJECT: p = skipNested(p, end); break;
    default: p = skipWord(p, end); break;
  }
  value->length = (size_t)(p - value->text);
  return value->length > 0;
}

/* An array or object ends where the text does: it need not be walked. */
int loreScanText(const char *text, size_t length, LoreScanValue *value){
  const char *end = text + length, *p = skipBlank(text, end);
  while( end > p && (end[-1]==' ' || end[-1]=='\t' || end[-1]=='\n' || end[-1]=='\r') ) end--;
  if( p==end || (*p!='[' && *p!='{') ) return readValue(p, end, value);
  *value = (LoreScanValue){ .kind = kindOf(*p), .text = p, .length = (size_t)(end - p) };
  return 1;
}

LoreScan loreScanInto(const LoreScanValue *value){
  int is_nested = (value->kind==LORE_SCAN_ARRAY || value->kind==LORE_SCAN_OBJECT) && value->length >= 2;
  const char *begin = is_nested ? value->text + 1 : "";
  return (LoreScan){ begin, is_nested ? value->text + value->length - 1 : begin, value->kind==LORE_SCAN_OBJECT };
}

int loreScanNext(LoreScan *scan, LoreScanValue *name, LoreScanValue *value){
  LoreScanValue unused;
  const char *p = skipBlank(scan->next, scan->end);
  if( name ) *name = (LoreScanValue){ .kind = LORE_SCAN_NULL, .text = "" };
  if( p < scan->end && *p==',' ) p = skipBlank(p + 1, scan->end);
  if( scan->is_object ){
    if( name==NULL ) name = &unused;
    if( !readValue(p, scan->end, name) || name->kind!=LORE_SCAN_STRING ) return 0;
    p = skipBlank(name->text + name->length, scan->end);
    if( p < scan->end && *p==':' ) p = skipBlank(p + 1, scan->end);
  }
  if( !readValue(p, scan->end, value) ) return 0;
  scan->next = value->text + value->length;
  return 1;
}

/* ---- Strings ---- */

static int hexDigit(char c){
  if( c >= '0' && c <= '9' ) return c - '0';
  if( c >= 'a' && c <= 'f' ) return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The four digits at p; -1 when they are not there. */
static long hexOf(const char *p, const char *end){
  long value = 0;
  if( end - p < 4 ) return -1;
  for(int i = 0; i < 4; i++){
    int digit = hexDigit(p[i]);
    if( digit < 0 ) return -1;
    value = value*16 + digit;
  }
  return value;
}

static char *putUtf8(char *to, unsigned long c){
  if( c < 0x80 ){
    *to++ = (char)c;
  }else if( c < 0x800 ){
    *to++ = (char)(0xc0 | c >> 6);
    *to++ = (char)(0x80 | (c & 0x3f));
  }else if( c < 0x10000 ){
    *to++ = (char)(0xe0 | c >> 12);
    *to++ = (char)(0x80 | (c >> 6 & 0x3f));
    *to++ = (char)(0x80 | (c & 0x3f));
  }else{
    *to++ = (char)(0xf0 | c >> 18);
    *to++ = (char)(0x80 | (c >> 12 & 0x3f));
    *to++ = (char)(0x80 | (c >> 6 & 0x3f));
    *to++ = (char)(0x80 | (c & 0x3f));
  }
  return to;
}

/* The code point of the \u at p - 1, and of the second half behind it; *p is moved behind both. -1: none that text may hold. */
static long codePoint(const char **p, const char *end){
  long c = hexOf(*p + 1, end);
  if( c <= 0 || (c >= 0xdc00 && c < 0xe000) ) return -1;
  *p += 5;
  if( c < 0xd800 || c >= 0xe000 ) return c;
  long low = end - *p >= 6 && (*p)[0]=='\\' && (*p)[1]=='u' ? hexOf(*p + 2, end) : -1;
  if( low < 0xdc00 || low >= 0xe000 ) return -1;
  *p += 6;
  return 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
}

static char plainEscape(char c){
  switch( c ){
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    default: return c;
  }
}

/* The character that stands at *p, or a byte of it; *p is moved behind it. How many bytes; -1: none that text may hold. */
static int decodeOne(const char **p, const char *end, char *to){
  if( **p!='\\' ){
    *to = *(*p)++;
    return 1;
  }
  if( ++*p >= end ) return -1;
  if( **p!='u' ){
    *to = plainEscape(*(*p)++);
    return 1;
  }
  long c = codePoint(p, end);
  return c < 0 ? -1 : (int)(putUtf8(to, (unsigned long)c) - to);
}

long loreScanDecode(const LoreScanValue *string, char *to){
  const char *p = string->text + 1, *end = string->text + string->length - 1;
  char *begin = to;
  while( p < end ){
    int bytes = decodeOne(&p, end, to);
    if( bytes < 0 ) return -1;
    to += bytes;
  }
  *to = 0;
  return (long)(to - begin);
}

int loreScanIs(const LoreScanValue *string, const char *text){
  const char *text_end = text + strlen(text), *p = string->text + 1, *end = string->text + string->length - 1;
  if( !string->has_escapes ) return end - p==text_end - text && memcmp(p, text, (size_t)(text_end - text))==0;
  while( p < end ){
    char one[4];
    int bytes = decodeOne(&p, end, one);
    if( bytes < 0 || bytes > text_end - text || memcmp(text, one, (size_t)bytes)!=0 ) return 0;
    text += bytes;
  }
  return text==text_end;
}

int loreScanMember(const LoreScanValue *object, const char *name, LoreScanValue *value){
  int found = 0;
  LoreScan scan = loreScanInto(object);
  LoreScanValue one, other;
  while( scan.is_object && loreScanNext(&scan, &one, &other) ){
    if( !loreScanIs(&one, name) ) continue;
    *value = other;
    found = 1;
  }
  return found;
}

/* ---- Is it plain JSON? Each check gives what stands behind the thing at p, NULL where it is not well formed ---- */

static const char *checkEscape(const char *p, const char *end){
  if( ++p >= end ) return NULL;
  if( *p=='u' ) return hexOf(p + 1, end) >= 0 ? p + 5 : NULL;
  return *p && strchr("\"\\/bfnrt", *p) ? p + 1 : NULL;
}

static const char *checkString(const char *p, const char *end){
  p++;
  while( p && p < end && *p!='"' ){
    if( (unsigned char)*p < 0x20 ) return NULL;
    p = *p=='\\' ? checkEscape(p, end) : p + 1;
  }
  return p && p < end ? p + 1 : NULL;
}

static const char *checkDigits(const char *p, const char *end){
  const char *begin = p;
  while( p < end && *p >= '0' && *p <= '9' ) p++;
  return p > begin ? p : NULL;
}

static const char *checkNumber(const char *p, const char *end){
  if( *p=='-' ) p++;
  const char *begin = p;
  p = checkDigits(p, end);
  if( p && *begin=='0' && p > begin + 1 ) return NULL;
  if( p && p < end && *p=='.' ) p = checkDigits(p + 1, end);
  if( p==NULL || p >= end || (*p!='e' && *p!='E') ) return p;
  p++;
  if( p < end && (*p=='+' || *p=='-') ) p++;
  return checkDigits(p, end);
}

static const char *checkScalar(const char *p, const char *end){
  static const char *const kWords[] = { "true", "false", "null" };
  if( p < end && *p=='"' ) return checkString(p, end);
  for(int i = 0; i < 3; i++){
    size_t length = strlen(kWords[i]);
    if( (size_t)(end - p) >= length && memcmp(p, kWords[i], length)==0 ) return p + length;
  }
  return p < end ? checkNumber(p, end) : NULL;
}

/* A member's name and its colon, and the blanks behind. */
static const char *checkName(const char *p, const char *end){
  p = p < end && *p=='"' ? checkString(p, end) : NULL;
  if( p ) p = skipBlank(p, end);
  return p && p < end && *p==':' ? skipBlank(p + 1, end) : NULL;
}

/* What is open around a place: one bit each, 1 an object, the innermost lowest. */
typedef struct Nest {
  uint64_t kinds;
  int depth;
} Nest;

enum { NEST_MOST = 64 };

/* Behind a value: closes what ends there. Where the next value or name begins, or the end of the text. */
static const char *checkEnds(const char *p, const char *end, Nest *nest){
  for(p = skipBlank(p, end); nest->depth > 0 && p < end && *p==(nest->kinds & 1 ? '}' : ']'); p = skipBlank(p + 1, end)){
    nest->kinds >>= 1;
    nest->depth--;
  }
  if( nest->depth==0 ) return p;
  return p < end && *p==',' ? skipBlank(p + 1, end) : NULL;
}

/* The value at p; into an array or object it goes only as far as its first value or name. */
static const char *checkValue(const char *p, const char *end, Nest *nest){
  if( p >= end || (*p!='[' && *p!='{') ){
    p = checkScalar(p, end);
    return p ? checkEnds(p, end, nest) : NULL;
  }
  if( nest->depth==NEST_MOST ) return NULL;
  nest->depth++;
  nest->kinds = nest->kinds << 1 | (*p=='{');
  p = skipBlank(p + 1, end);
  return p < end && *p==(nest->kinds & 1 ? '}' : ']') ? checkEnds(p, end, nest) : p;
}

int loreScanIsPlain(const char *text, size_t length){
  const char *end = text + length, *p = skipBlank(text, end);
  Nest nest = { 0, 0 };
  do{
    if( nest.depth > 0 && (nest.kinds & 1) ) p = checkName(p, end);
    if( p ) p = checkValue(p, end, &nest);
  }while( p && nest.depth > 0 );
  return p==end;
}
