/*
** What of a text is to be replaced: the findings of the scanner, and in JSON only so much of each as can be replaced with the
** text still being JSON. Pure.
**
** A piece in JSON lies inside one string and does not cut an escape, or is a whole number, in place of which a string must stand.
** A finding that reaches over several strings is several pieces.
*/
#ifndef LORE_VAULT_PIECES_H
#define LORE_VAULT_PIECES_H

#include "vault/scan.h"

typedef struct SecretPiece {
  const SecretPattern *pattern;
  size_t start, end;
  int is_number; /* JSON: not inside quotes */
} SecretPiece;

typedef struct SecretPieces {
  SecretScan scan;
  int is_json;
  SecretFinding finding;  /* what is left of it; pattern NULL: the next one is to be taken */
  size_t token, token_end; /* the JSON value that was looked at last; of a string its inside */
  int token_is_number;
  size_t read;            /* behind the token: where the next one is looked for */
  size_t escapes;         /* inside the token: a place where no escape is cut */
  size_t last;            /* where the last piece ended */
} SecretPieces;

SecretPieces secretPieces(const char *text, size_t length, int is_json); /* is_json: the text is valid JSON */

int secretPieceNext(SecretPieces *pieces, SecretPiece *piece); /* 0 at the end */

#endif
