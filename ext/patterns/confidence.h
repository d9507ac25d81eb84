/*
** Confidence in a pattern, 0 to 100, from sufficient statistics. Pure: knows no SQLite.
**
** All is integers, and comparisons are exact: adding and removing occurrences in any order gives the score that all
** rows read anew would give. So the stored, incremental figures and the aggregate over the occurrences never differ.
*/
#ifndef LORE_PATTERNS_CONFIDENCE_H
#define LORE_PATTERNS_CONFIDENCE_H

#include <stdint.h>

/* Bounds of what one occurrence may bring, so that no sum overflows before nine million occurrences of the largest.
** The engine's form of them: real[-1000000000..1000000000] seconds, int[0..1000000000]. */
#define CONFIDENCE_MOST_SECONDS 1000000000
#define CONFIDENCE_MOST_COUNT 1000000000

/* What one occurrence tells. */
typedef struct ConfidenceRow {
  int64_t duration_ms;     /* confidenceMilliseconds; 0 for none: it does not count */
  int has_errors;          /* 0: error count unknown, it does not count in the mean */
  int64_t errors, retries; /* not negative; an unknown retry count is 0 */
} ConfidenceRow;

/* Sums over occurrences; zeroed memory is no occurrence. */
typedef struct ConfidenceSums {
  int64_t rows;
  int64_t durations;                       /* rows with a duration */
  int64_t duration_sum;                    /* ms */
  uint64_t duration_squares_high, duration_squares_low; /* ms squared, 128 bits */
  int64_t error_rows, error_sum;           /* rows with an error count */
  int64_t retry_sum;
} ConfidenceSums;

/* Least occurrences of each frequency, from the highest. */
enum { CONFIDENCE_STEPS = 4 };
extern const int kConfidenceSteps[CONFIDENCE_STEPS];

/* Rounded to the nearest, halves away from 0. */
int64_t confidenceMilliseconds(double seconds);

void confidenceAdd(ConfidenceSums *sums, const ConfidenceRow *row);
void confidenceRemove(ConfidenceSums *sums, const ConfidenceRow *row); /* one that was added */

/*
** Frequency by occurrences (10 and more 40, 5 30, 3 20, else 10), consistency by the population variance of two or more
** durations (< 100 s squared 30, < 1000 20, else 10; fewer durations 15), success by the mean errors and retries (both 0:
** 30; < 1 and < 2 20; errors < 3 10; else 5). 10 when sums has no row, whatever `occurrences`.
*/
double confidenceScore(int64_t occurrences, const ConfidenceSums *sums);

#endif
