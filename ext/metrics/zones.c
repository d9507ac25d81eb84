/*
** Time zones of a connection: see zones.h.
**
** None is ever given up: what has a zone in hand may keep it as long as the connection lives, and there are no more of
** them than files in the system's database. The one asked for last is in front.
*/
#include <string.h>

#include "metrics/zonefile.h"
#include "metrics/zones.h"

typedef struct Known {
  struct Known *next;
  Zone *zone;
  size_t length;
  char name[ZONE_NAME_MOST];
} Known;

typedef struct Zones {
  Known *first;
} Zones;

static void releaseZones(void *memory){
  Known *known = ((Zones*)memory)->first;
  while( known ){
    Known *next = known->next;
    sqlite3_free(known->zone);
    sqlite3_free(known);
    known = next;
  }
  sqlite3_free(memory);
}

static Known *find(Zones *zones, const char *name, size_t length){
  Known **link = &zones->first;
  while( *link && ((*link)->length!=length || memcmp((*link)->name, name, length)!=0) ) link = &(*link)->next;
  Known *found = *link;
  if( found && found!=zones->first ){
    *link = found->next;
    found->next = zones->first;
    zones->first = found;
  }
  return found;
}

static void refuseZone(LoreCall *call, int argument, const char *rule){
  loreRefuse(call, LORE_BAD_ARGUMENT, "tz %s, got %s", rule, loreShow(call, argument));
}

/* 'UTC' is known without any file. */
static Zone *readZone(LoreCall *call, int argument){
  const char *name = loreText(call, argument), *why = NULL;
  unsigned char *bytes = loreAllocate(call, ZONE_MOST_BYTES + 1);
  if( bytes==NULL ) return NULL;
  long length = zoneNameValid(name, loreTextLength(call, argument)) ? zoneFileRead(name, bytes, ZONE_MOST_BYTES + 1) : -1;
  int is_utc = length < 0 && strcmp(name, "UTC")==0;
  if( length < 0 && !is_utc ){
    refuseZone(call, argument, "must be a time zone of this system, as 'Europe/Berlin'");
    return NULL;
  }
  Zone *zone = is_utc ? zoneOfUtc(loreReallocate) : zoneParse(bytes, (size_t)length, loreReallocate, &why);
  if( why ) refuseZone(call, argument, loreFormat(call, "names a file that is no time zone (%s)", why));
  else if( zone==NULL ) loreNoMemory(call);
  return zone;
}

static const Zone *learn(LoreCall *call, int argument, Zones *zones){
  Zone *zone = readZone(call, argument);
  Known *known = zone ? sqlite3_malloc64(sizeof *known) : NULL;
  if( known==NULL ){
    if( zone ) loreNoMemory(call);
    sqlite3_free(zone);
    return NULL;
  }
  *known = (Known){ .next = zones->first, .zone = zone, .length = loreTextLength(call, argument) };
  memcpy(known->name, loreText(call, argument), known->length);
  zones->first = known;
  return zone;
}

const Zone *zoneOf(LoreCall *call, int argument){
  static const char kKey;
  if( loreFailed(call) || !loreGiven(call, argument) ) return NULL;
  Zones *zones = loreKeptUntil(call, &kKey, sizeof *zones, releaseZones);
  if( zones==NULL ) return NULL;
  Known *known = find(zones, loreText(call, argument), loreTextLength(call, argument));
  return known ? known->zone : learn(call, argument, zones);
}
