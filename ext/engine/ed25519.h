/*
** Signatures: Ed25519 (RFC 8032) through libsodium, and the forms in which people hand over its bytes. Pure.
*/
#ifndef LORE_ED25519_H
#define LORE_ED25519_H

#include <stddef.h>

enum { LORE_SEED_BYTES = 32, LORE_PUBLIC_BYTES = 32, LORE_SECRET_BYTES = 64, LORE_SIGNATURE_BYTES = 64 };

/* The pair of a seed; a secret key is the seed and the public key after it. */
void loreSignPair(const unsigned char seed[LORE_SEED_BYTES], unsigned char public_key[LORE_PUBLIC_BYTES],
                  unsigned char secret[LORE_SECRET_BYTES]);

void loreSign(const char *message, size_t length, const unsigned char secret[LORE_SECRET_BYTES],
              unsigned char signature[LORE_SIGNATURE_BYTES]);

/* 1 when the signature is this key's over the message. */
int loreSigned(const char *message, size_t length, const unsigned char public_key[LORE_PUBLIC_BYTES],
               const unsigned char signature[LORE_SIGNATURE_BYTES]);

void loreHex(const unsigned char *bytes, size_t count, char *hex); /* lower case; 2*count + 1 bytes with the NUL */

/* Reads just `count` bytes from text: hexadecimal in any case, or base64 of either alphabet, with or without its `=`. 0 when the
** text is nothing of that. */
int loreBytesRead(const char *text, size_t length, unsigned char *bytes, size_t count);

void loreWipe(void *memory, size_t bytes); /* which the compiler does not leave out */

#endif
