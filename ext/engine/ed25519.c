/*
** Ed25519: see ed25519.h. None of these functions needs sodium_init: they keep no state of their own.
*/
#include "engine/ed25519.h"

#include <sodium.h>

void loreSignPair(const unsigned char seed[LORE_SEED_BYTES], unsigned char public_key[LORE_PUBLIC_BYTES],
                  unsigned char secret[LORE_SECRET_BYTES]){
  crypto_sign_seed_keypair(public_key, secret, seed);
}

void loreSign(const char *message, size_t length, const unsigned char secret[LORE_SECRET_BYTES],
              unsigned char signature[LORE_SIGNATURE_BYTES]){
  crypto_sign_detached(signature, NULL, (const unsigned char*)message, length, secret);
}

int loreSigned(const char *message, size_t length, const unsigned char public_key[LORE_PUBLIC_BYTES],
               const unsigned char signature[LORE_SIGNATURE_BYTES]){
  return crypto_sign_verify_detached(signature, (const unsigned char*)message, length, public_key)==0;
}

void loreHex(const unsigned char *bytes, size_t count, char *hex){
  sodium_bin2hex(hex, 2*count + 1, bytes, count);
}

static int readHex(const char *text, size_t length, unsigned char *bytes, size_t count){
  size_t read;
  return length==2*count && sodium_hex2bin(bytes, count, text, length, NULL, &read, NULL)==0 && read==count;
}

int loreBytesRead(const char *text, size_t length, unsigned char *bytes, size_t count){
  static const int kVariants[] = { sodium_base64_VARIANT_ORIGINAL, sodium_base64_VARIANT_ORIGINAL_NO_PADDING,
                                   sodium_base64_VARIANT_URLSAFE, sodium_base64_VARIANT_URLSAFE_NO_PADDING };
  if( readHex(text, length, bytes, count) ) return 1;
  for(size_t i = 0; i < sizeof kVariants/sizeof *kVariants; i++){
    size_t read;
    if( sodium_base642bin(bytes, count, text, length, NULL, &read, NULL, kVariants[i])==0 && read==count ) return 1;
  }
  return 0;
}

void loreWipe(void *memory, size_t bytes){
  sodium_memzero(memory, bytes);
}
