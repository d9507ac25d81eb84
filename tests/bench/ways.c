#include "ways.h"

#include <stdio.h>
#include <string.h>

#include "harness.h"

enum { WAYS_MOST = 32 };

__attribute__((noinline)) double timedWork(const Way *way, sqlite3 *db, const void *load){
  double start = cpuSeconds();
  way->work(db, load);
  return cpuSeconds() - start;
}

static double measure(const Contest *contest, const void *load, const Way *way){
  sqlite3 *db = contest->fresh(contest->world, load, way);
  double seconds = timedWork(way, db, load);
  contest->check(db, load, way);
  closeDatabase(db);
  return seconds;
}

static void report(const Contest *contest, double seconds[WAYS_MOST][ROUNDS_MOST], const char *name, int units, int as_verdicts){
  printf("\n%s: microseconds a %s, ratio to C by hand (median of %d rounds; lowest and highest)\n", name, contest->unit,
         contest->rounds);
  for(int w = 0; w < contest->count; w++){
    const Way *way = &contest->ways[w];
    double ratios[ROUNDS_MOST], low = 1e9, high = 0;
    for(int r = 0; r < contest->rounds; r++){
      ratios[r] = seconds[w][r]/seconds[way->baseline][r];
      if( ratios[r] < low ) low = ratios[r];
      if( ratios[r] > high ) high = ratios[r];
    }
    double ratio = median(ratios, contest->rounds);
    printf("  %-66s %6.2f", way->what, median(seconds[w], contest->rounds)/units*1e6);
    if( way->baseline==w ) printf("\n");
    else printf("  %5.2f  (%.2f to %.2f)\n", ratio, low, high);
    char what[240];
    snprintf(what, sizeof what, "%s, %s", way->what, name);
    if( as_verdicts && way->asked > 0 ) verdictAtMost(what, way->asked, ratio, "x C");
  }
  fflush(stdout);
}

void contestRun(const Contest *contest, const void *load, const char *name, int units, int as_verdicts){
  double seconds[WAYS_MOST][ROUNDS_MOST];
  for(int r = -1; r < contest->rounds; r++){ /* the first round warms up */
    for(int i = 0; i < contest->count; i++){
      int w = r%2 ? contest->count - 1 - i : i;
      double taken = measure(contest, load, &contest->ways[w]);
      if( r >= 0 ) seconds[w][r] = taken;
    }
  }
  report(contest, seconds, name, units, as_verdicts);
}

int contestOnly(const Contest *contest, const void *load, const char *name){
  for(int w = 0; w < contest->count; w++){
    if( strcmp(contest->ways[w].name, name) ) continue;
    measure(contest, load, &contest->ways[w]);
    return 0;
  }
  fprintf(stderr, "bench: no way is called %s\n", name);
  return 1;
}
