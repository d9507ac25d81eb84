/*
** metrics: time series. So far the calendar's buckets, and aggregates over values in the order of their time.
**
** The work is done by pure cores: zone.c and its neighbours read the system's time zones, bucket.c and step.c know where
** buckets start, series.c keeps values in the order of time, lttb.c thins them out.
*/
#include "metrics/metrics.h"

#include "metrics/bucket.h"
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

/* Not pure: a zone's rules are read from the system, and differ between machines and over the years. */
static const LoreFunction kFunctions[] = {
  { "time_bucket", "step! at:time! tz:text[0..64]", timeBucket, LORE_READS,
    "start of the bucket of a time: steps as '15m', '1d', '3mo', with tz by that zone's clocks",
    "'1d', '2026-03-29T12:00:00Z', 'Europe/Berlin'" },
};

const LoreSubsystem kMetrics = {
  .name = "metrics",
  .functions = LORE_TABLE(kFunctions),
  .aggregates = { kSeriesAggregates, SERIES_AGGREGATES },
};
