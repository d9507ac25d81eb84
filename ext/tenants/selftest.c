/*
** tenant_selftest: plants canaries in the tenant of a locked connection and in another, tries every attack of attacks.c and every
** call of lore_help as the host would, and says what came of each. All of it is undone.
**
** Each try has a frame of its own, which is made to fail when the try has been looked at: so nothing that it wrote stays, and the
** next one meets the canaries as they were. What was found is kept outside of the call's memory, which goes with such a frame.
*/
#include <string.h>

#include "engine/uuid.h"
#include "tenants/attacks.h"
#include "tenants/tenants.h"

enum { OWN, FOREIGN, NOBODY, ROLES };
enum { ATTACK, OUTCOME, DETAIL, STATEMENT, COLUMNS };
enum { FIRST_MARKS = 4, NAME_SIZE = 80 };

/* What was found: a line for each try; texts are the list's. */
typedef struct Findings {
  char *(*lines)[COLUMNS];
  sqlite3_int64 count, capacity;
  char random[17];                /* makes ids and the secret such that nothing else has them */
  char ids[ROLES][NAME_SIZE];     /* of rows; nobody has the last */
  char names[ROLES][NAME_SIZE];   /* of clones */
  char secret[NAME_SIZE];         /* in every row of the other tenant */
  char *before;                   /* the rows of the other tenant, as planted */
  const char *own_tenant;
} Findings;

/* One try: its text, and what came of it as the other's ids and as ids of nobody. */
typedef struct Try {
  Findings *findings;
  const char *name, *sql;
  int role;
  char *rows[ROLES], *message[ROLES];
  int code[ROLES];
  int is_changed;
} Try;

static void freeFindings(void *context){
  Findings *findings = context;
  for(sqlite3_int64 i = 0; i < findings->count; i++){
    for(int k = 0; k < COLUMNS; k++) sqlite3_free(findings->lines[i][k]);
  }
  sqlite3_free(findings->lines);
  sqlite3_free(findings->before);
  sqlite3_free(findings);
}

static void addLine(LoreCall *call, Findings *findings, const char *const texts[COLUMNS]){
  if( loreFailed(call) ) return;
  if( findings->count==findings->capacity ){
    sqlite3_int64 capacity = findings->capacity ? 2*findings->capacity : 128;
    void *lines = sqlite3_realloc64(findings->lines, (sqlite3_uint64)capacity*sizeof *findings->lines);
    if( lines==NULL ){
      loreNoMemory(call);
      return;
    }
    findings->lines = lines;
    findings->capacity = capacity;
  }
  for(int i = 0; i < COLUMNS; i++){
    findings->lines[findings->count][i] = sqlite3_mprintf("%s", texts[i]);
    if( findings->lines[findings->count][i]==NULL ) loreNoMemory(call);
  }
  findings->count++;
}

/* ---- Canaries ---- */

static const char kOther[] = "lore-selftest-other-tenant";

static void letAll(LoreCall *call, const char *const names[], const char *text){
  for(int i = 0; names[i]; i++) loreLetText(call, names[i], text);
}

/* A row in each table, of the tenant that is set; the other's second insight is no JSON. */
static void plantRows(LoreCall *call, const char *id, const char *name, const char *secret){
  static const char *const kIds[] = { "id", "clone_id", "insight_id", "account_id", "alert_id", NULL };
  static const char *const kSecrets[] = { "owner_id", "persona_config", "sample_email", "sample_chat", "persona_hash",
    "pattern_data", "evidence", "action_data", "hash", "rationale", "comment", "participants", "summary", "signals", "key_points",
    "secret", "guardrail", "resolution_note", "deal_stage", "source_id", NULL };
  static const LoreSql kRows[] = { SQL_CLONE_INSERT, SQL_PREVIEW_PUT, SQL_INSIGHT_INSERT, SQL_ALERT_INSERT, SQL_GOAL_INSERT,
    SQL_ACTION_INSERT, SQL_FEEDBACK_INSERT, SQL_INTERACTION_INSERT, SQL_SUMMARY_PUT, SQL_SELFTEST_ACCOUNT };
  letAll(call, kIds, id);
  letAll(call, kSecrets, loreFormat(call, "\"%s\"", secret));
  loreLetText(call, "clone_name", name);
  loreLetText(call, "fingerprint", name);
  loreLetText(call, "pattern_type", "risk_indicator");
  loreLetReal(call, "confidence", 0.5);
  loreLetText(call, "severity", "critical");
  loreLetText(call, "goal_type", "pipeline");
  loreLetText(call, "direction", "up");
  loreLetReal(call, "target_value", 100);
  letAll(call, (const char *const[]){ "detected_at", "period_start", "period_end", "expires_at", NULL }, loreNowText(call));
  loreLetText(call, "action_type", "send_proposal");
  loreLetText(call, "final_category", "approval_required");
  loreLetText(call, "approval_status", "pending");
  letAll(call, (const char *const[]){ "proposed_by", "submitted_by", NULL }, "somebody");
  loreLetText(call, "feedback", "useful");
  loreLetText(call, "channel", "email");
  loreLetNull(call, "mood");
  loreLetInt(call, "window_days", 30);
  for(int i = 0; i < (int)(sizeof kRows/sizeof *kRows); i++) loreWriteOne(call, kRows[i]);
}

/* Text that is no JSON: whoever looks at it has an error. An index on a path does not take it in. */
static void plantBroken(LoreCall *call, const char *secret){
  if( loreFindInt(call, SQL_SELFTEST_PATHS) > 0 ) return;
  loreLetText(call, "id", loreFormat(call, "%s-broken", secret));
  loreLetText(call, "pattern_data", loreFormat(call, "{%s", secret));
  loreWriteOne(call, SQL_INSIGHT_INSERT);
}

/* The rows of the other tenant, in one text (sqlite3_free). */
static char *otherRows(LoreCall *call, const Findings *findings){
  loreTenantSet(call, kOther);
  const char *rows = loreFindText(call, SQL_SELFTEST_ROWS);
  loreTenantSet(call, findings->own_tenant);
  char *copy = rows ? sqlite3_mprintf("%s", rows) : NULL;
  if( copy==NULL ) loreNoMemory(call);
  return copy;
}

static void plant(LoreCall *call, Findings *findings){
  plantRows(call, findings->ids[OWN], findings->names[OWN], "own");
  loreTenantSet(call, kOther);
  plantRows(call, findings->ids[FOREIGN], findings->names[FOREIGN], findings->secret);
  plantBroken(call, findings->secret);
  loreTenantSet(call, findings->own_tenant);
  findings->before = loreFailed(call) ? NULL : otherRows(call, findings);
}

/* ---- One try ---- */

/* Part of a frame that always fails: what the try has done is undone. */
static void runOnce(LoreCall *call, void *context){
  Try *one = context;
  Findings *findings = one->findings;
  const char *values[2] = { findings->ids[one->role], findings->names[one->role] };
  int role = one->role;
  one->rows[role] = loreRunForeign(call, one->sql, values, &one->code[role], &one->message[role]);
  if( one->rows[role]==NULL ) loreNoMemory(call);
  char *after = loreFailed(call) ? NULL : otherRows(call, findings);
  if( after && findings->before && strcmp(after, findings->before)!=0 ) one->is_changed = 1;
  sqlite3_free(after);
  loreRefuse(call, LORE_REFUSED, "undone");
}

static void runFramed(LoreCall *call, void *context){
  loreFramed(call, runOnce, context);
}

static void runAs(LoreCall *call, Try *one, int role){
  const char *why;
  one->role = role;
  loreTry(call, runFramed, one, &why);
}

/* A UUID as calls make it: another one in each answer. */
static int isUuid(const char *text){
  for(int i = 0; i < LORE_UUID_SIZE - 1; i++){
    if( i==8 || i==13 || i==18 || i==23 ? text[i]!='-' : text[i]==0 || strchr("0123456789abcdef", text[i])==NULL ) return 0;
  }
  return 1;
}

/* Whether two answers are the same but for the ids and names in them. */
static int isSame(const char *first, const char *second, const Findings *findings){
  const char *p = first ? first : "", *q = second ? second : "";
  while( *p && *q ){
    size_t id = strlen(findings->ids[FOREIGN]), name = strlen(findings->names[FOREIGN]);
    if( strncmp(p, findings->ids[FOREIGN], id)==0 && strncmp(q, findings->ids[NOBODY], id)==0 ) p += id, q += id;
    else if( strncmp(p, findings->names[FOREIGN], name)==0 && strncmp(q, findings->names[NOBODY], name)==0 ) p += name, q += name;
    else if( isUuid(p) && isUuid(q) ) p += LORE_UUID_SIZE - 1, q += LORE_UUID_SIZE - 1;
    else if( *p++!=*q++ ) return 0;
  }
  return *p==*q;
}

static int tells(const char *text, const Findings *findings){
  return text && (strstr(text, findings->secret) || strstr(text, kOther));
}

/* An id of another that the attack does not itself name. */
static int tellsId(const Try *one){
  return strchr(one->sql, '?')==NULL && strstr(one->rows[FOREIGN], one->findings->ids[FOREIGN])!=NULL;
}

static int hasTwin(const Try *one){
  return isSame(one->rows[FOREIGN], one->rows[NOBODY], one->findings)
      && isSame(one->message[FOREIGN], one->message[NOBODY], one->findings);
}

static const char *outcomeOf(const Try *one, const char **detail){
  const Findings *findings = one->findings;
  *detail = one->message[FOREIGN] ? one->message[FOREIGN] : "";
  if( one->is_changed ) return "changed";
  if( tells(one->rows[FOREIGN], findings) || tells(one->message[FOREIGN], findings) || tellsId(one) ) return "leaked";
  if( one->rows[NOBODY] && !hasTwin(one) ){
    *detail = "it answers otherwise for an id that nobody has";
    return "leaked";
  }
  if( one->code[FOREIGN]==SQLITE_OK ) return "nothing";
  /* A pragma's table hands on only the text, which is another one before 3.38. */
  int is_denied = (one->code[FOREIGN] & 0xff)==SQLITE_AUTH || strstr(*detail, "not authorized")!=NULL
                  || strcmp(*detail, "authorization denied")==0;
  return is_denied ? "denied" : "refused";
}

static void try(LoreCall *call, Findings *findings, const char *name, const char *sql){
  Try one = { .findings = findings, .name = name, .sql = sql };
  const char *detail = "";
  if( loreFailed(call) ) return;
  runAs(call, &one, FOREIGN);
  if( !loreFailed(call) && strchr(sql, '?') ) runAs(call, &one, NOBODY);
  if( !loreFailed(call) && one.rows[FOREIGN] ){
    const char *outcome = outcomeOf(&one, &detail);
    addLine(call, findings, (const char *const[]){ name, outcome, detail, sql });
  }
  for(int i = 0; i < ROLES; i++){
    sqlite3_free(one.rows[i]);
    sqlite3_free(one.message[i]);
  }
}

/* ---- All of them ---- */

/* A call of everything that is registered, with the other's id in each of its first arguments. */
static void tryCalls(LoreCall *call, Findings *findings){
  LoreStatement *calls = loreQuery(call, SQL_SELFTEST_CALLS);
  while( loreNext(calls) ){
    const char *name = loreColumnCopy(calls, 0), *kind = loreColumnCopy(calls, 1);
    if( name==NULL || kind==NULL || strcmp(name, loreCallName(call))==0 ) continue;
    int is_table = strcmp(kind, "reader")==0 || strcmp(kind, "table")==0;
    static const char *const kMarks[FIRST_MARKS] = { "", "?1", "?1, ?1", "?1, ?1, ?1" };
    for(int i = 0; i < (strcmp(kind, "table")==0 ? 1 : FIRST_MARKS); i++){
      const char *sql = loreFormat(call, kLoreSql[is_table ? SQL_SELFTEST_READER : SQL_SELFTEST_FUNCTION].text, name, kMarks[i]);
      if( sql ) try(call, findings, name, sql);
    }
  }
}

/* Our own canary is seen: else the other's could be missing for another reason. */
static void tryOwn(LoreCall *call, Findings *findings){
  const char *values[2] = { findings->ids[OWN], findings->names[OWN] };
  int code;
  char *message, *rows = loreRunForeign(call, kLoreSql[SQL_SELFTEST_OWN].text, values, &code, &message);
  if( rows==NULL ) loreNoMemory(call);
  else if( code || strstr(rows, findings->ids[OWN])==NULL ) loreRefuse(call, LORE_NOT_READY, "the tenant's own canary is not seen");
  sqlite3_free(rows);
  sqlite3_free(message);
}

static void tryAll(LoreCall *call, void *context){
  Findings *findings = context;
  plant(call, findings);
  tryOwn(call, findings);
  for(int i = 0; i < kAttackCount; i++) try(call, findings, kAttacks[i].name, kAttacks[i].sql);
  tryCalls(call, findings);
  loreTenantSet(call, findings->own_tenant);
  loreRefuse(call, LORE_REFUSED, "undone");
}

static void tryAllFramed(LoreCall *call, void *context){
  loreFramed(call, tryAll, context);
}

/* A frame inside a frame: what the inner one's failure undoes leaves the outer one standing. */
static void tryAndUndo(LoreCall *call, void *context){
  const char *why;
  loreTry(call, tryAllFramed, context, &why);
}

/* The host may have set an authorizer of its own since: then attacks would do what they say. */
static int isSealed(LoreCall *call, Findings *findings){
  const char *values[2] = { "", "" };
  int code;
  char *message, *rows = loreRunForeign(call, kLoreSql[SQL_SELFTEST_PROBE].text, values, &code, &message);
  sqlite3_free(rows);
  sqlite3_free(message);
  if( code ) return 1;
  static const char kWhy[] = "the authorizer was replaced after tenant_lock: nothing was tried";
  addLine(call, findings, (const char *const[]){ "the lock", "leaked", kWhy, kLoreSql[SQL_SELFTEST_PROBE].text });
  return 0;
}

static void makeLine(LoreCall *call, void *context, sqlite3_int64 row, int column){
  const Findings *findings = context;
  loreRowText(call, findings->lines[row][column]);
}

static Findings *newFindings(LoreCall *call){
  Findings *findings = loreFailed(call) ? NULL : sqlite3_malloc64(sizeof *findings);
  unsigned char random[8];
  static const char kRoles[ROLES] = { 'o', 'f', 'n' };
  if( findings==NULL ) return NULL;
  memset(findings, 0, sizeof *findings);
  sqlite3_randomness(sizeof random, random);
  for(int i = 0; i < 8; i++) sqlite3_snprintf(3, findings->random + (size_t)i*2, "%02x", random[i]);
  for(int i = 0; i < ROLES; i++){
    sqlite3_snprintf(NAME_SIZE, findings->ids[i], "lore-selftest-%s-%c", findings->random, kRoles[i]);
    sqlite3_snprintf(NAME_SIZE, findings->names[i], "lore-name-%s-%c", findings->random, kRoles[i]);
  }
  sqlite3_snprintf(NAME_SIZE, findings->secret, "secret-%s", findings->random);
  findings->own_tenant = loreFormat(call, "%s", loreTenant(call));
  return findings;
}

void tenantSelftest(LoreCall *call){
  if( !loreIsLocked(call) ) loreRefuse(call, LORE_REFUSED, "this connection is not locked: SELECT tenant_lock() first");
  Findings *findings = newFindings(call);
  if( findings==NULL ){
    loreNoMemory(call);
    return;
  }
  loreRowsLater(call, 0, makeLine, findings, freeFindings);
  if( isSealed(call, findings) ) loreInFrame(call, tryAndUndo, findings);
  loreRowsLater(call, findings->count, makeLine, findings, freeFindings);
}
