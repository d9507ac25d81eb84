/*
** Points that wait to be written: see collection.h.
*/
#include "metrics/collection.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/clock.h"
#include "metrics/points.h"
#include "metrics/write.h"

enum { NAME, VALUE, TAGS, KIND, AT, ARGUMENTS };
enum { POINTS_MOST = 1 << 18, POINTS_FIRST = 1 << 10, SERIES_MOST = 1 << 16, BUCKETS = 1 << 12 };

typedef struct Waiting {
  int64_t time;
  double value;
  int series; /* which Known */
} Waiting;

/* A series under one way to write its name and tags. */
typedef struct Known {
  MetricSeries series;
  uint64_t hash;
  size_t name_length, tags_length;
  char *text;  /* name and tags */
  int next;    /* in its bucket of the table; -1 */
  int points;  /* that wait */
  int place;   /* of the first of them, when they are written */
} Known;

typedef struct Collection {
  Waiting *points;
  int count, room;
  int *waiting; /* which Known have points; there is room for as many as for points */
  int waiting_count;
  Known *known;
  int known_count, known_room;
  sqlite3_int64 highest; /* id of one that is known */
  int *buckets; /* of the table by hash: the first Known, -1 */
  int last;     /* Known of the row before */
  Known spare;  /* for the next new one: all but its series */
} Collection;

/* ---- Which series ---- */

/* FNV-1a with eight bytes at a time, and what that mixes too little. */
static uint64_t mix(uint64_t hash, const char *text, size_t length){
  for(; length >= 8; text += 8, length -= 8){
    uint64_t word;
    memcpy(&word, text, 8);
    hash = (hash ^ word)*UINT64_C(0x100000001b3);
    hash ^= hash >> 29;
  }
  for(; length > 0; text++, length--) hash = (hash ^ (unsigned char)*text)*UINT64_C(0x100000001b3);
  return hash ^ hash >> 32;
}

static int isNamed(const Known *known, const char *name, size_t name_length, const char *tags, size_t tags_length){
  return known->name_length==name_length && known->tags_length==tags_length && memcmp(known->text, name, name_length)==0
      && memcmp(known->text + name_length, tags, tags_length)==0;
}

/* -1: not known. */
static int findKnown(Collection *collection, const char *name, size_t name_length, const char *tags, size_t tags_length){
  if( collection->last < collection->known_count
      && isNamed(&collection->known[collection->last], name, name_length, tags, tags_length) ) return collection->last;
  if( collection->buckets==NULL ) return -1;
  uint64_t hash = mix(mix(name_length, name, name_length), tags, tags_length);
  int i = collection->buckets[hash % BUCKETS];
  while( i >= 0 ){
    const Known *known = &collection->known[i];
    if( known->hash==hash && isNamed(known, name, name_length, tags, tags_length) ) return collection->last = i;
    i = known->next;
  }
  return -1;
}

static int makeTable(LoreCall *call, Collection *collection){
  if( collection->buckets ) return 1;
  collection->buckets = sqlite3_malloc64(BUCKETS*sizeof *collection->buckets);
  if( collection->buckets==NULL ){
    loreNoMemory(call);
    return 0;
  }
  for(int i = 0; i < BUCKETS; i++) collection->buckets[i] = -1;
  return 1;
}

/* 0: no memory. */
static int prepareKnown(LoreCall *call, Collection *collection, const char *name, const char *tags){
  size_t name_length = strlen(name), tags_length = strlen(tags);
  sqlite3_free(collection->spare.text);
  collection->spare = (Known){ .hash = mix(mix(name_length, name, name_length), tags, tags_length), .name_length = name_length,
                               .tags_length = tags_length, .text = sqlite3_malloc64(name_length + tags_length + 1) };
  Known *grown = loreGrow(call, collection->known, collection->known_count, &collection->known_room, sizeof *grown);
  if( grown ) collection->known = grown;
  if( collection->spare.text==NULL ) loreNoMemory(call);
  if( collection->spare.text==NULL || loreFailed(call) || !makeTable(call, collection) ) return 0;
  memcpy(collection->spare.text, name, name_length);
  memcpy(collection->spare.text + name_length, tags, tags_length);
  return 1;
}

static int knowSpare(Collection *collection, const MetricSeries *series){
  Known known = collection->spare;
  int *bucket = &collection->buckets[known.hash % BUCKETS];
  known.series = *series;
  if( series->id > collection->highest ) collection->highest = series->id;
  known.next = *bucket;
  collection->spare.text = NULL;
  collection->known[collection->known_count] = known;
  return collection->last = *bucket = collection->known_count++;
}

/* ---- Taking ---- */

int collectionValue(sqlite3_int64 integer, double *value){
  *value = (double)integer;
  return *value < 0x1p63 && (sqlite3_int64)*value==integer;
}

static int takeValue(sqlite3_value *from, double *value){
  switch( sqlite3_value_type(from) ){
    case SQLITE_FLOAT: *value = sqlite3_value_double(from); return 1;
    case SQLITE_INTEGER: return collectionValue(sqlite3_value_int64(from), value);
    default: return 0;
  }
}

static int takeTime(sqlite3_value *from, int64_t *time){
  long long read = 0;
  int taken = 0;
  switch( sqlite3_value_type(from) ){
    case SQLITE_INTEGER: {
      sqlite3_int64 number = sqlite3_value_int64(from);
      taken = loreTimeOfMilliseconds(number, &read) || loreTimeOfSeconds((double)number, &read);
      break;
    }
    case SQLITE_FLOAT: taken = loreTimeOfSeconds(sqlite3_value_double(from), &read); break;
    case SQLITE_TEXT: {
      const char *text = (const char*)sqlite3_value_text(from);
      taken = text && loreTimeParse(text, (size_t)sqlite3_value_bytes(from), &read);
      break;
    }
    default: break;
  }
  *time = read;
  return taken;
}

/* Of tags NULL the text is "". */
static int takeSeries(Collection *collection, sqlite3_value **values){
  if( sqlite3_value_type(values[NAME])!=SQLITE_TEXT ) return -1;
  int type = sqlite3_value_type(values[TAGS]);
  if( type!=SQLITE_TEXT && type!=SQLITE_NULL ) return -1;
  const char *name = (const char*)sqlite3_value_text(values[NAME]);
  const char *tags = type==SQLITE_TEXT ? (const char*)sqlite3_value_text(values[TAGS]) : "";
  if( name==NULL || tags==NULL ) return -1;
  size_t tags_length = type==SQLITE_TEXT ? (size_t)sqlite3_value_bytes(values[TAGS]) : 0;
  return findKnown(collection, name, (size_t)sqlite3_value_bytes(values[NAME]), tags, tags_length);
}

/* The kind may be absent; a series that is known is what it is. */
static int agrees(sqlite3_value *kind, const Known *known){
  if( sqlite3_value_type(kind)==SQLITE_NULL ) return 1;
  const char *text = sqlite3_value_type(kind)==SQLITE_TEXT ? (const char*)sqlite3_value_text(kind) : NULL;
  return text && strcmp(text, known->series.is_counter ? "counter" : "gauge")==0;
}

static void add(Collection *collection, int series, int64_t time, double value){
  collection->points[collection->count++] = (Waiting){ .time = time, .value = value, .series = series };
  if( collection->known[series].points++==0 ) collection->waiting[collection->waiting_count++] = series;
}

static int take(void *memory, int count, sqlite3_value **values, sqlite3_int64 *id){
  Collection *collection = memory;
  double value;
  int64_t time;
  if( count!=ARGUMENTS || collection->count==collection->room ) return 0;
  int series = takeSeries(collection, values);
  if( series < 0 || !agrees(values[KIND], &collection->known[series]) ) return 0;
  if( !takeValue(values[VALUE], &value) || !takeTime(values[AT], &time) ) return 0;
  add(collection, series, time, value);
  *id = collection->known[series].series.id;
  return 1;
}

/* Room for one more; what waits is written when it is as much as may be. */
static int makeRoom(LoreCall *call, Collection *collection){
  if( collection->count >= POINTS_MOST || collection->known_count >= SERIES_MOST ) loreCollectionWrite(call);
  if( loreFailed(call) || collection->count < collection->room ) return !loreFailed(call);
  int room = collection->room ? 2*collection->room : POINTS_FIRST;
  Waiting *points = sqlite3_realloc64(collection->points, (size_t)room*sizeof *points);
  if( points ) collection->points = points;
  int *waiting = points ? sqlite3_realloc64(collection->waiting, (size_t)room*sizeof *waiting) : NULL;
  if( waiting==NULL ){
    loreNoMemory(call);
    return 0;
  }
  collection->waiting = waiting;
  collection->room = room;
  return 1;
}

int collectionReady(LoreCall *call, void *memory, const char *name, const char *tags){
  Collection *collection = memory;
  if( collection->count==0 ) loreFindInt(call, SQL_METRIC_TABLES); /* what is not there is told here, not at COMMIT */
  return makeRoom(call, collection) && prepareKnown(call, collection, name, tags ? tags : "");
}

/* ---- Writing ---- */

static void forgetAll(Collection *collection){
  for(int i = 0; i < collection->known_count; i++) sqlite3_free(collection->known[i].text);
  for(int i = 0; i < BUCKETS && collection->buckets; i++) collection->buckets[i] = -1;
  collection->known_count = 0;
  collection->highest = 0;
  collection->count = collection->waiting_count = 0;
  collection->last = 0;
}

/* A new series has the highest id of all that are there: one that is known and has no lower one was deleted by plain SQL. No
** point of it waits, for whatever waited was written before the new one was made. */
void collectionAdd(void *memory, const MetricSeries *series, int64_t time, double value){
  Collection *collection = memory;
  const Known *spare = &collection->spare;
  if( series->is_new && series->id <= collection->highest && collection->count==0 ) forgetAll(collection);
  int known = findKnown(collection, spare->text, spare->name_length, spare->text + spare->name_length, spare->tags_length);
  add(collection, known >= 0 ? known : knowSpare(collection, series), time, value);
}

static void drop(void *memory){
  forgetAll(memory);
}

static void release(void *memory){
  Collection *collection = memory;
  forgetAll(collection);
  sqlite3_free(collection->spare.text);
  sqlite3_free(collection->points);
  sqlite3_free(collection->waiting);
  sqlite3_free(collection->known);
  sqlite3_free(collection->buckets);
}

static int compareInts(const void *a, const void *b){
  int x = *(const int*)a, y = *(const int*)b;
  return (x > y) - (x < y);
}

typedef struct ById {
  sqlite3_int64 id;
  int known;
} ById;

static int compareIds(const void *a, const void *b){
  const ById *x = a, *y = b;
  if( x->id!=y->id ) return x->id < y->id ? -1 : 1;
  return x->known - y->known;
}

/* Where in `points` those of each Known stand, in the order in which they came: from its place on. */
static int *placePoints(LoreCall *call, Collection *collection){
  Known *known = collection->known;
  int *order = loreAllocate(call, (size_t)collection->count*sizeof *order), at = 0;
  if( order==NULL ) return NULL;
  for(int i = 0; i < collection->waiting_count; i++){
    known[collection->waiting[i]].place = at;
    at += known[collection->waiting[i]].points;
  }
  for(int i = 0; i < collection->count; i++) order[known[collection->points[i].series].place++] = i;
  for(int i = 0; i < collection->waiting_count; i++) known[collection->waiting[i]].place -= known[collection->waiting[i]].points;
  return order;
}

static int isAscending(const MetricPoints *points){
  int i = 1;
  while( i < points->count && points->times[i - 1] < points->times[i] ) i++;
  return i >= points->count;
}

typedef struct Placed {
  int64_t time;
  int place;
} Placed;

static int comparePlaced(const void *a, const void *b){
  const Placed *x = a, *y = b;
  if( x->time!=y->time ) return x->time < y->time ? -1 : 1;
  return x->place - y->place;
}

/* By time; of several of one time the one that came last. */
static void sortPoints(LoreCall *call, MetricPoints *points){
  int count = points->count;
  Placed *placed = loreAllocate(call, (size_t)count*sizeof *placed);
  double *values = loreAllocate(call, (size_t)count*sizeof *values);
  if( values==NULL ) return;
  for(int i = 0; i < count; i++) placed[i] = (Placed){ points->times[i], i };
  memcpy(values, points->values, (size_t)count*sizeof *values);
  qsort(placed, (size_t)count, sizeof *placed, comparePlaced);
  points->count = 0;
  for(int i = 0; i < count; i++){
    if( i + 1 < count && placed[i].time==placed[i + 1].time ) continue;
    pointsAdd(points, placed[i].time, values[placed[i].place]);
  }
}

/* The points at these places of the list as those of one series. */
static void writeSeries(LoreCall *call, const Collection *collection, sqlite3_int64 series, const int *order, int count,
                        MetricPoints *points){
  points->count = 0;
  if( !pointsReserve(call, points, count) ) return;
  for(int i = 0; i < count; i++){
    const Waiting *waiting = &collection->points[order[i]];
    pointsAdd(points, waiting->time, waiting->value);
  }
  if( !isAscending(points) ) sortPoints(call, points);
  if( !loreFailed(call) ) metricWrite(call, series, points->times, points->values, points->count);
}

/* The places of the points of a series as they came. One that was named in several ways has them in several places. */
static int gather(LoreCall *call, const Collection *collection, const ById *first, int ways, int *order, int **all){
  int count = 0, at = 0;
  for(int i = 0; i < ways; i++) count += collection->known[first[i].known].points;
  *all = order + collection->known[first->known].place;
  if( ways==1 ) return count;
  *all = loreAllocate(call, (size_t)count*sizeof **all);
  for(int i = 0; i < ways && *all; i++){
    const Known *known = &collection->known[first[i].known];
    memcpy(*all + at, order + known->place, (size_t)known->points*sizeof **all);
    at += known->points;
  }
  if( *all ) qsort(*all, (size_t)count, sizeof **all, compareInts);
  return *all ? count : 0;
}

/* Only what waits costs anything here, for each new series has what waits written, and there may be many that are known. */
static void writeAll(LoreCall *call, Collection *collection){
  int waiting = collection->waiting_count, *all;
  MetricPoints points = { .count = 0 };
  ById *ids = loreAllocate(call, (size_t)waiting*sizeof *ids);
  int *order = ids ? placePoints(call, collection) : NULL;
  if( order==NULL ) return;
  for(int i = 0; i < waiting; i++) ids[i] = (ById){ collection->known[collection->waiting[i]].series.id, collection->waiting[i] };
  qsort(ids, (size_t)waiting, sizeof *ids, compareIds);
  for(int i = 0, ways; i < waiting && !loreFailed(call); i += ways){
    for(ways = 1; i + ways < waiting && ids[i + ways].id==ids[i].id; ) ways++;
    int count = gather(call, collection, ids + i, ways, order, &all);
    if( count > 0 ) writeSeries(call, collection, ids[i].id, all, count, &points);
  }
}

static void forgetPoints(Collection *collection){
  for(int i = 0; i < collection->waiting_count; i++) collection->known[collection->waiting[i]].points = 0;
  collection->count = collection->waiting_count = 0;
  if( collection->known_count >= SERIES_MOST ) forgetAll(collection);
}

static void write(LoreCall *call, void *memory){
  Collection *collection = memory;
  if( collection->count > 0 ) writeAll(call, collection);
  forgetPoints(collection);
}

const LoreCollector kMetricCollector = {
  .verb = "metric_record", .size = sizeof(Collection), .take = take, .write = write, .drop = drop, .release = release,
};
