/*
** UTF-8, words and numbers: every boundary of RFC 3629, and numbers in a locale that writes 0,5.
*/
#include "helpers.h"

#include "engine/text.h"

/* ---- UTF-8 ---- */

static int valid(const char *text, size_t length){
  char *exact = exactCopy(text, length);
  int good = loreUtf8Valid(exact, length);
  free(exact);
  return good;
}

/* The bytes of a code point by the rule of its size, also where RFC 3629 forbids it. */
static size_t encode(unsigned code, size_t size, char *out){
  static const unsigned char kLead[] = { 0, 0, 0xc0, 0xe0, 0xf0, 0xf8 };
  if( size==1 ){
    out[0] = (char)code;
    return 1;
  }
  for(size_t i = size - 1; i > 0; i--, code >>= 6) out[i] = (char)(0x80 | (code & 0x3f));
  out[0] = (char)(kLead[size] | code);
  return size;
}

static size_t sizeOf(unsigned code){
  return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
}

static void every_code_point_is_valid_in_its_shortest_form_but_surrogates(void **state){
  (void)state;
  for(unsigned code = 0; code <= 0x10ffff; code++){
    char text[8];
    size_t length = encode(code, sizeOf(code), text);
    int is_surrogate = code >= 0xd800 && code <= 0xdfff;
    if( loreUtf8Valid(text, length)==is_surrogate ) fail_msg("U+%04X", code);
    if( !is_surrogate ) assert_int_equal(loreUtf8Length(text, length), 1);
  }
}

static void longer_forms_of_a_code_point_are_broken(void **state){
  (void)state;
  static const unsigned kCodes[] = { 0, 0x2f, 0x7f, 0x80, 0x7ff, 0x800, 0xffff };
  for(size_t i = 0; i < COUNT(kCodes); i++){
    for(size_t size = sizeOf(kCodes[i]) + 1; size <= 4; size++){
      char text[8];
      assert_false(valid(text, encode(kCodes[i], size, text)));
    }
  }
}

static void beyond_the_last_code_point_is_broken(void **state){
  (void)state;
  char text[8];
  assert_true(valid(text, encode(0x10ffff, 4, text)));
  for(unsigned code = 0x110000; code < 0x200000; code += 0x3fff) assert_false(valid(text, encode(code, 4, text)));
  assert_false(valid("\xf8\x88\x80\x80\x80", 5));
  assert_false(valid("\xfc\x84\x80\x80\x80\x80", 6));
}

static void every_single_byte_is_ascii_or_broken(void **state){
  (void)state;
  for(int byte = 0; byte < 256; byte++){
    char c = (char)byte;
    assert_int_equal(valid(&c, 1), byte < 0x80);
  }
}

/* RFC 3629, section 4, as it stands there. */
static int isTwo(int a, int b){
  return a >= 0xc2 && a <= 0xdf && b >= 0x80 && b <= 0xbf;
}

static int isThree(int a, int b, int c){
  int second = a==0xe0 ? b >= 0xa0 && b <= 0xbf : a==0xed ? b >= 0x80 && b <= 0x9f : b >= 0x80 && b <= 0xbf;
  return a >= 0xe0 && a <= 0xef && second && c >= 0x80 && c <= 0xbf;
}

static int isFour(int a, int b, int c, int d){
  int second = a==0xf0 ? b >= 0x90 && b <= 0xbf : a==0xf4 ? b >= 0x80 && b <= 0x8f : b >= 0x80 && b <= 0xbf;
  return a >= 0xf0 && a <= 0xf4 && second && c >= 0x80 && c <= 0xbf && d >= 0x80 && d <= 0xbf;
}

static void every_pair_and_triple_of_bytes_is_judged_by_the_grammar(void **state){
  (void)state;
  for(int a = 0x80; a < 256; a++){
    for(int b = 0; b < 256; b++){
      char two[] = { (char)a, (char)b };
      if( loreUtf8Valid(two, 2)!=isTwo(a, b) ) fail_msg("%02x %02x", a, b);
      for(int c = 0; c < 256; c++){
        char three[] = { (char)a, (char)b, (char)c };
        int expected = isThree(a, b, c) || (isTwo(a, b) && c < 0x80);
        if( loreUtf8Valid(three, 3)!=expected ) fail_msg("%02x %02x %02x", a, b, c);
      }
    }
  }
}

static void every_four_bytes_at_a_boundary_are_judged_by_the_grammar(void **state){
  (void)state;
  static const int kEdges[] = { 0, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xff };
  for(int a = 0xf0; a < 256; a++){
    for(int b = 0; b < 256; b++){
      for(size_t c = 0; c < COUNT(kEdges); c++){
        for(size_t d = 0; d < COUNT(kEdges); d++){
          char four[] = { (char)a, (char)b, (char)kEdges[c], (char)kEdges[d] };
          if( loreUtf8Valid(four, 4)!=isFour(a, b, kEdges[c], kEdges[d]) ) fail_msg("%02x %02x", a, b);
        }
      }
    }
  }
}

static void a_broken_byte_is_seen_wherever_it_stands(void **state){
  (void)state;
  char text[40];
  for(size_t length = 1; length <= sizeof text; length++){
    for(size_t at = 0; at < length; at++){
      memset(text, 'a', length);
      assert_true(valid(text, length));
      text[at] = (char)0x80;
      assert_false(valid(text, length));
      text[at] = (char)0xc3;
      assert_false(valid(text, length));
      if( at + 1 < length ){
        text[at + 1] = (char)0xa9;
        assert_true(valid(text, length));
        assert_int_equal(loreUtf8Length(text, length), length - 1);
      }
    }
  }
}

static void a_sequence_cut_short_is_broken(void **state){
  (void)state;
  static const char *const kTexts[] = { "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80", "abcdefgh\xf0\x9f\x98\x80" };
  for(size_t i = 0; i < COUNT(kTexts); i++){
    size_t length = strlen(kTexts[i]), ascii = i==3 ? 8 : 0;
    assert_true(valid(kTexts[i], length));
    for(size_t cut = ascii + 1; cut < length; cut++) assert_false(valid(kTexts[i], cut));
  }
}

static void no_text_is_valid_and_has_no_characters(void **state){
  (void)state;
  assert_true(valid("", 0));
  assert_int_equal(loreUtf8Length("", 0), 0);
  assert_true(valid("a\0b", 3));
  assert_int_equal(loreUtf8Length("a\0\xc3\xa9", 4), 3);
}

/* ---- Words ---- */

static void only_ascii_letters_become_small(void **state){
  (void)state;
  char all[256], lower[257];
  for(int i = 0; i < 256; i++) all[i] = (char)i;
  lower[256] = 'x';
  loreAsciiLower(lower, all, 256);
  assert_int_equal(lower[256], 0);
  for(int i = 0; i < 256; i++) assert_int_equal((unsigned char)lower[i], i >= 'A' && i <= 'Z' ? i + 32 : i);
  loreAsciiLower(lower, "", 0);
  assert_int_equal(lower[0], 0);
}

static void a_word_is_in_a_list_only_as_a_whole(void **state){
  (void)state;
  assert_true(loreWordIn("active", "active|cleared|paused"));
  assert_true(loreWordIn("cleared", "active|cleared|paused"));
  assert_true(loreWordIn("paused", "active|cleared|paused"));
  assert_true(loreWordIn("only", "only"));
  static const char *const kBad[] = {
    "", "a", "act", "actived", "clear", "leared", "pause", "pausedd", "Active", "active ", "active|cleared ",
  };
  for(size_t i = 0; i < COUNT(kBad); i++) if( loreWordIn(kBad[i], "active|cleared|paused") ) fail_msg("'%s'", kBad[i]);
  assert_true(loreWordIn("ab", "abc|ab"));
  assert_false(loreWordIn("abc", "ab|abcd"));
}

static void two_words_of_a_list_are_no_word_of_it(void **state){
  (void)state;
  assert_false(loreWordIn("active|cleared", "active|cleared|paused"));
  assert_false(loreWordIn("cleared|paused", "active|cleared|paused"));
  assert_false(loreWordIn("active|cleared|paused", "active|cleared|paused"));
}

/* ---- Numbers ---- */

typedef struct Number {
  int type; /* 0: refused */
  long long integer;
  double real;
} Number;

static Number numberOf(const char *text, size_t length){
  Number number = { 0, 0, 0 };
  char *exact = exactCopy(text, length);
  if( !loreNumberParse(exact, length, &number.type, &number.integer, &number.real) ) number.type = 0;
  free(exact);
  return number;
}

static void expectInteger(const char *text, long long integer){
  Number number = numberOf(text, strlen(text));
  if( number.type!=1 || number.integer!=integer ) fail_msg("'%s': type %d, %lld", text, number.type, number.integer);
}

static void expectReal(const char *text, double real){
  Number number = numberOf(text, strlen(text));
  if( number.type!=2 || number.real!=real ) fail_msg("'%s': type %d, %.17g", text, number.type, number.real);
}

static void whole_numbers_keep_all_their_64_bits(void **state){
  (void)state;
  expectInteger("0", 0);
  expectInteger("-0", 0);
  expectInteger("+7", 7);
  expectInteger("-7", -7);
  expectInteger("007", 7);
  expectInteger("9007199254740993", 9007199254740993LL);
  expectInteger("9223372036854775807", INT64_MAX);
  expectInteger("-9223372036854775807", -INT64_MAX);
  expectInteger("-9223372036854775808", INT64_MIN);
  expectInteger("0000000000000000000000000009223372036854775807", INT64_MAX);
}

static void whole_numbers_beyond_64_bits_are_real(void **state){
  (void)state;
  expectReal("9223372036854775808", 9223372036854775808.0);
  expectReal("-9223372036854775809", -9223372036854775809.0);
  expectReal("18446744073709551616", 18446744073709551616.0);
  expectReal("99999999999999999999", 1e20);
  expectReal("92233720368547758070", 92233720368547758070.0);
}

static void numbers_with_a_point_or_an_exponent_are_real(void **state){
  (void)state;
  expectReal("0.5", 0.5);
  expectReal(".5", 0.5);
  expectReal("5.", 5);
  expectReal("-.5e1", -5);
  expectReal("1e3", 1000);
  expectReal("1E+3", 1000);
  expectReal("1e-3", 0.001);
  expectReal("0.1", 0.1);
  expectReal("1.7976931348623157e308", 1.7976931348623157e308);
  expectReal("4.9406564584124654e-324", 4.9406564584124654e-324);
}

static void what_is_no_number_as_a_whole_is_refused(void **state){
  (void)state;
  static const char *const kBad[] = {
    "", " ", "+", "-", ".", "-.", "e5", ".e5", "1e", "1e+", "1e-", "1 ", " 1", "1a", "0x10", "1_000", "1,5", "1.2.3", "--1", "+-1",
    "1e5.5", "1e5e5", "inf", "nan", "-Infinity", "NaN", "\xd9\xa3", "1\xc2\xa0", "1;", "true",
  };
  for(size_t i = 0; i < COUNT(kBad); i++){
    if( numberOf(kBad[i], strlen(kBad[i])).type ) fail_msg("'%s' is taken for a number", kBad[i]);
  }
  assert_int_equal(numberOf("1\0", 2).type, 0);
  assert_int_equal(numberOf("1.5\0e1", 6).type, 0);
}

static void every_beginning_of_a_number_is_read_without_a_byte_too_many(void **state){
  (void)state;
  static const char kText[] = "-12.75e+2";
  static const int kTypes[] = { 0, 0, 1, 1, 2, 2, 2, 0, 0, 2 };
  for(size_t length = 0; length < COUNT(kTypes); length++) assert_int_equal(numberOf(kText, length).type, kTypes[length]);
}

static void numbers_do_not_depend_on_the_locale(void **state){
  (void)state;
  useDecimalComma();
  expectReal("0.5", 0.5);
  expectReal("-12.75e+2", -1275);
  expectReal("5.", 5);
  expectInteger("12", 12);
  assert_int_equal(numberOf("0,5", 3).type, 0);
  assert_int_equal(numberOf("1.000,5", 7).type, 0);
}

int main(void){
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(every_code_point_is_valid_in_its_shortest_form_but_surrogates),
    cmocka_unit_test(longer_forms_of_a_code_point_are_broken),
    cmocka_unit_test(beyond_the_last_code_point_is_broken),
    cmocka_unit_test(every_single_byte_is_ascii_or_broken),
    cmocka_unit_test(every_pair_and_triple_of_bytes_is_judged_by_the_grammar),
    cmocka_unit_test(every_four_bytes_at_a_boundary_are_judged_by_the_grammar),
    cmocka_unit_test(a_broken_byte_is_seen_wherever_it_stands),
    cmocka_unit_test(a_sequence_cut_short_is_broken),
    cmocka_unit_test(no_text_is_valid_and_has_no_characters),
    cmocka_unit_test(only_ascii_letters_become_small),
    cmocka_unit_test(a_word_is_in_a_list_only_as_a_whole),
    cmocka_unit_test(two_words_of_a_list_are_no_word_of_it),
    cmocka_unit_test(whole_numbers_keep_all_their_64_bits),
    cmocka_unit_test(whole_numbers_beyond_64_bits_are_real),
    cmocka_unit_test(numbers_with_a_point_or_an_exponent_are_real),
    cmocka_unit_test(what_is_no_number_as_a_whole_is_refused),
    cmocka_unit_test(every_beginning_of_a_number_is_read_without_a_byte_too_many),
    cmocka_unit_test_teardown(numbers_do_not_depend_on_the_locale, useCLocale),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
