#include "admin/lines.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "engine/text.h"

static const char kInfinity[] = "Infinity";

/* ---- Writing ---- */

static void append(LoreBuffer *line, const char *text){
  loreBufferAppend(line, text, strlen(text));
}

void linesInt(LoreBuffer *line, long long value){
  char digits[24];
  snprintf(digits, sizeof digits, "%lld", value);
  append(line, digits);
}

/* printf writes the decimal point of the host's locale. */
static void setPoint(char *digits){
  const char *local = localeconv()->decimal_point;
  char *point = strcmp(local, ".")==0 ? NULL : strstr(digits, local);
  if( point==NULL ) return;
  *point = '.';
  memmove(point + 1, point + strlen(local), strlen(point + strlen(local)) + 1);
}

/* The shortest of 15 to 17 digits that is the same number again; 17 always are. */
static void realDigits(double value, char *digits, size_t size){
  int type;
  long long integer;
  double back;
  for(int precision = 15; precision <= 17; precision++){
    snprintf(digits, size, "%.*g", precision, value);
    setPoint(digits);
    if( strpbrk(digits, ".e")==NULL ) strncat(digits, ".0", size - strlen(digits) - 1);
    if( loreNumberParse(digits, strlen(digits), &type, &integer, &back) && back==value ) return;
  }
}

void linesReal(LoreBuffer *line, double value){
  char digits[64];
  if( isinf(value) ){
    append(line, value < 0 ? "{\"real\":\"-Infinity\"}" : "{\"real\":\"Infinity\"}");
    return;
  }
  realDigits(value, digits, sizeof digits);
  append(line, digits);
}

static void appendHex(LoreBuffer *line, const char *kind, const void *bytes, size_t length){
  static const char kDigits[] = "0123456789abcdef";
  const unsigned char *p = bytes;
  append(line, "{\"");
  append(line, kind);
  append(line, "\":\"");
  for(size_t i = 0; i < length; ){
    char part[512];
    size_t used = 0;
    for(; i < length && used < sizeof part; i++){
      part[used++] = kDigits[p[i] >> 4];
      part[used++] = kDigits[p[i] & 15];
    }
    loreBufferAppend(line, part, used);
  }
  append(line, "\"}");
}

void linesText(LoreBuffer *line, const char *text, size_t length){
  if( memchr(text, 0, length)==NULL && loreUtf8Valid(text, length) ) loreBufferQuoted(line, text, length);
  else appendHex(line, "text", text, length);
}

void linesBlob(LoreBuffer *line, const void *bytes, size_t length){
  appendHex(line, "blob", bytes, length);
}

/* ---- Reading ---- */

static int readNumber(const LoreScanValue *value, LineValue *read){
  int type;
  if( !loreNumberParse(value->text, value->length, &type, &read->integer, &read->real) ) return 0;
  read->kind = type==1 ? LINE_INT : LINE_REAL;
  int is_whole = 1;
  for(size_t i = 0; i < value->length; i++) is_whole &= value->text[i]!='.' && value->text[i]!='e' && value->text[i]!='E';
  return isfinite(read->kind==LINE_REAL ? read->real : 0) && is_whole==(read->kind==LINE_INT);
}

static int readString(const LoreScanValue *value, char *room, LineValue *read){
  long length = loreScanDecode(value, room);
  if( length < 0 ) return 0;
  *read = (LineValue){ .kind = LINE_TEXT, .bytes = room, .length = (size_t)length };
  return 1;
}

static int hexDigit(char c){
  return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static int readHex(const LoreScanValue *value, LineKind kind, char *room, LineValue *read){
  size_t digits = value->length - 2;
  const char *p = value->text + 1;
  if( digits % 2 ) return 0;
  for(size_t i = 0; i < digits/2; i++){
    int high = hexDigit(p[2*i]), low = hexDigit(p[2*i + 1]);
    if( high < 0 || low < 0 ) return 0;
    room[i] = (char)(high*16 + low);
  }
  room[digits/2] = 0;
  *read = (LineValue){ .kind = kind, .bytes = room, .length = digits/2 };
  return 1;
}

static int readInfinity(const LoreScanValue *value, LineValue *read){
  int is_negative = loreScanIs(value, "-Infinity");
  if( !is_negative && !loreScanIs(value, kInfinity) ) return 0;
  *read = (LineValue){ .kind = LINE_REAL, .real = is_negative ? -INFINITY : INFINITY };
  return 1;
}

/* An object of one member, whose name is the type. */
static int readEnvelope(const LoreScanValue *value, char *room, LineValue *read){
  LoreScanValue name, inner, more;
  LoreScan scan = loreScanInto(value);
  if( !loreScanNext(&scan, &name, &inner) || inner.kind!=LORE_SCAN_STRING ) return 0;
  if( loreScanNext(&scan, &more, &more) ) return 0;
  if( loreScanIs(&name, "blob") ) return readHex(&inner, LINE_BLOB, room, read);
  if( loreScanIs(&name, "text") ) return readHex(&inner, LINE_TEXT, room, read);
  return loreScanIs(&name, "real") && readInfinity(&inner, read);
}

int linesRead(const LoreScanValue *value, char *room, LineValue *read){
  *read = (LineValue){ .kind = LINE_NULL };
  switch( value->kind ){
    case LORE_SCAN_NULL: return 1;
    case LORE_SCAN_NUMBER: return readNumber(value, read);
    case LORE_SCAN_STRING: return readString(value, room, read);
    case LORE_SCAN_OBJECT: return readEnvelope(value, room, read);
    default: return 0;
  }
}

int linesNext(const char **text, const char *end, const char **line, size_t *length){
  if( *text >= end ) return 0;
  const char *stop = memchr(*text, '\n', (size_t)(end - *text));
  *line = *text;
  *length = (size_t)((stop ? stop : end) - *text);
  if( *length > 0 && (*line)[*length - 1]=='\r' ) --*length;
  *text = stop ? stop + 1 : end;
  return 1;
}
