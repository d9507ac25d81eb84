/*
** Digests: BLAKE2b-128 of the parts, each with its length (8 bytes, little-endian) before it; BLAKE2b-256 of fields. The expected
** values are those of Python's hashlib.blake2b.
*/
#include "helpers.h"

#include "engine/digest.h"

static const char *digest(int count, const char *first, const char *second){
  static char hex[LORE_DIGEST_SIZE + 1];
  const char *const parts[] = { first, second };
  hex[LORE_DIGEST_SIZE] = 'x';
  loreDigest(parts, count, hex);
  assert_int_equal(hex[LORE_DIGEST_SIZE - 1], 0);
  assert_int_equal(hex[LORE_DIGEST_SIZE], 'x');
  return hex;
}

static void a_digest_is_that_of_another_implementation(void **state){
  (void)state;
  char thousand[1001];
  memset(thousand, 'x', 1000);
  thousand[1000] = 0;
  assert_string_equal(digest(0, NULL, NULL), "cae66941d9efbd404e4d88758ea67670");
  assert_string_equal(digest(1, "", NULL), "c804ce198ec337e3dc762bdd1a09aece");
  assert_string_equal(digest(1, "abc", NULL), "10366aba46518e2b9d040dde242bbc5a");
  assert_string_equal(digest(2, "Gr\xc3\xb6\xc3\x9f" "e \xe2\x82\xac", thousand), "cda52eb01775e30391e1ba72a6b95d03");
}

static void where_one_part_ends_makes_a_difference(void **state){
  (void)state;
  assert_string_equal(digest(2, "ab", "c"), "4826ed043ab3cdec576d8541fa5d5a80");
  assert_string_equal(digest(2, "a", "bc"), "f14abc19c330e936bb9c8506d69bac9b");
  assert_string_equal(digest(2, "", ""), "463be1d58a72e9618ea59884367c4358");
  char first[LORE_DIGEST_SIZE];
  memcpy(first, digest(2, "abc", ""), sizeof first);
  assert_string_not_equal(first, digest(2, "", "abc"));
  assert_string_not_equal(first, digest(1, "abc", NULL));
}

static const char *hash(const LoreField *fields, int count){
  static char hex[LORE_HASH_SIZE + 1];
  hex[LORE_HASH_SIZE] = 'x';
  loreHash(fields, count, hex);
  assert_int_equal(hex[LORE_HASH_SIZE - 1], 0);
  assert_int_equal(hex[LORE_HASH_SIZE], 'x');
  return hex;
}

static void a_hash_of_fields_is_that_of_another_implementation(void **state){
  (void)state;
  const LoreField all[] = { loreFieldText("abc"), loreFieldText(NULL), loreFieldInteger(-2), loreFieldBlob("\0\xff", 2),
                            loreFieldText("") };
  const LoreField two[] = { loreFieldSpan("abc", 2), loreFieldText("c") };
  assert_string_equal(hash(NULL, 0), "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
  assert_string_equal(hash(all, 5), "d7085b6d77e0055e4b6f394f930f3e9127b24cbb0b0b2d8336701a61dba0e83b");
  assert_string_equal(hash(two, 2), "63dec699d98b068ae1593b31d5a463665bcf1045d19938dc609e70ab7d17bab3");
}

static void the_kind_of_a_field_makes_a_difference(void **state){
  (void)state;
  static const char kZeros[8] = { 0 };
  const LoreField fields[] = { loreFieldText(NULL), loreFieldText(""), loreFieldBlob("", 0), loreFieldInteger(0),
                               loreFieldSpan(kZeros, 8), loreFieldBlob(kZeros, 8), loreFieldInteger(1) };
  char hashes[COUNT(fields)][LORE_HASH_SIZE];
  for(size_t i = 0; i < COUNT(fields); i++){
    memcpy(hashes[i], hash(&fields[i], 1), LORE_HASH_SIZE);
    for(size_t k = 0; k < i; k++) assert_string_not_equal(hashes[i], hashes[k]);
  }
}

static void a_stream_may_be_cut_anywhere(void **state){
  (void)state;
  char hex[LORE_DIGEST_SIZE];
  for(size_t piece = 1; piece < 9; piece++){
    LoreDigestStream stream;
    loreDigestBegin(&stream);
    for(size_t at = 0; at < 400; at += piece){
      char part[9];
      size_t length = piece < 400 - at ? piece : 400 - at;
      for(size_t i = 0; i < length; i++) part[i] = "abc\n"[(at + i) % 4];
      loreDigestAdd(&stream, part, length);
    }
    loreDigestEnd(&stream, hex);
    assert_string_equal(hex, "247b91be1de457839c1c6cd5af75bd2e");
  }
}

int main(void){
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_digest_is_that_of_another_implementation),
    cmocka_unit_test(a_stream_may_be_cut_anywhere),
    cmocka_unit_test(where_one_part_ends_makes_a_difference),
    cmocka_unit_test(a_hash_of_fields_is_that_of_another_implementation),
    cmocka_unit_test(the_kind_of_a_field_makes_a_difference),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
