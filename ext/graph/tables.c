#include "graph/tables.h"

#include <string.h>

/* By what is asked for: current facts of all scopes or of one, or those of a moment; outgoing or incoming. */
static LoreSql queryOf(const GraphTables *tables, GraphDirection direction){
  int is_in = direction==GRAPH_IN;
  if( loreGiven(tables->call, tables->as_of) ) return is_in ? SQL_GRAPH_EDGES_IN_AT : SQL_GRAPH_EDGES_OUT_AT;
  if( loreGiven(tables->call, tables->scope) ) return is_in ? SQL_GRAPH_EDGES_IN_OF_SCOPE : SQL_GRAPH_EDGES_OUT_OF_SCOPE;
  return is_in ? SQL_GRAPH_EDGES_IN : SQL_GRAPH_EDGES_OUT;
}

static int openNode(GraphAdjacency *adjacency, const GraphName *node, GraphDirection direction){
  GraphTables *tables = (GraphTables*)adjacency;
  LoreStatement **statement = &tables->statements[direction==GRAPH_IN];
  if( *statement==NULL ) *statement = loreQuery(tables->call, queryOf(tables, direction));
  tables->now = *statement;
  loreRestart(tables->now, node->text, node->length);
  adjacency->failed = loreFailed(tables->call);
  return !adjacency->failed;
}

static int nextEdge(GraphAdjacency *adjacency, const char **node, size_t *length){
  GraphTables *tables = (GraphTables*)adjacency;
  if( !loreNextKept(tables->now) ){
    adjacency->failed = loreFailed(tables->call);
    return 0;
  }
  *node = loreColumnSpan(tables->now, 0, length);
  adjacency->failed = loreFailed(tables->call);
  return *node!=NULL;
}

static GraphEdge thisEdge(GraphAdjacency *adjacency){
  GraphTables *tables = (GraphTables*)adjacency;
  return (GraphEdge){ loreColumnInt(tables->now, 1), loreColumnReal(tables->now, 2) };
}

void graphTablesOpen(GraphTables *tables, LoreCall *call, int scope, int as_of){
  *tables = (GraphTables){ .adjacency = { .open = openNode, .next = nextEdge, .edge = thisEdge },
                           .call = call, .scope = scope, .as_of = as_of };
}

void graphTablesClose(GraphTables *tables){
  loreDone(tables->statements[0]);
  loreDone(tables->statements[1]);
}

GraphMemory graphMemory(void){
  GraphMemory memory = { .reallocate = loreReallocate };
  sqlite3_randomness(sizeof memory.seed, &memory.seed);
  return memory;
}

GraphDirection graphDirection(LoreCall *call, int argument){
  const char *word = loreText(call, argument);
  if( word && strcmp(word, "in")==0 ) return GRAPH_IN;
  return word && strcmp(word, "both")==0 ? GRAPH_BOTH : GRAPH_OUT;
}

int graphNodeExists(LoreCall *call, int argument){
  loreLetArgument(call, "node", argument);
  return loreFindInt(call, SQL_GRAPH_NODE_EXISTS)!=0;
}
