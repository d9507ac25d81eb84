/*
** The file of a signing key, and what it must be: a regular file of the user who runs us, that nobody else may read, and no
** symbolic link. Pure: knows no SQLite.
**
** It holds the 32 bytes of a seed, or those and the 32 of the public key; raw, or as hexadecimal digits with or without a line end.
*/
#ifndef LORE_AUDIT_KEYFILE_H
#define LORE_AUDIT_KEYFILE_H

#include "engine/ed25519.h"

/* NULL, and the pair; else why not, a literal to be put after the name of the file. What was read is wiped either way. */
const char *auditKeyFileRead(const char *path, unsigned char public_key[LORE_PUBLIC_BYTES],
                             unsigned char secret[LORE_SECRET_BYTES]);

#endif
