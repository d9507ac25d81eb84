/*
** A configuration is the node config/<kind>, or config/<kind>/<subject>, of type config. Its attributes are its members and
** config_type, the kind; some kinds live in the scope local, the others in identity.
*/
#include "graph/config.h"

#include <string.h>

#include "engine/text.h"
#include "graph/learn.h"
#include "graph/members.h"
#include "graph/node.h"
#include "graph/scopes.h"
#include "graph/tables.h"

enum { SET_KIND, SET_PATCH, SET_REASON, SET_BY, SET_SUBJECT };
enum { LEARN_KIND, LEARN_SUBJECT, LEARN_OBSERVATION, LEARN_BY };
enum { BACK_KIND, BACK_VERSION, BACK_SUBJECT, BACK_BY };
enum { GET_KIND, GET_PATH, GET_SUBJECT };
enum { HISTORY_KIND, HISTORY_SUBJECT };

static const char kType[] = "config";

static const char *scopeOf(const char *kind){
  return loreWordIn(kind, CONFIG_LOCAL_KINDS) ? "local" : "identity";
}

static const char *nodeId(LoreCall *call, const char *kind, const char *subject){
  int has_subject = subject && *subject;
  return loreFormat(call, "config/%s%s%s", kind, has_subject ? "/" : "", has_subject ? subject : "");
}

/* subject: an argument. */
static GraphNode readNode(LoreCall *call, const char *kind, int subject){
  return graphNodeRead(call, nodeId(call, kind, loreText(call, subject)), scopeOf(kind));
}

/* A configuration's attributes before a change; its kind is among them, whatever other verbs have made of the node. */
static const char *baseOf(LoreCall *call, const GraphNode *node, const char *kind){
  const char *type = loreFormat(call, "{\"config_type\":\"%s\"}", kind);
  return node->attributes && type ? graphMerge(call, node->attributes, type, node->id) : type;
}

/* ---- config_set ---- */

static void checkPatch(LoreCall *call, const char *kind){
  LoreScanValue patch, type;
  if( !loreScanText(loreText(call, SET_PATCH), loreTextLength(call, SET_PATCH), &patch) ) return;
  if( !loreScanMember(&patch, "config_type", &type) || (type.kind==LORE_SCAN_STRING && loreScanIs(&type, kind)) ) return;
  loreRefuse(call, LORE_BAD_ARGUMENT, "patch must not change config_type, which is %s, got %.*s", kind,
             (int)(type.length < 60 ? type.length : 60), type.text);
}

void configSet(LoreCall *call){
  const char *kind = loreText(call, SET_KIND);
  checkPatch(call, kind);
  if( !graphMayWrite(call, scopeOf(kind), GRAPH_NO_BY) ) return;
  GraphNode old = readNode(call, kind, SET_SUBJECT);
  if( loreFailed(call) ) return;
  const char *merged = graphMerge(call, baseOf(call, &old, kind), loreText(call, SET_PATCH), old.id);
  GraphWriter writer = { loreText(call, SET_BY), loreText(call, SET_REASON) };
  graphNodeWrite(call, &old, kType, merged, &writer);
}

/* ---- config_learn ---- */

/* What the attributes become; NULL after an error. */
static const char *learn(LoreCall *call, const char *attributes, const char *what){
  LoreScanValue configuration, observation;
  if( !graphObject(call, attributes, what, &configuration) ) return NULL;
  loreScanText(loreText(call, LEARN_OBSERVATION), loreTextLength(call, LEARN_OBSERVATION), &observation);
  GraphMemory memory = graphMemory();
  LoreBuffer result = { .reallocate = loreReallocate };
  GraphLearning learning = { .memory = &memory, .result = &result };
  int done = graphLearn(&learning, &configuration, &observation, loreNowText(call));
  if( !done && learning.is_kept ) loreRefuse(call, LORE_REFUSED, "%s can't learn: %s", what, learning.problem);
  else if( !done && *learning.problem ) loreRefuse(call, LORE_BAD_ARGUMENT, "%s", learning.problem);
  else if( !done ) loreNoMemory(call);
  const char *learned = done && learning.changed ? loreFormat(call, "%s", result.data) : attributes;
  sqlite3_free(result.data);
  return loreFailed(call) ? NULL : learned;
}

void configLearn(LoreCall *call){
  const char *kind = loreText(call, LEARN_KIND);
  if( !loreWordIn(kind, CONFIG_LOCAL_KINDS) ){
    loreRefuse(call, LORE_REFUSED, "%s is of the scope identity, which is not learned", kind);
  }
  GraphNode old = readNode(call, kind, LEARN_SUBJECT);
  if( loreFailed(call) ) return;
  const char *learned = learn(call, baseOf(call, &old, kind), old.id);
  GraphWriter writer = { loreText(call, LEARN_BY), "learned" };
  graphNodeWrite(call, &old, kType, learned, &writer);
}

/* ---- config_rollback ---- */

void configRollback(LoreCall *call){
  const char *kind = loreText(call, BACK_KIND);
  if( !graphMayWrite(call, scopeOf(kind), GRAPH_NO_BY) ) return;
  GraphNode old = readNode(call, kind, BACK_SUBJECT);
  int is_current = old.type && old.version==loreInt(call, BACK_VERSION);
  const char *attributes = is_current ? old.attributes : loreFindText(call, SQL_CONFIG_OF_VERSION);
  if( !loreFailed(call) && (old.type==NULL || attributes==NULL) ){
    loreRefuse(call, LORE_REFUSED, "%s has no version %lld", old.id, loreInt(call, BACK_VERSION));
  }
  GraphWriter writer = { loreText(call, BACK_BY), loreFormat(call, "back to version %lld", loreInt(call, BACK_VERSION)) };
  if( loreFailed(call) || !graphNodeWrite(call, &old, kType, attributes, &writer) ) return;
  loreAudit(call, loreCallName(call), old.id, loreArgumentsJson(call));
}

/* ---- config_get, config_history ---- */

/* Without the member config_type; memory of the call. */
static const char *shownDocument(LoreCall *call, const char *attributes, const char *node){
  LoreScanValue object;
  if( !graphObject(call, attributes, node, &object) ) return NULL;
  GraphMemory memory = graphMemory();
  GraphMembers members = { .names = { .memory = &memory } };
  LoreBuffer text = { .reallocate = loreReallocate };
  if( graphMembersRead(&members, &object) ) graphMembersWrite(&members, "config_type", &text);
  if( memory.failed || text.failed ) loreNoMemory(call);
  const char *document = loreFailed(call) ? NULL : loreFormat(call, "%s", text.data);
  graphMembersFree(&members);
  sqlite3_free(text.data);
  return document;
}

static void resultOfPath(LoreCall *call, const char *document){
  loreLetText(call, "document", document);
  LoreStatement *row = loreQuery(call, SQL_CONFIG_VALUE);
  if( loreNext(row) ) loreResultColumn(call, row, 0, loreColumnInt(row, 1)!=0);
  loreDone(row);
}

void configGet(LoreCall *call){
  const char *kind = loreText(call, GET_KIND);
  loreCheckPath(call, GET_PATH);
  GraphNode general = graphNodeRead(call, nodeId(call, kind, NULL), scopeOf(kind));
  const char *attributes = general.attributes;
  if( loreText(call, GET_SUBJECT) && !loreFailed(call) ){
    GraphNode own = readNode(call, kind, GET_SUBJECT);
    if( attributes && own.attributes ) attributes = graphMerge(call, attributes, own.attributes, general.id);
    else if( own.attributes ) attributes = own.attributes;
  }
  const char *document = attributes ? shownDocument(call, attributes, general.id) : NULL;
  if( document==NULL ) return;
  if( loreGiven(call, GET_PATH) ) resultOfPath(call, document);
  else loreResultJson(call, document);
}

void configHistory(LoreCall *call){
  const char *kind = loreText(call, HISTORY_KIND);
  loreLetText(call, "node", nodeId(call, kind, loreText(call, HISTORY_SUBJECT)));
  loreLetText(call, "node_scope", scopeOf(kind));
}
