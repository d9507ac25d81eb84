#include "lifecycle/machine.h"

#include <string.h>

/* ---- Words ---- */

static const char *const kStates[] = { "active", "escalated", "acknowledged", "cleared", "suppressed", NULL };

static const struct { const char *word; int rank; } kSeverities[] = {
  { "info", 0 }, { "watch", 1 }, { "low", 1 }, { "warning", 2 }, { "medium", 2 }, { "high", 3 }, { "critical", 4 }, { NULL, -1 },
};

static const char *const kCauses[] = {
  "detected", "imported", "escalated", "escalated_by_age", "escalated_by_count", "severity_rise", "acknowledged", "cleared",
  "auto_cleared", "reactivated", "suppressed", "expired",
};

static const char *const kOutcomes[] = { "new", "ongoing", "escalated", "reactivated", "suppressed", "cooldown", "cleared" };

const char *signalStateWord(SignalState state){ return kStates[state]; }
const char *signalSeverityWord(Severity severity){ return kSeverities[severity].word; }
const char *signalCauseWord(Cause cause){ return kCauses[cause]; }
const char *signalOutcomeWord(Outcome outcome){ return kOutcomes[outcome]; }
int signalSeverityRank(Severity severity){ return kSeverities[severity].rank; }

SignalState signalStateOf(const char *word){
  int i = 0;
  while( kStates[i] && (word==NULL || strcmp(kStates[i], word)!=0) ) i++;
  return (SignalState)i;
}

Severity signalSeverityOf(const char *word){
  int i = 0;
  while( kSeverities[i].word && (word==NULL || strcmp(kSeverities[i].word, word)!=0) ) i++;
  return (Severity)i;
}

Severity signalSeverityAbove(Severity severity){
  static const Severity kNext[] = { SEVERITY_WATCH, SEVERITY_WARNING, SEVERITY_HIGH, SEVERITY_CRITICAL, SEVERITY_CRITICAL };
  return severity==SEVERITY_NONE ? SEVERITY_INFO : kNext[kSeverities[severity].rank];
}

static int isAbove(Severity a, Severity b){
  return kSeverities[a].rank > kSeverities[b].rank;
}

static Severity higher(Severity a, Severity b){
  return isAbove(b, a) ? b : a;
}

static int64_t later(int64_t a, int64_t b){
  return a > b ? a : b;
}

static int isOpen(const SignalRow *row){
  return row->state==STATE_ACTIVE || row->state==STATE_ESCALATED || row->state==STATE_ACKNOWLEDGED;
}

/* ---- Moves: what entering or leaving a state does to the row ---- */

static SignalTransition *log_(SignalRow *row, SignalChange *change, SignalState to, Cause cause, int64_t at){
  SignalTransition *transition = &change->transitions[change->count++];
  *transition = (SignalTransition){ .at = at, .from = row->state, .to = to, .cause = cause, .from_severity = row->severity,
                                    .to_severity = row->severity };
  row->state = to;
  change->changed = 1;
  return transition;
}

static void endAcknowledgement(SignalRow *row){
  row->acknowledged = row->acknowledged_until = NO_TIME;
  row->acknowledged_by = NULL;
}

static SignalTransition *moveToEscalated(SignalRow *row, SignalChange *change, Severity severity, Cause cause, int64_t at){
  SignalTransition *transition = log_(row, change, STATE_ESCALATED, cause, at);
  row->severity = transition->to_severity = severity;
  row->peak = higher(row->peak, severity);
  row->escalated = later(row->escalated, at);
  row->muted_until = NO_TIME;
  endAcknowledgement(row);
  return transition;
}

static SignalTransition *moveToCleared(SignalRow *row, const SignalRule *rule, SignalChange *change, Cause cause, int64_t at){
  SignalTransition *transition = log_(row, change, STATE_CLEARED, cause, at);
  row->cleared = at;
  if( rule->cooldown_ms > 0 ) row->cooldown = later(row->cooldown, at + rule->cooldown_ms);
  row->muted_until = NO_TIME;
  row->clean_runs = 0;
  endAcknowledgement(row);
  return transition;
}

static int isOver(int64_t until, int64_t at){
  return until!=NO_TIME && until <= at;
}

/* Mutes and acknowledgements whose time is over. */
static void expire(SignalRow *row, int64_t at, SignalChange *change){
  int muted = row->state==STATE_SUPPRESSED && isOver(row->muted_until, at);
  if( !muted && !(row->state==STATE_ACKNOWLEDGED && isOver(row->acknowledged_until, at)) ) return;
  log_(row, change, row->escalated!=NO_TIME ? STATE_ESCALATED : STATE_ACTIVE, CAUSE_EXPIRED, at);
  row->muted_until = NO_TIME;
  endAcknowledgement(row);
}

/* ---- Detections ---- */

const char *signalEvidence(const Detection *detection){
  const char *evidence = detection->evidence;
  return evidence && strcmp(evidence, NO_EVIDENCE)!=0 ? evidence : NULL;
}

static void begin(SignalRow *row, const Muting *muting, const Detection *detection, SignalChange *change){
  SignalState state = muting->is_muted ? STATE_SUPPRESSED : STATE_ACTIVE;
  *row = (SignalRow){ .state = STATE_NONE, .severity = SEVERITY_NONE, .initial = detection->severity, .peak = detection->severity,
                      .first = detection->at, .last = detection->at, .escalated = NO_TIME, .cleared = NO_TIME,
                      .cooldown = NO_TIME, .acknowledged = NO_TIME, .acknowledged_until = NO_TIME,
                      .muted_until = muting->is_muted ? muting->until : NO_TIME, .count = detection->times,
                      .evidence = signalEvidence(detection) };
  SignalTransition *transition = log_(row, change, state, muting->is_muted ? CAUSE_SUPPRESSED : CAUSE_DETECTED, detection->at);
  row->severity = transition->to_severity = detection->severity;
  change->outcome = muting->is_muted ? OUTCOME_SUPPRESSED : OUTCOME_NEW;
}

/* What every detection of a known signal does. An older one moves nothing backwards. */
static void count(SignalRow *row, const Detection *detection){
  row->count = row->count > INT64_MAX - detection->times ? INT64_MAX : row->count + detection->times;
  row->clean_runs = 0;
  if( detection->at < row->last ) return;
  row->last = detection->at;
  if( detection->evidence ) row->evidence = signalEvidence(detection);
}

static int isOldEnough(const SignalRow *row, const SignalRule *rule, int64_t at){
  return rule->escalate_after_ms!=NO_TIME && at - row->first >= rule->escalate_after_ms;
}

static void detectOpen(SignalRow *row, const SignalRule *rule, const Detection *detection, SignalChange *change){
  int64_t at = detection->at;
  change->outcome = OUTCOME_ESCALATED;
  if( isAbove(detection->severity, row->severity) ){
    moveToEscalated(row, change, detection->severity, CAUSE_RISE, at);
  }else if( row->state==STATE_ACTIVE && rule->escalate_after_count > 0 && row->count >= rule->escalate_after_count ){
    moveToEscalated(row, change, row->severity, CAUSE_BY_COUNT, at)->rule = rule->count_from;
  }else if( row->state==STATE_ACTIVE && isOldEnough(row, rule, at) ){
    moveToEscalated(row, change, row->severity, CAUSE_BY_AGE, at)->rule = rule->age_from;
  }else{
    change->outcome = OUTCOME_ONGOING;
  }
}

/* A new episode: it starts with the severity that it is seen with. */
static void detectCleared(SignalRow *row, const Muting *muting, const Detection *detection, SignalChange *change){
  int64_t at = detection->at;
  if( at < row->cleared || at < row->cooldown ){
    row->peak = higher(row->peak, detection->severity);
    change->outcome = OUTCOME_COOLDOWN;
    return;
  }
  SignalTransition *transition = muting->is_muted ? log_(row, change, STATE_SUPPRESSED, CAUSE_SUPPRESSED, at)
                                                  : log_(row, change, STATE_ACTIVE, CAUSE_REACTIVATED, at);
  row->severity = transition->to_severity = detection->severity;
  row->peak = higher(row->peak, detection->severity);
  row->cleared = row->escalated = row->cooldown = NO_TIME;
  row->muted_until = muting->is_muted ? muting->until : NO_TIME;
  change->outcome = muting->is_muted ? OUTCOME_SUPPRESSED : OUTCOME_REACTIVATED;
}

void signalDetect(SignalRow *row, const SignalRule *rule, const Muting *muting, const Detection *detection, SignalChange *change){
  *change = (SignalChange){ .changed = 1 };
  if( row->state==STATE_NONE ){
    begin(row, muting, detection, change);
  }else{
    expire(row, detection->at, change);
    count(row, detection);
    if( isOpen(row) ){
      detectOpen(row, rule, detection, change);
    }else if( row->state==STATE_CLEARED ){
      detectCleared(row, muting, detection, change);
    }else if( isAbove(detection->severity, row->severity) ){
      moveToEscalated(row, change, detection->severity, CAUSE_RISE, detection->at);
      change->outcome = OUTCOME_ESCALATED;
    }else{
      change->outcome = OUTCOME_SUPPRESSED;
    }
  }
  /* An expiry has another cause than the detection that met it. */
  SignalTransition *last = change->count ? &change->transitions[change->count - 1] : NULL;
  if( last && last->cause!=CAUSE_EXPIRED ) last->evidence = signalEvidence(detection);
}

Outcome signalStanding(const SignalRow *row){
  return row->state==STATE_CLEARED ? OUTCOME_COOLDOWN : row->state==STATE_SUPPRESSED ? OUTCOME_SUPPRESSED : OUTCOME_ONGOING;
}

/* ---- Absence and time ---- */

static int isQuietEnough(const SignalRow *row, const SignalRule *rule, int64_t at){
  return rule->clear_after_ms!=NO_TIME && at - row->last >= rule->clear_after_ms;
}

void signalMiss(SignalRow *row, const SignalRule *rule, int64_t at, SignalChange *change){
  *change = (SignalChange){ .outcome = OUTCOME_ONGOING };
  if( row->last > at ) return;
  expire(row, at, change);
  if( !isOpen(row) ) return;
  if( row->clean_runs < INT64_MAX ) row->clean_runs++;
  change->changed = 1;
  int enough = row->clean_runs >= rule->clean_runs_to_clear;
  if( !enough && !isQuietEnough(row, rule, at) ) return;
  moveToCleared(row, rule, change, CAUSE_AUTO_CLEARED, at)->rule = enough ? rule->runs_from : rule->clear_from;
  change->outcome = OUTCOME_CLEARED;
}

void signalSweep(SignalRow *row, const SignalRule *rule, int64_t at, SignalChange *change){
  *change = (SignalChange){ .outcome = OUTCOME_ONGOING };
  expire(row, at, change);
  if( isOpen(row) && isQuietEnough(row, rule, at) ){
    moveToCleared(row, rule, change, CAUSE_AUTO_CLEARED, at)->rule = rule->clear_from;
    change->outcome = OUTCOME_CLEARED;
  }else if( row->state==STATE_ACTIVE && isOldEnough(row, rule, at) ){
    moveToEscalated(row, change, row->severity, CAUSE_BY_AGE, at)->rule = rule->age_from;
    change->outcome = OUTCOME_ESCALATED;
  }
}

/* ---- Decisions ---- */

Standing signalEscalate(SignalRow *row, Severity severity, const char *note, int64_t at, SignalChange *change){
  *change = (SignalChange){ .outcome = OUTCOME_ESCALATED };
  if( row->state==STATE_CLEARED ) return STANDS_CLEARED;
  if( severity==SEVERITY_NONE ) severity = signalSeverityAbove(row->severity);
  if( isAbove(row->severity, severity) ) return STANDS_LOWER;
  if( !isAbove(severity, row->severity) ){
    if( row->state==STATE_ESCALATED ) return STANDS_SAME;
    severity = row->severity;
  }
  moveToEscalated(row, change, severity, CAUSE_ESCALATED, at)->note = note;
  if( note ) row->note = note;
  return STANDS_CHANGED;
}

static int isSameText(const char *a, const char *b){
  return a==b || (a && b && strcmp(a, b)==0);
}

Standing signalAcknowledge(SignalRow *row, const char *by, const char *note, int64_t until, int64_t at, SignalChange *change){
  *change = (SignalChange){ .outcome = OUTCOME_ONGOING };
  if( row->state==STATE_CLEARED ) return STANDS_CLEARED;
  if( row->state==STATE_SUPPRESSED ) return STANDS_SUPPRESSED;
  if( row->state==STATE_ACKNOWLEDGED && isSameText(row->acknowledged_by, by) && row->acknowledged_until==until
   && (note==NULL || isSameText(row->note, note)) ) return STANDS_SAME;
  SignalTransition *transition = log_(row, change, STATE_ACKNOWLEDGED, CAUSE_ACKNOWLEDGED, at);
  transition->actor = by;
  transition->note = note;
  row->acknowledged = at;
  row->acknowledged_by = by;
  row->acknowledged_until = until;
  if( note ) row->note = note;
  return STANDS_CHANGED;
}

Standing signalClear(SignalRow *row, const SignalRule *rule, const char *note, int64_t at, SignalChange *change){
  *change = (SignalChange){ .outcome = OUTCOME_CLEARED };
  if( row->state==STATE_CLEARED ) return STANDS_SAME;
  moveToCleared(row, rule, change, CAUSE_CLEARED, at)->note = note;
  if( note ) row->note = note;
  return STANDS_CHANGED;
}

Standing signalCooldown(SignalRow *row, int64_t until, SignalChange *change){
  *change = (SignalChange){ .outcome = OUTCOME_ONGOING };
  if( row->cooldown==until ) return STANDS_SAME;
  row->cooldown = until;
  change->changed = 1;
  return STANDS_CHANGED;
}

Standing signalDismiss(SignalRow *row, const char *by, const char *reason, int64_t until, int64_t dismissed_until, int64_t at,
                       SignalChange *change){
  *change = (SignalChange){ .outcome = OUTCOME_SUPPRESSED };
  if( !isOpen(row) && dismissed_until!=NO_TIME && dismissed_until > at ) return STANDS_SAME;
  if( row->state==STATE_SUPPRESSED ){
    if( row->muted_until==NO_TIME || row->muted_until >= until ) return STANDS_CHANGED;
    row->muted_until = until;
    change->changed = 1;
  }else if( row->state!=STATE_CLEARED ){
    SignalTransition *transition = log_(row, change, STATE_SUPPRESSED, CAUSE_SUPPRESSED, at);
    transition->actor = by;
    transition->note = reason;
    row->muted_until = until;
    endAcknowledgement(row);
  }
  return STANDS_CHANGED;
}
