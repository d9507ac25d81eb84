/*
** Events: what has happened, once for whoever takes it. A consumer leases events under a token and
** acknowledges the token; what it does not acknowledge in time is there for the next.
**
** The token stays with a consumed event, so that an acknowledgement that is repeated finds it.
*/
#include <string.h>

#include "engine/json.h"
#include "engine/lease.h"
#include "engine/scan.h"
#include "snapshots/snapshots.h"

enum { CLAIM_CONSUMER, CLAIM_MAX_ROWS, CLAIM_TYPE, CLAIM_SEVERITY, CLAIM_SECONDS, CLAIM_REQUEST };
enum { ACK_TOKEN };

void eventPublish(LoreCall *call){
  loreResultId(call, loreInsert(call, SQL_INTELLIGENCE_EVENT_INSERT));
}

/* ---- events_claim ---- */

/* Leases the ids that a query gives, all read first; how many. */
static int leaseAll(LoreCall *call, LoreSql query){
  int most = (int)loreInt(call, CLAIM_MAX_ROWS), count = 0;
  sqlite3_int64 *ids = loreAllocate(call, sizeof *ids*(size_t)most);
  LoreStatement *rows = loreQuery(call, query);
  while( count < most && loreNext(rows) ) ids[count++] = loreColumnInt(rows, 0);
  loreDone(rows);
  for(int i = 0; i < count && !loreFailed(call); i++){
    if( i % 1000==999 && loreInterrupted(call) ) break;
    loreLetInt(call, "id", ids[i]);
    loreWriteOne(call, SQL_INTELLIGENCE_EVENT_LEASE);
  }
  return count;
}

/* 1 when the token has been given before: what it still holds is leased anew when its time is over. */
static int isRepeated(LoreCall *call){
  LoreStatement *row = loreQuery(call, SQL_INTELLIGENCE_EVENT_TOKEN);
  if( !loreNext(row) ) return 0;
  sqlite3_int64 held = loreColumnInt(row, 0), ended = loreColumnInt(row, 1);
  loreDone(row);
  if( held > 0 ) leaseAll(call, SQL_INTELLIGENCE_EVENT_LEASES_OVER);
  else if( ended > 0 ) loreNotice(call, "the events of this request are consumed");
  return held + ended > 0;
}

/* Other software may have written data that is no JSON: it is given as text. */
static void addData(LoreCall *call, LoreJson *event, const char *data){
  int is_json = data==NULL || loreScanIsPlain(data, strlen(data));
  if( is_json ) loreJsonAddRaw(call, event, "event_data", data);
  else loreJsonAddText(call, event, "event_data", data);
}

static void addEvents(LoreCall *call, LoreJson *events, const char *token){
  LoreStatement *rows = loreQuery(call, SQL_INTELLIGENCE_EVENT_LEASED);
  while( loreNext(rows) ){
    LoreJson *event = loreJsonAddObject(call, events, NULL);
    loreJsonAddInt(call, event, "id", loreColumnInt(rows, 0));
    loreJsonAddText(call, event, "token", token);
    loreJsonAddText(call, event, "event_type", loreColumnText(rows, 1));
    loreJsonAddText(call, event, "severity", loreColumnText(rows, 2));
    loreJsonAddText(call, event, "entity_type", loreColumnText(rows, 3));
    loreJsonAddText(call, event, "entity_id", loreColumnText(rows, 4));
    addData(call, event, loreColumnText(rows, 5));
    loreJsonAddText(call, event, "created_at", loreColumnText(rows, 6));
  }
}

void eventsClaim(LoreCall *call){
  const char *request = loreText(call, CLAIM_REQUEST);
  const char *purpose = loreFormat(call, "events %s", loreText(call, CLAIM_CONSUMER));
  if( purpose==NULL ) return;
  const char *token = loreLeaseToken(call, purpose, request);
  LoreJson *events = loreJsonArray(call);
  loreLeaseUntil(call, loreInt(call, CLAIM_SECONDS));
  if( request==NULL || !isRepeated(call) ){
    int typed = loreGiven(call, CLAIM_TYPE);
    int count = leaseAll(call, typed ? SQL_INTELLIGENCE_EVENT_CANDIDATES_OF_TYPE : SQL_INTELLIGENCE_EVENT_CANDIDATES);
    if( count==0 ) loreNotice(call, "nothing is waiting");
  }
  addEvents(call, events, token);
  loreJsonResult(call, events);
}

/* ---- events_ack ---- */

void eventsAck(LoreCall *call){
  sqlite3_int64 held = 0, ended = 0;
  loreLetArgument(call, "lease_token", ACK_TOKEN);
  LoreStatement *row = loreQuery(call, SQL_INTELLIGENCE_EVENT_TOKEN);
  if( loreNext(row) ){
    held = loreColumnInt(row, 0);
    ended = loreColumnInt(row, 1);
    loreDone(row);
  }
  if( held==0 && ended==0 ){
    loreRefuse(call, LORE_REFUSED, "the token is stale: another consumer has its events, or they are archived");
  }else if( held==0 ){
    loreNotice(call, "its events are consumed already");
  }else if( loreRun(call, SQL_INTELLIGENCE_EVENT_END)!=held ){
    loreRefuse(call, LORE_REFUSED, "a row was not stored: a trigger ignored it");
  }
  loreResultInt(call, held);
}

/* ---- events_archive ---- */

void eventsArchive(LoreCall *call){
  sqlite3_int64 count = loreFindInt(call, SQL_INTELLIGENCE_EVENT_ARCHIVE_COUNT);
  if( loreRun(call, SQL_INTELLIGENCE_EVENT_ARCHIVE_COPY)!=count || loreRun(call, SQL_INTELLIGENCE_EVENT_ARCHIVE_DELETE)!=count ){
    loreRefuse(call, LORE_REFUSED, "a row was not stored: a trigger ignored it");
  }
  loreResultInt(call, count);
}
