/*
** The growable text: what is appended stays, a NUL follows it, and lost memory is told and changes nothing; texts in quotes.
*/
#include "helpers.h"

#include "engine/buffer.h"

static int calls, calls_left;
static size_t bytes_asked;

static void *counted(void *old, size_t bytes){
  assert_true(bytes > 0);
  bytes_asked = bytes;
  if( calls_left==0 ) return NULL;
  calls++;
  calls_left--;
  return realloc(old, bytes);
}

static LoreBuffer newBuffer(int allocations){
  calls = 0;
  calls_left = allocations;
  return (LoreBuffer){ NULL, 0, 0, counted, 0 };
}

static void what_is_appended_stays_in_order_and_ends_with_a_nul(void **state){
  (void)state;
  LoreBuffer buffer = newBuffer(100);
  char expected[2001] = "";
  for(int i = 0; i < 2000; i++){
    char c = (char)('a' + i%26);
    if( i%3==0 ) loreBufferChar(&buffer, c);
    else loreBufferAppend(&buffer, &c, 1);
    expected[i] = c;
    expected[i + 1] = 0;
    assert_int_equal(buffer.length, i + 1);
    assert_true(buffer.capacity > buffer.length);
    assert_string_equal(buffer.data, expected);
  }
  assert_true(calls < 10); /* it doubles */
  free(buffer.data);
}

static void a_nul_in_the_text_counts_like_any_byte(void **state){
  (void)state;
  LoreBuffer buffer = newBuffer(100);
  loreBufferAppend(&buffer, "a\0b", 3);
  loreBufferChar(&buffer, '\0');
  assert_int_equal(buffer.length, 4);
  assert_memory_equal(buffer.data, "a\0b\0\0", 5);
  free(buffer.data);
}

static void appending_nothing_gives_an_empty_text(void **state){
  (void)state;
  LoreBuffer buffer = newBuffer(100);
  loreBufferAppend(&buffer, NULL, 0);
  assert_int_equal(buffer.length, 0);
  assert_int_equal(buffer.failed, 0);
  assert_string_equal(buffer.data, "");
  free(buffer.data);
}

static void the_nul_has_room_at_every_length(void **state){
  (void)state;
  char text[300];
  memset(text, 'x', sizeof text);
  for(size_t length = 0; length <= sizeof text; length++){
    LoreBuffer buffer = newBuffer(100);
    loreBufferAppend(&buffer, text, length); /* a sanitizer sees a NUL beyond what was asked for */
    assert_int_equal(buffer.data[length], 0);
    loreBufferAppend(&buffer, text, sizeof text - length);
    assert_int_equal(buffer.data[sizeof text], 0);
    assert_int_equal(buffer.length, sizeof text);
    free(buffer.data);
  }
}

static void memory_that_is_there_is_used_before_any_is_asked_for(void **state){
  (void)state;
  char memory[8];
  LoreBuffer buffer = { memory, 0, sizeof memory, counted, 0 };
  calls_left = 0;
  loreBufferAppend(&buffer, "1234567", 7);
  assert_int_equal(buffer.failed, 0);
  assert_string_equal(memory, "1234567");
  loreBufferChar(&buffer, '8');
  assert_int_equal(buffer.failed, 1);
  assert_string_equal(memory, "1234567");
}

static void a_cut_text_is_shorter_and_keeps_its_memory(void **state){
  (void)state;
  LoreBuffer buffer = newBuffer(1);
  loreBufferAppend(&buffer, "hello world", 11);
  char *data = buffer.data;
  loreBufferCut(&buffer, 5);
  assert_string_equal(buffer.data, "hello");
  loreBufferCut(&buffer, 5);
  assert_int_equal(buffer.length, 5);
  loreBufferAppend(&buffer, "!", 1);
  assert_string_equal(buffer.data, "hello!");
  loreBufferClear(&buffer);
  assert_int_equal(buffer.length, 0);
  assert_string_equal(buffer.data, "");
  assert_ptr_equal(buffer.data, data);
  assert_int_equal(calls, 1);
  free(buffer.data);
}

static void clearing_a_buffer_without_memory_is_fine(void **state){
  (void)state;
  LoreBuffer buffer = newBuffer(0);
  loreBufferClear(&buffer);
  loreBufferCut(&buffer, 0);
  assert_null(buffer.data);
  assert_int_equal(buffer.length, 0);
}

static void after_lost_memory_nothing_more_is_appended(void **state){
  (void)state;
  for(int allocations = 0; allocations < 6; allocations++){
    LoreBuffer buffer = newBuffer(allocations);
    size_t length = 0;
    for(int i = 0; i < 5000 && !buffer.failed; i++){
      loreBufferAppend(&buffer, "0123456789", 10);
      if( !buffer.failed ) length += 10;
    }
    assert_int_equal(buffer.failed, 1);
    assert_int_equal(calls, allocations);
    assert_int_equal(buffer.length, length);
    if( buffer.data ) assert_int_equal(strlen(buffer.data), length);
    calls_left = 100;
    loreBufferChar(&buffer, 'x');
    loreBufferAppend(&buffer, "", 0);
    assert_int_equal(buffer.length, length);
    assert_int_equal(calls, allocations);
    free(buffer.data);
  }
}

static void a_length_that_no_memory_can_hold_is_lost_memory(void **state){
  (void)state;
  static const size_t kLengths[] = { SIZE_MAX, SIZE_MAX - 1, SIZE_MAX - 3, SIZE_MAX/2 + 1, SIZE_MAX/2 };
  for(size_t i = 0; i < COUNT(kLengths); i++){
    LoreBuffer buffer = newBuffer(1);
    loreBufferAppend(&buffer, "abc", 3);
    bytes_asked = 0;
    loreBufferAppend(&buffer, "x", kLengths[i]);
    assert_int_equal(buffer.failed, 1);
    assert_true(bytes_asked==0 || bytes_asked > kLengths[i]);
    assert_string_equal(buffer.data, "abc");
    free(buffer.data);
  }
}

/* ---- Quoted ---- */

static void expectQuoted(const char *text, size_t length, const char *wanted){
  LoreBuffer buffer = newBuffer(100);
  char *copy = exactCopy(text, length);
  loreBufferAppend(&buffer, "[", 1);
  loreBufferQuoted(&buffer, copy, length);
  assert_int_equal(buffer.data[0], '[');
  assert_string_equal(buffer.data + 1, wanted);
  assert_int_equal(buffer.length, 1 + strlen(wanted));
  free(buffer.data);
  free(copy);
}

static void a_quoted_text_is_a_json_string(void **state){
  (void)state;
  expectQuoted("", 0, "\"\"");
  expectQuoted("plain text", 10, "\"plain text\"");
  expectQuoted("\"", 1, "\"\\\"\"");
  expectQuoted("a\\b\"c", 5, "\"a\\\\b\\\"c\"");
  expectQuoted("/'<>&", 5, "\"/'<>&\"");
}

static void control_characters_are_escaped_and_no_others(void **state){
  (void)state;
  expectQuoted("a\0b", 3, "\"a\\u0000b\"");
  expectQuoted("\t\n\r\b\f", 5, "\"\\u0009\\u000a\\u000d\\u0008\\u000c\"");
  expectQuoted("\x01\x1f \x7f", 4, "\"\\u0001\\u001f \x7f\"");
  expectQuoted("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", 9, "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"");
}

static void every_byte_of_ascii_reads_back_from_its_quotes(void **state){
  (void)state;
  char text[128];
  for(int i = 1; i < 128; i++) text[i - 1] = (char)i;
  text[127] = 0;
  LoreBuffer buffer = newBuffer(100);
  loreBufferQuoted(&buffer, text, 127);
  cJSON *json = cJSON_Parse(buffer.data);
  assert_true(cJSON_IsString(json));
  assert_string_equal(json->valuestring, text);
  cJSON_Delete(json);
  free(buffer.data);
}

static void what_is_quoted_may_hold_any_number_of_escapes(void **state){
  (void)state;
  enum { MANY = 3000 };
  char text[MANY];
  memset(text, '\n', sizeof text);
  LoreBuffer buffer = newBuffer(100);
  loreBufferQuoted(&buffer, text, sizeof text);
  assert_int_equal(buffer.length, 2 + 6*MANY);
  for(int i = 0; i < MANY; i++) assert_memory_equal(buffer.data + 1 + 6*i, "\\u000a", 6);
  free(buffer.data);
}

static void lost_memory_within_quotes_is_told(void **state){
  (void)state;
  char text[500];
  memset(text, 'x', sizeof text);
  for(size_t i = 0; i < sizeof text; i += 7) text[i] = '"';
  for(int allocations = 0;; allocations++){
    LoreBuffer buffer = newBuffer(allocations);
    loreBufferQuoted(&buffer, text, sizeof text);
    int failed = buffer.failed;
    if( buffer.data ) assert_int_equal(strlen(buffer.data), buffer.length);
    if( failed ) assert_int_equal(calls, allocations);
    free(buffer.data);
    if( !failed ) break;
  }
  assert_int_equal(calls_left, 0);
}

int main(void){
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(what_is_appended_stays_in_order_and_ends_with_a_nul),
    cmocka_unit_test(a_nul_in_the_text_counts_like_any_byte),
    cmocka_unit_test(appending_nothing_gives_an_empty_text),
    cmocka_unit_test(the_nul_has_room_at_every_length),
    cmocka_unit_test(memory_that_is_there_is_used_before_any_is_asked_for),
    cmocka_unit_test(a_cut_text_is_shorter_and_keeps_its_memory),
    cmocka_unit_test(clearing_a_buffer_without_memory_is_fine),
    cmocka_unit_test(after_lost_memory_nothing_more_is_appended),
    cmocka_unit_test(a_length_that_no_memory_can_hold_is_lost_memory),
    cmocka_unit_test(a_quoted_text_is_a_json_string),
    cmocka_unit_test(control_characters_are_escaped_and_no_others),
    cmocka_unit_test(every_byte_of_ascii_reads_back_from_its_quotes),
    cmocka_unit_test(what_is_quoted_may_hold_any_number_of_escapes),
    cmocka_unit_test(lost_memory_within_quotes_is_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
