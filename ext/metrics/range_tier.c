/*
** Roll-ups of a range: see range_tier.h. Roll-ups and points go in by time: a roll-up at its first point, so that what came late
** before and after its points is in order; a bucket of the range gets those roll-ups that begin in it.
*/
#include "metrics/range_tier.h"

#include "metrics/rollups.h"

/* ---- Roll-ups ---- */

enum { ROW_BUCKET, ROW_ROLLUP, ROW_SKETCH = ROW_ROLLUP + ROLLUP_COLUMNS - 1 };

static void nextRow(RangeTier *tier){
  tier->has_row = loreNext(tier->rows);
  if( !tier->has_row ){
    tier->rows = NULL;
    return;
  }
  tier->bucket = loreColumnInt(tier->rows, ROW_BUCKET);
  rollupRead(tier->call, tier->rows, ROW_ROLLUP, &tier->row);
  tier->row.parts = tier->tally->parts;
}

static void takeRow(RangeTier *tier){
  tallyFits(tier->tally, tier->bucket, tier->bucket);
  if( rangeIsQuantile(tier->fn) ){
    size_t length;
    const void *sketch = loreColumnBlob(tier->rows, ROW_SKETCH, &length);
    const char *why = tallySketch(tier->tally, &tier->row, sketch, length);
    if( why ){
      loreRefuse(tier->call, LORE_NOT_READY, "the sketch of bucket %lld of series %lld in tier '%s' %s",
                 (sqlite3_int64)tier->bucket, tier->series, tier->name, why);
    }
  }else{
    tallyMerge(tier->tally, &tier->row);
  }
  nextRow(tier);
}

/* ---- Points ---- */

/* Stands at a point, if there is one. */
static void nextPiece(RangeTier *tier){
  while( tier->has_points && tier->place==tier->count ){
    tier->has_points = streamNext(&tier->stream);
    tier->place = 0;
    tier->count = tier->has_points ? streamPoints(&tier->stream) : 0;
  }
}

/* When the row comes in: at its first point, or where its bucket of the range ends before that. */
static int64_t timeOfRow(const RangeTier *tier){
  return gridNext(tier->tally->grid, tier->bucket) > tier->row.first_time ? tier->row.first_time : tier->bucket;
}

static void takePoints(RangeTier *tier){
  const int64_t *times = tier->stream.times + tier->place;
  int64_t until = tier->has_row ? timeOfRow(tier) : INT64_MAX;
  int run = 1, left = tier->count - tier->place;
  while( run < left && run < FRAME_POINTS && times[run] < until ) run++;
  tier->place += tallyPoints(tier->tally, times, tier->stream.values + tier->place, run);
}

/* ---- All ---- */

void rangeTierBegin(RangeTier *tier, LoreCall *call, RangeFn fn, Tally *tally, sqlite3_int64 series, const char *name,
                    const PlanSegment *segment){
  tier->call = call;
  tier->fn = fn;
  tier->tally = tally;
  tier->series = series;
  tier->name = name;
  tier->place = tier->count = 0;
  loreLetInt(call, "range_series", series);
  loreLetText(call, "range_tier", name);
  loreLetInt(call, "range_since", segment->since);
  loreLetInt(call, "range_until", segment->rows_until);
  tier->rows = loreQuery(call, SQL_METRIC_RANGE_ROLLUPS);
  tier->has_stream = tier->has_points = segment->points_until > segment->since;
  if( tier->has_stream ) streamBegin(call, &tier->stream, series, (CodecRange){ segment->since, segment->points_until - 1 });
  nextRow(tier);
}

void rangeTierEnd(RangeTier *tier){
  loreDone(tier->rows);
  tier->rows = NULL;
  if( tier->has_stream ) streamEnd(&tier->stream);
  tier->has_stream = tier->has_points = 0;
}

int rangeTierNext(RangeTier *tier){
  nextPiece(tier);
  int has_points = tier->place < tier->count;
  if( loreFailed(tier->call) || (!has_points && !tier->has_row) ) return 0;
  if( has_points && !(tier->has_row && timeOfRow(tier) <= tier->stream.times[tier->place]) ) takePoints(tier);
  else takeRow(tier);
  if( tier->tally->failed ) loreNoMemory(tier->call);
  return !loreFailed(tier->call);
}
