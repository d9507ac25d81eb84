/*
** Where signals are read and written: in the tables, or in memory for replay and back-test. What the
** verbs do (detect.c, cycle.c, sweep.c, decide.c) is written against a book, so a recorded input has the
** same effect in either.
*/
#ifndef LORE_LIFECYCLE_BOOK_H
#define LORE_LIFECYCLE_BOOK_H

#include "engine/engine.h"
#include "engine/scan.h"
#include "lifecycle/machine.h"

/* One signal. Texts of a record that was read live until the book is read again. */
typedef struct SignalRecord {
  const char *key, *entity_type, *entity_id, *type;
  SignalRow row;
} SignalRecord;

/* What a run looked at; NULL: any. Lists are sorted. */
typedef struct SignalScope {
  const char *entity_type;
  char **types;
  char **ids;
  int type_count, id_count; /* -1: any */
} SignalScope;

typedef struct SignalKeys {
  char **keys; /* in memory of the call */
  int count, capacity;
} SignalKeys;

typedef struct SignalBook SignalBook;
typedef struct SignalBookMethods {
  /* row.state is STATE_NONE when there is no such signal. */
  void (*read)(SignalBook *book, const char *key, SignalRecord *record);
  /* Writes the row, if the change says so, and appends the transitions. */
  void (*write)(SignalBook *book, const SignalRecord *record, int is_new, const SignalChange *change);
  /* 1 when the id was not counted for this key since at - memory_ms. */
  int (*remember)(SignalBook *book, const char *key, const char *detection_id, int64_t at, int64_t memory_ms);
  void (*rule)(SignalBook *book, const char *type, SignalRule *rule);
  void (*muting)(SignalBook *book, const SignalRecord *record, int64_t at, Muting *muting);
  /* Adds the keys inside the scope that are not cleared and were last detected at or before `at`, in any order. */
  void (*list)(SignalBook *book, const SignalScope *scope, int64_t at, SignalKeys *keys);
  /* Adds at least the keys that signalSweep would change at that moment. */
  void (*due)(SignalBook *book, int64_t at, SignalKeys *keys);
  /* Logs an input while recording is on, before it is applied. May be NULL. */
  void (*input)(SignalBook *book, const char *verb, const char *key, const char *member, const LoreScanValue *value);
  /* Applies at once what is one more detection of an open signal, or a new one (not where record->row.state says that it is
  ** there); 0 when it is neither. May be NULL. */
  int (*plain)(SignalBook *book, const SignalRecord *record, const SignalRule *rule, const Detection *detection, Outcome *outcome);
} SignalBookMethods;

struct SignalBook {
  LoreCall *call;
  const SignalBookMethods *methods;
};

/* `type:id:signal_type`, with : and % of a part percent-encoded. `to` has room for 3 times the parts' lengths + 3. */
void signalKeyMake(const char *entity_type, const char *entity_id, const char *type, char *to);

/* Mixes a text into a hash (FNV-1a by Fowler, Noll and Vo); 0 begins. */
uint32_t signalHash(uint32_t hash, const char *text);

/* Whether the lists of a scope have these; its entity_type is another matter. */
int signalScopeHas(const SignalScope *scope, const char *entity_id, const char *type);

int signalListHas(char *const *sorted, int count, const char *text);
void signalKeysAdd(LoreCall *call, SignalKeys *keys, const char *key);    /* copies */
void signalKeysBorrow(LoreCall *call, SignalKeys *keys, const char *key); /* key lives as long as the call */
void signalKeysSort(SignalKeys *keys);                                 /* byte order, each once */

/* One detection of record->key, whose row need not have been read; the other texts of record are used when it is new.
** severity SEVERITY_NONE: the present one. */
Outcome signalSee(SignalBook *book, SignalRecord *record, Detection *detection);

/* The outcome of a detection that was counted before. 0: its signal is gone (somebody has deleted the row), so it is new. */
int signalSeen(SignalBook *book, const char *key, Outcome *outcome);

/* Refuses an unknown key. */
void signalReadKnown(SignalBook *book, const char *key, SignalRecord *record);

#endif
