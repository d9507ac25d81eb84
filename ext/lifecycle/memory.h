/*
** The book in memory: what the recorded inputs make of signals, without touching the tables. It begins
** empty, where the log begins; signals that were there before it are foreign: nothing is known of them.
*/
#ifndef LORE_LIFECYCLE_MEMORY_H
#define LORE_LIFECYCLE_MEMORY_H

#include "lifecycle/book.h"
#include "lifecycle/rules.h"

enum { OWNED_BY, OWNED_NOTE, OWNED_EVIDENCE, OWNED_TEXTS };

typedef struct MemorySignal {
  SignalRecord record;         /* names live as long as the call */
  char *owned[OWNED_TEXTS];    /* sqlite3_malloc: texts of the row */
  uint32_t hash;
} MemorySignal;

/* A detection id that was counted. */
typedef struct MemoryId {
  const char *key, *id;
  int64_t at;
  uint32_t hash;
} MemoryId;

typedef struct MemoryLogged {
  const char *key;
  SignalTransition transition; /* texts live as long as the call */
} MemoryLogged;

/* Open addressing; slots hold 1 + index. */
typedef struct MemoryIndex {
  int *slots; /* sqlite3_malloc */
  int slot_count;
} MemoryIndex;

typedef struct MemoryBook {
  SignalBook book;
  Rules rules;
  int rules_are_fixed; /* a back-test's own */
  Mutes mutes;
  MemorySignal *signals;
  int count, capacity;
  MemoryIndex by_key;
  MemoryId *ids;
  int id_count, id_capacity;
  MemoryIndex by_id;
  MemoryLogged *log;
  int log_count, log_capacity;
  SignalKeys foreign; /* sorted */
  sqlite3_int64 events;
  sqlite3_int64 first_transition; /* transitions after this number are of the log's time */
  int is_over;                 /* recording was switched off: what came later, the log does not say */
} MemoryBook;

void memoryOpen(LoreCall *call, MemoryBook *memory);
void memoryClose(MemoryBook *memory);
int memoryIsForeign(const MemoryBook *memory, const char *key);

/* Forgets the detection ids that the rules do not remember at that moment. */
void memoryForget(MemoryBook *memory, int64_t at);

/* Applies all recorded inputs, in their order. 0: nothing was ever recorded. */
int memoryReplay(MemoryBook *memory);

/* Reads a rule as the log has it, or the user: {"signal_type": …, "cooldown_seconds": …}. */
void memoryPutRule(MemoryBook *memory, const char *args, size_t length);

#endif
