/*
** The machine of one signal: what absence, time and people do to it, from each state to which, and what of the
** row they leave alone.
*/
#include "machine_helpers.h"

/* ---- Absence and time ---- */

static void a_clean_run_clears_what_is_open_once_there_are_enough(void **state){
  (void)state;
  SignalRule rule = kStandard;
  rule.clean_runs_to_clear = 2;
  rule.cooldown_ms = 500;
  rule.runs_from = "late";
  for(size_t i = 0; i < COUNT(kStates); i++){
    SignalChange change;
    SignalRow row = rowIn(kStates[i]), before = row;
    signalMiss(&row, &rule, NOW, &change);
    if( kStates[i]==STATE_CLEARED || kStates[i]==STATE_SUPPRESSED ){
      expectNothing(&change, &row, &before);
      continue;
    }
    before.clean_runs = 1;
    expectSameRow(&row, &before);
    assert_int_equal(change.outcome, OUTCOME_ONGOING);
    signalMiss(&row, &rule, NOW, &change);
    assert_int_equal(change.outcome, OUTCOME_CLEARED);
    expectMove(&change, &row, kStates[i], STATE_CLEARED, CAUSE_AUTO_CLEARED);
    assert_string_equal(change.transitions[0].rule, "late");
    assert_true(row.cleared==NOW && row.cooldown==NOW + 500 && row.clean_runs==0 && row.acknowledged_by==NULL);
    assert_int_equal(row.escalated, before.escalated);
  }
}

static void a_run_from_before_the_last_detection_misses_nothing(void **state){
  (void)state;
  SignalChange change;
  SignalRow row = rowIn(STATE_ACTIVE), before = row;
  signalMiss(&row, &kStandard, LAST - 1, &change);
  expectNothing(&change, &row, &before);
  signalMiss(&row, &kStandard, LAST, &change);
  assert_int_equal(row.state, STATE_CLEARED);
}

static void a_clean_run_also_clears_what_is_quiet_for_long(void **state){
  (void)state;
  SignalRule rule = kStandard;
  rule.clean_runs_to_clear = 9;
  rule.clear_after_ms = NOW - LAST;
  rule.clear_from = "*";
  SignalChange change;
  SignalRow row = rowIn(STATE_ACTIVE);
  signalMiss(&row, &rule, NOW - 1, &change);
  assert_int_equal(change.outcome, OUTCOME_ONGOING);
  signalMiss(&row, &rule, NOW, &change);
  assert_string_equal(change.transitions[0].rule, "*");
  assert_int_equal(row.state, STATE_CLEARED);
}

static void without_a_rule_time_alone_changes_nothing(void **state){
  (void)state;
  for(size_t i = 0; i < COUNT(kStates); i++){
    SignalChange change;
    SignalRow row = rowIn(kStates[i]), before = row;
    signalSweep(&row, &kStandard, NOW, &change);
    expectNothing(&change, &row, &before);
  }
}

static void time_clears_what_is_quiet_and_escalates_what_is_old(void **state){
  (void)state;
  static const struct { SignalState from; int64_t age, quiet; SignalState to; Cause cause; } kCases[] = {
    { STATE_ACTIVE, NOW - FIRST, NO_TIME, STATE_ESCALATED, CAUSE_BY_AGE },
    { STATE_ACTIVE, NO_TIME, NOW - LAST, STATE_CLEARED, CAUSE_AUTO_CLEARED },
    { STATE_ACTIVE, NOW - FIRST, NOW - LAST, STATE_CLEARED, CAUSE_AUTO_CLEARED },
    { STATE_ESCALATED, 0, NOW - LAST, STATE_CLEARED, CAUSE_AUTO_CLEARED },
    { STATE_ACKNOWLEDGED, 0, NOW - LAST, STATE_CLEARED, CAUSE_AUTO_CLEARED },
    { STATE_ESCALATED, 0, NO_TIME, STATE_ESCALATED, CAUSE_DETECTED },
    { STATE_ACKNOWLEDGED, 0, NO_TIME, STATE_ACKNOWLEDGED, CAUSE_DETECTED },
    { STATE_CLEARED, 0, 0, STATE_CLEARED, CAUSE_DETECTED }, { STATE_SUPPRESSED, 0, 0, STATE_SUPPRESSED, CAUSE_DETECTED },
  };
  for(size_t i = 0; i < COUNT(kCases); i++){
    SignalRule rule = kStandard;
    SignalChange change;
    SignalRow row = rowIn(kCases[i].from), before = row;
    rule.escalate_after_ms = kCases[i].age;
    rule.clear_after_ms = kCases[i].quiet;
    signalSweep(&row, &rule, NOW, &change);
    if( kCases[i].from==kCases[i].to ) expectNothing(&change, &row, &before);
    else expectMove(&change, &row, kCases[i].from, kCases[i].to, kCases[i].cause);
    assert_true(row.last==LAST && row.count==3 && row.severity==SEVERITY_MEDIUM);
  }
}

/* ---- Decisions ---- */

static void escalating_raises_by_a_rung_or_to_a_severity(void **state){
  (void)state;
  static const struct { SignalState from; Severity to; Standing standing; Severity wanted; } kCases[] = {
    { STATE_ACTIVE,       SEVERITY_NONE,     STANDS_CHANGED, SEVERITY_HIGH },
    { STATE_ACTIVE,       SEVERITY_CRITICAL, STANDS_CHANGED, SEVERITY_CRITICAL },
    { STATE_ACTIVE,       SEVERITY_WARNING,  STANDS_CHANGED, SEVERITY_MEDIUM }, /* the same rung: its word stays */
    { STATE_ACKNOWLEDGED, SEVERITY_MEDIUM,   STANDS_CHANGED, SEVERITY_MEDIUM },
    { STATE_SUPPRESSED,   SEVERITY_NONE,     STANDS_CHANGED, SEVERITY_HIGH },
    { STATE_ESCALATED,    SEVERITY_HIGH,     STANDS_CHANGED, SEVERITY_HIGH },
    { STATE_ESCALATED,    SEVERITY_MEDIUM,   STANDS_SAME,    SEVERITY_MEDIUM },
    { STATE_ACTIVE,       SEVERITY_LOW,      STANDS_LOWER,   SEVERITY_MEDIUM },
    { STATE_CLEARED,      SEVERITY_CRITICAL, STANDS_CLEARED, SEVERITY_MEDIUM },
  };
  for(size_t i = 0; i < COUNT(kCases); i++){
    SignalChange change;
    SignalRow row = rowIn(kCases[i].from), before = row;
    Standing standing = signalEscalate(&row, kCases[i].to, "why", NOW, &change);
    assert_int_equal(standing, kCases[i].standing);
    assert_int_equal(row.severity, kCases[i].wanted);
    if( standing!=STANDS_CHANGED ){
      expectNothing(&change, &row, &before);
      continue;
    }
    expectMove(&change, &row, kCases[i].from, STATE_ESCALATED, CAUSE_ESCALATED);
    assert_true(row.escalated==NOW && row.acknowledged==NO_TIME && row.muted_until==NO_TIME && row.count==3 && row.last==LAST);
    assert_string_equal(row.note, "why");
  }
}

static void acknowledging_names_who_and_until_when(void **state){
  (void)state;
  static const Standing kWanted[] = { STANDS_CHANGED, STANDS_CHANGED, STANDS_CHANGED, STANDS_CLEARED, STANDS_SUPPRESSED };
  for(size_t i = 0; i < COUNT(kStates); i++){
    SignalChange change;
    SignalRow row = rowIn(kStates[i]), before = row;
    assert_int_equal(signalAcknowledge(&row, "bob", NULL, LATER, NOW, &change), kWanted[i]);
    if( kWanted[i]!=STANDS_CHANGED ){
      expectNothing(&change, &row, &before);
      continue;
    }
    expectMove(&change, &row, kStates[i], STATE_ACKNOWLEDGED, CAUSE_ACKNOWLEDGED);
    assert_string_equal(change.transitions[0].actor, "bob");
    assert_true(row.acknowledged==NOW && row.acknowledged_until==LATER && row.escalated==before.escalated);
    assert_string_equal(row.note, "a note");
    before = row;
    assert_int_equal(signalAcknowledge(&row, "bob", "a note", LATER, NOW + 1, &change), STANDS_SAME);
    expectNothing(&change, &row, &before);
    assert_int_equal(signalAcknowledge(&row, "bob", "another", LATER, NOW + 1, &change), STANDS_CHANGED);
  }
}

static void clearing_ends_any_state_and_sets_the_cooldown_of_the_rule(void **state){
  (void)state;
  SignalRule rule = kStandard;
  rule.cooldown_ms = 500;
  for(size_t i = 0; i < COUNT(kStates); i++){
    SignalChange change;
    SignalRow row = rowIn(kStates[i]), before = row;
    Standing standing = signalClear(&row, &rule, "paid", NOW, &change);
    assert_int_equal(standing, kStates[i]==STATE_CLEARED ? STANDS_SAME : STANDS_CHANGED);
    if( standing==STANDS_SAME ){
      expectNothing(&change, &row, &before);
      continue;
    }
    expectMove(&change, &row, kStates[i], STATE_CLEARED, CAUSE_CLEARED);
    assert_true(row.cleared==NOW && row.cooldown==NOW + 500 && row.escalated==before.escalated && row.last==LAST);
    assert_string_equal(row.note, "paid");
  }
}

static void a_later_cooldown_outlasts_that_of_the_rule(void **state){
  (void)state;
  SignalRule rule = kStandard;
  SignalChange change;
  SignalRow row = rowIn(STATE_ACTIVE);
  rule.cooldown_ms = 500;
  assert_int_equal(signalCooldown(&row, LATER, &change), STANDS_CHANGED);
  assert_int_equal(change.count, 0);
  assert_int_equal(signalCooldown(&row, LATER, &change), STANDS_SAME);
  signalClear(&row, &rule, NULL, NOW, &change);
  assert_int_equal(row.cooldown, LATER);
  assert_int_equal(signalCooldown(&row, NO_TIME, &change), STANDS_CHANGED);
  assert_int_equal(detect(&row, SEVERITY_LOW, NOW).outcome, OUTCOME_REACTIVATED);
}

static void dismissing_silences_what_is_open_and_never_shortens_a_mute(void **state){
  (void)state;
  static const struct {
    SignalState from;
    int64_t muted_until, dismissed_until, wanted;
    Standing standing;
    int changed;
  } kCases[] = {
    { STATE_ACTIVE,       NO_TIME,     NO_TIME, LATER,       STANDS_CHANGED, 1 },
    { STATE_ESCALATED,    NO_TIME,     NO_TIME, LATER,       STANDS_CHANGED, 1 },
    { STATE_ACKNOWLEDGED, NO_TIME,     NO_TIME, LATER,       STANDS_CHANGED, 1 },
    { STATE_ACTIVE,       NO_TIME,     LATER,   LATER,       STANDS_CHANGED, 1 }, /* it had got worse since */
    { STATE_CLEARED,      NO_TIME,     NO_TIME, NO_TIME,     STANDS_CHANGED, 0 },
    { STATE_CLEARED,      NO_TIME,     LATER,   NO_TIME,     STANDS_SAME,    0 },
    { STATE_SUPPRESSED,   NOW + 1,     NO_TIME, LATER,       STANDS_CHANGED, 1 },
    { STATE_SUPPRESSED,   LATER + 1,   NO_TIME, LATER + 1,   STANDS_CHANGED, 0 },
    { STATE_SUPPRESSED,   NO_TIME,     NO_TIME, NO_TIME,     STANDS_CHANGED, 0 }, /* muted for ever */
    { STATE_SUPPRESSED,   NOW + 1,     NOW + 1, NOW + 1,     STANDS_SAME,    0 },
    { STATE_SUPPRESSED,   NOW + 1,     NOW,     LATER,       STANDS_CHANGED, 1 },
  };
  for(size_t i = 0; i < COUNT(kCases); i++){
    SignalChange change;
    SignalRow row = rowIn(kCases[i].from);
    row.muted_until = kCases[i].muted_until;
    SignalRow before = row;
    Standing standing = signalDismiss(&row, "ann", "noise", LATER, kCases[i].dismissed_until, NOW, &change);
    assert_int_equal(standing, kCases[i].standing);
    assert_int_equal(change.changed, kCases[i].changed);
    assert_true(row.muted_until==kCases[i].wanted && row.escalated==before.escalated && row.severity==before.severity);
    if( before.state==STATE_CLEARED || before.state==STATE_SUPPRESSED ){
      assert_int_equal(change.count, 0);
      assert_int_equal(row.state, before.state);
      continue;
    }
    expectMove(&change, &row, before.state, STATE_SUPPRESSED, CAUSE_SUPPRESSED);
    assert_string_equal(change.transitions[0].actor, "ann");
    assert_string_equal(row.note, "a note");
  }
}

int main(void){
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_clean_run_clears_what_is_open_once_there_are_enough),
    cmocka_unit_test(a_run_from_before_the_last_detection_misses_nothing),
    cmocka_unit_test(a_clean_run_also_clears_what_is_quiet_for_long),
    cmocka_unit_test(without_a_rule_time_alone_changes_nothing),
    cmocka_unit_test(time_clears_what_is_quiet_and_escalates_what_is_old),
    cmocka_unit_test(escalating_raises_by_a_rung_or_to_a_severity),
    cmocka_unit_test(acknowledging_names_who_and_until_when),
    cmocka_unit_test(clearing_ends_any_state_and_sets_the_cooldown_of_the_rule),
    cmocka_unit_test(a_later_cooldown_outlasts_that_of_the_rule),
    cmocka_unit_test(dismissing_silences_what_is_open_and_never_shortens_a_mute),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
