/*
** libFuzzer over time zone files, and the buckets in such a zone: any bytes are an error or a zone, and in every zone a
** moment lies in its bucket, buckets follow each other without a gap or an overlap, and a wall time is first shown when
** zoneFirst says so. A short input is a step as well, and the name of a zone.
**
** Files of the system's database make good seeds; a file that begins with `\n` is a footer behind a smallest file.
*/
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "engine/clock.h"
#include "metrics/bucket.h"
#include "metrics/zonefile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(condition) do{ if( !(condition) ) abort(); }while( 0 )
#define DAY INT64_C(86400000)

static void *reallocate(void *old, size_t bytes){
  return realloc(old, bytes);
}

static const BucketStep kSteps[] = {
  { BUCKET_MILLISECONDS, 1 }, { BUCKET_MILLISECONDS, 90000 }, { BUCKET_MILLISECONDS, 1800000 },
  { BUCKET_MILLISECONDS, 3600000 }, { BUCKET_MILLISECONDS, 2*3600000 }, { BUCKET_MILLISECONDS, 7*3600000 + 1 },
  { BUCKET_MILLISECONDS, DAY }, { BUCKET_MILLISECONDS, 52*3600000 }, { BUCKET_MILLISECONDS, 5*DAY }, { BUCKET_DAYS, 1 },
  { BUCKET_DAYS, 10 }, { BUCKET_WEEKS, 1 }, { BUCKET_WEEKS, 2 }, { BUCKET_MONTHS, 1 }, { BUCKET_MONTHS, 3 },
  { BUCKET_MONTHS, 12 }, { BUCKET_MONTHS, 120000 },
};

static int64_t inRange(int64_t t){
  return t < LORE_TIME_FIRST ? LORE_TIME_FIRST : t > LORE_TIME_LAST ? LORE_TIME_LAST : t;
}

static void checkBucket(const BucketStep *step, const Zone *zone, int64_t t){
  int64_t start = bucketStart(step, zone, t), next = bucketNext(step, zone, t);
  MUST(start >= LORE_TIME_FIRST && start <= t && t < next && next <= LORE_TIME_LAST + 1);
  MUST(bucketStart(step, zone, start)==start && bucketNext(step, zone, start)==next);
  MUST(bucketStart(step, zone, next - 1)==start && bucketNext(step, zone, next - 1)==next);
  MUST(next > LORE_TIME_LAST || bucketStart(step, zone, next)==next);
}

static void checkMoment(const Zone *zone, int64_t t){
  ZoneSpan span = zoneSpan(zone, t);
  MUST(span.from <= t && t < span.until && llabs(span.offset) < 26*3600000);
  int64_t wall = zoneWall(zone, t);
  MUST(wall >= t + span.offset && wall >= zoneWall(zone, t - 1));
  int64_t first = zoneFirst(zone, wall);
  MUST(first <= t && zoneWall(zone, first) >= wall && zoneWall(zone, first - 1) < wall);
  for(size_t i = 0; i < sizeof kSteps/sizeof *kSteps; i++) checkBucket(&kSteps[i], zone, t);
}

/* Moments around changes of clocks, and at the ends of time. */
static void checkZone(const Zone *zone){
  static const int64_t kDays[] = { -719528, -90000, -25567, 0, 8000, 20000, 24837, 29000, 200000, 2932896 };
  for(size_t i = 0; i < sizeof kDays/sizeof *kDays; i++){
    int64_t t = inRange(kDays[i]*DAY + 40000000);
    checkMoment(zone, t);
    ZoneSpan span = zoneSpan(zone, t);
    if( span.until!=INT64_MAX ) checkMoment(zone, inRange(span.until)), checkMoment(zone, inRange(span.until - 1));
    if( span.from!=INT64_MIN ) checkMoment(zone, inRange(span.from)), checkMoment(zone, inRange(span.from - 1));
  }
  checkMoment(zone, LORE_TIME_FIRST);
  checkMoment(zone, LORE_TIME_LAST);
}

static void tryFile(const uint8_t *bytes, size_t size){
  const char *why = NULL;
  uint8_t *copy = malloc(size + 1); /* of its size but for a byte that is never read */
  MUST(copy!=NULL);
  memcpy(copy, bytes, size);
  copy = realloc(copy, size ? size : 1);
  MUST(copy!=NULL);
  Zone *zone = zoneParse(copy, size, reallocate, &why);
  free(copy);
  MUST((zone==NULL)==(why!=NULL));
  if( zone ) checkZone(zone);
  free(zone);
}

static void tryFooter(const uint8_t *footer, size_t size){
  uint8_t file[2*(44 + 8) + 256] = { 0 };
  if( size > 256 ) return;
  for(int block = 0; block < 2; block++){
    uint8_t *header = file + 52*block;
    memcpy(header, "TZif2", 5);
    header[39] = 1; /* one type */
    header[43] = 2; /* two characters */
  }
  memcpy(file + 104, footer, size);
  tryFile(file, 104 + size);
}

static void tryStep(const char *text, size_t size){
  BucketStep step;
  if( zoneNameValid(text, size) ) MUST(size <= ZONE_NAME_MOST && memchr(text, '.', size)==NULL && text[0]!='/');
  if( !bucketStepParse(text, size, &step) ) return;
  MUST(step.count > 0);
  for(int64_t t = LORE_TIME_FIRST; t <= LORE_TIME_LAST; t += 7777777777777) checkBucket(&step, NULL, t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size){
  if( size < 80 ) tryStep((const char*)data, size);
  if( size > 0 && data[0]=='\n' ) tryFooter(data, size);
  else tryFile(data, size);
  return 0;
}
