/*
** Times: milliseconds since 1970-01-01 UTC, and their one text form, YYYY-MM-DDTHH:MM:SS.sssZ.
** Pure: knows no SQLite. Years 0000 to 9999, proleptic Gregorian, no leap seconds.
*/
#ifndef LORE_CLOCK_H
#define LORE_CLOCK_H

#include <stddef.h>
#include <stdint.h>

enum { LORE_TIME_SIZE = 25 }; /* the text form with its NUL */

/* ISO 8601 (`T` or blank, Z or offset, 0 to 9 fraction digits, or a date alone). 1 when it is one. */
int loreTimeParse(const char *text, size_t length, long long *time);

/* Unix seconds, fractions allowed, cut to ms. 1 when in range. */
int loreTimeOfSeconds(double seconds, long long *time);

void loreTimeFormat(long long time, char *text); /* LORE_TIME_SIZE bytes */

long long loreTimeSystem(void);

#endif
