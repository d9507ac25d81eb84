#include "engine/lease.h"

#include <string.h>

#include "engine/digest.h"

const char *loreLeaseToken(LoreCall *call, const char *purpose, const char *request){
  char token[LORE_DIGEST_SIZE];
  char random[LORE_DIGEST_SIZE];
  unsigned char bytes[16];
  if( request==NULL ){
    sqlite3_randomness(sizeof bytes, bytes);
    for(int i = 0; i < (int)sizeof bytes; i++) sqlite3_snprintf(3, random + (size_t)i*2, "%02x", bytes[i]);
  }
  const char *parts[] = { purpose, request ? request : "", request ? "" : random };
  loreDigest(parts, 3, token);
  const char *copy = loreFormat(call, "%s", token);
  loreLetText(call, "lease_token", copy);
  return copy;
}

void loreLeaseUntil(LoreCall *call, sqlite3_int64 seconds){
  loreLetTime(call, "lease_until", loreNow(call) + seconds*1000);
}

LoreLease loreLeaseRead(LoreStatement *rows, int first){
  return (LoreLease){ loreColumnCopy(rows, first), loreColumnCopy(rows, first + 1), loreColumnCopy(rows, first + 2) };
}

void loreLeaseLet(LoreCall *call, const LoreLease *lease){
  loreLetText(call, "lease_token", lease->token);
  loreLetText(call, "lease_worker", lease->worker);
  loreLetText(call, "lease_until", lease->until);
}

LoreLease loreLeaseEnded(const LoreLease *lease){
  return (LoreLease){ .token = lease->token, .worker = lease->worker };
}

int loreLeaseIsLive(LoreCall *call, const LoreLease *lease){
  return lease->token && lease->until && strcmp(lease->until, loreNowText(call)) > 0;
}

void loreLeaseCheck(LoreCall *call, const LoreLease *lease, const char *token){
  if( loreFailed(call) ) return;
  int live = loreLeaseIsLive(call, lease);
  int matches = token && lease->token && strcmp(token, lease->token)==0;
  if( matches || (token==NULL && !live) ) return;
  if( live ){
    loreRefuse(call, LORE_REFUSED, "%s holds the lease until %s, %s", lease->worker ? lease->worker : "another worker",
               lease->until, token ? "and the token is another one" : "so a token is needed");
  }else{
    loreRefuse(call, LORE_REFUSED, "the token is stale: the lease is over and gone");
  }
}
