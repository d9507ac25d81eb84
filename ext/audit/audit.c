/*
** audit: a history that can't be changed without a trace.
**
** Each entry bears the hash of the one before it (chain.c, pure); who has the signing key signs the head now and then
** (checkpoint.c, keys.c, keyfile.c), and what is old may go when that is signed (checkpoint.c). The verifier (verify.c, pure) goes
** through the tables (tables.c) or through an export (lines.c, pure) and says how far they can be believed. Other subsystems' verbs
** hand their events over by loreAudit (append.c).
**
** Storage: sql/schema/audit. Statements: sql/statements/audit.sql.
*/
#include "audit/append.h"
#include "audit/checkpoint.h"
#include "audit/keys.h"
#include "audit/readers.h"

static const LoreVerb kVerbs[] = {
  { "audit_append",
    "event_type:text[1..200]! originator_id:text[1..1000]! payload:json target_id:text[0..1000] event_id:text[1..200]", auditAppend,
    WRITES_BY_ITSELF("audit_log audit_database"), "add an entry to the log; its sequence_number",
    "'login', 'ann', '{\"from\": \"office\"}', 'session-1', 'event-1'" },
  { "audit_checkpoint", "", auditCheckpoint, WRITES("audit_checkpoints audit_keys"),
    "sign the head of the log with the key of this connection; the sequence_number that is signed", NULL },
  { "audit_prune", "before:time!", auditPruneBefore, WRITES("audit_log audit_prunes audit_keys"),
    "take the oldest entries away, and sign that; how many", NULL },
  { "audit_rotate_key", "path:text[1..4096]!", auditRotateKey, WRITES("audit_keys audit_prunes audit_log audit_database"),
    "go on with the key in another file, which the present one signs; the key_id of the new one", NULL },
};

#define ANCHOR "count:int[0..] hash:text[0..64] public_key:text[0..200]"
#define VERDICT \
  "status TEXT, sequence_number INTEGER, statement TEXT, consistent_to INTEGER, signed_to INTEGER, anchored_to INTEGER"

static const LoreReader kReaders[] = {
  { "audit_head", "", "count INTEGER, hash TEXT, signature TEXT, key_id TEXT, public_key TEXT, signed_at TEXT", SQL_AUDIT_HEAD_ROWS,
    "how many entries there ever were, and the hash of the last: to keep elsewhere", "", NULL },
  { "audit_verify", ANCHOR, VERDICT, SQL_NONE, "how far the log can be believed, or the first entry that is wrong", "",
    auditVerify },
  { "audit_export", "", "line TEXT", SQL_AUDIT_EXPORT_LINES, "the log with its keys and signatures as JSON lines", "", NULL },
  { "audit_verify_lines", "lines:any! " ANCHOR, VERDICT, SQL_NONE, "audit_verify, of an export",
    "(SELECT group_concat(line, char(10)) FROM audit_export)", auditVerifyLines },
};

static const LoreFunction kFunctions[] = {
  { "audit_key_file", "path:text[0..4096]", auditKeyFile, LORE_DIRECT,
    "read this connection's signing key from a file; its public key. Without a path: forget it", "" },
};

static const LoreSetting kSettings[] = {
  { "audit", "word(on|off)", "off",
    "approvals, rollbacks, imports, reveals, locks and changes of keys append to audit_log by themselves" },
  { "alert_unsigned_hours", "int[0..]", "24",
    "hours that the audit log was not signed after an entry, above which lore_alerts has a row" },
};

static const LoreAlert kAlerts[] = {
  { "audit.unsigned_hours", "alert_unsigned_hours", SQL_AUDIT_ALERT_UNSIGNED, 0, "warning",
    "entries of the audit log are not signed: call audit_checkpoint" },
};

const LoreSubsystem kAudit = {
  .name = "audit",
  .tenant_rule = "denied",
  .verbs = LORE_TABLE(kVerbs),
  .readers = LORE_TABLE(kReaders),
  .functions = LORE_TABLE(kFunctions),
  .settings = LORE_TABLE(kSettings),
  .direct_readers = "*",
  .figures = SQL_AUDIT_INFO,
  .audits = auditKeep,
  .alerts = LORE_TABLE(kAlerts),
};
