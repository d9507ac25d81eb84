/*
** What admin/ needs to know of the engine: every registered row, the clock, the results, migrations'
** transactions. No other subsystem includes this.
*/
#ifndef LORE_DIRECTORY_H
#define LORE_DIRECTORY_H

#include "engine/engine.h"

/* One registered row, as lore_help shows it. */
typedef struct LoreEntry {
  const char *name;
  const char *kind;      /* verb, reader, function, aggregate */
  const char *arguments;
  const char *writes;    /* NULL for none */
  const char *flags;     /* pure, reads, direct */
  const char *summary;
  const char *example;
  const char *subsystem;
  const char *tenant_rule; /* tenant, pure, denied; NULL: not declared */
  int is_table;          /* its name is an eponymous table */
} LoreEntry;

int loreEntryCount(LoreCall *call);
LoreEntry loreEntry(LoreCall *call, int index); /* in the order of registration */

const LoreSubsystem *loreSubsystem(LoreCall *call, int index); /* NULL past the last */

/* Checks a value against the type of a setting or argument: an error in the call when it does not fit.
** The checked value, as text. */
const char *loreCheckTyped(LoreCall *call, const char *type, const char *name, int argument);

/* The same of a text, without an error: what is wrong, or NULL. */
const char *loreTypeProblem(LoreCall *call, const char *type, const char *name, const char *value);

/* Body of the verb lore_call(verb!, arguments): calls a verb with the members of a JSON object as arguments. */
void loreCallNamed(LoreCall *call);

/* While the setting `replicated` is on: the error of what writes and was called by a SELECT. The engine asks for each verb. */
void loreRefuseReplicated(LoreCall *call);

/* Runs the first statement of a text that the build embedded (a migration): what is left of the text,
** "" at the end, NULL after an error. */
const char *loreRunEmbedded(LoreCall *call, const char *sql);

void loreSettingsChanged(LoreCall *call); /* lore_settings was written */
void loreEverythingChanged(LoreCall *call); /* any table may have been: nothing that was read is kept */

/* ---- Statements over tables that admin/ only knows by name ---- */

/* "before"a", before"b"": names in quotes, for a %s of a template. */
const char *loreNameList(LoreCall *call, const char *const *names, int count, const char *before);

int loreColumnCount(LoreStatement *rows);

/* Values of a template's parameters ?1, ?2, ...: as they are, exactly. Text and bytes are borrowed until the next run. */
void loreBindInt(LoreStatement *statement, int parameter, sqlite3_int64 value);
void loreBindReal(LoreStatement *statement, int parameter, double value);
void loreBindText(LoreStatement *statement, int parameter, const char *text, size_t length);
void loreBindBlob(LoreStatement *statement, int parameter, const void *bytes, size_t length);
void loreBindNull(LoreStatement *statement, int parameter);
sqlite3_int64 loreRunBound(LoreStatement *statement); /* runs a write, which can be bound and run again; rows changed */

/* ---- What a verb keeps in memory for one transaction ---- */

typedef struct LoreWatch {
  const char *(*unfinished)(struct LoreWatch *watch); /* asked before a commit: why there must be none; NULL when it may be */
  void (*undone)(struct LoreWatch *watch);            /* a part of the transaction was rolled back */
  void (*over)(struct LoreWatch *watch);              /* it has ended, either way */
} LoreWatch;

/* For a verb that is called in its frame (WRITES): it hears of this transaction until that is over. One at a time. */
void loreWatch(LoreCall *call, LoreWatch *watch);

/* The error that SQLite has just given, into the call. */
void loreSqlite(LoreCall *call, int code);

void lorePinClock(LoreCall *call, LoreTime time);
void loreUnpinClock(LoreCall *call);

void loreResultRows(LoreCall *call);   /* rows (n, verb, result) */
void loreResultNewest(LoreCall *call); /* the result of this call is the newest of the ring */

#endif
