/*
** secret_scan: what the scanner (scan.h) finds, in characters as SQL counts them.
*/
#include "engine/text.h"
#include "vault/scan.h"
#include "vault/vault.h"

enum { SCAN_TEXT };

/* Rows: pattern, start, end, sensitivity; substr(text, start, end - start) is what was found. */
void vaultScanRows(LoreCall *call){
  const char *text = loreText(call, SCAN_TEXT);
  if( text==NULL ) return;
  SecretScan scan = secretScan(text, loreTextLength(call, SCAN_TEXT));
  SecretFinding found;
  size_t bytes = 0;
  sqlite3_int64 characters = 1;
  while( !loreFailed(call) && secretNext(&scan, &found) ){
    characters += (sqlite3_int64)loreUtf8Length(text + bytes, found.start - bytes);
    sqlite3_int64 length = (sqlite3_int64)loreUtf8Length(text + found.start, found.end - found.start);
    loreRowText(call, found.pattern->name);
    loreRowInt(call, characters);
    loreRowInt(call, characters + length);
    loreRowText(call, secretSensitivityName(found.pattern->sensitivity));
    characters += length;
    bytes = found.end;
  }
}
