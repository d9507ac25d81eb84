#include "engine/digest.h"

#include <sodium.h>
#include <string.h>

/* The generic-hash functions keep no state of their own, so sodium_init is not needed for them. */
void loreDigest(const char *const *parts, int count, char *hex){
  crypto_generichash_state state;
  unsigned char hash[(LORE_DIGEST_SIZE - 1)/2];
  crypto_generichash_init(&state, NULL, 0, sizeof hash);
  for(int i = 0; i < count; i++){
    uint64_t length = strlen(parts[i]);
    unsigned char prefix[8];
    for(int k = 0; k < 8; k++) prefix[k] = (unsigned char)(length >> (8*k));
    crypto_generichash_update(&state, prefix, sizeof prefix);
    crypto_generichash_update(&state, (const unsigned char*)parts[i], length);
  }
  crypto_generichash_final(&state, hash, sizeof hash);
  sodium_bin2hex(hex, LORE_DIGEST_SIZE, hash, sizeof hash);
}

/* ---- Typed fields ---- */

LoreField loreFieldSpan(const char *text, size_t length){
  return (LoreField){ .kind = text ? LORE_FIELD_TEXT : LORE_FIELD_NULL, .bytes = text, .length = text ? length : 0 };
}

LoreField loreFieldText(const char *text){
  return loreFieldSpan(text, text ? strlen(text) : 0);
}

LoreField loreFieldBlob(const void *bytes, size_t length){
  return (LoreField){ .kind = LORE_FIELD_BLOB, .bytes = bytes, .length = length };
}

LoreField loreFieldInteger(int64_t value){
  return (LoreField){ .kind = LORE_FIELD_INTEGER, .integer = value };
}

static void put(unsigned char to[8], uint64_t number){
  for(int k = 0; k < 8; k++) to[k] = (unsigned char)(number >> (8*k));
}

static void add(crypto_generichash_state *state, const LoreField *field){
  unsigned char head[9], integer[8];
  const void *bytes = field->bytes;
  size_t length = field->length;
  if( field->kind==LORE_FIELD_INTEGER ){
    put(integer, (uint64_t)field->integer);
    bytes = integer;
    length = sizeof integer;
  }
  head[0] = (unsigned char)field->kind;
  put(head + 1, length);
  crypto_generichash_update(state, head, sizeof head);
  if( length ) crypto_generichash_update(state, bytes, length);
}

void loreHash(const LoreField *fields, int count, char hex[LORE_HASH_SIZE]){
  crypto_generichash_state state;
  unsigned char hash[(LORE_HASH_SIZE - 1)/2];
  crypto_generichash_init(&state, NULL, 0, sizeof hash);
  for(int i = 0; i < count; i++) add(&state, &fields[i]);
  crypto_generichash_final(&state, hash, sizeof hash);
  sodium_bin2hex(hex, LORE_HASH_SIZE, hash, sizeof hash);
}

/* ---- Streams ---- */

enum { ALIGNMENT = 64 };

_Static_assert(sizeof(crypto_generichash_state) + ALIGNMENT <= sizeof(LoreDigestStream), "room for libsodium's state");

/* The state inside its room, where libsodium can have it. It must not move. */
static crypto_generichash_state *stateOf(LoreDigestStream *stream){
  uintptr_t address = (uintptr_t)stream->room;
  return (crypto_generichash_state*)(void*)(stream->room + (ALIGNMENT - address % ALIGNMENT) % ALIGNMENT);
}

void loreDigestBegin(LoreDigestStream *stream){
  crypto_generichash_init(stateOf(stream), NULL, 0, (LORE_DIGEST_SIZE - 1)/2);
}

void loreDigestAdd(LoreDigestStream *stream, const char *bytes, size_t length){
  crypto_generichash_update(stateOf(stream), (const unsigned char*)bytes, length);
}

void loreDigestEnd(LoreDigestStream *stream, char *hex){
  unsigned char hash[(LORE_DIGEST_SIZE - 1)/2];
  crypto_generichash_final(stateOf(stream), hash, sizeof hash);
  sodium_bin2hex(hex, LORE_DIGEST_SIZE, hash, sizeof hash);
}
