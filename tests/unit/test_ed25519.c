/*
** Signatures against RFC 8032, and the forms of keys: each text is read as just the bytes that it stands for, or not at all.
*/
#include "helpers.h"

#include "engine/ed25519.h"

/* RFC 8032, section 7.1, test 2: a message of one byte. */
static const char kSeed[] = "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb";
static const char kPublic[] = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";
static const char kSignature[] = "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                                 "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00";
static const char kMessage[] = "\x72";

static void read_(const char *text, unsigned char *bytes, size_t count){
  assert_int_equal(loreBytesRead(text, strlen(text), bytes, count), 1);
}

static void a_pair_and_its_signature_are_those_of_the_rfc(void **state){
  (void)state;
  unsigned char seed[LORE_SEED_BYTES], public_key[LORE_PUBLIC_BYTES], secret[LORE_SECRET_BYTES], signature[LORE_SIGNATURE_BYTES];
  char hex[2*LORE_SIGNATURE_BYTES + 1];
  read_(kSeed, seed, sizeof seed);
  loreSignPair(seed, public_key, secret);
  loreHex(public_key, sizeof public_key, hex);
  assert_string_equal(hex, kPublic);
  assert_memory_equal(secret, seed, sizeof seed);
  assert_memory_equal(secret + sizeof seed, public_key, sizeof public_key);
  loreSign(kMessage, 1, secret, signature);
  loreHex(signature, sizeof signature, hex);
  assert_string_equal(hex, kSignature);
}

static void a_signature_is_of_one_key_and_one_message(void **state){
  (void)state;
  unsigned char public_key[LORE_PUBLIC_BYTES], signature[LORE_SIGNATURE_BYTES];
  read_(kPublic, public_key, sizeof public_key);
  read_(kSignature, signature, sizeof signature);
  assert_int_equal(loreSigned(kMessage, 1, public_key, signature), 1);
  assert_int_equal(loreSigned("\x73", 1, public_key, signature), 0);
  assert_int_equal(loreSigned(kMessage, 0, public_key, signature), 0);
  for(size_t bit = 0; bit < 8*sizeof signature; bit++){
    signature[bit/8] ^= (unsigned char)(1 << bit%8);
    assert_int_equal(loreSigned(kMessage, 1, public_key, signature), 0);
    signature[bit/8] ^= (unsigned char)(1 << bit%8);
  }
  for(size_t bit = 0; bit < 8*sizeof public_key; bit++){
    public_key[bit/8] ^= (unsigned char)(1 << bit%8);
    assert_int_equal(loreSigned(kMessage, 1, public_key, signature), 0);
    public_key[bit/8] ^= (unsigned char)(1 << bit%8);
  }
}

static void a_key_of_no_order_signs_nothing(void **state){
  (void)state;
  unsigned char zero_key[LORE_PUBLIC_BYTES] = { 0 }, one_key[LORE_PUBLIC_BYTES] = { 1 }, signature[LORE_SIGNATURE_BYTES] = { 1 };
  assert_int_equal(loreSigned("", 0, zero_key, signature), 0);
  assert_int_equal(loreSigned("", 0, one_key, signature), 0);
}

static void bytes_are_read_from_each_form(void **state){
  (void)state;
  static const char *const kForms[] = { "fbff00aa", "FBFF00AA", "fBfF00aA", "+/8Aqg==", "+/8Aqg", "-_8Aqg==", "-_8Aqg" };
  static const unsigned char kBytes[] = { 0xfb, 0xff, 0x00, 0xaa };
  for(size_t i = 0; i < COUNT(kForms); i++){
    unsigned char bytes[4];
    char *text = exactCopy(kForms[i], strlen(kForms[i]));
    assert_int_equal(loreBytesRead(text, strlen(kForms[i]), bytes, sizeof bytes), 1);
    assert_memory_equal(bytes, kBytes, sizeof bytes);
    free(text);
  }
}

static void what_is_none_of_them_is_not_read(void **state){
  (void)state;
  static const char *const kTexts[] = { "", "fbff00a", "fbff00aag", "fbff00aa00", " fbff00aa", "fbff00aa ", "0xfbff00aa",
                                        "zbff00aa", "+/8Aqg=", "+/8A", "+/8Aqqg=", "+/8Aqh==", "+_8Aqg==", "+/8A\nqg==",
                                        "fb:ff:00:aa" };
  for(size_t i = 0; i < COUNT(kTexts); i++){
    unsigned char bytes[4];
    char *text = exactCopy(kTexts[i], strlen(kTexts[i]));
    if( loreBytesRead(text, strlen(kTexts[i]), bytes, sizeof bytes) ) fail_msg("'%s' was read", kTexts[i]);
    free(text);
  }
}

static void what_is_wiped_is_gone(void **state){
  (void)state;
  unsigned char bytes[40], zeros[40] = { 0 };
  memset(bytes, 7, sizeof bytes);
  loreWipe(bytes, sizeof bytes);
  assert_memory_equal(bytes, zeros, sizeof bytes);
}

int main(void){
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_pair_and_its_signature_are_those_of_the_rfc),
    cmocka_unit_test(a_signature_is_of_one_key_and_one_message),
    cmocka_unit_test(a_key_of_no_order_signs_nothing),
    cmocka_unit_test(bytes_are_read_from_each_form),
    cmocka_unit_test(what_is_none_of_them_is_not_read),
    cmocka_unit_test(what_is_wiped_is_gone),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
