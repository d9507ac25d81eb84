/*
** Decisions of a person or a program: escalate, acknowledge, clear, cool down, dismiss. Each gives 1, or 0
** and a notice where it would change nothing.
*/
#include "lifecycle/decide.h"

#include "engine/clock.h"
#include "lifecycle/lifecycle.h"
#include "lifecycle/record.h"
#include "lifecycle/tables.h"

enum { DECIDE_KEY };
enum { ESCALATE_SEVERITY = 1, ESCALATE_NOTE };
enum { ACKNOWLEDGE_BY = 1, ACKNOWLEDGE_NOTE, ACKNOWLEDGE_UNTIL };
enum { CLEAR_NOTE = 1 };
enum { COOLDOWN_UNTIL = 1 };
enum { DISMISS_BY = 1, DISMISS_REASON };

enum { DISMISS_DAYS = 7, DISMISS_DAYS_LATER = 30, DISMISS_LATER_FROM = 3 };
#define DAY_MS 86400000LL

Standing decisionApply(SignalBook *book, const char *key, const Decision *decision, int64_t at, SignalRecord *record){
  SignalRule rule;
  SignalChange change = { .changed = 0 };
  Standing standing = STANDS_SAME;
  signalReadKnown(book, key, record);
  if( loreFailed(book->call) ) return standing;
  book->methods->rule(book, record->type, &rule);
  SignalRow *row = &record->row;
  switch( decision->kind ){
    case DECIDE_ESCALATE: standing = signalEscalate(row, decision->severity, decision->note, at, &change); break;
    case DECIDE_ACKNOWLEDGE: standing = signalAcknowledge(row, decision->by, decision->note, decision->until, at, &change); break;
    case DECIDE_CLEAR: standing = signalClear(row, &rule, decision->note, at, &change); break;
    case DECIDE_COOLDOWN: standing = signalCooldown(row, decision->until, &change); break;
    case DECIDE_DISMISS: standing = signalDismiss(row, decision->by, decision->note, decision->until,
                                                   decision->dismissed_until, at, &change); break;
  }
  book->methods->write(book, record, 0, &change);
  return standing;
}

static void explain(LoreCall *call, const char *key, Standing standing, const SignalRecord *record){
  switch( standing ){
    case STANDS_SAME: loreNotice(call, "'%s' is so already", key); break;
    case STANDS_CLEARED: loreNotice(call, "'%s' is cleared", key); break;
    case STANDS_SUPPRESSED: loreNotice(call, "'%s' is suppressed", key); break;
    case STANDS_LOWER:
      loreRefuse(call, LORE_BAD_ARGUMENT, "severity must not be below the present %s", signalSeverityWord(record->row.severity));
      break;
    default: break;
  }
}

static const char *text(LoreCall *call, int argument){
  return loreTextLength(call, argument) ? loreText(call, argument) : NULL;
}

/* A time to come; NO_TIME when it is absent. A number of seconds would be one of 1970. */
static int64_t untilOf(LoreCall *call, int argument){
  int64_t until = loreGiven(call, argument) ? loreTime(call, argument) : NO_TIME;
  if( until!=NO_TIME && until <= loreNow(call) ){
    loreRefuse(call, LORE_BAD_ARGUMENT, "until must be later than %s, got %s", loreNowText(call), loreShow(call, argument));
  }
  return until;
}

static void addTime(LoreCall *call, LoreJson *args, const char *name, int64_t time){
  char text[LORE_TIME_SIZE];
  if( time!=NO_TIME ) loreTimeFormat(time, text);
  loreJsonAddText(call, args, name, time!=NO_TIME ? text : NULL);
}

static void record_(LoreCall *call, const char *key, const Decision *decision){
  static const char *const kVerbs[] = { "signal_state_escalate", "signal_state_acknowledge", "signal_state_clear",
                                        "signal_state_cooldown", "signal_state_dismiss" };
  LoreJson *args = loreJsonObject(call);
  loreJsonAddText(call, args, "severity", signalSeverityWord(decision->severity));
  addTime(call, args, "until", decision->until);
  addTime(call, args, "dismissed_until", decision->dismissed_until);
  loreJsonAddText(call, args, "by", decision->by);
  loreJsonAddText(call, args, "note", decision->note);
  recordInput(call, kVerbs[decision->kind], key, args);
}

static Standing decide(LoreCall *call, Decision decision){
  SignalTables tables;
  SignalRecord record;
  const char *key = loreText(call, DECIDE_KEY);
  record_(call, key, &decision); /* before what a trigger makes of it */
  tablesOpen(call, &tables);
  Standing standing = decisionApply(&tables.book, key, &decision, loreNow(call), &record);
  explain(call, key, standing, &record);
  tablesClose(&tables);
  loreResultInt(call, standing==STANDS_CHANGED);
  return standing;
}

/* What every decision has none of until it is given. */
static Decision decisionOf(DecisionKind kind){
  return (Decision){ .kind = kind, .severity = SEVERITY_NONE, .until = NO_TIME, .dismissed_until = NO_TIME };
}

void signalStateEscalate(LoreCall *call){
  Decision decision = decisionOf(DECIDE_ESCALATE);
  decision.severity = signalSeverityOf(text(call, ESCALATE_SEVERITY));
  decision.note = text(call, ESCALATE_NOTE);
  decide(call, decision);
}

void signalStateAcknowledge(LoreCall *call){
  Decision decision = decisionOf(DECIDE_ACKNOWLEDGE);
  decision.by = loreText(call, ACKNOWLEDGE_BY);
  decision.note = text(call, ACKNOWLEDGE_NOTE);
  decision.until = untilOf(call, ACKNOWLEDGE_UNTIL);
  if( !loreFailed(call) ) decide(call, decision);
}

void signalStateClear(LoreCall *call){
  Decision decision = decisionOf(DECIDE_CLEAR);
  decision.note = text(call, CLEAR_NOTE);
  decide(call, decision);
}

void signalStateCooldown(LoreCall *call){
  Decision decision = decisionOf(DECIDE_COOLDOWN);
  decision.until = untilOf(call, COOLDOWN_UNTIL);
  if( !loreFailed(call) ) decide(call, decision);
}

/* ---- signal_state_dismiss ---- */

typedef struct Dismissal {
  sqlite3_int64 mute; /* the row that dismissing made before; 0: none */
  int times;
  int64_t expires;
} Dismissal;

static Dismissal readDismissal(LoreCall *call){
  Dismissal found = { 0, 0, NO_TIME };
  LoreStatement *row = loreQuery(call, SQL_MUTE_OF_KEY);
  if( loreNext(row) ){
    LoreTime time = NO_TIME;
    const char *expires = loreColumnText(row, 2);
    if( expires ) loreTimeParse(expires, loreColumnLength(row, 2), &time);
    found = (Dismissal){ loreColumnInt(row, 0), (int)loreColumnInt(row, 1), time };
  }
  loreDone(row);
  return found;
}

/* A mute of this key, for longer from the third time on. */
static void mute(LoreCall *call, const Dismissal *before, const char *until){
  loreLetText(call, "expires", until);
  loreLetInt(call, "mute", before->mute);
  loreWriteOne(call, before->mute ? SQL_MUTE_AGAIN : SQL_MUTE_INSERT);
  mutesChanged(call);
}

/* One that never ends has been made by hand: it ends when time does. */
static int64_t endOf(const Dismissal *dismissal){
  if( dismissal->mute==0 ) return NO_TIME;
  return dismissal->expires!=NO_TIME ? dismissal->expires : LORE_TIME_LAST;
}

void signalStateDismiss(LoreCall *call){
  Decision decision = decisionOf(DECIDE_DISMISS);
  loreLetText(call, "signal_key", loreText(call, DECIDE_KEY));
  Dismissal before = readDismissal(call);
  if( loreFailed(call) ) return;
  int days = before.times + 1 >= DISMISS_LATER_FROM ? DISMISS_DAYS_LATER : DISMISS_DAYS;
  decision.by = loreText(call, DISMISS_BY);
  decision.note = text(call, DISMISS_REASON);
  decision.until = loreNow(call) + days*DAY_MS;
  decision.dismissed_until = endOf(&before);
  if( decide(call, decision)!=STANDS_CHANGED ) return;
  loreLetText(call, "signal_key", loreText(call, DECIDE_KEY));
  mute(call, &before, loreTimeText(call, decision.until));
}
