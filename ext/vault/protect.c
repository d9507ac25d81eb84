/*
** secret_protect, and the same for texts of other subsystems: what the scanner finds is stored, a reference stands in its place.
**
** In JSON a secret is replaced inside its string, and stored as what the string means, without escapes; a number becomes a string.
*/
#include <string.h>

#include "engine/buffer.h"
#include "engine/scan.h"
#include "vault/pieces.h"
#include "vault/vault.h"

enum { PROTECT_TEXT, PROTECT_CONTEXT };

int vaultIsJson(LoreCall *call, const char *text, size_t length){
  const char first = text[strspn(text, " \t\r\n")];
  if( first=='\0' || strchr("{[\"", first)==NULL || loreFailed(call) ) return 0;
  if( loreScanIsPlain(text, length) ) return 1;
  loreLetText(call, "secret_text", text);
  return loreFindInt(call, SQL_SECRET_JSON_VALID)!=0 || loreFindInt(call, SQL_SECRET_JSON_VALID)!=0; /* 0 may be lost memory */
}

/* ---- One secret ---- */

/* What a piece of a JSON string means; as it is written where it means nothing (half a surrogate pair). */
static char *meaning(LoreCall *call, const char *text, size_t *length){
  char *quoted = loreAllocate(call, *length + 3), *plain = loreAllocate(call, *length + 3);
  if( quoted==NULL || plain==NULL ) return NULL;
  quoted[0] = quoted[*length + 1] = '"';
  memcpy(quoted + 1, text, *length);
  LoreScanValue string = { LORE_SCAN_STRING, 1, quoted, *length + 2 };
  long decoded = loreScanDecode(&string, plain);
  if( decoded < 0 ) memcpy(plain, text, *length);
  else *length = (size_t)decoded;
  sealWipe(quoted, string.length);
  return plain;
}

static void replacePiece(LoreCall *call, const char *text, const SecretPiece *piece, int is_json, const char *context,
                         LoreBuffer *to){
  size_t length = piece->end - piece->start;
  char *plain = is_json ? meaning(call, text + piece->start, &length) : NULL;
  if( loreFailed(call) ) return;
  VaultNew secret = { .text = plain ? plain : text + piece->start, .length = length, .description = piece->pattern->label,
                      .sensitivity = piece->pattern->sensitivity, .pattern = piece->pattern->name, .context = context };
  const char *uuid = vaultStore(call, &secret);
  if( plain ) sealWipe(plain, length);
  const char *reference = uuid ? vaultReference(call, uuid, secret.description) : NULL;
  if( reference==NULL ) return;
  if( piece->is_number ) loreBufferChar(to, '"');
  loreBufferAppend(to, reference, strlen(reference));
  if( piece->is_number ) loreBufferChar(to, '"');
}

/* ---- A text ---- */

static const char *protect(LoreCall *call, const char *text, size_t length, const char *context){
  int is_json = vaultIsJson(call, text, length);
  SecretPieces pieces = secretPieces(text, length, is_json);
  LoreBuffer out = { .reallocate = loreReallocate };
  SecretPiece piece;
  size_t last = 0;
  while( !loreFailed(call) && secretPieceNext(&pieces, &piece) ){
    loreBufferAppend(&out, text + last, piece.start - last);
    replacePiece(call, text, &piece, is_json, context, &out);
    last = piece.end;
    loreInterrupted(call);
  }
  loreBufferAppend(&out, text + last, length - last);
  char *protected = out.failed ? NULL : loreAllocate(call, out.length + 1);
  if( out.failed ) loreNoMemory(call);
  if( protected && out.data ) memcpy(protected, out.data, out.length + 1);
  if( protected && out.data==NULL ) *protected = 0;
  sqlite3_free(out.data);
  return protected;
}

static int findsAny(const char *text){
  SecretScan scan = secretScan(text, strlen(text));
  SecretFinding found;
  return secretNext(&scan, &found);
}

/* Result: TEXT, as it was but for its secrets. A text without any needs no open vault. */
void secretProtect(LoreCall *call){
  const char *database, *text = loreText(call, PROTECT_TEXT);
  if( text==NULL ) return;
  if( findsAny(text) && !vaultIsOpen(call, &database) ) return;
  loreResultText(call, protect(call, text, loreTextLength(call, PROTECT_TEXT), loreText(call, PROTECT_CONTEXT)));
}

/* ---- For other subsystems ---- */

/* By the setting protect_attributes: auto means on where there is a vault. */
static int isSwitchedOn(LoreCall *call){
  if( loreSettingIs(call, "protect_attributes", "off") ) return 0;
  if( loreSettingIs(call, "protect_attributes", "on") ) return 1;
  return loreFindInt(call, SQL_VAULT_IS_MADE)!=0 && vaultDatabase(call)!=NULL;
}

int vaultFinds(LoreCall *call, const char *text){
  const char *database;
  if( !findsAny(text) || !isSwitchedOn(call) || loreFailed(call) ) return 0;
  if( loreFindInt(call, SQL_VAULT_IS_MADE)==0 ) loreRefuse(call, LORE_DENIED, "vault is closed: this file has none yet");
  return vaultIsOpen(call, &database);
}

const char *vaultProtect(LoreCall *call, const char *text, const char *context){
  return protect(call, text, strlen(text), context);
}
