/*
** Fewer points that look the same: largest triangle three buckets (Steinarsson, "Downsampling Time Series for Visual
** Representation", 2013). Pure: knows no SQLite.
**
** The first and the last point stay. The others are divided into keep - 2 buckets of as equal a count as can be; of each
** bucket the point stays that spans the largest triangle with the point chosen before it and the mean of the bucket after
** it; of equals the first. An infinite value counts as one far outside of all finite ones, so it stays where it can.
*/
#ifndef LORE_ENGINE_LTTB_H
#define LORE_ENGINE_LTTB_H

#include <stddef.h>
#include <stdint.h>

#include "engine/moments.h"

typedef struct LorePoint {
  int64_t ts;
  LoreNumber value; /* not not-a-number */
  int mark;         /* the caller's own: nothing here looks at it */
} LorePoint;

/* Marks what stays: chosen[0] to chosen[n - 1] are places in points, ascending; n is returned. keep >= 2; chosen has room
** for the smaller of count and keep. The points are in order. */
size_t loreLttbChoose(const LorePoint *points, size_t count, size_t keep, size_t *chosen);

#endif
