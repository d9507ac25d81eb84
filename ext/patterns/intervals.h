/*
** Intervals for a share and for a rate. Pure: knows no SQLite.
*/
#ifndef LORE_PATTERNS_INTERVALS_H
#define LORE_PATTERNS_INTERVALS_H

typedef struct Interval {
  double low, expected, high;
} Interval;

/* Lower end of Wilson's score interval (JASA 22, 1927) of the share successes/n; z: standard normal quantile, e.g. 1.96
** for 95 % two-sided. 0 <= successes <= n, z >= 0; n = 0 tells nothing, so 0. */
double wilsonLower(double successes, double n, double z);

/*
** The share that successes of n tries speak for: mean and equal-tailed interval of its posterior Beta(successes + 1/2,
** n - successes + 1/2). The prior is Jeffreys', for its interval covers the true share as often as it says, also near 0
** and 1 (Brown, Cai, DasGupta: "Interval Estimation for a Binomial Proportion", 2001). 0 <= successes <= n,
** 0 <= level < 1. Relative error below 1e-10 for n up to 1e12.
*/
Interval betaInterval(double successes, double n, double level);

/* Events a second, likewise: of the posterior Gamma(events + 1/2) divided by seconds, Jeffreys' prior for a Poisson rate.
** events >= 0, seconds > 0. */
Interval rateInterval(double events, double seconds, double level);

#endif
