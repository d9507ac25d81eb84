#include "keys/groups.h"

#include <string.h>

#include "keys/key.h"

enum { GROUP_A, GROUP_B, GROUP_REASON, GROUP_BY };

static int kindOf(const char *key){
  KeyText value;
  return keySplit(key, strlen(key), &value);
}

static void checkKey(LoreCall *call, int argument){
  if( !loreFailed(call) && kindOf(loreText(call, argument)) < 0 ){
    loreRefuse(call, LORE_BAD_ARGUMENT, "%s must be a canonical key, kind:value, got %s", argument==GROUP_A ? "a" : "b",
               loreShow(call, argument));
  }
}

static void checkPair(LoreCall *call){
  checkKey(call, GROUP_A);
  checkKey(call, GROUP_B);
  if( !loreFailed(call) && strcmp(loreText(call, GROUP_A), loreText(call, GROUP_B))==0 ){
    loreRefuse(call, LORE_BAD_ARGUMENT, "a and b must differ, got %s twice", loreShow(call, GROUP_A));
  }
}

/* Weak keys need a person. */
static void checkStrength(LoreCall *call, int argument){
  if( loreFailed(call) ) return;
  const KeyKindRow *kind = &kKeyKinds[kindOf(loreText(call, argument))];
  if( kind->is_strong ) return;
  loreRefuse(call, LORE_BAD_ARGUMENT, "by is missing: %s is a weak key, so a person must say so", loreShow(call, argument));
}

static const char *rootOf(LoreCall *call, const char *key){
  loreLetText(call, "k", key);
  const char *root = loreFindText(call, SQL_KEYS_RESOLVE);
  return root ? root : key;
}

/* Newest word about the pair: "merge", "unmerge" or NULL. The pair is set to the order in which it was merged. */
static const char *pairState(LoreCall *call){
  const char *state = NULL;
  LoreStatement *row = loreQuery(call, SQL_KEYS_PAIR_STATE);
  if( loreNext(row) ){
    state = loreFormat(call, "%s", loreColumnText(row, 0));
    const char *a = loreFormat(call, "%s", loreColumnText(row, 1)), *b = loreFormat(call, "%s", loreColumnText(row, 2));
    loreDone(row);
    loreSetText(call, GROUP_A, a);
    loreSetText(call, GROUP_B, b);
  }
  return state;
}

/* Joins the groups of two keys: the stronger root stands for both, a's where they are equal. */
static const char *join(LoreCall *call, const char *root_a, const char *root_b){
  int a_wins = kKeyKinds[kindOf(root_a)].strength >= kKeyKinds[kindOf(root_b)].strength;
  const char *winner = a_wins ? root_a : root_b;
  loreLetText(call, "winner", winner);
  loreLetText(call, "loser", a_wins ? root_b : root_a);
  loreRun(call, SQL_KEYS_FOLLOW);
  loreWriteOne(call, SQL_KEYS_JOIN);
  return winner;
}

void groupsMerge(LoreCall *call){
  checkPair(call);
  if( !loreGiven(call, GROUP_BY) ){
    checkStrength(call, GROUP_A);
    checkStrength(call, GROUP_B);
  }
  if( loreFailed(call) ) return;
  const char *root_a = rootOf(call, loreText(call, GROUP_A)), *root_b = rootOf(call, loreText(call, GROUP_B));
  if( loreFailed(call) ) return;
  if( strcmp(root_a, root_b)!=0 ){
    loreLetText(call, "action", "merge");
    loreWriteOne(call, SQL_KEYS_LOG);
    root_a = join(call, root_a, root_b);
  }else{
    const char *state = pairState(call);
    if( state && strcmp(state, "merge")==0 ){
      loreNotice(call, "merged already");
    }else{
      loreRefuse(call, LORE_REFUSED, "a and b are one company already, by way of %s", root_a);
    }
  }
  loreResultText(call, root_a);
}

/* A merge that still holds inside a group. */
typedef struct Edge {
  struct Edge *next;
  const char *a, *b;
} Edge;

static Edge *readEdges(LoreCall *call, const char *root){
  Edge *first = NULL, **end = &first;
  loreLetText(call, "root", root);
  LoreStatement *rows = loreQuery(call, SQL_KEYS_EDGES);
  while( loreNext(rows) ){
    Edge *edge = loreAllocate(call, sizeof *edge);
    if( edge==NULL ) continue;
    edge->a = loreFormat(call, "%s", loreColumnText(rows, 0));
    edge->b = loreFormat(call, "%s", loreColumnText(rows, 1));
    edge->next = NULL;
    *end = edge;
    end = &edge->next;
  }
  return first;
}

void groupsUnmerge(LoreCall *call){
  checkPair(call);
  const char *state = pairState(call);
  if( loreFailed(call) ) return;
  if( state==NULL ){
    loreRefuse(call, LORE_REFUSED, "%s and %s were never merged", loreShow(call, GROUP_A), loreShow(call, GROUP_B));
    return;
  }
  loreResultInt(call, 0);
  if( strcmp(state, "unmerge")==0 ){
    loreNotice(call, "unmerged already");
    return;
  }
  const char *root = rootOf(call, loreText(call, GROUP_A));
  loreLetText(call, "action", "unmerge");
  loreWriteOne(call, SQL_KEYS_LOG);
  Edge *edges = readEdges(call, root);
  loreRun(call, SQL_KEYS_DISSOLVE);
  for(Edge *edge = edges; edge && !loreFailed(call); edge = edge->next){
    join(call, rootOf(call, edge->a), rootOf(call, edge->b));
  }
  loreResultInt(call, 1);
}

void groupsResolve(LoreCall *call){
  loreNumberAsText(call, 0);
  if( loreText(call, 0) ) loreResultText(call, rootOf(call, loreText(call, 0)));
}
