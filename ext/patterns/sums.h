/*
** The sufficient statistics of a pattern: what each occurrence contributes, the exact sums over them, and
** the figures that are shown. Pure: knows no SQLite.
**
** All is integers: tokens, cost in units of 10^-9, durations in milliseconds. What was added can be taken
** away again without a trace, so the sums never depend on the order or the history of the calls.
*/
#ifndef LORE_PATTERNS_SUMS_H
#define LORE_PATTERNS_SUMS_H

#include "patterns/confidence.h"

#define PATTERN_MOST_TOKENS 1000000000000000 /* of one workflow */
#define PATTERN_MOST_COST 1000000000         /* of one workflow, in whole units */

/* What one occurrence contributes. */
typedef struct PatternMetrics {
  int64_t tokens;      /* 0 to PATTERN_MOST_TOKENS */
  int64_t cost_nano;   /* 0 to PATTERN_MOST_COST x 10^9 */
  int64_t duration_ms; /* within CONFIDENCE_MOST_SECONDS, either sign */
  int64_t errors, retries; /* 0 to CONFIDENCE_MOST_COUNT */
  int has_duration, has_errors, has_retries; /* 0: not known, and the value is 0 */
} PatternMetrics;

/* Sums over occurrences; zeroed memory is none. */
typedef struct PatternSums {
  int64_t tokens, cost_nano;
  int64_t retry_rows; /* occurrences whose retries are known */
  ConfidenceSums confidence; /* its rows: how many occurrences */
} PatternSums;

/* 1; 0, and nothing changed, when a sum would leave 0 to 2^62 (durations: -2^62 to 2^62). */
int patternSumsAdd(PatternSums *sums, const PatternMetrics *metrics);
int patternSumsRemove(PatternSums *sums, const PatternMetrics *metrics); /* one that was added */

/* Several occurrences of which only tokens and cost are known, together: 1, or 0 as above. */
int patternSumsAddUnknown(PatternSums *sums, int64_t count, int64_t tokens, int64_t cost_nano);

/* Nano-units of a cost, rounded to the nearest. */
int64_t patternNano(double cost);

/* The sum of squares as it is stored: e18 x 10^18 + rest, rest below 10^18. */
typedef struct PatternSquares {
  int64_t e18, rest;
} PatternSquares;

PatternSquares patternSquares(const ConfidenceSums *sums);
void patternSetSquares(ConfidenceSums *sums, PatternSquares squares);

/* What is shown of them. All 0 (confidence: 10) when there is no occurrence. */
typedef struct PatternFigures {
  int64_t tokens, tool_tokens; /* averages, rounded to the nearest */
  double cost, tool_cost;      /* averages */
  double savings;              /* (cost - tool_cost) x occurrences */
  double confidence;           /* 0 to 100 */
} PatternFigures;

PatternFigures patternFigures(const PatternSums *sums);

#endif
