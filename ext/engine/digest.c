#include "engine/digest.h"

#include <sodium.h>
#include <stdint.h>
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
