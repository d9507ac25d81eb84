/*
** What the files of work/ share: the two kinds of row, how one is read and changed, and the bodies of the verbs.
**
** A change of status goes through workMay, which asks the table (transitions.h), and workMove, which writes the row and
** its line of work_log. No other code changes a status, but for the lease of a claim.
*/
#ifndef LORE_WORK_H
#define LORE_WORK_H

#include "engine/engine.h"
#include "engine/lease.h"

typedef struct WorkKind {
  const char *word;
  const char *active; /* the status under a lease */
  const char *ended;  /* the status of one that is called off */
  LoreSql differs, by_id, by_token, store, lease, extend;
  LoreSql level, waiting, later, held, expired, due, comes_back, orphans;
} WorkKind;

extern const WorkKind kWorkTask, kWorkThought;

/* Of an argument `kind`: the first of those that it means, then NULL. Absent means both. */
const WorkKind *workKind(LoreCall *call, int argument);
const WorkKind *workNextKind(LoreCall *call, int argument, const WorkKind *kind);

/* One row as it stands. Texts live as long as the call. */
typedef struct WorkRow {
  const WorkKind *kind;
  const char *id;
  const char *status;
  sqlite3_int64 attempts;
  sqlite3_int64 max_attempts;  /* 0 and less: none of its own */
  const char *not_before;
  LoreLease lease;
  sqlite3_int64 priority;
  const char *since;
  const char *belongs_to;      /* a task's parent, a thought's task; NULL: none */
  const char *belongs_to_status; /* NULL: it is gone */
  const char *outcome;         /* what workMove stores; NULL: as it was */
} WorkRow;

/* ---- row.c ---- */

/* 1 when there is such a row; the error is the caller's. */
int workById(LoreCall *call, const WorkKind *kind, const char *id, WorkRow *row);
/* As above, of an argument; an error in the call when there is none. */
int workFind(LoreCall *call, const WorkKind *kind, int id, WorkRow *row);
/* The row that the argument `token` holds; an error that says why there is none. */
int workByToken(LoreCall *call, int token, WorkRow *row);
/* 1 when the argument `id` is known: with a notice when what is given is the same, else refused. Its result is set. */
int workIsKnown(LoreCall *call, const WorkKind *kind, int id);

/* 1: the verb may bring it there. 0: it is there already, with a notice, or an error that names both states. */
int workMay(LoreCall *call, const WorkRow *row, const char *to, const char *verb);
/* Writes status, attempts, not_before, outcome, lease and the log. A row keeps the token by which it was ended or deferred,
** until its next move. */
void workMove(LoreCall *call, WorkRow *row, const char *to, const char *worker, const char *reason);
/* The log's line alone; its seq. */
sqlite3_int64 workLog(LoreCall *call, const WorkRow *row, const char *to, const char *worker, const char *reason);

/* Its own, else the setting. */
sqlite3_int64 workMaxAttempts(LoreCall *call, const WorkRow *row);
/* 1: it has a max_attempts of its own, and has used it up. */
int workIsUsedUp(const WorkRow *row);
/* 1: a thought whose task is gone or has ended. */
int workIsVoid(const WorkRow *row);
const char *workVoidReason(LoreCall *call, const WorkRow *thought);

/* ---- wake.c ---- */

typedef struct WorkWoken {
  sqlite3_int64 expired, woken, failed;
} WorkWoken;

/* Rows whose lease is over or whose time has come wait again. */
void workWake(LoreCall *call, const WorkKind *kind, const char *verb, WorkWoken *counts);

/* ---- Bodies ---- */

void taskAdd(LoreCall *call);         /* tasks.c: id */
void thoughtAdd(LoreCall *call);      /* thoughts.c: id */
void thoughtEscalate(LoreCall *call); /* thoughts.c: the level */
void thoughtPonder(LoreCall *call);   /* thoughts.c: id of the follow-up, or NULL */
void workClaim(LoreCall *call);       /* claim.c: JSON array of {id, token} */
void workExtend(LoreCall *call);      /* ends.c: until when */
void workComplete(LoreCall *call);    /* ends.c: 1, or 0 when it was so */
void workFail(LoreCall *call);        /* ends.c: when it is tried again, or NULL */
void workDefer(LoreCall *call);       /* ends.c: 1, or 0 when it was so */
void workRelease(LoreCall *call);     /* ends.c: 1 */
void thoughtReject(LoreCall *call);   /* ends.c: 1, or 0 when it was so */
void workResume(LoreCall *call);      /* ends.c: 1, or 0 when it was so */
void workCancel(LoreCall *call);      /* cancel.c: how many */
void workSweep(LoreCall *call);       /* sweep.c: JSON of counts */
void workPending(LoreCall *call);     /* readers.c: rows */
void workNextAt(LoreCall *call);      /* readers.c: a time */
void workWhy(LoreCall *call);         /* why.c: rows */
void workTransitionRows(LoreCall *call); /* readers.c: rows */

#endif
