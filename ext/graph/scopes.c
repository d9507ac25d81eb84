#include "graph/scopes.h"

#include <string.h>

#include "engine/scan.h"

enum { REJECT_REQUEST };

static int is(const char *scope, const char *word){
  return strcmp(scope, word)==0;
}

static void request(LoreCall *call, void *context){
  sqlite3_int64 *number = context;
  loreLetText(call, "verb", loreCallName(call));
  loreLetText(call, "arguments", loreArgumentsJson(call));
  *number = loreFindInt(call, SQL_GRAPH_REQUEST_FIND);
  if( *number==0 ) *number = loreInsert(call, SQL_GRAPH_REQUEST_INSERT);
  loreNotice(call, "the scope identity needs an approval: request %lld is pending", *number);
}

/* In the frame, for the notice may fail after the row is written. */
sqlite3_int64 graphRequest(LoreCall *call){
  sqlite3_int64 number = 0;
  loreInFrame(call, request, &number);
  return number;
}

int graphMayWrite(LoreCall *call, const char *scope, int by){
  if( loreFailed(call) ) return 0;
  if( is(scope, "identity") ){
    loreResultId(call, graphRequest(call));
    return 0;
  }
  int needs_by = is(scope, "environment") || is(scope, "network");
  if( needs_by && by!=GRAPH_NO_BY && loreTextLength(call, by)==0 ){
    loreRefuse(call, LORE_BAD_ARGUMENT, "by is missing: the scope %s needs it", scope);
  }
  return !loreFailed(call);
}

/* The first member of that name, as graph_forget will find it by json_extract. */
static LoreScanValue provenanceOf(const char *attributes){
  LoreScanValue object, name, value;
  LoreScan scan = { NULL, NULL, 0 };
  if( loreScanText(attributes, strlen(attributes), &object) ) scan = loreScanInto(&object);
  while( loreScanNext(&scan, &name, &value) ) if( loreScanIs(&name, "provenance") ) return value;
  return (LoreScanValue){ .kind = LORE_SCAN_NULL };
}

void graphCheckProvenance(LoreCall *call, const char *scope, const char *attributes){
  if( loreFailed(call) || !is(scope, "network") ) return;
  LoreScanValue provenance = provenanceOf(attributes);
  if( provenance.kind!=LORE_SCAN_STRING || provenance.length==2 ){
    loreRefuse(call, LORE_BAD_ARGUMENT, "attributes must have a provenance, a text, in the scope network");
  }
}

void graphReject(LoreCall *call){
  const char *status = loreFindText(call, SQL_GRAPH_REQUEST_STATUS);
  if( loreFailed(call) ) return;
  loreResultInt(call, 0);
  if( status==NULL ){
    loreRefuse(call, LORE_REFUSED, "there is no request %s", loreShow(call, REJECT_REQUEST));
  }else if( strcmp(status, "rejected")==0 ){
    loreNotice(call, "request %s is rejected already", loreShow(call, REJECT_REQUEST));
  }else if( strcmp(status, "pending")!=0 ){
    loreRefuse(call, LORE_REFUSED, "request %s is %s", loreShow(call, REJECT_REQUEST), status);
  }else{
    loreWriteOne(call, SQL_GRAPH_REQUEST_REJECT);
    loreResultInt(call, 1);
    loreAudit(call, loreCallName(call), loreShow(call, REJECT_REQUEST), loreArgumentsJson(call));
  }
}
