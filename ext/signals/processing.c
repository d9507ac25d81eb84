/*
** What has been done with a signal: pending, claimed by a worker, pushed, rejected.
**
**   from      to                         by
**   pending   claimed                    signal_claim
**   claimed   claimed, pending           signal_claim once the lease is over; signal_release with its token
**   any       pushed, rejected           signal_mark_pushed, signal_mark_rejected (a live lease: with its token)
**   pushed, rejected, claimed (lease over)   pending   signal_reopen
**
** Every change is a row of signal_log. The token stays with an ended row, so that the same request of
** signal_claim finds the rows again.
*/
#include <string.h>

#include "engine/json.h"
#include "engine/lease.h"
#include "signals/signals.h"

enum { CLAIM_MAX_ROWS, CLAIM_TYPE, CLAIM_WORKER, CLAIM_SECONDS, CLAIM_REQUEST };
enum { RELEASE_IDS, RELEASE_TOKEN };
enum { MARK_ID, MARK_WHY, MARK_METADATA, MARK_TOKEN };

/* A processing row as it stands. Texts live as long as the call. */
typedef struct State {
  const char *status;
  LoreLease lease;
  const char *page;
  const char *problem;
  int same_metadata; /* what is given would change nothing */
} State;

static State readState(LoreCall *call, sqlite3_int64 id){
  State state = { .status = "" };
  loreLetNull(call, "metadata"); /* for verbs that have no such argument */
  LoreStatement *row = loreQuery(call, SQL_SIGNAL_STATE);
  if( loreNext(row) ){
    state.status = loreColumnCopy(row, 0);
    state.lease = loreLeaseRead(row, 1);
    state.page = loreColumnCopy(row, 4);
    state.problem = loreColumnCopy(row, 5);
    state.same_metadata = loreColumnInt(row, 7)!=0;
    loreDone(row);
  }else if( loreFindInt(call, SQL_SIGNAL_EXISTS) ){
    loreRefuse(call, LORE_REFUSED, "signal %lld has no row in signal_processing", id);
  }else{
    loreRefuse(call, LORE_REFUSED, "there is no signal %lld", id);
  }
  return state;
}

static int is(const char *text, const char *word){
  return text && word && strcmp(text, word)==0;
}

static void log_(LoreCall *call, const char *from, const char *to, const char *actor, const char *reason){
  loreLetText(call, "from_status", from);
  loreLetText(call, "to_status", to);
  loreLetText(call, "actor", actor);
  loreLetText(call, "reason", reason);
  loreWriteOne(call, SQL_SIGNAL_LOG_INSERT);
}

/* ---- signal_claim ---- */

typedef struct Candidate {
  sqlite3_int64 id;
  const char *status;
} Candidate;

/* Those that the same request has leased before. */
static int addLeased(LoreCall *call, LoreJson *claimed, const char *token){
  int found = 0;
  LoreStatement *rows = loreQuery(call, SQL_SIGNAL_LEASED);
  for(; loreNext(rows); found++){
    LoreJson *one = loreJsonAddObject(call, claimed, NULL);
    loreJsonAddInt(call, one, "id", loreColumnInt(rows, 0));
    loreJsonAddText(call, one, "token", token);
  }
  return found;
}

static int readCandidates(LoreCall *call, Candidate *candidates, int most){
  int count = 0;
  LoreStatement *rows = loreQuery(call, SQL_SIGNAL_CANDIDATES);
  while( count < most && loreNext(rows) ){
    candidates[count].id = loreColumnInt(rows, 0);
    candidates[count++].status = is(loreColumnText(rows, 1), "pending") ? "pending" : "claimed";
  }
  loreDone(rows);
  return count;
}

static void addNew(LoreCall *call, LoreJson *claimed, const char *token){
  int most = (int)loreInt(call, CLAIM_MAX_ROWS);
  Candidate *candidates = loreAllocate(call, sizeof *candidates*(size_t)most);
  int count = candidates ? readCandidates(call, candidates, most) : 0;
  loreLeaseUntil(call, loreInt(call, CLAIM_SECONDS));
  for(int i = 0; i < count && !loreFailed(call); i++){
    loreLetInt(call, "id", candidates[i].id);
    if( i % 1000==999 && loreInterrupted(call) ) break;
    loreWriteOne(call, SQL_SIGNAL_LEASE);
    log_(call, candidates[i].status, "claimed", loreText(call, CLAIM_WORKER), NULL);
    LoreJson *one = loreJsonAddObject(call, claimed, NULL);
    loreJsonAddInt(call, one, "id", candidates[i].id);
    loreJsonAddText(call, one, "token", token);
  }
  if( count==0 ) loreNotice(call, "nothing is pending");
}

void signalClaim(LoreCall *call){
  const char *request = loreText(call, CLAIM_REQUEST);
  const char *token = loreLeaseToken(call, "signals", request);
  LoreJson *claimed = loreJsonArray(call);
  if( request==NULL || addLeased(call, claimed, token)==0 ) addNew(call, claimed, token);
  loreJsonResult(call, claimed);
}

/* ---- signal_release ---- */

static int release(LoreCall *call, sqlite3_int64 id){
  loreLetInt(call, "id", id);
  State state = readState(call, id);
  if( loreFailed(call) || (is(state.status, "pending") && state.lease.token==NULL) ) return 0;
  if( !is(state.status, "claimed") ){
    loreRefuse(call, LORE_REFUSED, "signal %lld is %s, not claimed", id, state.status);
    return 0;
  }
  loreLeaseCheck(call, &state.lease, loreText(call, RELEASE_TOKEN));
  loreWriteOne(call, SQL_SIGNAL_FREE);
  log_(call, "claimed", "pending", state.lease.worker, "released");
  return 1;
}

/* The ids are read first: the statement must not be open while rows change. */
void signalRelease(LoreCall *call){
  int count = 0, capacity = 0, released = 0;
  sqlite3_int64 *ids = NULL;
  LoreStatement *rows = loreQuery(call, SQL_SIGNAL_IDS);
  while( loreNext(rows) ){
    if( count==capacity ){
      capacity = capacity ? 2*capacity : 64;
      sqlite3_int64 *more = loreAllocate(call, sizeof *ids*(size_t)capacity);
      if( more==NULL ) continue;
      if( count ) memcpy(more, ids, sizeof *ids*(size_t)count);
      ids = more;
    }
    if( loreColumnGiven(rows, 0) && ids ){
      ids[count++] = loreColumnInt(rows, 0);
    }else{
      loreRefuse(call, LORE_BAD_ARGUMENT, "ids must be a JSON array of ids, got %s", loreShow(call, RELEASE_IDS));
    }
  }
  for(int i = 0; i < count && !loreFailed(call); i++){
    if( i % 1000==999 && loreInterrupted(call) ) break;
    released += release(call, ids[i]);
  }
  loreResultInt(call, released);
}

/* ---- signal_mark_pushed, signal_mark_rejected, signal_reopen ---- */

static int isKnown(const char *status){
  return is(status, "pending") || is(status, "claimed") || is(status, "pushed") || is(status, "rejected");
}

/* Ends processing. `page` goes with pushed, `problem` with rejected; the other is NULL. */
static void end(LoreCall *call, const char *status, const char *page, const char *problem){
  sqlite3_int64 id = loreInt(call, MARK_ID);
  State state = readState(call, id);
  if( loreFailed(call) ) return;
  loreResultInt(call, 0);
  if( is(state.status, status) && is(page ? state.page : state.problem, page ? page : problem) && state.same_metadata ){
    loreNotice(call, "signal %lld is %s already", id, status);
    return;
  }
  if( !isKnown(state.status) ){
    loreRefuse(call, LORE_REFUSED, "signal %lld can't go from %s to %s", id, state.status, status);
  }
  loreLeaseCheck(call, &state.lease, loreText(call, MARK_TOKEN));
  loreLetText(call, "status", status);
  loreLetText(call, "page", page);
  loreLetText(call, "problem", problem);
  loreWriteOne(call, SQL_SIGNAL_END);
  log_(call, state.status, status, state.lease.worker, page ? page : problem);
  loreResultInt(call, 1);
}

void signalMarkPushed(LoreCall *call){
  end(call, "pushed", loreText(call, MARK_WHY), NULL);
}

void signalMarkRejected(LoreCall *call){
  end(call, "rejected", NULL, loreText(call, MARK_WHY));
}

void signalReopen(LoreCall *call){
  sqlite3_int64 id = loreInt(call, MARK_ID);
  State state = readState(call, id);
  if( loreFailed(call) ) return;
  loreResultInt(call, 0);
  if( is(state.status, "pending") ){
    loreNotice(call, "signal %lld is pending already", id);
    return;
  }
  if( is(state.status, "claimed") && loreLeaseIsLive(call, &state.lease) ){
    loreRefuse(call, LORE_REFUSED, "%s holds the lease until %s: release it first, or wait",
               state.lease.worker ? state.lease.worker : "another worker", state.lease.until);
  }
  loreWriteOne(call, SQL_SIGNAL_BACK);
  log_(call, state.status, "pending", NULL, loreText(call, MARK_WHY));
  loreResultInt(call, 1);
}
