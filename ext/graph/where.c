/*
** graph_nodes_where: the query is made for the path, so that it can use the index that lore_index has made on just that.
*/
#include <string.h>

#include "engine/text.h"
#include "graph/graph.h"

enum { WHERE_TYPE, WHERE_SCOPE, WHERE_PATH, WHERE_VALUE };

static void noticeScan(LoreCall *call, const char *path){
  if( loreFindInt(call, SQL_GRAPH_PATH_INDEXED) ) return;
  loreNotice(call, "no index on %s, so every node was looked at: SELECT lore_index('graph_nodes', %s)", path,
             loreShow(call, WHERE_PATH));
}

/* Types are stored in lower case. */
static void lowerType(LoreCall *call){
  char *type = loreGiven(call, WHERE_TYPE) ? loreFormat(call, "%s", loreText(call, WHERE_TYPE)) : NULL;
  if( type==NULL ) return;
  loreAsciiLower(type, type, strlen(type));
  loreSetText(call, WHERE_TYPE, type);
}

void graphNodesWhere(LoreCall *call){
  const char *path = loreText(call, WHERE_PATH);
  lowerType(call);
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
