/*
** Series as a monitor has them, made up, the same in every run: what the metrics benches measure with.
**
** Of 12 series 4 are gauges, 4 counters, 3 integers and 1 full doubles, in turn:
**
**   gauge     two decimals, 0 to 100, wanders by up to ±v a point, v being 0.05 to 1 for each series (a share of a processor, a
**             temperature)
**   counter   whole, rises by a rate that is 1 to 1,000 a point for each series, give or take a quarter, and falls to 0 once in
**             5,000 points (requests, bytes of a slow line)
**   integer   whole, returns to a level of 10 to 1,000 and leaves it by about a tenth (threads, open files, a queue)
**   full      a double of 52 bits of noise, wanders by up to a hundredth of itself a point (a mean, a ratio)
**
** A point comes every 10 s. With jitter it comes up to 50 ms early or late, each time anew.
*/
#ifndef BENCH_SERIES_H
#define BENCH_SERIES_H

#include <stdint.h>

typedef enum SeriesKind { SERIES_GAUGE, SERIES_COUNTER, SERIES_INTEGER, SERIES_FULL, SERIES_KINDS } SeriesKind;

enum { SERIES_STEP = 10000, SERIES_JITTER = 50 };

#define SERIES_START INT64_C(1700000000000) /* the first point of each */

extern const char *const kSeriesNames[SERIES_KINDS];

SeriesKind seriesKindOf(int number); /* of a series */

/* Points of a series. */
void seriesTimes(int number, int has_jitter, int count, int64_t *times);
void seriesValues(int number, int count, double *values);

#endif
