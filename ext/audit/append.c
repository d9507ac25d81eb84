/*
** An entry follows the head that is read with it in one atomic unit: SQLite has one writer, and a transaction that has read an
** older head can't write (SQLITE_BUSY). So numbers have no gap and the chain no fork, and both go back with a rollback.
*/
#include "audit/append.h"

#include <string.h>

#include "audit/chain.h"
#include "engine/uuid.h"

enum { APPEND_TYPE, APPEND_ORIGINATOR, APPEND_PAYLOAD, APPEND_TARGET, APPEND_EVENT, APPEND_AT };

AuditHead auditHead(LoreCall *call){
  AuditHead head = { .sequence = 0, .hash = kAuditNoHash };
  LoreStatement *row = loreQuery(call, SQL_AUDIT_HEAD);
  if( loreNext(row) ){
    head.sequence = loreColumnInt(row, 0);
    head.hash = loreColumnCopy(row, 1);
    head.log = loreColumnCopy(row, 2);
    if( head.log==NULL ) loreRefuse(call, LORE_REFUSED, "audit_database has lost the id of this log");
  }else{
    head.log = loreFindText(call, SQL_AUDIT_DATABASE_ID);
  }
  loreDone(row);
  return head;
}

static void setColumn(AuditEntry *entry, int column, const char *text){
  entry->columns[column] = loreFieldText(text && *text ? text : NULL);
}

/* Gives the statement what it stores, and the hash of just that. */
static void letEntry(LoreCall *call, const LoreEvent *event, const char *event_id, const AuditHead *head){
  AuditEntry entry = { .sequence = head->sequence + 1 };
  char *hash = loreAllocate(call, LORE_HASH_SIZE);
  if( hash==NULL ) return;
  setColumn(&entry, AUDIT_EVENT_ID, event_id);
  setColumn(&entry, AUDIT_TIMESTAMP, loreNowText(call));
  setColumn(&entry, AUDIT_TYPE, event->type);
  setColumn(&entry, AUDIT_ORIGINATOR, event->originator);
  setColumn(&entry, AUDIT_TARGET, event->target);
  setColumn(&entry, AUDIT_PAYLOAD, event->payload);
  setColumn(&entry, AUDIT_PREVIOUS, head->hash);
  auditEntryHash(head->log, &entry, hash);
  loreLetInt(call, "audit_sequence", entry.sequence);
  loreLetText(call, "audit_event", event_id);
  loreLetText(call, "audit_type", event->type);
  loreLetText(call, "audit_originator", event->originator);
  loreLetText(call, "audit_target", entry.columns[AUDIT_TARGET].bytes);
  loreLetText(call, "audit_payload", entry.columns[AUDIT_PAYLOAD].bytes);
  loreLetText(call, "audit_previous", head->hash);
  loreLetText(call, "audit_hash", hash);
}

/* ---- The first entry makes the log ---- */

static void insertFirst(LoreCall *call, void *log){
  loreLetText(call, "audit_database", log);
  loreWriteOne(call, SQL_AUDIT_DATABASE_INSERT);
  loreWriteOne(call, SQL_AUDIT_INSERT);
}

/* The number of the new entry; its last step writes, so nothing can fail after it. */
static sqlite3_int64 append(LoreCall *call, const LoreEvent *event, const char *event_id){
  AuditHead head = auditHead(call);
  const char *made = head.log ? NULL : loreUuid(call);
  if( head.sequence >= AUDIT_LAST ) loreRefuse(call, LORE_REFUSED, "the log has no number left");
  if( loreFailed(call) ) return 0;
  if( made ) head.log = made;
  letEntry(call, event, event_id, &head);
  if( loreFailed(call) ) return 0;
  if( made ) loreInFrame(call, insertFirst, (void*)made);
  else loreWriteOne(call, SQL_AUDIT_INSERT);
  return loreFailed(call) ? 0 : head.sequence + 1;
}

void auditAppend(LoreCall *call){
  if( loreIsKnown(call, APPEND_EVENT, APPEND_AT, SQL_AUDIT_DIFFERS) ){
    loreResultId(call, loreFindInt(call, SQL_AUDIT_SEQUENCE_OF));
    return;
  }
  const char *event_id = loreGiven(call, APPEND_EVENT) ? loreText(call, APPEND_EVENT) : loreUuid(call);
  LoreEvent event = { loreText(call, APPEND_TYPE), loreText(call, APPEND_ORIGINATOR), loreText(call, APPEND_TARGET),
                      loreText(call, APPEND_PAYLOAD) };
  if( loreFailed(call) ) return;
  sqlite3_int64 sequence = append(call, &event, event_id);
  if( !loreFailed(call) ) loreResultId(call, sequence);
}

void auditKeep(LoreCall *call, const LoreEvent *event){
  const char *event_id = loreUuid(call);
  if( event_id ) append(call, event, event_id);
}
