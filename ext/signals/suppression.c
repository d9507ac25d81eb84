/*
** What is known downstream already, for a while: a fresh entry keeps signals of its company out.
*/
#include "signals/signals.h"

enum { PUT_KEY, PUT_PAGE, PUT_STATUS, PUT_COMPANY, PUT_METADATA, PUT_TTL, PUT_EXPIRES };

#define DAY_MS 86400000LL

static void setExpiry(LoreCall *call){
  if( loreGiven(call, PUT_TTL) && loreGiven(call, PUT_EXPIRES) ){
    loreRefuse(call, LORE_BAD_ARGUMENT, "ttl_days and expires_at exclude each other, got %s and %s",
               loreShow(call, PUT_TTL), loreShow(call, PUT_EXPIRES));
  }else if( loreGiven(call, PUT_EXPIRES) ){
    if( loreTime(call, PUT_EXPIRES) <= loreNow(call) ){
      loreRefuse(call, LORE_BAD_ARGUMENT, "expires_at must be after now (%s), got %s", loreNowText(call),
                 loreShow(call, PUT_EXPIRES));
    }
  }else{
    double days = loreGiven(call, PUT_TTL) ? loreReal(call, PUT_TTL) : (double)loreSettingInt(call, "suppression_ttl_days");
    loreSetTime(call, PUT_EXPIRES, loreNow(call) + (LoreTime)(days*DAY_MS));
  }
}

void suppressionPut(LoreCall *call){
  setExpiry(call);
  loreWriteOne(call, SQL_SUPPRESSION_UPSERT);
  loreResultId(call, loreFindInt(call, SQL_SUPPRESSION_ID));
}

void suppressionClean(LoreCall *call){
  loreResultInt(call, loreRun(call, SQL_SUPPRESSION_DELETE));
}
