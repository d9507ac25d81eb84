/*
** The inside of a zone, which tzif.c fills and zone.c reads.
*/
#ifndef LORE_METRICS_ZONETABLE_H
#define LORE_METRICS_ZONETABLE_H

#include "metrics/zone.h"

#define ZONE_CYCLE (146097*86400000LL) /* ms of 400 years: the calendar repeats, weekdays too */

/* A change of clocks. */
typedef struct ZoneChange {
  int64_t at;
  int64_t offset; /* from then on */
  int64_t peak;   /* no wall time so late was shown before it */
} ZoneChange;

struct Zone {
  int64_t offset; /* before the first change */
  int64_t cycle;  /* the first moment of the 400 years that repeat */
  int has_cycle;
  int repeats_back; /* they were before as well: the file has a rule and nothing else */
  int count;
  ZoneChange changes[];
};

#endif
