/*
** Which source answers which buckets: see plan.h.
**
** Between two neighbouring events (an edge of what a tier holds, the horizon, a bucket that is out of date) all whole buckets of
** equal length have the same source, so a run jumps from event to event. Buckets by the calendar are looked at one by one, and a
** run of them ends after some thousand, for data may be sparse.
*/
#include "metrics/plan.h"

#include "metrics/fold.h"

enum { LOOKS_MOST = 4096 };

/* A bucket as the range has cut it. */
typedef struct Cut {
  int64_t since, until;
} Cut;

static Cut cutAt(const Grid *grid, int64_t t){
  int64_t start = gridStart(grid, t), next = gridNext(grid, t);
  return (Cut){ start > grid->since ? start : grid->since, next < grid->until ? next : grid->until };
}

/* ---- One bucket ---- */

static int isMultiple(int64_t time, int64_t step){
  return time%step==0;
}

static int isWhole(const Plan *plan, const PlanTier *tier, Cut cut){
  return (isMultiple(cut.since, tier->step) || (plan->open_since && cut.since==plan->grid->since))
      && (isMultiple(cut.until, tier->step) || (plan->open_until && cut.until==plan->grid->until));
}

/* Before the first and after the last data there is nothing to hold. */
static int holdsSince(const Plan *plan, const PlanTier *tier, int64_t since){
  return tier->since <= (since > plan->first ? since : plan->first);
}

static int holdsUntil(const Plan *plan, const PlanTier *tier, int64_t until){
  return tier->until >= until || (plan->open_until && until==plan->grid->until && tier->until > plan->last);
}

/* The first dirty bucket that is not before a time; INT64_MAX when there is none. */
static int64_t dirtyFrom(const PlanTier *tier, int64_t time){
  int low = 0, high = tier->dirty_count;
  while( low < high ){
    int middle = low + (high - low)/2;
    if( tier->dirty[middle] < time ) low = middle + 1;
    else high = middle;
  }
  return low < tier->dirty_count ? tier->dirty[low] : INT64_MAX;
}

/* A tier's bucket that the horizon cuts counts as after it. */
static int isDirty(const Plan *plan, const PlanTier *tier, Cut cut){
  int64_t since = codecBucket(cut.since, tier->step, 0);
  int64_t horizon = plan->horizon==INT64_MIN ? INT64_MIN : codecBucket(plan->horizon, tier->step, 0);
  return dirtyFrom(tier, since > horizon ? since : horizon) < cut.until;
}

static int isExact(const Plan *plan, const PlanTier *tier, Cut cut){
  if( plan->prefers_raw && cut.since >= plan->horizon ) return 0;
  return isWhole(plan, tier, cut) && holdsSince(plan, tier, cut.since) && holdsUntil(plan, tier, cut.until)
      && !isDirty(plan, tier, cut);
}

/* The finest that holds the part whose raw points are gone; when none holds all of it, the one that goes back farthest. */
static int finestOf(const Plan *plan, Cut cut){
  int64_t until = cut.until < plan->horizon ? cut.until : plan->horizon;
  int best = plan->tier_count - 1;
  for(int i = plan->tier_count - 1; i >= 0; i--){
    const PlanTier *tier = &plan->tiers[i];
    if( holdsSince(plan, tier, cut.since) && tier->until >= until ) return i;
    if( tier->since < plan->tiers[best].since ) best = i;
  }
  return best;
}

/* What a bucket is answered by. */
typedef struct Source {
  int tier;
  int is_exact;
} Source;

static Source sourceOf(const Plan *plan, Cut cut){
  for(int i = 0; i < plan->tier_count; i++) if( isExact(plan, &plan->tiers[i], cut) ) return (Source){ i, 1 };
  if( cut.since >= plan->horizon || plan->tier_count==0 ) return (Source){ PLAN_RAW, 1 };
  return (Source){ finestOf(plan, cut), 0 };
}

/* ---- Runs ---- */

static int64_t nearer(int64_t time, int64_t since, int64_t best){
  return time > since && time < best ? time : best;
}

/* The first event after `since` that may change the source; a dirty bucket at `since` is one too. */
static int64_t nextEvent(const Plan *plan, int64_t since){
  int64_t event = nearer(plan->horizon, since, INT64_MAX);
  for(int i = 0; i < plan->tier_count; i++){
    const PlanTier *tier = &plan->tiers[i];
    int64_t dirty = dirtyFrom(tier, codecBucket(since, tier->step, 0));
    event = nearer(tier->since, since, event);
    event = nearer(tier->until, since, event);
    if( dirty < event ) event = dirty;
  }
  return event;
}

/* Where the whole buckets end that are as the one at `cut` is. */
static int64_t jump(const Plan *plan, Cut cut){
  const Grid *grid = plan->grid;
  int64_t event = nextEvent(plan, cut.since);
  int is_cut = cut.until - cut.since!=grid->period;
  if( grid->period==0 || is_cut || event < cut.until ) return cut.until;
  return codecBucket(event < grid->until ? event : grid->until, grid->period, grid->origin);
}

PlanSegment planSegment(const Plan *plan, int64_t t){
  Cut cut = cutAt(plan->grid, t);
  Source source = sourceOf(plan, cut), next = source;
  PlanSegment segment = { .since = cut.since, .until = cut.until, .tier = source.tier };
  for(int looks = 0; looks < LOOKS_MOST && next.tier==source.tier && next.is_exact==source.is_exact; looks++){
    segment.until = jump(plan, cut);
    if( segment.until >= plan->grid->until || segment.until > plan->last ) break;
    cut = cutAt(plan->grid, segment.until);
    next = sourceOf(plan, cut);
  }
  int64_t pruned = plan->horizon < segment.until ? plan->horizon : segment.until;
  segment.rows_until = source.tier==PLAN_RAW ? segment.since : source.is_exact ? segment.until : pruned;
  segment.points_until = source.tier==PLAN_RAW || !source.is_exact ? segment.until : pruned;
  return segment;
}
