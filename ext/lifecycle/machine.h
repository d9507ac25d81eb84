/*
** The life of one signal: what a detection, a clean run, a decision or time alone does to it. Pure:
** knows no SQLite and no clock; verbs, replay and back-test all go through these functions.
**
**   from                              to            by (cause)
**   nothing                           active        detected
**   nothing, cleared                  suppressed    a detection under a mute (suppressed)
**   cleared                           active        reactivated
**   active                            escalated     escalated_by_count, escalated_by_age
**   active, acknowledged, suppressed  escalated     severity_rise, escalated (a person's)
**   active, escalated, acknowledged   acknowledged  acknowledged
**   active, escalated, acknowledged   suppressed    suppressed (dismissed)
**   acknowledged, suppressed          active, or escalated when escalated_at is set: expired
**   any but cleared                   cleared       cleared, auto_cleared
**
** Times are milliseconds since 1970; NO_TIME is none. Texts are borrowed.
*/
#ifndef LORE_LIFECYCLE_MACHINE_H
#define LORE_LIFECYCLE_MACHINE_H

#include <stdint.h>

#define NO_TIME INT64_MIN
#define NO_EVIDENCE "null"

/* States of a signal; STATE_NONE: there is none. */
typedef enum SignalState {
  STATE_ACTIVE, STATE_ESCALATED, STATE_ACKNOWLEDGED, STATE_CLEARED, STATE_SUPPRESSED, STATE_NONE
} SignalState;

/* Words of the ladder; two of them stand on the same rung as another. */
typedef enum Severity {
  SEVERITY_INFO, SEVERITY_WATCH, SEVERITY_LOW, SEVERITY_WARNING, SEVERITY_MEDIUM, SEVERITY_HIGH, SEVERITY_CRITICAL, SEVERITY_NONE
} Severity;

#define SEVERITY_WORDS "info|watch|low|warning|medium|high|critical"
#define SEVERITY_LIST "info watch low warning medium high critical"
#define STATE_LIST "active escalated acknowledged cleared suppressed"

typedef enum Cause {
  CAUSE_DETECTED, CAUSE_IMPORTED, CAUSE_ESCALATED, CAUSE_BY_AGE, CAUSE_BY_COUNT, CAUSE_RISE, CAUSE_ACKNOWLEDGED, CAUSE_CLEARED,
  CAUSE_AUTO_CLEARED, CAUSE_REACTIVATED, CAUSE_SUPPRESSED, CAUSE_EXPIRED
} Cause;

typedef enum Outcome {
  OUTCOME_NEW, OUTCOME_ONGOING, OUTCOME_ESCALATED, OUTCOME_REACTIVATED, OUTCOME_SUPPRESSED, OUTCOME_COOLDOWN, OUTCOME_CLEARED,
  OUTCOME_COUNT
} Outcome;

const char *signalStateWord(SignalState state);    /* NULL for STATE_NONE */
const char *signalSeverityWord(Severity severity); /* NULL for SEVERITY_NONE */
const char *signalCauseWord(Cause cause);
const char *signalOutcomeWord(Outcome outcome);
SignalState signalStateOf(const char *word);       /* STATE_NONE for another word, or NULL */
Severity signalSeverityOf(const char *word);
int signalSeverityRank(Severity severity);         /* 0 info to 4 critical; -1 for none */
Severity signalSeverityAbove(Severity severity);   /* one rung up; critical stays */

/* What a rule says, where its rows say nothing the standard. */
typedef struct SignalRule {
  int64_t cooldown_ms;       /* 0: none */
  int64_t escalate_after_ms; /* NO_TIME: never */
  int64_t escalate_after_count; /* 0: never */
  int64_t clear_after_ms;    /* NO_TIME: never */
  int64_t clean_runs_to_clear;
  int64_t memory_ms;         /* of detection ids */
  const char *count_from, *age_from, *clear_from, *runs_from; /* names of the rows that gave these */
} SignalRule;

/* One row of signal_state, without its key. */
typedef struct SignalRow {
  SignalState state; /* STATE_NONE: there is no row */
  Severity severity, initial, peak;
  int64_t first, last, escalated, cleared, cooldown;
  int64_t acknowledged, acknowledged_until, muted_until;
  int64_t count, clean_runs;
  const char *acknowledged_by, *note, *evidence;
} SignalRow;

typedef struct SignalTransition {
  int64_t at;
  SignalState from, to;
  Severity from_severity, to_severity;
  Cause cause;
  const char *rule, *actor, *note, *evidence;
} SignalTransition;

enum { MOST_TRANSITIONS = 2 }; /* of one event: an expiry, and what follows */

/* What an event has done. */
typedef struct SignalChange {
  Outcome outcome;
  int changed; /* something of the row is other than before */
  int renamed; /* so may be what the signal is about */
  int count;
  SignalTransition transitions[MOST_TRANSITIONS];
} SignalChange;

typedef struct Detection {
  Severity severity;
  int64_t at;
  int64_t times;        /* detections of one run that count as one event; >= 1 */
  const char *evidence; /* NULL: none given; NO_EVIDENCE takes the present one away */
} Detection;

/* A mute that matches: until when, or for ever (NO_TIME). */
typedef struct Muting {
  int is_muted;
  int64_t until;
} Muting;

/* What it leaves as evidence; NULL: none. */
const char *signalEvidence(const Detection *detection);

void signalDetect(SignalRow *row, const SignalRule *rule, const Muting *muting, const Detection *detection, SignalChange *change);

/* The outcome of a detection that was counted before. */
Outcome signalStanding(const SignalRow *row);

/* A run looked at the signal and did not find it. Does nothing to a cleared or still suppressed one, nor to one that was
** detected after `at`. outcome: OUTCOME_CLEARED when this clears it. */
void signalMiss(SignalRow *row, const SignalRule *rule, int64_t at, SignalChange *change);

/* What time alone does. */
void signalSweep(SignalRow *row, const SignalRule *rule, int64_t at, SignalChange *change);

/* Decisions. What is not STANDS_CHANGED says why nothing of the row was changed. */
typedef enum Standing { STANDS_CHANGED, STANDS_SAME, STANDS_CLEARED, STANDS_SUPPRESSED, STANDS_LOWER } Standing;

Standing signalEscalate(SignalRow *row, Severity severity, const char *note, int64_t at, SignalChange *change);
Standing signalAcknowledge(SignalRow *row, const char *by, const char *note, int64_t until, int64_t at, SignalChange *change);
Standing signalClear(SignalRow *row, const SignalRule *rule, const char *note, int64_t at, SignalChange *change);
Standing signalCooldown(SignalRow *row, int64_t until, SignalChange *change);
/* dismissed_until: the end of an earlier dismissal; NO_TIME: there was none. STANDS_CHANGED also where only the mute, which
** is not of the row, is to be written: of a cleared signal, or of one that is suppressed for longer. */
Standing signalDismiss(SignalRow *row, const char *by, const char *reason, int64_t until, int64_t dismissed_until, int64_t at,
                       SignalChange *change);

#endif
