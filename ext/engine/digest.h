/*
** Digests: BLAKE2b through libsodium, as hexadecimal text.
*/
#ifndef LORE_DIGEST_H
#define LORE_DIGEST_H

#include <stddef.h>

enum { LORE_DIGEST_SIZE = 33 }; /* 128 bits in hexadecimal, and its NUL */

/* Digest of the parts, each with its length before it, so that no two lists of parts look alike. */
void loreDigest(const char *const *parts, int count, char *hex);

#endif
