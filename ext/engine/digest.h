/*
** Digests: BLAKE2b through libsodium, as hexadecimal text: of parts, or of bytes that come piece by piece.
*/
#ifndef LORE_DIGEST_H
#define LORE_DIGEST_H

#include <stddef.h>

enum { LORE_DIGEST_SIZE = 33 }; /* 128 bits in hexadecimal, and its NUL */

/* Digest of the parts, each with its length before it, so that no two lists of parts look alike. */
void loreDigest(const char *const *parts, int count, char *hex);

/* Digest of a stream of bytes: how they are cut into pieces makes no difference. */
typedef struct LoreDigestStream {
  unsigned char room[512]; /* libsodium's state, which wants an address of its own choice */
} LoreDigestStream;

void loreDigestBegin(LoreDigestStream *stream);
void loreDigestAdd(LoreDigestStream *stream, const char *bytes, size_t length);
void loreDigestEnd(LoreDigestStream *stream, char *hex);

#endif
