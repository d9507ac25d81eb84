/*
** signal_state_why: the state, the rule and the numbers that put it there, and what will change it, when.
*/
#include "engine/clock.h"
#include "lifecycle/lifecycle.h"
#include "lifecycle/tables.h"

enum { WHY_KEY };

static void add(LoreCall *call, const char *what, const char *value, int64_t at, const char *detail){
  loreRowText(call, what);
  loreRowText(call, value);
  loreRowText(call, at==NO_TIME ? NULL : loreTimeText(call, at));
  loreRowText(call, detail);
}

static const char *from(LoreCall *call, const char *rule){
  return rule ? loreFormat(call, "rule '%s'", rule) : "the standard";
}

static void addState(LoreCall *call, const SignalRow *row){
  LoreStatement *last = loreQuery(call, SQL_TRANSITION_LAST);
  const char *why = "no transition is recorded";
  LoreTime at = NO_TIME;
  if( loreNext(last) ){
    const char *time = loreColumnText(last, 0), *rule = loreColumnText(last, 4), *actor = loreColumnText(last, 5);
    const char *note = loreColumnText(last, 6);
    why = loreFormat(call, "%s%s%s%s%s%s%s%s", loreColumnText(last, 3), rule ? " by rule '" : "", rule ? rule : "", rule ? "'" : "",
                     actor ? " by " : "", actor ? actor : "", note ? ": " : "", note ? note : "");
    if( time ) loreTimeParse(time, loreColumnLength(last, 0), &at);
  }
  loreDone(last);
  add(call, "state", signalStateWord(row->state), at, why);
}

static void addFigures(LoreCall *call, const SignalRow *row){
  const char *initial = signalSeverityWord(row->initial), *peak = signalSeverityWord(row->peak);
  add(call, "severity", signalSeverityWord(row->severity), NO_TIME,
      loreFormat(call, "first %s, at most %s", initial ? initial : "unknown", peak ? peak : "unknown"));
  add(call, "detections", loreFormat(call, "%lld", row->count), row->last,
      loreFormat(call, "since %s", loreTimeText(call, row->first)));
  if( row->state==STATE_ACKNOWLEDGED ){
    add(call, "acknowledged by", row->acknowledged_by, row->acknowledged, row->note);
  }
}

static void addNextOfActive(LoreCall *call, const SignalRow *row, const SignalRule *rule){
  if( rule->escalate_after_count > 0 ){
    add(call, "next: escalated", loreFormat(call, "at %lld detections", rule->escalate_after_count), NO_TIME,
        loreFormat(call, "%lld so far, %s", row->count, from(call, rule->count_from)));
  }
  if( rule->escalate_after_ms!=NO_TIME ){
    add(call, "next: escalated", loreFormat(call, "%lld s after the first", rule->escalate_after_ms/1000),
        row->first + rule->escalate_after_ms, from(call, rule->age_from));
  }
}

static void addNextOfOpen(LoreCall *call, const SignalRow *row, const SignalRule *rule){
  add(call, "next: cleared", loreFormat(call, "at %lld clean runs", rule->clean_runs_to_clear), NO_TIME,
      loreFormat(call, "%lld so far, %s", row->clean_runs, from(call, rule->runs_from)));
  if( rule->clear_after_ms!=NO_TIME ){
    add(call, "next: cleared", loreFormat(call, "%lld s after the last", rule->clear_after_ms/1000),
        row->last + rule->clear_after_ms, from(call, rule->clear_from));
  }
}

static void addNext(LoreCall *call, const SignalRow *row, const SignalRule *rule){
  switch( row->state ){
    case STATE_ACTIVE: addNextOfActive(call, row, rule); addNextOfOpen(call, row, rule); break;
    case STATE_ESCALATED: addNextOfOpen(call, row, rule); break;
    case STATE_ACKNOWLEDGED:
      if( row->acknowledged_until!=NO_TIME ){
        add(call, "next: open again", NULL, row->acknowledged_until, "the acknowledgement ends");
      }
      addNextOfOpen(call, row, rule);
      break;
    case STATE_SUPPRESSED:
      add(call, "next: open again", row->muted_until==NO_TIME ? "never" : NULL, row->muted_until,
          "the mute ends, or the severity rises");
      break;
    default:
      add(call, "next: reactivated", "by a detection", row->cooldown, row->cooldown==NO_TIME ? NULL : "not before this");
      break;
  }
}

void signalStateWhy(LoreCall *call){
  SignalTables tables;
  SignalRecord record;
  SignalRule rule;
  tablesOpen(call, &tables);
  tables.book.methods->read(&tables.book, loreText(call, WHY_KEY), &record);
  if( !loreFailed(call) && record.row.state!=STATE_NONE ){
    tables.book.methods->rule(&tables.book, record.type, &rule);
    addState(call, &record.row);
    addFigures(call, &record.row);
    addNext(call, &record.row, &rule);
  }
  tablesClose(&tables);
}
