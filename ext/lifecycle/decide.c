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
    case DECIDE_DISMISS: standing = signalDismiss(row, decision->by, decision->note, decision->until, at, &change); break;
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

static int64_t timeOf(LoreCall *call, int argument){
  return loreGiven(call, argument) ? loreTime(call, argument) : NO_TIME;
}

static void record_(LoreCall *call, const char *verb, const char *key, const Decision *decision){
  char until[LORE_TIME_SIZE] = "";
  LoreJson *args = loreJsonObject(call);
  if( decision->until!=NO_TIME ) loreTimeFormat(decision->until, until);
  loreJsonAddText(call, args, "severity", signalSeverityWord(decision->severity));
  loreJsonAddText(call, args, "until", *until ? until : NULL);
  loreJsonAddText(call, args, "by", decision->by);
  loreJsonAddText(call, args, "note", decision->note);
  recordInput(call, verb, key, args);
}

static void decide(LoreCall *call, const char *verb, const Decision *decision){
  SignalTables tables;
  SignalRecord record;
  const char *key = loreText(call, DECIDE_KEY);
  tablesOpen(call, &tables);
  Standing standing = decisionApply(&tables.book, key, decision, loreNow(call), &record);
  explain(call, key, standing, &record);
  if( !loreFailed(call) ) record_(call, verb, key, decision);
  tablesClose(&tables);
  loreResultInt(call, standing==STANDS_CHANGED);
}

void signalStateEscalate(LoreCall *call){
  decide(call, "signal_state_escalate", &(Decision){ DECIDE_ESCALATE, signalSeverityOf(text(call, ESCALATE_SEVERITY)), NO_TIME, NULL,
                                                     text(call, ESCALATE_NOTE) });
}

void signalStateAcknowledge(LoreCall *call){
  int64_t until = timeOf(call, ACKNOWLEDGE_UNTIL);
  if( until!=NO_TIME && until <= loreNow(call) ){
    loreRefuse(call, LORE_BAD_ARGUMENT, "until must be later than %s, got %s", loreNowText(call), loreShow(call, ACKNOWLEDGE_UNTIL));
    return;
  }
  decide(call, "signal_state_acknowledge", &(Decision){ DECIDE_ACKNOWLEDGE, SEVERITY_NONE, until, loreText(call, ACKNOWLEDGE_BY),
                                                        text(call, ACKNOWLEDGE_NOTE) });
}

void signalStateClear(LoreCall *call){
  decide(call, "signal_state_clear", &(Decision){ DECIDE_CLEAR, SEVERITY_NONE, NO_TIME, NULL, text(call, CLEAR_NOTE) });
}

void signalStateCooldown(LoreCall *call){
  decide(call, "signal_state_cooldown", &(Decision){ DECIDE_COOLDOWN, SEVERITY_NONE, timeOf(call, COOLDOWN_UNTIL), NULL, NULL });
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

void signalStateDismiss(LoreCall *call){
  SignalTables tables;
  SignalRecord record;
  const char *key = loreText(call, DECIDE_KEY);
  tablesOpen(call, &tables);
  signalReadKnown(&tables.book, key, &record);
  tablesClose(&tables);
  loreLetText(call, "signal_key", key);
  Dismissal before = readDismissal(call);
  if( loreFailed(call) ) return;
  int is_quiet = record.row.state==STATE_SUPPRESSED || record.row.state==STATE_CLEARED;
  if( is_quiet && before.mute && (before.expires==NO_TIME || before.expires > loreNow(call)) ){
    Decision again = { DECIDE_DISMISS, SEVERITY_NONE, before.expires, loreText(call, DISMISS_BY), loreText(call, DISMISS_REASON) };
    explain(call, key, STANDS_SAME, &record);
    record_(call, "signal_state_dismiss", key, &again);
    loreResultInt(call, 0);
    return;
  }
  int days = before.times + 1 >= DISMISS_LATER_FROM ? DISMISS_DAYS_LATER : DISMISS_DAYS;
  int64_t until = loreNow(call) + days*DAY_MS;
  decide(call, "signal_state_dismiss", &(Decision){ DECIDE_DISMISS, SEVERITY_NONE, until, loreText(call, DISMISS_BY),
                                                    loreText(call, DISMISS_REASON) });
  loreLetText(call, "signal_key", key);
  mute(call, &before, loreTimeText(call, until));
}
