/*
** Confidence: the vectors, comparisons at their exact limits, and removal, which leaves nothing behind.
*/
#include "helpers.h"

#include "patterns/confidence.h"

static ConfidenceRow rowOf(const cJSON *workflow){
  const cJSON *duration = cJSON_GetObjectItem(workflow, "duration_seconds");
  const cJSON *errors = cJSON_GetObjectItem(workflow, "error_count"), *retries = cJSON_GetObjectItem(workflow, "retry_count");
  return (ConfidenceRow){
    .duration_ms = cJSON_IsNumber(duration) ? confidenceMilliseconds(duration->valuedouble) : 0,
    .has_errors = cJSON_IsNumber(errors),
    .errors = cJSON_IsNumber(errors) ? errors->valueint : 0,
    .retries = cJSON_IsNumber(retries) ? retries->valueint : 0,
  };
}

static void every_vector_has_its_score(void **state){
  (void)state;
  cJSON *vectors = readVectorFile("confidence.json");
  int count = 0;
  for(const cJSON *vector = vectors->child; vector; vector = vector->next, count++){
    ConfidenceSums sums = { 0 };
    for(const cJSON *w = cJSON_GetObjectItem(vector, "workflows")->child; w; w = w->next){
      ConfidenceRow row = rowOf(w);
      confidenceAdd(&sums, &row);
    }
    double score = confidenceScore(cJSON_GetObjectItem(vector, "occurrence_count")->valueint, &sums);
    assert_true(score==cJSON_GetObjectItem(vector, "score")->valuedouble);
  }
  assert_int_equal(count, 29);
  cJSON_Delete(vectors);
}

/* Two durations d apart have the variance d*d/4. */
static double scoreOfTwo(int64_t first, int64_t apart){
  ConfidenceSums sums = { 0 };
  confidenceAdd(&sums, &(ConfidenceRow){ .duration_ms = first });
  confidenceAdd(&sums, &(ConfidenceRow){ .duration_ms = first + apart });
  return confidenceScore(10, &sums) - 70;
}

static void the_variance_is_compared_exactly(void **state){
  (void)state;
  static const int64_t kStarts[] = { 1, 86400000, INT64_C(999999000000), -INT64_C(1000000000000) };
  for(size_t i = 0; i < COUNT(kStarts); i++){
    assert_true(scoreOfTwo(kStarts[i], 19999)==30);
    assert_true(scoreOfTwo(kStarts[i], 20000)==20); /* 100 is not below 100 */
    assert_true(scoreOfTwo(kStarts[i], 63245)==20); /* 999.98 */
    assert_true(scoreOfTwo(kStarts[i], 63246)==10); /* 1000.01 */
  }
}

static void a_million_equal_durations_of_thirty_years_do_not_vary(void **state){
  (void)state;
  ConfidenceSums sums = { 0 };
  for(int i = 0; i < 1000000; i++) confidenceAdd(&sums, &(ConfidenceRow){ .duration_ms = INT64_C(1000000000000) });
  assert_true(confidenceScore(10, &sums)==100);
  confidenceAdd(&sums, &(ConfidenceRow){ .duration_ms = 1 });
  assert_true(confidenceScore(10, &sums)==80);
}

static void removing_what_was_added_leaves_nothing(void **state){
  (void)state;
  const ConfidenceSums none = { 0 };
  ConfidenceSums sums = { 0 };
  ConfidenceRow rows[500];
  uint64_t seed = 7;
  for(size_t i = 0; i < COUNT(rows); i++){
    rows[i] = (ConfidenceRow){ (int64_t)nextRandom(&seed)*200 - INT64_C(400000000000), i % 2, nextRandom(&seed) % 9,
                               nextRandom(&seed) % 5 };
    confidenceAdd(&sums, &rows[i]);
  }
  for(size_t i = 0; i < COUNT(rows); i++) confidenceRemove(&sums, &rows[(i*7) % COUNT(rows)]);
  assert_memory_equal(&sums, &none, sizeof sums);
  assert_true(confidenceScore(1000, &sums)==10);
}

static double scoreOfErrors(int64_t rows, int64_t errors, int64_t retries){
  ConfidenceSums sums = { .rows = rows, .error_rows = rows, .error_sum = errors, .retry_sum = retries };
  return confidenceScore(10, &sums) - 55;
}

static void the_means_are_compared_exactly(void **state){
  (void)state;
  const int64_t many = INT64_C(3000000000000000001);
  assert_true(scoreOfErrors(many, 0, 0)==30);
  assert_true(scoreOfErrors(many, many - 1, 2*many - 1)==20);
  assert_true(scoreOfErrors(many, many, 0)==10);
  assert_true(scoreOfErrors(many, 1, 2*many)==10);
  assert_true(scoreOfErrors(many, 3*many - 1, 0)==10);
  assert_true(scoreOfErrors(many, 3*many, 0)==5);
}

static void frequency_has_four_steps(void **state){
  (void)state;
  ConfidenceSums sums = { 0 };
  confidenceAdd(&sums, &(ConfidenceRow){ 0 });
  static const double kScores[] = { 55, 55, 55, 65, 65, 75, 75, 75, 75, 75, 85, 85 };
  for(size_t i = 0; i < COUNT(kScores); i++) assert_true(confidenceScore((int64_t)i, &sums)==kScores[i]);
}

int main(void){
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(every_vector_has_its_score),
    cmocka_unit_test(the_variance_is_compared_exactly),
    cmocka_unit_test(a_million_equal_durations_of_thirty_years_do_not_vary),
    cmocka_unit_test(removing_what_was_added_leaves_nothing),
    cmocka_unit_test(the_means_are_compared_exactly),
    cmocka_unit_test(frequency_has_four_steps),
  };
  return cmocka_run_group_tests_name("confidence", tests, NULL, NULL);
}
