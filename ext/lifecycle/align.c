#include "lifecycle/align.h"

#include <stdlib.h>

static int compareItems(const void *left, const void *right){
  const AlignItem *a = left, *b = right;
  if( a->print!=b->print ) return a->print < b->print ? -1 : 1;
  return (a->index > b->index) - (a->index < b->index);
}

static void sort(const uint64_t *prints, int count, AlignItem *items){
  for(int i = 0; i < count; i++) items[i] = (AlignItem){ prints[i], i };
  if( count ) qsort(items, (size_t)count, sizeof *items, compareItems);
}

/* The first index from `from` on that has this print; -1. */
static int find(const AlignItem *items, int count, uint64_t print, int from){
  AlignItem wanted = { print, from };
  int low = 0, high = count;
  while( low < high ){
    int middle = (low + high)/2;
    if( compareItems(&items[middle], &wanted) < 0 ) low = middle + 1;
    else high = middle;
  }
  return low < count && items[low].print==print ? items[low].index : -1;
}

void alignRows(const uint64_t *have, int have_count, AlignItem *sorted_have, const uint64_t *want, int want_count,
               AlignItem *sorted_want, int *match){
  int next = 0;
  sort(have, have_count, sorted_have);
  sort(want, want_count, sorted_want);
  for(int i = 0; i < have_count; i++){
    match[i] = find(sorted_want, want_count, have[i], next);
    /* A row that nobody wants has been added, where the next wanted one comes later; else it was changed. */
    int is_changed = match[i] < 0 && next < want_count && find(sorted_have, have_count, want[next], i + 1) < 0;
    if( is_changed ) match[i] = next;
    if( match[i] >= 0 ) next = match[i] + 1;
  }
}
