/*
** Sealed texts open where they belong and nowhere else: every byte, every part of the place, every length.
*/
#include <fcntl.h>
#include <unistd.h>

#include "helpers.h"

#include "vault/seal.h"

#define KEY_ID "0190a8b2-1234-7abc-8def-0123456789ab"
#define OTHER_ID "0190a8b2-1234-7abc-8def-0123456789ac"

static const SealPlace kPlace = { "database", "secrets", "row", "ciphertext", KEY_ID };
static const char kText[] = "a text that nobody shall see";

enum { LENGTH = sizeof kText - 1, SEALED = LENGTH + SEAL_OVERHEAD };

typedef struct Sealed {
  unsigned char key[SEAL_KEY], bytes[SEALED], plain[SEALED];
} Sealed;

static Sealed seal(void){
  Sealed sealed;
  assert_true(sealReady());
  sealRandom(sealed.key, sizeof sealed.key);
  assert_true(sealClose(sealed.key, &kPlace, kText, LENGTH, sealed.bytes));
  return sealed;
}

static const char *opened(Sealed *sealed, const SealPlace *place, size_t length){
  memset(sealed->plain, 0, sizeof sealed->plain);
  return sealOpen(sealed->key, place, sealed->bytes, length, sealed->plain);
}

static void expectRefused(Sealed *sealed, const SealPlace *place, size_t length, const char *why){
  const char *said = opened(sealed, place, length);
  assert_non_null(said);
  if( why ) assert_string_equal(said, why);
  assert_int_not_equal(memcmp(sealed->plain, kText, 8), 0);
}

static void what_was_sealed_opens(void **state){
  Sealed sealed = seal(), again = seal();
  (void)state;
  assert_null(opened(&sealed, &kPlace, SEALED));
  assert_memory_equal(sealed.plain, kText, LENGTH);
  assert_memory_equal(sealed.bytes, "LSEC\1\x01\x90\xa8\xb2", 9);
  assert_memory_not_equal(sealed.bytes + 21, again.bytes + 21, SEAL_NONCE);
}

static void no_byte_may_be_changed(void **state){
  Sealed sealed = seal();
  (void)state;
  for(size_t i = 0; i < SEALED; i++){
    for(int bit = 0; bit < 8; bit++){
      sealed.bytes[i] ^= (unsigned char)(1 << bit);
      expectRefused(&sealed, &kPlace, SEALED, NULL);
      sealed.bytes[i] ^= (unsigned char)(1 << bit);
    }
  }
  assert_null(opened(&sealed, &kPlace, SEALED));
}

static void nothing_may_be_cut_off(void **state){
  Sealed sealed = seal();
  (void)state;
  for(size_t length = 0; length < SEALED; length++){
    expectRefused(&sealed, &kPlace, length, length < SEAL_OVERHEAD ? "is cut off" : NULL);
  }
}

static void it_opens_in_no_other_place(void **state){
  static const SealPlace kOthers[] = {
    { "database2", "secrets", "row", "ciphertext", KEY_ID }, { "database", "secret", "row", "ciphertext", KEY_ID },
    { "database", "secrets", "row2", "ciphertext", KEY_ID }, { "database", "secrets", "row", "context", KEY_ID },
    { "database", "secrets", "row", "ciphertext", OTHER_ID },
    { "databases", "ecrets", "row", "ciphertext", KEY_ID },  { "database", "secretsrow", "", "ciphertext", KEY_ID },
    { "", "", "", "", KEY_ID },
  };
  Sealed sealed = seal();
  (void)state;
  for(size_t i = 0; i < COUNT(kOthers); i++) expectRefused(&sealed, &kOthers[i], SEALED, NULL);
}

static void what_is_wrong_is_said(void **state){
  Sealed sealed = seal(), other = seal();
  SealPlace elsewhere = kPlace;
  (void)state;
  elsewhere.key_id = OTHER_ID;
  expectRefused(&sealed, &elsewhere, SEALED, "is sealed with another key than its row says");
  elsewhere.key_id = "no uuid";
  expectRefused(&sealed, &elsewhere, SEALED, "has no place to belong to");
  memcpy(sealed.key, other.key, SEAL_KEY);
  expectRefused(&sealed, &kPlace, SEALED, "was changed, or belongs to another row, column, table or database");
  sealed.bytes[4] = 2;
  expectRefused(&sealed, &kPlace, SEALED, "is sealed in a version that is not known here");
  sealed.bytes[0] = 'X';
  expectRefused(&sealed, &kPlace, SEALED, "is not sealed by lore");
}

static void a_place_that_is_none_is_refused(void **state){
  static char name[5000];
  unsigned char bytes[SEALED], key[SEAL_KEY] = { 0 };
  SealPlace place = kPlace;
  (void)state;
  memset(name, 'a', sizeof name - 1);
  place.row = name;
  assert_false(sealClose(key, &place, kText, LENGTH, bytes));
  place = kPlace;
  place.key_id = "0190a8b2-1234-7abc-8def-0123456789a";
  assert_false(sealClose(key, &place, kText, LENGTH, bytes));
}

static void a_check_tells_keys_and_places_apart(void **state){
  unsigned char first[SEAL_CHECK], second[SEAL_CHECK];
  Sealed one = seal(), other = seal();
  (void)state;
  sealCheck(one.key, "database", KEY_ID, first);
  sealCheck(one.key, "database", KEY_ID, second);
  assert_true(sealSame(first, second, SEAL_CHECK));
  sealCheck(other.key, "database", KEY_ID, second);
  assert_false(sealSame(first, second, SEAL_CHECK));
  sealCheck(one.key, "database2", KEY_ID, second);
  assert_false(sealSame(first, second, SEAL_CHECK));
  sealCheck(one.key, "database", OTHER_ID, second);
  assert_false(sealSame(first, second, SEAL_CHECK));
}

static void a_passphrase_gives_the_same_key_again_within_limits(void **state){
  static const struct { int64_t ops, memory; } kRefused[] = {
    { 0, 8192 }, { -1, 8192 }, { 11, 8192 }, { 1, 0 }, { 1, 8191 }, { 1, 1048577 }, { 1, (int64_t)64*1024*1024 },
    { INT64_MAX, 8192 },
    { 1, INT64_MAX }, { 1, INT64_MIN },
  };
  unsigned char salt[SEAL_SALT] = { 1 }, first[SEAL_KEY], second[SEAL_KEY];
  (void)state;
  assert_true(sealDerive("phrase", 6, salt, 1, 8192, first) && sealDerive("phrase", 6, salt, 1, 8192, second));
  assert_memory_equal(first, second, SEAL_KEY);
  assert_true(sealDerive("phrasf", 6, salt, 1, 8192, second));
  assert_memory_not_equal(first, second, SEAL_KEY);
  salt[0] = 2;
  assert_true(sealDerive("phrase", 6, salt, 1, 8192, second));
  assert_memory_not_equal(first, second, SEAL_KEY);
  for(size_t i = 0; i < COUNT(kRefused); i++){
    assert_false(sealDerive("phrase", 6, salt, kRefused[i].ops, kRefused[i].memory, first));
  }
}

static SealKeyForm formOf(const char *text, size_t length, size_t *line){
  unsigned char key[SEAL_KEY];
  *line = length;
  return sealReadKey(text, line, key);
}

static void a_key_file_is_raw_hexadecimal_or_a_line(void **state){
  static const char kHex[] = "00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF\n";
  static char long_line[SEAL_PASSPHRASE_MOST + 1];
  size_t line;
  (void)state;
  memset(long_line, 'x', sizeof long_line);
  assert_int_equal(formOf("\0\1\2\3\4\5\6\7\0\1\2\3\4\5\6\7\0\1\2\3\4\5\6\7\0\1\2\3\4\5\6\7", 32, &line), SEAL_FORM_RAW);
  assert_int_equal(formOf(kHex, 65, &line), SEAL_FORM_RAW);
  assert_int_equal(formOf(kHex, 64, &line), SEAL_FORM_RAW);
  assert_int_equal(formOf("a phrase\r\n", 10, &line), SEAL_FORM_PASSPHRASE);
  assert_int_equal(line, 8);
  assert_int_equal(formOf("a phrase of thirty-one letters.\n", 32, &line), SEAL_FORM_PASSPHRASE);
  assert_int_equal(line, 31);
  assert_int_equal(formOf("two\nlines", 9, &line), SEAL_FORM_NONE);
  assert_int_equal(formOf("", 0, &line), SEAL_FORM_NONE);
  assert_int_equal(formOf("\n", 1, &line), SEAL_FORM_NONE);
  assert_int_equal(formOf("a\0b", 3, &line), SEAL_FORM_NONE);
  assert_int_equal(formOf(long_line, SEAL_PASSPHRASE_MOST, &line), SEAL_FORM_PASSPHRASE);
  assert_int_equal(formOf(long_line, SEAL_PASSPHRASE_MOST + 1, &line), SEAL_FORM_NONE);
}

/* Reads what lies below this function's frame, where those that it has called had theirs, without calling more than it must. */
static int countBelow(const unsigned char mask[SEAL_KEY]){
  enum { ROOM = 16384 };
  static unsigned char room[ROOM];
  int memory = open("/proc/self/mem", O_RDONLY), count = 0;
  ssize_t got = pread(memory, room, ROOM, (off_t)((uintptr_t)__builtin_frame_address(0) - ROOM));
  close(memory);
  assert_int_equal(got, ROOM);
  for(size_t at = 0; at + SEAL_KEY <= ROOM; at++){
    size_t same = 0;
    while( same < SEAL_KEY && room[at + same]==(mask[same] ^ 0x55) ) same++;
    count += same==SEAL_KEY;
  }
  return count;
}

static int deriveAndCount(void){
  unsigned char key[SEAL_KEY], mask[SEAL_KEY], salt[SEAL_SALT] = { 7 };
  volatile unsigned char *byte = key; /* one by one, and in no wide register */
  assert_true(sealDerive("a long phrase", 13, salt, SEAL_OPS_LEAST, SEAL_MEMORY_LEAST, key));
  for(int i = 0; i < SEAL_KEY; i++) mask[i] = byte[i] ^ 0x55;
  sealWipe(key, sizeof key);
  return countBelow(mask);
}

static void a_derived_key_does_not_stay_on_the_stack(void **state){
  (void)state;
  assert_true(sealReady());
  deriveAndCount(); /* the linker binds what is called for the first time, and puts all registers onto the stack meanwhile */
  assert_int_equal(deriveAndCount(), 0);
}

int main(void){
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(what_was_sealed_opens),
    cmocka_unit_test(no_byte_may_be_changed),
    cmocka_unit_test(nothing_may_be_cut_off),
    cmocka_unit_test(it_opens_in_no_other_place),
    cmocka_unit_test(what_is_wrong_is_said),
    cmocka_unit_test(a_place_that_is_none_is_refused),
    cmocka_unit_test(a_check_tells_keys_and_places_apart),
    cmocka_unit_test(a_passphrase_gives_the_same_key_again_within_limits),
    cmocka_unit_test(a_key_file_is_raw_hexadecimal_or_a_line),
    cmocka_unit_test(a_derived_key_does_not_stay_on_the_stack),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
