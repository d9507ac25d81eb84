/*
** The pass over the text. Most bytes are the inside of a word, or nothing that could begin or announce a secret: one look into
** a table of 256 tells. What is left is the first character of a word and a few signs.
*/
#include "vault/scan.h"

#include <string.h>

#include "vault/patterns.h"
#include "vault/reference.h"

enum { OTHER, WORD, SIGN };

/* Signs: - : = > \ {   Bytes above 127 are no word, so a token may follow one. */
static const unsigned char kClass[256] = {
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0,
  1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 0, 0, 2, 2, 0,
  0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
  1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 2, 0, 0, 1,
  0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
  1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 0, 0, 0, 0,
};

SecretScan secretScan(const char *text, size_t length){
  SecretScan scan = { .text = text, .length = length };
  for(int i = 0; i < kSecretPrefixCount; i++){
    const unsigned char *prefix = (const unsigned char*)kSecretPrefixes[i].prefix;
    scan.seconds[prefix[0]] |= 1u << (prefix[1] & 31);
  }
  return scan;
}

/* ---- What may stand here ---- */

static int lookAtWord(const SecretScan *scan, SecretFinding *found){
  size_t at = scan->at;
  unsigned char first = (unsigned char)scan->text[at], second = (unsigned char)secretAt(scan, at + 1);
  if( first <= '9' ) return secretFindSsn(scan, at, found) || secretFindCard(scan, at, found);
  if( (scan->seconds[first & 127] >> (second & 31) & 1) && secretFindPrefixed(scan, at, found) ) return 1;
  switch( first ){
    case 'b': case 'B': return secretFindBearer(scan, at, found);
    case 'e': return secretFindJwt(scan, at, found);
    case 'M': case 'N': case 'O': return secretFindDiscord(scan, at, found);
    default: return 0;
  }
}

/* How many bytes a reference {SECRET:…} or an escape takes; 1 for anything else. */
static size_t widthOfSign(const SecretScan *scan){
  size_t at = scan->at;
  size_t reference = scan->text[at]=='{' ? secretReferenceWidth(scan->text, scan->length, at) : 0;
  if( reference ) return reference;
  if( scan->text[at]!='\\' || at + 1 >= scan->length ) return 1;
  if( scan->text[at + 1]!='u' ) return 2;
  size_t digits = secretRunEnd(scan, at + 2, SET_ALNUM, 4) - at - 2;
  return digits==4 ? 6 : 2;
}

static int lookAtSign(SecretScan *scan, SecretFinding *found){
  size_t at = scan->at;
  switch( scan->text[at] ){
    case '-': return secretFindPrivateKey(scan, at, found);
    case ':': return secretFindUrl(scan, at, found) || secretFindAssigned(scan, at, found);
    case '=': case '>': return secretFindAssigned(scan, at, found);
    default: return 0;
  }
}

/* ---- The pass ---- */

/* 1 and what was found next. A value behind a name is looked into again, and what is passed over as a whole is not. */
static int advance(SecretScan *scan, SecretFinding *found){
  while( scan->at < scan->length ){
    unsigned char c = (unsigned char)scan->text[scan->at];
    if( kClass[c]==OTHER ){
      scan->at++;
    }else if( kClass[c]==WORD ){
      int is_found = lookAtWord(scan, found);
      if( is_found && found->start==scan->at ) scan->at = found->end;
      while( scan->at < scan->length && kClass[(unsigned char)scan->text[scan->at]]==WORD ) scan->at++;
      if( is_found ) return 1;
    }else{
      int is_found = lookAtSign(scan, found);
      scan->at = is_found && found->start==scan->at ? found->end : scan->at + widthOfSign(scan);
      if( is_found ) return 1;
    }
  }
  return 0;
}

static void merge(SecretFinding *into, const SecretFinding *other){
  int is_more = other->pattern->sensitivity > into->pattern->sensitivity;
  int is_first = other->pattern->sensitivity==into->pattern->sensitivity && other->pattern < into->pattern;
  if( is_more || is_first ) into->pattern = other->pattern;
  if( other->end > into->end ) into->end = other->end;
}

int secretNext(SecretScan *scan, SecretFinding *finding){
  SecretFinding found;
  while( advance(scan, &found) ){
    SecretFinding last = scan->pending;
    if( last.pattern && found.start < last.end ){
      merge(&scan->pending, &found);
      continue;
    }
    scan->pending = found;
    if( last.pattern ){
      *finding = last;
      return 1;
    }
  }
  if( scan->pending.pattern==NULL ) return 0;
  *finding = scan->pending;
  scan->pending.pattern = NULL;
  return 1;
}
