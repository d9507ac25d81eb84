/*
** Finds out which of the rows that are there belong to which of those that should be, when rows were lost,
** added or changed. Both stand in order; a row is told by its fingerprint. Pure: knows no SQLite.
*/
#ifndef LORE_LIFECYCLE_ALIGN_H
#define LORE_LIFECYCLE_ALIGN_H

#include <stdint.h>

typedef struct AlignItem {
  uint64_t print; /* equal rows have equal ones, others hardly ever */
  int index;
} AlignItem;

/* match[i] becomes the index of what row i is, or has to become (its print differs then), or -1: it goes. The indexes rise;
** what is wanted and has no row is missing. `sorted_have` and `sorted_want` are room for as many items. Takes
** O(n log n). */
void alignRows(const uint64_t *have, int have_count, AlignItem *sorted_have, const uint64_t *want, int want_count,
               AlignItem *sorted_want, int *match);

#endif
