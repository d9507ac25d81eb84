/*
** The verification gate: every shared vector to the last bit, each rule of its decision at its edge, and
** the same verdict in whatever order the signals come.
*/
#include "helpers.h"

#include "signals/gate.h"

enum { MOST = 16 };

/* The first contents of signal_weights, as the specification lists them. */
static const struct { const char *type; GateWeight weight; } kWeights[] = {
  { "incorporation",        { 0.25, 365, -1, 0, 0 } },
  { "github_spike",         { 0.20, 14, -1, 0, 0 } },
  { "funding_event",        { 0.20, 180, -1, 0, 0 } },
  { "domain_registration",  { 0.15, 90, -1, 0, 0 } },
  { "patent_filing",        { 0.15, 180, -1, 0, 0 } },
  { "product_hunt_launch",  { 0.10, 30, -1, 0, 0 } },
  { "social_announcement",  { 0.10, 30, -1, 0, 0 } },
  { "cofounder_search",     { 0.05, 60, -1, 0, 0 } },
  { "research_paper",       { 0.05, 180, -1, 0, 0 } },
  { "job_at_big_co_recent", { 0, 0, 0.6, 0, 0 } },
  { "job_at_big_co_medium", { 0, 0, 0.3, 0, 0 } },
  { "job_at_big_co_old",    { 0, 0, 0.1, 0, 0 } },
  { "domain_dead",          { 0, 0, 0.1, 0, 1 } },
  { "github_inactive_90d",  { 0, 0, 0.3, 0, 0 } },
  { "company_dissolved",    { 0, 0, -1, 1, 0 } },
  { "any other",            { 0.05, 90, -1, 0, 0 } },
};

static const GateWeight *weightOf(const char *type){
  size_t i = 0;
  while( i < COUNT(kWeights) - 1 && strcmp(kWeights[i].type, type)!=0 ) i++;
  return &kWeights[i].weight;
}

static GateSignal signalOf(const char *type, const char *source, double confidence, long long age_days){
  return (GateSignal){ .type = type, .source = source, .weight = weightOf(type), .confidence = confidence, .age_days = age_days };
}

/* ---- The shared vectors ---- */

static double numberIn(const cJSON *object, const char *name){
  const cJSON *member = cJSON_GetObjectItem(object, name);
  assert_true(cJSON_IsNumber(member));
  return member->valuedouble;
}

static const char *textIn(const cJSON *object, const char *name){
  const cJSON *member = cJSON_GetObjectItem(object, name);
  assert_true(cJSON_IsString(member));
  return member->valuestring;
}

static int readSignals(const cJSON *row, GateSignal *signals){
  int count = 0;
  const cJSON *one;
  cJSON_ArrayForEach(one, cJSON_GetObjectItem(row, "signals")){
    assert_true(count < MOST);
    signals[count++] = signalOf(textIn(one, "signal_type"), textIn(one, "source_api"), numberIn(one, "confidence"),
                                (long long)numberIn(one, "age_days"));
  }
  return count;
}

static void expectVerdict(const GateVerdict *verdict, const cJSON *row){
  assert_string_equal(verdict->decision, textIn(row, "decision"));
  assert_string_equal(verdict->verification_status, textIn(row, "verification_status"));
  assert_string_equal(verdict->suggested_status, textIn(row, "suggested_status"));
  assert_string_equal(verdict->reason, textIn(row, "reason"));
  if( verdict->score!=numberIn(row, "score") ) fail_msg("score %.17g, not %.17g", verdict->score, numberIn(row, "score"));
  const cJSON *breakdown = cJSON_GetObjectItem(row, "breakdown");
  if( cJSON_GetArraySize(breakdown)==0 ) return;
  assert_true(gateRound(verdict->base, 3)==numberIn(breakdown, "base_score"));
  assert_true(verdict->source_boost==numberIn(breakdown, "multi_source_boost"));
  assert_true(verdict->type_boost==numberIn(breakdown, "convergence_boost"));
  assert_int_equal(verdict->contributing, (int)numberIn(breakdown, "signals_contributing"));
}

static void every_vector_has_its_verdict_to_the_last_bit(void **state){
  (void)state;
  cJSON *rows = readVectorFile("gate.json");
  const cJSON *row;
  int vectors = 0;
  cJSON_ArrayForEach(row, rows){
    GateSignal signals[MOST];
    GateVerdict verdict;
    int count = readSignals(row, signals);
    gateJudge(signals, count, cJSON_IsTrue(cJSON_GetObjectItem(row, "strict")), &verdict);
    expectVerdict(&verdict, row);
    vectors++;
  }
  assert_int_equal(vectors, 30);
  cJSON_Delete(rows);
}

static void the_vectors_hold_in_a_locale_with_a_decimal_comma(void **state){
  cJSON *rows = readVectorFile("gate.json"); /* cJSON reads it before the locale changes */
  cJSON_Delete(rows);
  useDecimalComma();
  every_vector_has_its_verdict_to_the_last_bit(state);
}

/* ---- Order ---- */

static void expectSame(const GateVerdict *left, const GateVerdict *right){
  assert_string_equal(left->decision, right->decision);
  assert_string_equal(left->verification_status, right->verification_status);
  assert_string_equal(left->suggested_status, right->suggested_status);
  assert_string_equal(left->reason, right->reason);
  assert_true(left->score==right->score && left->base==right->base);
  assert_true(left->source_boost==right->source_boost && left->type_boost==right->type_boost);
  assert_int_equal(left->contributing, right->contributing);
  assert_int_equal(left->sources, right->sources);
}

static void expectSameSignals(const GateSignal *left, const GateSignal *right, int count){
  for(int i = 0; i < count; i++){
    assert_string_equal(left[i].type, right[i].type);
    assert_string_equal(left[i].source, right[i].source);
    assert_true(left[i].contribution==right[i].contribution && left[i].decay==right[i].decay);
    assert_true(left[i].confidence==right[i].confidence && left[i].age_days==right[i].age_days);
    assert_int_equal(left[i].counts, right[i].counts);
  }
}

static void shuffle(GateSignal *signals, int count, uint64_t *seed){
  for(int i = count - 1; i > 0; i--){
    int other = (int)(nextRandom(seed)%(uint32_t)(i + 1));
    GateSignal kept = signals[i];
    signals[i] = signals[other];
    signals[other] = kept;
  }
}

static void the_order_of_the_signals_makes_no_difference(void **state){
  (void)state;
  static const char *const kSources[] = { "a", "b", "c", "d" };
  uint64_t seed = 3;
  for(int round = 0; round < 3000; round++){
    GateSignal first[MOST], signals[MOST];
    GateVerdict expected, verdict;
    int count = (int)(nextRandom(&seed)%MOST), strict = (int)(nextRandom(&seed)%2);
    for(int i = 0; i < count; i++){
      size_t kind = nextRandom(&seed)%COUNT(kWeights), source = nextRandom(&seed)%COUNT(kSources);
      first[i] = signalOf(kWeights[kind].type, kSources[source], (nextRandom(&seed)%11)/10.0, nextRandom(&seed)%4*45);
    }
    memcpy(signals, first, sizeof signals);
    gateJudge(first, count, strict, &expected);
    for(int order = 0; order < 5; order++){
      shuffle(signals, count, &seed);
      gateJudge(signals, count, strict, &verdict);
      expectSame(&verdict, &expected);
      expectSameSignals(signals, first, count);
    }
  }
}

/* ---- What a signal weighs ---- */

static GateVerdict judge(GateSignal *signals, int count){
  GateVerdict verdict;
  gateJudge(signals, count, 0, &verdict);
  return verdict;
}

static double contributionOf(const char *type, double confidence, long long age_days){
  GateSignal signal = signalOf(type, "s", confidence, age_days);
  judge(&signal, 1);
  return signal.contribution;
}

static void a_signal_weighs_half_after_its_half_life(void **state){
  (void)state;
  for(size_t i = 0; i < COUNT(kWeights); i++){
    const GateWeight *weight = &kWeights[i].weight;
    if( weight->multiplier >= 0 || weight->rejects ) continue;
    long long half_life = (long long)weight->half_life;
    assert_true(contributionOf(kWeights[i].type, 1, 0)==weight->weight);
    assert_true(contributionOf(kWeights[i].type, 1, half_life)==gateRound(weight->weight/2, 4));
    assert_true(contributionOf(kWeights[i].type, 0.5, half_life)==gateRound(weight->weight/4, 4));
    assert_true(contributionOf(kWeights[i].type, 1, 2*half_life)==gateRound(weight->weight/4, 4));
  }
}

static void a_detection_in_the_future_has_no_age(void **state){
  (void)state;
  assert_true(contributionOf("github_spike", 1, -1)==0.2);
  assert_true(contributionOf("github_spike", 1, INT64_MIN)==0.2);
  assert_true(contributionOf("github_spike", 1, INT64_MAX)==0);
}

static void of_each_type_only_the_best_signal_counts(void **state){
  (void)state;
  GateSignal signals[3];
  static const double kConfidences[] = { 0.5, 0.9, 0.7 };
  for(int i = 0; i < 3; i++) signals[i] = signalOf("github_spike", "a", kConfidences[i], 0);
  GateVerdict verdict = judge(signals, 3);
  assert_int_equal(verdict.contributing, 1);
  assert_true(verdict.base==0.18);
  assert_true(signals[0].counts && signals[0].confidence==0.9);
  assert_false(signals[1].counts || signals[2].counts);
}

static void every_negative_signal_multiplies(void **state){
  (void)state;
  GateSignal signals[] = { signalOf("incorporation", "a", 1, 0), signalOf("job_at_big_co_recent", "a", 0.1, 0),
                           signalOf("job_at_big_co_recent", "a", 0.1, 900) };
  assert_true(judge(signals, 3).base==0.25*(0.6*0.6));
  assert_true(signals[0].counts && signals[1].counts && signals[2].counts);
}

static void sources_and_types_raise_the_score_in_steps(void **state){
  (void)state;
  static const char *const kTypes[] = { "cofounder_search", "research_paper", "unknown a", "unknown b", "unknown c" };
  static const char *const kSources[] = { "a", "b", "c", "d", "e" };
  static const double kSourceBoost[] = { 1, 1.15, 1.3, 1.3, 1.3 }, kTypeBoost[] = { 1, 1.2, 1.5, 1.5, 1.5 };
  for(int sources = 1; sources <= 5; sources++){
    for(int types = 1; types <= 5; types++){
      GateSignal signals[5];
      int count = sources > types ? sources : types;
      for(int i = 0; i < count; i++) signals[i] = signalOf(kTypes[i%types], kSources[i%sources], 1, 0);
      GateVerdict verdict = judge(signals, count);
      assert_int_equal(verdict.sources, sources);
      assert_int_equal(verdict.contributing, types);
      assert_true(verdict.source_boost==kSourceBoost[sources - 1]);
      assert_true(verdict.type_boost==kTypeBoost[types - 1]);
    }
  }
}

static void a_negative_type_brings_its_source_but_is_no_type_of_evidence(void **state){
  (void)state;
  GateSignal signals[] = { signalOf("incorporation", "a", 1, 0), signalOf("job_at_big_co_old", "b", 1, 0) };
  GateVerdict verdict = judge(signals, 2);
  assert_int_equal(verdict.sources, 2);
  assert_int_equal(verdict.contributing, 1);
  assert_string_equal(verdict.verification_status, "multi_source");
}

static void a_score_never_exceeds_one(void **state){
  (void)state;
  static const GateWeight heavy = { 40, 1, -1, 0, 0 };
  GateSignal signals[] = { { .type = "x", .source = "a", .weight = &heavy, .confidence = 1 },
                           { .type = "y", .source = "b", .weight = &heavy, .confidence = 1 } };
  GateVerdict verdict = judge(signals, 2);
  assert_true(verdict.score==1);
  assert_string_equal(verdict.reason, "High confidence (1.00) with 2 sources");
}

/* ---- Decisions, in their order ---- */

static void expectDecision(GateSignal *signals, int count, int strict, const char *decision, const char *status,
                           const char *suggested, const char *reason){
  GateVerdict verdict;
  gateJudge(signals, count, strict, &verdict);
  assert_string_equal(verdict.decision, decision);
  assert_string_equal(verdict.verification_status, status);
  assert_string_equal(verdict.suggested_status, suggested);
  assert_string_equal(verdict.reason, reason);
}

static void no_signals_are_rejected(void **state){
  (void)state;
  expectDecision(NULL, 0, 0, "reject", "unverified", "", "No signals provided");
}

static void a_dissolved_company_is_rejected_whatever_else_is_known(void **state){
  (void)state;
  GateSignal signals[] = { signalOf("incorporation", "a", 1, 0), signalOf("company_dissolved", "b", 0, 9999),
                           signalOf("domain_dead", "c", 1, 0) };
  expectDecision(signals, 3, 0, "reject", "unverified", "", "Hard kill signal: company_dissolved");
  GateVerdict verdict = judge(signals, 3);
  assert_true(verdict.score==0);
}

static void a_dead_domain_beside_positive_evidence_is_for_a_person(void **state){
  (void)state;
  GateSignal signals[] = { signalOf("incorporation", "a", 1, 0), signalOf("domain_dead", "a", 1, 0) };
  static const char kReason[] = "Conflicting signals detected - requires human review";
  expectDecision(signals, 2, 1, "needs_review", "conflicting", "Tracking", kReason);
  GateSignal worthless[] = { signalOf("incorporation", "a", 0, 0), signalOf("domain_dead", "a", 1, 0) };
  expectDecision(worthless, 2, 0, "needs_review", "conflicting", "Tracking", kReason);
}

static void a_dead_domain_alone_is_no_conflict(void **state){
  (void)state;
  GateSignal signals[] = { signalOf("domain_dead", "a", 1, 0), signalOf("job_at_big_co_old", "b", 1, 0) };
  expectDecision(signals, 2, 0, "reject", "multi_source", "", "Insufficient evidence");
}

/* One signal of exactly this weight: its score is that of the rule, with one source. */
static void expectAlone(double weight, int strict, const char *decision, const char *suggested, const char *reason){
  GateWeight row = { weight, 1, -1, 0, 0 };
  GateSignal signal = { .type = "x", .source = "a", .weight = &row, .confidence = 1 };
  expectDecision(&signal, 1, strict, decision, "single_source", suggested, reason);
}

static void each_threshold_belongs_to_the_better_side(void **state){
  (void)state;
  expectAlone(0.7, 0, "auto_push", "Source", "High confidence (0.70) from single authoritative source");
  expectAlone(0.6999, 0, "needs_review", "Tracking", "Medium confidence (0.70) - requires verification");
  expectAlone(0.4, 0, "needs_review", "Tracking", "Medium confidence (0.40) - requires verification");
  expectAlone(0.3999, 0, "hold", "", "Low confidence (0.40) - waiting for more signals");
  expectAlone(0.0001, 0, "hold", "", "Low confidence (0.00) - waiting for more signals");
  expectAlone(0.00004, 0, "reject", "", "Insufficient evidence");
  expectAlone(0, 0, "reject", "", "Insufficient evidence");
}

static void a_strict_gate_asks_for_a_second_source(void **state){
  (void)state;
  expectAlone(0.9, 1, "needs_review", "Tracking", "Medium confidence (0.90) - requires verification");
  GateWeight row = { 0.9, 1, -1, 0, 0 };
  GateSignal signals[] = { { .type = "x", .source = "a", .weight = &row, .confidence = 1 },
                           { .type = "x", .source = "b", .weight = &row, .confidence = 0 } };
  expectDecision(signals, 2, 1, "auto_push", "multi_source", "Source", "High confidence (1.00) with 2 sources");
}

static void a_long_name_of_a_rejecting_type_is_cut_at_a_character(void **state){
  (void)state;
  static const GateWeight rejects = { 0, 0, -1, 1, 0 };
  char type[401] = "";
  for(int i = 0; i < 200; i++) strcat(type, "\xc3\xa9");
  for(int shift = 0; shift < 2; shift++){
    GateSignal signal = { .type = type + 2*shift, .source = "a", .weight = &rejects, .confidence = 1 };
    if( shift ) type[1] = 'x', signal.type = type + 1;
    GateVerdict verdict = judge(&signal, 1);
    size_t length = strlen(verdict.reason);
    assert_true(length < sizeof verdict.reason);
    if( ((unsigned char)verdict.reason[length - 1] & 0xc0)==0xc0 ) fail_msg("half a character at the end of %s", verdict.reason);
  }
}

static void rounding_is_that_of_decimal_print(void **state){
  (void)state;
  assert_true(gateRound(0.125, 2)==0.12);
  assert_true(gateRound(0.375, 2)==0.38);
  assert_true(gateRound(2.675, 2)==2.67);
  assert_true(gateRound(0.00005, 4)==0.0001);
  assert_true(gateRound(1e-9, 4)==0);
  assert_true(gateRound(1, 3)==1);
}

int main(void){
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(every_vector_has_its_verdict_to_the_last_bit),
    cmocka_unit_test_teardown(the_vectors_hold_in_a_locale_with_a_decimal_comma, useCLocale),
    cmocka_unit_test(the_order_of_the_signals_makes_no_difference),
    cmocka_unit_test(a_signal_weighs_half_after_its_half_life),
    cmocka_unit_test(a_detection_in_the_future_has_no_age),
    cmocka_unit_test(of_each_type_only_the_best_signal_counts),
    cmocka_unit_test(every_negative_signal_multiplies),
    cmocka_unit_test(sources_and_types_raise_the_score_in_steps),
    cmocka_unit_test(a_negative_type_brings_its_source_but_is_no_type_of_evidence),
    cmocka_unit_test(a_score_never_exceeds_one),
    cmocka_unit_test(no_signals_are_rejected),
    cmocka_unit_test(a_dissolved_company_is_rejected_whatever_else_is_known),
    cmocka_unit_test(a_dead_domain_beside_positive_evidence_is_for_a_person),
    cmocka_unit_test(a_dead_domain_alone_is_no_conflict),
    cmocka_unit_test(each_threshold_belongs_to_the_better_side),
    cmocka_unit_test(a_strict_gate_asks_for_a_second_source),
    cmocka_unit_test(a_long_name_of_a_rejecting_type_is_cut_at_a_character),
    cmocka_unit_test(rounding_is_that_of_decimal_print),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
