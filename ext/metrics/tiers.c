/*
** Declaring tiers: see tiers.h.
*/
#include "metrics/tiers.h"

#include <string.h>

#include "engine/text.h"
#include "metrics/bucket.h"
#include "metrics/fold.h"

#define DAY_MS INT64_C(86400000)
#define KEEP_MOST (INT64_C(3660000)*DAY_MS) /* 10,000 years */

enum { TIER_ARGUMENT, STEP_ARGUMENT, KEEP_ARGUMENT, STEP_DAYS_MOST = 366, MONTH_DAYS = 30, YEAR_DAYS = 365 };

int64_t tierFloor(int64_t time, int64_t step){
  return codecBucket(time, step, 0);
}

int64_t tierCeiling(int64_t time, int64_t step){
  int64_t start = tierFloor(time, step);
  return start==time ? time : start + step;
}

/* The longest unit that a time is a multiple of. */
static const char *shown(LoreCall *call, int64_t ms){
  static const struct { int64_t ms; const char *name; } kUnits[] = {
    { DAY_MS, "d" }, { 3600000, "h" }, { 60000, "m" }, { 1000, "s" }, { 1, "ms" }
  };
  int unit = 0;
  while( ms % kUnits[unit].ms!=0 ) unit++;
  const char *text = loreFormat(call, "%lld%s", ms/kUnits[unit].ms, kUnits[unit].name);
  return text ? text : "";
}

/* ---- All tiers ---- */

/* Puts a roll-up where its step belongs. 0: there are too many. */
static int addTier(Tiers *tiers, Tier tier){
  int at = tiers->count;
  if( at==TIERS_MOST ) return 0;
  for(; at > 0 && tiers->tiers[at - 1].step > tier.step; at--) tiers->tiers[at] = tiers->tiers[at - 1];
  tiers->tiers[at] = tier;
  tiers->count++;
  tiers->coarsest = tiers->tiers[tiers->count - 1].step;
  return 1;
}

static int isRaw(const char *name){
  return strcmp(name, TIER_RAW)==0;
}

/* Plain SQL may have written what metric_tier refuses. */
static void checkRow(LoreCall *call, const Tier *tier){
  int64_t most = isRaw(tier->name) ? 0 : STEP_DAYS_MOST*DAY_MS;
  int is_step = tier->step >= (most > 0) && tier->step <= most, is_time = tier->keep_for >= 1 && tier->keep_for <= KEEP_MOST;
  if( is_step && is_time ) return;
  loreRefuse(call, LORE_NOT_READY, "tier %s is damaged: its step is %lld ms, and it is kept %lld ms", tier->name,
             (sqlite3_int64)tier->step, (sqlite3_int64)tier->keep_for);
}

/* All that are declared but one, which may be NULL. */
static void readOthers(LoreCall *call, const char *but, Tiers *tiers){
  *tiers = (Tiers){ .coarsest = 1 };
  LoreStatement *row = loreQuery(call, SQL_METRIC_TIERS);
  while( loreNext(row) ){
    Tier tier = { loreColumnCopy(row, 0), loreColumnInt(row, 1), loreColumnInt(row, 2) };
    if( tier.name==NULL || (but && strcmp(tier.name, but)==0) ) continue;
    checkRow(call, &tier);
    if( isRaw(tier.name) ) tiers->raw_keep = tier.keep_for;
    else if( !addTier(tiers, tier) ) loreRefuse(call, LORE_REFUSED, "there are more than %d tiers", TIERS_MOST);
  }
  loreDone(row);
}

static void checkStep(LoreCall *call, LoreErrorClass code, const Tier *finer, const Tier *tier){
  if( tier->step==finer->step ){
    loreRefuse(call, code, "step must be another one for each tier: %s and %s have %s", finer->name, tier->name,
               shown(call, tier->step));
  }else if( finer->step < 1 || tier->step % finer->step!=0 ){
    loreRefuse(call, code, "step must be a multiple of that of every finer tier: %s has %s, %s has %s", tier->name,
               shown(call, tier->step), finer->name, shown(call, finer->step));
  }
}

static void checkKeep(LoreCall *call, LoreErrorClass code, const Tiers *tiers, const char *name, int64_t keep_for,
                      const Tier *coarser){
  const Tier *coarsest = tiers->count ? &tiers->tiers[tiers->count - 1] : NULL;
  if( coarsest && keep_for < coarsest->step ){
    loreRefuse(call, code, "keep_for must be at least one bucket of the coarsest tier: %s is kept %s, %s has buckets of %s", name,
               shown(call, keep_for), coarsest->name, shown(call, coarsest->step));
  }else if( coarser && keep_for > coarser->keep_for ){
    loreRefuse(call, code, "keep_for must not be longer than that of a coarser tier: %s is kept %s, %s %s", name,
               shown(call, keep_for), coarser->name, shown(call, coarser->keep_for));
  }
}

/* The rules that tiers keep to together. */
static void check(LoreCall *call, LoreErrorClass code, const Tiers *tiers){
  const Tier *all = tiers->tiers;
  for(int i = 1; i < tiers->count; i++) checkStep(call, code, &all[i - 1], &all[i]);
  if( tiers->raw_keep ) checkKeep(call, code, tiers, TIER_RAW, tiers->raw_keep, tiers->count ? all : NULL);
  for(int i = 0; i < tiers->count; i++){
    checkKeep(call, code, tiers, all[i].name, all[i].keep_for, i + 1 < tiers->count ? &all[i + 1] : NULL);
  }
}

int tiersRead(LoreCall *call, Tiers *tiers){
  readOthers(call, NULL, tiers);
  check(call, LORE_NOT_READY, tiers);
  return !loreFailed(call);
}

/* ---- Arguments ---- */

/* The name in lower case; NULL, and an error, when it is none. */
static const char *nameOf(LoreCall *call){
  const char *text = loreText(call, TIER_ARGUMENT);
  size_t length = loreTextLength(call, TIER_ARGUMENT);
  char *name = text ? loreAllocate(call, length + 1) : NULL;
  if( name==NULL ) return NULL;
  loreAsciiLower(name, text, length);
  if( strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_")==length ) return name;
  loreRefuse(call, LORE_BAD_ARGUMENT, "tier must be of letters, digits and _, got %s", loreShow(call, TIER_ARGUMENT));
  return NULL;
}

static int64_t stepOf(LoreCall *call, const char *name){
  BucketStep step;
  const char *text = loreText(call, STEP_ARGUMENT);
  int is_zero = strcmp(text, "0")==0;
  if( isRaw(name) || is_zero ){
    if( !isRaw(name) || !is_zero ){
      loreRefuse(call, LORE_BAD_ARGUMENT, "step must be 0 for the tier raw, and for no other, got %s",
                 loreShow(call, STEP_ARGUMENT));
    }
    return 0;
  }
  int known = bucketStepParse(text, loreTextLength(call, STEP_ARGUMENT), &step);
  int is_fixed = known && (step.unit==BUCKET_MILLISECONDS || step.unit==BUCKET_DAYS);
  int64_t ms = !is_fixed ? 0 : step.unit==BUCKET_DAYS && step.count <= STEP_DAYS_MOST ? step.count*DAY_MS : step.count;
  if( is_fixed && step.unit==BUCKET_DAYS && step.count > STEP_DAYS_MOST ) ms = 0;
  if( ms >= 1 && ms <= STEP_DAYS_MOST*DAY_MS ) return ms;
  loreRefuse(call, LORE_BAD_ARGUMENT, "step must be a fixed time as '90s', '15m', '1h' or '1d', of at most %d days, got %s",
             STEP_DAYS_MOST, loreShow(call, STEP_ARGUMENT));
  return 0;
}

/* A month is 30 days here, 12 of them are a year of 365. */
static int64_t keepOf(LoreCall *call){
  BucketStep step;
  if( !bucketStepParse(loreText(call, KEEP_ARGUMENT), loreTextLength(call, KEEP_ARGUMENT), &step) ){
    loreRefuse(call, LORE_BAD_ARGUMENT, "keep_for must be a time as '24h', '30d', '6mo' or '1y', of at most 10000 years, got %s",
               loreShow(call, KEEP_ARGUMENT));
    return 0;
  }
  switch( step.unit ){
    case BUCKET_DAYS: return step.count*DAY_MS;
    case BUCKET_WEEKS: return step.count*7*DAY_MS;
    case BUCKET_MONTHS: return (step.count/12*YEAR_DAYS + step.count%12*MONTH_DAYS)*DAY_MS;
    default: return step.count;
  }
}

/* ---- Writing ---- */

static void letTier(LoreCall *call, const Tier *tier){
  loreLetText(call, "tier_name", tier->name);
  loreLetInt(call, "tier_step", tier->step);
  loreLetInt(call, "tier_keep_for", tier->keep_for);
}

/* Declares a tier beside the others, by the rules of all. */
static void put(LoreCall *call, Tiers *others, const Tier *tier){
  if( isRaw(tier->name) ) others->raw_keep = tier->keep_for;
  else if( !addTier(others, *tier) ) loreRefuse(call, LORE_REFUSED, "there may be at most %d tiers", TIERS_MOST);
  check(call, LORE_REFUSED, others);
  letTier(call, tier);
  loreWriteOne(call, SQL_METRIC_TIER_PUT);
}

/* Refuses what would take the last that is known of a bucket which another tier may have to make again. */
static void checkNeeded(LoreCall *call, const char *name){
  const char *needed_by = loreFindText(call, SQL_METRIC_TIER_NEEDED_BY);
  if( needed_by ){
    loreRefuse(call, LORE_REFUSED, "tier %s is what a bucket of %s is made from until raw points have been pruned to its end", name,
               needed_by);
  }
}

static void forgetRollups(LoreCall *call){
  loreRun(call, SQL_METRIC_TIER_ROLLUPS_DELETE);
  loreRun(call, SQL_METRIC_TIER_DIRTY_DELETE);
  loreRun(call, SQL_METRIC_TIER_COVERAGE_DELETE);
  if( loreFindInt(call, SQL_METRIC_TIER_LEFT) ) loreRefuse(call, LORE_REFUSED, "a row was not deleted: a trigger ignored it");
}

/* A new step: the roll-ups are made anew, so something finer must still have all that they have. */
static void checkRebuild(LoreCall *call, const Tier *tier, int64_t old_step){
  loreLetText(call, "tier_name", tier->name);
  loreLetInt(call, "tier_step", tier->step);
  if( loreFindInt(call, SQL_METRIC_TIER_ONLY_HERE) ){
    loreRefuse(call, LORE_REFUSED, "step of tier %s must stay %s: the points of its roll-ups have been pruned", tier->name,
               shown(call, old_step));
  }
  loreLetInt(call, "tier_step", old_step);
  checkNeeded(call, tier->name);
}

void metricTier(LoreCall *call){
  Tiers others;
  Tier tier = { .name = nameOf(call) };
  if( tier.name==NULL ) return;
  tier.step = stepOf(call, tier.name);
  tier.keep_for = keepOf(call);
  loreLetText(call, "tier_name", tier.name);
  LoreStatement *row = loreQuery(call, SQL_METRIC_TIER_FIND);
  int is_known = loreNext(row);
  int64_t old_step = is_known ? loreColumnInt(row, 0) : tier.step;
  int is_same = is_known && old_step==tier.step && loreColumnInt(row, 1)==tier.keep_for;
  loreDone(row);
  if( is_same ){
    loreNotice(call, "it is declared so already");
  }else{
    readOthers(call, tier.name, &others);
    if( old_step!=tier.step ) checkRebuild(call, &tier, old_step);
    put(call, &others, &tier);
    if( old_step!=tier.step ) forgetRollups(call);
  }
  loreResultInt(call, !is_same);
}

void metricTierDrop(LoreCall *call){
  const char *name = nameOf(call);
  if( name==NULL ) return;
  loreLetText(call, "tier_name", name);
  LoreStatement *row = loreQuery(call, SQL_METRIC_TIER_FIND);
  int is_known = loreNext(row);
  if( is_known ) loreLetInt(call, "tier_step", loreColumnInt(row, 0));
  loreDone(row);
  if( is_known && !isRaw(name) ){
    checkNeeded(call, name);
    forgetRollups(call);
  }
  if( is_known ) loreWriteOne(call, SQL_METRIC_TIER_DELETE);
  else loreNotice(call, "there is no tier %s", name);
  loreResultInt(call, is_known);
}

static int isDeclared(const Tiers *tiers, const char *name){
  int found = isRaw(name) && tiers->raw_keep > 0;
  for(int i = 0; i < tiers->count; i++) found |= strcmp(tiers->tiers[i].name, name)==0;
  return found;
}

void metricTiersDefault(LoreCall *call){
  static const Tier kStandard[] = {
    { "downsampled", 60*INT64_C(60000), 365*DAY_MS }, { "aggregated", 60000, 30*DAY_MS }, { TIER_RAW, 0, DAY_MS }
  };
  Tiers tiers;
  int declared = 0;
  readOthers(call, NULL, &tiers);
  for(int i = 0; i < 3 && !loreFailed(call); i++){
    if( isDeclared(&tiers, kStandard[i].name) ) continue;
    put(call, &tiers, &kStandard[i]);
    declared++;
  }
  if( declared==0 ) loreNotice(call, "all are declared already");
  loreResultInt(call, declared);
}
