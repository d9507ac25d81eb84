/*
** Times: milliseconds since 1970-01-01 UTC, and their one text form, YYYY-MM-DDTHH:MM:SS.sssZ.
** Pure: knows no SQLite. Years 0000 to 9999, proleptic Gregorian, no leap seconds.
*/
#ifndef LORE_CLOCK_H
#define LORE_CLOCK_H

#include <stddef.h>
#include <stdint.h>

#define LORE_TIME_FIRST (-62167219200000LL) /* 0000-01-01 */
#define LORE_TIME_LAST 253402300799999LL    /* 9999-12-31T23:59:59.999 */

enum { LORE_TIME_SIZE = 25 }; /* the text form with its NUL */

/* ISO 8601 (`T` or blank, Z or offset, 0 to 9 fraction digits, or a date alone). 1 when it is one. */
int loreTimeParse(const char *text, size_t length, long long *time);

/* Unix seconds, fractions allowed, cut to ms. 1 when in range. */
int loreTimeOfSeconds(double seconds, long long *time);

/* Milliseconds that are too many for seconds. 1 when in range. */
int loreTimeOfMilliseconds(long long milliseconds, long long *time);

/* LORE_TIME_SIZE bytes. What lies outside becomes LORE_TIME_FIRST or LORE_TIME_LAST. */
void loreTimeFormat(long long time, char *text);

/* Days since 1970-01-01 of a date of the calendar, and back. month 1 to 12; years of any sign, but few enough for an int. */
long long loreDaysOfDate(int year, int month, int day);
void loreDateOfDays(long long days, int *year, int *month, int *day);

long long loreTimeSystem(void);

#endif
