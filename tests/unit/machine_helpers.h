/* What the tests of the lifecycle's machine share: rows in each state, and what is expected of a change. */
#ifndef LORE_TEST_MACHINE_HELPERS_H
#define LORE_TEST_MACHINE_HELPERS_H

#include "helpers.h"

#include "lifecycle/machine.h"

enum { FIRST = 1000, LAST = 2000, NOW = 10000, LATER = 20000 };

static const SignalState kStates[] = { STATE_ACTIVE, STATE_ESCALATED, STATE_ACKNOWLEDGED, STATE_CLEARED, STATE_SUPPRESSED };
static const SignalRule kStandard = { 0, NO_TIME, 0, NO_TIME, 1, 0, NULL, NULL, NULL, NULL };
static const Muting kAudible = { 0, NO_TIME };

/* A signal in this state as it would have come there: seen 3 times, at most medium. */
static inline SignalRow rowIn(SignalState state){
  SignalRow row = { .state = state, .severity = SEVERITY_MEDIUM, .initial = SEVERITY_LOW, .peak = SEVERITY_MEDIUM, .first = FIRST,
                    .last = LAST, .escalated = NO_TIME, .cleared = NO_TIME, .cooldown = NO_TIME, .acknowledged = NO_TIME,
                    .acknowledged_until = NO_TIME, .muted_until = NO_TIME, .count = 3, .note = "a note", .evidence = "[1]" };
  if( state==STATE_NONE ) return (SignalRow){ .state = STATE_NONE, .severity = SEVERITY_NONE };
  if( state==STATE_ESCALATED ) row.escalated = LAST;
  if( state==STATE_CLEARED ) row.cleared = LAST;
  if( state==STATE_ACKNOWLEDGED ) row.acknowledged = LAST, row.acknowledged_by = "ann";
  return row;
}

static inline Detection seen(Severity severity, int64_t at){
  return (Detection){ severity, at, 1, NULL };
}

static inline SignalChange detect(SignalRow *row, Severity severity, int64_t at){
  SignalChange change;
  Detection detection = seen(severity, at);
  signalDetect(row, &kStandard, &kAudible, &detection, &change);
  return change;
}

/* Everything of a row that SQL shows. */
static inline void expectSameRow(const SignalRow *a, const SignalRow *b){
  assert_int_equal(a->state, b->state);
  assert_int_equal(a->severity, b->severity);
  assert_int_equal(a->initial, b->initial);
  assert_int_equal(a->peak, b->peak);
  const int64_t left[] = { a->first, a->last, a->escalated, a->cleared, a->cooldown, a->acknowledged, a->acknowledged_until,
                           a->muted_until, a->count, a->clean_runs };
  const int64_t right[] = { b->first, b->last, b->escalated, b->cleared, b->cooldown, b->acknowledged, b->acknowledged_until,
                            b->muted_until, b->count, b->clean_runs };
  assert_memory_equal(left, right, sizeof left);
  assert_ptr_equal(a->acknowledged_by, b->acknowledged_by);
  assert_ptr_equal(a->note, b->note);
  assert_ptr_equal(a->evidence, b->evidence);
}

/* One transition, of which the row is the outcome. */
static inline void expectMove(const SignalChange *change, const SignalRow *row, SignalState from, SignalState to, Cause cause){
  assert_int_equal(change->changed, 1);
  assert_int_equal(change->count, 1);
  const SignalTransition *one = &change->transitions[0];
  assert_int_equal(one->from, from);
  assert_int_equal(one->to, to);
  assert_int_equal(one->cause, cause);
  assert_int_equal(one->at, NOW);
  assert_int_equal(row->state, to);
  assert_int_equal(row->severity, one->to_severity);
}

static inline void expectNothing(const SignalChange *change, const SignalRow *row, const SignalRow *before){
  assert_int_equal(change->changed, 0);
  assert_int_equal(change->count, 0);
  expectSameRow(row, before);
}

#endif
