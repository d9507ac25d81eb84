/*
** Insights: what a pattern was seen to mean for an account. The same one is not told twice a day, and an urgent one is announced
** on each channel of the setting alert_channels.
*/
#include <string.h>

#include "engine/uuid.h"
#include "tenants/tenants.h"

enum { CREATE_ACCOUNT, CREATE_PATTERN, CREATE_DATA, CREATE_CONFIDENCE, CREATE_SEVERITY, CREATE_FINGERPRINT, CREATE_ID };
enum { STATUS_ID, STATUS_STATUS, STATUS_UNTIL };
enum { LIST_STATUS, LIST_ACCOUNT };
enum { WHERE_PATH, WHERE_VALUE };
enum { ALERT_ID };

static const LoreTime kDay = 86400000;

/* ---- insight_create ---- */

static void announce(LoreCall *call){
  static const char *const kChannels[] = { "sse", "email", "slack" };
  const char *severity = loreText(call, CREATE_SEVERITY);
  if( severity==NULL || (strcmp(severity, "high")!=0 && strcmp(severity, "critical")!=0) ) return;
  const char *channels = loreSettingText(call, "alert_channels");
  for(int i = 0; i < 3 && channels && !loreFailed(call); i++){
    if( strstr(channels, kChannels[i])==NULL ) continue;
    loreLetText(call, "channel", kChannels[i]);
    loreLetText(call, "alert_id", loreUuid(call));
    loreWriteOne(call, SQL_ALERT_INSERT);
  }
}

/* What was acted on before is told anew: the old one is out of date. */
static void supersede(LoreCall *call){
  if( loreFindInt(call, SQL_INSIGHT_ACTED)==0 ) return;
  loreRun(call, SQL_INSIGHT_SUPERSEDE);
  if( loreFindInt(call, SQL_INSIGHT_ACTED)!=0 ) loreRefuse(call, LORE_REFUSED, "a row was not stored: a trigger ignored it");
}

void insightCreate(LoreCall *call){
  if( tenantsIsKnown(call, CREATE_ID, SQL_INSIGHT_DIFFERS) ) return;
  if( loreTextLength(call, CREATE_FINGERPRINT)==0 ){
    const char *account = loreText(call, CREATE_ACCOUNT), *pattern = loreText(call, CREATE_PATTERN);
    if( account && pattern ) loreSetText(call, CREATE_FINGERPRINT, loreFormat(call, "%s:%s", account, pattern));
  }
  loreLetTime(call, "day_ago", loreNow(call) - kDay);
  const char *recent = loreFindText(call, SQL_INSIGHT_RECENT);
  if( recent ){
    loreNotice(call, "the same is pending already");
    loreResultText(call, recent);
    return;
  }
  supersede(call);
  loreWriteOne(call, SQL_INSIGHT_INSERT);
  announce(call);
}

/* ---- insight_set_status ---- */

static int is(LoreCall *call, int argument, const char *word){
  const char *text = loreText(call, argument);
  return text && strcmp(text, word)==0;
}

static void checkUntil(LoreCall *call){
  if( !is(call, STATUS_STATUS, "snoozed") ) return;
  if( !loreGiven(call, STATUS_UNTIL) ) loreRefuse(call, LORE_BAD_ARGUMENT, "until is missing: snoozed needs it");
  else if( loreTime(call, STATUS_UNTIL) <= loreNow(call) ) loreRefuse(call, LORE_BAD_ARGUMENT, "until must lie ahead");
}

/* 1: it is as it shall be. 0 also after an error. */
static int isSo(LoreCall *call){
  LoreStatement *row = loreQuery(call, SQL_INSIGHT_STATUS);
  if( !loreNext(row) ){
    loreRefuse(call, LORE_REFUSED, "there is no insight %s", loreShow(call, STATUS_ID));
    return 0;
  }
  const char *until = loreColumnText(row, 1), *stored = loreColumnText(row, 2), *wanted = loreText(call, STATUS_UNTIL);
  int is_so = is(call, STATUS_STATUS, stored ? stored : "");
  if( is_so && is(call, STATUS_STATUS, "snoozed") ) is_so = until && wanted && strcmp(until, wanted)==0;
  loreDone(row);
  return is_so && !loreFailed(call);
}

void insightSetStatus(LoreCall *call){
  checkUntil(call);
  if( loreFailed(call) ) return;
  int is_so = isSo(call);
  if( is_so ) loreNotice(call, "it is %s already", loreText(call, STATUS_STATUS));
  else loreWriteOne(call, SQL_INSIGHT_SET);
  loreResultInt(call, !is_so);
}

/* ---- Readers ---- */

void insightList(LoreCall *call){
  LoreSql list = loreGiven(call, LIST_ACCOUNT) ? SQL_INSIGHT_LIST_ACCOUNT
               : loreGiven(call, LIST_STATUS) ? SQL_INSIGHT_LIST_STATUS : SQL_INSIGHT_LIST_ALL;
  loreRowsOf(call, loreQuery(call, list));
}

/* The query is made for the path: so it can use the index that lore_index has made on just that. */
static void where(LoreCall *call, const char *table, const char *column, LoreSql of_value, LoreSql of_path){
  const char *path = loreText(call, WHERE_PATH);
  loreNoNotice(call);
  loreCheckPath(call, WHERE_PATH);
  if( loreFailed(call) ) return;
  loreLetText(call, "index_name", loreIndexName(call, table, path));
  if( loreFindInt(call, SQL_TENANT_PATH_INDEXED)==0 ){
    loreNotice(call, "no index on %s, so every row of the tenant was looked at: SELECT lore_index('%s', %s)", path, table,
               loreShow(call, WHERE_PATH));
  }
  loreRowsOf(call, loreTemplate(call, loreGiven(call, WHERE_VALUE) ? of_value : of_path, column, path));
}

void insightsWhere(LoreCall *call){
  where(call, "insights", "pattern_data", SQL_INSIGHTS_VALUE_TEMPLATE, SQL_INSIGHTS_PATH_TEMPLATE);
}

void actionsWhere(LoreCall *call){
  where(call, "autonomous_actions", "action_data", SQL_ACTIONS_VALUE_TEMPLATE, SQL_ACTIONS_PATH_TEMPLATE);
}

/* ---- Alerts ---- */

/* When it was delivered, '' while it was not; NULL after an error. */
static const char *deliveredAt(LoreCall *call){
  const char *at = loreFindText(call, SQL_ALERT_STATE);
  if( at==NULL ) loreRefuse(call, LORE_REFUSED, "there is no alert %s", loreShow(call, ALERT_ID));
  return loreFailed(call) ? NULL : at;
}

void alertDelivered(LoreCall *call){
  const char *at = deliveredAt(call);
  if( at==NULL ) return;
  if( *at ) loreNotice(call, "it was delivered at %s", at);
  else loreWriteOne(call, SQL_ALERT_DELIVER);
  loreResultInt(call, *at==0);
}

void alertFailed(LoreCall *call){
  const char *at = deliveredAt(call);
  if( at==NULL ) return;
  if( *at ) loreRefuse(call, LORE_REFUSED, "alert %s was delivered at %s", loreText(call, ALERT_ID), at);
  loreWriteOne(call, SQL_ALERT_FAIL);
  loreResultInt(call, 1);
}
