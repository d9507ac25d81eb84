/*
** work_claim: leases what is to be done next.
**
** A token is `<random>-<seq>`, with a request `<base>-<random>-<seq>`: the base is derived from request, worker and kind; seq
** is the number of the claim's line in work_log, which names the row. So it is new at each acquisition, also of one that was
** rolled back, and a request finds its rows again by the base.
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

/* What the tokens of a request begin with; NULL without one. Of another worker it is another request. */
static const char *requestBase(LoreCall *call, const WorkKind *kind){
  if( !loreGiven(call, CLAIM_REQUEST) ) return NULL;
  const char *purpose = loreFormat(call, "%s %s", kind->word, loreText(call, CLAIM_WORKER));
  const char *base = purpose ? loreLeaseToken(call, purpose, loreText(call, CLAIM_REQUEST)) : NULL;
  loreLetText(call, "lease_base", base);
  return base;
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

static void lease(LoreCall *call, const WorkKind *kind, const char *id, const char *prefix, LoreJson *claimed){
  WorkRow row = { .kind = kind, .id = id, .status = "pending" };
  sqlite3_int64 seq = workLog(call, &row, kind->active, loreText(call, CLAIM_WORKER), NULL);
  const char *token = loreFormat(call, "%s-%lld", prefix, seq);
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
  const char *random = loreLeaseToken(call, kind->word, NULL);
  const char *prefix = base ? loreFormat(call, "%s-%.16s", base, random) : random;
  WorkNames void_thoughts = { NULL, 0, 0 };
  WorkQueue queue = { .kind = kind, .most = (int)loreInt(call, CLAIM_MAX_ROWS), .void_thoughts = &void_thoughts };
  workQueueRead(call, &queue);
  workEach(call, &void_thoughts, reject, NULL);
  loreLetArgument(call, "lease_worker", CLAIM_WORKER);
  loreLeaseUntil(call, loreInt(call, CLAIM_SECONDS));
  for(int i = 0; i < queue.count && !loreFailed(call); i++){
    if( i % 1000==999 && loreInterrupted(call) ) break;
    lease(call, kind, queue.rows[i].id, prefix, claimed);
  }
  if( queue.count==0 ) loreNotice(call, "no %s is runnable", kind->word);
  workQueueFree(&queue);
}

void workClaim(LoreCall *call){
  const WorkKind *kind = workKind(call, CLAIM_KIND);
  WorkWoken woken = { 0, 0, 0 };
  workWake(call, kind, "work_claim", &woken);
  const char *base = requestBase(call, kind);
  LoreJson *claimed = loreJsonArray(call);
  if( base==NULL || !isRepeated(call, kind, claimed) ) addNew(call, kind, base, claimed);
  loreJsonResult(call, claimed);
}
