/* Tags of a series have one form. */
#include "helpers.h"

#include "metrics/tags.h"

static char gForm[4096];

/* The one form of a JSON object, or why it is none. */
static const char *formOf(const char *json){
  Tags tags;
  LoreBuffer out = { .reallocate = realloc };
  size_t length = strlen(json);
  char *room = malloc(2*length + 1);
  const char *problem = tagsRead(json, length, &tags, room);
  if( problem==NULL ){
    tagsDropNull(&tags);
    tagsWrite(&tags, &out);
    snprintf(gForm, sizeof gForm, "%s", out.data);
  }
  free(out.data);
  free(room);
  return problem ? problem : gForm;
}

static void test_members_are_sorted_and_blanks_and_escapes_go(void **state){
  (void)state;
  assert_string_equal(formOf("{}"), "{}");
  assert_string_equal(formOf(" { \"b\" : 1 , \"a\" : \"x\\u0041\\/\" } "), "{\"a\":\"xA/\",\"b\":1}");
  assert_string_equal(formOf("{\"b\":null,\"a\":true,\"C\":-1.50e3}"), "{\"C\":-1.50e3,\"a\":true}");
  assert_string_equal(formOf("{\"\\u00e9\":\"\\ud83d\\ude00\",\"e\":\"\\\"\\n\"}"),
                      "{\"e\":\"\\\"\\u000a\",\"\xc3\xa9\":\"\xf0\x9f\x98\x80\"}");
}

static void test_what_is_no_tag_is_refused(void **state){
  (void)state;
  assert_string_equal(formOf("[1]"), "must be a JSON object");
  assert_string_equal(formOf("{\"a\":[]}"), "must not hold an array or an object");
  assert_string_equal(formOf("{\"a\":{}}"), "must not hold an array or an object");
  assert_string_equal(formOf("{\"a\":1,\"\\u0061\":1}"), "must not have a member twice");
  assert_string_equal(formOf("{\"\":1}"), "must not have a member without a name");
  assert_string_equal(formOf("{\"a\":\"\\ud800\"}"), "must not hold U+0000 or half a surrogate pair");
  assert_string_equal(formOf("{\"a\\u0000\":1}"), "must not hold U+0000 or half a surrogate pair");
}

static void test_there_are_at_most_64(void **state){
  (void)state;
  char json[2000] = "{";
  for(int i = 0; i < 64; i++) snprintf(json + strlen(json), sizeof json - strlen(json), "%s\"t%d\":%d", i ? "," : "", i, i);
  char most[2000];
  snprintf(most, sizeof most, "%s}", json);
  assert_true(*formOf(most)=='{');
  snprintf(most, sizeof most, "%s,\"x\":1}", json);
  assert_string_equal(formOf(most), "must not have more than 64 members");
}

int main(void){
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_members_are_sorted_and_blanks_and_escapes_go),
    cmocka_unit_test(test_what_is_no_tag_is_refused),
    cmocka_unit_test(test_there_are_at_most_64),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
