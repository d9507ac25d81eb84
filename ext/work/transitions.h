/*
** Which status a row of work may go to, and by which verb: one table, all of it. Pure: knows no SQLite.
*/
#ifndef LORE_WORK_TRANSITIONS_H
#define LORE_WORK_TRANSITIONS_H

typedef struct WorkTransition {
  const char *kind; /* "task", "thought" */
  const char *from;
  const char *to;
  const char *verb;
  const char *when;
} WorkTransition;

extern const WorkTransition kWorkTransitions[];
extern const int kWorkTransitionCount;

int workAllows(const char *kind, const char *from, const char *to, const char *verb);

int workIsLive(const char *kind, const char *status);  /* waits, is being worked on, or is deferred */
int workIsEnded(const char *kind, const char *status); /* completed, failed, cancelled, rejected */
const char *workStatuses(const char *kind);            /* "pending, in_progress, ..." for a message */

#endif
