/*
** lifecycle: what is wrong now, since when, how bad, and why someone was or wasn't told.
**
** A detection opens a signal or is counted (detect.c, plain.c), a run of them clears what it no longer
** finds (run.c, cycle.c), time escalates and clears (sweep.c), people decide (decide.c). What each does
** is in machine.c, over a book (book.h): the tables (tables.c), or memory (memory.c) for replay and
** back-test of the recorded inputs (inputs.c, replay.c, backtest.c).
**
** Storage: sql/schema/lifecycle. Statements: sql/statements/lifecycle.sql.
*/
#include "lifecycle/lifecycle.h"

#include "lifecycle/machine.h"

#define TRANSITION_COLUMNS                                                                                            \
  "from_state TEXT, to_state TEXT, from_severity TEXT, to_severity TEXT, cause TEXT, rule TEXT"

#define CHANGES "signal_state signal_transitions signal_state_events intelligence_events" /* whatever moves a signal */

static const LoreVerb kVerbs[] = {
  { "signal_upsert",
    "signal_type:text[1..200]! entity_type:text[1..200]! entity_id:text[1..2000]! severity:word(" SEVERITY_WORDS ")! evidence:json "
    "detection_id:text[0..2000]",
    signalUpsert, WRITES_BY_ITSELF(CHANGES " signal_detections"),
    "one detection; new, ongoing, escalated, reactivated, suppressed or cooldown",
    "'overdue', 'client', '7', 'warning', '{\"days\": 3}', 'run-1'" },
  { "signal_state_detected", "key! severity:word(" SEVERITY_WORDS ") evidence:json detection_id:text[0..2000]", signalDetected,
    WRITES(CHANGES " signal_detections"),
    "one more detection of a known signal, by its key; the outcome", "'client:7:overdue', 'warning', NULL, 'run-2'" },
  { "signal_state_cycle", "signals:array! scope:object! cycle_id:text[0..200]", signalStateCycle,
    WRITES(CHANGES " signal_detections signal_cycles"),
    "a whole detection run; what it looked at and did not find is cleared by rule; JSON keys by outcome",
    "'[{\"signal_type\": \"overdue\", \"entity_type\": \"client\", \"entity_id\": \"7\", \"severity\": \"warning\"}]', "
    "'{\"signal_types\": [\"overdue\"]}', 'cycle-1'" },
  { "signal_state_put", "record:object!", signalStatePut, WRITES(CHANGES),
    "a whole record, for imports and repair; 1, or 0 when it is so already",
    "'{\"entity_type\": \"client\", \"entity_id\": \"8\", \"signal_type\": \"overdue\", \"severity\": \"high\"}'" },
  { "signal_state_escalate", "key! severity:word(" SEVERITY_WORDS ") note", signalStateEscalate,
    WRITES(CHANGES), "raise the severity, by one rung if it is not given; 1 or 0",
    "'client:7:overdue', 'critical', 'the board asked'" },
  { "signal_state_acknowledge", "key! by:text[1..200]! note until:time", signalStateAcknowledge,
    WRITES(CHANGES), "somebody looks after it; 1 or 0",
    "'client:7:overdue', 'ann', 'called them'" },
  { "signal_state_cooldown", "key! until:time", signalStateCooldown, WRITES("signal_state signal_state_events"),
    "once cleared, stay so until then; without a time it is lifted; 1 or 0", "'client:7:overdue', '2099-01-01'" },
  { "signal_state_dismiss", "key! by:text[1..200]! reason", signalStateDismiss,
    WRITES(CHANGES " signal_mutes"),
    "mute this signal for 7 days, from the third time on for 30; 1 or 0", "'client:7:overdue', 'ann', 'a known customer'" },
  { "signal_state_sweep", "", signalStateSweep,
    WRITES(CHANGES " signal_detections signal_cycles"),
    "what time alone does: escalation by age, clearing of quiet ones, ends of mutes and acknowledgements; JSON counts",
    "'2099-06-01'" },
  { "signal_state_clear", "key! note", signalStateClear, WRITES(CHANGES),
    "it is over; 1 or 0", "'client:7:overdue', 'paid'" },
  { "signal_state_replay", "", signalStateReplay, WRITES("signal_state signal_transitions intelligence_events"),
    "rebuild signal_state and its transitions from the recorded inputs; JSON counts and what was there before them", "" },
};

static const LoreReader kReaders[] = {
  { "signal_states_active", "entity_type entity_id",
    "signal_key TEXT, entity_type TEXT, entity_id TEXT, signal_type TEXT, severity TEXT, state TEXT, first_detected_at TEXT, "
    "last_detected_at TEXT, detection_count INTEGER, escalated_at TEXT, acknowledged_at TEXT, acknowledged_by TEXT, "
    "acknowledged_until TEXT, note TEXT, evidence TEXT",
    SQL_STATE_ACTIVE_ROWS, "open signals, worst and oldest first", "'client'", NULL },
  { "signal_state_get", "key!",
    "signal_key TEXT, entity_type TEXT, entity_id TEXT, signal_type TEXT, severity TEXT, first_detected_at TEXT, "
    "last_detected_at TEXT, escalated_at TEXT, cleared_at TEXT, detection_count INTEGER, cooldown_until TEXT, state TEXT, "
    "initial_severity TEXT, peak_severity TEXT, acknowledged_at TEXT, acknowledged_by TEXT, acknowledged_until TEXT, note TEXT, "
    "clean_runs INTEGER, muted_until TEXT, evidence TEXT",
    SQL_STATE_GET, "one signal, whatever its state", "'client:7:overdue'", NULL },
  { "signal_state_history", "key!",
    "seq INTEGER, at TEXT, " TRANSITION_COLUMNS ", actor TEXT, note TEXT, evidence TEXT", SQL_STATE_HISTORY,
    "every transition of a signal, oldest first", "'client:7:overdue'", NULL },
  { "signal_state_why", "key!", "what TEXT, value TEXT, at TEXT, detail TEXT", SQL_NONE,
    "the state of a signal, what put it there, and what will change it, when", "'client:7:overdue'", signalStateWhy },
  { "signal_states_flapping", "at:time",
    "signal_key TEXT, times INTEGER, flap_count INTEGER, flap_window_seconds INTEGER, first_at TEXT, last_at TEXT",
    SQL_STATE_FLAPPING, "signals that come back again and again", "", NULL },
  { "signal_state_backtest", "rules:array since:time until:time", "change TEXT, signal_key TEXT, at TEXT, " TRANSITION_COLUMNS,
    SQL_NONE, "how the recorded transitions would differ under other rules",
    "'[{\"signal_type\": \"*\", \"escalate_after_count\": 2}]'", signalStateBacktest },
};

static const LoreSetting kSettings[] = {
  { "record_events", "word(on|off)", "off", "whether every input of the signal lifecycle is logged, for replay and back-test" },
};

const LoreSubsystem kLifecycle = {
  .name = "lifecycle",
  .tenant_rule = "denied",
  .verbs = LORE_TABLE(kVerbs),
  .readers = LORE_TABLE(kReaders),
  .settings = LORE_TABLE(kSettings),
  .figures = SQL_LIFECYCLE_INFO,
  .validate = SQL_LIFECYCLE_VALIDATE,
  .times = "signal_state.first_detected_at|signal_state.last_detected_at|signal_state.escalated_at|signal_state.cleared_at|"
           "signal_state.cooldown_until",
};
