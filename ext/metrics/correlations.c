/*
** Writing what has happened. Each verb is one statement, and its result is there before it: so nothing can fail after the row
** is there.
*/
#include "metrics/correlations.h"

#include <string.h>

#include "engine/uuid.h"

enum { LOG_TAGS = 2, LOG_ID = 7, LOG_AT };
enum { RECORD_TYPE, RECORD_REQUEST = 4, RECORD_RESPONSE, RECORD_TAGS, RECORD_ID = 13, RECORD_AT };
enum { UPDATE_ID, UPDATE_STATUS };

void correlationClearNull(LoreCall *call, int argument){
  const char *text = loreText(call, argument);
  if( text==NULL ) return;
  const char *first = text + strspn(text, " \t\r\n");
  if( *first==0 || strncmp(first, "null", 4)==0 ) loreSetNull(call, argument);
}

static void record(LoreCall *call, int id, int at, LoreSql differs, LoreSql insert){
  int known = loreIsKnown(call, id, at, differs);
  if( !loreGiven(call, id) ) loreSetText(call, id, loreUuid(call));
  loreResultText(call, loreText(call, id));
  if( !known ) loreWriteOne(call, insert);
}

void logRecord(LoreCall *call){
  correlationClearNull(call, LOG_TAGS);
  record(call, LOG_ID, LOG_AT, SQL_LOG_DIFFERS, SQL_LOG_INSERT);
}

void correlationRecord(LoreCall *call){
  const char *type = loreText(call, RECORD_TYPE);
  if( type && strcmp(type, SERVICE_CORRELATION)==0 ) loreSetText(call, RECORD_TYPE, SERVICE_INTERACTION);
  correlationClearNull(call, RECORD_REQUEST);
  correlationClearNull(call, RECORD_RESPONSE);
  correlationClearNull(call, RECORD_TAGS);
  record(call, RECORD_ID, RECORD_AT, SQL_CORRELATION_DIFFERS, SQL_CORRELATION_INSERT);
}

/* ---- correlation_update ---- */

/* 1 when the row must be written. */
static int mayMove(LoreCall *call, const char *from, int differs){
  const char *to = loreText(call, UPDATE_STATUS);
  if( loreFailed(call) ) return 0;
  if( strcmp(from, to)==0 && !differs ){
    loreNotice(call, "it is %s already", to);
  }else if( strcmp(from, to)==0 ){
    loreRefuse(call, LORE_REFUSED, "%s is %s already with another response", loreShow(call, UPDATE_ID), to);
  }else if( strcmp(from, "pending")==0 ){
    return 1;
  }else{
    loreRefuse(call, LORE_REFUSED, "status may go from pending to completed or failed, not from %s to %s, for %s", from, to,
               loreShow(call, UPDATE_ID));
  }
  return 0;
}

void correlationUpdate(LoreCall *call){
  LoreStatement *row = loreQuery(call, SQL_CORRELATION_STATUS);
  if( !loreNext(row) ){
    loreRefuse(call, LORE_REFUSED, "there is no correlation %s", loreShow(call, UPDATE_ID));
    return;
  }
  int given = loreColumnGiven(row, 0), differs = (int)loreColumnInt(row, 1);
  const char *from = given ? loreColumnCopy(row, 0) : "none";
  loreDone(row);
  if( from==NULL ){
    loreNoMemory(call);
    return;
  }
  int moves = mayMove(call, from, differs);
  if( moves ) loreWriteOne(call, SQL_CORRELATION_END);
  loreResultInt(call, moves);
}
