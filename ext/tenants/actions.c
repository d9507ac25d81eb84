/*
** Actions of agents, and what holds them back: guardrail_rules says what an agent may do by itself, what a person must approve,
** and what nobody may do so. An approval is of the exact payload, shown by its hash, and of nothing that was changed since.
*/
#include <string.h>

#include "engine/digest.h"
#include "tenants/tenants.h"

enum { CHECK_TYPE, CHECK_STAGE };
enum { PROPOSE_TYPE, PROPOSE_ACCOUNT, PROPOSE_BY, PROPOSE_RATIONALE, PROPOSE_DATA, PROPOSE_STAGE, PROPOSE_CATEGORY, PROPOSE_ID };
enum { APPROVE_ID, APPROVE_BY, APPROVE_HASH };
enum { REJECT_ID, REJECT_BY, REJECT_NOTE };
enum { RESULT_ID, RESULT_RESULT };

static const LoreTime kHour = 3600000;

/* ---- Guardrails ---- */

/* What the guardrails say of an action. All words are literals. */
typedef struct Verdict {
  const char *outcome; /* autonomous, approval_required, hard_stop, blocked */
  const char *reason;  /* autonomous, approval_required, hard_stop, stage_gate, unknown_action */
} Verdict;

static const char *const kCategories[] = { "autonomous", "approval_required", "hard_stop" };

static int strictness(const char *category){
  for(int i = 0; i < 3; i++) if( category && strcmp(kCategories[i], category)==0 ) return i;
  return 1;
}

/* Of the arguments action_type and deal_stage. *category: what the rule says. */
static Verdict judge(LoreCall *call, const char **category){
  Verdict verdict = { "approval_required", "unknown_action" };
  *category = "approval_required";
  LoreStatement *rule = loreQuery(call, SQL_GUARDRAIL_RULE);
  if( loreNext(rule) ){
    *category = kCategories[strictness(loreColumnText(rule, 0))];
    verdict = (Verdict){ *category, *category };
    if( strcmp(*category, "hard_stop")!=0 && loreColumnInt(rule, 1) ) verdict = (Verdict){ "blocked", "stage_gate" };
  }
  loreDone(rule);
  return verdict;
}

static int isAutonomous(const Verdict *verdict){
  return strcmp(verdict->outcome, "autonomous")==0;
}

static int isBlocked(const Verdict *verdict){
  return strcmp(verdict->outcome, "hard_stop")==0 || strcmp(verdict->outcome, "blocked")==0;
}

static const char *json(LoreCall *call, const Verdict *verdict){
  const char *is = isAutonomous(verdict) ? "true" : "false", *needs = isAutonomous(verdict) ? "false" : "true";
  static const char kForm[] = "{\"allowed\":%s,\"requires_human\":%s,\"outcome\":\"%s\",\"reason\":\"%s\"}";
  return loreFormat(call, kForm, is, needs, verdict->outcome, verdict->reason);
}

void guardrailCheck(LoreCall *call){
  const char *category;
  Verdict verdict = judge(call, &category);
  loreResultJson(call, json(call, &verdict));
}

/* ---- action_propose ---- */

/* A category that is given can only be stricter than the rule's. */
static Verdict stricter(LoreCall *call, Verdict verdict, const char **category){
  const char *given = loreText(call, PROPOSE_CATEGORY);
  if( given==NULL || strictness(given) <= strictness(*category) ) return verdict;
  *category = kCategories[strictness(given)];
  if( strcmp(*category, "hard_stop")!=0 && isBlocked(&verdict) ) return verdict;
  return (Verdict){ *category, *category };
}

static const char *payloadHash(LoreCall *call, const char *type, const char *account, const char *data){
  const char *parts[3] = { type ? type : "", account ? account : "", data ? data : "" };
  char hex[LORE_DIGEST_SIZE];
  loreDigest(parts, 3, hex);
  return loreFormat(call, "%s", hex);
}

static void letVerdict(LoreCall *call, const Verdict *verdict, const char *category){
  int is_pending = strcmp(verdict->outcome, "approval_required")==0;
  loreLetText(call, "final_category", category);
  loreLetText(call, "approval_status", isBlocked(verdict) ? "rejected" : is_pending ? "pending" : NULL);
  loreLetText(call, "guardrail", json(call, verdict));
  loreLetText(call, "resolution_note", isBlocked(verdict) ? verdict->reason : NULL);
  loreLetNull(call, "expires_at");
  if( is_pending ) loreLetTime(call, "expires_at", loreNow(call) + loreSettingInt(call, "approval_hours")*kHour);
}

void actionPropose(LoreCall *call){
  const char *category = NULL;
  if( tenantsIsKnown(call, PROPOSE_ID, SQL_ACTION_DIFFERS) ) return;
  Verdict verdict = judge(call, &category);
  verdict = stricter(call, verdict, &category);
  letVerdict(call, &verdict, category);
  const char *data = loreText(call, PROPOSE_DATA);
  loreLetText(call, "hash", payloadHash(call, loreText(call, PROPOSE_TYPE), loreText(call, PROPOSE_ACCOUNT), data));
  loreWriteOne(call, SQL_ACTION_INSERT);
  if( isBlocked(&verdict) ) loreNotice(call, "rejected: %s", verdict.reason);
  else if( !isAutonomous(&verdict) ) loreNotice(call, "waits for an approval: %s", verdict.reason);
}

/* ---- What becomes of it ---- */

/* An action as it stands; texts live as long as the call. */
typedef struct Action {
  const char *type, *account, *data, *category, *hash, *status, *resolved_by, *expires_at, *proposed_by, *executed_at, *result;
} Action;

/* An argument of every verb here is the id, the first. */
static int findAction(LoreCall *call, Action *action){
  const char **fields[] = {
    &action->type, &action->account, &action->data, &action->category, &action->hash, &action->status, &action->resolved_by,
    &action->expires_at, &action->proposed_by, &action->executed_at, &action->result };
  LoreStatement *row = loreQuery(call, SQL_ACTION_STATE);
  int found = loreNext(row);
  for(int i = 0; found && i < (int)(sizeof fields/sizeof *fields); i++){
    *fields[i] = loreColumnGiven(row, i) ? loreColumnCopy(row, i) : NULL;
  }
  loreDone(row);
  if( !found ) loreRefuse(call, LORE_REFUSED, "there is no action %s", loreShow(call, APPROVE_ID));
  return found && !loreFailed(call);
}

static int same(const char *first, const char *second){
  return first && second && strcmp(first, second)==0;
}

/* 1 when it may be resolved this way. 0: the same person has done so already, with a notice, or an error. */
static int mayResolve(LoreCall *call, const Action *action, const char *status, const char *by){
  if( same(action->category, "hard_stop") ){
    loreRefuse(call, LORE_REFUSED, "action %s is a hard stop: nobody can approve or reject it", loreText(call, APPROVE_ID));
  }else if( action->status==NULL ){
    loreRefuse(call, LORE_REFUSED, "action %s is autonomous: it waits for nobody", loreText(call, APPROVE_ID));
  }else if( same(action->status, status) && same(action->resolved_by, by) ){
    loreNotice(call, "%s by the same already", status);
    loreResultInt(call, 0);
    return 0;
  }else if( strcmp(action->status, "pending")!=0 ){
    loreRefuse(call, LORE_REFUSED, "action %s is '%.100s' already, by %.200s", loreText(call, APPROVE_ID), action->status,
               action->resolved_by ? action->resolved_by : "nobody known");
  }
  return !loreFailed(call);
}

static void resolve(LoreCall *call, const char *status){
  loreLetText(call, "approval_status", status);
  loreWriteOne(call, SQL_ACTION_RESOLVE);
  loreResultInt(call, 1);
  loreAudit(call, loreCallName(call), loreText(call, APPROVE_ID), loreArgumentsJson(call));
}

/* Also when it was approved before: who comes with another payload must not hear that this one is. */
static void checkPayload(LoreCall *call, const Action *action){
  const char *stored = payloadHash(call, action->type, action->account, action->data);
  if( stored && !same(stored, action->hash) ){
    loreRefuse(call, LORE_REFUSED, "action %s was changed after it was proposed", loreText(call, APPROVE_ID));
  }else if( stored && !same(stored, loreText(call, APPROVE_HASH)) ){
    loreRefuse(call, LORE_REFUSED, "payload_hash is that of another payload");
  }
}

static void checkApproval(LoreCall *call, const Action *action){
  if( action->expires_at && strcmp(action->expires_at, loreNowText(call)) <= 0 ){
    loreRefuse(call, LORE_REFUSED, "action %s has expired at %s", loreText(call, APPROVE_ID), action->expires_at);
  }else if( same(action->proposed_by, loreText(call, APPROVE_BY)) && loreSettingIs(call, "four_eyes", "on") ){
    loreRefuse(call, LORE_REFUSED, "by: who has proposed it can't approve it (four_eyes is on)");
  }
}

void actionApprove(LoreCall *call){
  Action action = { 0 };
  if( !findAction(call, &action) ) return;
  if( same(action.status, "approved") ) checkPayload(call, &action);
  if( !mayResolve(call, &action, "approved", loreText(call, APPROVE_BY)) ) return;
  checkApproval(call, &action);
  checkPayload(call, &action);
  loreLetNull(call, "note");
  resolve(call, "approved");
}

void actionReject(LoreCall *call){
  Action action = { 0 };
  if( findAction(call, &action) && mayResolve(call, &action, "rejected", loreText(call, REJECT_BY)) ) resolve(call, "rejected");
}

void actionResult(LoreCall *call){
  Action action = { 0 };
  if( !findAction(call, &action) ) return;
  int may = same(action.status, "approved") || (action.status==NULL && same(action.category, "autonomous"));
  if( action.executed_at && same(action.result, loreText(call, RESULT_RESULT)) ){
    loreNotice(call, "it has this result already");
    loreResultInt(call, 0);
    return;
  }
  if( action.executed_at ){
    loreRefuse(call, LORE_REFUSED, "action %s was executed at %s", loreText(call, RESULT_ID), action.executed_at);
  }else if( !may ){
    loreRefuse(call, LORE_REFUSED, "action %s is '%.100s': only one that is autonomous or approved has a result",
               loreText(call, RESULT_ID), action.status ? action.status : action.category ? action.category : "");
  }
  loreWriteOne(call, SQL_ACTION_FINISH);
  loreResultInt(call, 1);
}
