/*
** Which migrations a call is about, and in which order they go.
**
** A plan has one char a migration of kLoreMigrations: 1 when it is still to be done.
*/
#ifndef LORE_PLAN_H
#define LORE_PLAN_H

#include "engine/engine.h"

/* Marks the migrations of the subsystems in a list ("all", "keys signals", "keys,signals") and of all
** that they need. */
void planRead(LoreCall *call, const char *list, char *plan);

/* The next marked one that no other marked one must precede; -1 when nothing is marked. */
int planNext(const char *plan);

/* 1 when a migration stands on that subsystem. All stand on admin. */
int planNeeds(const LoreMigration *migration, const char *subsystem);

#endif
