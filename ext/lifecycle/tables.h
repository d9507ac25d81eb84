/* The book of the live tables. */
#ifndef LORE_LIFECYCLE_TABLES_H
#define LORE_LIFECYCLE_TABLES_H

#include "engine/buffer.h"
#include "engine/clock.h"
#include "lifecycle/book.h"
#include "lifecycle/rules.h"

enum { ROW_TIMES = 9 };

/* Begin with tablesOpen, end with tablesClose, also after an error. */
typedef struct SignalTables {
  SignalBook book;
  LoreBuffer texts;                      /* of the record that was read last */
  char times[ROW_TIMES][LORE_TIME_SIZE]; /* of the row being written */
  char moved_at[LORE_TIME_SIZE];
  char limit[LORE_TIME_SIZE];
  const Rules *rules;
  int is_lenient; /* what can't be read of a row is as if it were not there, instead of an error */
} SignalTables;

void tablesOpen(LoreCall *call, SignalTables *tables);
void tablesClose(SignalTables *tables);

/* Writes one transition by this statement: a new row, or, with :seq given before, the row of a number. */
void tablesLog(SignalTables *tables, const char *key, const SignalTransition *transition, LoreSql statement);

/* Makes a row just like the record, without a transition. */
void tablesRestore(SignalTables *tables, const SignalRecord *record, int is_new);

/* Binds a time in its text form, which text takes in; NO_TIME: NULL. */
void tablesLetTime(LoreCall *call, const char *name, int64_t time, char *text);

/* The plain cases of a detection: plain.c. */
int tablesPlain(SignalBook *book, const SignalRecord *record, const SignalRule *rule, const Detection *detection, Outcome *outcome);

/* Binds :signal_key, :entity_type, :entity_id and :signal_type. */
void tablesLetRecord(LoreCall *call, const SignalRecord *record);

#endif
