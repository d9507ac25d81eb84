/*
** How a secret lies in the file, and how keys do: XChaCha20-Poly1305-IETF, Argon2id and BLAKE2b of libsodium. Knows no SQLite.
**
** A sealed text: magic "LSEC", version 1, 16 bytes of the key's id, 24 of the nonce, the ciphertext, 16 of the tag. Its associated
** data says where it belongs: database, table, row, column, key and version, each with its length before it, so it opens
** nowhere else. A data key is sealed in the same way by the key that the user has, or by the one that Argon2id makes of a
** passphrase.
*/
#ifndef LORE_VAULT_SEAL_H
#define LORE_VAULT_SEAL_H

#include <stddef.h>
#include <stdint.h>

enum {
  SEAL_KEY = 32,
  SEAL_HEX = 64,       /* its hexadecimal digits */
  SEAL_ID = 16,        /* bytes of a key's id */
  SEAL_NONCE = 24,
  SEAL_HEAD = 4 + 1 + SEAL_ID + SEAL_NONCE,
  SEAL_OVERHEAD = SEAL_HEAD + 16,
  SEAL_WRAPPED = SEAL_KEY + SEAL_OVERHEAD,
  SEAL_CHECK = 16,
  SEAL_SALT = 16
};

/* What Argon2id may be asked for: enough to cost an attacker something, not so much that a file can stop its reader. */
enum { SEAL_OPS_LEAST = 1, SEAL_OPS_MOST = 10, SEAL_MEMORY_LEAST = 8192, SEAL_MEMORY_MOST = 1048576 /* KiB */ };

/* Where a sealed text belongs. key_id is a UUID as text. */
typedef struct SealPlace {
  const char *database, *table, *row, *column, *key_id;
} SealPlace;

/* 0: the library could not be set up. To be called before all others. */
int sealReady(void);

void sealRandom(unsigned char *to, size_t length);

/* Writes length + SEAL_OVERHEAD bytes. 0: the place is none (a key id that is no UUID, names beyond all measure). */
int sealClose(const unsigned char key[SEAL_KEY], const SealPlace *place, const void *text, size_t length, unsigned char *to);

/* Writes length - SEAL_OVERHEAD bytes. NULL when it opens, else why not. */
const char *sealOpen(const unsigned char key[SEAL_KEY], const SealPlace *place, const unsigned char *sealed, size_t length,
                     unsigned char *to);

/* Says of a key whether it is the one, and nothing else. */
void sealCheck(const unsigned char key[SEAL_KEY], const char *database, const char *key_id, unsigned char check[SEAL_CHECK]);
int sealSame(const void *first, const void *second, size_t length); /* in constant time */

/* Of a text under a key, for equal texts to be found; sort keeps texts of different meaning apart. */
void sealFingerprint(const unsigned char key[SEAL_KEY], const char *sort, const void *text, size_t length,
                     unsigned char to[SEAL_KEY]);

/* 0: limits out of bounds, or not so much memory. */
int sealDerive(const char *passphrase, size_t length, const unsigned char salt[SEAL_SALT], int64_t ops, int64_t memory_kib,
               unsigned char key[SEAL_KEY]);

/* Memory for keys: apart, locked where the system allows it, wiped when it is freed. NULL: there is none. */
unsigned char *sealAllocate(size_t length);
void sealFree(unsigned char *memory);
void sealWipe(void *memory, size_t length);

/* What a key file holds: SEAL_KEY raw bytes, 64 hexadecimal digits, or a passphrase; the last two may end with a newline. */
typedef enum SealKeyForm { SEAL_FORM_NONE, SEAL_FORM_RAW, SEAL_FORM_PASSPHRASE } SealKeyForm;

enum { SEAL_PASSPHRASE_MOST = 1024 };

/* SEAL_FORM_RAW: key has it. SEAL_FORM_PASSPHRASE: the first *length bytes of text are it. */
int sealReadHex(const char *text, size_t length, unsigned char key[SEAL_KEY]); /* 1: it is 64 hexadecimal digits */
SealKeyForm sealReadKey(const char *text, size_t *length, unsigned char key[SEAL_KEY]);

#endif
