/*
** A quantile of numbers in an array, in linear time whatever they are. Pure: knows no SQLite.
**
** A double's bits are taken as an integer that is in the order of the numbers. The span from the least to the greatest is cut into
** equal parts, the numbers in each are counted, and only those of the part that holds the rank are kept, for the next turn; of
** what lies above them, only the least can matter. Each turn narrows the span to a part of it, so there are at most 11. Of very
** many numbers a sample comes first: it says which few are worth the turns, and is checked.
*/
#ifndef LORE_METRICS_SELECT_H
#define LORE_METRICS_SELECT_H

#include <stddef.h>

#define SELECT_MOST ((size_t)1 << 31) /* numbers */

/* The quantile q of 0..1 of count numbers, one at least, as engine/quantile.h has it; -0 counts as 0. Not-a-number between
** infinities of both signs. The array is used up. */
double selectQuantile(double *numbers, size_t count, double q);

#endif
