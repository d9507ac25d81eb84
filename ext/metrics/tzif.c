/*
** Reads the bytes of a TZif file into a zone (RFC 8536, and RFC 9636 for version 4): any bytes at all.
**
** The file is a header, a block of data with 32-bit times, and from version 2 on again a header, a block with 64-bit times
** and a footer, the rule for what comes after. Only the last of the blocks counts. Abbreviations and the flags of standard
** time are of no use here. Files that count leap seconds (`right/...`) are refused: times here have none.
*/
#include <string.h>

#include "engine/clock.h"
#include "metrics/zonerule.h"
#include "metrics/zonetable.h"

enum { HEADER = 44, TYPE = 6, SECONDS_MS = 1000, RULE_YEARS = 408, CYCLE_AFTER_YEARS = 2 };

#define DAY_MS 86400000LL
#define YEAR_MS (366*DAY_MS)
/* A change before this is the state of things in the year 0; one after, beyond all times. In seconds. */
#define EARLIEST (LORE_TIME_FIRST/SECONDS_MS - 366*86400LL)
#define LATEST (LORE_TIME_LAST/SECONDS_MS + 366*86400LL)

typedef struct Counts {
  uint64_t ut_flags, standard_flags, leap_seconds, times, types, characters;
} Counts;

/* A block of data and its arrays. */
typedef struct Block {
  int version;
  size_t width; /* bytes of a time */
  Counts counts;
  const unsigned char *times, *indexes, *types;
} Block;

/* What is left of the file; `why` is set once something is wrong. */
typedef struct Reader {
  const unsigned char *bytes;
  size_t left;
  const char *why;
} Reader;

static const unsigned char *takeBytes(Reader *in, uint64_t count){
  const unsigned char *bytes = in->bytes;
  if( count > in->left ){
    in->why = "it ends too early";
    return NULL;
  }
  in->bytes += count;
  in->left -= (size_t)count;
  return bytes;
}

static uint64_t bigEndian(const unsigned char *bytes, size_t width){
  uint64_t value = 0;
  for(size_t i = 0; i < width; i++) value = value << 8 | bytes[i];
  return value;
}

static int64_t signedAt(const unsigned char *bytes, size_t width){
  uint64_t value = bigEndian(bytes, width);
  return width==8 ? (int64_t)value : (int64_t)(int32_t)(uint32_t)value;
}

/* ---- Blocks ---- */

static int readHeader(Reader *in, Block *block){
  const unsigned char *header = takeBytes(in, HEADER);
  if( header==NULL || memcmp(header, "TZif", 4)!=0 ){
    in->why = "it is no TZif file";
    return 0;
  }
  block->version = header[4] ? header[4] - '0' : 1;
  if( header[4]!=0 && (header[4] < '2' || header[4] > '4') ) in->why = "its version is not one of 1 to 4";
  uint64_t counts[6];
  for(int i = 0; i < 6; i++) counts[i] = bigEndian(header + 20 + 4*(size_t)i, 4);
  block->counts = (Counts){ counts[0], counts[1], counts[2], counts[3], counts[4], counts[5] };
  return in->why==NULL;
}

static int readBlock(Reader *in, Block *block, size_t width){
  const Counts *counts = &block->counts;
  block->width = width;
  block->times = takeBytes(in, counts->times*width);
  block->indexes = takeBytes(in, counts->times);
  block->types = takeBytes(in, counts->types*TYPE);
  takeBytes(in, counts->characters + counts->leap_seconds*(width + 4) + counts->standard_flags + counts->ut_flags);
  return block->times && block->indexes && block->types && in->why==NULL;
}

/* The block that counts. */
static int readBlocks(Reader *in, Block *block){
  if( !readHeader(in, block) || !readBlock(in, block, 4) ) return 0;
  if( block->version > 1 && (!readHeader(in, block) || !readBlock(in, block, 8)) ) return 0;
  if( block->counts.types==0 ) in->why = "it has no type of local time";
  else if( block->counts.leap_seconds > 0 ) in->why = "it counts leap seconds";
  return in->why==NULL;
}

static int64_t timeAt(const Block *block, uint64_t i){
  return signedAt(block->times + i*block->width, block->width);
}

static int checkTypes(Reader *in, const Block *block){
  for(uint64_t i = 0; i < block->counts.types; i++){
    int64_t offset = signedAt(block->types + i*TYPE, 4);
    if( offset <= -ZONE_MOST_OFFSET || offset >= ZONE_MOST_OFFSET ) in->why = "it is more than a day away from UTC";
  }
  for(uint64_t i = 0; i < block->counts.times; i++){
    if( block->indexes[i] >= block->counts.types ) in->why = "it names a type of local time that it does not have";
    if( i > 0 && timeAt(block, i - 1) >= timeAt(block, i) ) in->why = "its changes of clocks are in disorder";
  }
  return in->why==NULL;
}

/* "\nrule\n"; has_rule stays 0 when it is empty or of version 1. */
static int readFooter(Reader *in, const Block *block, ZoneRule *rule, int *has_rule){
  *has_rule = 0;
  if( block->version==1 ) return 1;
  const unsigned char *end = in->left > 1 ? memchr(in->bytes + 1, '\n', in->left - 1) : NULL;
  if( end==NULL || in->bytes[0]!='\n' ){
    in->why = "its footer is missing";
    return 0;
  }
  const char *text = (const char*)in->bytes + 1;
  size_t length = (size_t)((const char*)end - text);
  *has_rule = length > 0;
  if( *has_rule && !zoneRuleParse(text, length, rule) ) in->why = "its footer is no rule";
  return in->why==NULL;
}

/* ---- The table ---- */

static int64_t offsetOf(const Block *block, uint64_t type){
  return signedAt(block->types + type*TYPE, 4)*SECONDS_MS;
}

/* The changes that the file lists. 0 when it lists later ones than there are times: so its rule is never asked. */
static int addListed(Zone *zone, const Block *block){
  zone->offset = offsetOf(block, 0);
  for(uint64_t i = 0; i < block->counts.times; i++){
    int64_t at = timeAt(block, i), offset = offsetOf(block, block->indexes[i]);
    if( at > LATEST ) return 0;
    if( at < EARLIEST ) zone->offset = offset;
    else zone->changes[zone->count++] = (ZoneChange){ .at = at*SECONDS_MS, .offset = offset };
  }
  return 1;
}

/* Puts a change of the rule in its place among those from `first` on: nearly always the last. Of two at one moment the
** later call counts. */
static void addRuled(Zone *zone, int first, int64_t at, int64_t offset){
  int place = zone->count;
  while( place > first && zone->changes[place - 1].at > at ) place--;
  if( place > 0 && zone->changes[place - 1].at >= at ){
    if( place > first ) zone->changes[place - 1].offset = offset;
    return;
  }
  memmove(&zone->changes[place + 1], &zone->changes[place], (size_t)(zone->count - place)*sizeof *zone->changes);
  zone->changes[place] = (ZoneChange){ .at = at, .offset = offset };
  zone->count++;
}

/* The end comes first: where summer time ends and starts at one moment, it goes on. */
static void addYear(Zone *zone, int first, const ZoneRule *rule, int year){
  addRuled(zone, first, zoneRuleEnd(rule, year)*SECONDS_MS, rule->standard*(int64_t)SECONDS_MS);
  addRuled(zone, first, zoneRuleStart(rule, year)*SECONDS_MS, rule->summer*(int64_t)SECONDS_MS);
}

/* The last year unrolled lacks what its neighbours would take back or put before it. */
static void cutLast(Zone *zone, int first, int64_t at){
  while( zone->count > first && zone->changes[zone->count - 1].at >= at ) zone->count--;
}

/* Leaves out, from `first` on, what changes nothing. */
static void dropIdle(Zone *zone, int first){
  int kept = first;
  for(int i = first; i < zone->count; i++){
    int64_t before = kept > 0 ? zone->changes[kept - 1].offset : zone->offset;
    if( zone->changes[i].offset!=before ) zone->changes[kept++] = zone->changes[i];
  }
  zone->count = kept;
}

/* The cycle begins with a change, so that no span reaches out of it into the time before. */
static void findCycle(Zone *zone, int first, int64_t after){
  int i = first;
  while( i < zone->count && zone->changes[i].at < after ) i++;
  if( i==zone->count || zone->changes[i].at > after + 2*YEAR_MS ) return;
  zone->cycle = zone->changes[i].at;
  zone->has_cycle = 1;
}

static void addRule(Zone *zone, const ZoneRule *rule){
  int listed = zone->count, year = 1970, month, day;
  if( listed > 0 ) loreDateOfDays(zone->changes[listed - 1].at/DAY_MS, &year, &month, &day);
  else zone->offset = rule->standard*(int64_t)SECONDS_MS;
  if( !rule->has_summer ) return;
  for(int i = -1; i < RULE_YEARS; i++) addYear(zone, listed, rule, year + i);
  cutLast(zone, listed, loreDaysOfDate(year + RULE_YEARS - 1, 7, 1)*DAY_MS);
  if( listed==0 ) zone->offset = zone->changes[zone->count - 1].offset; /* the years before were as these */
  dropIdle(zone, listed);
  findCycle(zone, listed, loreDaysOfDate(year + CYCLE_AFTER_YEARS, 1, 1)*DAY_MS);
  zone->repeats_back = zone->has_cycle && listed==0;
}

static void findPeaks(Zone *zone){
  int64_t peak = INT64_MIN, offset = zone->offset;
  for(int i = 0; i < zone->count; i++){
    ZoneChange *change = &zone->changes[i];
    if( change->at + offset > peak ) peak = change->at + offset;
    change->peak = peak;
    offset = change->offset;
  }
}

static Zone *newZone(uint64_t changes, void *(*reallocate)(void *, size_t)){
  Zone *zone = reallocate(NULL, sizeof *zone + (size_t)changes*sizeof *zone->changes);
  if( zone ) *zone = (Zone){ .offset = 0 };
  return zone;
}

Zone *zoneOfUtc(void *(*reallocate)(void *, size_t)){
  return newZone(0, reallocate);
}

Zone *zoneParse(const unsigned char *bytes, size_t length, void *(*reallocate)(void *, size_t), const char **why){
  Reader in = { bytes, length, NULL };
  Block block;
  ZoneRule rule;
  int has_rule;
  if( length > ZONE_MOST_BYTES ) in.why = "it is too large";
  int good = in.why==NULL && readBlocks(&in, &block) && checkTypes(&in, &block) && readFooter(&in, &block, &rule, &has_rule);
  *why = in.why;
  if( !good ) return NULL;
  Zone *zone = newZone(block.counts.times + (has_rule && rule.has_summer ? 2*(RULE_YEARS + 1) : 0), reallocate);
  if( zone==NULL ) return NULL;
  if( addListed(zone, &block) && has_rule ) addRule(zone, &rule);
  findPeaks(zone);
  return zone;
}
