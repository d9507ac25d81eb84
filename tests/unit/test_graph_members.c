/*
** The members of an object as a list: their order, names that decode alike, and values that stay as they are written.
*/
#include "graph_helpers.h"

#include "graph/members.h"

static GraphMembers membersIn(GraphMemory *memory){
  return (GraphMembers){ .names = { .memory = memory } };
}

/* The members of a text, which must live as long as they. */
static GraphMembers membersOf(GraphMemory *memory, const char *text){
  GraphMembers members = membersIn(memory);
  LoreScanValue object = jsonOf(text);
  assert_int_equal(graphMembersRead(&members, &object), 1);
  assert_int_equal(members.changed, 0);
  return members;
}

static void expectText(const GraphMembers *members, const char *without, const char *wanted){
  LoreBuffer text = newText();
  graphMembersWrite(members, without, &text);
  assert_int_equal(text.failed, 0);
  assert_string_equal(text.data, wanted);
  assert_int_equal(text.length, strlen(wanted));
  ledgerReallocate(text.data, 0);
}

static void expectRead(const char *object, const char *wanted){
  GraphMemory memory = newMemory();
  GraphMembers members = membersOf(&memory, object);
  expectText(&members, NULL, wanted);
  graphMembersFree(&members);
  assert_int_equal(ledger.blocks, 0);
}

static int set(GraphMembers *members, const char *name, const char *value){
  LoreScanValue quoted = jsonOf(name);
  return graphMembersSet(members, &quoted, value, strlen(value));
}

static void merge(GraphMembers *members, const char *text){
  LoreScanValue object = jsonOf(text);
  assert_int_equal(graphMembersMerge(members, &object), 1);
}

/* ---- Reading and writing ---- */

static void members_keep_their_order(void **state){
  (void)state;
  expectRead("{}", "{}");
  expectRead(" { } ", "{}");
  expectRead("{\"b\":1,\"a\":2,\"\":3,\"ab\":4}", "{\"b\":1,\"a\":2,\"\":3,\"ab\":4}");
}

static void values_stay_as_they_are_written_byte_for_byte(void **state){
  (void)state;
  expectRead("{ \"a\" :\t1.50E+0 ,\n\"b\" : [ 1, {\"x\" : \"\\u00e9\"} ] , \"c\":\"\\/\" }",
             "{\"a\":1.50E+0,\"b\":[ 1, {\"x\" : \"\\u00e9\"} ],\"c\":\"\\/\"}");
  expectRead("{\"n\":null,\"t\":true,\"f\":false,\"m\":-0,\"e\":{ }}", "{\"n\":null,\"t\":true,\"f\":false,\"m\":-0,\"e\":{ }}");
}

static void names_stay_as_they_are_written_too(void **state){
  (void)state;
  expectRead("{\"\\u0061\\/\":1,\"\\\"q\\\\\":2}", "{\"\\u0061\\/\":1,\"\\\"q\\\\\":2}");
}

static void of_a_repeated_name_the_first_value_counts(void **state){
  (void)state;
  expectRead("{\"a\":1,\"b\":2,\"a\":3}", "{\"a\":1,\"b\":2}");
  expectRead("{\"a\":1,\"\\u0061\":2}", "{\"a\":1}");
  expectRead("{\"\\u00e9\":1,\"\xc3\xa9\":2,\"\\u00E9\":3}", "{\"\\u00e9\":1}");
  expectRead("{\"\\ud83d\\ude00\":1,\"\xf0\x9f\x98\x80\":2}", "{\"\\ud83d\\ude00\":1}");
}

static void names_that_text_cannot_hold_are_kept_each_for_itself(void **state){
  (void)state;
  expectRead("{\"\\u0000\":1,\"\\ud800\":2,\"\":3,\"\\u0000\":4}", "{\"\\u0000\":1,\"\\ud800\":2,\"\":3}");
}

/* The name is a backslash and u0000, which is another name than U+0000. */
static void a_name_with_nul_is_not_the_name_that_is_spelt_like_its_escape(void **state){
  (void)state;
  expectRead("{\"\\u0000\":1,\"\\\\u0000\":2}", "{\"\\u0000\":1,\"\\\\u0000\":2}");
}

static void what_is_no_object_has_no_members(void **state){
  (void)state;
  static const char *const kTexts[] = { "null", "1", "\"a\"", "[]" };
  for(size_t i = 0; i < COUNT(kTexts); i++) expectRead(kTexts[i], "{}");
}

static void a_member_can_be_left_out(void **state){
  (void)state;
  GraphMemory memory = newMemory();
  GraphMembers members = membersOf(&memory, "{\"a\":1,\"\\u0062\":2,\"c\":3}");
  expectText(&members, "a", "{\"\\u0062\":2,\"c\":3}");
  expectText(&members, "b", "{\"a\":1,\"c\":3}");
  expectText(&members, "c", "{\"a\":1,\"\\u0062\":2}");
  expectText(&members, "d", "{\"a\":1,\"\\u0062\":2,\"c\":3}");
  expectText(&members, "", "{\"a\":1,\"\\u0062\":2,\"c\":3}");
  graphMembersFree(&members);
  members = membersOf(&memory, "{\"only\":1}");
  expectText(&members, "only", "{}");
  graphMembersFree(&members);
}

static void writing_goes_on_where_the_text_ends(void **state){
  (void)state;
  GraphMemory memory = newMemory();
  GraphMembers members = membersOf(&memory, "{\"a\":1}");
  LoreBuffer text = newText();
  loreBufferAppend(&text, "[", 1);
  graphMembersWrite(&members, NULL, &text);
  assert_string_equal(text.data, "[{\"a\":1}");
  ledgerReallocate(text.data, 0);
  graphMembersFree(&members);
}

/* ---- Looking up ---- */

static void expectFound(const GraphMembers *members, const char *name, const char *wanted){
  LoreScanValue value;
  assert_int_equal(graphMembersFind(members, name, &value), wanted!=NULL);
  if( wanted==NULL ) return;
  assert_int_equal(value.length, strlen(wanted));
  assert_memory_equal(value.text, wanted, value.length);
  assert_int_equal(value.kind, jsonOf(wanted).kind);
}

static void expectSeen(GraphMembers *members, const char *name, const char *wanted){
  LoreScanValue quoted = jsonOf(name), value;
  assert_int_equal(graphMembersLook(members, &quoted, &value), wanted!=NULL);
  if( wanted ) assert_memory_equal(value.text, wanted, value.length);
}

static void members_are_found_by_the_plain_text_of_their_names(void **state){
  (void)state;
  GraphMemory memory = newMemory();
  GraphMembers members = membersOf(&memory, "{\"a\": 1 , \"\\u00e9\\n\":[2],\"a\\\"b\":\"x\",\"\":null}");
  expectFound(&members, "a", "1");
  expectFound(&members, "\xc3\xa9\n", "[2]");
  expectFound(&members, "a\"b", "\"x\"");
  expectFound(&members, "", "null");
  expectFound(&members, "\\u00e9\\n", NULL);
  expectFound(&members, "A", NULL);
  graphMembersFree(&members);
  expectFound(&members, "a", NULL);
}

static void members_are_looked_up_by_names_as_json_however_they_are_written(void **state){
  (void)state;
  GraphMemory memory = newMemory();
  GraphMembers members = membersOf(&memory, "{\"a\":1,\"\\u00e9\":2}");
  long long blocks = ledger.blocks;
  expectSeen(&members, "\"a\"", "1");
  expectSeen(&members, "\"\\u0061\"", "1");
  expectSeen(&members, "\"\xc3\xa9\"", "2");
  expectSeen(&members, "\"\\u00E9\"", "2");
  expectSeen(&members, "\"b\"", NULL);
  expectSeen(&members, "\"\\u0000\"", NULL);
  assert_int_equal(ledger.blocks, blocks);
  graphMembersFree(&members);
}

/* ---- Changing ---- */

static void a_new_member_comes_last_and_an_old_one_keeps_its_place(void **state){
  (void)state;
  GraphMemory memory = newMemory();
  GraphMembers members = membersOf(&memory, "{\"a\":1,\"b\":2}");
  assert_int_equal(set(&members, "\"c\"", "{\"x\": 1}"), 1);
  assert_int_equal(set(&members, "\"\\u0061\"", "[ ]"), 1);
  assert_int_equal(members.changed, 1);
  expectText(&members, NULL, "{\"a\":[ ],\"b\":2,\"c\":{\"x\": 1}}");
  expectFound(&members, "a", "[ ]");
  graphMembersFree(&members);
}

static void only_a_value_that_reads_otherwise_is_a_change(void **state){
  (void)state;
  static const struct { const char *merged; int changed; } kCases[] = {
    { "{}", 0 }, { "{\"a\":1}", 0 }, { "{ \"b\" : 2 , \"a\" : 1 }", 0 }, { "{\"\\u0061\":1}", 0 }, { "{\"a\":2}", 1 },
    { "{\"a\":1.0}", 1 }, { "{\"a\":10}", 1 }, { "{\"c\":1}", 1 }, { "{\"a\":null}", 1 }, { "{\"b\":\"2\"}", 1 },
  };
  for(size_t i = 0; i < COUNT(kCases); i++){
    GraphMemory memory = newMemory();
    GraphMembers members = membersOf(&memory, "{\"a\":1,\"b\":2}");
    merge(&members, kCases[i].merged);
    assert_int_equal(members.changed, kCases[i].changed);
    graphMembersFree(&members);
  }
}

static void merging_sets_each_member_of_the_other_object(void **state){
  (void)state;
  GraphMemory memory = newMemory();
  GraphMembers members = membersOf(&memory, "{\"a\":1,\"b\":{\"x\":1},\"c\":3}");
  merge(&members, "{ \"d\":4, \"b\": {\"y\": 2}, \"a\":null, \"d\": 5 }");
  expectText(&members, NULL, "{\"a\":null,\"b\":{\"y\": 2},\"c\":3,\"d\":4}");
  graphMembersFree(&members);
}

static void many_members_are_all_there(void **state){
  (void)state;
  enum { MANY = 2000 };
  static char text[MANY*24], name[32];
  size_t length = 0;
  for(int i = 0; i < MANY; i++){
    length += (size_t)snprintf(text + length, sizeof text - length, "%c\"m%d\":%d", i ? ',' : '{', i, i*7);
  }
  strcat(text, "}");
  GraphMemory memory = newMemory();
  GraphMembers members = membersOf(&memory, text);
  for(int i = 0; i < MANY; i++){
    char value[16];
    snprintf(name, sizeof name, "m%d", i);
    snprintf(value, sizeof value, "%d", i*7);
    expectFound(&members, name, value);
  }
  expectText(&members, NULL, text);
  graphMembersFree(&members);
}

/* ---- Lost memory ---- */

/* An object with more members than the list has room for at first, half of them with escapes. */
static const char *largeObject(void){
  static char text[8192];
  size_t length = 0;
  for(int i = 0; i < 200; i++){
    length += (size_t)snprintf(text + length, sizeof text - length, "%c\"%s%d\":[%d]", i ? ',' : '{', i%2 ? "a" : "\\n", i, i);
  }
  strcpy(text + length, "}");
  return text;
}

static int readLookAndMerge(GraphMemory *memory){
  GraphMembers members = membersIn(memory);
  LoreScanValue object = jsonOf(largeObject()), other = jsonOf("{\"\\ta\":1,\"b\":2}"), name = jsonOf("\"\\u0061\\u0031\""), value;
  int done = graphMembersRead(&members, &object) && graphMembersMerge(&members, &other);
  int found = done ? graphMembersLook(&members, &name, &value) : 0;
  if( found > 0 ) assert_memory_equal(value.text, "[1]", 3);
  graphMembersFree(&members);
  return done && found==1;
}

static int writeAll(GraphMemory *memory){
  GraphMembers members = membersIn(memory);
  LoreScanValue object = jsonOf(largeObject());
  LoreBuffer text = newText();
  int done = graphMembersRead(&members, &object);
  if( done ) graphMembersWrite(&members, NULL, &text);
  if( text.failed ) memory->failed = 1;
  if( done && !text.failed ) assert_string_equal(text.data, largeObject());
  if( text.data ) ledgerReallocate(text.data, 0);
  graphMembersFree(&members);
  return done && !text.failed;
}

static void lost_memory_is_told_and_nothing_leaks(void **state){
  (void)state;
  assert_true(expectToOutliveLostMemory(readLookAndMerge) > 100);
  assert_true(expectToOutliveLostMemory(writeAll) > 100);
}

int main(void){
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(members_keep_their_order),
    cmocka_unit_test(values_stay_as_they_are_written_byte_for_byte),
    cmocka_unit_test(names_stay_as_they_are_written_too),
    cmocka_unit_test(of_a_repeated_name_the_first_value_counts),
    cmocka_unit_test(names_that_text_cannot_hold_are_kept_each_for_itself),
    cmocka_unit_test(a_name_with_nul_is_not_the_name_that_is_spelt_like_its_escape),
    cmocka_unit_test(what_is_no_object_has_no_members),
    cmocka_unit_test(a_member_can_be_left_out),
    cmocka_unit_test(writing_goes_on_where_the_text_ends),
    cmocka_unit_test(members_are_found_by_the_plain_text_of_their_names),
    cmocka_unit_test(members_are_looked_up_by_names_as_json_however_they_are_written),
    cmocka_unit_test(a_new_member_comes_last_and_an_old_one_keeps_its_place),
    cmocka_unit_test(only_a_value_that_reads_otherwise_is_a_change),
    cmocka_unit_test(merging_sets_each_member_of_the_other_object),
    cmocka_unit_test(many_members_are_all_there),
    cmocka_unit_test(lost_memory_is_told_and_nothing_leaks),
  };
  return cmocka_run_group_tests_name("graph members", tests, NULL, NULL);
}
