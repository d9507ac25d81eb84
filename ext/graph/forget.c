/*
** What is deleted for good: a node with all that was ever known of it, and whatever came from one source.
*/
#include "graph/node.h"
#include "graph/scopes.h"

enum { DELETE_ID, DELETE_SCOPE };
enum { FORGET_SOURCE };

/* A trigger may have kept a row: then the deletion is refused. */
static sqlite3_int64 deleteAll(LoreCall *call, LoreSql count, LoreSql rows){
  sqlite3_int64 expected = loreFindInt(call, count);
  if( expected==0 ) return 0;
  if( loreRun(call, rows)!=expected ) loreRefuse(call, LORE_REFUSED, "a row was not deleted: a trigger ignored it");
  return expected;
}

sqlite3_int64 graphNodeDelete(LoreCall *call, const char *id, const char *scope){
  loreLetText(call, "node", id);
  loreLetText(call, "node_scope", scope);
  sqlite3_int64 edges = deleteAll(call, SQL_GRAPH_NODE_EDGES_COUNT, SQL_GRAPH_NODE_EDGES_DELETE);
  deleteAll(call, SQL_GRAPH_NODE_HISTORY_COUNT, SQL_GRAPH_NODE_HISTORY_DELETE);
  loreWriteOne(call, SQL_GRAPH_NODE_DELETE);
  return 1 + edges;
}

void graphDeleteNode(LoreCall *call){
  const char *id = loreText(call, DELETE_ID), *scope = loreText(call, DELETE_SCOPE);
  if( !graphMayWrite(call, scope, GRAPH_NO_BY) ) return;
  GraphNode node = graphNodeRead(call, id, scope);
  if( !loreFailed(call) && node.type==NULL ){
    loreRefuse(call, LORE_REFUSED, "there is no node %s in the scope %s", loreShow(call, DELETE_ID), scope);
  }
  loreResultInt(call, loreFailed(call) ? 0 : graphNodeDelete(call, id, scope));
}

/* ---- graph_forget ---- */

typedef struct Place {
  const char *id, *scope;
} Place;

/* The nodes are read first: none may be deleted while they are. */
static sqlite3_int64 forgetNodes(LoreCall *call){
  int count = 0, capacity = 0;
  Place *places = NULL;
  LoreStatement *rows = loreQuery(call, SQL_GRAPH_FORGET_NODES);
  while( loreNext(rows) ){
    Place *grown = loreGrow(call, places, count, &capacity, sizeof *places);
    if( grown==NULL ) continue;
    places = grown;
    places[count].id = loreColumnCopy(rows, 0);
    places[count++].scope = loreColumnCopy(rows, 1);
  }
  sqlite3_int64 deleted = 0;
  for(int i = 0; i < count && !loreFailed(call); i++){
    if( i % 1000==999 && loreInterrupted(call) ) break;
    deleted += graphNodeDelete(call, places[i].id, places[i].scope);
  }
  sqlite3_free(places);
  return deleted;
}

void graphForget(LoreCall *call){
  sqlite3_int64 deleted = forgetNodes(call);
  deleted += deleteAll(call, SQL_GRAPH_FORGET_EDGES_COUNT, SQL_GRAPH_FORGET_EDGES);
  deleteAll(call, SQL_GRAPH_FORGET_HISTORY_COUNT, SQL_GRAPH_FORGET_HISTORY);
  deleteAll(call, SQL_GRAPH_FORGET_REQUESTS_COUNT, SQL_GRAPH_FORGET_REQUESTS);
  if( deleted==0 ) loreNotice(call, "nothing came from %s", loreShow(call, FORGET_SOURCE));
  if( loreFindInt(call, SQL_GRAPH_FORGET_IDENTITY) ) graphRequest(call);
  loreResultInt(call, deleted);
}
