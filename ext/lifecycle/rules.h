/*
** The rules and mutes by which signals are judged: rows of signal_rules and signal_mutes in memory, for
** the live tables (under the cache rule) and for replay, which changes them as the log does.
*/
#ifndef LORE_LIFECYCLE_RULES_H
#define LORE_LIFECYCLE_RULES_H

#include "lifecycle/book.h"

enum { RULE_COOLDOWN, RULE_AGE, RULE_COUNT, RULE_CLEAR, RULE_RUNS, RULE_MEMORY, RULE_NUMBERS };

/* Names of those numbers, in that order: columns of signal_rules. */
extern const char *const kRuleNumbers[RULE_NUMBERS];

typedef struct RuleRow {
  char *type;
  int64_t numbers[RULE_NUMBERS]; /* seconds or counts; NO_TIME: the row does not say */
} RuleRow;

/* Sorted by type. */
typedef struct Rules {
  RuleRow *rows;
  int count, capacity;
} Rules;

/* Adds or replaces the row of a type; 0: no memory. */
int rulesPut(Rules *rules, const char *type, const int64_t numbers[RULE_NUMBERS]);
void rulesRemove(Rules *rules, const char *type);
void rulesClear(Rules *rules);

/* Each number from the type's row, else from the row '*', else the standard. Names live as long as the rows. */
void rulesFind(const Rules *rules, const char *type, SignalRule *rule);

/* Whether any row gives this number. */
int rulesHave(const Rules *rules, int number);
int64_t rulesStandard(int number);
int64_t rulesLeast(const Rules *rules, int number); /* of all rows and the standard */

/* A mute: NULL columns match anything. */
typedef struct MuteRow {
  int64_t id;
  char *columns[4];  /* signal_key, entity_type, entity_id, signal_type; all in one block, which columns[0..] point into */
  char *block;
  int64_t expires;   /* NO_TIME: never */
  unsigned mask;     /* which columns are given */
  uint32_t hash;     /* of those */
} MuteRow;

/* Sorted by mask and hash once asked. */
typedef struct Mutes {
  MuteRow *rows;
  int count, capacity;
  int is_sorted;
  unsigned masks; /* bit m: there is a row of mask m */
} Mutes;

int mutesAdd(Mutes *mutes, int64_t id, const char *const columns[4], int64_t expires); /* a new id; 0: no memory */
int mutesPut(Mutes *mutes, int64_t id, const char *const columns[4], int64_t expires); /* adds or replaces */
void mutesRemove(Mutes *mutes, int64_t id);
void mutesClear(Mutes *mutes);
void mutesFind(Mutes *mutes, const SignalRecord *record, int64_t at, Muting *muting);

/* Those of the file; NULL after an error. */
const Rules *rulesOf(LoreCall *call);
Mutes *mutesOf(LoreCall *call);
void mutesChanged(LoreCall *call); /* the verb itself has changed signal_mutes */

#endif
