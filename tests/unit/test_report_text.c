/*
** Text and numbers in markup, and charts of characters.
*/
#include "report_helpers.h"

#include <math.h>

#include "engine/text.h"
#include "report/decimal.h"
#include "report/glyphs.h"

static LoreBuffer out;

static const char *shown(ReportText text, size_t most){
  markupText(&out, text, most);
  return taken(&out);
}

#define SHOWN(literal) shown(REPORT_TEXT(literal), 1000)

static void markup_is_escaped_and_what_it_forbids_is_replaced(void **state){
  (void)state;
  assert_string_equal(SHOWN("<a b=\"c\" d='e'>&"), "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;");
  assert_string_equal(SHOWN("a\0b\tc\nd\x1f"), "a b c d ");
  assert_string_equal(SHOWN("\xff\xc0\x80\xed\xa0\x80"),
                      "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
  assert_string_equal(SHOWN("a\xC2\x85\xEF\xBF\xBE"), "a\xEF\xBF\xBD\xEF\xBF\xBD");
  assert_string_equal(SHOWN("x\xE2\x82"), "x\xEF\xBF\xBD\xEF\xBF\xBD");
  assert_string_equal(SHOWN("\xF0\x9F\x98\x80 \xD7\xA9"), "\xF0\x9F\x98\x80 \xD7\xA9");
}

static void characters_that_turn_what_follows_are_left_out(void **state){
  (void)state;
  assert_string_equal(SHOWN("a\xE2\x80\xAE" "b\xE2\x81\xA6" "c\xE2\x80\x8F" "d\xD8\x9C"), "abcd");
}

static void a_heap_of_marks_becomes_a_few(void **state){
  (void)state;
  assert_string_equal(SHOWN("e\xCC\x81\xCC\x81\xCC\x81\xCC\x81\xCC\x81\xCC\x81 e\xCC\x81"),
                      "e\xCC\x81\xCC\x81\xCC\x81\xCC\x81 e\xCC\x81");
}

static void what_is_too_long_ends_in_an_ellipsis(void **state){
  (void)state;
  assert_string_equal(shown(REPORT_TEXT("abcdef"), 6), "abcdef");
  assert_string_equal(shown(REPORT_TEXT("abcdefg"), 6), "abcde\xE2\x80\xA6");
  assert_string_equal(shown(REPORT_TEXT("<<<<"), 2), "&lt;\xE2\x80\xA6");
  markupFitted(&out, REPORT_TEXT("a name that is too long"), 60);
  assert_string_equal(taken(&out), "a name \xE2\x80\xA6");
  markupFitted(&out, REPORT_TEXT("fits"), markupWidth(REPORT_TEXT("fits")));
  assert_string_equal(taken(&out), "fits");
}

static void whatever_bytes_come_valid_utf8_goes(void **state){
  (void)state;
  uint64_t seed = 5;
  char bytes[64];
  for(int turn = 0; turn < 20000; turn++){
    size_t length = nextRandom(&seed) % sizeof bytes;
    for(size_t i = 0; i < length; i++) bytes[i] = (char)nextRandom(&seed);
    char *copy = exactCopy(bytes, length);
    markupText(&out, (ReportText){ copy, length }, 1 + nextRandom(&seed) % 40);
    size_t written = out.length;
    assert_true(loreUtf8Valid(taken(&out), written));
    free(copy);
  }
}

static void coordinates_have_one_decimal_at_most(void **state){
  (void)state;
  SHAPE(&out, "M@ @L@ @", 1, -2.55, 0.04, 1e9);
  assert_string_equal(taken(&out), "M1 -2.6L0 1000000");
}

static const char *number(double value){
  decimalWrite(&out, decimalOf(value, 4));
  return taken(&out);
}

static void numbers_are_short_and_exact(void **state){
  (void)state;
  assert_string_equal(number(0), "0");
  assert_string_equal(number(1), "1");
  assert_string_equal(number(-12.5), "\xE2\x88\x92" "12.5");
  assert_string_equal(number(0.1), "0.1");
  assert_string_equal(number(0.00012), "0.00012");
  assert_string_equal(number(0.000012), "1.2e-5");
  assert_string_equal(number(9999), "9999");
  assert_string_equal(number(10000), "10k");
  assert_string_equal(number(12345), "12.35k");
  assert_string_equal(number(1.5e6), "1.5M");
  assert_string_equal(number(999e12), "999T");
  assert_string_equal(number(1e15), "1e15");
  assert_string_equal(number(99995), "100k");
  assert_string_equal(number(1e300), "1e300");
  assert_string_equal(number(5e-324), "0");
  assert_string_equal(number(1.25e-200), "1.25e-200");
}

static void numbers_know_no_locale(void **state){
  (void)state;
  useDecimalComma();
  assert_string_equal(number(1234.5), "1235");
  assert_string_equal(number(0.5), "0.5");
}

/* ---- Characters ---- */

static const char *spark(GlyphPoint *points, size_t count, size_t width, int ascii){
  double sums[100];
  size_t counts[100];
  glyphsSpark(&out, points, count, width, ascii, sums, counts);
  return taken(&out);
}

static void a_sparkline_goes_by_time(void **state){
  (void)state;
  GlyphPoint points[] = { { 7, 7 }, { 0, 0 }, { 1, 1 }, { 2, 2 }, { 3, 3 }, { 4, 4 }, { 5, 5 }, { 6, 6 } };
  assert_string_equal(spark(points, 8, 8, 0), "▁▂▃▄▅▆▇█");
  assert_string_equal(spark(points, 8, 8, 1), "_.:-=+*#");
  assert_string_equal(spark(points, 8, 2, 1), "_#");
  GlyphPoint gap[] = { { 0, 1 }, { 9, 2 } };
  assert_string_equal(spark(gap, 2, 10, 1), "_        #");
  GlyphPoint flat[] = { { 0, 3 }, { 1, 3 } };
  assert_string_equal(spark(flat, 2, 2, 0), "▅▅");
  GlyphPoint infinite[] = { { 0, -INFINITY }, { 1, 0 }, { 2, INFINITY } };
  assert_string_equal(spark(infinite, 3, 3, 1), "_=#");
  GlyphPoint one[] = { { 5, 5 } };
  assert_string_equal(spark(one, 1, 4, 1), "=   ");
}

static const char *bar(double x, double lo, double hi, size_t width, int ascii){
  glyphsBar(&out, x, lo, hi, width, ascii);
  return taken(&out);
}

static void a_bar_is_as_long_as_its_share(void **state){
  (void)state;
  assert_string_equal(bar(5, 0, 10, 4, 0), "██  ");
  assert_string_equal(bar(3, 0, 8, 1, 0), "▍");
  assert_string_equal(bar(0, 0, 10, 4, 0), "    ");
  assert_string_equal(bar(0.001, 0, 10, 4, 0), "▏   ");
  assert_string_equal(bar(-3, 0, 10, 4, 0), "    ");
  assert_string_equal(bar(99, 0, 10, 4, 1), "####");
  assert_string_equal(bar(0.001, 0, 10, 4, 1), "#   ");
  assert_string_equal(bar(0, -1.7e308, 1.7e308, 4, 1), "##  ");
  for(int x = 0; x <= 16; x++){
    const char *text = bar(x, 0, 16, 2, 0);
    assert_int_equal(loreUtf8Length(text, strlen(text)), 2);
  }
}

static void a_histogram_shows_every_value(void **state){
  (void)state;
  const double values[] = { 0, 1, 1, 1, 1, 1, 1, 1, 1, 10 };
  size_t counts[100];
  glyphsHistogram(&out, values, COUNT(values), 5, 1, counts);
  assert_string_equal(taken(&out), "#   _");
  glyphsHistogram(&out, values, 1, 3, 0, counts);
  assert_string_equal(taken(&out), " ▅ ");
}

static int release(void **state){
  (void)state;
  free(out.data);
  return 0;
}

static int prepare(void **state){
  (void)state;
  out = newBuffer();
  return 0;
}

int main(void){
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(markup_is_escaped_and_what_it_forbids_is_replaced),
    cmocka_unit_test(characters_that_turn_what_follows_are_left_out),
    cmocka_unit_test(a_heap_of_marks_becomes_a_few),
    cmocka_unit_test(what_is_too_long_ends_in_an_ellipsis),
    cmocka_unit_test(whatever_bytes_come_valid_utf8_goes),
    cmocka_unit_test(coordinates_have_one_decimal_at_most),
    cmocka_unit_test(numbers_are_short_and_exact),
    cmocka_unit_test_teardown(numbers_know_no_locale, useCLocale),
    cmocka_unit_test(a_sparkline_goes_by_time),
    cmocka_unit_test(a_bar_is_as_long_as_its_share),
    cmocka_unit_test(a_histogram_shows_every_value),
  };
  return cmocka_run_group_tests(tests, prepare, release);
}
