/*
** What the files of vault/ share: the open vault of a connection, its keys, and the secrets in the tables.
**
** Only open.c sees the user's key. Data keys are taken out of their rows when they are needed, into memory of the vault's own
** that is wiped again: so nothing cached can be out of date when another connection rotates or rekeys.
*/
#ifndef LORE_VAULT_VAULT_H
#define LORE_VAULT_VAULT_H

#include "engine/engine.h"
#include "vault/scan.h"
#include "vault/seal.h"

/* ---- open.c: the state of the connection ---- */

/* 1 when the vault of this file is open; else the error "vault is closed". *database is its id. */
int vaultIsOpen(LoreCall *call, const char **database);
int vaultLooksOpen(LoreCall *call); /* the same, without an error */
const char *vaultDatabase(LoreCall *call); /* NULL: there is no vault in this file */

/* A live key by its id, or the newest (NULL): 1, its id in id, and its bytes in key, which the caller wipes. */
enum { VAULT_ID_SIZE = 37 };
int vaultKey(LoreCall *call, const char *key_id, char id[VAULT_ID_SIZE], unsigned char key[SEAL_KEY]);

/* An error when something in a file's schema names this call: DIRECTONLY does not keep CHECK constraints from it before
** SQLite 3.52. 1: nothing does. */
int vaultIsCalledByUser(LoreCall *call);

/* ---- key.c: the user's key, as an argument or a file gives it ---- */

typedef struct VaultSecretKey {
  unsigned char key[SEAL_KEY];
  const char *kdf;             /* "raw" or "argon2id" */
  unsigned char salt[SEAL_SALT];
  sqlite3_int64 ops, memory_kib;
} VaultSecretKey;

/* Of an argument: a blob of 32 bytes, or a passphrase with new salt and the limits of the two arguments behind it. */
int vaultNewKey(LoreCall *call, int argument, VaultSecretKey *key);

/* The key that a row of vault_keys asks for, out of a blob of 32 bytes or a passphrase. */
int vaultOldKey(LoreCall *call, LoreStatement *row, const char *text, size_t length, int is_raw, unsigned char key[SEAL_KEY]);

/* Seals a data key with the user's key and lets the values of its row. */
void vaultLetWrapped(LoreCall *call, const char *database, const char *key_id, const unsigned char *data_key,
                     const VaultSecretKey *key);
int vaultUnwrap(LoreCall *call, const char *database, LoreStatement *row, const unsigned char *user_key,
                unsigned char data_key[SEAL_KEY]);
int vaultChecks(const char *database, LoreStatement *row, const unsigned char *user_key); /* 1: it is the right key */

/* ---- secret.c: one secret ---- */

typedef struct VaultSecret {
  const char *uuid;
  const char *description;
  SecretSensitivity sensitivity; /* the stricter of what was sealed and what the row says */
  int manual_only;
  const char *actions;
  const char *context;
  char *text;                    /* memory of the call, to be wiped */
  size_t length;
} VaultSecret;

/* 1: there is one, and it opens. 0: there is none, or an error. */
int vaultRead(LoreCall *call, const char *uuid, VaultSecret *secret);
void vaultWipe(VaultSecret *secret);

typedef struct VaultNew {
  const char *uuid;        /* NULL: a new one */
  const char *text;
  size_t length;
  const char *description;
  SecretSensitivity sensitivity;
  const char *pattern;     /* NULL: stored by hand, and never taken for another of the same text */
  const char *context, *accessor;
} VaultNew;

/* Stores it and logs that; its uuid. One of a pattern that is there already keeps its uuid. NULL after an error. */
const char *vaultStore(LoreCall *call, const VaultNew *secret);
void vaultReseal(LoreCall *call, const VaultSecret *secret, const char *pattern); /* with the newest key */
const char *vaultReference(LoreCall *call, const char *uuid, const char *description);
SecretSensitivity vaultSensitivity(const char *word); /* of no known word: critical */

void vaultLog(LoreCall *call, const char *uuid, const char *access, const char *accessor, const char *purpose, const char *outcome);
int vaultIsOverRate(LoreCall *call);
/* Logs that a secret was given out, or why it was not. */
void vaultGave(LoreCall *call, const char *uuid, const char *accessor, const char *purpose);
void vaultDenied(LoreCall *call, const char *uuid, const char *accessor, const char *purpose, const char *why);

/* ---- Bodies ---- */

void vaultInit(LoreCall *call);     /* keys.c: id of the current key */
void vaultRekey(LoreCall *call);    /* keys.c: 1 */
void vaultRotate(LoreCall *call);   /* keys.c: how many secrets wait */
void vaultOpen(LoreCall *call);     /* open.c: id of the current key */
void vaultOpenFile(LoreCall *call); /* file.c: the same */
void vaultOpenFd(LoreCall *call);   /* file.c: the same */
void vaultClose(LoreCall *call);    /* open.c: 1 */
void vaultStatus(LoreCall *call);   /* open.c: rows */
void secretPut(LoreCall *call);     /* secrets.c: the reference */
void secretGet(LoreCall *call);     /* secrets.c: the value, or NULL with a notice */
void secretDelete(LoreCall *call);  /* secrets.c: 1 */
void secretProtect(LoreCall *call); /* protect.c: the text */
void secretReveal(LoreCall *call);  /* reveal.c: the text */
void vaultScanRows(LoreCall *call); /* found.c: rows */

/* ---- For other subsystems: LoreProtector ---- */

int vaultFinds(LoreCall *call, const char *text);                                                       /* protect.c */
const char *vaultProtect(LoreCall *call, const char *text, const char *context);                        /* protect.c */
const char *vaultReveal(LoreCall *call, const char *text, const char *action, const char *accessor);    /* reveal.c */

/* 1 when the text is one JSON value, in which a secret must be replaced as JSON. */
int vaultIsJson(LoreCall *call, const char *text, size_t length); /* protect.c */

#endif
