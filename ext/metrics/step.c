/*
** Reading a step: see bucket.h.
*/
#include <math.h>
#include <string.h>

#include "engine/text.h"
#include "metrics/bucket.h"

#define SECOND_MS INT64_C(1000)
#define HOUR_MS (3600*SECOND_MS)
#define DAY_MS (24*HOUR_MS)

#define MOST_YEARS INT64_C(10000)

enum { MOST_DIGITS = 15 };

typedef struct Unit {
  const char *name;
  BucketUnit unit;
  int64_t worth;
} Unit;

/* Longer names first, where one begins with another. */
static const Unit kUnits[] = {
  { "ms", BUCKET_MILLISECONDS, 1 }, { "mo", BUCKET_MONTHS, 1 }, { "s", BUCKET_MILLISECONDS, SECOND_MS },
  { "m", BUCKET_MILLISECONDS, 60*SECOND_MS }, { "h", BUCKET_MILLISECONDS, HOUR_MS }, { "d", BUCKET_DAYS, 1 },
  { "w", BUCKET_WEEKS, 1 }, { "q", BUCKET_MONTHS, 3 }, { "y", BUCKET_MONTHS, 12 }, { NULL, BUCKET_DAYS, 0 },
};
/* ISO 8601, before and after its T. */
static const Unit kDates[] = {
  { "Y", BUCKET_MONTHS, 12 }, { "M", BUCKET_MONTHS, 1 }, { "W", BUCKET_WEEKS, 1 }, { "D", BUCKET_DAYS, 1 },
  { NULL, BUCKET_DAYS, 0 },
};
static const Unit kTimes[] = {
  { "H", BUCKET_MILLISECONDS, HOUR_MS }, { "M", BUCKET_MILLISECONDS, 60*SECOND_MS }, { "S", BUCKET_MILLISECONDS, SECOND_MS },
  { NULL, BUCKET_DAYS, 0 },
};

static int64_t mostOf(BucketUnit unit){
  static const int64_t kMost[] = { MOST_YEARS*365*DAY_MS, MOST_YEARS*365, MOST_YEARS*52, MOST_YEARS*12 };
  return kMost[unit];
}

static const Unit *unitAt(const Unit *units, const char *text, size_t left){
  while( units->name && (strlen(units->name) > left || strncmp(units->name, text, strlen(units->name))!=0) ) units++;
  return units->name ? units : NULL;
}

/* Digits and a unit, added to what is there. The bytes that it took, 0 when it does not fit. */
static size_t addPart(const Unit *units, const char *text, size_t left, BucketStep *step, int first){
  int64_t count = 0;
  size_t digits = 0;
  while( digits < left && digits < MOST_DIGITS && text[digits] >= '0' && text[digits] <= '9' ){
    count = count*10 + (text[digits++] - '0');
  }
  const Unit *unit = digits ? unitAt(units, text + digits, left - digits) : NULL;
  if( unit==NULL || (!first && unit->unit!=step->unit) || count > mostOf(unit->unit)/unit->worth ) return 0;
  step->unit = unit->unit;
  step->count += count*unit->worth;
  return digits + strlen(unit->name);
}

static int readParts(const Unit *units, const char *text, size_t length, BucketStep *step){
  size_t at = 0;
  while( at < length ){
    size_t taken = addPart(units, text + at, length - at, step, at==0);
    if( taken==0 || step->count > mostOf(step->unit) ) return 0;
    at += taken;
  }
  return step->count > 0;
}

int bucketStepOfSeconds(double seconds, BucketStep *step){
  double ms = floor(seconds*1000 + 0.5);
  if( !(ms >= 1 && ms <= (double)mostOf(BUCKET_MILLISECONDS)) || fabs(seconds*1000 - ms) > 1e-6 ) return 0;
  *step = (BucketStep){ BUCKET_MILLISECONDS, (int64_t)ms };
  return 1;
}

int bucketStepParse(const char *text, size_t length, BucketStep *step){
  int type;
  long long integer;
  double real;
  *step = (BucketStep){ BUCKET_MILLISECONDS, 0 };
  if( length > 1 && text[0]=='P' ){
    return text[1]=='T' ? readParts(kTimes, text + 2, length - 2, step) : readParts(kDates, text + 1, length - 1, step);
  }
  if( readParts(kUnits, text, length, step) ) return 1;
  if( !loreNumberParse(text, length, &type, &integer, &real) ) return 0;
  return bucketStepOfSeconds(type==1 ? (double)integer : real, step);
}
