/*
** The transitions that the log makes, against the rows that are there: what differs is written, each row at
** the number that it had, as far as that is free. A row that is inserted is an event again.
*/
#include "lifecycle/restore.h"

#include <stdlib.h>
#include <string.h>

#include "lifecycle/align.h"

/* The rows of the log's time. Arrays are of sqlite3_malloc. */
typedef struct Rows {
  uint64_t *prints;    /* of those that the log knows */
  sqlite3_int64 *seqs;
  int count, capacity;
  sqlite3_int64 *taken; /* numbers of all, rising */
  int taken_count, taken_capacity;
} Rows;

typedef struct Plan {
  Rows rows;
  uint64_t *wanted;
  AlignItem *sorted_rows, *sorted_wanted;
  int *match;
} Plan;

/* ---- Fingerprints ---- */

enum { FIELDS = 11 };

static uint64_t printOf(const char *const fields[FIELDS]){
  uint32_t low = 1, high = 2;
  for(int i = 0; i < FIELDS; i++){
    const char *text = fields[i] ? fields[i] : "\1"; /* no text of ours: NULL is not '' */
    low = signalHash(low, text);
    high = signalHash(high ^ 0x9e3779b9u, text);
  }
  return (uint64_t)high << 32 | low;
}

static uint64_t printOfRow(LoreStatement *rows){
  const char *fields[FIELDS];
  for(int i = 0; i < FIELDS; i++) fields[i] = loreColumnText(rows, i + 1);
  return printOf(fields);
}

static uint64_t printOfLogged(const MemoryLogged *logged){
  const SignalTransition *one = &logged->transition;
  char at[LORE_TIME_SIZE];
  const char *const fields[FIELDS] = { logged->key, at, signalStateWord(one->from), signalStateWord(one->to),
                                       signalSeverityWord(one->from_severity), signalSeverityWord(one->to_severity),
                                       signalCauseWord(one->cause), one->rule, one->actor, one->note, one->evidence };
  loreTimeFormat(one->at, at);
  return printOf(fields);
}

/* ---- The rows that are there ---- */

static void addTaken(LoreCall *call, Rows *rows, sqlite3_int64 seq){
  sqlite3_int64 *taken = loreGrow(call, rows->taken, rows->taken_count, &rows->taken_capacity, sizeof *taken);
  if( taken==NULL ) return;
  rows->taken = taken;
  rows->taken[rows->taken_count++] = seq;
}

static void addRow(LoreCall *call, Rows *rows, sqlite3_int64 seq, uint64_t print){
  int capacity = rows->capacity;
  uint64_t *prints = loreGrow(call, rows->prints, rows->count, &capacity, sizeof *prints);
  if( prints ) rows->prints = prints;
  sqlite3_int64 *seqs = loreGrow(call, rows->seqs, rows->count, &rows->capacity, sizeof *seqs);
  if( prints==NULL || seqs==NULL ) return;
  rows->seqs = seqs;
  rows->prints[rows->count] = print;
  rows->seqs[rows->count++] = seq;
}

static void readRows(MemoryBook *memory, Rows *to){
  LoreCall *call = memory->book.call;
  LoreStatement *rows = loreQuery(call, SQL_TRANSITION_ROWS);
  while( loreNext(rows) ){
    sqlite3_int64 seq = loreColumnInt(rows, 0);
    addTaken(call, to, seq);
    if( !memoryIsForeign(memory, loreColumnText(rows, 1)) ) addRow(call, to, seq, printOfRow(rows));
  }
}

/* ---- What to do ---- */

static void makePlan(MemoryBook *memory, Plan *plan){
  LoreCall *call = memory->book.call;
  readRows(memory, &plan->rows);
  size_t have = (size_t)plan->rows.count + 1, want = (size_t)memory->log_count + 1;
  plan->wanted = loreAllocate(call, want*sizeof *plan->wanted);
  plan->sorted_rows = loreAllocate(call, have*sizeof *plan->sorted_rows);
  plan->sorted_wanted = loreAllocate(call, want*sizeof *plan->sorted_wanted);
  plan->match = loreAllocate(call, have*sizeof *plan->match);
  if( loreFailed(call) ) return;
  for(int i = 0; i < memory->log_count; i++) plan->wanted[i] = printOfLogged(&memory->log[i]);
  alignRows(plan->rows.prints, plan->rows.count, plan->sorted_rows, plan->wanted, memory->log_count, plan->sorted_wanted,
            plan->match);
}

static int isTaken(const Rows *rows, sqlite3_int64 seq){
  int low = 0, high = rows->taken_count;
  while( low < high ){
    int middle = (low + high)/2;
    if( rows->taken[middle] < seq ) low = middle + 1;
    else high = middle;
  }
  return low < rows->taken_count && rows->taken[low]==seq;
}

/* Writes the wanted ones from `from` to before `to`, which have no row, with free numbers after `seq` and before `end`. */
static void insertMissing(MemoryBook *memory, SignalTables *tables, const Rows *rows, int from, int to, sqlite3_int64 seq,
                          sqlite3_int64 end){
  LoreCall *call = memory->book.call;
  for(int i = from; i < to && !loreFailed(call); i++){
    do seq++; while( isTaken(rows, seq) );
    loreLetInt(call, "seq", seq);
    tablesLog(tables, memory->log[i].key, &memory->log[i].transition, seq < end ? SQL_TRANSITION_RESTORE : SQL_TRANSITION_INSERT);
  }
}

/* One row that is there: as it should be, changed, or deleted; 1 when something was written. */
static int mendRow(MemoryBook *memory, SignalTables *tables, const Plan *plan, int i){
  LoreCall *call = memory->book.call;
  int wanted = plan->match[i];
  if( wanted >= 0 && plan->wanted[wanted]==plan->rows.prints[i] ) return 0;
  loreLetInt(call, "seq", plan->rows.seqs[i]);
  if( wanted < 0 ) loreWriteOne(call, SQL_TRANSITION_DELETE);
  else tablesLog(tables, memory->log[wanted].key, &memory->log[wanted].transition, SQL_TRANSITION_REPLACE);
  return 1;
}

int restoreTransitions(MemoryBook *memory, SignalTables *tables){
  Plan plan = { .match = NULL };
  LoreCall *call = memory->book.call;
  int written = 0, next = 0;
  sqlite3_int64 last = memory->first_transition;
  makePlan(memory, &plan);
  for(int i = 0; i < plan.rows.count && !loreFailed(call); i++){
    written += mendRow(memory, tables, &plan, i);
    if( plan.match[i] < 0 ) continue;
    insertMissing(memory, tables, &plan.rows, next, plan.match[i], last, plan.rows.seqs[i]);
    written += plan.match[i] - next;
    next = plan.match[i] + 1;
    last = plan.rows.seqs[i];
  }
  if( !loreFailed(call) ) insertMissing(memory, tables, &plan.rows, next, memory->log_count, last, INT64_MAX);
  written += memory->log_count - next;
  sqlite3_free(plan.rows.prints);
  sqlite3_free(plan.rows.seqs);
  sqlite3_free(plan.rows.taken);
  return written;
}
