/*
** The state of the connection, for the files of vault/ that change it.
*/
#ifndef LORE_VAULT_OPEN_H
#define LORE_VAULT_OPEN_H

#include "vault/vault.h"

/* From now on the vault is open with this key. */
void vaultAdopt(LoreCall *call, const char *database, const unsigned char key[SEAL_KEY]);

/* The user's key with what its row says of it, to seal another data key; wiped by the caller. */
int vaultUserKey(LoreCall *call, VaultSecretKey *key);

/* Opens with a raw key or a passphrase; the result is the id of the current data key. */
void vaultOpenWith(LoreCall *call, const char *text, size_t length, int is_raw);

/* The same with an argument: a blob, hexadecimal digits, or a passphrase. */
void vaultOpenByArgument(LoreCall *call, int argument);

#endif
