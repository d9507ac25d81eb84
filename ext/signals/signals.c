/*
** signals: what collectors found, each fact once; what has been done with it; what is known downstream;
** whether the evidence is enough.
**
** Storage: sql/schema/signals. Statements: sql/statements/signals.sql.
*/
#include "signals/signals.h"

enum { KNOWN_KEY };

/* Result: 1 when the company has a signal of that type and source, under any of its keys. */
static void isDuplicate(LoreCall *call){
  if( loreGiven(call, KNOWN_KEY) ) loreResultInt(call, loreFindInt(call, SQL_SIGNAL_KNOWN));
}

static void statsJson(LoreCall *call){
  loreResultJson(call, loreFindText(call, SQL_SIGNAL_STATS_OBJECT));
}

#define SIGNAL_COLUMNS                                                                                     \
  "id INTEGER, signal_type TEXT, source_api TEXT, canonical_key TEXT, company_name TEXT, confidence REAL, " \
  "raw_data TEXT, detected_at TEXT, created_at TEXT, source_id TEXT"
#define SUPPRESSION_COLUMNS                                                                            \
  "id INTEGER, canonical_key TEXT, notion_page_id TEXT, status TEXT, company_name TEXT, cached_at TEXT, " \
  "expires_at TEXT, metadata TEXT"

static const LoreVerb kVerbs[] = {
  { "signal_save",
    "signal_type:text[1..200]! source_api:text[1..200]! canonical_key:text[1..2000]! confidence:real[0..1]! raw_data:json! "
    "company_name detected_at:time source_id:text[0..2000]",
    signalSave, WRITES_BY_ITSELF("signals signal_processing"), "store one raw signal; its id, also when it is known",
    "'github_spike', 'github', 'domain:acme.ai', 0.8, '{\"stars\": 900}', 'Acme', '2026-01-02T03:04:05Z', 'evt-1'" },
  { "signal_ingest",
    "signal_type:text[1..200]! source_api:text[1..200]! raw_data:object! confidence:real[0..1]! canonical_key:text[1..2000] "
    "company_name detected_at:time source_id:text[0..2000]",
    signalIngest, WRITES_BY_ITSELF("signals signal_processing signal_ingest_log"),
    "find the key of a document, look whether it is suppressed or known, store it; JSON outcome",
    "'funding_event', 'news', '{\"website\": \"https://acme.ai\", \"name\": \"Acme\"}', 0.6" },
  { "signal_claim",
    "max_rows:int[1..10000]=50 signal_type worker:text[1..200] lease_seconds:int[1..604800]=300 request:text[1..200]",
    signalClaim, WRITES("signal_processing signal_log"),
    "lease the longest waiting signals to one worker; JSON array of {id, token}",
    "1, NULL, 'worker-1', 300, 'request-1'" },
  { "signal_release", "ids:array! token!", signalRelease, WRITES("signal_processing signal_log"),
    "give leased signals back; how many went back to pending", "'[]', 'none'" },
  { "signal_mark_pushed", "id:int! notion_page_id:text[1..500]! metadata:json token", signalMarkPushed,
    WRITES("signal_processing signal_log"), "the signal is downstream; 1, or 0 when it was so already",
    "2, 'page-1', '{\"by\": \"demo\"}'" },
  { "signal_mark_rejected", "id:int! reason! metadata:json token", signalMarkRejected,
    WRITES("signal_processing signal_log"), "the signal is not wanted; 1, or 0 when it was so already", "2, 'a namesake'" },
  { "signal_reopen", "id:int! reason!", signalReopen, WRITES("signal_processing signal_log"),
    "back to pending; 1, or 0 when it was so already", "2, 'looked again'" },
  { "suppression_put",
    "canonical_key:text[1..2000]! notion_page_id:text[1..500]! status:text[1..200]! company_name metadata:json "
    "ttl_days:real[0.0001..36500] expires_at:time",
    suppressionPut, WRITES("suppression_cache"), "known downstream: keep this company's signals out for a while; id of the entry",
    "'domain:other.ai', 'page-2', 'Tracking'" },
  { "suppression_clean", "max_rows:int[1..]", suppressionClean, WRITES_BY_ITSELF("suppression_cache"),
    "delete entries that are over; how many", "100" },
};

static const LoreReader kReaders[] = {
  { "signal_get", "id:int!",
    SIGNAL_COLUMNS ", processing_status TEXT, notion_page_id TEXT, processed_at TEXT, error_message TEXT, "
    "processing_metadata TEXT, attempts INTEGER, lease_worker TEXT, lease_until TEXT, updated_at TEXT",
    SQL_SIGNAL_ROW, "one signal with what was done with it", "1", NULL },
  { "signals_pending", "max_rows:int[1..] signal_type at:time", SIGNAL_COLUMNS ", attempts INTEGER", SQL_SIGNAL_PENDING_ROWS,
    "what waits, longest first; a lease that is over makes pending again", "10", NULL },
  { "signals_for", "canonical_key!", SIGNAL_COLUMNS ", processing_status TEXT", SQL_SIGNAL_ROWS_FOR,
    "a company's signals under all of its keys, newest first", "'domain:acme.ai'", NULL },
  { "signal_why", "id:int! at:time", "what TEXT, value TEXT, at TEXT, detail TEXT", SQL_SIGNAL_REASONS,
    "why a signal is where it is", "1", NULL },
  { "signal_verdicts", "canonical_key strict:int[0..1]=0 at:time",
    "canonical_key TEXT, company_name TEXT, signals INTEGER, pending INTEGER, sources INTEGER, newest_at TEXT, decision TEXT, "
    "verification_status TEXT, confidence_score REAL, reason TEXT, suggested_status TEXT, breakdown TEXT",
    SQL_GATE_VERDICTS, "every company with pending signals, and whether the evidence is enough", "", NULL },
  { "suppression_check", "canonical_key! at:time", SUPPRESSION_COLUMNS, SQL_SUPPRESSION_OF,
    "the fresh entry of a company, if it has one", "'domain:other.ai'", NULL },
  { "suppression_check_any", "refs:object! at:time", SUPPRESSION_COLUMNS ", candidate TEXT", SQL_SUPPRESSION_ANY,
    "the fresh entry of the best of a document's keys, if one has", "'{\"domain\": \"other.ai\"}'", NULL },
  { "signal_stats", "at:time", "name TEXT, value INTEGER", SQL_SIGNAL_FIGURES,
    "how many signals, companies, sources, types", "", NULL },
  { "signal_processing_stats", "at:time", "name TEXT, value INTEGER", SQL_SIGNAL_PROCESSING_FIGURES,
    "how many signals are pending, claimed, pushed, rejected", "", NULL },
};

static const LoreFunction kFunctions[] = {
  { "signal_is_duplicate", "canonical_key signal_type source_api", isDuplicate, LORE_READS,
    "1 when the company has such a signal", "'domain:acme.ai', 'github_spike'" },
  { "signal_stats_json", "at:time", statsJson, LORE_READS, "all figures of one moment as JSON", "" },
};

static const LoreSetting kSettings[] = {
  { "alert_pending_signals", "int[0..]", "1000", "signals that wait, above which lore_alerts has a row" },
  { "alert_oldest_pending_days", "int[0..36500]", "7", "days that a signal has waited, above which lore_alerts has a row" },
  { "alert_active_suppressions", "int[0..]", "10",
    "active suppressions, below which lore_alerts has a row where there are any at all" },
  { "suppression_ttl_days", "int[1..36500]", "7", "days that suppression_put keeps an entry when it is not told" },
};


static const LoreSql kAdoptions[] = { SQL_SIGNAL_ADOPT_PROCESSING };

static const LoreAlert kAlerts[] = {
  { "signals.pending", "alert_pending_signals", SQL_SIGNAL_ALERT_PENDING, 0, "warning", "signals wait to be looked at" },
  { "signals.oldest_pending_days", "alert_oldest_pending_days", SQL_SIGNAL_ALERT_OLDEST, 0, "warning",
    "a signal has waited for long" },
  { "signals.active_suppressions", "alert_active_suppressions", SQL_SIGNAL_ALERT_SUPPRESSIONS, 1, "warning",
    "the suppression cache runs out: it is not refreshed" },
  { "signals.expired_leases", "alert_expired_leases", SQL_SIGNAL_ALERT_LEASES, 0, "warning",
    "claimed signals were not ended in time" },
};

const LoreSubsystem kSignals = {
  .name = "signals",
  .tenant_rule = "denied",
  .verbs = LORE_TABLE(kVerbs),
  .readers = LORE_TABLE(kReaders),
  .functions = LORE_TABLE(kFunctions),
  .aggregates = { &kSignalGate, 1 },
  .settings = LORE_TABLE(kSettings),
  .figures = SQL_SIGNAL_INFO,
  .validate = SQL_SIGNAL_VALIDATE,
  .times = "signals.detected_at|signals.created_at|signal_processing.processed_at|signal_processing.created_at|"
           "signal_processing.updated_at|suppression_cache.cached_at|suppression_cache.expires_at",
  .adoptions = LORE_TABLE(kAdoptions),
  .alerts = LORE_TABLE(kAlerts),
};
