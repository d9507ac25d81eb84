/*
** Time zones: what the clocks on the wall show at a moment, and when they first show something. Pure: knows no SQLite.
**
** A zone is read from the bytes of a TZif file (RFC 8536, versions 1 to 4). Before its first change of clocks it has the
** file's first local time type, after the last one the file's footer, whose rule is unrolled over 400 years, the period of
** the calendar; beyond them every moment is that of as many times 400 years earlier.
**
** Moments and wall times are milliseconds since 1970-01-01T00:00 UTC or local. Where clocks are put back, wall times come
** twice. Buckets need a clock that never goes back: the latest wall time that has been shown so far. It stands still from a
** change until the hands have caught up. zoneWall reads that clock, and zoneFirst says when it reaches a wall time: the
** earlier of two moments, and for one that is skipped the first after the gap.
*/
#ifndef LORE_METRICS_ZONE_H
#define LORE_METRICS_ZONE_H

#include <stddef.h>
#include <stdint.h>

typedef struct Zone Zone; /* one block of memory */

/* Moments between two changes of clocks: from <= t < until. INT64_MIN and INT64_MAX where there is none. */
typedef struct ZoneSpan {
  int64_t from, until;
  int64_t offset; /* ms to add to UTC; at most 26 hours either way */
} ZoneSpan;

enum { ZONE_MOST_BYTES = 65536 }; /* of a file; the largest of the tz database has under 4,000 */

/* NULL: *why says what is wrong with the bytes, or is NULL when there is no memory. reallocate: like realloc, never called
** with 0 bytes; the block is the caller's to free. */
Zone *zoneParse(const unsigned char *bytes, size_t length, void *(*reallocate)(void *, size_t), const char **why);
Zone *zoneOfUtc(void *(*reallocate)(void *, size_t)); /* needs no file; NULL: no memory */

/* Moments between the years -10000 and 20000. */
ZoneSpan zoneSpan(const Zone *zone, int64_t t);
int64_t zoneWall(const Zone *zone, int64_t t);
int64_t zoneFirst(const Zone *zone, int64_t wall);

#endif
