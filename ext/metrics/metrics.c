/*
** metrics: time series, what has happened, the calendar's buckets, and aggregates over values in the order of their time.
**
** A point comes by record.c, waits in collection.c, is written by write.c, and becomes part of a chunk by seal.c; identity.c knows
** which series it is of, stream.c gives all points of a series back. Over that: points as rows (readers.c), one number a bucket
** (range.c), roll-ups and retention (maintain.c). What has happened is written by correlations.c and read by recall.c and logs.c.
**
** The hard work is done by pure cores: codec.c packs points, fold.c and aggregate.c compute out of packed ones, zone.c and its
** neighbours read the system's time zones, bucket.c and step.c know where buckets start, series.c keeps values in order of time.
**
** Storage: sql/schema/metrics. Statements: sql/statements/metrics.sql.
*/
#include "metrics/metrics.h"

#include "metrics/bucket.h"
#include "metrics/collection.h"
#include "metrics/correlations.h"
#include "metrics/maintain.h"
#include "metrics/range.h"
#include "metrics/readers.h"
#include "metrics/record.h"
#include "metrics/seal.h"
#include "metrics/tiers.h"
#include "metrics/zones.h"

/* Result: TEXT, when the bucket of `at` starts. */
static void timeBucket(LoreCall *call){
  enum { STEP, AT, TZ };
  BucketStep step;
  const Zone *zone = zoneOf(call, TZ);
  if( loreFailed(call) ) return;
  if( !bucketStepParse(loreText(call, STEP), loreTextLength(call, STEP), &step) ){
    loreRefuse(call, LORE_BAD_ARGUMENT, "step must be one as '15m', '1d' or '3mo', or seconds, of at most 10000 years, got %s",
               loreShow(call, STEP));
    return;
  }
  loreResultText(call, loreTimeText(call, bucketStart(&step, zone, loreTime(call, AT))));
}

#define SCOPE "scope:word(local|identity|environment|community|network)"
#define RETENTION "retention_policy:word(raw|aggregated|downsampled)=raw"
#define WORDS "text[0..200]"
#define ID "id:text[1..200]"

static const LoreVerb kVerbs[] = {
  { "metric_record", "name:text[1..200]! value:number! tags:object kind:word(gauge|counter) at:moment", metricRecord,
    WRITES_BY_ITSELF("metric_series metric_tags metric_recent metric_chunks metric_dirty graph_nodes"),
    "store one point of a series; the id of the series", "'cpu', 0.25, '{\"host\": \"a1\"}', 'gauge'" },
  { "metric_seal", "max_rows:int[1..]", metricSeal, WRITES("metric_recent metric_chunks"),
    "compress points of the head into chunks; how many", "1000" },
  { "metric_delete", "name:text[1..200]! tags:object since:moment until:moment", metricDelete,
    WRITES("metric_recent metric_chunks metric_rollups metric_dirty metric_series metric_tags metric_coverage"),
    "delete points, also from roll-ups; how many", "'cpu', '{\"host\": \"a1\"}', '2020-01-01', '2020-02-01'" },
  { "metric_tier", "tier:text[1..64]! step:text[1..40]! keep_for:text[1..40]!", metricTier,
    WRITES("metric_tiers metric_rollups metric_dirty metric_coverage"),
    "declare how long raw points, or roll-ups of a step, are kept; 1, or 0 when it is so already", "'hourly', '1h', '1y'" },
  { "metric_tier_drop", "tier:text[1..64]!", metricTierDrop, WRITES("metric_tiers metric_rollups metric_dirty metric_coverage"),
    "forget a tier and its roll-ups; 1, or 0 when there is none", "'hourly'" },
  { "metric_tiers_default", "", metricTiersDefault, WRITES("metric_tiers"),
    "declare raw 24 h, aggregated (1 min) 30 d, downsampled (1 h) 365 d; how many were new", "" },
  { "lore_maintain", "budget_ms:int[0..]", loreMaintain,
    WRITES("metric_recent metric_chunks metric_rollups metric_dirty metric_coverage metric_series metric_tags correlations "
           "graph_nodes"),
    "seal, roll up and prune for that long; how many units are left", "1000" },
  { "log_record",
    "level:word(" LOG_LEVELS ")! message:text[1..1000000]! tags:object service_type:" WORDS " trace_id:" WORDS " " SCOPE " "
    RETENTION " " ID,
    logRecord, WRITES_BY_ITSELF("correlations"), "store a line of a log; its id",
    "'error', 'disk is full', '{\"host\": \"db1\"}', 'storage', 'trace-1', 'local', 'raw', 'log-1'" },
  { "correlation_record",
    "correlation_type:word(" CORRELATION_TYPES "|" SERVICE_CORRELATION ")! service_type:text[1..200]! action_type:" WORDS " "
    "handler_name:" WORDS " request_data:json response_data:json tags:object status:word(pending|completed|failed)=completed "
    "trace_id:" WORDS " span_id:" WORDS " parent_span_id:" WORDS " " SCOPE " " RETENTION " " ID,
    correlationRecord, WRITES_BY_ITSELF("correlations"), "store what a service has done, a span or an audit event; its id",
    "'service_interaction', 'llm', 'complete', 'chat', '{\"prompt\": \"hi\"}', NULL, '{\"model\": \"small\"}', 'pending', "
    "'trace-1', 'span-1', NULL, 'local', 'raw', 'call-1'" },
  { "correlation_update", "id:text[1..200]! status:word(pending|completed|failed)! response:json", correlationUpdate,
    WRITES_BY_ITSELF("correlations"), "what was pending is completed or failed; 1, or 0 when it was already",
    "'call-1', 'completed', '{\"text\": \"hello\"}'" },
};

static const LoreReader kReaders[] = {
  { "timeseries_recall",
    "hours:real[0..87600000]=24 types:text[1..1000] " SCOPE " tags:object since:time until:time max_rows:int[1..]=1000 at:time",
    "time TEXT, correlation_type TEXT, name TEXT, value REAL, level TEXT, message TEXT, tags TEXT, scope TEXT, "
    "correlation_id TEXT",
    SQL_NONE, "what has happened in the last hours, oldest first", "876000, 'log_entry', 'local', '{\"host\": \"db1\"}'",
    timeseriesRecall },
  { "log_search",
    "level:word(" LOG_LEVELS ")=debug contains:text[1..4096] since:time until:time service_type max_rows:int[1..]=1000",
    "time TEXT, log_level TEXT, service_type TEXT, message TEXT, tags TEXT, trace_id TEXT, scope TEXT, correlation_id TEXT",
    SQL_NONE, "lines of logs from a level on, newest first", "'warning', 'disk'", logSearch },
  { "trace_of", "trace_id:text[1..4096]!",
    "depth INTEGER, time TEXT, correlation_type TEXT, status TEXT, service_type TEXT, handler_name TEXT, action_type TEXT, "
    "level TEXT, message TEXT, span_id TEXT, parent_span_id TEXT, correlation_id TEXT",
    SQL_TRACE_ROWS, "all of a trace in the order of time, with its depth below the first span", "'trace-1'", NULL },
  { "metric_points", "name since:moment until:moment tags:object series_id:int ts_from:any ts_to:any",
    "name TEXT, tags TEXT, ts INTEGER, time TEXT, value REAL, series_id INTEGER", SQL_NONE,
    "the raw points of series, in the order of name, tags and time", "'cpu', '2026-01-01', NULL, '{\"host\": \"a1\"}'",
    metricPoints },
  { "metric_range", RANGE_SIGNATURE, RANGE_COLUMNS, SQL_NONE,
    "one number for each bucket of time in which a series has points",
    "'cpu', '2026-01-01', NULL, '1d', NULL, 'p99'", metricRange },
  { "metric_fill", FILL_SIGNATURE, RANGE_COLUMNS, SQL_NONE,
    "that, and a row for each empty bucket: without a value, or with one by the buckets beside it",
    "'cpu', '2026-01-01', '2026-01-02', '1h', NULL, 'avg', NULL, 'linear', 3", metricFill },
  { "metric_latest", "name tags:object",
    "name TEXT, tags TEXT, ts INTEGER, time TEXT, value REAL, kind TEXT, series_id INTEGER", SQL_NONE,
    "the newest point of each series", "'cpu'", metricLatest },
  { "metric_series_list", "name",
    "series_id INTEGER, name TEXT, tags TEXT, kind TEXT, points INTEGER, first_ts INTEGER, last_ts INTEGER, since TEXT, "
    "until TEXT, chunks INTEGER, recent INTEGER, bytes INTEGER, created_at TEXT", SQL_METRIC_SERIES_ROWS,
    "series with how many points they have, from when to when, and in how many bytes", "'cpu'", NULL },
};

static const LoreSearchable kSearchables[] = {
  { "correlations", "tags", NULL },
};

/* Not pure: a zone's rules are read from the system, and differ between machines and over the years. */
static const LoreFunction kFunctions[] = {
  { "time_bucket", "step! at:moment! tz:text[0..64]", timeBucket, LORE_READS,
    "start of the bucket of a time: steps as '15m', '1d', '3mo', with tz by that zone's clocks",
    "'1d', '2026-03-29T12:00:00Z', 'Europe/Berlin'" },
};

static const LoreSetting kSettings[] = {
  { "alert_maintenance_hours", "int[0..]", "24", "hours that a tier is behind its series, above which lore_alerts has a row" },
  { "metric_nodes", "word(on|off)", "off",
    "the first point of a series makes a node metric/<name> of type tsdb_data in the graph" },
};

static const LoreAlert kAlerts[] = {
  { "metrics.maintenance_hours", "alert_maintenance_hours", SQL_METRIC_ALERT_MAINTENANCE, 0, "warning",
    "roll-ups are behind: call lore_maintain" },
};

const LoreSubsystem kMetrics = {
  .name = "metrics",
  .tenant_rule = "denied",
  .verbs = LORE_TABLE(kVerbs),
  .readers = LORE_TABLE(kReaders),
  .functions = LORE_TABLE(kFunctions),
  .aggregates = { kSeriesAggregates, SERIES_AGGREGATES },
  .searchables = LORE_TABLE(kSearchables),
  .settings = LORE_TABLE(kSettings),
  .collector = &kMetricCollector,
  .figures = SQL_METRICS_INFO,
  .validate = SQL_METRIC_VALIDATE,
  .times = "correlations.timestamp|correlations.created_at|correlations.updated_at",
  .alerts = LORE_TABLE(kAlerts),
};
