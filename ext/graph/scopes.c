#include "graph/scopes.h"

#include <string.h>

#include "engine/scan.h"
#include "graph/approvals.h"

static int is(const char *scope, const char *word){
  return strcmp(scope, word)==0;
}

int graphMayWrite(LoreCall *call, const char *scope, int by){
  if( loreFailed(call) ) return 0;
  if( is(scope, "identity") && !loreIsApproved(call) ){
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
