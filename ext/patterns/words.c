#include "patterns/words.h"

#include <utf8proc.h>

static PatternClass classOf(int32_t c){
  switch( utf8proc_category(c) ){
    case UTF8PROC_CATEGORY_LU: case UTF8PROC_CATEGORY_LL: case UTF8PROC_CATEGORY_LT: case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO: case UTF8PROC_CATEGORY_ND: case UTF8PROC_CATEGORY_NL: case UTF8PROC_CATEGORY_NO:
      return PATTERN_LETTER;
    case UTF8PROC_CATEGORY_ZS: case UTF8PROC_CATEGORY_ZL: case UTF8PROC_CATEGORY_ZP:
      return PATTERN_WHITE;
    default:
      return c==0x85 ? PATTERN_WHITE : PATTERN_OTHER;
  }
}

static PatternClass classOfAscii(unsigned char c){
  if( (c>='a' && c<='z') || (c>='A' && c<='Z') || (c>='0' && c<='9') ) return PATTERN_LETTER;
  if( c==' ' || (c>=9 && c<=13) ) return PATTERN_WHITE;
  return c=='_' ? PATTERN_UNDERSCORE : PATTERN_OTHER;
}

PatternChar patternCharAt(PatternText text, size_t at){
  unsigned char first = (unsigned char)text.text[at];
  if( first < 0x80 ) return (PatternChar){ first>='A' && first<='Z' ? first + 32 : first, 1, classOfAscii(first) };
  utf8proc_int32_t c = -1;
  size_t left = text.length - at;
  utf8proc_ssize_t taken = utf8proc_iterate((const utf8proc_uint8_t*)text.text + at, left < 4 ? (utf8proc_ssize_t)left : 4, &c);
  if( taken <= 0 ) return (PatternChar){ -1, 1, PATTERN_OTHER };
  utf8proc_int32_t lower = utf8proc_tolower(c);
  return (PatternChar){ lower < 0x80 ? c : lower, (unsigned char)taken, classOf(c) };
}

int patternNextRun(PatternText text, PatternClass least, size_t *at, PatternText *run){
  size_t i = *at;
  PatternChar c;
  while( i < text.length && (c = patternCharAt(text, i)).class < least ) i += c.size;
  size_t start = i;
  while( i < text.length && (c = patternCharAt(text, i)).class >= least ) i += c.size;
  *at = i;
  *run = (PatternText){ text.text + start, i - start };
  return i > start;
}

int patternCompare(PatternText left, PatternText right){
  size_t i = 0, j = 0;
  while( i < left.length && j < right.length ){
    PatternChar a = patternCharAt(left, i), b = patternCharAt(right, j);
    if( a.code!=b.code ) return a.code < b.code ? -1 : 1;
    i += a.size;
    j += b.size;
  }
  return (i < left.length) - (j < right.length);
}
