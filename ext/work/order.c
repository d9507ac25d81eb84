#include "work/order.h"

#include <string.h>

#include "engine/clock.h"

enum { HOUR_MS = 3600000 };

/* Whole hours, none for a time to come. */
static int age(const char *since, int64_t now){
  long long time;
  if( !loreTimeParse(since, strlen(since), &time) ) return WORK_AGE_MOST;
  int64_t hours = now > time ? (now - time)/HOUR_MS : 0;
  return hours < WORK_AGE_MOST ? (int)hours : WORK_AGE_MOST;
}

int64_t workEffective(int64_t priority, const char *since, int64_t now){
  int hours = age(since, now);
  return priority > INT64_MAX - hours ? INT64_MAX : priority + hours;
}

int workCompare(const WorkPlace *left, const WorkPlace *right){
  if( left->effective!=right->effective ) return left->effective > right->effective ? -1 : 1;
  int since = strcmp(left->since, right->since);
  return since ? since : strcmp(left->id, right->id);
}

int workIsBeaten(int64_t priority, const WorkPlace *by){
  return priority < INT64_MAX - WORK_AGE_MOST && priority + WORK_AGE_MOST < by->effective;
}
