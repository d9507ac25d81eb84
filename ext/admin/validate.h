/*
** lore_validate: what is wrong with the file, and the SQL that mends it.
**
** Names that hide ours, migrations that were changed, drift of the schema (drift.h), settings that there are not, times in another
** form, and what each subsystem looks for in its tables (LoreSubsystem.validate), when these are as they should be. Severities:
** error (something that can't be), warning. fix is run as it stands, top-level; NULL: a person must decide.
*/
#ifndef LORE_ADMIN_VALIDATE_H
#define LORE_ADMIN_VALIDATE_H

#include "engine/engine.h"

void validateRows(LoreCall *call); /* rows (severity, object, problem, fix) */

#endif
