/*
** Text helpers of the keys core: validity, white space, lower case. Nothing here looks at the locale.
*/
#include <string.h>

#include <utf8proc.h>

#include "keys/parts.h"

const char kKeyOutOfMemory[] = "out of memory";

/* The property White_Space. */
static int isWhite(int32_t c){
  if( c<0x80 ) return c==' ' || (c>=9 && c<=13);
  return c==0x85 || c==0xA0 || c==0x1680 || (c>=0x2000 && c<=0x200A) || c==0x2028 || c==0x2029 || c==0x202F ||
         c==0x205F || c==0x3000;
}

int32_t keyNextChar(KeyText text, size_t *at){
  unsigned char first = (unsigned char)text.text[*at];
  if( first<0x80 ){
    *at += 1;
    return first;
  }
  utf8proc_int32_t c = -1;
  utf8proc_ssize_t taken =
      utf8proc_iterate((const utf8proc_uint8_t *)text.text + *at, (utf8proc_ssize_t)(text.length - *at), &c);
  *at += taken>0 ? (size_t)taken : 1;
  return taken>0 ? c : -1;
}

static int isValidUtf8(KeyText text){
  for(size_t at = 0; at<text.length; ){
    if( keyNextChar(text, &at)<0 ) return 0;
  }
  return 1;
}

/* Eight bytes at a time, for nearly all text is plain ASCII. */
int keyIsAscii(KeyText text){
  uint64_t word, high = 0;
  while( text.length>=sizeof(word) ){
    memcpy(&word, text.text, sizeof(word));
    high |= word;
    text = keyFrom(text, sizeof(word));
  }
  for(size_t i = 0; i<text.length; i++) high |= (unsigned char)text.text[i];
  return (high & UINT64_C(0x8080808080808080))==0;
}

static int isValid(KeyText text){
  return memchr(text.text, 0, text.length)==NULL && (keyIsAscii(text) || isValidUtf8(text));
}

/* Where the last character starts. */
static size_t lastChar(KeyText text){
  size_t at = text.length - 1;
  while( at>0 && ((unsigned char)text.text[at] & 0xC0)==0x80 ) at--;
  return at;
}

/* Visible ASCII, with which nearly every text starts and ends. */
static int isPlain(char c){
  return c>' ' && (unsigned char)c<0x7F;
}

KeyText keyTrim(KeyText text){
  while( text.length>0 && !isPlain(text.text[0]) ){
    size_t next = 0;
    if( !isWhite(keyNextChar(text, &next)) ) break;
    text = keyFrom(text, next);
  }
  while( text.length>0 && !isPlain(text.text[text.length - 1]) ){
    size_t last = lastChar(text), at = last;
    if( !isWhite(keyNextChar(text, &at)) ) break;
    text.length = last;
  }
  return text;
}

const char *keyCheckText(KeyText *text){
  if( text->text==NULL || text->length==0 ) return "empty";
  if( !isValid(*text) ) return "not valid text";
  *text = keyTrim(*text);
  return text->length==0 ? "empty" : NULL;
}

int keyEquals(KeyText text, const char *word){
  size_t length = strlen(word);
  return text.length==length && memcmp(text.text, word, length)==0;
}

int keyEqualsFolded(KeyText text, const char *word){
  for(size_t i = 0; i<text.length; i++){
    /* A shorter word ends in a NUL, which no checked text has; any other text must not pass its end. */
    if( word[i]=='\0' || keyLowerAscii((unsigned char)text.text[i])!=word[i] ) return 0;
  }
  return word[text.length]=='\0';
}

int keyIsDigits(KeyText text){
  for(size_t i = 0; i<text.length; i++){
    if( text.text[i]<'0' || text.text[i]>'9' ) return 0;
  }
  return text.length>0;
}

KeyText keyUpTo(KeyText text, const char *ends){
  uint64_t is_end[2] = {0, 0}; /* a bit for each ASCII character */
  for(; *ends; ends++) is_end[*ends >> 6] |= UINT64_C(1) << (*ends & 63);
  for(size_t i = 0; i<text.length; i++){
    unsigned char c = (unsigned char)text.text[i];
    if( c<0x80 && (is_end[c >> 6] >> (c & 63) & 1) ) return (KeyText){text.text, i};
  }
  return text;
}

void keyAppendChar(LoreBuffer *out, int32_t c){
  utf8proc_uint8_t bytes[4];
  utf8proc_ssize_t length = utf8proc_encode_char(c, bytes);
  if( length>0 ) loreBufferAppend(out, (const char *)bytes, (size_t)length);
}

/* ---- Lower case, with the two rules of Unicode's SpecialCasing that hold in every language ---- */

enum { CAPITAL_I_WITH_DOT = 0x130, DOT_ABOVE = 0x307, CAPITAL_SIGMA = 0x3A3, FINAL_SIGMA = 0x3C2 };

/* Characters that the search for a neighbouring letter looks through. utf8proc does not have the property:
** these are its general categories, and the punctuation that may stand inside a word. */
static int isCaseIgnorable(int32_t c){
  static const int32_t kInsideWords[] = {'\'', '.', ':', 0xB7, 0x387, 0x55F, 0x5F4, 0x2018,
                                         0x2019, 0x2024, 0x2027, 0xFE13, 0xFE52, 0xFE55, 0xFF07, 0xFF0E, 0xFF1A};
  for(size_t i = 0; i<sizeof(kInsideWords)/sizeof(kInsideWords[0]); i++){
    if( kInsideWords[i]==c ) return 1;
  }
  switch( utf8proc_category(c) ){
    case UTF8PROC_CATEGORY_MN: case UTF8PROC_CATEGORY_ME: case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_LM: case UTF8PROC_CATEGORY_SK: return 1;
    default: return 0;
  }
}

static int isCased(int32_t c){
  utf8proc_category_t category = utf8proc_category(c);
  return category==UTF8PROC_CATEGORY_LU || category==UTF8PROC_CATEGORY_LL || category==UTF8PROC_CATEGORY_LT;
}

/* Whether a letter follows. Sigma itself ends the search for the one before it, so all searches of a text
** together read it once. */
static int isBeforeLetter(KeyText text, size_t at){
  while( at<text.length ){
    int32_t c = keyNextChar(text, &at);
    if( !isCaseIgnorable(c) ) return isCased(c);
  }
  return 0;
}

void keyAppendLower(LoreBuffer *out, KeyText text){
  int after_letter = 0;
  for(size_t at = 0; at<text.length && !out->failed; ){
    int32_t c = keyNextChar(text, &at);
    if( c==CAPITAL_SIGMA && after_letter && !isBeforeLetter(text, at) ){
      keyAppendChar(out, FINAL_SIGMA);
    }else{
      keyAppendChar(out, utf8proc_tolower(c));
      if( c==CAPITAL_I_WITH_DOT ) keyAppendChar(out, DOT_ABOVE);
    }
    if( !isCaseIgnorable(c) ) after_letter = isCased(c);
  }
}

static int hasByte(KeyText text, char c){
  return memchr(text.text, c, text.length)!=NULL;
}

KeyText keyDropBreaks(KeyText text, LoreBuffer *out){
  if( !hasByte(text, '\t') && !hasByte(text, '\r') && !hasByte(text, '\n') ) return text;

  size_t start = out->length;
  for(size_t i = 0; i<text.length; i++){
    char c = text.text[i];
    if( c!='\t' && c!='\r' && c!='\n' ) loreBufferChar(out, c);
  }
  if( out->failed ) return (KeyText){"", 0};
  return (KeyText){out->data + start, out->length - start};
}
