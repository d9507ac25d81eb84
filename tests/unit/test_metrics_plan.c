/*
** Which source answers a bucket of a range: each run of a plan against a look at every single bucket; and the buckets themselves.
*/
#include "helpers.h"

#include "engine/clock.h"
#include "metrics/plan.h"

#define MINUTE INT64_C(60000)
#define HOUR (60*MINUTE)
#define DAY (24*HOUR)
#define START (INT64_C(1700000000000) - INT64_C(1700000000000)%DAY)

enum { DIRTY_MOST = 40 };

static uint64_t seed = 11;

static int64_t randomBelow(int64_t most){
  return (int64_t)(nextRandom(&seed)%(uint32_t)most);
}

static Grid gridOf(const char *step, int64_t since, int64_t until){
  BucketStep parsed;
  if( step ) assert_true(bucketStepParse(step, strlen(step), &parsed));
  return gridMake(step ? &parsed : NULL, NULL, since, until);
}

/* ---- A look at one bucket ---- */

static int isDirtyAt(const Plan *plan, const PlanTier *tier, int64_t bucket){
  for(int i = 0; i < tier->dirty_count; i++) if( tier->dirty[i]==bucket && bucket + tier->step > plan->horizon ) return 1;
  return 0;
}

/* Whether each of the tier's buckets in it is there and up to date, and no part of another is needed. */
static int answersExactly(const Plan *plan, const PlanTier *tier, int64_t since, int64_t until){
  if( since%tier->step || until%tier->step || (plan->prefers_raw && since >= plan->horizon) ) return 0;
  if( (tier->since > since && tier->since > plan->first) || tier->until < until ) return 0;
  for(int64_t bucket = since; bucket < until; bucket += tier->step) if( isDirtyAt(plan, tier, bucket) ) return 0;
  return 1;
}

static int sourceOfBucket(const Plan *plan, int64_t since, int64_t until, int *is_exact){
  *is_exact = 1;
  for(int i = 0; i < plan->tier_count; i++) if( answersExactly(plan, &plan->tiers[i], since, until) ) return i;
  if( since >= plan->horizon || plan->tier_count==0 ) return PLAN_RAW;
  *is_exact = 0;
  int64_t gone = until < plan->horizon ? until : plan->horizon;
  for(int i = plan->tier_count - 1; i >= 0; i--){
    if( (plan->tiers[i].since <= since || plan->tiers[i].since <= plan->first) && plan->tiers[i].until >= gone ) return i;
  }
  return -2;
}

static void expectBucket(const Plan *plan, const PlanSegment *segment, int64_t since, int64_t until){
  int is_exact, source = sourceOfBucket(plan, since, until, &is_exact);
  int64_t points_until = source==PLAN_RAW || !is_exact ? segment->until
                       : plan->horizon < segment->until ? plan->horizon : segment->until;
  if( source==-2 ) return;
  if( segment->tier!=source ) fail_msg("bucket %lld: %d, not %d", (long long)(since - START), segment->tier, source);
  assert_int_equal(segment->points_until, points_until);
  if( source==PLAN_RAW ) assert_int_equal(segment->rows_until, segment->since);
  else if( is_exact ) assert_int_equal(segment->rows_until, segment->until);
  else assert_int_equal(segment->rows_until, plan->horizon < segment->until ? plan->horizon : segment->until);
}

/* Every run from the first to the last bucket; how many there were. */
static int expectRuns(const Plan *plan){
  const Grid *grid = plan->grid;
  int runs = 0;
  for(int64_t at = grid->since; at < grid->until; runs++){
    PlanSegment segment = planSegment(plan, at);
    assert_int_equal(segment.since, at);
    while( at < segment.until ){
      int64_t next = gridNext(grid, at);
      if( next > grid->until ) next = grid->until;
      expectBucket(plan, &segment, at, next);
      at = next;
    }
    assert_int_equal(at, segment.until);
  }
  return runs;
}

/* ---- Plans ---- */

static int64_t randomTime(void){
  static const int64_t kUnits[] = { 1, MINUTE, HOUR, DAY };
  int64_t unit = kUnits[randomBelow(4)];
  return START + randomBelow(6*DAY/unit)*unit;
}

static int compareTimes(const void *left, const void *right){
  int64_t a = *(const int64_t*)left, b = *(const int64_t*)right;
  return (a > b) - (a < b);
}

static int randomDirty(int64_t step, int64_t *dirty){
  int count = (int)randomBelow(DIRTY_MOST), kept = 0;
  for(int i = 0; i < count; i++) dirty[i] = randomTime()/step*step;
  qsort(dirty, (size_t)count, sizeof *dirty, compareTimes);
  for(int i = 0; i < count; i++) if( i==0 || dirty[i]!=dirty[kept - 1] ) dirty[kept++] = dirty[i];
  return kept;
}

static void every_bucket_gets_the_source_that_a_look_at_it_alone_gives(void **state){
  (void)state;
  static const char *const kSteps[] = { "1m", "7m", "1h", "90m", "1d", "1w", "1mo", "12h" };
  int runs = 0;
  for(int trial = 0; trial < 3000; trial++){
    int64_t dirty[2][DIRTY_MOST];
    int64_t since = randomTime(), until = randomTime();
    Grid grid = gridOf(kSteps[randomBelow(COUNT(kSteps))], since < until ? since : until, since < until ? until : since);
    PlanTier tiers[2] = { { .step = HOUR }, { .step = MINUTE } };
    for(int i = 0; i < 2; i++){
      tiers[i].since = randomBelow(2) ? INT64_MIN : randomTime()/tiers[i].step*tiers[i].step;
      tiers[i].until = randomBelow(3) ? randomTime()/tiers[i].step*tiers[i].step : INT64_MAX;
      tiers[i].dirty = dirty[i];
      tiers[i].dirty_count = randomBelow(2) ? randomDirty(tiers[i].step, dirty[i]) : 0;
    }
    Plan plan = { .grid = &grid, .tiers = tiers, .tier_count = (int)randomBelow(3), .prefers_raw = (int)randomBelow(2),
                  .horizon = randomBelow(2) ? INT64_MIN : randomTime()/HOUR*HOUR, .first = START, .last = START + 6*DAY };
    runs += expectRuns(&plan);
  }
  assert_true(runs > 3000);
}

static void a_long_range_of_small_buckets_is_one_run(void **state){
  (void)state;
  Grid grid = gridOf("1s", LORE_TIME_FIRST, LORE_TIME_LAST + 1);
  PlanTier tier = { .step = 1000, .since = INT64_MIN, .until = INT64_MAX };
  Plan plan = { .grid = &grid, .tiers = &tier, .tier_count = 1, .horizon = INT64_MIN, .first = START, .last = START + DAY };
  PlanSegment segment = planSegment(&plan, START);
  assert_int_equal(segment.tier, 0);
  assert_int_equal(segment.until, LORE_TIME_LAST + 1);
  tier.until = START + HOUR;
  segment = planSegment(&plan, START);
  assert_int_equal(segment.until, START + HOUR);
}

/* Neither end cuts anything off: what a tier holds of the series is all there is. */
static void one_bucket_over_all_is_answered_by_a_tier_that_holds_all(void **state){
  (void)state;
  Grid grid = gridOf(NULL, LORE_TIME_FIRST, LORE_TIME_LAST + 1);
  PlanTier tier = { .step = HOUR, .since = START, .until = START + DAY };
  Plan plan = { .grid = &grid, .tiers = &tier, .tier_count = 1, .horizon = INT64_MIN, .first = START + 5, .last = START + DAY - 5,
                .open_since = 1, .open_until = 1 };
  assert_int_equal(planSegment(&plan, plan.first).tier, 0);
  plan.last = START + DAY;
  assert_int_equal(planSegment(&plan, plan.first).tier, PLAN_RAW);
  plan.last = START + DAY - 5, plan.first = START - 1;
  assert_int_equal(planSegment(&plan, plan.first).tier, PLAN_RAW);
}

static void when_no_tier_goes_back_far_enough_the_one_that_goes_back_farthest_answers(void **state){
  (void)state;
  Grid grid = gridOf("1d", START, START + 10*DAY);
  PlanTier tiers[] = { { .step = HOUR, .since = START + 2*DAY, .until = START + 9*DAY },
                       { .step = MINUTE, .since = START + 5*DAY, .until = START + 9*DAY } };
  Plan plan = { .grid = &grid, .tiers = tiers, .tier_count = 2, .horizon = START + 8*DAY, .first = START, .last = START + 10*DAY };
  PlanSegment segment = planSegment(&plan, START);
  assert_int_equal(segment.tier, 0);
  assert_int_equal(segment.until, START + 2*DAY);
}

static void buckets_of_a_grid_are_those_of_the_step(void **state){
  (void)state;
  static const char *const kSteps[] = { "1s", "7m", "1d", "3d", "1w", "2w", "1mo", "1q", "10y" };
  for(int i = 0; i < 20000; i++){
    const char *text = kSteps[randomBelow(COUNT(kSteps))];
    BucketStep step;
    assert_true(bucketStepParse(text, strlen(text), &step));
    Grid grid = gridOf(text, LORE_TIME_FIRST, LORE_TIME_LAST + 1);
    int64_t t = i==0 ? LORE_TIME_FIRST : i==1 ? LORE_TIME_LAST : randomTime()*(randomBelow(2) ? 1 : -1)*(1 + randomBelow(30));
    if( t < LORE_TIME_FIRST || t > LORE_TIME_LAST ) continue;
    assert_int_equal(gridStart(&grid, t), bucketStart(&step, NULL, t));
    assert_int_equal(gridNext(&grid, t), bucketNext(&step, NULL, t));
  }
}

int main(void){
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(every_bucket_gets_the_source_that_a_look_at_it_alone_gives),
    cmocka_unit_test(a_long_range_of_small_buckets_is_one_run),
    cmocka_unit_test(one_bucket_over_all_is_answered_by_a_tier_that_holds_all),
    cmocka_unit_test(when_no_tier_goes_back_far_enough_the_one_that_goes_back_farthest_answers),
    cmocka_unit_test(buckets_of_a_grid_are_those_of_the_step),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
