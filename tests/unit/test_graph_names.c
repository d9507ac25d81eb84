/*
** Names as numbers: each text once, in the order in which it came, at a place that it keeps; and the memory below all of it.
*/
#include "graph_helpers.h"

#include "graph/names.h"

enum { MANY = 20000 };

static GraphNames namesIn(GraphMemory *memory){
  return (GraphNames){ .memory = memory };
}

static int addNumbered(GraphNames *names, int number){
  char name[NAME_SIZE];
  nameOf(number, name);
  return graphNamesAdd(names, name, strlen(name));
}

static int findNumbered(const GraphNames *names, int number){
  char name[NAME_SIZE];
  nameOf(number, name);
  return graphNamesFind(names, name, strlen(name));
}

/* ---- Names ---- */

static void names_are_numbered_as_they_come_each_once(void **state){
  (void)state;
  GraphMemory memory = newMemory();
  GraphNames names = namesIn(&memory);
  assert_int_equal(graphNamesAdd(&names, "b", 1), 0);
  assert_int_equal(graphNamesAdd(&names, "a", 1), 1);
  assert_int_equal(graphNamesAdd(&names, "b", 1), 0);
  assert_int_equal(graphNamesAdd(&names, "ba", 2), 2);
  assert_int_equal(names.count, 3);
  assert_string_equal(names.names[2].text, "ba");
  assert_int_equal(names.names[2].length, 2);
  graphNamesFree(&names);
  assert_int_equal(ledger.blocks, 0);
}

static void finding_adds_nothing(void **state){
  (void)state;
  GraphMemory memory = newMemory();
  GraphNames names = namesIn(&memory);
  assert_int_equal(graphNamesFind(&names, "a", 1), -1);
  assert_int_equal(ledger.requests, 0);
  graphNamesAdd(&names, "a", 1);
  assert_int_equal(graphNamesFind(&names, "a", 1), 0);
  assert_int_equal(graphNamesFind(&names, "A", 1), -1);
  assert_int_equal(graphNamesFind(&names, "", 0), -1);
  assert_int_equal(names.count, 1);
  graphNamesFree(&names);
}

static void a_name_is_its_bytes_and_its_length(void **state){
  (void)state;
  static const struct { const char *text; size_t length; } kNames[] = {
    { "", 0 }, { "\0", 1 }, { "\0\0", 2 }, { "a\0b", 3 }, { "a\0c", 3 }, { "a", 1 }, { "a\0", 2 }, { "\xff\xfe", 2 },
    { "1234567", 7 }, { "12345678", 8 }, { "12345678\0", 9 }, { "123456789", 9 }, { "1234567812345678", 16 },
  };
  GraphMemory memory = newMemory();
  GraphNames names = namesIn(&memory);
  for(size_t i = 0; i < COUNT(kNames); i++){
    char *copy = exactCopy(kNames[i].text, kNames[i].length);
    assert_int_equal(graphNamesAdd(&names, copy, kNames[i].length), i);
    free(copy);
  }
  for(size_t i = 0; i < COUNT(kNames); i++){
    assert_int_equal(graphNamesFind(&names, kNames[i].text, kNames[i].length), i);
    assert_int_equal(names.names[i].length, kNames[i].length);
    assert_memory_equal(names.names[i].text, kNames[i].text, kNames[i].length);
    assert_int_equal(names.names[i].text[kNames[i].length], 0);
  }
  graphNamesFree(&names);
}

static void texts_never_move_however_many_follow(void **state){
  (void)state;
  static const char *texts[MANY];
  GraphMemory memory = newMemory();
  GraphNames names = namesIn(&memory);
  for(int i = 0; i < MANY; i++){
    assert_int_equal(addNumbered(&names, i), i);
    texts[i] = names.names[i].text;
  }
  for(int i = 0; i < MANY; i++){
    assert_ptr_equal(names.names[i].text, texts[i]);
    assert_int_equal(nodeOf(texts[i]), i);
    assert_int_equal(findNumbered(&names, i), i);
    assert_int_equal(addNumbered(&names, i), i);
  }
  assert_int_equal(findNumbered(&names, MANY), -1);
  graphNamesFree(&names);
  assert_int_equal(ledger.blocks, 0);
}

static void names_of_every_size_are_kept_whole(void **state){
  (void)state;
  static const size_t kSizes[] = { 1, 16383, 16384, 16385, 65534, 65535, 65536, 65537, 1000000 };
  GraphMemory memory = newMemory();
  GraphNames names = namesIn(&memory);
  for(size_t round = 0; round < 2; round++){
    for(size_t i = 0; i < COUNT(kSizes); i++){
      char *text = malloc(kSizes[i]);
      assert_non_null(text);
      memset(text, 'x', kSizes[i]);
      assert_int_equal(graphNamesAdd(&names, text, kSizes[i]), i);
      assert_int_equal(strlen(names.names[i].text), kSizes[i]);
      free(text);
    }
  }
  graphNamesFree(&names);
  assert_int_equal(ledger.blocks, 0);
}

static void a_freed_table_is_empty_and_can_be_used_again(void **state){
  (void)state;
  GraphMemory memory = newMemory();
  GraphNames names = namesIn(&memory);
  graphNamesFree(&names);
  for(int round = 0; round < 2; round++){
    assert_int_equal(graphNamesFind(&names, "n1", 2), -1);
    assert_int_equal(addNumbered(&names, 1), 0);
    graphNamesFree(&names);
    assert_int_equal(names.count, 0);
    assert_int_equal(ledger.blocks, 0);
  }
}

/* ---- Lost memory ---- */

static int addMany(GraphMemory *memory){
  GraphNames names = namesIn(memory);
  int done = 1;
  for(int i = 0; done && i < MANY; i++) done = addNumbered(&names, i)==i;
  graphNamesFree(&names);
  return done;
}

static void lost_memory_is_told_and_nothing_leaks(void **state){
  (void)state;
  assert_true(expectToOutliveLostMemory(addMany) > 20);
}

static void a_name_that_found_no_memory_is_not_there_and_the_others_are(void **state){
  (void)state;
  for(long long failing = 1;; failing++){
    GraphMemory memory = newMemory();
    GraphNames names = namesIn(&memory);
    ledger.failing = failing;
    int added = 0;
    while( added < MANY && addNumbered(&names, added)==added ) added++;
    assert_int_equal(names.count, added);
    assert_int_equal(memory.failed, added < MANY);
    for(int i = 0; i < added; i += 97) assert_int_equal(findNumbered(&names, i), i);
    assert_int_equal(findNumbered(&names, added), -1);
    assert_int_equal(addNumbered(&names, added), added); /* there is memory again */
    graphNamesFree(&names);
    assert_int_equal(ledger.blocks, 0);
    if( added==MANY ) break;
  }
}

/* ---- graph/memory.h ---- */

static void an_array_grows_only_when_it_is_full(void **state){
  (void)state;
  GraphMemory memory = newMemory();
  int room = 0, *array = NULL;
  for(int count = 0; count < 1000; count++){
    int was_full = count==room;
    int *grown = graphGrow(&memory, array, count, &room, sizeof *array);
    assert_non_null(grown);
    assert_true(room > count);
    assert_int_equal(grown!=array, was_full);
    array = grown;
    array[count] = count;
  }
  for(int i = 0; i < 1000; i++) assert_int_equal(array[i], i);
  assert_true(ledger.requests < 10); /* it doubles */
  graphFree(&memory, array);
  assert_int_equal(ledger.blocks, 0);
}

static void an_array_that_cannot_grow_stays_as_it_was(void **state){
  (void)state;
  GraphMemory memory = newMemory();
  int room = 0, *array = graphGrow(&memory, NULL, 0, &room, sizeof *array), old = room;
  for(int i = 0; i < old; i++) array[i] = i;
  ledger.failing = ledger.requests + 1;
  assert_null(graphGrow(&memory, array, old, &room, sizeof *array));
  assert_int_equal(memory.failed, 1);
  assert_int_equal(room, old);
  for(int i = 0; i < old; i++) assert_int_equal(array[i], i);
  graphFree(&memory, array);
}

static void an_array_of_more_elements_than_an_int_counts_is_lost_memory(void **state){
  (void)state;
  GraphMemory memory = newMemory();
  int room = 1<<30;
  assert_null(graphGrow(&memory, NULL, room, &room, 1));
  assert_int_equal(memory.failed, 1);
  assert_int_equal(ledger.requests, 0);
}

static void nothing_is_allocated_as_a_block_too(void **state){
  (void)state;
  GraphMemory memory = newMemory();
  void *block = graphAllocate(&memory, 0, sizeof(int));
  assert_non_null(block);
  graphFree(&memory, block);
  graphFree(&memory, NULL);
  assert_int_equal(ledger.blocks, 0);
  ledger.failing = ledger.requests + 1;
  assert_null(graphAllocate(&memory, 3, sizeof(int)));
  assert_int_equal(memory.failed, 1);
}

int main(void){
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(names_are_numbered_as_they_come_each_once),
    cmocka_unit_test(finding_adds_nothing),
    cmocka_unit_test(a_name_is_its_bytes_and_its_length),
    cmocka_unit_test(texts_never_move_however_many_follow),
    cmocka_unit_test(names_of_every_size_are_kept_whole),
    cmocka_unit_test(a_freed_table_is_empty_and_can_be_used_again),
    cmocka_unit_test(lost_memory_is_told_and_nothing_leaks),
    cmocka_unit_test(a_name_that_found_no_memory_is_not_there_and_the_others_are),
    cmocka_unit_test(an_array_grows_only_when_it_is_full),
    cmocka_unit_test(an_array_that_cannot_grow_stays_as_it_was),
    cmocka_unit_test(an_array_of_more_elements_than_an_int_counts_is_lost_memory),
    cmocka_unit_test(nothing_is_allocated_as_a_block_too),
  };
  return cmocka_run_group_tests_name("graph names", tests, NULL, NULL);
}
