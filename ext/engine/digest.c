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
