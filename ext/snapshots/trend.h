/*
** Where a pattern goes: new, worsening, persistent or resolving. Pure: knows no SQLite.
*/
#ifndef LORE_SNAPSHOTS_TREND_H
#define LORE_SNAPSHOTS_TREND_H

enum {
  TREND_RUNS = 5,     /* detection runs that are looked at */
  TREND_BEFORE = 5,   /* snapshots that make the mean */
  TREND_PERSISTS = 3  /* of TREND_RUNS */
};

/* How large a pattern was in one snapshot. */
typedef struct TrendSize {
  double entities;    /* how many */
  int has_evidence;   /* 1: the evidence has numbers */
  double evidence;    /* their sum */
} TrendSize;

typedef struct Trend {
  /* in */
  TrendSize sizes[1 + TREND_BEFORE]; /* newest first */
  int count;          /* of sizes, at least 1 */
  int runs;           /* the last runs of all patterns, at most TREND_RUNS */
  int runs_seen;      /* those of them that have the pattern */
  int in_newest_run;
  int began_in_runs;  /* 1: its first snapshot lies in these runs */
  /* out */
  const char *word;
  int has_mean;       /* 1: there are snapshots before the newest */
  double entities_mean;
  int has_evidence_mean;
  double evidence_mean;
} Trend;

/* The first that holds: worsening (in the newest run, and larger than 1.2 x the mean of up to five snapshots
** before), persistent (in three or more of the last five runs), new (in the newest run, first seen in these
** runs), resolving. */
void trendJudge(Trend *trend);

#endif
