/*
** The row that verifying gives, of tables and of lines.
*/
#include "audit/readers.h"

#include "audit/lines.h"
#include "audit/tables.h"

enum { LINES_A_LOOK = 1000 }; /* at whether somebody has interrupted */
enum { VERIFY_COUNT, VERIFY_HASH, VERIFY_KEY, LINES_TEXT = 0, LINES_MORE = 1 /* then those of audit_verify */ };

/* ---- What the caller knows from elsewhere ---- */

/* NULL: there is none, or an error in the call. */
static const unsigned char *trustedKey(LoreCall *call, int argument, unsigned char bytes[LORE_PUBLIC_BYTES]){
  if( !loreGiven(call, argument) || loreTextLength(call, argument)==0 ) return NULL;
  if( loreBytesRead(loreText(call, argument), loreTextLength(call, argument), bytes, LORE_PUBLIC_BYTES) ) return bytes;
  loreRefuse(call, LORE_BAD_ARGUMENT, "public_key must be 32 bytes in hexadecimal or base64, got %s", loreShow(call, argument));
  return NULL;
}

static AuditAnchor anchorOf(LoreCall *call, int first, unsigned char bytes[LORE_PUBLIC_BYTES]){
  int has_hash = loreTextLength(call, first + VERIFY_HASH) > 0;
  AuditAnchor anchor = { .count = loreInt(call, first + VERIFY_COUNT), .hash = loreText(call, first + VERIFY_HASH) };
  if( (anchor.count > 0)!=has_hash ) loreRefuse(call, LORE_BAD_ARGUMENT, "count and hash belong together: one of them is missing");
  anchor.trusted = trustedKey(call, first + VERIFY_KEY, bytes);
  return anchor;
}

/* ---- The row ---- */

static void rowNumber(LoreCall *call, sqlite3_int64 number){
  if( number ) loreRowInt(call, number);
  else loreRowText(call, NULL);
}

static void row(LoreCall *call, const AuditVerifier *verifier){
  char statement[AUDIT_STATEMENT_SIZE];
  int is_broken = verifier->problem[0]!=0;
  if( !is_broken ) auditVerifyStatement(verifier, statement);
  loreRowText(call, is_broken ? "broken" : "clean");
  rowNumber(call, is_broken ? verifier->bad : 0);
  loreRowText(call, is_broken ? verifier->problem : statement);
  loreRowInt(call, verifier->consistent);
  rowNumber(call, verifier->signed_to);
  rowNumber(call, verifier->anchored_to);
}

void auditVerify(LoreCall *call){
  unsigned char bytes[LORE_PUBLIC_BYTES];
  AuditVerifier verifier;
  AuditAnchor anchor = anchorOf(call, VERIFY_COUNT, bytes);
  if( loreFailed(call) ) return;
  auditVerifyTables(call, &anchor, INT64_MAX, &verifier);
  if( !loreFailed(call) ) row(call, &verifier);
  sqlite3_free(verifier.keys);
}

/* A file that was read is a blob. */
static const char *linesOf(LoreCall *call, size_t *length){
  const char *blob = loreBlob(call, LINES_TEXT, length);
  if( blob ) return blob;
  loreNumberAsText(call, LINES_TEXT);
  *length = loreTextLength(call, LINES_TEXT);
  return loreText(call, LINES_TEXT);
}

void auditVerifyLines(LoreCall *call){
  unsigned char bytes[LORE_PUBLIC_BYTES];
  AuditLines lines;
  size_t length;
  AuditAnchor anchor = anchorOf(call, LINES_MORE, bytes);
  const char *text = linesOf(call, &length);
  if( loreFailed(call) ) return;
  auditLinesBegin(&lines, text, length, &anchor, loreReallocate);
  while( auditLinesRead(&lines) ) if( lines.number % LINES_A_LOOK==0 && loreInterrupted(call) ) break;
  auditLinesEnd(&lines);
  if( lines.verifier.is_out_of_memory ) loreNoMemory(call);
  if( !loreFailed(call) ) row(call, &lines.verifier);
  sqlite3_free(lines.verifier.keys);
  sqlite3_free(lines.log.data);
  sqlite3_free(lines.line.data);
}
