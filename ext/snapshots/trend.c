#include "snapshots/trend.h"

/* x > 1.2 x sum/count in whole numbers as long as x and sum are: 6 is not more than 1.2 x 5. Below 0 a larger part of
** the mean is no growth. */
static int grows(double x, double sum, int count){
  return count > 0 && 10*x*count > 12*sum && x*count > sum;
}

void trendJudge(Trend *trend){
  double entities = 0, evidence = 0;
  int before = trend->count - 1, with_evidence = 0;
  for(int i = 1; i < trend->count; i++){
    entities += trend->sizes[i].entities;
    if( !trend->sizes[i].has_evidence ) continue;
    evidence += trend->sizes[i].evidence;
    with_evidence++;
  }
  const TrendSize *newest = &trend->sizes[0];
  trend->has_mean = before > 0;
  trend->entities_mean = before > 0 ? entities/before : 0;
  trend->has_evidence_mean = with_evidence > 0;
  trend->evidence_mean = with_evidence > 0 ? evidence/with_evidence : 0;
  int worse = grows(newest->entities, entities, before)
           || (newest->has_evidence && grows(newest->evidence, evidence, with_evidence));
  if( worse && trend->in_newest_run ) trend->word = "worsening";
  else if( trend->runs_seen >= TREND_PERSISTS ) trend->word = "persistent";
  else if( trend->in_newest_run && trend->began_in_runs ) trend->word = "new";
  else trend->word = "resolving";
}
