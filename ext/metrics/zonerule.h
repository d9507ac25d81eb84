/*
** The rule by which a time zone goes on after its last known change of clocks: the footer of a TZif file, which has the
** form of POSIX' variable TZ, as "CET-1CEST,M3.5.0,M10.5.0/3", with RFC 8536's wider times. Pure: knows no SQLite.
*/
#ifndef LORE_METRICS_ZONERULE_H
#define LORE_METRICS_ZONERULE_H

#include <stddef.h>

enum { ZONE_MOST_OFFSET = 93600 }; /* seconds: 26 hours, a second more than RFC 8536 allows */

typedef enum ZoneDayForm {
  ZONE_DAY_WITHOUT_LEAP, /* Jn: 1 to 365, never February 29 */
  ZONE_DAY_OF_YEAR,      /* n: 0 to 365 */
  ZONE_DAY_OF_WEEK       /* Mm.w.d: the w-th day d of month m, 5 for the last one */
} ZoneDayForm;

typedef struct ZoneDay {
  ZoneDayForm form;
  int month, week, day;
  int seconds; /* wall time of that day at which the clocks are changed; may be of another day */
} ZoneDay;

typedef struct ZoneRule {
  int standard;    /* seconds east of UTC */
  int has_summer;  /* without it that is all */
  int summer;
  ZoneDay start, end; /* of summer time */
} ZoneRule;

int zoneRuleParse(const char *text, size_t length, ZoneRule *rule); /* 0 when it is no such text */

/* When summer time starts and ends in a year, in seconds since 1970 UTC. */
long long zoneRuleStart(const ZoneRule *rule, int year);
long long zoneRuleEnd(const ZoneRule *rule, int year);

#endif
