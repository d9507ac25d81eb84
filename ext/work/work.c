/*
** work: queues of tasks and of thoughts about them, drained by several processes without losing or doubling work.
**
** Storage: sql/schema/work. Statements: sql/statements/work.sql. What a status may become: transitions.c.
*/
#include "work/work.h"

#define KIND "kind:word(task|thought)"
#define ID "id:text[1..200]"
#define TOKEN "token:text[1..200]!"
#define REASON "reason:text[1..2000]"
#define BOTH "tasks thoughts work_log"

/* The token of a row that an example before has claimed, or tests/before_examples.sql. */
#define HELD(table, column, id) "(SELECT lease_token FROM main." table " WHERE " column " = '" id "')"
#define HELD_TASK(id) HELD("tasks", "task_id", id)
#define HELD_THOUGHT(id) HELD("thoughts", "thought_id", id)

static const LoreVerb kVerbs[] = {
  { "task_add",
    "description:text[1..100000]! priority:int=0 created_by:text[0..200] context:json parent:text[1..200] not_before:time "
    "unique_key:text[1..200] max_attempts:int[1..1000] " ID,
    taskAdd, WRITES_BY_ITSELF("tasks thoughts"), "a task that waits for a worker; its id",
    "'Write the report', 5, 'ann', '{\"page\": 3}', NULL, NULL, 'report of today', NULL, 'report'" },
  { "thought_add",
    "task_id:text[1..200]! content:text[1..100000]! thought_type:text[0..100] parent:text[1..200] context:json " ID,
    thoughtAdd, WRITES_BY_ITSELF("thoughts"), "a thought about a live task, which waits for a worker; its id",
    "'report', 'Who reads it?', 'question', NULL, NULL, 'readers'" },
  { "work_claim", KIND "! worker:text[1..200]! max_rows:int[1..10000]=1 lease_seconds:int[1..604800]=300 request:text[1..200]",
    workClaim, WRITES(BOTH), "lease what is to be done next to one worker; JSON array of {id, token}",
    "'task', 'worker-1', 1, 300, 'request-1'" },
  { "work_extend", TOKEN " seconds:int[1..604800]!", workExtend, WRITES("tasks thoughts"),
    "so many seconds more from now on; until when", HELD_TASK("report") ", 600" },
  { "work_defer", TOKEN " until:time " REASON, workDefer, WRITES(BOTH),
    "put it off, until a moment or until work_resume; 1, or 0 when it was so",
    HELD_TASK("report") ", '2998-01-01', 'no figures yet'" },
  { "work_resume", KIND "! " ID "! " REASON, workResume, WRITES(BOTH),
    "what was deferred or has failed waits again; 1, or 0 when it was so", "'task', 'report', 'the figures are there'" },
  { "work_complete", TOKEN " outcome:json", workComplete, WRITES(BOTH), "it is done; 1, or 0 when it was so",
    HELD_TASK("done") ", '{\"pages\": 12}'" },
  { "work_fail", TOKEN " " REASON "!", workFail, WRITES(BOTH),
    "this attempt has failed; when it is tried again, NULL when no more", HELD_TASK("flaky") ", 'no connection'" },
  { "work_release", TOKEN, workRelease, WRITES(BOTH), "give it back; 1", HELD_TASK("other") },
  { "thought_reject", TOKEN " " REASON "!", thoughtReject, WRITES(BOTH), "the worker says no; 1, or 0 when it was so",
    HELD_THOUGHT("odd") ", 'it is beside the point'" },
  { "thought_ponder", TOKEN " follow_up:text[1..100000]! " ID, thoughtPonder, WRITES(BOTH),
    "it is done, and a follow-up goes on; the id of that, NULL when it was pondered too often",
    HELD_THOUGHT("deep") ", 'And what do they need?', 'needs'" },
  { "thought_escalate", ID "! " REASON "!", thoughtEscalate, WRITES(BOTH),
    "raise a thought's level, and the priority of its task; the level", "'readers', 'nobody knows'" },
  { "work_cancel", KIND "! " ID "! " REASON "!", workCancel, WRITES(BOTH),
    "call it off, with all below it; how many", "'task', 'report', 'no longer needed'" },
  { "work_sweep", "", workSweep, WRITES(BOTH),
    "leases that are over and deferred rows that are due wait again, orphans are called off; JSON of counts", "'2999-01-01'" },
};

static const LoreReader kReaders[] = {
  { "work_pending", KIND " max_rows:int[1..1000000]=1000 at:time",
    "kind TEXT, id TEXT, priority INTEGER, effective_priority INTEGER, waiting_since TEXT, runnable INTEGER, status TEXT, "
    "attempts INTEGER",
    SQL_NONE, "what waits, in the order of the next claims; what is not runnable yet comes last", "'task'", workPending },
  { "work_stats", KIND, "kind TEXT, status TEXT, count INTEGER, oldest TEXT", SQL_WORK_STATS_OF,
    "how many rows have each status, and since when the oldest is there", "", NULL },
  { "task_tree", ID "!", "kind TEXT, id TEXT, parent TEXT, depth INTEGER, status TEXT, content TEXT", SQL_WORK_TREE,
    "a task, the tasks and thoughts below it", "'report'", NULL },
  { "work_why", KIND "! " ID "!", "what TEXT, value TEXT, at TEXT, detail TEXT", SQL_NONE,
    "why a row is not being worked on, or by whom it is", "'task', 'flaky'", workWhy },
  { "work_transitions", "", "kind TEXT, from_status TEXT, to_status TEXT, verb TEXT, reason TEXT", SQL_NONE,
    "what a status may become, by which verb", "", workTransitionRows },
};

static const LoreFunction kFunctions[] = {
  { "work_next_at", KIND " at:time", workNextAt, LORE_READS, "when the next row is or becomes runnable", "'task'" },
};

static const LoreSetting kSettings[] = {
  { "alert_dead_tasks", "int[0..]", "0", "tasks that have failed for good, above which lore_alerts has a row" },
  { "max_attempts", "int[1..1000]", "5", "attempts after which work_fail gives a row up that has no max_attempts of its own" },
  { "max_ponder", "int[0..1000]", "7", "follow-ups in a row after which thought_ponder defers" },
};

static const LoreAlert kAlerts[] = {
  { "work.expired_leases", "alert_expired_leases", SQL_WORK_ALERT_LEASES, 0, "warning",
    "claimed work was not ended in time: work_sweep" },
  { "work.dead_tasks", "alert_dead_tasks", SQL_WORK_ALERT_DEAD, 0, "error",
    "tasks have failed for good: work_resume or work_cancel" },
};

const LoreSubsystem kWork = {
  .name = "work",
  .tenant_rule = "denied",
  .verbs = LORE_TABLE(kVerbs),
  .readers = LORE_TABLE(kReaders),
  .functions = LORE_TABLE(kFunctions),
  .settings = LORE_TABLE(kSettings),
  .figures = SQL_WORK_INFO,
  .validate = SQL_WORK_VALIDATE,
  .times = "tasks.created_at|tasks.updated_at|thoughts.created_at|thoughts.updated_at",
  .alerts = LORE_TABLE(kAlerts),
};
