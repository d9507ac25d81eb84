/*
** Numbers by rank: see ranks.h.
*/
#include "patterns/ranks.h"

#include <math.h>
#include <stdlib.h>

#include "engine/quantile.h"

enum { NONE = 0, FIRST_ROOM = 16 };

struct RankNode {
  double x;
  uint32_t left, right;
  uint32_t times;  /* numbers equal to x */
  uint32_t below;  /* numbers in this node and under it */
  int height;
};

/* ---- The list ---- */

static int listAdd(Ranks *ranks, double x){
  if( ranks->listed==ranks->list_room ){
    size_t room = ranks->list_room ? 2*ranks->list_room : FIRST_ROOM;
    double *list = ranks->reallocate(ranks->list, room*sizeof *list);
    if( list==NULL ) return 0;
    ranks->list = list;
    ranks->list_room = room;
  }
  ranks->list[ranks->listed++] = x;
  return 1;
}

static int compareNumbers(const void *left, const void *right){
  double a = *(const double*)left, b = *(const double*)right;
  return (a > b) - (a < b);
}

static void listSort(Ranks *ranks){
  if( !ranks->sorted && ranks->listed > 1 ) qsort(ranks->list, ranks->listed, sizeof *ranks->list, compareNumbers);
  ranks->sorted = 1;
}

/* ---- The tree ---- */

static uint32_t newNode(Ranks *ranks, double x){
  uint32_t at = ranks->unused;
  if( at ){
    ranks->unused = ranks->nodes[at].left;
  }else{
    if( ranks->node_count >= ranks->node_room ){
      uint32_t room = ranks->node_room ? 2*ranks->node_room : FIRST_ROOM;
      RankNode *nodes = ranks->reallocate(ranks->nodes, room*sizeof *nodes);
      if( nodes==NULL ) return NONE;
      if( ranks->node_count==0 ) nodes[ranks->node_count++] = (RankNode){ .x = 0 };
      ranks->nodes = nodes;
      ranks->node_room = room;
    }
    at = ranks->node_count++;
  }
  ranks->nodes[at] = (RankNode){ .x = x, .times = 1, .below = 1, .height = 1 };
  return at;
}

static void measure(RankNode *nodes, uint32_t at){
  RankNode *node = &nodes[at];
  const RankNode *left = &nodes[node->left], *right = &nodes[node->right];
  node->below = node->times + left->below + right->below;
  node->height = 1 + (left->height > right->height ? left->height : right->height);
}

/* The right child becomes the root, and the other way round. */
static uint32_t turnLeft(RankNode *nodes, uint32_t at){
  uint32_t root = nodes[at].right;
  nodes[at].right = nodes[root].left;
  nodes[root].left = at;
  measure(nodes, at);
  measure(nodes, root);
  return root;
}

static uint32_t turnRight(RankNode *nodes, uint32_t at){
  uint32_t root = nodes[at].left;
  nodes[at].left = nodes[root].right;
  nodes[root].right = at;
  measure(nodes, at);
  measure(nodes, root);
  return root;
}

static int leaning(const RankNode *nodes, uint32_t at){
  return nodes[nodes[at].left].height - nodes[nodes[at].right].height;
}

/* The root of the tree of `at`, whose children are balanced and differ in height by at most 2. */
static uint32_t balance(RankNode *nodes, uint32_t at){
  measure(nodes, at);
  int leans = leaning(nodes, at);
  if( leans > 1 ){
    if( leaning(nodes, nodes[at].left) < 0 ) nodes[at].left = turnLeft(nodes, nodes[at].left);
    return turnRight(nodes, at);
  }
  if( leans < -1 ){
    if( leaning(nodes, nodes[at].right) > 0 ) nodes[at].right = turnRight(nodes, nodes[at].right);
    return turnLeft(nodes, at);
  }
  return at;
}

/* These three go down at most 1.44 log2(n) levels. */
static uint32_t insert(RankNode *nodes, uint32_t at, uint32_t made){
  if( at==NONE ) return made;
  if( nodes[made].x < nodes[at].x ) nodes[at].left = insert(nodes, nodes[at].left, made);
  else nodes[at].right = insert(nodes, nodes[at].right, made);
  return balance(nodes, at);
}

static uint32_t detachLeast(RankNode *nodes, uint32_t at, uint32_t *least){
  if( nodes[at].left==NONE ){
    *least = at;
    return nodes[at].right;
  }
  nodes[at].left = detachLeast(nodes, nodes[at].left, least);
  return balance(nodes, at);
}

static uint32_t detach(RankNode *nodes, uint32_t at, double x){
  if( x < nodes[at].x ){
    nodes[at].left = detach(nodes, nodes[at].left, x);
  }else if( x > nodes[at].x ){
    nodes[at].right = detach(nodes, nodes[at].right, x);
  }else{
    uint32_t left = nodes[at].left, right = nodes[at].right, least;
    if( right==NONE ) return left;
    right = detachLeast(nodes, right, &least);
    nodes[least].left = left;
    nodes[least].right = right;
    at = least;
  }
  return balance(nodes, at);
}

static uint32_t find(const Ranks *ranks, double x){
  uint32_t at = ranks->root;
  while( at && ranks->nodes[at].x!=x ) at = x < ranks->nodes[at].x ? ranks->nodes[at].left : ranks->nodes[at].right;
  return at;
}

/* One number more or less in the node of x, which is there. */
static void changeTimes(Ranks *ranks, double x, uint32_t change){
  RankNode *nodes = ranks->nodes;
  uint32_t at = ranks->root;
  for(; nodes[at].x!=x; at = x < nodes[at].x ? nodes[at].left : nodes[at].right) nodes[at].below += change;
  nodes[at].below += change;
  nodes[at].times += change;
}

static int treeAdd(Ranks *ranks, double x){
  if( find(ranks, x) ){
    changeTimes(ranks, x, 1);
    return 1;
  }
  uint32_t made = newNode(ranks, x);
  if( made ) ranks->root = insert(ranks->nodes, ranks->root, made);
  return made!=NONE;
}

static void treeRemove(Ranks *ranks, double x){
  uint32_t at = find(ranks, x);
  if( at==NONE ) return;
  if( ranks->nodes[at].times > 1 ){
    changeTimes(ranks, x, (uint32_t)-1);
    return;
  }
  ranks->root = detach(ranks->nodes, ranks->root, x);
  ranks->nodes[at].left = ranks->unused;
  ranks->unused = at;
}

static double treeAt(const Ranks *ranks, size_t rank){
  const RankNode *nodes = ranks->nodes;
  uint32_t at = ranks->root;
  while( at ){
    uint32_t before = nodes[nodes[at].left].below;
    if( rank < before ){
      at = nodes[at].left;
    }else if( rank < (size_t)before + nodes[at].times ){
      break;
    }else{
      rank -= (size_t)before + nodes[at].times;
      at = nodes[at].right;
    }
  }
  return nodes[at].x;
}

/* On failure the list stays as it is, and what the tree has got so far is dropped. */
static int growTree(Ranks *ranks){
  for(size_t i = 0; i < ranks->listed; i++){
    if( treeAdd(ranks, ranks->list[i]) ) continue;
    ranks->root = ranks->unused = NONE;
    ranks->node_count = ranks->nodes!=NULL;
    return 0;
  }
  ranks->listed = 0;
  ranks->has_tree = 1;
  return 1;
}

/* ---- What is asked for ---- */

size_t ranksCount(const Ranks *ranks){
  if( !ranks->has_tree ) return ranks->listed;
  return ranks->root ? ranks->nodes[ranks->root].below : 0;
}

int ranksAdd(Ranks *ranks, double x){
  x += 0.0; /* -0 is 0 */
  if( ranksCount(ranks) >= RANKS_MOST ) return 0;
  if( ranks->sorted && !ranks->has_tree && !growTree(ranks) ) return 0;
  return ranks->has_tree ? treeAdd(ranks, x) : listAdd(ranks, x);
}

int ranksRemove(Ranks *ranks, double x){
  if( !ranks->has_tree && !growTree(ranks) ) return 0;
  treeRemove(ranks, x + 0.0);
  return 1;
}

int ranksQuantile(Ranks *ranks, double q, double *quantile){
  size_t count_all = ranksCount(ranks);
  if( count_all==0 ) return 0;
  if( !ranks->has_tree ) listSort(ranks);
  double place = q*(double)(count_all - 1);
  size_t rank = (size_t)place, next = rank + 1 < count_all ? rank + 1 : rank;
  double low = ranks->has_tree ? treeAt(ranks, rank) : ranks->list[rank];
  double high = ranks->has_tree ? treeAt(ranks, next) : ranks->list[next];
  *quantile = quantileBetween(low, high, place - (double)rank);
  return !isnan(*quantile);
}

void ranksFree(Ranks *ranks, void (*release)(void *)){
  release(ranks->list);
  release(ranks->nodes);
}
