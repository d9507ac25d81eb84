/*
** snapshots: what a detection run has found, what a day has cost, and the events that tell others of it.
**
** Storage: sql/schema/snapshots. Statements: sql/statements/snapshots.sql.
*/
#include <string.h>

#include "engine/text.h"
#include "snapshots/snapshots.h"

#define DAY_MS 86400000LL

/* The window of a reader that takes days, and one a day wider on both sides for times as others write them. */
static void setWindow(LoreCall *call, int days){
  LoreTime since = loreNow(call) - (LoreTime)(loreReal(call, days)*DAY_MS);
  loreLetTime(call, "since", since);
  loreLetTime(call, "first", since - DAY_MS);
  loreLetTime(call, "last", loreNow(call) + DAY_MS);
}

static void windowFirst(LoreCall *call){
  setWindow(call, 0);
}

static void windowSecond(LoreCall *call){
  setWindow(call, 1);
}

/* Types are stored in lower case. */
static void lowerType(LoreCall *call){
  char *word = loreFormat(call, "%s", loreText(call, 0));
  if( word==NULL ) return;
  loreAsciiLower(word, word, strlen(word));
  loreSetText(call, 0, word);
}

#define SEVERITIES "info|watch|low|warning|medium|high|critical|structural|operational|informational"
#define PATTERN_COLUMNS                                                                                      \
  "id TEXT, detected_at TEXT, pattern_id TEXT, pattern_name TEXT, severity TEXT, entities_involved TEXT, " \
  "evidence TEXT, cycle_id TEXT"
#define COST_COLUMNS "id TEXT, computed_at TEXT, snapshot_type TEXT, entity_id TEXT, data TEXT"
#define DAYS "days:real[0..3650000]"

static const LoreVerb kVerbs[] = {
  { "pattern_snapshot_save",
    "pattern_id:text[1..200]! pattern_name:text[1..500]! severity:word(" SEVERITIES ")! entities_involved:array! "
    "evidence:object! cycle_id:text[0..200] id:text[1..200]",
    patternSnapshotSave, WRITES("pattern_snapshots pattern_snapshot_entities intelligence_events"),
    "store what a detection run has found of a pattern; the snapshot's id",
    "'late_payment', 'Payments are late', 'high', '[\"client:acme\", {\"type\": \"invoice\", \"id\": 7}, \"bolt\"]', "
    "'{\"days\": 12}', 'cycle-1', 'snapshot-1'" },
  { "cost_snapshot_save",
    "snapshot_type:text[1..64]! data:object! entity_id:text[0..2000] id:text[1..200]", costSnapshotSave,
    WRITES("cost_snapshots intelligence_events"), "store what something has cost; the snapshot's id",
    "'daily_summary', '{\"total\": 4.25}', NULL, 'cost-1'" },
  { "event_publish",
    "event_type:text[1..200]! severity:word(" SEVERITIES ") entity_type:text[0..200] entity_id:text[0..2000] data:json",
    eventPublish, WRITES_BY_ITSELF("intelligence_events"), "an event for whoever takes it; its id",
    "'report_ready', 'info', 'client', 'acme', '{\"page\": 3}'" },
  { "events_claim",
    "consumer:text[1..200]! max_rows:int[1..10000]=50 event_type:text[1..200] severity:word(" SEVERITIES ") "
    "lease_seconds:int[1..604800]=300 request:text[1..200]",
    eventsClaim, WRITES("intelligence_events"),
    "lease the longest waiting events to one consumer; JSON array of them, each with the token",
    "'reporter', 2, NULL, NULL, 300, 'request-1'" },
  { "events_ack", "token:text[1..200]!", eventsAck, WRITES_BY_ITSELF("intelligence_events"),
    "the events of a token are dealt with; how many", "(SELECT max(lease_token) FROM main.intelligence_events)" },
  { "events_archive", "before:time!", eventsArchive, WRITES("intelligence_events intelligence_events_archive"),
    "move what was consumed before a moment to the archive; how many", "'2999-01-01'" },
};

static const LoreReader kReaders[] = {
  { "pattern_snapshots_of_entity", "entity_type:text[0..200] entity_id:text[1..100000]!", PATTERN_COLUMNS,
    SQL_PATTERN_SNAPSHOTS_OF_ONE_ENTITY, "every pattern that an entity was part of, newest first", "'client', 'acme'", NULL },
  { "pattern_snapshots_in_cycle", "cycle_id!", PATTERN_COLUMNS, SQL_PATTERN_SNAPSHOTS_OF_CYCLE,
    "what one detection run has found, worst first", "'cycle-1'", NULL },
  { "pattern_snapshots_recent", DAYS "=7 at:time", PATTERN_COLUMNS, SQL_PATTERN_SNAPSHOTS_SINCE,
    "the patterns of the last days, newest first", "7", windowFirst },
  { "pattern_snapshots_of", "pattern_id! max_rows:int[1..]=10", PATTERN_COLUMNS, SQL_PATTERN_SNAPSHOTS_OF_PATTERN,
    "the snapshots of one pattern, newest first", "'late_payment'", NULL },
  { "pattern_snapshot_trend", "pattern_id! at:time",
    "pattern_id TEXT, trend TEXT, entities INTEGER, entities_mean REAL, evidence REAL, evidence_mean REAL, runs_seen INTEGER, "
    "runs INTEGER, first_detected_at TEXT, last_detected_at TEXT",
    SQL_NONE, "new, worsening, persistent or resolving, and the numbers behind it", "'late_payment'", trendRow },
  { "cost_latest", "snapshot_type=daily_summary at:time", COST_COLUMNS, SQL_COST_SNAPSHOT_LATEST,
    "the newest cost snapshot of a type", "", lowerType },
  { "cost_history", "entity_id! " DAYS "=30 at:time", COST_COLUMNS, SQL_COST_SNAPSHOTS_OF_ENTITY,
    "an entity's cost snapshots of the last days, newest first", "'acme', 30", windowSecond },
  { "cost_daily", DAYS "=30 at:time", COST_COLUMNS, SQL_COST_SNAPSHOTS_OF_DAYS,
    "the daily summaries of the last days, newest first", "30", windowFirst },
};

static const LoreSetting kSettings[] = {
  { "cost_snapshot_types", "text[0..500]", "",
    "words that snapshot_type may be besides daily_summary, entity_breakdown and service_breakdown, separated by blanks" },
};

static const LoreAlert kAlerts[] = {
  { "snapshots.expired_leases", "alert_expired_leases", SQL_SNAPSHOT_ALERT_LEASES, 0, "warning",
    "claimed events were not acknowledged in time" },
};

const LoreSubsystem kSnapshots = {
  .name = "snapshots",
  .tenant_rule = "denied",
  .verbs = LORE_TABLE(kVerbs),
  .readers = LORE_TABLE(kReaders),
  .settings = LORE_TABLE(kSettings),
  .figures = SQL_SNAPSHOT_INFO,
  .validate = SQL_SNAPSHOT_VALIDATE,
  .times = "pattern_snapshots.detected_at|cost_snapshots.computed_at",
  .alerts = LORE_TABLE(kAlerts),
};
