#include "work/transitions.h"

#include <string.h>

const WorkTransition kWorkTransitions[] = {
  /* kind      from           to             verb               when */
  { "task",    "pending",     "in_progress", "work_claim",      "a worker leases it" },
  { "task",    "in_progress", "in_progress", "work_extend",     "its worker needs longer" },
  { "task",    "in_progress", "completed",   "work_complete",   "its worker is done" },
  { "task",    "in_progress", "pending",     "work_fail",       "an attempt is left" },
  { "task",    "in_progress", "failed",      "work_fail",       "no attempt is left" },
  { "task",    "in_progress", "deferred",    "work_defer",      "its worker puts it off" },
  { "task",    "in_progress", "pending",     "work_release",    "its worker gives it back" },
  { "task",    "in_progress", "pending",     "work_claim",      "the lease is over" },
  { "task",    "in_progress", "pending",     "work_sweep",      "the lease is over" },
  { "task",    "in_progress", "failed",      "work_claim",      "the lease is over and its own max_attempts used up" },
  { "task",    "in_progress", "failed",      "work_sweep",      "the lease is over and its own max_attempts used up" },
  { "task",    "in_progress", "pending",     "work_resume",     "it has no lease, or that is over" },
  { "task",    "deferred",    "pending",     "work_claim",      "its time has come" },
  { "task",    "deferred",    "pending",     "work_sweep",      "its time has come" },
  { "task",    "deferred",    "pending",     "work_resume",     "whoever asks" },
  { "task",    "failed",      "pending",     "work_resume",     "whoever asks; its attempts count from 0" },
  { "task",    "pending",     "cancelled",   "work_cancel",     "whoever asks" },
  { "task",    "in_progress", "cancelled",   "work_cancel",     "whoever asks" },
  { "task",    "deferred",    "cancelled",   "work_cancel",     "whoever asks" },
  { "task",    "pending",     "cancelled",   "work_sweep",      "its parent is gone, or that of a task above it" },
  { "task",    "in_progress", "cancelled",   "work_sweep",      "its parent is gone, or that of a task above it" },
  { "task",    "deferred",    "cancelled",   "work_sweep",      "its parent is gone, or that of a task above it" },
  { "thought", "pending",     "processing",  "work_claim",      "a worker leases it" },
  { "thought", "processing",  "processing",  "work_extend",     "its worker needs longer" },
  { "thought", "processing",  "completed",   "work_complete",   "its worker is done" },
  { "thought", "processing",  "completed",   "thought_ponder",  "a follow-up goes on" },
  { "thought", "processing",  "deferred",    "thought_ponder",  "it has been pondered max_ponder times" },
  { "thought", "processing",  "pending",     "work_fail",       "an attempt is left" },
  { "thought", "processing",  "failed",      "work_fail",       "no attempt is left" },
  { "thought", "processing",  "deferred",    "work_defer",      "its worker puts it off" },
  { "thought", "processing",  "rejected",    "thought_reject",  "its worker says no" },
  { "thought", "processing",  "pending",     "work_release",    "its worker gives it back" },
  { "thought", "processing",  "pending",     "work_claim",      "the lease is over" },
  { "thought", "processing",  "pending",     "work_sweep",      "the lease is over" },
  { "thought", "processing",  "failed",      "work_claim",      "the lease is over and its own max_attempts used up" },
  { "thought", "processing",  "failed",      "work_sweep",      "the lease is over and its own max_attempts used up" },
  { "thought", "processing",  "pending",     "work_resume",     "it has no lease, or that is over" },
  { "thought", "deferred",    "pending",     "work_claim",      "its time has come" },
  { "thought", "deferred",    "pending",     "work_sweep",      "its time has come" },
  { "thought", "deferred",    "pending",     "work_resume",     "whoever asks" },
  { "thought", "failed",      "pending",     "work_resume",     "whoever asks; its attempts count from 0" },
  { "thought", "pending",     "pending",     "thought_escalate", "it becomes more urgent" },
  { "thought", "processing",  "processing",  "thought_escalate", "it becomes more urgent" },
  { "thought", "deferred",    "deferred",    "thought_escalate", "it becomes more urgent" },
  { "thought", "pending",     "rejected",    "work_claim",      "its task is gone or has ended" },
  { "thought", "pending",     "rejected",    "work_cancel",     "whoever asks" },
  { "thought", "processing",  "rejected",    "work_cancel",     "whoever asks" },
  { "thought", "deferred",    "rejected",    "work_cancel",     "whoever asks" },
  { "thought", "pending",     "rejected",    "work_sweep",      "its task is gone or has ended" },
  { "thought", "processing",  "rejected",    "work_sweep",      "its task is gone or has ended" },
  { "thought", "deferred",    "rejected",    "work_sweep",      "its task is gone or has ended" },
};

const int kWorkTransitionCount = (int)(sizeof kWorkTransitions/sizeof kWorkTransitions[0]);

static int is(const char *text, const char *word){
  return strcmp(text, word)==0;
}

int workAllows(const char *kind, const char *from, const char *to, const char *verb){
  for(int i = 0; i < kWorkTransitionCount; i++){
    const WorkTransition *one = &kWorkTransitions[i];
    if( is(one->kind, kind) && is(one->from, from) && is(one->to, to) && is(one->verb, verb) ) return 1;
  }
  return 0;
}

static int isTask(const char *kind){
  return is(kind, "task");
}

int workIsLive(const char *kind, const char *status){
  return is(status, "pending") || is(status, "deferred") || is(status, isTask(kind) ? "in_progress" : "processing");
}

int workIsEnded(const char *kind, const char *status){
  return is(status, "completed") || is(status, "failed") || is(status, isTask(kind) ? "cancelled" : "rejected");
}

const char *workStatuses(const char *kind){
  return isTask(kind) ? "pending, in_progress, deferred, completed, failed, cancelled"
                      : "pending, processing, deferred, completed, failed, rejected";
}
