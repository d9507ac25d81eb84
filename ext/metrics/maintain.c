/*
** Maintenance: see maintain.h.
**
** Four kinds of work, one after the other: each makes work for those after it, none for those before it. Which series have work of
** a kind is asked for all of them together; what that list has too much is found out with the single one.
*/
#define _POSIX_C_SOURCE 199309L /* clock_gettime */

#include "metrics/maintain.h"

#include <time.h>

#include "metrics/forget.h"
#include "metrics/prune.h"
#include "metrics/remake.h"
#include "metrics/seal.h"

typedef struct Maintain Maintain;

typedef struct Item {
  sqlite3_int64 series;
  int64_t step; /* of the tier */
} Item;

typedef struct Kind {
  LoreSql list; /* columns: series_id, step */
  int (*work)(LoreCall *call, Maintain *maintain, const Item *item);  /* one unit; 1 when there is more of it */
  int (*is_due)(LoreCall *call, Maintain *maintain, const Item *item);
} Kind;

struct Maintain {
  Tiers tiers;
  int64_t now;
  int has_budget;
  int64_t budget, end; /* ms; of the monotonic clock */
  int64_t units, left;
  int64_t heads, buckets, correlations;
  Pruned pruned;
  const Kind *kind;    /* of the unit at hand */
  Item item;
  int has_more;
};

/* ---- Time ---- */

static int64_t monotonicMs(void){
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec*1000 + time.tv_nsec/1000000;
}

static int mayGoOn(LoreCall *call, const Maintain *maintain){
  if( loreFailed(call) || loreInterrupted(call) ) return 0;
  if( !maintain->has_budget ) return 1;
  return maintain->units==0 ? maintain->budget > 0 : monotonicMs() < maintain->end;
}

/* ---- Kinds of work ---- */

static int forget(LoreCall *call, Maintain *maintain, const Item *item){
  (void)item;
  int64_t count = metricForget(call, maintain->now);
  maintain->correlations += count;
  return count==FORGET_AT_ONCE && metricForgetIsDue(call, maintain->now);
}

static int forgetIsDue(LoreCall *call, Maintain *maintain, const Item *item){
  (void)item;
  return metricForgetIsDue(call, maintain->now);
}

static int seal(LoreCall *call, Maintain *maintain, const Item *item){
  maintain->heads += metricSealSeries(call, item->series, INT64_MAX) > 0;
  return 0;
}

static int tierOf(const Maintain *maintain, const Item *item){
  int tier = 0;
  while( tier < maintain->tiers.count && maintain->tiers.tiers[tier].step!=item->step ) tier++;
  return tier;
}

static int remake(LoreCall *call, Maintain *maintain, const Item *item){
  Cover cover;
  int tier = tierOf(maintain, item);
  if( tier==maintain->tiers.count || !coverRead(call, &maintain->tiers, item->series, &cover) ) return 0;
  maintain->buckets += metricRemake(call, &maintain->tiers, &cover, tier, maintain->now);
  return metricRemakeIsDue(call, &maintain->tiers, &cover, tier, maintain->now);
}

static int prune(LoreCall *call, Maintain *maintain, const Item *item){
  Cover cover;
  if( !coverRead(call, &maintain->tiers, item->series, &cover) ) return 0;
  metricPrune(call, &maintain->tiers, &cover, maintain->now, &maintain->pruned);
  return metricPruneIsDue(call, &maintain->tiers, &cover, maintain->now);
}

static int pruneIsDue(LoreCall *call, Maintain *maintain, const Item *item){
  Cover cover;
  return coverRead(call, &maintain->tiers, item->series, &cover)
         && metricPruneIsDue(call, &maintain->tiers, &cover, maintain->now);
}

static const Kind kKinds[] = {
  { SQL_MAINTAIN_CORRELATIONS, forget, forgetIsDue },
  { SQL_MAINTAIN_HEADS, seal, NULL },
  { SQL_MAINTAIN_ROLLUPS, remake, NULL },
  { SQL_MAINTAIN_OLD, prune, pruneIsDue },
};

/* ---- All of a kind ---- */

static Item *readItems(LoreCall *call, LoreSql list, int *count){
  Item *items = NULL, *grown;
  int capacity = 0;
  *count = 0;
  LoreStatement *row = loreQuery(call, list);
  while( loreNext(row) && (grown = loreGrow(call, items, *count, &capacity, sizeof *items))!=NULL ){
    items = grown;
    items[(*count)++] = (Item){ loreColumnInt(row, 0), loreColumnInt(row, 1) };
  }
  loreDone(row);
  return items;
}

static void askPart(LoreCall *call, void *context){
  Maintain *maintain = context;
  const Kind *kind = maintain->kind;
  maintain->has_more = kind->is_due==NULL || kind->is_due(call, maintain, &maintain->item);
}

static void workPart(LoreCall *call, void *context){
  Maintain *maintain = context;
  maintain->has_more = maintain->kind->work(call, maintain, &maintain->item);
}

/* Runs a part whose memory is given back at once: there may be millions of them. Its has_more; 0 after an error. */
static int runPart(LoreCall *call, Maintain *maintain, LorePart *part){
  const char *why;
  maintain->has_more = 0;
  if( !loreTry(call, part, maintain, &why) && why ) loreRefuse(call, LORE_REFUSED, "%s", why);
  return maintain->has_more && !loreFailed(call);
}

static void runKind(LoreCall *call, Maintain *maintain, const Kind *kind){
  int count;
  loreLetInt(call, "now_ms", maintain->now);
  Item *items = readItems(call, kind->list, &count);
  maintain->kind = kind;
  for(int i = 0; i < count && !loreFailed(call); i++){
    maintain->item = items[i];
    int is_due = runPart(call, maintain, askPart);
    while( is_due && mayGoOn(call, maintain) ){
      is_due = runPart(call, maintain, workPart);
      maintain->units++;
    }
    maintain->left += is_due;
  }
  sqlite3_free(items);
}

/* ---- What was done ---- */

static const char *listed(LoreCall *call, const char *before, const char *done, int64_t count, const char *what){
  if( count==0 || before==NULL ) return before;
  const char *text = loreFormat(call, "%s%s%s%lld %s%s", before, *before ? ", " : "", done, count, what, count==1 ? "" : "s");
  return text ? text : before;
}

static void report(LoreCall *call, const Maintain *maintain){
  const char *text = "";
  text = listed(call, text, "sealed ", maintain->heads, "head");
  text = listed(call, text, "rolled up ", maintain->buckets, "bucket");
  text = listed(call, text, "merged ", maintain->pruned.late, "late point");
  text = listed(call, text, "pruned ", maintain->pruned.points, "point");
  text = listed(call, text, "pruned ", maintain->pruned.rollups, "roll-up");
  text = listed(call, text, "pruned ", maintain->correlations, "correlation");
  loreNotice(call, "%s", *text ? text : maintain->left ? "nothing was done yet" : "there is nothing to do");
}

void loreMaintain(LoreCall *call){
  enum { BUDGET };
  Maintain maintain = { .now = loreNow(call), .has_budget = loreGiven(call, BUDGET), .budget = loreInt(call, BUDGET) };
  if( !tiersRead(call, &maintain.tiers) ) return;
  int64_t now = monotonicMs();
  maintain.end = maintain.budget > INT64_MAX - now ? INT64_MAX : now + maintain.budget;
  for(size_t i = 0; i < sizeof kKinds/sizeof kKinds[0] && !loreFailed(call); i++) runKind(call, &maintain, &kKinds[i]);
  if( loreFailed(call) ) return;
  report(call, &maintain);
  loreResultInt(call, maintain.left);
}
