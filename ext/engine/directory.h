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

/* Body of lore_call(verb!, arguments): calls a verb with the members of a JSON object as arguments. */
void loreCallNamed(LoreCall *call);

/* Runs the first statement of a text that the build embedded (a migration): what is left of the text,
** "" at the end, NULL after an error. */
const char *loreRunEmbedded(LoreCall *call, const char *sql);

void loreSettingsChanged(LoreCall *call); /* lore_settings was written */

/* The error that SQLite has just given, into the call. */
void loreSqlite(LoreCall *call, int code);

void lorePinClock(LoreCall *call, LoreTime time);
void loreUnpinClock(LoreCall *call);

void loreResultRows(LoreCall *call);   /* rows (n, verb, result) */
void loreResultNewest(LoreCall *call); /* the result of this call is the newest of the ring */

#endif
