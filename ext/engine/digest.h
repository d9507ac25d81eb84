/*
** Digests: BLAKE2b through libsodium, as hexadecimal text: of parts, or of bytes that come piece by piece.
*/
#ifndef LORE_DIGEST_H
#define LORE_DIGEST_H

#include <stddef.h>
#include <stdint.h>

enum {
  LORE_DIGEST_SIZE = 33, /* 128 bits in hexadecimal, and its NUL */
  LORE_HASH_SIZE = 65    /* 256 bits, likewise */
};

/* Digest of the parts, each with its length before it, so that no two lists of parts look alike. */
void loreDigest(const char *const *parts, int count, char *hex);

/* A value of a row, for loreHash. */
typedef enum LoreFieldKind { LORE_FIELD_NULL, LORE_FIELD_INTEGER, LORE_FIELD_TEXT, LORE_FIELD_BLOB } LoreFieldKind;

typedef struct LoreField {
  LoreFieldKind kind;
  const void *bytes; /* of a text or a blob */
  size_t length;
  int64_t integer;
} LoreField;

LoreField loreFieldText(const char *text); /* NULL: a NULL */
LoreField loreFieldSpan(const char *text, size_t length); /* likewise */
LoreField loreFieldBlob(const void *bytes, size_t length);
LoreField loreFieldInteger(int64_t value);

/* 256 bits over the fields. Each is one byte, its kind (0 NULL, 1 integer, 2 text, 3 blob), its length in 8 bytes and its bytes;
** an integer's are its 8 bytes. All numbers begin with their lowest byte. */
void loreHash(const LoreField *fields, int count, char hex[LORE_HASH_SIZE]);

/* Digest of a stream of bytes: how they are cut into pieces makes no difference. */
typedef struct LoreDigestStream {
  unsigned char room[512]; /* libsodium's state, which wants an address of its own choice */
} LoreDigestStream;

void loreDigestBegin(LoreDigestStream *stream);
void loreDigestAdd(LoreDigestStream *stream, const char *bytes, size_t length);
void loreDigestEnd(LoreDigestStream *stream, char *hex);

#endif
