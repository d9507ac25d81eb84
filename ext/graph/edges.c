/*
** Facts in time. A fact that becomes another ends at that moment and begins anew; one that was never as it was stored is
** superseded. Both keep the unique index of current facts: what is old goes before what is new comes.
*/
#include <string.h>

#include "graph/edge.h"
#include "graph/node.h"
#include "graph/scopes.h"

enum { EDGE_SOURCE, EDGE_TARGET, EDGE_SCOPE, EDGE_RELATIONSHIP, EDGE_WEIGHT, EDGE_ATTRIBUTES, EDGE_FROM, EDGE_BY };

/* The current fact; edge_id 0: there is none. Texts live as long as the call. */
typedef struct Fact {
  sqlite3_int64 edge_id;
  double weight;
  const char *attributes, *valid_from, *created_at, *created_by;
} Fact;

static Fact readCurrent(LoreCall *call){
  const Fact none = { .edge_id = 0 };
  LoreStatement *row = loreQuery(call, SQL_GRAPH_FACT_CURRENT);
  if( !loreNext(row) ) return none;
  Fact fact = { loreColumnInt(row, 0), loreColumnReal(row, 1), loreColumnCopy(row, 2), loreColumnCopy(row, 3),
                loreColumnCopy(row, 4), loreColumnCopy(row, 5) };
  loreDone(row);
  return fact.attributes && fact.valid_from ? fact : none; /* no memory: the call has failed */
}

/* "'a' knows 'b' (local)" */
static const char *shown(LoreCall *call){
  return loreFormat(call, "%s %s %s (%s)", loreShow(call, EDGE_SOURCE), loreText(call, EDGE_RELATIONSHIP),
                    loreShow(call, EDGE_TARGET), loreText(call, EDGE_SCOPE));
}

/* ---- graph_put_edge ---- */

static void checkNode(LoreCall *call, int argument, const char *name){
  loreLetArgument(call, "node", argument);
  if( loreFindInt(call, SQL_GRAPH_NODE_EXISTS) || loreFailed(call) ) return;
  loreRefuse(call, LORE_REFUSED, "%s is no node of the scope %s: %s", name, loreText(call, EDGE_SCOPE), loreShow(call, argument));
}

/* When the fact is said to begin: not later than now. */
static const char *beginning(LoreCall *call){
  const char *from = loreGiven(call, EDGE_FROM) ? loreText(call, EDGE_FROM) : loreNowText(call);
  if( strcmp(from, loreNowText(call)) > 0 ){
    loreRefuse(call, LORE_BAD_ARGUMENT, "valid_from must not lie after %s, got %s", loreNowText(call), from);
  }
  return from;
}

/* A fact can't hold twice at once. */
static void checkEarlier(LoreCall *call, const char *from){
  const char *ended = loreFindText(call, SQL_GRAPH_FACT_ENDED);
  if( ended && strcmp(ended, from) > 0 ){
    loreRefuse(call, LORE_REFUSED, "valid_from must not lie before %s, when %s ended, got %s", ended, shown(call), from);
  }
}

static void insert(LoreCall *call, const Fact *fact){
  loreLetReal(call, "fact_weight", fact->weight);
  loreLetText(call, "fact_attributes", fact->attributes);
  loreLetText(call, "from", fact->valid_from);
  loreLetText(call, "first_at", fact->created_at);
  loreLetText(call, "writer", fact->created_by);
  loreResultId(call, loreInsert(call, SQL_GRAPH_FACT_INSERT));
}

typedef struct Change {
  const Fact *old, *next;
} Change;

static void change(LoreCall *call, void *context){
  const Change *both = context;
  loreLetInt(call, "edge", both->old->edge_id);
  loreLetText(call, "until", both->next->valid_from);
  int goes_on = strcmp(both->next->valid_from, both->old->valid_from) > 0;
  loreWriteOne(call, goes_on ? SQL_GRAPH_FACT_END : SQL_GRAPH_FACT_SUPERSEDE);
  insert(call, both->next);
}

/* What the fact is to be: what is not given stays as it is. */
static Fact wanted(LoreCall *call, const Fact *old, const char *from){
  int is_new = old->edge_id==0;
  const char *attributes = graphAttributes(call, EDGE_ATTRIBUTES);
  Fact fact = { .weight = is_new ? 1 : old->weight, .attributes = is_new ? "{}" : old->attributes, .valid_from = from };
  if( loreGiven(call, EDGE_WEIGHT) ) fact.weight = loreReal(call, EDGE_WEIGHT);
  if( attributes ) fact.attributes = attributes;
  fact.created_at = is_new ? loreNowText(call) : old->created_at;
  fact.created_by = is_new ? loreText(call, EDGE_BY) : old->created_by;
  return fact;
}

/* Known so already: the same values, and not said to have begun earlier. */
static int isKnown(LoreCall *call, const Fact *old, const Fact *next){
  int begins_earlier = loreGiven(call, EDGE_FROM) && strcmp(next->valid_from, old->valid_from) < 0;
  return old->weight==next->weight && strcmp(old->attributes, next->attributes)==0 && !begins_earlier;
}

static void store(LoreCall *call, const Fact *old, const Fact *next){
  Change both = { old, next };
  if( old->edge_id && isKnown(call, old, next) ){
    loreResultId(call, old->edge_id);
    loreNotice(call, "known already");
    return;
  }
  checkEarlier(call, next->valid_from);
  if( loreFailed(call) ) return;
  if( old->edge_id ) loreInFrame(call, change, &both);
  else insert(call, next);
}

void graphPutEdge(LoreCall *call){
  if( !graphMayWrite(call, loreText(call, EDGE_SCOPE), EDGE_BY) ) return;
  checkNode(call, EDGE_SOURCE, "source");
  checkNode(call, EDGE_TARGET, "target");
  const char *from = beginning(call);
  Fact old = readCurrent(call);
  if( loreFailed(call) ) return;
  Fact next = wanted(call, &old, from);
  graphCheckProvenance(call, loreText(call, EDGE_SCOPE), next.attributes);
  if( !loreFailed(call) ) store(call, &old, &next);
}

/* ---- graph_end_edge ---- */

static void endCurrent(LoreCall *call, const Fact *fact){
  if( strcmp(loreNowText(call), fact->valid_from) < 0 ){
    loreRefuse(call, LORE_REFUSED, "at must not lie before %s, when %s began, got %s", fact->valid_from, shown(call),
               loreNowText(call));
    return;
  }
  loreLetInt(call, "edge", fact->edge_id);
  loreLetText(call, "until", loreNowText(call));
  loreWriteOne(call, SQL_GRAPH_FACT_END);
  loreResultInt(call, 1);
}

void graphEndEdge(LoreCall *call){
  if( !graphMayWrite(call, loreText(call, EDGE_SCOPE), GRAPH_NO_BY) ) return;
  Fact fact = readCurrent(call);
  if( loreFailed(call) ) return;
  loreResultInt(call, 0);
  if( fact.edge_id ){
    endCurrent(call, &fact);
  }else if( loreFindText(call, SQL_GRAPH_FACT_ENDED) ){
    loreNotice(call, "ended already");
  }else{
    loreRefuse(call, LORE_REFUSED, "there is no fact %s", shown(call));
  }
}
