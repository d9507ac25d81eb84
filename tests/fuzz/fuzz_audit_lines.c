/*
** libFuzzer over exported lines: whatever they are, the verifier ends, reads nothing beyond them, and says either what is wrong or
** how far they are good. Nobody signs by chance.
*/
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "audit/lines.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(condition) do{ if( !(condition) ) abort(); }while( 0 )

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size){
  static const unsigned char kTrusted[LORE_PUBLIC_BYTES] = { 1, 2, 3 };
  AuditLines lines;
  AuditAnchor anchor = { .count = 0 };
  char text[AUDIT_STATEMENT_SIZE];
  if( size > 0 && data[0] & 1 ) anchor.trusted = kTrusted;
  char *copy = malloc(size ? size : 1);
  MUST(copy);
  if( size ) memcpy(copy, data, size);
  auditLinesBegin(&lines, copy, size, &anchor, realloc);
  while( auditLinesRead(&lines) ) MUST(lines.text <= lines.end);
  auditLinesEnd(&lines);
  const AuditVerifier *verifier = &lines.verifier;
  MUST(!verifier->is_out_of_memory && strlen(verifier->problem) < sizeof verifier->problem);
  MUST(verifier->consistent >= verifier->pruned && verifier->signed_to <= verifier->consistent);
  MUST(!anchor.trusted || verifier->problem[0]);
  auditVerifyStatement(verifier, text);
  MUST(strlen(text) < sizeof text);
  free(verifier->keys);
  free(lines.log.data);
  free(lines.line.data);
  free(copy);
  return 0;
}
