/*
** What of a text is replaced, in JSON without breaking it; and the references that are put there.
*/
#include "helpers.h"

#include "vault/pieces.h"
#include "vault/reference.h"

/* The text with each piece as #, a number's as "#". */
static void expectReplaced(const char *text, int is_json, const char *wanted){
  char out[1024] = "";
  size_t length = 0, last = 0;
  char *copy = exactCopy(text, strlen(text));
  SecretPieces pieces = secretPieces(copy, strlen(text), is_json);
  SecretPiece piece;
  while( secretPieceNext(&pieces, &piece) ){
    assert_true(last <= piece.start && piece.start < piece.end && piece.end <= strlen(text));
    length += (size_t)sprintf(out + length, "%.*s%s", (int)(piece.start - last), copy + last, piece.is_number ? "\"#\"" : "#");
    last = piece.end;
  }
  sprintf(out + length, "%.*s", (int)(strlen(text) - last), copy + last);
  assert_string_equal(out, wanted);
  free(copy);
}

static void a_plain_text_is_cut_where_the_scanner_says(void **state){
  (void)state;
  expectReplaced("password=hunter" "22, pwd: river" "42", 0, "password=#, pwd: #");
  expectReplaced("nothing here", 0, "nothing here");
  expectReplaced("", 0, "");
}

static void a_string_keeps_its_quotes(void **state){
  (void)state;
  expectReplaced("{\"password\": \"hunter" "22\", \"x\": [\"pwd=river" "42\"]}", 1, "{\"password\": \"#\", \"x\": [\"pwd=#\"]}");
  expectReplaced("{\"password\":\"a\\\"b\\\\\",\"n\":1}", 1, "{\"password\":\"#\",\"n\":1}");
  expectReplaced("{\"pwd=river" "42\": 1}", 1, "{\"pwd=#\": 1}");
  expectReplaced("\"pwd=river" "42\"", 1, "\"pwd=#\"");
}

static void a_number_becomes_a_string(void **state){
  (void)state;
  expectReplaced("{\"password\": 12345" "678}", 1, "{\"password\": \"#\"}");
  expectReplaced("{\"password\": -12345" "678.5e3 , \"a\": 1}", 1, "{\"password\": \"#\" , \"a\": 1}");
  expectReplaced("{\"card\": 4111" "111111111111}", 1, "{\"card\": \"#\"}");
}

static void words_of_json_stay(void **state){
  (void)state;
  expectReplaced("{\"password\": null, \"token\": true, \"pwd\": false}", 1,
                 "{\"password\": null, \"token\": true, \"pwd\": false}");
}

static void an_escape_is_not_cut(void **state){
  (void)state;
  expectReplaced("{\"a\": \"pwd=\\u0041\\u0042" "river42\\nmore\"}", 1, "{\"a\": \"pwd=#\\nmore\"}");
  expectReplaced("{\"a\": \"{\\\"password\\\": \\\"river" "42\\\"}\"}", 1, "{\"a\": \"{\\\"password\\\": \\\"#\\\"}\"}");
}

static void what_reaches_over_two_strings_is_two_pieces(void **state){
  (void)state;
  expectReplaced("[\"my password:\",\"correct horse\", \"1\"]", 1, "[\"my password:\",\"correct horse\", \"1\"]");
  expectReplaced("[\"-----BEGIN PRIVATE " "KEY-----\",\"aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dF3hJ5\","
                 "\"-----END PRIVATE " "KEY-----\"]", 1,
                 "[\"#\",\"#\",\"#\"]");
}

/* ---- References ---- */

static void expectReference(const char *uuid, const char *description, const char *wanted){
  LoreBuffer text = { .reallocate = realloc };
  SecretReference found;
  secretReferenceWrite(uuid, description, &text);
  assert_string_equal(text.data, wanted);
  assert_true(secretReferenceNext(text.data, text.length, 0, &found));
  assert_int_equal(found.start, 0);
  assert_int_equal(found.end, text.length);
  assert_int_equal(found.id_length, strlen(uuid));
  free(text.data);
}

static void a_reference_needs_no_escapes(void **state){
  (void)state;
  expectReference("a-1", "door code", "{SECRET:a-1:door code}");
  expectReference("a", "", "{SECRET:a:}");
  expectReference("a", "x\"y\\z{}:\n\x7f", "{SECRET:a:x_y_z_____}");
  expectReference("a", "\xc3\xa9", "{SECRET:a:\xc3\xa9}");
}

static void what_is_no_reference_is_passed_over(void **state){
  static const char *const kNone[] = { "{SECRET:}", "{SECRET::x}", "{SECRET:a}", "{SECRET:a:x", "{SECRET:a b:x}", "{SECRET:a:x\"}",
                                       "{",
                                       "{secret:a:x}", "SECRET:a:x}", "" };
  SecretReference found;
  (void)state;
  for(size_t i = 0; i < COUNT(kNone); i++) assert_false(secretReferenceNext(kNone[i], strlen(kNone[i]), 0, &found));
  assert_true(secretReferenceNext("{{SECRET:{SECRET:a:x}}", 22, 0, &found));
  assert_int_equal(found.start, 9);
  assert_int_equal(found.end, 21);
}

static void an_id_has_no_sign_that_ends_it(void **state){
  char id[SECRET_ID_MOST + 2];
  (void)state;
  memset(id, 'a', sizeof id);
  assert_true(secretIdValid(id, SECRET_ID_MOST) && secretIdValid("A_z.0-9", 7));
  assert_false(secretIdValid(id, SECRET_ID_MOST + 1) || secretIdValid("", 0) || secretIdValid("a:b", 3) || secretIdValid("a}", 2));
}

int main(void){
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_plain_text_is_cut_where_the_scanner_says),
    cmocka_unit_test(a_string_keeps_its_quotes),
    cmocka_unit_test(a_number_becomes_a_string),
    cmocka_unit_test(words_of_json_stay),
    cmocka_unit_test(an_escape_is_not_cut),
    cmocka_unit_test(what_reaches_over_two_strings_is_two_pieces),
    cmocka_unit_test(a_reference_needs_no_escapes),
    cmocka_unit_test(what_is_no_reference_is_passed_over),
    cmocka_unit_test(an_id_has_no_sign_that_ends_it),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
