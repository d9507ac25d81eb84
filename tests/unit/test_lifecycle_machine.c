/*
** The machine of one signal: what a detection does, from each state to which, with what outcome and cause, and what
** of the row it leaves alone. tests/test_lifecycle_model.py has the whole, through SQL.
*/
#include "machine_helpers.h"

/* ---- Words and the ladder ---- */

static void every_word_is_read_as_what_it_names(void **state){
  (void)state;
  for(SignalState one = STATE_ACTIVE; one < STATE_NONE; one++) assert_int_equal(signalStateOf(signalStateWord(one)), one);
  for(Severity one = SEVERITY_INFO; one < SEVERITY_NONE; one++) assert_int_equal(signalSeverityOf(signalSeverityWord(one)), one);
  static const char *const kOthers[] = { NULL, "", "Active", "actives", "none", "worse" };
  for(size_t i = 0; i < COUNT(kOthers); i++){
    assert_int_equal(signalStateOf(kOthers[i]), STATE_NONE);
    assert_int_equal(signalSeverityOf(kOthers[i]), SEVERITY_NONE);
  }
  assert_null(signalStateWord(STATE_NONE));
  assert_null(signalSeverityWord(SEVERITY_NONE));
}

static void two_words_of_a_rung_have_one_rank_and_one_next(void **state){
  (void)state;
  static const struct { const char *word, *above; int rank; } kLadder[] = {
    { "info", "watch", 0 }, { "watch", "warning", 1 }, { "low", "warning", 1 }, { "warning", "high", 2 }, { "medium", "high", 2 },
    { "high", "critical", 3 }, { "critical", "critical", 4 },
  };
  for(size_t i = 0; i < COUNT(kLadder); i++){
    Severity severity = signalSeverityOf(kLadder[i].word);
    assert_int_equal(signalSeverityRank(severity), kLadder[i].rank);
    assert_string_equal(signalSeverityWord(signalSeverityAbove(severity)), kLadder[i].above);
  }
  assert_int_equal(signalSeverityRank(SEVERITY_NONE), -1);
}

/* ---- A detection ---- */

static void a_detection_moves_each_state_so(void **state){
  (void)state;
  static const struct { SignalState from, to; Severity severity; Outcome outcome; Cause cause; int moves; } kCases[] = {
    { STATE_NONE,         STATE_ACTIVE,       SEVERITY_LOW,  OUTCOME_NEW,         CAUSE_DETECTED,    1 },
    { STATE_ACTIVE,       STATE_ACTIVE,       SEVERITY_LOW,  OUTCOME_ONGOING,     CAUSE_DETECTED,    0 },
    { STATE_ACTIVE,       STATE_ACTIVE,       SEVERITY_WARNING, OUTCOME_ONGOING,  CAUSE_DETECTED,    0 },
    { STATE_ACTIVE,       STATE_ESCALATED,    SEVERITY_HIGH, OUTCOME_ESCALATED,   CAUSE_RISE,        1 },
    { STATE_ESCALATED,    STATE_ESCALATED,    SEVERITY_LOW,  OUTCOME_ONGOING,     CAUSE_DETECTED,    0 },
    { STATE_ESCALATED,    STATE_ESCALATED,    SEVERITY_HIGH, OUTCOME_ESCALATED,   CAUSE_RISE,        1 },
    { STATE_ACKNOWLEDGED, STATE_ACKNOWLEDGED, SEVERITY_LOW,  OUTCOME_ONGOING,     CAUSE_DETECTED,    0 },
    { STATE_ACKNOWLEDGED, STATE_ESCALATED,    SEVERITY_HIGH, OUTCOME_ESCALATED,   CAUSE_RISE,        1 },
    { STATE_CLEARED,      STATE_ACTIVE,       SEVERITY_LOW,  OUTCOME_REACTIVATED, CAUSE_REACTIVATED, 1 },
    { STATE_SUPPRESSED,   STATE_SUPPRESSED,   SEVERITY_LOW,  OUTCOME_SUPPRESSED,  CAUSE_DETECTED,    0 },
    { STATE_SUPPRESSED,   STATE_ESCALATED,    SEVERITY_HIGH, OUTCOME_ESCALATED,   CAUSE_RISE,        1 },
  };
  for(size_t i = 0; i < COUNT(kCases); i++){
    SignalRow row = rowIn(kCases[i].from);
    SignalChange change = detect(&row, kCases[i].severity, NOW);
    assert_int_equal(change.outcome, kCases[i].outcome);
    assert_int_equal(change.changed, 1);
    assert_int_equal(change.count, kCases[i].moves);
    assert_int_equal(row.state, kCases[i].to);
    if( kCases[i].moves ) expectMove(&change, &row, kCases[i].from, kCases[i].to, kCases[i].cause);
  }
}

static void a_new_signal_is_what_was_seen(void **state){
  (void)state;
  SignalChange change;
  SignalRow row = rowIn(STATE_NONE);
  Detection detection = { SEVERITY_HIGH, NOW, 4, "{}" };
  signalDetect(&row, &kStandard, &kAudible, &detection, &change);
  SignalRow wanted = { .state = STATE_ACTIVE, .severity = SEVERITY_HIGH, .initial = SEVERITY_HIGH, .peak = SEVERITY_HIGH,
                       .first = NOW, .last = NOW, .escalated = NO_TIME, .cleared = NO_TIME, .cooldown = NO_TIME,
                       .acknowledged = NO_TIME, .acknowledged_until = NO_TIME, .muted_until = NO_TIME, .count = 4,
                       .evidence = detection.evidence };
  expectSameRow(&row, &wanted);
  assert_ptr_equal(change.transitions[0].evidence, detection.evidence);
}

/* Whatever the state: only these three change where nothing moves. */
static void a_repeated_detection_leaves_all_but_count_time_and_clean_runs_alone(void **state){
  (void)state;
  static const SignalState kStay[] = { STATE_ACTIVE, STATE_ESCALATED, STATE_ACKNOWLEDGED, STATE_SUPPRESSED };
  for(size_t i = 0; i < COUNT(kStay); i++){
    SignalRow row = rowIn(kStay[i]);
    row.clean_runs = 2;
    SignalRow wanted = row;
    detect(&row, SEVERITY_INFO, NOW);
    wanted.count++;
    wanted.last = NOW;
    wanted.clean_runs = 0;
    expectSameRow(&row, &wanted);
  }
}

static void a_late_detection_counts_but_moves_nothing_backwards(void **state){
  (void)state;
  SignalChange change;
  SignalRow row = rowIn(STATE_ACTIVE);
  SignalRow wanted = row;
  Detection late = { SEVERITY_LOW, LAST - 1, 1, "[2]" };
  signalDetect(&row, &kStandard, &kAudible, &late, &change);
  wanted.count++;
  expectSameRow(&row, &wanted);

  row = rowIn(STATE_CLEARED);
  assert_int_equal(detect(&row, SEVERITY_CRITICAL, LAST - 1).outcome, OUTCOME_COOLDOWN);
  assert_int_equal(row.state, STATE_CLEARED);
  assert_int_equal(row.severity, SEVERITY_MEDIUM);
}

static void evidence_is_replaced_kept_or_taken_away(void **state){
  (void)state;
  static const struct { const char *given, *wanted; } kCases[] = { { "[2]", "[2]" }, { NULL, "[1]" }, { NO_EVIDENCE, NULL } };
  for(size_t i = 0; i < COUNT(kCases); i++){
    SignalChange change;
    SignalRow row = rowIn(STATE_ACTIVE);
    Detection detection = { SEVERITY_LOW, LAST, 1, kCases[i].given };
    signalDetect(&row, &kStandard, &kAudible, &detection, &change);
    if( kCases[i].wanted ) assert_string_equal(row.evidence, kCases[i].wanted);
    else assert_null(row.evidence);
  }
}

static void a_count_never_runs_over(void **state){
  (void)state;
  SignalChange change;
  SignalRow row = rowIn(STATE_ACTIVE);
  row.count = INT64_MAX - 1;
  Detection detection = { SEVERITY_LOW, NOW, 5, NULL };
  signalDetect(&row, &kStandard, &kAudible, &detection, &change);
  assert_true(row.count==INT64_MAX);
}

static void a_rise_ends_acknowledgement_and_mute_and_keeps_the_first_and_the_highest_severity(void **state){
  (void)state;
  SignalRow row = rowIn(STATE_ACKNOWLEDGED);
  row.acknowledged_until = LATER;
  detect(&row, SEVERITY_CRITICAL, NOW);
  assert_true(row.acknowledged==NO_TIME && row.acknowledged_until==NO_TIME && row.acknowledged_by==NULL);
  assert_int_equal(row.escalated, NOW);
  assert_int_equal(row.initial, SEVERITY_LOW);
  assert_int_equal(row.peak, SEVERITY_CRITICAL);
  assert_string_equal(row.note, "a note");

  row = rowIn(STATE_SUPPRESSED);
  row.muted_until = LATER;
  detect(&row, SEVERITY_HIGH, NOW);
  assert_true(row.muted_until==NO_TIME);

  row = rowIn(STATE_ACTIVE);
  row.peak = SEVERITY_CRITICAL; /* of an earlier episode */
  detect(&row, SEVERITY_HIGH, NOW);
  assert_int_equal(row.peak, SEVERITY_CRITICAL);
}

static void the_count_of_a_rule_escalates_what_is_active_and_only_that(void **state){
  (void)state;
  SignalRule rule = kStandard;
  rule.escalate_after_count = 4;
  rule.count_from = "late";
  for(size_t i = 0; i < COUNT(kStates); i++){
    SignalChange change;
    SignalRow row = rowIn(kStates[i]);
    Detection detection = seen(SEVERITY_LOW, NOW);
    signalDetect(&row, &rule, &kAudible, &detection, &change);
    if( kStates[i]!=STATE_ACTIVE ){
      assert_int_not_equal(change.outcome, OUTCOME_ESCALATED);
      continue;
    }
    assert_int_equal(change.outcome, OUTCOME_ESCALATED);
    expectMove(&change, &row, STATE_ACTIVE, STATE_ESCALATED, CAUSE_BY_COUNT);
    assert_string_equal(change.transitions[0].rule, "late");
    assert_int_equal(row.severity, SEVERITY_MEDIUM);
  }
}

static void the_age_of_a_rule_escalates_from_that_very_moment_on(void **state){
  (void)state;
  SignalRule rule = kStandard;
  rule.escalate_after_ms = NOW - FIRST;
  rule.age_from = "*";
  SignalChange change;
  SignalRow row = rowIn(STATE_ACTIVE);
  Detection early = seen(SEVERITY_LOW, NOW - 1), due = seen(SEVERITY_LOW, NOW);
  signalDetect(&row, &rule, &kAudible, &early, &change);
  assert_int_equal(change.outcome, OUTCOME_ONGOING);
  signalDetect(&row, &rule, &kAudible, &due, &change);
  expectMove(&change, &row, STATE_ACTIVE, STATE_ESCALATED, CAUSE_BY_AGE);
  assert_string_equal(change.transitions[0].rule, "*");
}

static void a_mute_silences_what_begins_and_what_comes_back(void **state){
  (void)state;
  static const SignalState kBegin[] = { STATE_NONE, STATE_CLEARED };
  static const Muting kMuted = { 1, LATER };
  for(size_t i = 0; i < COUNT(kBegin); i++){
    SignalChange change;
    SignalRow row = rowIn(kBegin[i]);
    Detection detection = seen(SEVERITY_LOW, NOW);
    signalDetect(&row, &kStandard, &kMuted, &detection, &change);
    assert_int_equal(change.outcome, OUTCOME_SUPPRESSED);
    expectMove(&change, &row, kBegin[i], STATE_SUPPRESSED, CAUSE_SUPPRESSED);
    assert_true(row.muted_until==LATER && row.cleared==NO_TIME);
  }
}

static void a_cooldown_holds_until_its_very_end(void **state){
  (void)state;
  SignalRow row = rowIn(STATE_CLEARED);
  row.cooldown = NOW;
  assert_int_equal(detect(&row, SEVERITY_CRITICAL, NOW - 1).outcome, OUTCOME_COOLDOWN);
  assert_int_equal(row.count, 4);
  assert_int_equal(row.peak, SEVERITY_CRITICAL);
  assert_int_equal(detect(&row, SEVERITY_LOW, NOW).outcome, OUTCOME_REACTIVATED);
  assert_int_equal(row.severity, SEVERITY_LOW);
  assert_true(row.first==FIRST && row.cleared==NO_TIME && row.cooldown==NO_TIME && row.escalated==NO_TIME);
}

/* The expiry is a transition of its own, at the moment that finds it. */
static void what_is_over_ends_before_the_detection_is_judged(void **state){
  (void)state;
  static const struct { SignalState from, to; int64_t escalated; } kCases[] = {
    { STATE_ACKNOWLEDGED, STATE_ACTIVE, NO_TIME }, { STATE_ACKNOWLEDGED, STATE_ESCALATED, LAST },
    { STATE_SUPPRESSED, STATE_ACTIVE, NO_TIME }, { STATE_SUPPRESSED, STATE_ESCALATED, LAST },
  };
  for(size_t i = 0; i < COUNT(kCases); i++){
    SignalRow row = rowIn(kCases[i].from);
    row.escalated = kCases[i].escalated;
    row.acknowledged_until = row.muted_until = NOW;
    SignalRow early = row;
    assert_int_equal(detect(&early, SEVERITY_LOW, NOW - 1).count, 0);
    SignalChange change = detect(&row, SEVERITY_LOW, NOW);
    assert_int_equal(change.outcome, OUTCOME_ONGOING);
    expectMove(&change, &row, kCases[i].from, kCases[i].to, CAUSE_EXPIRED);
    assert_true(row.muted_until==NO_TIME && row.acknowledged_until==NO_TIME && row.acknowledged_by==NULL);
    assert_null(change.transitions[0].evidence);
  }
}

static void an_end_and_a_rise_are_two_transitions(void **state){
  (void)state;
  SignalRow row = rowIn(STATE_SUPPRESSED);
  row.muted_until = NOW;
  SignalChange change = detect(&row, SEVERITY_HIGH, NOW);
  assert_int_equal(change.count, MOST_TRANSITIONS);
  assert_int_equal(change.transitions[0].cause, CAUSE_EXPIRED);
  assert_int_equal(change.transitions[1].cause, CAUSE_RISE);
  assert_int_equal(change.transitions[1].from, STATE_ACTIVE);
}

static void what_was_counted_before_stands_as_the_state_says(void **state){
  (void)state;
  static const Outcome kWanted[] = { OUTCOME_ONGOING, OUTCOME_ONGOING, OUTCOME_ONGOING, OUTCOME_COOLDOWN, OUTCOME_SUPPRESSED };
  for(size_t i = 0; i < COUNT(kStates); i++){
    SignalRow row = rowIn(kStates[i]);
    assert_int_equal(signalStanding(&row), kWanted[i]);
  }
}

int main(void){
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(every_word_is_read_as_what_it_names),
    cmocka_unit_test(two_words_of_a_rung_have_one_rank_and_one_next),
    cmocka_unit_test(a_detection_moves_each_state_so),
    cmocka_unit_test(a_new_signal_is_what_was_seen),
    cmocka_unit_test(a_repeated_detection_leaves_all_but_count_time_and_clean_runs_alone),
    cmocka_unit_test(a_late_detection_counts_but_moves_nothing_backwards),
    cmocka_unit_test(evidence_is_replaced_kept_or_taken_away),
    cmocka_unit_test(a_count_never_runs_over),
    cmocka_unit_test(a_rise_ends_acknowledgement_and_mute_and_keeps_the_first_and_the_highest_severity),
    cmocka_unit_test(the_count_of_a_rule_escalates_what_is_active_and_only_that),
    cmocka_unit_test(the_age_of_a_rule_escalates_from_that_very_moment_on),
    cmocka_unit_test(a_mute_silences_what_begins_and_what_comes_back),
    cmocka_unit_test(a_cooldown_holds_until_its_very_end),
    cmocka_unit_test(what_is_over_ends_before_the_detection_is_judged),
    cmocka_unit_test(an_end_and_a_rise_are_two_transitions),
    cmocka_unit_test(what_was_counted_before_stands_as_the_state_says),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
