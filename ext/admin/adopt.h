/*
** Adoption: a database that other software made becomes one of ours, with all its rows.
**
** lore_adoption looks, table by table: identical (nothing to do), compatible (taken over, with what is added), conflicting (a
** person must change it first), missing (it will be made). lore_adopt('apply') adds the columns that a given table lacks, writes
** its times in the one form, migrates, and makes the rows that ours need (LoreSubsystem.adoptions): all of it or nothing.
*/
#ifndef LORE_ADMIN_ADOPT_H
#define LORE_ADMIN_ADOPT_H

#include "engine/engine.h"

void adoptRows(LoreCall *call);  /* rows of lore_adoption: table_name, state, detail */
void adoptApply(LoreCall *call); /* lore_adopt(action!): text, what was done */

#endif
