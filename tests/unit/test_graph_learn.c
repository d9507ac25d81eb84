/*
** One step of learning: counts to the last bit, rates, patterns with their hits, what is refused and in which words; all else of
** a configuration stays as it is, byte for byte.
*/
#include "graph_helpers.h"

#include "graph/learn.h"

static const char kAt[] = "2026-03-04T05:06:07.008Z";

#define SEEN "'last_seen':'2026-03-04T05:06:07.008Z'"

typedef struct Lesson {
  GraphMemory memory;
  LoreBuffer result;
  GraphLearning learning;
  int done;
} Lesson;

/* JSON is written with ' for " here. This turns that round, in a copy of exactly the size of what it holds. */
static char *json(const char *text){
  char *copy = exactCopy(text, strlen(text));
  for(size_t i = 0; text[i]; i++) if( copy[i]=='\'' ) copy[i] = '"';
  return copy;
}

static void expectText(const char *text, const char *wanted){
  char shown[512];
  assert_true(strlen(wanted) < sizeof shown);
  char *copy = json(wanted);
  snprintf(shown, sizeof shown, "%.*s", (int)strlen(wanted), copy);
  free(copy);
  assert_string_equal(text, shown);
}

static void learn(Lesson *lesson, const char *configuration, const char *observation){
  char *old = json(configuration), *seen = json(observation);
  LoreScanValue from, by;
  assert_true(loreScanText(old, strlen(configuration), &from) && loreScanText(seen, strlen(observation), &by));
  *lesson = (Lesson){ .memory = newMemory(), .result = newText() };
  lesson->learning = (GraphLearning){ .memory = &lesson->memory, .result = &lesson->result };
  lesson->done = graphLearn(&lesson->learning, &from, &by, kAt);
  assert_int_equal(lesson->memory.failed, 0);
  assert_int_equal(lesson->result.failed, 0);
  free(old);
  free(seen);
}

static void forget(Lesson *lesson){
  if( lesson->result.data ) ledgerReallocate(lesson->result.data, 0);
  assert_int_equal(ledger.blocks, 0);
}

static void expectLearned(const char *configuration, const char *observation, const char *wanted){
  Lesson lesson;
  learn(&lesson, configuration, observation);
  assert_string_equal(lesson.learning.problem, "");
  assert_int_equal(lesson.done, 1);
  assert_int_equal(lesson.learning.changed, 1);
  expectText(lesson.result.data, wanted);
  forget(&lesson);
}

static void expectNothingNew(const char *configuration, const char *observation){
  Lesson lesson;
  learn(&lesson, configuration, observation);
  assert_string_equal(lesson.learning.problem, "");
  assert_int_equal(lesson.done, 1);
  assert_int_equal(lesson.learning.changed, 0);
  assert_int_equal(lesson.result.length, 0);
  forget(&lesson);
}

static void expectRefused(const char *configuration, const char *observation, const char *problem){
  Lesson lesson;
  learn(&lesson, configuration, observation);
  expectText(lesson.learning.problem, problem);
  assert_int_equal(lesson.done, 0);
  assert_int_equal(lesson.learning.changed, 0);
  assert_int_equal(lesson.result.length, 0);
  forget(&lesson);
}

/* ---- Counts ---- */

static void counts_are_added_and_new_ones_begin(void **state){
  (void)state;
  expectLearned("{}", "{'counts':{'a':1}}", "{'counts':{'a':1}}");
  expectLearned("{'counts':{'a':2,'b':5}}", "{'counts':{'b':-3,'c':0,'a':40}}", "{'counts':{'a':42,'b':2,'c':0}}");
  expectLearned("{'counts':{'a':1.5}}", "{'counts':{'a':1}}", "{'counts':{'a':2.5}}");
  expectLearned("{'counts':{'a':1}}", "{'counts':{'a':1.0}}", "{'counts':{'a':2.0}}");
}

static void whole_counts_are_exact_as_long_as_64_bits_hold_them(void **state){
  (void)state;
  expectLearned("{'counts':{'a':9007199254740993}}", "{'counts':{'a':2}}", "{'counts':{'a':9007199254740995}}");
  expectLearned("{'counts':{'a':9223372036854775806}}", "{'counts':{'a':1}}", "{'counts':{'a':9223372036854775807}}");
  expectLearned("{'counts':{'a':-1}}", "{'counts':{'a':-9223372036854775807}}", "{'counts':{'a':-9223372036854775808}}");
  expectLearned("{'counts':{'a':9223372036854775807}}", "{'counts':{'a':-9223372036854775808}}", "{'counts':{'a':-1}}");
}

static void counts_beyond_64_bits_go_on_as_reals(void **state){
  (void)state;
  static const char kBeyond[] = "{'counts':{'a':9.223372036854776e+18}}";
  static const char kBelow[] = "{'counts':{'a':-9.223372036854776e+18}}";
  expectLearned("{'counts':{'a':9223372036854775807}}", "{'counts':{'a':1}}", kBeyond);
  expectLearned("{'counts':{'a':-9223372036854775808}}", "{'counts':{'a':-1}}", kBelow);
  expectNothingNew(kBeyond, "{'counts':{'a':1}}");
  expectLearned("{}", "{'counts':{'a':9223372036854775808}}", kBeyond);
}

static void nothing_to_add_is_no_change(void **state){
  (void)state;
  expectNothingNew("{'counts':{'a':1}}", "{'counts':{'a':0}}");
  expectNothingNew("{'counts':{'a':1}}", "{'counts':{}}");
  expectNothingNew("{}", "{'counts':{}}");
  expectNothingNew("{'a': 1}", "{}");
}

static void a_name_is_the_same_with_and_without_escapes(void **state){
  (void)state;
  expectLearned("{'counts':{'\\u00e9':1}}", "{'counts':{'\xc3\xa9':1}}", "{'counts':{'\\u00e9':2}}");
  expectLearned("{'counts':{'a':1}}", "{'c\\u006funts':{'\\u0061':1}}", "{'counts':{'a':2}}");
  expectLearned("{'c\\u006funts':{'a':1}}", "{'counts':{'a':1}}", "{'c\\u006funts':{'a':2}}");
}

/* ---- Rates ---- */

static void a_rate_moves_by_alpha_of_its_distance(void **state){
  (void)state;
  expectLearned("{'rates':{'a':1}}", "{'rates':{'a':2},'alpha':0.5}", "{'rates':{'a':1.5}}");
  expectLearned("{'rates':{'a':1.5}}", "{'alpha':0.25,'rates':{'a':0.5}}", "{'rates':{'a':1.25}}");
  expectLearned("{'rates':{'a':8}}", "{'rates':{'a':4},'alpha':1}", "{'rates':{'a':4.0}}");
}

static void a_tenth_is_the_alpha_that_is_not_given(void **state){
  (void)state;
  expectLearned("{'rates':{'a':0}}", "{'rates':{'a':10}}", "{'rates':{'a':1.0}}");
}

static void a_new_rate_begins_at_what_was_seen(void **state){
  (void)state;
  expectLearned("{}", "{'rates':{'a':0.3}}", "{'rates':{'a':0.3}}");
  expectLearned("{'rates':{'a':0.5}}", "{'rates':{'b':2}}", "{'rates':{'a':0.5,'b':2.0}}");
}

static void a_rate_that_is_where_it_was_is_no_change(void **state){
  (void)state;
  expectNothingNew("{'rates':{'a':0.5}}", "{'rates':{'a':0.5}}");
  expectNothingNew("{}", "{'rates':{},'alpha':0.5}");
}

static void alpha_alone_changes_nothing(void **state){
  (void)state;
  expectNothingNew("{'alpha':7}", "{'alpha':0.5}");
}

/* ---- Patterns ---- */

static void a_new_pattern_comes_last_with_one_hit(void **state){
  (void)state;
  expectLearned("{}", "{'learned_patterns':['x']}", "{'learned_patterns':[{'pattern':'x','hits':1," SEEN "}]}");
  expectLearned("{'learned_patterns':[{'pattern':'y'}]}", "{'learned_patterns':['x']}",
                "{'learned_patterns':[{'pattern':'y'},{'pattern':'x','hits':1," SEEN "}]}");
}

static void a_pattern_that_is_named_again_has_one_hit_more_each_time(void **state){
  (void)state;
  expectLearned("{'learned_patterns':[{'pattern':'x','hits':4,'last_seen':'then'}]}", "{'learned_patterns':['x']}",
                "{'learned_patterns':[{'pattern':'x','hits':5," SEEN "}]}");
  expectLearned("{}", "{'learned_patterns':['x','y','x','\\u0078']}",
                "{'learned_patterns':[{'pattern':'\\u0078','hits':3," SEEN "},{'pattern':'y','hits':1," SEEN "}]}");
}

static void hits_are_exact_as_long_as_64_bits_hold_them(void **state){
  (void)state;
  expectLearned("{'learned_patterns':[{'pattern':'x','hits':9223372036854775806}]}", "{'learned_patterns':['x']}",
                "{'learned_patterns':[{'pattern':'x','hits':9223372036854775807," SEEN "}]}");
  expectLearned("{'learned_patterns':[{'pattern':'x','hits':9223372036854775807}]}", "{'learned_patterns':['x']}",
                "{'learned_patterns':[{'pattern':'x','hits':9.223372036854776e+18," SEEN "}]}");
}

static void what_else_an_element_has_stays(void **state){
  (void)state;
  expectLearned("{'learned_patterns':[{'note': [1, 2],'pattern':'x','by':'\\u0061'}]}", "{'learned_patterns':['x']}",
                "{'learned_patterns':[{'note':[1, 2],'pattern':'x','by':'\\u0061','hits':1," SEEN "}]}");
}

static void elements_that_are_no_patterns_keep_their_places(void **state){
  (void)state;
  expectLearned("{'learned_patterns':[ 5 , 'x', {'pattern':1}, {'pattern':'x'}, [ ], 5, null]}", "{'learned_patterns':['x']}",
                "{'learned_patterns':[5,'x',{'pattern':1},{'pattern':'x','hits':1," SEEN "},[ ],5,null]}");
}

/* The pattern is a backslash and u00000. */
static void no_pattern_takes_the_place_of_another_element(void **state){
  (void)state;
  expectLearned("{'learned_patterns':[5]}", "{'learned_patterns':['\\\\u00000']}",
                "{'learned_patterns':[5,{'pattern':'\\\\u00000','hits':1," SEEN "}]}");
  expectLearned("{'learned_patterns':[5]}", "{'learned_patterns':['\\u00000']}",
                "{'learned_patterns':[5,{'pattern':'\\u00000','hits':1," SEEN "}]}");
  expectLearned("{'learned_patterns':[[1]]}", "{'learned_patterns':['\\u00000']}",
                "{'learned_patterns':[[1],{'pattern':'\\u00000','hits':1," SEEN "}]}");
}

static void no_patterns_are_no_change(void **state){
  (void)state;
  expectNothingNew("{}", "{'learned_patterns':[]}");
  expectNothingNew("{'learned_patterns':[ 1 ]}", "{'learned_patterns':[ ]}");
}

/* ---- The whole ---- */

static void all_parts_are_learned_at_once(void **state){
  (void)state;
  expectLearned("{}", "{'learned_patterns':['x'],'rates':{'r':1},'counts':{'c':1}}",
                "{'learned_patterns':[{'pattern':'x','hits':1," SEEN "}],'rates':{'r':1.0},'counts':{'c':1}}");
}

static void other_members_stay_byte_for_byte(void **state){
  (void)state;
  expectLearned("{ 'z' : 1.50E+0 , '\\u0061\\/': [ 1, {'b' :'\\u00e9'} ],\t'counts' : { 'a' : 1 , 'b' : 1e2 },\n'alpha':'?' }",
                "{'counts':{'a':1}}",
                "{'z':1.50E+0,'\\u0061\\/':[ 1, {'b' :'\\u00e9'} ],'counts':{'a':2,'b':1e2},'alpha':'?'}");
}

static void parts_that_are_not_named_stay_byte_for_byte_too(void **state){
  (void)state;
  expectLearned("{'rates': 7 ,'learned_patterns':{ },'counts':{}}", "{'counts':{'a':1}}",
                "{'rates':7,'learned_patterns':{ },'counts':{'a':1}}");
  expectLearned("{'counts':[ 1 ],'rates':{'a': 1}}", "{'rates':{'b':1}}", "{'counts':[ 1 ],'rates':{'a':1,'b':1.0}}");
}

/* ---- Refusals ---- */

static void a_part_of_another_kind_is_refused(void **state){
  (void)state;
  expectRefused("{}", "{'counts':5}", "counts must be a JSON object, got 5");
  expectRefused("{}", "{'counts':null}", "counts must be a JSON object, got null");
  expectRefused("{}", "{'rates':[1]}", "rates must be a JSON object, got [1]");
  expectRefused("{}", "{'learned_patterns':{'a':1}}", "learned_patterns must be a JSON array, got {'a':1}");
  expectRefused("{}", "{'learned_patterns':'x'}", "learned_patterns must be a JSON array, got 'x'");
}

static void so_is_one_in_the_configuration(void **state){
  (void)state;
  expectRefused("{'counts':[]}", "{'counts':{}}", "counts must be a JSON object, got []");
  expectRefused("{'rates':'x'}", "{'rates':{'a':1}}", "rates must be a JSON object, got 'x'");
  expectRefused("{'learned_patterns':null}", "{'learned_patterns':[]}", "learned_patterns must be a JSON array, got null");
}

static void what_is_no_number_is_refused(void **state){
  (void)state;
  expectRefused("{}", "{'counts':{'a':'1'}}", "counts: 'a' must be, and stay, a number, got '1'");
  expectRefused("{}", "{'rates':{'a':true}}", "rates: 'a' must be, and stay, a number, got true");
  expectRefused("{}", "{'rates':{'a':1e999}}", "rates: 'a' must be, and stay, a number, got 1e999");
  expectRefused("{'counts':{'a':null}}", "{'counts':{'a':1}}", "counts: 'a' must be, and stay, a number, got null");
  expectRefused("{'rates':{'a':[]}}", "{'rates':{'\\u0061':1}}", "rates: '\\u0061' must be, and stay, a number, got []");
}

static void what_would_be_no_number_any_more_is_refused(void **state){
  (void)state;
  expectRefused("{'counts':{'a':1e308}}", "{'counts':{'a':1e308}}", "counts: 'a' must be, and stay, a number, got 1e308");
}

static void a_pattern_that_is_no_text_is_refused(void **state){
  (void)state;
  expectRefused("{}", "{'learned_patterns':['x',5]}", "each of learned_patterns must be a text, got 5");
  expectRefused("{}", "{'learned_patterns':[{'pattern':'x'}]}", "each of learned_patterns must be a text, got {'pattern':'x'}");
}

static void hits_that_are_no_number_are_refused(void **state){
  (void)state;
  expectRefused("{'learned_patterns':[{'pattern':'x','hits':'4'}]}", "{'learned_patterns':['x']}",
                "hits of a learned pattern must be a number, got '4'");
}

static void an_alpha_out_of_range_is_refused(void **state){
  (void)state;
  static const char *const kAlphas[] = { "0", "0.0", "-0.1", "1.0000001", "2", "1e999", "null", "'0.5'", "[]", "{}" };
  for(size_t i = 0; i < COUNT(kAlphas); i++){
    char observation[64], problem[96];
    snprintf(observation, sizeof observation, "{'rates':{'a':1},'alpha':%s}", kAlphas[i]);
    snprintf(problem, sizeof problem, "alpha must be more than 0 and at most 1, got %s", kAlphas[i]);
    expectRefused("{}", observation, problem);
  }
  expectLearned("{}", "{'rates':{'a':1.5},'alpha':1}", "{'rates':{'a':1.5}}");
  expectLearned("{}", "{'rates':{'a':1.5},'alpha':5e-324}", "{'rates':{'a':1.5}}");
}

static void another_member_is_refused(void **state){
  (void)state;
  expectRefused("{}", "{'count':{'a':1}}", "an observation has counts, rates, alpha and learned_patterns, got 'count'");
  expectRefused("{}", "{'counts':{'a':1},'':1}", "an observation has counts, rates, alpha and learned_patterns, got ''");
  expectRefused("{}", "{'Alpha':1}", "an observation has counts, rates, alpha and learned_patterns, got 'Alpha'");
}

static void long_values_are_shown_up_to_a_character(void **state){
  (void)state;
  expectRefused("{}", "{'counts':'0123456789012345678901234567890123456789'}",
                "counts must be a JSON object, got '012345678901234567890123456789012345678");
  expectRefused("{}", "{'counts':'01234567890123456789012345678901234567\xc3\xa9'}",
                "counts must be a JSON object, got '01234567890123456789012345678901234567");
  expectRefused("{}", "{'counts':'0123456789012345678901234567890123456\xc3\xa9\xc3\xa9'}",
                "counts must be a JSON object, got '0123456789012345678901234567890123456\xc3\xa9");
}

static void the_longest_problem_is_shown_whole(void **state){
  (void)state;
  expectRefused("{}", "{'counts':{'0123456789012345678901234567890123456789':'0123456789012345678901234567890123456789'}}",
                "counts: '012345678901234567890123456789012345678 must be, and stay, a number, "
                "got '012345678901234567890123456789012345678");
}

static void a_problem_after_what_was_learned_leaves_nothing_of_it(void **state){
  (void)state;
  expectRefused("{'counts':{'a':1}}", "{'counts':{'a':1},'rates':{'b':1},'learned_patterns':['x',1]}",
                "each of learned_patterns must be a text, got 1");
}

/* ---- Lost memory ---- */

static int learnALot(GraphMemory *memory){
  static const char kOld[] = "{'counts':{'a':1,'\\u0062':2},'other':[1],'learned_patterns':[5,{'pattern':'x','hits':1}]}";
  static const char kSeen[] = "{'counts':{'a':1,'\\u0062':1},'rates':{'r':1},'learned_patterns':['x','\\u0079','x']}";
  static const char kWanted[] = "{'counts':{'a':2,'\\u0062':3},'other':[1],'learned_patterns':[5,{'pattern':'x','hits':3," SEEN "},"
                                "{'pattern':'\\u0079','hits':1," SEEN "}],'rates':{'r':1.0}}";
  char *old = json(kOld), *seen = json(kSeen);
  LoreScanValue from, by;
  assert_true(loreScanText(old, strlen(kOld), &from) && loreScanText(seen, strlen(kSeen), &by));
  LoreBuffer result = newText();
  GraphLearning learning = { .memory = memory, .result = &result };
  int done = graphLearn(&learning, &from, &by, kAt);
  assert_string_equal(learning.problem, "");
  if( done ) expectText(result.data, kWanted);
  if( result.failed ) memory->failed = 1;
  if( result.data ) ledgerReallocate(result.data, 0);
  free(old);
  free(seen);
  return done;
}

static void lost_memory_is_told_and_nothing_leaks(void **state){
  (void)state;
  assert_true(expectToOutliveLostMemory(learnALot) > 30);
}

int main(void){
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(counts_are_added_and_new_ones_begin),
    cmocka_unit_test(whole_counts_are_exact_as_long_as_64_bits_hold_them),
    cmocka_unit_test(counts_beyond_64_bits_go_on_as_reals),
    cmocka_unit_test(nothing_to_add_is_no_change),
    cmocka_unit_test(a_name_is_the_same_with_and_without_escapes),
    cmocka_unit_test(a_rate_moves_by_alpha_of_its_distance),
    cmocka_unit_test(a_tenth_is_the_alpha_that_is_not_given),
    cmocka_unit_test(a_new_rate_begins_at_what_was_seen),
    cmocka_unit_test(a_rate_that_is_where_it_was_is_no_change),
    cmocka_unit_test(alpha_alone_changes_nothing),
    cmocka_unit_test(a_new_pattern_comes_last_with_one_hit),
    cmocka_unit_test(a_pattern_that_is_named_again_has_one_hit_more_each_time),
    cmocka_unit_test(hits_are_exact_as_long_as_64_bits_hold_them),
    cmocka_unit_test(what_else_an_element_has_stays),
    cmocka_unit_test(elements_that_are_no_patterns_keep_their_places),
    cmocka_unit_test(no_pattern_takes_the_place_of_another_element),
    cmocka_unit_test(no_patterns_are_no_change),
    cmocka_unit_test(all_parts_are_learned_at_once),
    cmocka_unit_test(other_members_stay_byte_for_byte),
    cmocka_unit_test(parts_that_are_not_named_stay_byte_for_byte_too),
    cmocka_unit_test(a_part_of_another_kind_is_refused),
    cmocka_unit_test(so_is_one_in_the_configuration),
    cmocka_unit_test(what_is_no_number_is_refused),
    cmocka_unit_test(what_would_be_no_number_any_more_is_refused),
    cmocka_unit_test(a_pattern_that_is_no_text_is_refused),
    cmocka_unit_test(hits_that_are_no_number_are_refused),
    cmocka_unit_test(an_alpha_out_of_range_is_refused),
    cmocka_unit_test(another_member_is_refused),
    cmocka_unit_test(long_values_are_shown_up_to_a_character),
    cmocka_unit_test(the_longest_problem_is_shown_whole),
    cmocka_unit_test(a_problem_after_what_was_learned_leaves_nothing_of_it),
    cmocka_unit_test(lost_memory_is_told_and_nothing_leaks),
  };
  return cmocka_run_group_tests_name("graph learn", tests, NULL, NULL);
}
