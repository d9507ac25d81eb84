#include "vault/seal.h"

#include <sodium.h>
#include <string.h>

enum { VERSION = 1, PLACE_MOST = 4096, STACK_USED = 16384 };

static const unsigned char kMagic[4] = { 'L', 'S', 'E', 'C' };

int sealReady(void){
  return sodium_init() >= 0;
}

void sealRandom(unsigned char *to, size_t length){
  randombytes_buf(to, length);
}

/* ---- Places ---- */

/* Bytes of a UUID's text; 0: it is none. */
static int idBytes(const char *text, unsigned char bytes[SEAL_ID]){
  size_t length = 0;
  const char *end = NULL;
  if( strlen(text)!=36 || sodium_hex2bin(bytes, SEAL_ID, text, 36, "-", &length, &end)!=0 ) return 0;
  return length==SEAL_ID && end==text + 36;
}

static size_t append(unsigned char *to, size_t at, const void *bytes, size_t length){
  if( at==0 || length > PLACE_MOST || at + 8 + length > PLACE_MOST ) return 0;
  for(int i = 0; i < 8; i++) to[at + (size_t)i] = (unsigned char)((uint64_t)length >> (8*i));
  memcpy(to + at + 8, bytes, length);
  return at + 8 + length;
}

/* The associated data; 0: it would be too long. */
static size_t placeBytes(const SealPlace *place, unsigned char *to){
  const char *const parts[] = { place->database, place->table, place->row, place->column, place->key_id };
  const unsigned char version = VERSION;
  size_t at = 1;
  to[0] = 'A';
  for(size_t i = 0; i < sizeof parts/sizeof parts[0]; i++) at = append(to, at, parts[i], strlen(parts[i]));
  return append(to, at, &version, 1);
}

/* ---- Sealing ---- */

int sealClose(const unsigned char key[SEAL_KEY], const SealPlace *place, const void *text, size_t length, unsigned char *to){
  unsigned char data[PLACE_MOST];
  unsigned char *nonce = to + sizeof kMagic + 1 + SEAL_ID;
  size_t size = placeBytes(place, data);
  if( size==0 || !idBytes(place->key_id, to + sizeof kMagic + 1) ) return 0;
  memcpy(to, kMagic, sizeof kMagic);
  to[sizeof kMagic] = VERSION;
  randombytes_buf(nonce, SEAL_NONCE);
  crypto_aead_xchacha20poly1305_ietf_encrypt(to + SEAL_HEAD, NULL, text, length, data, size, NULL, nonce, key);
  return 1;
}

const char *sealOpen(const unsigned char key[SEAL_KEY], const SealPlace *place, const unsigned char *sealed, size_t length,
                     unsigned char *to){
  unsigned char data[PLACE_MOST], id[SEAL_ID];
  size_t size = placeBytes(place, data);
  if( length < SEAL_OVERHEAD ) return "is cut off";
  if( memcmp(sealed, kMagic, sizeof kMagic)!=0 ) return "is not sealed by lore";
  if( sealed[sizeof kMagic]!=VERSION ) return "is sealed in a version that is not known here";
  if( size==0 || !idBytes(place->key_id, id) ) return "has no place to belong to";
  if( memcmp(sealed + sizeof kMagic + 1, id, SEAL_ID)!=0 ) return "is sealed with another key than its row says";
  const unsigned char *nonce = sealed + sizeof kMagic + 1 + SEAL_ID;
  const unsigned char *text = sealed + SEAL_HEAD;
  int code = crypto_aead_xchacha20poly1305_ietf_decrypt(to, NULL, NULL, text, length - SEAL_HEAD, data, size, nonce, key);
  return code==0 ? NULL : "was changed, or belongs to another row, column, table or database";
}

/* ---- Keys ---- */

void sealCheck(const unsigned char key[SEAL_KEY], const char *database, const char *key_id, unsigned char check[SEAL_CHECK]){
  static const unsigned char kPurpose[] = "lore vault check";
  crypto_generichash_state state;
  crypto_generichash_init(&state, key, SEAL_KEY, SEAL_CHECK);
  crypto_generichash_update(&state, kPurpose, sizeof kPurpose);
  crypto_generichash_update(&state, (const unsigned char*)database, strlen(database) + 1);
  crypto_generichash_update(&state, (const unsigned char*)key_id, strlen(key_id) + 1);
  crypto_generichash_final(&state, check, SEAL_CHECK);
}

int sealSame(const void *first, const void *second, size_t length){
  return sodium_memcmp(first, second, length)==0;
}

void sealFingerprint(const unsigned char key[SEAL_KEY], const char *sort, const void *text, size_t length,
                     unsigned char to[SEAL_KEY]){
  static const unsigned char kPurpose[] = "lore vault fingerprint";
  crypto_generichash_state state;
  crypto_generichash_init(&state, key, SEAL_KEY, SEAL_KEY);
  crypto_generichash_update(&state, kPurpose, sizeof kPurpose);
  crypto_generichash_update(&state, (const unsigned char*)sort, strlen(sort) + 1);
  crypto_generichash_update(&state, text, length);
  crypto_generichash_final(&state, to, SEAL_KEY);
  sodium_memzero(&state, sizeof state);
}

int sealDerive(const char *passphrase, size_t length, const unsigned char salt[SEAL_SALT], int64_t ops, int64_t memory_kib,
               unsigned char key[SEAL_KEY]){
  if( ops < SEAL_OPS_LEAST || ops > SEAL_OPS_MOST || memory_kib < SEAL_MEMORY_LEAST || memory_kib > SEAL_MEMORY_MOST ) return 0;
  int code = crypto_pwhash(key, SEAL_KEY, passphrase, length, salt, (unsigned long long)ops, (size_t)memory_kib*1024,
                           crypto_pwhash_ALG_ARGON2ID13);
  sodium_stackzero(STACK_USED); /* the last hash of it is the key */
  return code==0;
}

unsigned char *sealAllocate(size_t length){
  return sodium_malloc(length);
}

void sealFree(unsigned char *memory){
  sodium_free(memory);
}

void sealWipe(void *memory, size_t length){
  sodium_memzero(memory, length);
}

/* ---- Key files ---- */

static int isPrintable(const char *text, size_t length){
  for(size_t i = 0; i < length; i++) if( (unsigned char)text[i] < ' ' || text[i]==127 ) return 0;
  return 1;
}

int sealReadHex(const char *text, size_t length, unsigned char key[SEAL_KEY]){
  size_t bytes = 0;
  const char *end = NULL;
  if( text==NULL || length!=SEAL_HEX ) return 0;
  return sodium_hex2bin(key, SEAL_KEY, text, length, NULL, &bytes, &end)==0 && bytes==SEAL_KEY && end==text + length;
}

/* 32 random bytes are as good as never all printable, so such a text is a passphrase. */
SealKeyForm sealReadKey(const char *text, size_t *length, unsigned char key[SEAL_KEY]){
  size_t line = *length;
  if( line > 0 && text[line - 1]=='\n' ) line--;
  if( line > 0 && text[line - 1]=='\r' ) line--;
  int is_line = isPrintable(text, line);
  if( *length==SEAL_KEY && !is_line ){
    memcpy(key, text, SEAL_KEY);
    return SEAL_FORM_RAW;
  }
  if( sealReadHex(text, line, key) ) return SEAL_FORM_RAW;
  if( line==0 || line > SEAL_PASSPHRASE_MOST || !is_line ) return SEAL_FORM_NONE;
  *length = line;
  return SEAL_FORM_PASSPHRASE;
}
