/*
** In which order what waits is handed out: by priority, which grows by one with each whole hour of waiting, by ten
** at most; then who waits longer; then by id. Pure: knows no SQLite.
*/
#ifndef LORE_WORK_ORDER_H
#define LORE_WORK_ORDER_H

#include <stdint.h>

enum { WORK_AGE_MOST = 10 };

/* since: the text of a time; one that can't be read, or has not the form of a time, counts as long ago. */
typedef struct WorkPlace {
  int64_t effective; /* priority with its age */
  const char *since;
  const char *id;
} WorkPlace;

int64_t workEffective(int64_t priority, const char *since, int64_t now);

/* Below 0: left is handed out first. */
int workCompare(const WorkPlace *left, const WorkPlace *right);

/* 1: no row of this priority can stand before that place, however long it has waited. */
int workIsBeaten(int64_t priority, const WorkPlace *by);

#endif
