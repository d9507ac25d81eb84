#include "patterns/sums.h"

#include <math.h>

__extension__ typedef unsigned __int128 Wide;

#define LIMIT ((int64_t)1 << 62)
#define E18 1000000000000000000
#define NANO 1e9

/* A tool needs one part in so many of what a model needs. */
enum { TOOL_SHARE = 20 };

/* ---- Adding and taking away ---- */

/* sign: 1 or -1. */
static int fits(int64_t sum, int64_t value, int sign, int64_t least){
  int64_t result;
  if( sign > 0 ? __builtin_add_overflow(sum, value, &result) : __builtin_sub_overflow(sum, value, &result) ) return 0;
  return result >= least && result <= LIMIT;
}

static int allFit(const PatternSums *sums, const PatternMetrics *m, int sign){
  const ConfidenceSums *c = &sums->confidence;
  return fits(sums->tokens, m->tokens, sign, 0) && fits(sums->cost_nano, m->cost_nano, sign, 0)
      && fits(sums->retry_rows, m->has_retries, sign, 0) && fits(c->rows, 1, sign, 0)
      && fits(c->durations, m->duration_ms!=0, sign, 0) && fits(c->duration_sum, m->duration_ms, sign, -LIMIT)
      && fits(c->error_rows, m->has_errors, sign, 0) && fits(c->error_sum, m->errors, sign, 0)
      && fits(c->retry_sum, m->retries, sign, 0);
}

static ConfidenceRow rowOf(const PatternMetrics *m){
  return (ConfidenceRow){ .duration_ms = m->duration_ms, .has_errors = m->has_errors, .errors = m->errors, .retries = m->retries };
}

/* Durations of both signs leave the sum small and the squares large: these have to fit the stored form too. */
static int squaresFit(const ConfidenceSums *sums){
  Wide squares = (Wide)sums->duration_squares_high << 64 | sums->duration_squares_low;
  return squares/E18 <= (Wide)LIMIT;
}

int patternSumsAdd(PatternSums *sums, const PatternMetrics *metrics){
  if( !allFit(sums, metrics, 1) ) return 0;
  ConfidenceRow row = rowOf(metrics);
  ConfidenceSums confidence = sums->confidence;
  confidenceAdd(&confidence, &row);
  if( !squaresFit(&confidence) ) return 0;
  sums->tokens += metrics->tokens;
  sums->cost_nano += metrics->cost_nano;
  sums->retry_rows += metrics->has_retries;
  sums->confidence = confidence;
  return 1;
}

int patternSumsRemove(PatternSums *sums, const PatternMetrics *metrics){
  if( !allFit(sums, metrics, -1) ) return 0;
  ConfidenceRow row = rowOf(metrics);
  ConfidenceSums confidence = sums->confidence;
  confidenceRemove(&confidence, &row);
  if( !squaresFit(&confidence) ) return 0; /* below 0 it has become huge */
  sums->tokens -= metrics->tokens;
  sums->cost_nano -= metrics->cost_nano;
  sums->retry_rows -= metrics->has_retries;
  sums->confidence = confidence;
  return 1;
}

int patternSumsAddUnknown(PatternSums *sums, int64_t count, int64_t tokens, int64_t cost_nano){
  if( !fits(sums->confidence.rows, count, 1, 0) || !fits(sums->tokens, tokens, 1, 0)
   || !fits(sums->cost_nano, cost_nano, 1, 0) ) return 0;
  sums->confidence.rows += count;
  sums->tokens += tokens;
  sums->cost_nano += cost_nano;
  return 1;
}

int64_t patternNano(double cost){
  return llround(cost*NANO);
}

/* ---- The stored form of the squares ---- */

PatternSquares patternSquares(const ConfidenceSums *sums){
  Wide squares = (Wide)sums->duration_squares_high << 64 | sums->duration_squares_low;
  return (PatternSquares){ (int64_t)(squares/E18), (int64_t)(squares % E18) };
}

void patternSetSquares(ConfidenceSums *sums, PatternSquares squares){
  Wide wide = (Wide)squares.e18*E18 + (Wide)squares.rest;
  sums->duration_squares_high = (uint64_t)(wide >> 64);
  sums->duration_squares_low = (uint64_t)wide;
}

/* ---- Figures ---- */

/* Not negative; halves go up. No product is made that could overflow. */
static int64_t divideRounded(int64_t dividend, int64_t divisor){
  int64_t rest = dividend % divisor;
  return dividend/divisor + (rest >= divisor - rest);
}

PatternFigures patternFigures(const PatternSums *sums){
  int64_t count = sums->confidence.rows;
  PatternFigures figures = { .confidence = confidenceScore(count, &sums->confidence) };
  if( count <= 0 ) return figures;
  figures.tokens = divideRounded(sums->tokens, count);
  figures.tool_tokens = count <= LIMIT/TOOL_SHARE ? divideRounded(sums->tokens, count*TOOL_SHARE) : 0;
  figures.cost = (double)sums->cost_nano/NANO/(double)count;
  figures.tool_cost = figures.cost/TOOL_SHARE;
  figures.savings = (figures.cost - figures.tool_cost)*(double)count;
  return figures;
}
