/*
** The row of a pattern: reading it, writing what follows from its sums, summing its occurrences up again.
**
** A record adds to the sums and never reads the occurrences. They are read when the sums are not there: a
** pattern or an occurrence that other software has made. Its occurrences then get the metrics of their
** workflows, or the pattern's averages where the workflow is unknown; occurrences that the pattern has
** counted and nobody has kept are the columns brought_…, at the averages too.
*/
#include <string.h>

#include "patterns/record.h"

/* Columns of pattern_by_signature and pattern_by_id. */
enum {
  ROW_ID, COUNT, TOKENS_SUM, COST_SUM, DURATION_COUNT, DURATION_SUM, SQUARES_E18, SQUARES_REST, ERROR_COUNT, ERROR_SUM,
  RETRY_COUNT, RETRY_SUM, BROUGHT_COUNT, BROUGHT_TOKENS, BROUGHT_COST
};

/* ---- Reading ---- */

static int readRow(LoreCall *call, LoreSql statement, PatternRow *pattern){
  memset(pattern, 0, sizeof *pattern);
  LoreStatement *row = loreQuery(call, statement);
  if( !loreNext(row) ) return 0;
  pattern->id = loreColumnInt(row, ROW_ID);
  pattern->count = loreColumnInt(row, COUNT);
  pattern->is_known = loreColumnGiven(row, TOKENS_SUM);
  pattern->brought_count = loreColumnInt(row, BROUGHT_COUNT);
  pattern->brought_tokens = loreColumnInt(row, BROUGHT_TOKENS);
  pattern->brought_cost_nano = loreColumnInt(row, BROUGHT_COST);
  pattern->sums = (PatternSums){
    .tokens = loreColumnInt(row, TOKENS_SUM), .cost_nano = loreColumnInt(row, COST_SUM),
    .retry_rows = loreColumnInt(row, RETRY_COUNT),
    .confidence = { .rows = pattern->count, .durations = loreColumnInt(row, DURATION_COUNT),
                    .duration_sum = loreColumnInt(row, DURATION_SUM), .error_rows = loreColumnInt(row, ERROR_COUNT),
                    .error_sum = loreColumnInt(row, ERROR_SUM), .retry_sum = loreColumnInt(row, RETRY_SUM) } };
  PatternSquares squares = { loreColumnInt(row, SQUARES_E18), loreColumnInt(row, SQUARES_REST) };
  patternSetSquares(&pattern->sums.confidence, squares);
  loreDone(row);
  return 1;
}

int patternRowFind(LoreCall *call, const char *signature, PatternRow *pattern){
  loreLetText(call, "signature", signature);
  return readRow(call, SQL_PATTERN_BY_SIGNATURE, pattern);
}

int patternRowById(LoreCall *call, sqlite3_int64 id, PatternRow *pattern){
  loreLetInt(call, "pattern_id", id);
  return readRow(call, SQL_PATTERN_BY_ID, pattern);
}

sqlite3_int64 patternIdOf(LoreCall *call, int argument){
  if( loreIsNumber(call, argument) ){
    loreLetInt(call, "pattern_id", loreInt(call, argument));
    return loreFindInt(call, SQL_PATTERN_EXISTS);
  }
  loreLetArgument(call, "signature", argument);
  return loreFindInt(call, SQL_PATTERN_ID_OF);
}

PatternMetrics patternMetricsOf(LoreStatement *row, int column){
  return (PatternMetrics){
    .tokens = loreColumnInt(row, column), .cost_nano = loreColumnInt(row, column + 1),
    .duration_ms = loreColumnInt(row, column + 2), .has_duration = loreColumnGiven(row, column + 2),
    .errors = loreColumnInt(row, column + 3), .has_errors = loreColumnGiven(row, column + 3),
    .retries = loreColumnInt(row, column + 4), .has_retries = loreColumnGiven(row, column + 4) };
}

/* ---- Writing ---- */

void patternRefuseSwallowed(LoreCall *call){
  loreRefuse(call, LORE_REFUSED, "a row was not stored: a trigger ignored it");
}

/* An update that changed nothing: the row says all that already, or a trigger has swallowed it. */
static void checkStored(LoreCall *call, const PatternRow *pattern){
  PatternRow stored;
  if( loreFailed(call) || !patternRowById(call, pattern->id, &stored) ) return;
  if( memcmp(&stored.sums, &pattern->sums, sizeof stored.sums)!=0 ) patternRefuseSwallowed(call);
}

int patternRowStore(LoreCall *call, const PatternRow *pattern, const char *seen){
  const PatternSums *sums = &pattern->sums;
  const ConfidenceSums *confidence = &sums->confidence;
  PatternFigures figures = patternFigures(sums);
  PatternSquares squares = patternSquares(confidence);
  loreLetInt(call, "pattern_id", pattern->id);
  loreLetText(call, "seen", seen);
  loreLetInt(call, "count", confidence->rows);
  loreLetInt(call, "avg_tokens", figures.tokens);
  loreLetInt(call, "tool_tokens", figures.tool_tokens);
  loreLetReal(call, "avg_cost", figures.cost);
  loreLetReal(call, "tool_cost", figures.tool_cost);
  loreLetReal(call, "savings", figures.savings);
  loreLetReal(call, "confidence", figures.confidence);
  loreLetInt(call, "tokens_sum", sums->tokens);
  loreLetInt(call, "cost_nano_sum", sums->cost_nano);
  loreLetInt(call, "duration_count", confidence->durations);
  loreLetInt(call, "duration_ms_sum", confidence->duration_sum);
  loreLetInt(call, "squares_high", squares.e18);
  loreLetInt(call, "squares_rest", squares.rest);
  loreLetInt(call, "error_rows", confidence->error_rows);
  loreLetInt(call, "error_sum", confidence->error_sum);
  loreLetInt(call, "retry_rows", sums->retry_rows);
  loreLetInt(call, "retry_sum", confidence->retry_sum);
  int changed = loreRun(call, SQL_PATTERN_UPDATE)==1;
  if( !changed ) checkStored(call, pattern);
  return changed;
}

/* ---- Summing up again ---- */

static int addAll(LoreCall *call, PatternSums *sums){
  int fit = 1;
  sqlite3_int64 rows = 0;
  LoreStatement *row = loreQuery(call, SQL_OCCURRENCE_METRICS);
  for(; fit && loreNext(row); rows++){
    PatternMetrics metrics = patternMetricsOf(row, 0);
    if( !loreColumnGiven(row, 0) ) patternRefuseSwallowed(call);
    fit = patternSumsAdd(sums, &metrics);
    if( rows % 1000==999 && loreInterrupted(call) ) break;
  }
  loreDone(row);
  return fit;
}

/* What an occurrence counts of whose workflow nothing is known. */
typedef struct Averages {
  sqlite3_int64 tokens, cost_nano;
} Averages;

static Averages readAverages(LoreCall *call){
  Averages averages = { 0, 0 };
  loreLetInt(call, "most_tokens", PATTERN_MOST_TOKENS);
  loreLetInt(call, "most_cost", PATTERN_MOST_COST);
  LoreStatement *row = loreQuery(call, SQL_PATTERN_AVERAGES);
  if( loreNext(row) ) averages = (Averages){ loreColumnInt(row, 0), loreColumnInt(row, 1) };
  loreDone(row);
  return averages;
}

/* 1 when an occurrence had to be given its metrics. */
static int contribute(LoreCall *call, const Averages *averages){
  loreLetInt(call, "most_seconds", CONFIDENCE_MOST_SECONDS);
  loreLetInt(call, "most_count", CONFIDENCE_MOST_COUNT);
  loreLetInt(call, "average_tokens", averages->tokens);
  loreLetInt(call, "average_cost_nano", averages->cost_nano);
  return loreRun(call, SQL_OCCURRENCES_CONTRIBUTE) > 0;
}

/* What a pattern of other software has counted beyond the occurrences that are there. */
static void bring(LoreCall *call, PatternRow *pattern, const Averages *averages, sqlite3_int64 occurrences){
  sqlite3_int64 missing = pattern->count > occurrences ? pattern->count - occurrences : 0;
  pattern->brought_count = missing;
  int fit = !__builtin_mul_overflow(averages->tokens, missing, &pattern->brought_tokens)
         && !__builtin_mul_overflow(averages->cost_nano, missing, &pattern->brought_cost_nano);
  if( !fit ) loreRefuse(call, LORE_REFUSED, "pattern %lld: its averages x occurrence_count are too large", pattern->id);
  loreLetInt(call, "brought_count", pattern->brought_count);
  loreLetInt(call, "brought_tokens", pattern->brought_tokens);
  loreLetInt(call, "brought_cost_nano", pattern->brought_cost_nano);
  loreWriteOne(call, SQL_PATTERN_BRING);
}

int patternRowRebuild(LoreCall *call, PatternRow *pattern){
  PatternSums sums = { 0 };
  loreLetInt(call, "pattern_id", pattern->id);
  Averages averages = readAverages(call);
  int changed = contribute(call, &averages);
  int fit = addAll(call, &sums);
  if( !pattern->is_known && fit ) bring(call, pattern, &averages, sums.confidence.rows);
  fit = fit && patternSumsAddUnknown(&sums, pattern->brought_count, pattern->brought_tokens, pattern->brought_cost_nano);
  if( !fit ) loreRefuse(call, LORE_REFUSED, "pattern %lld: the sum over its occurrences is too large", pattern->id);
  if( loreFailed(call) ) return 0;
  changed |= !pattern->is_known;
  pattern->is_known = 1;
  pattern->sums = sums;
  pattern->count = sums.confidence.rows;
  return patternRowStore(call, pattern, NULL) || changed;
}
