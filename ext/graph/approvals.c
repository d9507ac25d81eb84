/*
** A write to the scope identity becomes a row of graph_approvals: the call, as lore_call takes it. An approval runs just that.
*/
#include "graph/approvals.h"

#include <string.h>

#include "engine/clock.h"
#include "engine/digest.h"
#include "engine/json.h"
#include "engine/uuid.h"
#include "graph/authorities.h"

enum { DECIDE_REQUEST, APPROVE_SIGNATURE };

/* A row of graph_approvals. Texts live as long as the call, those of graph_approval_requests until the next row. */
typedef struct Request {
  const char *status, *verb, *arguments, *requested_at, *expires_at, *nonce, *payload_hash;
  sqlite3_int64 number;
} Request;

static void hashOf(const Request *request, char hex[LORE_HASH_SIZE]){
  const LoreField fields[] = { loreFieldText("lore graph request 1"), loreFieldText(request->nonce), loreFieldText(request->verb),
                               loreFieldText(request->arguments), loreFieldText(request->requested_at),
                               loreFieldText(request->expires_at) };
  loreHash(fields, (int)(sizeof fields/sizeof *fields), hex);
}

/* ---- Asking ---- */

static const char *expiry(LoreCall *call){
  const LoreTime hour = 3600000;
  LoreTime time = loreNow(call) + loreSettingInt(call, "approval_ttl_hours")*hour;
  return loreTimeText(call, time < LORE_TIME_LAST ? time : LORE_TIME_LAST);
}

static void insert(LoreCall *call, sqlite3_int64 *number){
  char hash[LORE_HASH_SIZE];
  Request request = { .verb = loreCallName(call), .arguments = loreArgumentsJson(call), .requested_at = loreNowText(call),
                      .expires_at = expiry(call), .nonce = loreUuid(call) };
  if( loreFailed(call) ) return;
  hashOf(&request, hash);
  loreRun(call, SQL_GRAPH_REQUEST_CLOSE);
  loreLetText(call, "nonce", request.nonce);
  loreLetText(call, "expires", request.expires_at);
  loreLetText(call, "payload_hash", loreFormat(call, "%s", hash));
  *number = loreInsert(call, SQL_GRAPH_REQUEST_INSERT);
}

static void ask(LoreCall *call, void *context){
  sqlite3_int64 *number = context;
  loreLetText(call, "verb", loreCallName(call));
  loreLetText(call, "arguments", loreArgumentsJson(call));
  *number = loreFindInt(call, SQL_GRAPH_REQUEST_FIND);
  if( *number==0 ) insert(call, number);
  loreNotice(call, "the scope identity needs an approval: request %lld is pending", *number);
}

/* In the frame, for the notice may fail after the row is written. */
sqlite3_int64 graphRequest(LoreCall *call){
  sqlite3_int64 number = 0;
  loreInFrame(call, ask, &number);
  return number;
}

/* ---- Rejecting ---- */

void graphReject(LoreCall *call){
  const char *status = loreFindText(call, SQL_GRAPH_REQUEST_STATUS);
  if( loreFailed(call) ) return;
  loreResultInt(call, 0);
  if( status==NULL ){
    loreRefuse(call, LORE_REFUSED, "there is no request %s", loreShow(call, DECIDE_REQUEST));
  }else if( strcmp(status, "rejected")==0 ){
    loreNotice(call, "request %s is rejected already", loreShow(call, DECIDE_REQUEST));
  }else if( strcmp(status, "pending")!=0 ){
    loreRefuse(call, LORE_REFUSED, "request %s is %s", loreShow(call, DECIDE_REQUEST), status);
  }else{
    loreWriteOne(call, SQL_GRAPH_REQUEST_REJECT);
    loreResultInt(call, 1);
    loreAudit(call, loreCallName(call), loreShow(call, DECIDE_REQUEST), loreArgumentsJson(call));
  }
}

/* ---- Approving ---- */

static Request readRequest(LoreCall *call){
  Request request = { .status = NULL };
  LoreStatement *row = loreQuery(call, SQL_GRAPH_REQUEST_READ);
  if( !loreNext(row) ) return request;
  request = (Request){ loreColumnCopy(row, 0), loreColumnCopy(row, 1), loreColumnCopy(row, 2), loreColumnCopy(row, 3),
                       loreColumnCopy(row, 4), loreColumnCopy(row, 5), loreColumnCopy(row, 6), loreColumnInt(row, 7) };
  loreDone(row);
  return request;
}

/* hash: what it is over now. */
static void checkRequest(LoreCall *call, const Request *request, const char *hash){
  const char *number = loreShow(call, DECIDE_REQUEST);
  if( loreFailed(call) ) return;
  if( request->status==NULL ){
    loreRefuse(call, LORE_REFUSED, "there is no request %s", number);
  }else if( strcmp(request->status, "pending")!=0 ){
    loreRefuse(call, LORE_REFUSED, "request %s is %s already", number, request->status);
  }else if( request->payload_hash==NULL || request->expires_at==NULL ){
    loreRefuse(call, LORE_REFUSED, "request %s was made before there were approvals: ask again", number);
  }else if( strcmp(request->expires_at, loreNowText(call)) <= 0 ){
    loreRefuse(call, LORE_REFUSED, "request %s has expired at %s: ask again", number, request->expires_at);
  }else if( strcmp(request->payload_hash, hash)!=0 ){
    loreRefuse(call, LORE_REFUSED, "request %s is not what was asked for: its payload was changed", number);
  }
}

static void approve(LoreCall *call, const Request *request, const char *authority, const unsigned char *signature){
  char *hex = loreAllocate(call, 2*LORE_SIGNATURE_BYTES + 1);
  if( hex==NULL ) return;
  loreHex(signature, LORE_SIGNATURE_BYTES, hex);
  loreLetText(call, "authority", authority);
  loreLetText(call, "signature_hex", hex);
  loreWriteOne(call, SQL_GRAPH_REQUEST_APPROVE);
  loreRunApproved(call, request->verb, request->arguments);
  const char *payload = loreFormat(call, "{\"request\":%lld,\"authority\":%s,\"verb\":\"%s\",\"payload_hash\":\"%s\"}",
                                   request->number, loreJsonQuoted(call, authority), request->verb, request->payload_hash);
  loreAudit(call, loreCallName(call), loreFormat(call, "%lld", request->number), payload);
}

void graphApprove(LoreCall *call){
  char hash[LORE_HASH_SIZE];
  unsigned char signature[LORE_SIGNATURE_BYTES];
  Request request = readRequest(call);
  hashOf(&request, hash);
  checkRequest(call, &request, hash);
  if( !graphBytes(call, APPROVE_SIGNATURE, "signature", signature, sizeof signature) ) return;
  const char *message = loreFormat(call, "lore:graph_approve:%s", hash);
  const char *authority = message ? graphSignerOf(call, message, signature) : NULL;
  if( authority ) approve(call, &request, authority, signature);
}

/* ---- graph_approval_requests ---- */

static const char *stateOf(LoreCall *call, const Request *request, const char *hash){
  if( request->payload_hash==NULL || request->expires_at==NULL ) return "before approvals";
  if( strcmp(request->payload_hash, hash)!=0 ) return "changed";
  return strcmp(request->expires_at, loreNowText(call)) <= 0 ? "expired" : "pending";
}

static void requestRow(LoreCall *call, const Request *request){
  char hash[LORE_HASH_SIZE];
  hashOf(request, hash);
  const char *state = stateOf(call, request, hash);
  int can_be_signed = strcmp(state, "pending")==0;
  const char *message = can_be_signed ? loreFormat(call, "lore:graph_approve:%s", hash) : NULL;
  char *hex = message ? loreAllocate(call, 2*strlen(message) + 1) : NULL;
  if( hex ) loreHex((const unsigned char*)message, strlen(message), hex);
  loreRowInt(call, request->number);
  loreRowText(call, request->verb);
  loreRowText(call, request->arguments);
  loreRowText(call, state);
  loreRowText(call, request->requested_at);
  loreRowText(call, request->expires_at);
  loreRowText(call, can_be_signed ? hash : NULL);
  loreRowText(call, message);
  loreRowText(call, hex);
}

/* The hash is made of what is shown, so that nobody signs what he does not see. */
void graphRequestRows(LoreCall *call){
  LoreStatement *row = loreQuery(call, SQL_GRAPH_REQUEST_LIST);
  while( loreNext(row) ){
    Request request = { loreColumnText(row, 0), loreColumnText(row, 1), loreColumnText(row, 2), loreColumnText(row, 3),
                        loreColumnText(row, 4), loreColumnText(row, 5), loreColumnText(row, 6), loreColumnInt(row, 7) };
    if( !loreFailed(call) ) requestRow(call, &request);
  }
}
