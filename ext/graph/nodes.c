/*
** Writing nodes: each version that is replaced stays in graph_history, with who wrote it, when and why.
*/
#include <string.h>

#include "engine/text.h"
#include "graph/graph.h"
#include "graph/members.h"
#include "graph/node.h"
#include "graph/scopes.h"
#include "graph/tables.h"

enum { PUT_ID, PUT_SCOPE, PUT_TYPE, PUT_ATTRIBUTES, PUT_EXPECTED, PUT_BY };

/* ---- Reading and writing ---- */

GraphNode graphNodeRead(LoreCall *call, const char *id, const char *scope){
  GraphNode node = { .id = id, .scope = scope };
  loreLetText(call, "node", id);
  loreLetText(call, "node_scope", scope);
  LoreStatement *row = loreQuery(call, SQL_GRAPH_NODE_READ);
  if( !loreNext(row) ) return node;
  node.type = loreColumnCopy(row, 0);
  node.attributes = loreColumnCopy(row, 1);
  node.version = loreColumnInt(row, 2);
  if( !loreColumnInt(row, 3) ) loreRefuse(call, LORE_REFUSED, "node %s has a version that is no whole number", id);
  loreDone(row);
  return node;
}

/* The version that comes next: above all that the history has. */
static sqlite3_int64 nextVersion(LoreCall *call, const GraphNode *old){
  sqlite3_int64 newest = loreFindInt(call, SQL_GRAPH_NODE_NEWEST);
  sqlite3_int64 kept = old->type==NULL ? newest : old->version > newest ? old->version : newest + 1;
  return kept + 1;
}

static void replace(LoreCall *call, void *unused){
  (void)unused;
  loreWriteOne(call, SQL_GRAPH_NODE_KEEP);
  loreWriteOne(call, SQL_GRAPH_NODE_UPDATE);
}

int graphNodeWrite(LoreCall *call, const GraphNode *old, const char *type, const char *attributes, const GraphWriter *writer){
  graphCheckProvenance(call, old->scope, attributes);
  if( loreFailed(call) ) return 0;
  loreLetText(call, "node", old->id);
  loreLetText(call, "node_scope", old->scope);
  loreLetText(call, "node_type", type);
  loreLetText(call, "node_attributes", attributes);
  loreLetText(call, "writer", writer->by);
  loreLetText(call, "why", writer->reason);
  if( old->type && strcmp(old->type, type)==0 && strcmp(old->attributes, attributes)==0 ){
    loreResultInt(call, old->version);
    loreNotice(call, "nothing has changed");
    return 0;
  }
  sqlite3_int64 version = nextVersion(call, old);
  loreLetInt(call, "next_version", version);
  loreResultInt(call, version);
  if( old->type==NULL ) loreWriteOne(call, SQL_GRAPH_NODE_INSERT);
  else loreInFrame(call, replace, NULL);
  return !loreFailed(call);
}

/* ---- Attributes ---- */

const char *graphAttributes(LoreCall *call, int argument){
  const char *text = loreText(call, argument);
  if( text==NULL ) return NULL;
  return *text==0 || *(text + strspn(text, " \t\r\n"))=='n' ? "{}" : text;
}

int graphObject(LoreCall *call, const char *attributes, const char *node, LoreScanValue *object){
  if( loreFailed(call) ) return 0;
  if( loreIsObject(call, attributes) && loreScanText(attributes, strlen(attributes), object) ) return 1;
  loreRefuse(call, LORE_REFUSED, "node %s has attributes that are no JSON object", node);
  return 0;
}

static const char *mergeObjects(LoreCall *call, const char *base, const LoreScanValue *object, const LoreScanValue *patch){
  GraphMemory memory = graphMemory();
  GraphMembers members = { .names = { .memory = &memory } };
  LoreBuffer text = { .reallocate = loreReallocate };
  const char *merged = base;
  int done = graphMembersRead(&members, object) && graphMembersMerge(&members, patch);
  if( done && members.changed ){
    graphMembersWrite(&members, NULL, &text);
    if( !text.failed ) merged = loreFormat(call, "%s", text.data);
  }
  if( !done || text.failed ) loreNoMemory(call);
  graphMembersFree(&members);
  sqlite3_free(text.data);
  return loreFailed(call) ? NULL : merged;
}

const char *graphMerge(LoreCall *call, const char *base, const char *patch, const char *node){
  LoreScanValue object, added;
  if( !graphObject(call, base, node, &object) || !loreScanText(patch, strlen(patch), &added) ) return NULL;
  return mergeObjects(call, base, &object, &added);
}

/* ---- graph_put_node, graph_merge_node ---- */

/* A word of a-z, 0-9 and _, in lower case from now on. */
static const char *checkType(LoreCall *call){
  char *word = loreFormat(call, "%s", loreText(call, PUT_TYPE));
  if( word==NULL ) return NULL;
  loreAsciiLower(word, word, strlen(word));
  if( strspn(word, "abcdefghijklmnopqrstuvwxyz0123456789_")!=strlen(word) ){
    loreRefuse(call, LORE_BAD_ARGUMENT, "type must be a word of a-z, 0-9 and _, got %s", loreShow(call, PUT_TYPE));
  }
  loreSetText(call, PUT_TYPE, word);
  return word;
}

static void checkExpected(LoreCall *call, const GraphNode *node){
  if( loreFailed(call) || !loreGiven(call, PUT_EXPECTED) ) return;
  if( node->type ? loreInt(call, PUT_EXPECTED)==node->version : loreInt(call, PUT_EXPECTED)==0 ) return;
  if( node->type==NULL ){
    loreRefuse(call, LORE_REFUSED, "conflict: expected_version is %lld, but there is no node %s in the scope %s",
               loreInt(call, PUT_EXPECTED), loreShow(call, PUT_ID), node->scope);
  }else{
    loreRefuse(call, LORE_REFUSED, "conflict: expected_version is %lld, but %s has version %lld", loreInt(call, PUT_EXPECTED),
               loreShow(call, PUT_ID), node->version);
  }
}

/* What is cleared is so also for a merge. */
static const char *attributesOf(LoreCall *call, const GraphNode *old, int merges){
  const char *given = graphAttributes(call, PUT_ATTRIBUTES);
  if( given==NULL ) return old->attributes ? old->attributes : "{}";
  int clears = given!=loreText(call, PUT_ATTRIBUTES);
  return merges && !clears && old->attributes ? graphMerge(call, old->attributes, given, loreShow(call, PUT_ID)) : given;
}

static void put(LoreCall *call, int merges){
  const char *type = checkType(call), *scope = loreText(call, PUT_SCOPE);
  if( !graphMayWrite(call, scope, PUT_BY) ) return;
  GraphNode old = graphNodeRead(call, loreText(call, PUT_ID), scope);
  checkExpected(call, &old);
  const char *attributes = attributesOf(call, &old, merges);
  GraphWriter writer = { .by = loreText(call, PUT_BY) };
  graphNodeWrite(call, &old, type, attributes, &writer);
}

/* The references must go with a node that is refused: so both are in one frame. */
static void putProtected(LoreCall *call, void *merges){
  const char *context = loreFormat(call, "node %s", loreText(call, PUT_ID));
  const char *attributes = loreProtect(call, loreText(call, PUT_ATTRIBUTES), context);
  if( loreFailed(call) ) return;
  loreSetText(call, PUT_ATTRIBUTES, attributes);
  put(call, *(const int*)merges);
}

/* A request for the scope identity holds the attributes too, so secrets are replaced before anything else. */
static void putOrProtect(LoreCall *call, int merges){
  if( loreMustProtect(call, loreText(call, PUT_ATTRIBUTES)) ) loreInFrame(call, putProtected, &merges);
  else if( !loreFailed(call) ) put(call, merges);
}

void graphPutNode(LoreCall *call){
  putOrProtect(call, 0);
}

void graphMergeNode(LoreCall *call){
  putOrProtect(call, 1);
}

/* ---- graph_recall ---- */

enum { RECALL_ID, RECALL_SCOPE, RECALL_ACTION, RECALL_ACCESSOR, RECALL_ATTRIBUTES = 3, RECALL_COLUMNS = 9 };

/* Rows: the node in each scope, with those secrets in its attributes that the action may have. */
void graphRecall(LoreCall *call){
  const char *action = loreText(call, RECALL_ACTION), *accessor = loreText(call, RECALL_ACCESSOR);
  LoreStatement *rows = loreQuery(call, SQL_GRAPH_NODE_RECALL);
  while( loreNext(rows) ){
    for(int column = 0; column < RECALL_COLUMNS; column++){
      if( column!=RECALL_ATTRIBUTES ) loreRowColumn(call, rows, column);
      else loreRowText(call, loreReveal(call, loreColumnCopy(rows, column), action, accessor));
    }
  }
}
