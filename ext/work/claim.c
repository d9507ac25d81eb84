/*
** work_claim: leases what is to be done next.
**
** A token is `<base>-<seq>`: the base is derived from the request, or random; seq is the number of the claim's line in
** work_log. So it is new at each acquisition, of one row only, and a request finds its rows again by the base.
*/
#include "engine/json.h"
#include "work/queue.h"
#include "work/work.h"

enum { CLAIM_KIND, CLAIM_WORKER, CLAIM_MAX_ROWS, CLAIM_SECONDS, CLAIM_REQUEST };

static void addResult(LoreCall *call, LoreJson *claimed, const char *id, const char *token){
  LoreJson *one = loreJsonAddObject(call, claimed, NULL);
  loreJsonAddText(call, one, "id", id);
  loreJsonAddText(call, one, "token", token);
}

/* 1 when the request has been made before: it gets what it still holds. */
static int isRepeated(LoreCall *call, const WorkKind *kind, LoreJson *claimed){
  int held = 0, known = 0;
  LoreStatement *rows = loreQuery(call, kind->held);
  for(; loreNext(rows); known++){
    if( !loreColumnInt(rows, 2) ) continue;
    addResult(call, claimed, loreColumnText(rows, 0), loreColumnText(rows, 1));
    held++;
  }
  if( known > 0 && held==0 ) loreNotice(call, "the %ss of this request are dealt with", kind->word);
  return known > 0;
}

static void lease(LoreCall *call, const WorkKind *kind, const char *id, const char *base, LoreJson *claimed){
  WorkRow row = { .kind = kind, .id = id, .status = "pending" };
  sqlite3_int64 seq = workLog(call, &row, kind->active, loreText(call, CLAIM_WORKER), NULL);
  const char *token = loreFormat(call, "%s-%lld", base, seq);
  loreLetText(call, "lease_token", token);
  loreWriteOne(call, kind->lease);
  addResult(call, claimed, id, token);
}

/* A thought whose task is gone or has ended. */
static void reject(LoreCall *call, WorkRow *row, void *context){
  (void)context;
  if( workMay(call, row, "rejected", "work_claim") ) workMove(call, row, "rejected", NULL, workVoidReason(call, row));
}

/* ---- The claim ---- */

static void addNew(LoreCall *call, const WorkKind *kind, const char *base, LoreJson *claimed){
  WorkNames void_thoughts = { NULL, 0, 0 };
  WorkQueue queue = { .kind = kind, .most = (int)loreInt(call, CLAIM_MAX_ROWS), .void_thoughts = &void_thoughts };
  workQueueRead(call, &queue);
  workEach(call, &void_thoughts, reject, NULL);
  loreLetArgument(call, "lease_worker", CLAIM_WORKER);
  loreLeaseUntil(call, loreInt(call, CLAIM_SECONDS));
  for(int i = 0; i < queue.count && !loreFailed(call); i++){
    if( i % 1000==999 && loreInterrupted(call) ) break;
    lease(call, kind, queue.rows[i].id, base, claimed);
  }
  if( queue.count==0 ) loreNotice(call, "no %s is runnable", kind->word);
  workQueueFree(&queue);
}

void workClaim(LoreCall *call){
  const WorkKind *kind = workKind(call, CLAIM_KIND);
  const char *request = loreText(call, CLAIM_REQUEST);
  WorkWoken woken = { 0, 0, 0 };
  workWake(call, kind, "work_claim", &woken);
  const char *base = loreLeaseToken(call, kind->word, request);
  loreLetText(call, "lease_base", base);
  LoreJson *claimed = loreJsonArray(call);
  if( request==NULL || !isRepeated(call, kind, claimed) ) addNew(call, kind, base, claimed);
  loreJsonResult(call, claimed);
}
