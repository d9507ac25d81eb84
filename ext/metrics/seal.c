/*
** Sealing: see seal.h.
*/
#include "metrics/seal.h"

#include "metrics/chunks.h"

enum { BATCH = 8192 }; /* points of a head that are looked at together */

/* ---- The head ---- */

/* The earliest points of the head into a list. */
static void readHead(LoreCall *call, sqlite3_int64 series, sqlite3_int64 most, MetricPoints *head){
  loreLetInt(call, "series", series);
  loreLetInt(call, "seal_most", most < BATCH ? most : BATCH);
  LoreStatement *rows = loreQuery(call, SQL_METRIC_HEAD_FIRST);
  while( loreNext(rows) && pointsReserve(call, head, 1) ) pointsAdd(head, loreColumnInt(rows, 0), loreColumnReal(rows, 1));
  loreDone(rows);
}

static void deleteHead(LoreCall *call, const MetricPoints *head){
  loreLetInt(call, "first_ts", head->times[0]);
  loreLetInt(call, "last_ts", head->times[head->count - 1]);
  if( loreRun(call, SQL_METRIC_HEAD_DELETE)!=head->count && !loreFailed(call) ){
    loreRefuse(call, LORE_REFUSED, "a row was not deleted: a trigger ignored it");
  }
}

/* ---- Merging ---- */

/* Adds the chunk's points and those of the head up to a time, in their order; of two of a time that of the head. *next: of the
** head, the first that is left. */
static void merge(LoreCall *call, const MetricPoints *chunk, const MetricPoints *head, int *next, int64_t until, MetricPoints *to){
  int old = 0;
  if( !pointsReserve(call, to, chunk->count + head->count - *next) ) return;
  while( *next < head->count && head->times[*next] <= until ){
    int64_t time = head->times[*next];
    for(; old < chunk->count && chunk->times[old] < time; old++) pointsAdd(to, chunk->times[old], chunk->values[old]);
    if( old < chunk->count && chunk->times[old]==time ) old++;
    pointsAdd(to, time, head->values[(*next)++]);
  }
  for(; old < chunk->count; old++) pointsAdd(to, chunk->times[old], chunk->values[old]);
}

static int isSmall(const MetricChunk *chunk){
  return chunk->count < CODEC_POINTS_MOST;
}

/* A small chunk after what was merged is joined when the rest of it has room for it. */
static int joins(const MetricPoints *merged, const MetricChunk *after){
  return isSmall(after) && merged->count % CODEC_POINTS_MOST + after->count <= CODEC_POINTS_MOST;
}

/* Seals from the next point of the head on to the first gap or full chunk that no more of it reaches. */
static void sealRegion(LoreCall *call, sqlite3_int64 series, const MetricPoints *head, int *next){
  LoreBlock *mark = loreMark(call);
  MetricPoints merged = { .count = 0 }, old = { .count = 0 };
  MetricChunk chunk, after;
  int64_t time = head->times[*next];
  int has = metricChunkAt(call, series, time, &chunk) && (chunk.end >= time || isSmall(&chunk)), has_after = 0;
  do{
    old.count = 0;
    if( has ) metricChunkTake(call, series, &chunk, &old);
    has_after = metricChunkAfter(call, series, time, &after);
    merge(call, &old, head, next, has_after ? after.start - 1 : INT64_MAX, &merged);
    has = has_after && joins(&merged, &after);
    chunk = after;
    time = after.start;
  }while( has && !loreFailed(call) );
  metricChunksWrite(call, series, merged.times, merged.values, merged.count, has_after);
  loreReleaseSince(call, mark);
}

static void sealBatch(LoreCall *call, sqlite3_int64 series, const MetricPoints *head){
  int next = 0;
  while( next < head->count && !loreFailed(call) ) sealRegion(call, series, head, &next);
  deleteHead(call, head);
}

sqlite3_int64 metricSealSeries(LoreCall *call, sqlite3_int64 series, sqlite3_int64 most){
  LoreBlock *mark = loreMark(call);
  MetricPoints head = { .count = 0 };
  sqlite3_int64 sealed = 0;
  while( sealed < most && !loreFailed(call) ){
    head.count = 0;
    readHead(call, series, most - sealed, &head);
    if( head.count==0 || loreFailed(call) ) break;
    sealBatch(call, series, &head);
    sealed += head.count;
  }
  loreReleaseSince(call, mark);
  return sealed;
}

/* ---- Small chunks ---- */

/* The chunks from one on that are neighbours and small, at most so many that they are worth it together. */
typedef struct Run {
  MetricChunk first, last;
  int chunks, points;
} Run;

/* The first run of small neighbours that begins after a time; 0 when there is none. */
static int findRun(LoreCall *call, sqlite3_int64 series, int64_t time, Run *run){
  MetricChunk next;
  loreLetInt(call, "series", series);
  loreLetInt(call, "chunk_ts", time);
  *run = (Run){ .chunks = 0 };
  LoreStatement *row = loreQuery(call, SQL_METRIC_SMALL_AFTER);
  if( !loreNext(row) ) return 0;
  run->first = (MetricChunk){ .id = loreColumnInt(row, 0), .start = loreColumnInt(row, 1), .end = loreColumnInt(row, 2),
                              .count = (int)loreColumnInt(row, 3) };
  loreDone(row);
  run->last = next = run->first;
  do{
    run->last = next;
    run->chunks++;
    run->points += next.count;
  }while( run->points < BATCH && metricChunkAfter(call, series, next.start, &next) && isSmall(&next) );
  return !loreFailed(call);
}

static void joinRun(LoreCall *call, sqlite3_int64 series, const Run *run){
  LoreBlock *mark = loreMark(call);
  MetricPoints points = { .count = 0 };
  MetricChunk chunk = run->first;
  for(int i = 0; i < run->chunks && !loreFailed(call); i++){
    metricChunkTake(call, series, &chunk, &points);
    metricChunkAfter(call, series, chunk.start, &chunk);
  }
  if( !loreFailed(call) ) metricChunksWrite(call, series, points.times, points.values, points.count, 0);
  loreReleaseSince(call, mark);
}

void metricJoinSmall(LoreCall *call, sqlite3_int64 series){
  Run run;
  int64_t time = INT64_MIN;
  while( findRun(call, series, time, &run) ){
    if( (run.points + CODEC_POINTS_MOST - 1)/CODEC_POINTS_MOST < run.chunks ) joinRun(call, series, &run);
    time = run.last.start;
  }
}

/* ---- metric_seal ---- */

/* Moves on to the next series of a query; 0 when there is none. */
static int nextSeries(LoreCall *call, LoreSql query, sqlite3_int64 *series){
  loreLetInt(call, "series", *series);
  LoreStatement *row = loreQuery(call, query);
  if( !loreNext(row) ) return 0;
  *series = loreColumnInt(row, 0);
  loreDone(row);
  return !loreFailed(call);
}

void metricSeal(LoreCall *call){
  enum { MAX_ROWS };
  sqlite3_int64 most = loreGiven(call, MAX_ROWS) ? loreInt(call, MAX_ROWS) : INT64_MAX, sealed = 0, series = INT64_MIN;
  while( sealed < most && nextSeries(call, SQL_METRIC_HEAD_SERIES, &series) ){
    sealed += metricSealSeries(call, series, most - sealed);
  }
  for(series = INT64_MIN; nextSeries(call, SQL_METRIC_SMALL_SERIES, &series);) metricJoinSmall(call, series);
  if( sealed==0 ) loreNotice(call, "the head is empty");
  loreResultInt(call, sealed);
}
