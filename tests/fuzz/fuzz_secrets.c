/*
** libFuzzer over the scanner of secrets and what is replaced by it: findings lie inside the text, in order, apart from each
** other, and are the same when looked for again; where the text is JSON, it is JSON with references in their place too;
** references are found again.
*/
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "engine/scan.h"
#include "vault/pieces.h"
#include "vault/reference.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(condition) do{ if( !(condition) ) abort(); }while( 0 )

static const char kUuid[] = "0190a8b2-1234-7abc-8def-0123456789ab";

static void findAll(const char *text, size_t size){
  SecretScan scan = secretScan(text, size), again = secretScan(text, size);
  SecretFinding found, same;
  size_t last = 0;
  while( secretNext(&scan, &found) ){
    MUST(found.pattern && last <= found.start && found.start < found.end && found.end <= size);
    MUST(secretNext(&again, &same) && same.start==found.start && same.end==found.end && same.pattern==found.pattern);
    last = found.end;
  }
  MUST(!secretNext(&again, &same));
}

/* How many references were put in. */
static int replaceAll(const char *text, size_t size, int is_json, LoreBuffer *to){
  SecretPieces pieces = secretPieces(text, size, is_json);
  SecretPiece piece;
  size_t last = 0;
  int count = 0;
  for(; secretPieceNext(&pieces, &piece); count++){
    MUST(piece.pattern && last <= piece.start && piece.start < piece.end && piece.end <= size);
    loreBufferAppend(to, text + last, piece.start - last);
    if( piece.is_number ) loreBufferChar(to, '"');
    secretReferenceWrite(kUuid, piece.pattern->label, to);
    if( piece.is_number ) loreBufferChar(to, '"');
    last = piece.end;
  }
  loreBufferAppend(to, text + last, size - last);
  return count;
}

static void findReferences(const LoreBuffer *text, int least){
  SecretReference reference;
  size_t at = 0;
  int count = 0;
  for(; secretReferenceNext(text->data, text->length, at, &reference); count++){
    MUST(at <= reference.start && reference.start < reference.end && reference.end <= text->length);
    MUST(secretIdValid(text->data + reference.id, reference.id_length));
    at = reference.end;
  }
  MUST(count >= least);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size){
  const char *text = (const char*)data;
  int is_json = loreScanIsPlain(text, size);
  LoreBuffer replaced = { .reallocate = realloc };
  if( size==0 ) return 0;
  findAll(text, size);
  int count = replaceAll(text, size, is_json, &replaced);
  MUST(!replaced.failed && replaced.data);
  if( is_json ) MUST(loreScanIsPlain(replaced.data, replaced.length));
  findReferences(&replaced, count);
  free(replaced.data);
  return 0;
}
