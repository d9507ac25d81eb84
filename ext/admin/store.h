/*
** The JSON document that a signal store exports: signals, their processing, and the suppression cache.
**
**   {"exported_at": …, "schema_version": …, "signals": [{…}], "processing": [{…}], "suppression_cache": [{…}]}
**
** Each object has the columns of its given table. A row is known by its natural key, not by its number: a signal gets another
** id where its own is taken, and its processing follows it. Times may have any form. A nested document (raw_data, metadata) is
** kept as it is written, be it a text or JSON.
*/
#ifndef LORE_ADMIN_STORE_H
#define LORE_ADMIN_STORE_H

#include "admin/load.h"
#include "engine/engine.h"

int storeIsDocument(const char *text, size_t length); /* 1 when it looks like one */

void storeImport(LoreCall *call, const char *text, size_t length, LoadMode mode); /* result: JSON, what was done */

#endif
