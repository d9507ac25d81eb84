/*
** tenants: clones, insights, goals, actions, feedback and customers of many tenants in one file, each of which sees its own rows.
**
** tenant_use says whose rows a connection sees; every statement has the tenant from the engine (engine/tenant.c). tenant_lock
** makes it the only thing that the connection can see (engine/lock.c).
**
** Storage: sql/schema/tenants. Statements: tenants.sql and tenants_lock.sql in sql/statements.
*/
#include "tenants/tenants.h"

#define ID "id:text[1..200]"
#define ACCOUNT "account_id:text[1..200]"
#define SEVERITY "word(low|medium|high|critical)"
#define PATTERN "pattern_type:word(buying_signal|risk_indicator|engagement_change|cross_account_pattern)"
#define STATUS "word(pending|acted|dismissed|snoozed|superseded)"
#define CATEGORY "word(autonomous|approval_required|hard_stop)"

#define CLONE_COLUMNS \
  "id TEXT, tenant_id TEXT, clone_name TEXT, owner_id TEXT, persona_config TEXT, active INTEGER, created_at TEXT, updated_at TEXT"
#define INSIGHT_COLUMNS \
  "id TEXT, tenant_id TEXT, account_id TEXT, pattern_type TEXT, pattern_data TEXT, confidence REAL, severity TEXT, status TEXT, " \
  "created_at TEXT, acted_at TEXT, fingerprint TEXT, snoozed_until TEXT, detected_at TEXT, evidence TEXT"
#define GOAL_COLUMNS \
  "id TEXT, tenant_id TEXT, clone_id TEXT, goal_type TEXT, target_value REAL, current_value REAL, direction TEXT, " \
  "period_start TEXT, period_end TEXT, status TEXT, created_at TEXT"
#define ACTION_COLUMNS \
  "id TEXT, tenant_id TEXT, action_type TEXT, account_id TEXT, action_data TEXT, category TEXT, payload_hash TEXT, " \
  "proposed_at TEXT, executed_at TEXT, execution_result TEXT, approval_status TEXT, approved_by TEXT, approved_at TEXT, " \
  "expires_at TEXT, proposed_by TEXT, rationale TEXT, deal_stage TEXT, guardrail TEXT, resolution_note TEXT"

static const LoreVerb kVerbs[] = {
  { "clone_create", "clone_name:text[1..200]! owner_id:text[1..200]! persona_config:object " ID, cloneCreate,
    WRITES("agent_clones"), "a clone of a person, which speaks as its persona says; its id",
    "'Ann', 'ann', '{\"dimensions\": {\"concise_detailed\": 0.1}, \"region\": \"emea\"}', 'clone-1'" },
  { "clone_update", ID "! clone_name:text[1..200] owner_id:text[0..200] persona_config:object active:int[0..1]", cloneUpdate,
    WRITES("agent_clones"), "change what is given of a clone; 1, or 0 when it was so",
    "'clone-1', 'Ann of sales', NULL, '{\"dimensions\": {\"concise_detailed\": 0.9}, \"region\": \"emea\"}'" },
  { "clone_deactivate", ID "!", cloneDeactivate, WRITES("agent_clones"), "a clone acts no more; 1, or 0 when it was so",
    "'clone-1'" },
  { "persona_preview_put", "clone_id:text[1..200]! sample_email:text[1..20000]! sample_chat:text[1..20000]!", personaPreviewPut,
    WRITES("persona_previews"), "keep samples that a model wrote for a clone's persona; 1, or 0 when they were so",
    "'clone-1', 'Dear Ms Roe, …', 'Hello!'" },
  { "insight_create",
    ACCOUNT "! " PATTERN "! pattern_data:json! confidence:real[0..1]! severity:" SEVERITY "=medium fingerprint:text[0..500] " ID
    " detected_at:time evidence:array",
    insightCreate, WRITES("insights alerts"), "what was seen of an account, with alerts when it is urgent; its id",
    "'account-1', 'buying_signal', '{\"score\": 7}', 0.8, 'high', NULL, 'insight-1'" },
  { "insight_set_status", ID "! status:" STATUS "! until:time", insightSetStatus, WRITES("insights"),
    "what became of an insight; 1, or 0 when it was so", "'insight-1', 'acted'" },
  { "alert_failed", ID "! error:text[1..2000]!", alertFailed, WRITES("alerts"), "an alert could not be delivered; 1",
    "(SELECT max(id) FROM main.alerts WHERE delivered_at IS NULL), 'no connection'" },
  { "alert_delivered", ID "!", alertDelivered, WRITES("alerts"), "an alert was delivered; 1, or 0 when it was so",
    "(SELECT max(id) FROM main.alerts)" },
  { "goal_create",
    "goal_type:word(pipeline|activity|quality|revenue)! target_value:real! period_start:time! period_end:time! "
    "clone_id:text[0..200] direction:word(up|down)=up " ID,
    goalCreate, WRITES("goals"), "a value to reach within a period; its id",
    "'pipeline', 100, '2026-01-01', '2026-04-01', 'clone-1', 'up', 'goal-1'" },
  { "goal_progress", ID "! value:real delta:real", goalProgress, WRITES("goals"),
    "a goal's value, or how much more it is; 1, or 0 when it was so", "'goal-1', NULL, 10" },
  { "goal_sweep", "", goalSweep, WRITES("goals"), "goals whose period is over are missed; how many", "'2999-01-01'" },
  { "action_propose",
    "action_type:text[1..100]! " ACCOUNT "! proposed_by:text[1..200]! rationale:text[1..4000]! action_data:json "
    "deal_stage:text[0..100] category:" CATEGORY " " ID,
    actionPropose, WRITES("autonomous_actions"), "what an agent would do, judged by the guardrails; its id",
    "'send_proposal', 'account-1', 'clone-1', 'they asked for it', '{\"price\": 100}', 'proposal', NULL, 'action-1'" },
  { "action_approve", ID "! by:text[1..200]! payload_hash:text[1..200]!", actionApprove, WRITES("autonomous_actions audit_log"),
    "a person lets an action be done, with exactly this payload; 1, or 0 when it was so",
    "'action-1', 'ann', (SELECT payload_hash FROM main.autonomous_actions WHERE id = 'action-1')" },
  { "action_reject", ID "! by:text[1..200]! note:text[0..2000]", actionReject, WRITES("autonomous_actions audit_log"),
    "a person says no to an action; 1, or 0 when it was so", "'action-2', 'ann', 'too early'" },
  { "action_result", ID "! result:json!", actionResult, WRITES("autonomous_actions"),
    "what came of an action that was done; 1, or 0 when it was so", "'action-1', '{\"sent\": true}'" },
  { "feedback_record",
    "insight_id:text[1..200]! feedback:word(useful|false_alarm)! submitted_by:text[1..200]! comment:text[0..2000] " ID,
    feedbackRecord, WRITES("alert_feedback"), "what a person says of an insight, in place of what the same said before; its id",
    "'insight-1', 'useful', 'ann'" },
  { "interaction_record",
    ACCOUNT "! channel:word(email|chat|meeting|crm)! summary:text[1..20000]! participants:array sentiment:any key_points:array "
    "source_id:text[0..200] " ID,
    interactionRecord, WRITES("interactions"), "what was spoken with an account; its id",
    "'account-1', 'email', 'They ask for a price', '[\"ann\", \"roe\"]', 'positive', '[\"price\"]', 'mail-1', 'interaction-1'" },
  { "customer_summary_put", ACCOUNT "! window_days:int! summary:text[1..20000]! signals:json", customerSummaryPut,
    WRITES("customer_summaries"), "keep what a model wrote of an account's last days; 1, or 0 when it was so",
    "'account-1', 30, 'They are about to decide'" },
};

static const LoreReader kReaders[] = {
  { "clone_get", ID "!", CLONE_COLUMNS, SQL_CLONE_GET, "one clone", "'clone-1'", NULL },
  { "clone_list", "active:int[0..1]=1", CLONE_COLUMNS, SQL_CLONE_LIST, "clones that act, or with 0 those that don't", "0", NULL },
  { "persona_preview", "clone_id:text[1..200]!",
    "clone_id TEXT, sample_email TEXT, sample_chat TEXT, persona_hash TEXT, created_at TEXT, stale INTEGER", SQL_PREVIEW_GET,
    "the samples of a clone's persona, and whether it has changed since", "'clone-1'", personaPreview },
  { "insight_get", ID "! at:time", INSIGHT_COLUMNS, SQL_INSIGHT_GET, "one insight", "'insight-1'", NULL },
  { "insight_list", "status:" STATUS " " ACCOUNT " max_rows:int[1..1000000]=50 at:time", INSIGHT_COLUMNS, SQL_NONE,
    "insights, newest first", "'acted'", insightList },
  { "insights_where", "path:text[1..500]! value:any at:time",
    "id TEXT, account_id TEXT, pattern_type TEXT, pattern_data TEXT, confidence REAL, severity TEXT, status TEXT, created_at TEXT",
    SQL_NONE, "insights that have this value, or any, at a path of their pattern_data", "'$.score', 7", insightsWhere },
  { "alert_pending", "channel:word(sse|email|slack)",
    "id TEXT, insight_id TEXT, channel TEXT, created_at TEXT, attempts INTEGER, error TEXT", SQL_ALERT_PENDING,
    "alerts that are to be delivered", "'sse'", NULL },
  { "goal_get", ID "!", GOAL_COLUMNS, SQL_GOAL_GET, "one goal", "'goal-1'", NULL },
  { "goal_list", "status:word(active|completed|missed|cancelled) clone_id:text[1..200]", GOAL_COLUMNS, SQL_GOAL_LIST,
    "goals, newest first", "'missed'", NULL },
  { "action_get", ID "! at:time", ACTION_COLUMNS, SQL_ACTION_GET, "one action", "'action-1'", NULL },
  { "action_pending", "at:time", ACTION_COLUMNS, SQL_ACTION_PENDING, "actions that wait for an approval, newest first", "", NULL },
  { "actions_where", "path:text[1..500]! value:any at:time",
    "id TEXT, action_type TEXT, account_id TEXT, action_data TEXT, category TEXT, approval_status TEXT, proposed_at TEXT", SQL_NONE,
    "actions that have this value, or any, at a path of their action_data", "'$.price', 100", actionsWhere },
  { "feedback_stats", "",
    "total INTEGER, useful INTEGER, false_alarm INTEGER, useful_share REAL, false_alarm_share REAL, accuracy REAL",
    SQL_FEEDBACK_STATS, "how good insights are, by those who got them", "", NULL },
  { "calibration", "pattern_type:word(buying_signal|risk_indicator|engagement_change|cross_account_pattern)",
    "confidence_low REAL, confidence_high REAL, count INTEGER, mean_confidence REAL, useful_share REAL, brier REAL, "
    "brier_total REAL",
    SQL_CALIBRATION, "whether confidence means what it says: by tenths, against feedback", "", NULL },
  { "interaction_list", ACCOUNT "!",
    "id TEXT, tenant_id TEXT, account_id TEXT, channel TEXT, at TEXT, participants TEXT, summary TEXT, sentiment REAL, "
    "key_points TEXT, source_id TEXT",
    SQL_INTERACTION_LIST, "what was spoken with an account, newest first", "'account-1'", NULL },
  { "customer_view", ACCOUNT "! at:time", "at TEXT, kind TEXT, channel TEXT, title TEXT, detail TEXT", SQL_CUSTOMER_VIEW,
    "all that happened with an account, newest first; days before the last 30 in one row a channel", "'account-1'", customerView },
  { "customer_summary", ACCOUNT "! at:time",
    "window_days INTEGER, interactions TEXT, mean_sentiment REAL, first_contact TEXT, last_contact TEXT, open_insights INTEGER, "
    "signals TEXT, summary TEXT, summary_signals TEXT, summary_at TEXT",
    SQL_CUSTOMER_SUMMARY, "an account in 30, 90 and 365 days", "'account-1'", NULL },
  { "daily_digest", "day:time clone_id:text[1..200] at:time", "account_id TEXT, count INTEGER, worst_severity TEXT, insights TEXT",
    SQL_DAILY_DIGEST, "what is pending at the end of a day, by account, worst first", "'2026-02-01'", dailyDigest },
  { "tenant_performance", "since:time until:time clone_id:text[1..200] at:time",
    "pipeline_value REAL, revenue_closed REAL, activity_count INTEGER, quality_score REAL, as_of TEXT", SQL_TENANT_PERFORMANCE,
    "what was reached within a time", "'2026-01-01'", NULL },
  { "tenant_selftest", "", "attack TEXT, outcome TEXT, detail TEXT, statement TEXT", SQL_NONE,
    "attacks on other tenants through this locked connection, and what came of each: denied, refused, nothing, leaked or changed",
    NULL, tenantSelftest },
};

static const LoreFunction kFunctions[] = {
  { "tenant_use", "tenant:text[0..200]!", tenantUse, LORE_DIRECT,
    "from now on this connection sees this tenant's rows; the tenant", "'acme'" },
  { "tenant_current", "", tenantCurrent, LORE_DIRECT, "whose rows this connection sees; NULL for nobody's", "" },
  { "tenant_lock", "allow:text[0..2000]", tenantLock, LORE_DIRECT,
    "this connection sees nothing but its tenant's rows for good; allow names functions of the host that it may call", NULL },
  { "guardrail_check", "action_type:text[1..100]! deal_stage:text[0..100]", guardrailCheck, LORE_READS,
    "what the guardrails say of an action: JSON", "'send_proposal', 'proposal'" },
  { "persona_summary", "clone_id:text[1..200]!", personaSummary, LORE_READS, "how a clone speaks, in words", "'clone-1'" },
};

static const LoreFiltered kFiltered[] = {
  { "tenant_clones", "agent_clones", "tenant_id",
    "id TEXT, clone_name TEXT, owner_id TEXT, persona_config TEXT, active INTEGER, created_at TEXT, updated_at TEXT",
    "clone_name|active", "clone_name", "clones of this tenant" },
  { "tenant_insights", "insights", "tenant_id",
    "id TEXT, account_id TEXT, pattern_type TEXT, pattern_data TEXT, confidence REAL, severity TEXT, status TEXT, created_at TEXT, "
    "acted_at TEXT, fingerprint TEXT, snoozed_until TEXT, detected_at TEXT, evidence TEXT",
    "status created_at|account_id|fingerprint created_at", "", "insights of this tenant" },
  { "tenant_goals", "goals", "tenant_id",
    "id TEXT, clone_id TEXT, goal_type TEXT, target_value REAL, current_value REAL, direction TEXT, period_start TEXT, "
    "period_end TEXT, status TEXT, created_at TEXT",
    "status|clone_id", "", "goals of this tenant" },
  { "tenant_actions", "autonomous_actions", "tenant_id",
    "id TEXT, action_type TEXT, account_id TEXT, action_data TEXT, category TEXT, payload_hash TEXT, proposed_at TEXT, "
    "executed_at TEXT, execution_result TEXT, approval_status TEXT, approved_by TEXT, approved_at TEXT, expires_at TEXT, "
    "proposed_by TEXT, rationale TEXT, deal_stage TEXT, guardrail TEXT, resolution_note TEXT",
    "approval_status proposed_at|account_id", "", "actions of this tenant" },
  { "tenant_feedback", "alert_feedback", "tenant_id",
    "id TEXT, insight_id TEXT, feedback TEXT, comment TEXT, submitted_at TEXT, submitted_by TEXT",
    "insight_id submitted_by|feedback", "insight_id submitted_by", "feedback of this tenant" },
  { "tenant_interactions", "interactions", "tenant_id",
    "id TEXT, account_id TEXT, channel TEXT, at TEXT, participants TEXT, summary TEXT, sentiment REAL, key_points TEXT, "
    "source_id TEXT",
    "account_id at|channel source_id", "channel source_id", "interactions of this tenant" },
};

/* Each set of channels in each order: lore_set checks a value by a list of words. */
#define CHANNELS \
  "word(none|sse|email|slack|sse,email|email,sse|sse,slack|slack,sse|email,slack|slack,email|sse,email,slack|sse,slack,email|" \
  "email,sse,slack|email,slack,sse|slack,sse,email|slack,email,sse)"

static const LoreSetting kSettings[] = {
  { "alert_channels", CHANNELS, "sse", "where an insight of severity high or critical is announced: sse, email, slack, by commas" },
  { "approval_hours", "int[1..8760]", "72", "after so many hours an action that was not approved has expired" },
  { "four_eyes", "word(on|off)", "off", "on: who has proposed an action can't approve it" },
};

static const LoreSearchable kSearchables[] = {
  { "insights", "pattern_data", "tenant_id" },
  { "autonomous_actions", "action_data", "tenant_id" },
};

const LoreSubsystem kTenants = {
  .name = "tenants",
  .tenant_rule = "tenant",
  .tenantless = "tenant_use|tenant_current|tenant_lock",
  .unlocked = "tenant_use|tenant_lock",
  .filtered = LORE_TABLE(kFiltered),
  .verbs = LORE_TABLE(kVerbs),
  .readers = LORE_TABLE(kReaders),
  .functions = LORE_TABLE(kFunctions),
  .settings = LORE_TABLE(kSettings),
  .searchables = LORE_TABLE(kSearchables),
  .times = "agent_clones.created_at|agent_clones.updated_at|insights.created_at|insights.acted_at|goals.created_at|"
           "goals.period_start|goals.period_end|autonomous_actions.proposed_at|autonomous_actions.executed_at|"
           "autonomous_actions.approved_at|autonomous_actions.expires_at|alert_feedback.submitted_at",
  .validate = SQL_TENANTS_VALIDATE,
};
