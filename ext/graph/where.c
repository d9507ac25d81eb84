/*
** graph_nodes_where: the query is made for the path, so that it can use the index that lore_index has made on just that.
*/
#include "graph/graph.h"

enum { WHERE_TYPE, WHERE_SCOPE, WHERE_PATH, WHERE_VALUE };

static void noticeScan(LoreCall *call, const char *path){
  loreLetText(call, "index_name", loreIndexName(call, "graph_nodes", path));
  if( loreFindInt(call, SQL_GRAPH_PATH_INDEXED) ) return;
  loreNotice(call, "no index on %s, so every node was looked at: SELECT lore_index('graph_nodes', %s)", path,
             loreShow(call, WHERE_PATH));
}

void graphNodesWhere(LoreCall *call){
  const char *path = loreText(call, WHERE_PATH);
  loreNoNotice(call);
  loreCheckPath(call, WHERE_PATH);
  if( path==NULL && loreGiven(call, WHERE_VALUE) ){
    loreRefuse(call, LORE_BAD_ARGUMENT, "path is missing: a value needs one");
  }else if( path==NULL ){
    loreRowsOf(call, loreQuery(call, loreGiven(call, WHERE_TYPE) ? SQL_GRAPH_NODES_OF_TYPE : SQL_GRAPH_NODES_ALL));
  }else{
      noticeScan(call, path);
    if( loreFailed(call) ) return;
    LoreSql template = loreGiven(call, WHERE_VALUE) ? SQL_GRAPH_NODES_VALUE_TEMPLATE : SQL_GRAPH_NODES_PATH_TEMPLATE;
    loreRowsOf(call, loreTemplate(call, template, "attributes", path));
  }
}
