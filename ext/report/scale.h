/*
** From values to places: scales, ticks at round numbers, and ticks of the calendar. Pure: knows no SQLite.
**
** A step of numbers is 1, 2 or 5 times a power of ten. A step of times is one that people count in (15 minutes, 6 hours, a
** day, a week from Monday, a month, a quarter, a year ...), and ticks stand where such a unit begins, in UTC.
*/
#ifndef LORE_REPORT_SCALE_H
#define LORE_REPORT_SCALE_H

#include <stddef.h>

#include "report/decimal.h"

enum { MOST_TICKS = 40 };

/* Values lo to hi lie at from to to. */
typedef struct Scale {
  double lo, hi, from, to;
} Scale;

double scalePlace(const Scale *scale, double value);

typedef struct Tick {
  double value;
  Decimal label; /* of a number */
} Tick;

typedef struct Ticks {
  Tick at[MOST_TICKS];
  int count;
  double step;
  int time_step; /* which of the steps of times; -1: numbers */
} Ticks;

/* Makes lo and hi different enough for a scale, and keeps what they are otherwise. */
void scaleWiden(double *lo, double *hi);

/* Round numbers from lo to hi, at most so many steps. With `outward` the first and the last tick are the round numbers next
** outside, and *lo and *hi become them. */
void ticksOfNumbers(Ticks *ticks, double *lo, double *hi, int most, int outward);

/* Of times in milliseconds, in so many pixels. */
void ticksOfTimes(Ticks *ticks, double lo, double hi, double pixels);

void tickWrite(LoreBuffer *out, const Ticks *ticks, int i);
double tickWidth(const Ticks *ticks, int i); /* in pixels, estimated */

/* The moment for people, as exactly as the step asks for it: 2026-01-05, 2026-01-05 06:00. */
void timeWrite(LoreBuffer *out, double time, double step);

const char *monthName(int month); /* of 1 to 12, three letters */

enum { DAY_MS = 86400000, HOUR_MS = 3600000 };

#endif
