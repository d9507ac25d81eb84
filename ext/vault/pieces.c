#include "vault/pieces.h"

#include <string.h>

SecretPieces secretPieces(const char *text, size_t length, int is_json){
  return (SecretPieces){ .scan = secretScan(text, length), .is_json = is_json };
}

/* ---- JSON's strings and numbers, one after the other ---- */

static size_t escapeWidth(const char *text, size_t at){
  return text[at]!='\\' ? 1 : text[at + 1]=='u' ? 6 : 2;
}

static int nextToken(SecretPieces *pieces){
  const char *text = pieces->scan.text;
  size_t length = pieces->scan.length, at = pieces->read;
  while( at < length && strchr("\"-0123456789", text[at])==NULL ) at++;
  if( at==length ) return 0;
  pieces->token_is_number = text[at]!='"';
  pieces->token = pieces->escapes = at + !pieces->token_is_number;
  at = pieces->token;
  if( pieces->token_is_number ) while( at < length && strchr("+-.0123456789eE", text[at]) ) at++;
  else while( at < length && text[at]!='"' ) at += escapeWidth(text, at);
  pieces->token_end = at;
  pieces->read = at + !pieces->token_is_number; /* the closing quote opens nothing */
  return 1;
}

/* The first string or number that ends behind `from`; 0: there is none. */
static int seekToken(SecretPieces *pieces, size_t from){
  while( pieces->token_end <= from ) if( !nextToken(pieces) ) return 0;
  return 1;
}

/* The first place at or after `at` where no escape is cut. */
static size_t uncut(SecretPieces *pieces, size_t at){
  while( pieces->escapes < at ) pieces->escapes += escapeWidth(pieces->scan.text, pieces->escapes);
  return pieces->escapes;
}

/* What of the finding lies inside the token. 0: nothing that is not replaced already. */
static int takePiece(SecretPieces *pieces, size_t start, size_t end, SecretPiece *piece){
  *piece = (SecretPiece){ pieces->finding.pattern, pieces->token, pieces->token_end, pieces->token_is_number };
  if( !pieces->token_is_number ){
    piece->start = uncut(pieces, start > pieces->token ? start : pieces->token);
    piece->end = uncut(pieces, end < pieces->token_end ? end : pieces->token_end);
  }
  if( piece->start < pieces->last || piece->start >= piece->end ) return 0;
  pieces->last = piece->end;
  return 1;
}

static int nextInJson(SecretPieces *pieces, SecretPiece *piece){
  for(;;){
    SecretFinding *finding = &pieces->finding;
    if( finding->pattern==NULL && !secretNext(&pieces->scan, finding) ) return 0;
    if( !seekToken(pieces, finding->start) ) return 0;
    size_t start = finding->start, end = finding->end;
    if( pieces->token >= end ){
      finding->pattern = NULL;
      continue;
    }
    int is_piece = takePiece(pieces, start, end, piece);
    if( pieces->token_end < end ) finding->start = pieces->token_end;
    else finding->pattern = NULL;
    if( is_piece ) return 1;
  }
}

int secretPieceNext(SecretPieces *pieces, SecretPiece *piece){
  if( pieces->is_json ) return nextInJson(pieces, piece);
  SecretFinding found;
  if( !secretNext(&pieces->scan, &found) ) return 0;
  *piece = (SecretPiece){ found.pattern, found.start, found.end, 0 };
  return 1;
}
