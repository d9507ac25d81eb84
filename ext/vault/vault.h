/*
** What the files of vault/ share.
*/
#ifndef LORE_VAULT_VAULT_H
#define LORE_VAULT_VAULT_H

#include "engine/engine.h"

/* ---- Bodies ---- */

void vaultScanRows(LoreCall *call); /* found.c: rows */

#endif
