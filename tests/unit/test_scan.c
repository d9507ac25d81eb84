/*
** The walk over a JSON text: what stands where, strings with all their escapes, and never a byte beyond the
** end. Every text lies in memory of exactly its size, so that a sanitizer sees a byte too many.
*/
#include "helpers.h"

#include "engine/scan.h"

/* ---- Kinds ---- */

static void every_kind_is_told_by_how_it_begins_and_shown_as_it_stands(void **state){
  (void)state;
  static const struct { const char *text, *shown; LoreScanKind kind; } kCases[] = {
    { "null", "null", LORE_SCAN_NULL }, { " true\n", "true", LORE_SCAN_TRUE }, { "\tfalse ", "false", LORE_SCAN_FALSE },
    { "0", "0", LORE_SCAN_NUMBER }, { "\r-12.5e+3 ", "-12.5e+3", LORE_SCAN_NUMBER },
    { "\"\"", "\"\"", LORE_SCAN_STRING }, { " \"a, b\" ", "\"a, b\"", LORE_SCAN_STRING },
    { "[]", "[]", LORE_SCAN_ARRAY }, { " [ 1, [2] ] ", "[ 1, [2] ]", LORE_SCAN_ARRAY },
    { "{}", "{}", LORE_SCAN_OBJECT }, { "{\"a\":{}}\n", "{\"a\":{}}", LORE_SCAN_OBJECT },
  };
  for(size_t i = 0; i < COUNT(kCases); i++){
    char *text = exactCopy(kCases[i].text, strlen(kCases[i].text));
    LoreScanValue value;
    assert_int_equal(loreScanText(text, strlen(kCases[i].text), &value), 1);
    assert_int_equal(value.kind, kCases[i].kind);
    assert_int_equal(value.length, strlen(kCases[i].shown));
    assert_memory_equal(value.text, kCases[i].shown, value.length);
    free(text);
  }
}

static void nothing_but_blanks_is_no_value(void **state){
  (void)state;
  static const char *const kTexts[] = { "", " ", "\t\r\n " };
  LoreScanValue value;
  for(size_t i = 0; i < COUNT(kTexts); i++){
    char *text = exactCopy(kTexts[i], strlen(kTexts[i]));
    assert_int_equal(loreScanText(text, strlen(kTexts[i]), &value), 0);
    free(text);
  }
}

/* ---- Walking ---- */

/* The value of a literal, which lives as long as the program. */
static LoreScanValue valueOf(const char *text){
  LoreScanValue value;
  assert_int_equal(loreScanText(text, strlen(text), &value), 1);
  return value;
}

/* What a walk shows: each name and value as they stand, with a bar behind each. */
static const char *walk(const char *text){
  static char shown[256];
  size_t length = 0;
  LoreScanValue root = valueOf(text), name, value;
  LoreScan scan = loreScanInto(&root);
  shown[0] = 0;
  while( loreScanNext(&scan, &name, &value) ){
    if( scan.is_object ) length += (size_t)snprintf(shown + length, sizeof shown - length, "%.*s=", (int)name.length, name.text);
    length += (size_t)snprintf(shown + length, sizeof shown - length, "%.*s|", (int)value.length, value.text);
  }
  assert_int_equal(loreScanNext(&scan, &name, &value), 0);
  return shown;
}

static void elements_come_in_their_order_just_as_they_are_written(void **state){
  (void)state;
  assert_string_equal(walk("[]"), "");
  assert_string_equal(walk("[ ]"), "");
  assert_string_equal(walk("[1]"), "1|");
  assert_string_equal(walk("[1,\"b\",null,true,-0.5]"), "1|\"b\"|null|true|-0.5|");
  assert_string_equal(walk(" [ [ 1 , 2 ] , { \"x\" : [ ] } ] "), "[ 1 , 2 ]|{ \"x\" : [ ] }|");
  assert_string_equal(walk("[\n1\t,\r2 ]"), "1|2|");
}

static void members_come_with_their_names(void **state){
  (void)state;
  assert_string_equal(walk("{}"), "");
  assert_string_equal(walk("{\"a\":1}"), "\"a\"=1|");
  assert_string_equal(walk("{ \"a\" : [1, 2] ,\n\"\" : {\"b\": 3} }"), "\"a\"=[1, 2]|\"\"={\"b\": 3}|");
  assert_string_equal(walk("{\"a\":1,\"a\":2}"), "\"a\"=1|\"a\"=2|");
}

static void signs_inside_strings_are_no_signs(void **state){
  (void)state;
  assert_string_equal(walk("[\"],[\",\"}\\\"]\",[\"]\"],{\"}\":\"{\"}]"), "\"],[\"|\"}\\\"]\"|[\"]\"]|{\"}\":\"{\"}|");
  assert_string_equal(walk("{\"a:b,c\":\"\\\\\",\"\\\"\":0}"), "\"a:b,c\"=\"\\\\\"|\"\\\"\"=0|");
}

static void the_name_need_not_be_asked_for(void **state){
  (void)state;
  LoreScanValue object = valueOf("{\"a\": 7}"), value;
  LoreScan scan = loreScanInto(&object);
  assert_int_equal(loreScanNext(&scan, NULL, &value), 1);
  assert_memory_equal(value.text, "7", 1);
}

static void what_is_not_nested_has_nothing_in_it(void **state){
  (void)state;
  static const char *const kTexts[] = { "null", "true", "12", "\"[1]\"" };
  for(size_t i = 0; i < COUNT(kTexts); i++) assert_string_equal(walk(kTexts[i]), "");
}

static void a_deep_nest_is_stepped_over_in_one(void **state){
  (void)state;
  enum { DEPTH = 100000 };
  char *text = malloc(2*DEPTH + 4);
  assert_non_null(text);
  text[0] = '[';
  memset(text + 1, '[', DEPTH);
  memset(text + 1 + DEPTH, ']', DEPTH);
  memcpy(text + 1 + 2*DEPTH, ",1]", 3);
  LoreScanValue root, value;
  assert_int_equal(loreScanText(text, 2*DEPTH + 4, &root), 1);
  LoreScan scan = loreScanInto(&root);
  assert_int_equal(loreScanNext(&scan, NULL, &value), 1);
  assert_int_equal(value.length, 2*DEPTH);
  assert_int_equal(loreScanNext(&scan, NULL, &value), 1);
  assert_int_equal(value.kind, LORE_SCAN_NUMBER);
  free(text);
}

static void a_member_is_found_by_its_name_the_last_of_several(void **state){
  (void)state;
  LoreScanValue object = valueOf("{\"a\": 1, \"b\": {\"c\": 5}, \"\\u0063\": 3, \"a\": 2}"), value;
  assert_int_equal(loreScanMember(&object, "a", &value), 1);
  assert_memory_equal(value.text, "2", 1);
  assert_int_equal(loreScanMember(&object, "c", &value), 1);
  assert_memory_equal(value.text, "3", 1);
  assert_int_equal(loreScanMember(&object, "d", &value), 0);
  assert_memory_equal(value.text, "3", 1);
  LoreScanValue array = valueOf("[\"a\", 1]");
  assert_int_equal(loreScanMember(&array, "a", &value), 0);
}

/* ---- Strings ---- */

/* Decodes into memory of exactly the string's length; NULL: refused. */
static const char *decoded(const char *text, long *length){
  static char shown[256];
  LoreScanValue value = valueOf(text);
  assert_int_equal(value.kind, LORE_SCAN_STRING);
  assert_int_equal(value.has_escapes, strchr(text, '\\')!=NULL);
  char *to = malloc(value.length);
  assert_non_null(to);
  *length = loreScanDecode(&value, to);
  assert_true(*length < (long)sizeof shown);
  if( *length >= 0 ){
    assert_int_equal(to[*length], 0);
    memcpy(shown, to, (size_t)*length + 1);
  }
  free(to);
  return *length >= 0 ? shown : NULL;
}

static void expectDecoded(const char *text, const char *wanted){
  long length;
  const char *got = decoded(text, &length);
  assert_non_null(got);
  assert_string_equal(got, wanted);
  assert_int_equal(length, strlen(wanted));
  LoreScanValue value = valueOf(text);
  assert_true(loreScanIs(&value, wanted));
}

static void strings_are_decoded(void **state){
  (void)state;
  expectDecoded("\"\"", "");
  expectDecoded("\"plain\"", "plain");
  expectDecoded("\"\xc3\xa9 \xf0\x9f\x98\x80\"", "\xc3\xa9 \xf0\x9f\x98\x80");
  expectDecoded("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t");
  expectDecoded("\"a\\u0041\\u00e9\\u20AC\\u20aCz\"", "aA\xc3\xa9\xe2\x82\xac\xe2\x82\xacz");
}

static void code_points_are_written_in_their_shortest_form(void **state){
  (void)state;
  expectDecoded("\"\\u0001\\u007f\"", "\x01\x7f");
  expectDecoded("\"\\u0080\\u07ff\"", "\xc2\x80\xdf\xbf");
  expectDecoded("\"\\u0800\\ud7ff\\ue000\\uffff\"", "\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf");
  expectDecoded("\"\\ud800\\udc00\\uDBFF\\uDFFF\"", "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf");
  expectDecoded("\"\\ud83d\\ude00!\"", "\xf0\x9f\x98\x80!");
}

static void nul_and_half_a_pair_are_refused(void **state){
  (void)state;
  static const char *const kTexts[] = {
    "\"\\u0000\"", "\"a\\u0000b\"", "\"\\ud800\"", "\"\\ud800x\"", "\"\\ud800\\n\"", "\"\\ud800\\u0041\"", "\"\\ud800\\ud800\"",
    "\"\\udc00\"", "\"\\udfff\\ud800\"", "\"\\ud83d\\ude0\"", "\"\\u12\"", "\"\\u12g4\"", "\"\\u\"",
  };
  for(size_t i = 0; i < COUNT(kTexts); i++){
    long length;
    if( decoded(kTexts[i], &length) ) fail_msg("%s", kTexts[i]);
    LoreScanValue value = valueOf(kTexts[i]);
    assert_false(loreScanIs(&value, ""));
    assert_false(loreScanIs(&value, "a"));
  }
}

static void a_string_is_a_text_only_as_a_whole(void **state){
  (void)state;
  static const char *const kForms[] = { "\"client\"", "\"\\u0063lient\"", "\"clien\\u0074\"" };
  static const char *const kOthers[] = { "", "clien", "clients", "Client", "c", "client\"" };
  for(size_t i = 0; i < COUNT(kForms); i++){
    LoreScanValue value = valueOf(kForms[i]);
    assert_true(loreScanIs(&value, "client"));
    for(size_t k = 0; k < COUNT(kOthers); k++) assert_false(loreScanIs(&value, kOthers[k]));
  }
}

/* Eleven letters, each of them as \uXXXX. */
static void a_name_is_itself_however_long_its_escapes_make_it(void **state){
  (void)state;
  static const char kName[] = "signal_type";
  char text[128] = "\"";
  for(const char *p = kName; *p; p++) snprintf(text + strlen(text), 7, "\\u00%02x", (unsigned char)*p);
  strcat(text, "\"");
  LoreScanValue value = valueOf(text);
  assert_true(loreScanIs(&value, kName));
  assert_false(loreScanIs(&value, "signal_types"));
}

/* ---- Text that is not valid ---- */

/* Everything that can be asked of a value and what is in it, to a depth; how many values. */
static int askEverything(const LoreScanValue *value, int depth){
  int count = 1;
  LoreScan scan = loreScanInto(value);
  LoreScanValue name, one, member;
  if( value->kind==LORE_SCAN_STRING ){
    char *to = malloc(value->length);
    assert_non_null(to);
    loreScanDecode(value, to);
    loreScanIs(value, "text");
    free(to);
  }
  loreScanMember(value, "member", &member);
  while( depth > 0 && loreScanNext(&scan, &name, &one) ){
    assert_true(one.length > 0 && one.text > value->text && one.text + one.length <= value->text + value->length);
    if( scan.is_object ) askEverything(&name, 0);
    count += askEverything(&one, depth - 1);
  }
  return count;
}

static int askText(const char *text, size_t length){
  char *exact = exactCopy(text, length);
  LoreScanValue value;
  int count = loreScanText(exact, length, &value) ? askEverything(&value, 8) : 0;
  free(exact);
  return count;
}

static const char kDocument[] =
  "{\"a\": [1, \"b\\\"\\u00e9\\ud83d\\ude00\\\\\", null, true, {\"x\\n\": -1.5e3}], \"\\u006d\": {}, \"\": [[], [false]]}";

static void every_beginning_of_a_text_is_walked_without_a_byte_too_many(void **state){
  (void)state;
  assert_int_equal(askText(kDocument, sizeof kDocument - 1), 13);
  for(size_t length = 0; length < sizeof kDocument - 1; length++) assert_true(askText(kDocument, length) <= 13);
}

static void unbalanced_and_broken_texts_are_walked_to_an_end(void **state){
  (void)state;
  static const char *const kTexts[] = {
    "[", "{", "\"", "]", "}", ":", ",", "\\", "\"\\", "[\"\\", "{\"", "{\"a", "{\"a\"", "{\"a\":", "[[[[", "{\"a\":[", "[}", "{]",
    "[1,,2]", "[,]", "[:]", "{1:2}", "{\"a\" 1}", "{\"a\"::1}", "[1 2]", "[\"a\"\"b\"]", "nul", "[\"\\u\"", "[\"\\ud800\\u",
    "\"\\\"", "[\"\\\"]", "\x01[1]", "\xff", "[\xff\xfe]", "{\"\\u\":{\"\\\":1}}",
  };
  for(size_t i = 0; i < COUNT(kTexts); i++) askText(kTexts[i], strlen(kTexts[i]));
}

static void a_nul_byte_ends_the_walk(void **state){
  (void)state;
  assert_int_equal(askText("\0[1]", 4), 0);
  assert_int_equal(askText("[1,\0002]", 6), 2);
  assert_int_equal(askText("{\"a\":\0}", 7), 1);
}

static void random_signs_are_walked_to_an_end(void **state){
  (void)state;
  static const char kSigns[] = "[]{}\"\\:, 1ntfu0dc8";
  uint64_t seed = 1;
  char text[24];
  for(int i = 0; i < 100000; i++){
    size_t length = nextRandom(&seed)%sizeof text;
    for(size_t k = 0; k < length; k++) text[k] = kSigns[nextRandom(&seed)%sizeof kSigns];
    askText(text, length);
  }
}

int main(void){
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(every_kind_is_told_by_how_it_begins_and_shown_as_it_stands),
    cmocka_unit_test(nothing_but_blanks_is_no_value),
    cmocka_unit_test(elements_come_in_their_order_just_as_they_are_written),
    cmocka_unit_test(members_come_with_their_names),
    cmocka_unit_test(signs_inside_strings_are_no_signs),
    cmocka_unit_test(the_name_need_not_be_asked_for),
    cmocka_unit_test(what_is_not_nested_has_nothing_in_it),
    cmocka_unit_test(a_deep_nest_is_stepped_over_in_one),
    cmocka_unit_test(a_member_is_found_by_its_name_the_last_of_several),
    cmocka_unit_test(strings_are_decoded),
    cmocka_unit_test(code_points_are_written_in_their_shortest_form),
    cmocka_unit_test(nul_and_half_a_pair_are_refused),
    cmocka_unit_test(a_string_is_a_text_only_as_a_whole),
    cmocka_unit_test(a_name_is_itself_however_long_its_escapes_make_it),
    cmocka_unit_test(every_beginning_of_a_text_is_walked_without_a_byte_too_many),
    cmocka_unit_test(unbalanced_and_broken_texts_are_walked_to_an_end),
    cmocka_unit_test(a_nul_byte_ends_the_walk),
    cmocka_unit_test(random_signs_are_walked_to_an_end),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
