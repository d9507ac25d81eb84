/*
** signal_state_replay: what the log says, compared row by row with what the tables say; only what differs
** is written, so a sound file is not changed.
*/
#include <stdlib.h>
#include <string.h>

#include "engine/json.h"
#include "lifecycle/lifecycle.h"
#include "lifecycle/restore.h"

enum { MOST_SHOWN = 100, LOOK_EVERY = 1000 };

static int isSameText(const char *a, const char *b){
  return a==b || (a && b && strcmp(a, b)==0);
}

static int isSameRow(const SignalRecord *a, const SignalRecord *b){
  const SignalRow *x = &a->row, *y = &b->row;
  return x->state==y->state && x->severity==y->severity && x->initial==y->initial && x->peak==y->peak && x->first==y->first
      && x->last==y->last && x->escalated==y->escalated && x->cleared==y->cleared && x->cooldown==y->cooldown
      && x->acknowledged==y->acknowledged && x->acknowledged_until==y->acknowledged_until && x->muted_until==y->muted_until
      && x->count==y->count && x->clean_runs==y->clean_runs && isSameText(x->acknowledged_by, y->acknowledged_by)
      && isSameText(x->note, y->note) && isSameText(x->evidence, y->evidence) && isSameText(a->entity_type, b->entity_type)
      && isSameText(a->entity_id, b->entity_id) && isSameText(a->type, b->type);
}

/* ---- Signals ---- */

/* How many rows were other than the log says. */
static int rebuildSignals(MemoryBook *memory, SignalTables *tables){
  int changed = 0;
  LoreCall *call = memory->book.call;
  for(int i = 0; i < memory->count && !loreFailed(call); i++){
    SignalRecord present;
    const SignalRecord *wanted = &memory->signals[i].record;
    if( i % LOOK_EVERY==LOOK_EVERY - 1 && loreInterrupted(call) ) break;
    tables->book.methods->read(&tables->book, wanted->key, &present);
    int is_new = present.row.state==STATE_NONE;
    if( !is_new && isSameRow(&present, wanted) ) continue;
    tablesRestore(tables, wanted, is_new);
    changed++;
  }
  return changed;
}

/* ---- signal_state_replay ---- */

static void answer(LoreCall *call, const MemoryBook *memory, int changed_signals, int changed_transitions){
  LoreJson *result = loreJsonObject(call);
  loreJsonAddInt(call, result, "events", memory->events);
  loreJsonAddInt(call, result, "signals", memory->count);
  loreJsonAddInt(call, result, "transitions", memory->log_count);
  loreJsonAddInt(call, result, "changed_signals", changed_signals);
  loreJsonAddInt(call, result, "changed_transitions", changed_transitions);
  loreJsonAddInt(call, result, "unknown", memory->foreign.count);
  LoreJson *keys = loreJsonAddArray(call, result, "unknown_keys");
  for(int i = 0; i < memory->foreign.count && i < MOST_SHOWN; i++) loreJsonAddText(call, keys, NULL, memory->foreign.keys[i]);
  loreJsonResult(call, result);
}

/* Result: JSON counts, and the signals that were there before the log began. */
void signalStateReplay(LoreCall *call){
  MemoryBook memory;
  SignalTables tables;
  int signals = 0, transitions = 0;
  memoryOpen(call, &memory);
  tablesOpen(call, &tables);
  int is_recorded = memoryReplay(&memory);
  if( is_recorded && !memory.is_over ){
    signals = rebuildSignals(&memory, &tables);
    transitions = restoreTransitions(&memory, &tables);
  }else if( !loreFailed(call) ){
    loreNotice(call, is_recorded ? "recording was switched off: the log does not say what came after, so nothing is changed"
                                 : "nothing was recorded: lore_set('record_events', 'on') begins a log");
  }
  if( !loreFailed(call) ) answer(call, &memory, signals, transitions);
  tablesClose(&tables);
  memoryClose(&memory);
}
