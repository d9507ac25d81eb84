/*
** The one formula of quantiles, for whatever finds numbers by their rank. Pure: knows no SQLite.
**
** The quantile q of 0..1 lies between the numbers of rank floor and ceiling of q*(n - 1), by linear interpolation: definition 7
** of Hyndman and Fan, "Sample Quantiles in Statistical Packages", 1996; what Excel, R and NumPy take by themselves.
*/
#ifndef LORE_QUANTILE_H
#define LORE_QUANTILE_H

#include <math.h>

/* Between two neighbours: fraction 0..1, low <= high. Not-a-number between infinities of both signs. */
static inline double quantileBetween(double low, double high, double fraction){
  if( low==high || fraction==0 ) return low;
  double gap = high - low;
  if( isinf(gap) && !isinf(low) && !isinf(high) ) return low*(1 - fraction) + high*fraction;
  return isinf(low) && !isinf(high) ? low : low + gap*fraction;
}

#endif
