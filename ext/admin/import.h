/*
** lore_import: rows of an export come back, all of them or none.
**
** Lines come one by one or many at once. They wait in a private temporary database, which SQLite keeps on disk when it grows,
** and are written when the trailer has come and what it says is true: so nothing is written of an export that was cut off. A
** transaction in which an import has begun and not ended can't be committed: lore_frame asks before (LoreWatch). After an
** error, or when a part of the transaction was rolled back, the import is void, and begins again with its first line.
**
** Rows are written in the frame, by load.c; a dry run rolls an inner frame back. The JSON document that a signal store exports
** is read by store.c.
*/
#ifndef LORE_ADMIN_IMPORT_H
#define LORE_ADMIN_IMPORT_H

#include "engine/engine.h"

void importLines(LoreCall *call); /* body of lore_import(line!, mode): with the last line JSON, what was done; else NULL */

#endif
