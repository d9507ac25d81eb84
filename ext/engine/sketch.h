/*
** A sketch of many numbers, small and mergeable, that answers quantiles with a relative error below 1 %. Pure: knows no
** SQLite.
**
** DDSketch (Masson, Rim, Lee: "DDSketch: a fast and fully-mergeable quantile sketch with relative-error guarantees",
** 2019) with its linearly interpolated buckets: 64 to each power of two, all of the same width within it, so a bucket's
** middle is at most 1/128 (0.79 %) away from any of its numbers. The bucket is read off the bits of the double, hence
** the same on every machine. Zeros, the smallest and the largest number are kept exactly.
**
** A sign has at most SKETCH_BUCKETS buckets with anything in them (enough for numbers that differ by a factor of 4e9,
** whatever they are). When there would be more, the numbers nearest to 0 go into the lowest bucket kept, and the error
** of their ranks is without bound. What is kept depends on the numbers only: the same numbers, in any order and merged in
** any way, give the same bytes.
**
** As bytes (a varint is LEB128: 7 bits a byte, lowest first, the high bit says that more follow, no longer than needed):
**
**   3 bytes   "lqs"
**   1 byte    version, 1
**   1 byte    6: log2 of the buckets to a power of two
**   8 + 8     smallest and largest number, IEEE 754, little-endian
**   varint    zeros
**   buckets   of the positive numbers, then buckets of the magnitudes of the negative ones, each:
**     varint    how many follow; then for each, by rising index:
**     varint    the first: index + 3264; others: index - index before - 1
**     varint    numbers in it - 1
**   4 bytes   CRC-32 (that of zlib) of all before it, little-endian
**
** The index of a magnitude 2^e*(1 + f) is 64*(e + 1023) + floor(64*f).
*/
#ifndef LORE_SKETCH_H
#define LORE_SKETCH_H

#include "engine/buffer.h"

#include <stddef.h>
#include <stdint.h>

enum { SKETCH_BUCKETS = 2048 };

typedef struct SketchBucket {
  int32_t index;
  uint64_t count;
} SketchBucket;

typedef struct SketchSide {
  SketchBucket *buckets; /* by rising index, none empty */
  int count, room;
} SketchSide;

/* Zeroed memory is no number; set `reallocate` (like realloc, never called with 0 bytes) before the first one. */
typedef struct Sketch {
  void *(*reallocate)(void *old, size_t bytes);
  SketchSide positive, negative;
  uint64_t zeros, count; /* count: all numbers, at most 2^63 - 1 */
  double least, most;
} Sketch;

/* These return NULL, or why not ("no memory" is kSketchNoMemory). */
extern const char kSketchNoMemory[];
const char *sketchAdd(Sketch *sketch, double x); /* finite */
const char *sketchAddMany(Sketch *sketch, double x, uint64_t count); /* the same number, once at least */
/* Adds all of a sketch in bytes; nothing when they are no sketch. Any bytes may come. */
const char *sketchMerge(Sketch *sketch, const unsigned char *bytes, size_t length);

void sketchWrite(const Sketch *sketch, LoreBuffer *out); /* of a sketch with a number */

/* As engine/quantile.h has it, from the middles of buckets, never beyond smallest and largest. The sketch has a number. */
double sketchQuantile(const Sketch *sketch, double q);

void sketchClear(Sketch *sketch); /* no number any more; its memory is kept */
void sketchFree(Sketch *sketch, void (*release)(void *));

#endif
