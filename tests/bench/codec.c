/*
** What the chunk codec of metrics reaches: bytes a point, and the time of encoding, decoding and aggregating against plain loops
** over arrays of doubles.
**
** 1,000 series of 10,000 points (series.h), the times once regular and once with jitter. Each way goes over all of them, all
** ways in turn, ROUNDS times; a line has the median of its rounds. A file adds about 0.1 byte a point for the rows that hold the
** chunks.
**
** Asked are 100 million points a second on a machine where the plain loop for mean and variance, left alone, makes 800 million: at
** most 8 times its time, whatever the machine.
*/
#include <stdio.h>
#include <stdlib.h>

#include "harness.h"
#include "metrics/fold.h"
#include "series.h"

enum { SERIES = 1000, POINTS = 10000, TOTAL = SERIES*POINTS, CHUNKS_MOST = SERIES*(POINTS/CODEC_POINTS_MOST + 1), ROUNDS = 7 };

#define ROW_BYTES 0.1 /* a point */
#define ASKED_TIMES_LOOP 8
#define MILLION 1e6

typedef struct Stored {
  const unsigned char *bytes;
  size_t length;
} Stored;

/* All that is measured on. */
typedef struct Bench {
  double *values;        /* of all series, one after the other */
  int64_t times[POINTS]; /* of one series */
  unsigned char *bytes;
  size_t used;
  Stored chunks[CHUNKS_MOST];
  int chunk_count;
  double kind_bytes[SERIES_KINDS], kind_points[SERIES_KINDS];
  double encode_seconds;
} Bench;

static double gSink; /* what is computed and never looked at */

static void mustBeRight(const char *problem){
  if( problem==NULL ) return;
  fprintf(stderr, "bench: a chunk %s\n", problem);
  exit(1);
}

static void *allocate(size_t bytes){
  void *memory = malloc(bytes);
  if( memory ) return memory;
  fprintf(stderr, "bench: no memory\n");
  exit(1);
}

/* ---- Encoding ---- */

static void encodeSeries(Bench *bench, int number){
  const double *values = bench->values + (size_t)number*POINTS;
  SeriesKind kind = seriesKindOf(number);
  bench->kind_points[kind] += POINTS;
  for(int i = 0; i < POINTS; i += CODEC_POINTS_MOST){
    int count = POINTS - i < CODEC_POINTS_MOST ? POINTS - i : CODEC_POINTS_MOST;
    Stored *chunk = &bench->chunks[bench->chunk_count++];
    chunk->bytes = bench->bytes + bench->used;
    mustBeRight(codecEncode(bench->times + i, values + i, count, bench->bytes + bench->used, &chunk->length));
    bench->used += chunk->length;
    bench->kind_bytes[kind] += (double)chunk->length;
  }
}

static void encodeAll(Bench *bench, int has_jitter){
  bench->used = 0;
  bench->chunk_count = 0;
  bench->encode_seconds = 0;
  for(int k = 0; k < SERIES_KINDS; k++) bench->kind_bytes[k] = bench->kind_points[k] = 0;
  for(int s = 0; s < SERIES; s++){
    seriesTimes(s, has_jitter, POINTS, bench->times);
    double start = cpuSeconds();
    encodeSeries(bench, s);
    bench->encode_seconds += cpuSeconds() - start;
  }
}

/* ---- Plain loops over all values ---- */

static void plainCopy(Bench *bench){
  static double copy[POINTS];
  for(int s = 0; s < SERIES; s++){
    memcpy(copy, bench->values + (size_t)s*POINTS, sizeof copy);
    gSink += copy[s];
  }
}

static void plainSum(Bench *bench){
  double sum = 0;
  for(int i = 0; i < TOTAL; i++) sum += bench->values[i];
  gSink += sum;
}

/* As one would write it at first: mean and variance by the sum and the sum of squares. */
static void plainDeviation(Bench *bench){
  double sum = 0, squares = 0;
  for(int i = 0; i < TOTAL; i++){
    double x = bench->values[i];
    sum += x;
    squares += x*x;
  }
  gSink += squares/TOTAL - sum/TOTAL*(sum/TOTAL);
}

/* ---- Out of chunks ---- */

static CodecChunk openChunk(const Stored *stored){
  CodecChunk chunk;
  mustBeRight(codecOpen(&chunk, stored->bytes, stored->length));
  return chunk;
}

static void openAll(Bench *bench){
  for(int i = 0; i < bench->chunk_count; i++) gSink += openChunk(&bench->chunks[i]).count;
}

static void aggregateAll(Bench *bench, int parts){
  CodecAggregate all = { .parts = parts };
  for(int i = 0; i < bench->chunk_count; i++){
    CodecChunk chunk = openChunk(&bench->chunks[i]);
    mustBeRight(codecAddChunk(&all, &chunk, codecAll()));
  }
  gSink += codecSum(&all) + codecVariance(&all) + codecIncrease(&all);
}

static void chunkSum(Bench *bench){
  aggregateAll(bench, 0);
}

static void chunkDeviation(Bench *bench){
  aggregateAll(bench, AGGREGATE_MOMENTS);
}

static void decodeAll(Bench *bench, int wants_times){
  static double values[CODEC_POINTS_MOST];
  static int64_t times[CODEC_POINTS_MOST];
  for(int i = 0; i < bench->chunk_count; i++){
    int count;
    CodecChunk chunk = openChunk(&bench->chunks[i]);
    mustBeRight(codecDecode(&chunk, codecAll(), wants_times ? times : NULL, values, &count));
    gSink += values[count - 1];
  }
}

static void chunkValues(Bench *bench){
  decodeAll(bench, 0);
}

static void chunkPoints(Bench *bench){
  decodeAll(bench, 1);
}

static int takeBucket(CodecFold *fold, int64_t bucket, const CodecAggregate *aggregate){
  *(double*)fold->context += aggregate->max + (double)(bucket & 1);
  return 0;
}

static void foldAll(Bench *bench, int64_t step){
  for(int i = 0; i < bench->chunk_count; i++){
    CodecFold fold = { .step = step, .each = takeBucket, .context = &gSink };
    CodecChunk chunk = openChunk(&bench->chunks[i]);
    mustBeRight(codecFoldChunk(&fold, &chunk, codecAll()));
    codecFoldEnd(&fold);
  }
}

static void chunkMinutes(Bench *bench){
  foldAll(bench, 60000);
}

static void chunkHours(Bench *bench){
  foldAll(bench, 3600000);
}

/* The last 20 points of each chunk, for which all before them must be gone over. */
static void chunkEnds(Bench *bench){
  for(int i = 0; i < bench->chunk_count; i++){
    CodecAggregate end = { .parts = 0 };
    CodecChunk chunk = openChunk(&bench->chunks[i]);
    mustBeRight(codecAddChunk(&end, &chunk, (CodecRange){ chunk.last - 20*SERIES_STEP, chunk.last }));
    gSink += end.max;
  }
}

/* ---- Together ---- */

typedef struct Way {
  const char *name;
  void (*run)(Bench *bench);
  double seconds; /* median */
} Way;

enum { COPY, PLAIN_SUM, PLAIN_DEVIATION, OPEN, SUM, DEVIATION, VALUES, ALL_POINTS, MINUTES, HOURS, ENDS, WAYS };

static Way gWays[WAYS] = {
  { "memcpy of doubles", plainCopy, 0 },
  { "plain loop, sum", plainSum, 0 },
  { "plain loop, mean and variance", plainDeviation, 0 },
  { "chunks, checksum and head", openAll, 0 },
  { "chunks, count, sum, extremes", chunkSum, 0 },
  { "chunks, the same with mean and variance", chunkDeviation, 0 },
  { "chunks, values into an array", chunkValues, 0 },
  { "chunks, times and values into arrays", chunkPoints, 0 },
  { "chunks, buckets of 1 minute (6 points)", chunkMinutes, 0 },
  { "chunks, buckets of 1 hour", chunkHours, 0 },
  { "chunks, the last 20 points of each", chunkEnds, 0 },
};

static void timeWays(Bench *bench){
  double seconds[WAYS][ROUNDS];
  for(int r = -1; r < ROUNDS; r++){ /* the first round warms up */
    for(int w = 0; w < WAYS; w++){
      double start = cpuSeconds();
      gWays[w].run(bench);
      if( r >= 0 ) seconds[w][r] = cpuSeconds() - start;
    }
  }
  for(int w = 0; w < WAYS; w++) gWays[w].seconds = median(seconds[w], ROUNDS);
}

static void printWays(const Bench *bench){
  printf("  %-42s %14s  %10s  %10s\n", "", "million/s", "x loop", "x memcpy");
  for(int w = 0; w < WAYS; w++){
    double taken = gWays[w].seconds;
    printf("  %-42s %14.0f  %10.2f  %10.2f\n", gWays[w].name, TOTAL/taken/MILLION, taken/gWays[PLAIN_DEVIATION].seconds,
           taken/gWays[COPY].seconds);
  }
  printf("  %-42s %14.0f  %10.2f  %10.2f\n", "encoding", TOTAL/bench->encode_seconds/MILLION,
         bench->encode_seconds/gWays[PLAIN_DEVIATION].seconds, bench->encode_seconds/gWays[COPY].seconds);
}

static void measure(Bench *bench, int has_jitter){
  const char *times = has_jitter ? "50 ms jitter" : "regular times";
  double asked = has_jitter ? 2.8 : 1.8;
  char what[100];
  encodeAll(bench, has_jitter);
  timeWays(bench);
  printf("\nChunks of %d series of %d points, %s: bytes a point\n ", SERIES, POINTS, times);
  for(int k = 0; k < SERIES_KINDS; k++) printf(" %s %.3f ", kSeriesNames[k], bench->kind_bytes[k]/bench->kind_points[k]);
  printf(" all %.3f\n", (double)bench->used/TOTAL);
  printWays(bench);
  snprintf(what, sizeof what, "chunks with %.1f for rows, %s", ROW_BYTES, times);
  verdictAtMost(what, asked, (double)bench->used/TOTAL + ROW_BYTES, "bytes a point");
  snprintf(what, sizeof what, "variance out of chunks, %s, to a plain loop over doubles", times);
  verdictAtMost(what, ASKED_TIMES_LOOP, gWays[DEVIATION].seconds/gWays[PLAIN_DEVIATION].seconds, "x");
  snprintf(what, sizeof what, "buckets of 1 minute out of chunks, %s, to the same", times);
  verdictAtMost(what, ASKED_TIMES_LOOP, gWays[MINUTES].seconds/gWays[PLAIN_DEVIATION].seconds, "x");
}

int main(void){
  Bench *bench = allocate(sizeof *bench);
  bench->values = allocate(sizeof *bench->values*TOTAL);
  bench->bytes = allocate((size_t)CHUNKS_MOST*CODEC_BYTES_MOST);
  for(int s = 0; s < SERIES; s++) seriesValues(s, POINTS, bench->values + (size_t)s*POINTS);
  measure(bench, 0);
  measure(bench, 1);
  free(bench->values);
  free(bench->bytes);
  free(bench);
  return gSink==0.5;
}
