/*
** name_loc: a company's name and, behind a bar, its region, folded until spelling no longer matters.
**
** NFKD, drop marks, case fold; then each run of characters that are neither letters nor numbers becomes one
** `-`, none at the ends. As marks go away anyway, their order does not matter and each character can be
** folded by itself: no allocation, and time that grows with the length only.
*/
#include <utf8proc.h>

#include "keys/parts.h"

/* The longest compatibility decomposition has 18 characters, the longest case folding 3. */
enum { DECOMPOSED_MAX = 32, FOLDED_MAX = 8 };

typedef struct Slug {
  LoreBuffer *out;
  size_t start;
  int dash; /* something to be replaced since the last character */
} Slug;

static int isLetterOrNumber(int32_t c){
  switch( utf8proc_category(c) ){
    case UTF8PROC_CATEGORY_LU: case UTF8PROC_CATEGORY_LL: case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM: case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_ND: case UTF8PROC_CATEGORY_NL: case UTF8PROC_CATEGORY_NO: return 1;
    default: return 0;
  }
}

static void addFolded(Slug *slug, int32_t c){
  if( !isLetterOrNumber(c) ){
    slug->dash = 1;
    return;
  }
  if( slug->dash && slug->out->length>slug->start ) loreBufferChar(slug->out, '-');
  slug->dash = 0;
  keyAppendChar(slug->out, c);
}

static void addDecomposed(Slug *slug, int32_t c){
  utf8proc_int32_t folded[FOLDED_MAX];
  int last = UTF8PROC_BOUNDCLASS_START;
  utf8proc_ssize_t count = utf8proc_decompose_char(c, folded, FOLDED_MAX, UTF8PROC_CASEFOLD, &last);
  for(utf8proc_ssize_t i = 0; i<count && i<FOLDED_MAX; i++) addFolded(slug, folded[i]);
}

static void addChar(Slug *slug, int32_t c){
  const int options = UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_STRIPMARK;
  utf8proc_int32_t decomposed[DECOMPOSED_MAX];
  int last = UTF8PROC_BOUNDCLASS_START;
  utf8proc_ssize_t count = utf8proc_decompose_char(c, decomposed, DECOMPOSED_MAX, (utf8proc_option_t)options, &last);
  for(utf8proc_ssize_t i = 0; i<count && i<DECOMPOSED_MAX; i++) addDecomposed(slug, decomposed[i]);
}

const char *keyFoldName(KeyText name, LoreBuffer *out){
  const char *reason = keyCheckText(&name);
  if( reason!=NULL ) return reason;

  Slug slug = {out, out->length, 0};
  for(size_t at = 0; at<name.length && !out->failed; ){
    int32_t c = keyNextChar(name, &at);
    if( c<0x80 ){
      addFolded(&slug, keyLowerAscii(c));
    }else{
      addChar(&slug, c);
    }
  }
  return out->length>slug.start ? NULL : "no letter or number";
}

const char *keyNameAndRegion(KeyText name, KeyText region, LoreBuffer *out){
  const char *reason = keyFoldName(name, out);
  if( reason!=NULL ) return reason;

  size_t bar = out->length;
  loreBufferChar(out, '|');
  if( !out->failed && keyFoldName(region, out)!=NULL ) loreBufferCut(out, bar);
  return NULL;
}

const char *keyNameLoc(KeyText text, LoreBuffer *out){
  KeyText name = keyUpTo(text, "|");
  size_t bar = name.length<text.length;
  return keyNameAndRegion(name, keyFrom(text, name.length + bar), out);
}
