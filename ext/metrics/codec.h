/*
** The chunk codec of metrics: up to 1,024 points of one series as a few bytes, and back, to the bit. Pure: knows no SQLite.
**
** A point is a time, in milliseconds, and a value: any double but NaN. The times of a chunk ascend, none is there twice.
**
** The format, all little-endian:
**
**   0   1 byte    format: 1
**   1   1 byte    0
**   2   2 bytes   count of points, 1 to 1,024
**   4   2 bytes   where the values begin
**   6   8 bytes   first time, two's complement
**   14  8 bytes   last time
**   22  sequence  the times (integers.h); its first is the first time
**   …   values    values.h
**   …   4 bytes   XXH32 (checksum.h) of all before it
**
** integers.h and values.h have the rest, over forms.h, decimals.h, frame.h and, down to the single bits, bits.h. A chunk is
** valid when it is these parts without a byte more, its times ascend from the first to the last, and no value is NaN. Several
** chunks may hold the same points: whoever writes one takes the shortest form that it finds.
**
** Any bytes may come: what is damaged gives an error, never a crash, a read beyond the end or more work than 1,024 points are.
** Only an accident that the checksum lets pass (once in 2^32; never a flipped byte) or intent can give other points, and these too
** are as many as the chunk says, ascend and are numbers.
**
** Nothing here allocates. Encoding needs 100 KB of stack, decoding 10 KB.
*/
#ifndef LORE_METRICS_CODEC_H
#define LORE_METRICS_CODEC_H

#include <stddef.h>
#include <stdint.h>

#include "metrics/values.h"

enum {
  CODEC_POINTS_MOST = INTEGERS_MOST,
  CODEC_BYTES_MOST = 22 + INTEGERS_BYTES_MOST + VALUES_BYTES_MOST + 4
};

/* Why something was refused. Functions that return a text return one of these, or NULL when all is well. */
extern const char kCodecCount[];   /* "has no point, or more than 1,024" */
extern const char kCodecOrder[];   /* "has times that do not ascend" */
extern const char kCodecNumber[];  /* "has a value that is not a number" */
extern const char kCodecDamaged[]; /* "is no chunk, or a damaged one" */
extern const char kCodecFormat[];  /* "is a chunk of a newer format" */

/* ---- Encoding ---- */

/* Writes at most CODEC_BYTES_MOST bytes. The same points give the same bytes. */
const char *codecEncode(const int64_t *times, const double *values, int count, unsigned char *to, size_t *length);

/* ---- Decoding ---- */

/* A chunk in the memory of the caller, which must outlive it. */
typedef struct CodecChunk {
  const unsigned char *times_at, *values_at, *end; /* end: of the values */
  int count;
  int64_t first, last; /* times */
} CodecChunk;

/* Checks the head and the checksum. */
const char *codecOpen(CodecChunk *chunk, const void *bytes, size_t length);

/* Times from since to until, both included. */
typedef struct CodecRange {
  int64_t since, until;
} CodecRange;

static inline CodecRange codecAll(void){
  return (CodecRange){ INT64_MIN, INT64_MAX };
}

/* What the decoding functions are made of: the points of a range in pieces, each of the points at `from` to `to` - 1 of one
** frame. */
typedef struct CodecPieces {
  int64_t times[FRAME_POINTS]; /* when has_times */
  double values[FRAME_POINTS];
  int from, to;
  int64_t first_time, last_time; /* of the piece; of the chunk, when not has_times, for then there is all of it */
  int has_times;
  int is_rising;               /* the times ascend, which need not be looked at for each */
  const char *problem;         /* why there are no more; NULL when there are none */
  CodecRange range;
  int64_t before;              /* the last time of the frame before */
  int64_t last;
  int left;                    /* points in frames to come */
  IntegersReader time_reader;
  ValuesReader value_reader;
} CodecPieces;

/* Without wants_times the times are decoded only when they decide what is in the range. */
void codecPiecesBegin(CodecPieces *pieces, const CodecChunk *chunk, CodecRange range, int wants_times);
int codecPiecesNext(CodecPieces *pieces); /* 1: there is a piece; 0: see problem */

/* The points of a range; *count of them, at most the chunk's count, for which there must be room. times or values may be NULL. */
const char *codecDecode(const CodecChunk *chunk, CodecRange range, int64_t *times, double *values, int *count);

#endif
