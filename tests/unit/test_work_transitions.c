/*
** The pure cores of work: which status may follow which, who is handed out first, how long a retry waits.
*/
#include "helpers.h"

#include "work/order.h"
#include "work/retry.h"
#include "work/transitions.h"

static const char *const kKinds[] = { "task", "thought" };
static const char *const kVerbs[] = { "task_add", "thought_add", "work_claim", "work_extend", "work_complete", "work_fail",
  "work_defer", "work_release", "work_resume", "work_cancel", "work_sweep", "thought_reject", "thought_ponder",
  "thought_escalate" };
static const char *const kStatuses[2][6] = {
  { "pending", "in_progress", "deferred", "completed", "failed", "cancelled" },
  { "pending", "processing", "deferred", "completed", "failed", "rejected" },
};

/* What each verb may do, written a second time, the other way round: "from>to from>to" of a task; of a thought
** active is processing and cancelled is rejected. */
static const struct { const char *verb, *tasks, *thoughts; } kExpected[] = {
  { "work_claim", "pending>active active>pending active>failed deferred>pending",
    "pending>active active>pending active>failed deferred>pending pending>off" },
  { "work_sweep", "active>pending active>failed deferred>pending pending>off active>off deferred>off",
    "active>pending active>failed deferred>pending pending>off active>off deferred>off" },
  { "work_extend", "active>active", "active>active" },
  { "work_complete", "active>completed", "active>completed" },
  { "work_fail", "active>pending active>failed", "active>pending active>failed" },
  { "work_defer", "active>deferred", "active>deferred" },
  { "work_release", "active>pending", "active>pending" },
  { "work_resume", "active>pending deferred>pending failed>pending", "active>pending deferred>pending failed>pending" },
  { "work_cancel", "pending>off active>off deferred>off", "pending>off active>off deferred>off" },
  { "thought_reject", "", "active>off" },
  { "thought_ponder", "", "active>completed active>deferred" },
  { "thought_escalate", "", "pending>pending active>active deferred>deferred" },
};

static const char *neutral(const char *status){
  if( strcmp(status, "in_progress")==0 || strcmp(status, "processing")==0 ) return "active";
  return strcmp(status, "cancelled")==0 || strcmp(status, "rejected")==0 ? "off" : status;
}

static int isExpected(int kind, const char *from, const char *to, const char *verb){
  char pair[64], list[300];
  snprintf(pair, sizeof pair, " %s>%s ", neutral(from), neutral(to));
  for(size_t i = 0; i < COUNT(kExpected); i++){
    if( strcmp(kExpected[i].verb, verb)!=0 ) continue;
    snprintf(list, sizeof list, " %s ", kind ? kExpected[i].thoughts : kExpected[i].tasks);
    return strstr(list, pair)!=NULL;
  }
  return 0;
}

static void test_every_transition_is_allowed_or_not(void **state){
  (void)state;
  int allowed = 0;
  for(int kind = 0; kind < 2; kind++){
    for(size_t v = 0; v < COUNT(kVerbs); v++){
      for(int from = 0; from < 6; from++){
        for(int to = 0; to < 6; to++){
          const char *a = kStatuses[kind][from], *b = kStatuses[kind][to];
          int is = workAllows(kKinds[kind], a, b, kVerbs[v]);
          if( is!=isExpected(kind, a, b, kVerbs[v]) ) fail_msg("%s: %s to %s by %s is %d", kKinds[kind], a, b, kVerbs[v], is);
          allowed += is;
        }
      }
    }
  }
  assert_int_equal(allowed, kWorkTransitionCount); /* none is there twice, none has words that are no status */
}

static void test_another_kind_s_or_case_s_words_are_none(void **state){
  (void)state;
  assert_false(workAllows("task", "pending", "processing", "work_claim"));
  assert_false(workAllows("thought", "pending", "in_progress", "work_claim"));
  assert_false(workAllows("task", "PENDING", "in_progress", "work_claim"));
  assert_false(workIsLive("task", "Pending") || workIsEnded("task", "done") || workIsLive("task", ""));
}

static void test_a_status_is_live_or_ended(void **state){
  (void)state;
  for(int kind = 0; kind < 2; kind++){
    for(int i = 0; i < 6; i++){
      assert_int_equal(workIsLive(kKinds[kind], kStatuses[kind][i]), i < 3);
      assert_int_equal(workIsEnded(kKinds[kind], kStatuses[kind][i]), i >= 3);
      assert_non_null(strstr(workStatuses(kKinds[kind]), kStatuses[kind][i]));
    }
  }
}

/* ---- Order ---- */

enum { HOUR = 3600000 };
#define NOON 1768046400000LL /* 2026-01-10T12:00:00.000Z */

static void test_a_whole_hour_counts_one_and_ten_at_most(void **state){
  (void)state;
  const char *since = "2026-01-10T12:00:00.000Z";
  assert_int_equal(workEffective(3, since, NOON), 3);
  assert_int_equal(workEffective(3, since, NOON + HOUR - 1), 3);
  assert_int_equal(workEffective(3, since, NOON + HOUR), 4);
  assert_int_equal(workEffective(3, since, NOON + 10LL*HOUR - 1), 12);
  assert_int_equal(workEffective(3, since, NOON + 10LL*HOUR), 13);
  assert_int_equal(workEffective(3, since, NOON + 1000LL*HOUR), 13);
  assert_int_equal(workEffective(-3, since, NOON - HOUR), -3);
  assert_int_equal(workEffective(0, "2026-01-10T13:00:00+02:00", NOON), 1);
}

static void test_what_is_no_time_has_waited_long(void **state){
  (void)state;
  assert_int_equal(workEffective(3, "", NOON), 13);
  assert_int_equal(workEffective(3, "2026-99-99", NOON), 13);
}

static void test_the_largest_priority_grows_no_more(void **state){
  (void)state;
  assert_true(workEffective(INT64_MAX, "", NOON)==INT64_MAX);
  assert_true(workEffective(INT64_MAX - 4, "", NOON)==INT64_MAX);
  assert_true(workEffective(INT64_MIN, "", NOON)==INT64_MIN + 10);
  WorkPlace best = { INT64_MAX, "", "a" };
  assert_false(workIsBeaten(INT64_MAX - 10, &best));
  assert_true(workIsBeaten(INT64_MAX - 11, &best));
  assert_true(workIsBeaten(INT64_MIN, &best));
}

static void test_priority_then_waiting_then_id(void **state){
  (void)state;
  const WorkPlace order[] = { { 9, "b", "z" }, { 8, "a", "b" }, { 8, "a", "c" }, { 8, "b", "a" }, { -1, "", "" } };
  for(size_t i = 0; i < COUNT(order); i++){
    for(size_t k = 0; k < COUNT(order); k++){
      int is = workCompare(&order[i], &order[k]);
      assert_true(i < k ? is < 0 : i > k ? is > 0 : is==0);
    }
  }
  assert_true(workIsBeaten(-2, &order[0]));
  assert_false(workIsBeaten(-1, &order[0])); /* it may have the same, and have waited longer */
}

/* ---- Retries ---- */

static void test_a_retry_waits_twice_as_long_each_time_and_a_tenth_at_most_more(void **state){
  (void)state;
  for(int attempts = 0; attempts <= 30; attempts++){
    int64_t least = (int64_t)10000 << (attempts < 20 ? attempts : 20);
    int64_t delay = workRetryDelay("a task", attempts);
    assert_true(delay >= least && delay < least + least/10);
    assert_true(delay==workRetryDelay("a task", attempts));
  }
  assert_true(workRetryDelay("a", -5) >= 10000);
  assert_true(workRetryDelay("a", INT64_MAX) < 11534336000LL);
}

static void test_rows_that_fail_together_come_back_apart(void **state){
  (void)state;
  int64_t least = INT64_MAX, most = 0;
  char id[16];
  for(int i = 0; i < 100; i++){
    snprintf(id, sizeof id, "%d", i);
    int64_t delay = workRetryDelay(id, 5);
    if( delay < least ) least = delay;
    if( delay > most ) most = delay;
  }
  assert_true(most - least > 20000);
  assert_true(workRetryDelay("a", 1)*2!=workRetryDelay("a", 2));
}

int main(void){
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_every_transition_is_allowed_or_not),
    cmocka_unit_test(test_another_kind_s_or_case_s_words_are_none),
    cmocka_unit_test(test_a_status_is_live_or_ended),
    cmocka_unit_test(test_a_whole_hour_counts_one_and_ten_at_most),
    cmocka_unit_test(test_what_is_no_time_has_waited_long),
    cmocka_unit_test(test_the_largest_priority_grows_no_more),
    cmocka_unit_test(test_priority_then_waiting_then_id),
    cmocka_unit_test(test_a_retry_waits_twice_as_long_each_time_and_a_tenth_at_most_more),
    cmocka_unit_test(test_rows_that_fail_together_come_back_apart),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
