/*
** pattern_snapshot_trend: reads what trend.h judges.
**
** A run is what bears one cycle_id; without one, what bears one detected_at.
*/
#include <string.h>

#include "snapshots/snapshots.h"
#include "snapshots/trend.h"

/* Sizes of the newest snapshots; the moment of the newest, NULL when there is none. */
static const char *readSizes(LoreCall *call, Trend *trend){
  const char *newest = NULL;
  loreLetInt(call, "most", 1 + TREND_BEFORE);
  LoreStatement *rows = loreQuery(call, SQL_PATTERN_SNAPSHOT_SIZES);
  while( trend->count < 1 + TREND_BEFORE && loreNext(rows) ){
    trend->sizes[trend->count++] = (TrendSize){ loreColumnReal(rows, 0), loreColumnGiven(rows, 1), loreColumnReal(rows, 1) };
    if( newest==NULL ) newest = loreFormat(call, "%s", loreColumnText(rows, 2));
  }
  loreDone(rows);
  return newest;
}

/* Which of the runs met so far this is; a new one at the end. -1 when there is no more room, or memory. */
static int runOf(LoreCall *call, const char *runs[TREND_RUNS], int *count, const char *run){
  for(int i = 0; i < *count; i++) if( run && runs[i] && strcmp(runs[i], run)==0 ) return i;
  if( *count==TREND_RUNS ) return -1;
  runs[*count] = loreFormat(call, "%s", run);
  return runs[*count] ? (*count)++ : -1;
}

/* Walks back through the snapshots of all patterns until a sixth run begins; the moment where it stopped. */
static const char *readRuns(LoreCall *call, Trend *trend){
  const char *runs[TREND_RUNS] = { NULL };
  int seen[TREND_RUNS] = { 0 };
  char oldest[64] = "";
  LoreStatement *rows = loreQuery(call, SQL_PATTERN_SNAPSHOT_RUNS);
  while( loreNext(rows) ){
    int run = runOf(call, runs, &trend->runs, loreColumnText(rows, 0));
    if( run < 0 ) break;
    if( loreColumnInt(rows, 2) ) seen[run] = 1;
    sqlite3_snprintf(sizeof oldest, oldest, "%s", loreColumnText(rows, 1));
  }
  loreDone(rows);
  for(int i = 0; i < trend->runs; i++) trend->runs_seen += seen[i];
  trend->in_newest_run = seen[0];
  return loreFormat(call, "%s", oldest);
}

static void rowReal(LoreCall *call, int given, double value){
  if( given ) loreRowReal(call, value);
  else loreRowText(call, NULL);
}

void trendRow(LoreCall *call){
  Trend trend = { .count = 0 };
  const char *newest = readSizes(call, &trend);
  if( newest==NULL ) return;
  const char *oldest = readRuns(call, &trend);
  const char *first = loreFindText(call, SQL_PATTERN_SNAPSHOT_FIRST);
  if( loreFailed(call) ) return;
  trend.began_in_runs = trend.runs < TREND_RUNS || (first && strcmp(first, oldest) >= 0);
  trendJudge(&trend);
  loreRowText(call, loreText(call, 0));
  loreRowText(call, trend.word);
  loreRowInt(call, (sqlite3_int64)trend.sizes[0].entities);
  rowReal(call, trend.has_mean, trend.entities_mean);
  rowReal(call, trend.sizes[0].has_evidence, trend.sizes[0].evidence);
  rowReal(call, trend.has_evidence_mean, trend.evidence_mean);
  loreRowInt(call, trend.runs_seen);
  loreRowInt(call, trend.runs);
  loreRowText(call, first);
  loreRowText(call, newest);
}
