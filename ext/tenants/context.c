/*
** The tenant of the connection, and the lock.
*/
#include <string.h>

#include "engine/directory.h"
#include "tenants/tenants.h"

enum { USE_TENANT };
enum { LOCK_ALLOW };

/* Result: TEXT, the tenant; '' leaves none. */
void tenantUse(LoreCall *call){
  const char *tenant = loreText(call, USE_TENANT);
  if( loreIsLocked(call) ) loreRefuse(call, LORE_DENIED, "this connection is locked to its tenant");
  loreTenantUse(call, tenant && *tenant ? tenant : NULL);
  loreResultText(call, loreTenant(call));
}

void tenantCurrent(LoreCall *call){
  loreResultText(call, loreTenant(call));
}

/* Whether a migration of ours makes this index, led by the tenant. */
static int isOurs(LoreCall *call, const char *index){
  char *text = loreFormat(call, "main.%s ", index);
  for(int i = 0; text && i < LORE_MIGRATION_COUNT; i++){
    if( strcmp(kLoreMigrations[i].subsystem, "tenants")!=0 || strstr(kLoreMigrations[i].up, text)==NULL ) continue;
    loreLetText(call, "index_name", index);
    return loreFindInt(call, SQL_TENANT_INDEX_DIFFERS)==0;
  }
  return 0;
}

/* Triggers, views and indexes of others may show a tenant's rows to a function of another, or change them. */
static void refuseObstacles(LoreCall *call){
  LoreStatement *rows = loreQuery(call, SQL_TENANT_OBSTACLES);
  while( loreNext(rows) ){
    const char *what = loreColumnCopy(rows, 0), *index = loreColumnCopy(rows, 1);
    if( what==NULL || index==NULL || (*index && isOurs(call, index)) ) continue;
    loreRefuse(call, LORE_REFUSED, "%s touches a table of tenants", what);
  }
}

/* In a frame, for its event must go with it. */
static void lock(LoreCall *call, void *unused){
  (void)unused;
  loreAudit(call, loreCallName(call), loreTenant(call), loreArgumentsJson(call));
  if( !loreFailed(call) ) loreLock(call, loreText(call, LOCK_ALLOW));
}

/* Result: TEXT, the tenant. A file that can only be read is locked without a frame: it keeps no events either. */
void tenantLock(LoreCall *call){
  if( loreTenant(call)==NULL ) loreRefuse(call, LORE_DENIED, "there is no tenant: SELECT tenant_use('…') first");
  if( loreIsLocked(call) ) loreRefuse(call, LORE_DENIED, "this connection is locked already");
  refuseObstacles(call);
  loreResultText(call, loreTenant(call));
  if( loreFailed(call) ) return;
  if( loreSettingIs(call, "audit", "on") ){
    loreRefuseReplicated(call);
    loreInFrame(call, lock, NULL);
  }else{
    lock(call, NULL);
  }
}
