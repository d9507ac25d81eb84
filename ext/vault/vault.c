/*
** vault: secrets at rest.
**
** The scanner (scan.h, pure) finds secrets in a text. seal.h says how one lies in the file. A data key seals the secrets, the
** user's key seals the data key (key.c, keys.c); the open vault is a state of the connection (open.c). secret.c reads and writes
** one secret, secrets.c by its id, protect.c and reveal.c in a text, for other subsystems too (kProtector).
**
** Whatever gives out a secret or changes a key is for top-level SQL only, and looks for its own name in the schema before.
**
** Storage: sql/schema/vault. Statements: sql/statements/vault.sql.
*/
#include "vault/vault.h"

#define LIMITS "ops:int[1..10]=3 memory_kib:int[8192..1048576]=65536"

static const LoreVerb kVerbs[] = {
  { "vault_init", "key:any! " LIMITS, vaultInit, WRITES("vault_database vault_keys"),
    "make the vault of this file and open it; the id of its data key", "'a long enough phrase', 1, 8192" },
  { "vault_rekey", "key:any! " LIMITS, vaultRekey, WRITES("vault_keys"), "from now on the vault opens with another key; 1",
    "'000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f'" },
  { "secret_put", "value:text[1..1000000]! description:text[0..100] sensitivity:word(low|medium|high|critical)=high "
    "context:text[0..2000] id:text[1..100]",
    secretPut, WRITES("secrets secret_access_log"), "store a secret; the reference that stands for it",
    "'the door''s code is 0' || 451, 'door code', 'medium', 'front door', 'door'" },
  { "secret_protect", "text:text[0..]! context:text[0..2000]", secretProtect, WRITES("secrets secret_access_log"),
    "store the secrets in a text; the text with references in their place", "'{\"password\": \"river' || '42\"}', 'an example'" },
  { "secret_reveal", "text:text[0..]! action:word(tool|speak|memorize)! accessor:text[0..200]", secretReveal,
    WRITES_AND_ANSWERS("secrets secret_access_log"), "the text with those secrets put back that the action allows",
    "'say {SECRET:door:door code}', 'speak', 'ann'" },
  { "secret_get", "uuid:text[1..1000]! purpose:text[1..2000]! accessor:text[0..200]", secretGet,
    WRITES_AND_ANSWERS("secrets secret_access_log"), "a secret, for a purpose that is logged", "'door', 'to open it', 'ann'" },
  { "vault_rotate", "max_rows:int[1..1000000]=1000", vaultRotate, WRITES("vault_keys secrets secret_access_log"),
    "a new data key, and secrets sealed with it; how many still wait", "1000" },
  { "secret_delete", "uuid:text[1..1000]!", secretDelete, WRITES("secrets secret_access_log"), "forget a secret; 1", "'door'" },
};

static const LoreReader kReaders[] = {
  { "secret_scan", "text:text[0..]!", "pattern TEXT, start INTEGER, end INTEGER, sensitivity TEXT", SQL_NONE,
    "the secrets in a text, and where each stands", "'password = ' || 'hunter' || 2", vaultScanRows },
  { "vault_status", "",
    "database_id TEXT, is_open INTEGER, key_id TEXT, state TEXT, kdf TEXT, ops INTEGER, memory_kib INTEGER, secrets INTEGER, "
    "created_at TEXT, retired_at TEXT",
    SQL_VAULT_STATUS_ROWS, "the data keys, newest first, and whether the vault is open", "", vaultStatus },
};

static const LoreFunction kFunctions[] = {
  { "vault_open", "key:any!", vaultOpen, LORE_DIRECT, "open the vault for this connection; the id of the current data key",
    "'000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f'" },
  { "vault_open_file", "path:text[1..4096]!", vaultOpenFile, LORE_DIRECT, "open it with the key in a file of one's own", NULL },
  { "vault_open_fd", "fd:int[0..2147483647]!", vaultOpenFd, LORE_DIRECT, "open it with the key that a descriptor gives",
    NULL },
  { "vault_close", "", vaultClose, LORE_DIRECT, "wipe the key; 1", "" },
};

static const LoreSetting kSettings[] = {
  { "protect_attributes", "word(auto|on|off)", "auto",
    "whether graph_put_node and graph_merge_node keep secrets of attributes in the vault; auto: where there is one" },
  { "secret_reveals_per_minute", "int[1..1000000]", "60", "how many secrets secret_get and secret_reveal give out in a minute" },
};

static const LoreProtector kProtector = { vaultFinds, vaultProtect, vaultReveal };

const LoreSubsystem kVault = {
  .name = "vault",
  .tenant_rule = "denied",
  .verbs = LORE_TABLE(kVerbs),
  .readers = LORE_TABLE(kReaders),
  .functions = LORE_TABLE(kFunctions),
  .settings = LORE_TABLE(kSettings),
  .direct_readers = "vault_status",
  .figures = SQL_VAULT_INFO,
  .protector = &kProtector,
};
