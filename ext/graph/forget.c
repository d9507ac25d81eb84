/*
** What is deleted for good: a node with all that was ever known of it, and whatever came from one source.
*/
#include "graph/approvals.h"
#include "graph/node.h"
#include "graph/scopes.h"

enum { DELETE_ID, DELETE_SCOPE };
enum { FORGET_SOURCE };

/* ---- Deleting: a trigger may keep a row, then all is refused ---- */

static void checkDeleted(LoreCall *call, sqlite3_int64 deleted, sqlite3_int64 expected){
  if( deleted!=expected && !loreFailed(call) ) loreRefuse(call, LORE_REFUSED, "a row was not deleted: a trigger ignored it");
}

static sqlite3_int64 deleteAll(LoreCall *call, LoreSql count, LoreSql rows){
  sqlite3_int64 expected = loreFindInt(call, count);
  if( expected > 0 ) checkDeleted(call, loreRun(call, rows), expected);
  return expected;
}

/* The edges that a query names: all are read first, for none may be deleted meanwhile. How many. */
static sqlite3_int64 deleteEdges(LoreCall *call, LoreSql query){
  int count = 0, capacity = 0;
  sqlite3_int64 *edges = NULL;
  LoreStatement *rows = loreQuery(call, query);
  while( loreNext(rows) ){
    sqlite3_int64 *grown = loreGrow(call, edges, count, &capacity, sizeof *edges);
    if( grown==NULL ) continue;
    edges = grown;
    edges[count++] = loreColumnInt(rows, 0);
  }
  for(int i = 0; i < count && !loreFailed(call); i++){
    loreLetInt(call, "edge", edges[i]);
    checkDeleted(call, loreRun(call, SQL_GRAPH_EDGE_DELETE), 1);
  }
  sqlite3_free(edges);
  return count;
}

/* ---- graph_delete_node, graph_forget ---- */

void graphDeleteNode(LoreCall *call){
  const char *scope = loreText(call, DELETE_SCOPE);
  if( !graphMayWrite(call, scope, GRAPH_NO_BY) ) return;
  loreLetArgument(call, "node", DELETE_ID);
  loreLetArgument(call, "node_scope", DELETE_SCOPE);
  if( loreFindInt(call, SQL_GRAPH_NODE_EXISTS)==0 && !loreFailed(call) ){
    loreRefuse(call, LORE_REFUSED, "there is no node %s in the scope %s", loreShow(call, DELETE_ID), scope);
  }
  sqlite3_int64 edges = deleteEdges(call, SQL_GRAPH_NODE_EDGES);
  deleteAll(call, SQL_GRAPH_NODE_HISTORY_COUNT, SQL_GRAPH_NODE_HISTORY_DELETE);
  checkDeleted(call, loreRun(call, SQL_GRAPH_NODE_DELETE), 1);
  loreResultInt(call, 1 + edges);
}

void graphForget(LoreCall *call){
  loreLetInt(call, "with_identity", loreIsApproved(call));
  sqlite3_int64 deleted = deleteEdges(call, SQL_GRAPH_FORGET_EDGES);
  deleteAll(call, SQL_GRAPH_FORGET_HISTORY_COUNT, SQL_GRAPH_FORGET_HISTORY);
  deleted += deleteAll(call, SQL_GRAPH_FORGET_NODES_COUNT, SQL_GRAPH_FORGET_NODES);
  deleteAll(call, SQL_GRAPH_FORGET_REQUESTS_COUNT, SQL_GRAPH_FORGET_REQUESTS);
  if( deleted==0 ) loreNotice(call, "nothing came from %s", loreShow(call, FORGET_SOURCE));
  if( loreFindInt(call, SQL_GRAPH_FORGET_IDENTITY) ) graphRequest(call);
  loreResultInt(call, deleted);
}
