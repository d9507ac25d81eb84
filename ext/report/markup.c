/*
** Writing SVG and HTML: see markup.h.
*/
#include "report/markup.h"

#include <math.h>
#include <string.h>

#define REPLACEMENT 0xFFFDu

enum { LABEL_SIZE = 12 };

void markupRaw(LoreBuffer *out, const char *markup){
  loreBufferAppend(out, markup, strlen(markup));
}

static void *noMemory(void *old, size_t bytes){
  (void)old, (void)bytes;
  return NULL;
}

LoreBuffer markupFixed(char *room, size_t size){
  return (LoreBuffer){ .data = room, .capacity = size, .reallocate = noMemory };
}

/* ---- Numbers ---- */

static void appendDigits(LoreBuffer *out, unsigned long long value, int grouped){
  char digits[32];
  size_t at = sizeof digits;
  int count = 0;
  do{
    if( grouped && count > 0 && count % 3==0 ) digits[--at] = ',';
    digits[--at] = (char)('0' + value % 10);
    value /= 10;
    count++;
  }while( value > 0 );
  loreBufferAppend(out, digits + at, sizeof digits - at);
}

void markupInteger(LoreBuffer *out, long long value){
  if( value < 0 ) loreBufferChar(out, '-');
  appendDigits(out, value < 0 ? 0 - (unsigned long long)value : (unsigned long long)value, 0);
}

void markupCount(LoreBuffer *out, unsigned long long count){
  appendDigits(out, count, 1);
}

static void appendCoordinate(LoreBuffer *out, double value){
  enum { FARTHEST = 1000000 };
  double within = fmax(-FARTHEST, fmin(FARTHEST, value));
  long long tenths = llround(within*10);
  if( tenths < 0 ) loreBufferChar(out, '-');
  unsigned long long size = (unsigned long long)(tenths < 0 ? -tenths : tenths);
  appendDigits(out, size/10, 0);
  if( size % 10 ){
    loreBufferChar(out, '.');
    loreBufferChar(out, (char)('0' + size % 10));
  }
}

void markupShape(LoreBuffer *out, const char *pattern, const double *numbers){
  for(;;){
    size_t plain = strcspn(pattern, "@");
    loreBufferAppend(out, pattern, plain);
    if( pattern[plain]=='\0' ) return;
    appendCoordinate(out, *numbers++);
    pattern += plain + 1;
  }
}

/* ---- Characters ---- */

/* Bytes that follow a first byte; -1: it can't be one. */
static int followers(unsigned char first){
  if( first < 0x80 ) return 0;
  if( first >= 0xC2 && first <= 0xDF ) return 1;
  if( first >= 0xE0 && first <= 0xEF ) return 2;
  return first >= 0xF0 && first <= 0xF4 ? 3 : -1;
}

static int isOverlong(unsigned code, int more){
  static const unsigned kLeast[] = { 0, 0x80, 0x800, 0x10000 };
  return code < kLeast[more];
}

/* The code point at `at`, and moves on; U+FFFD for a byte that begins none. */
static unsigned decode(ReportText text, size_t *at){
  unsigned char first = (unsigned char)text.bytes[(*at)++];
  int more = followers(first);
  if( more < 0 || text.length - *at < (size_t)more ) return REPLACEMENT;
  unsigned code = more==0 ? first : first & (0x3Fu >> more);
  for(int i = 0; i < more; i++){
    unsigned char next = (unsigned char)text.bytes[*at + (size_t)i];
    if( (next & 0xC0)!=0x80 ) return REPLACEMENT;
    code = code << 6 | (next & 0x3Fu);
  }
  if( isOverlong(code, more) || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF) ) return REPLACEMENT;
  *at += (size_t)more;
  return code;
}

/* Marks, embeddings, overrides and isolates of direction: they would reach beyond their text. */
static int turnsDirection(unsigned code){
  return code==0x061C || code==0x200E || code==0x200F || (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
}

/* 1 and the next character that is to be seen; 0 at the end. */
static int nextCharacter(ReportText text, size_t *at, unsigned *code){
  while( *at < text.length ){
    *code = decode(text, at);
    if( turnsDirection(*code) ) continue;
    if( *code < 0x20 || *code==0x2028 || *code==0x2029 ) *code = ' ';
    if( (*code >= 0x7F && *code < 0xA0) || (*code & 0xFFFE)==0xFFFE || (*code >= 0xFDD0 && *code <= 0xFDEF) ) *code = REPLACEMENT;
    return 1;
  }
  return 0;
}

static void appendUtf8(LoreBuffer *out, unsigned code){
  char bytes[4];
  int more = code < 0x80 ? 0 : code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
  static const unsigned kLead[] = { 0, 0xC0, 0xE0, 0xF0 };
  for(int i = more; i > 0; i--){
    bytes[i] = (char)(0x80 | (code & 0x3F));
    code >>= 6;
  }
  bytes[0] = (char)(kLead[more] | code);
  loreBufferAppend(out, bytes, (size_t)more + 1);
}

static void appendEscaped(LoreBuffer *out, unsigned code){
  switch( code ){
    case '&': markupRaw(out, "&amp;"); break;
    case '<': markupRaw(out, "&lt;"); break;
    case '>': markupRaw(out, "&gt;"); break;
    case '"': markupRaw(out, "&quot;"); break;
    case '\'': markupRaw(out, "&#39;"); break;
    default: appendUtf8(out, code);
  }
}

/* ---- Widths ---- */

static int isBetween(unsigned code, unsigned from, unsigned to){
  return code >= from && code <= to;
}

static int isCombining(unsigned code){
  return isBetween(code, 0x0300, 0x036F) || isBetween(code, 0x1AB0, 0x1AFF) || isBetween(code, 0x1DC0, 0x1DFF)
      || isBetween(code, 0x20D0, 0x20FF) || isBetween(code, 0xFE00, 0xFE0F) || isBetween(code, 0xFE20, 0xFE2F)
      || isBetween(code, 0x200B, 0x200D);
}

/* In hundredths of the size of the font: what common sans-serif fonts need at most. */
static int hundredthsOf(unsigned code){
  if( isCombining(code) ) return 0;
  if( code >= 0x80 ) return isBetween(code, 0x1100, 0x11FF) || code >= 0x2E80 ? 105 : 68;
  if( strchr("iljtfI.,:;'|!()[]/ ", (int)code) ) return 36;
  if( strchr("mwMW@%", (int)code) ) return 95;
  return isBetween(code, 'A', 'Z') ? 70 : 61;
}

double markupWidth(ReportText text){
  long long hundredths = 0;
  unsigned code;
  for(size_t at = 0; nextCharacter(text, &at, &code);) hundredths += hundredthsOf(code);
  return (double)hundredths*LABEL_SIZE/100;
}

/* ---- Text ---- */

enum { MOST_MARKS = 4 }; /* over one character: a heap of them would reach far beyond its line */

typedef void Append(LoreBuffer *out, unsigned code);

/* Writes characters while they fit into both measures; what is cut leaves room for the ellipsis. */
static void appendWithin(LoreBuffer *out, ReportText text, size_t most, long long hundredths, Append *append){
  const int dots = hundredthsOf(0x2026);
  size_t kept = out->length; /* where the text ends if it has to be cut */
  size_t count = 0;
  long long width = 0;
  int marks = 0;
  unsigned code;
  for(size_t at = 0; nextCharacter(text, &at, &code);){
    marks = isCombining(code) ? marks + 1 : 0;
    if( marks > MOST_MARKS ) continue;
    count++;
    width += hundredthsOf(code);
    if( count > most || width > hundredths ){
      if( !out->failed ) loreBufferCut(out, kept);
      appendUtf8(out, 0x2026);
      return;
    }
    append(out, code);
    if( count < most && width + dots <= hundredths ) kept = out->length;
  }
}

void markupText(LoreBuffer *out, ReportText text, size_t most){
  appendWithin(out, text, most, (long long)1 << 40, appendEscaped);
}

void markupPlain(LoreBuffer *out, ReportText text, size_t most){
  appendWithin(out, text, most, (long long)1 << 40, appendUtf8);
}

void markupFitted(LoreBuffer *out, ReportText text, double width){
  enum { MOST = 400 }; /* what has no width has an end too */
  appendWithin(out, text, MOST, (long long)ceil(width*100/LABEL_SIZE), appendEscaped);
}
