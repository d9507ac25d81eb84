/*
** vault: secrets in a text are found (scan.h).
*/
#include "vault/vault.h"

static const LoreReader kReaders[] = {
  { "secret_scan", "text:text[0..]!", "pattern TEXT, start INTEGER, end INTEGER, sensitivity TEXT", SQL_NONE,
    "the secrets in a text, and where each stands", "'password = ' || 'hunter' || 2", vaultScanRows },
};

const LoreSubsystem kVault = {
  .name = "vault",
  .readers = LORE_TABLE(kReaders),
};
