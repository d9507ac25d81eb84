/*
** The verifier over tables. Entries and checkpoints are read side by side, so nothing is kept in memory; one read transaction
** holds all that is looked at together.
*/
#include "audit/tables.h"

#include "audit/append.h"

enum { COLUMN_FIRST = 1 }; /* of audit_entry_rows: the first column of AuditEntry */

static AuditCheckpoint checkpointOf(LoreStatement *row){
  return (AuditCheckpoint){ .sequence = loreColumnInt(row, 0), .head_hash = loreColumnText(row, 1), .count = loreColumnInt(row, 2),
                            .at = loreColumnText(row, 3), .key_id = loreColumnText(row, 4), .signature = loreColumnText(row, 5) };
}

static void readEntry(LoreStatement *row, AuditEntry *entry){
  entry->sequence = loreColumnInt(row, 0);
  for(int i = 0; i < AUDIT_COLUMNS; i++){
    size_t length;
    const char *text = loreColumnSpan(row, COLUMN_FIRST + i, &length);
    entry->columns[i] = loreFieldSpan(text, length);
  }
}

static void verifyKeys(LoreCall *call, AuditVerifier *verifier){
  LoreStatement *row = loreQuery(call, SQL_AUDIT_KEY_ROWS);
  while( loreNext(row) ){
    AuditKey key = { loreColumnInt(row, 0), loreColumnText(row, 1), loreColumnText(row, 2), loreColumnText(row, 3),
                     loreColumnText(row, 4), loreColumnText(row, 5) };
    if( !loreFailed(call) ) auditVerifyKey(verifier, &key);
  }
}

static void verifyPrunes(LoreCall *call, AuditVerifier *verifier){
  LoreStatement *row = loreQuery(call, SQL_AUDIT_PRUNE_ROWS);
  while( loreNext(row) ){
    AuditPrune prune = { loreColumnInt(row, 0), loreColumnInt(row, 1), loreColumnText(row, 2), loreColumnText(row, 3),
                         loreColumnText(row, 4), loreColumnText(row, 5), loreColumnText(row, 6) };
    if( !loreFailed(call) ) auditVerifyPrune(verifier, &prune);
  }
}

/* ---- Entries and checkpoints, side by side ---- */

/* Checkpoints up to a number; NULL when there is none left. */
static LoreStatement *verifyCheckpoints(LoreStatement *row, AuditVerifier *verifier, sqlite3_int64 until){
  while( row && loreColumnInt(row, 0) <= until && !auditVerifyIsOver(verifier) ){
    AuditCheckpoint checkpoint = checkpointOf(row);
    auditVerifyCheckpoint(verifier, &checkpoint);
    if( !loreNext(row) ) return NULL;
  }
  return row;
}

static LoreStatement *firstCheckpoint(LoreCall *call){
  LoreStatement *row = loreQuery(call, SQL_AUDIT_CHECKPOINT_ROWS);
  return loreNext(row) ? row : NULL;
}

static void verifyEntries(LoreCall *call, AuditVerifier *verifier, sqlite3_int64 after, sqlite3_int64 until){
  AuditEntry entry;
  loreLetInt(call, "audit_until", until);
  loreLetInt(call, "audit_after", after);
  LoreStatement *row = loreQuery(call, SQL_AUDIT_ENTRY_ROWS), *checkpoint = firstCheckpoint(call);
  checkpoint = verifyCheckpoints(checkpoint, verifier, verifier->pruned);
  while( !auditVerifyIsOver(verifier) && loreNext(row) ){
    readEntry(row, &entry);
    if( loreFailed(call) ) break;
    auditVerifyEntry(verifier, &entry);
    checkpoint = verifyCheckpoints(checkpoint, verifier, entry.sequence);
  }
  loreDone(row);
  checkpoint = verifyCheckpoints(checkpoint, verifier, INT64_MAX);
  loreDone(checkpoint);
}

static void begin(LoreCall *call, AuditVerifier *verifier, const AuditAnchor *anchor){
  auditVerifyBegin(verifier, loreFindText(call, SQL_AUDIT_DATABASE_ID), anchor, loreReallocate);
  verifyKeys(call, verifier);
}

static void end(LoreCall *call, AuditVerifier *verifier){
  if( verifier->is_out_of_memory ) loreNoMemory(call);
}

void auditVerifyTables(LoreCall *call, const AuditAnchor *anchor, sqlite3_int64 until, AuditVerifier *verifier){
  LoreStatement *hold = loreQuery(call, SQL_ENGINE_HOLD);
  loreNext(hold);
  begin(call, verifier, anchor);
  verifyPrunes(call, verifier);
  auditVerifyStart(verifier);
  if( !loreFailed(call) ) verifyEntries(call, verifier, INT64_MIN, until);
  if( !loreFailed(call) && until==INT64_MAX ) auditVerifyEnd(verifier);
  end(call, verifier);
  loreDone(hold);
}

/* ---- What is new ---- */

/* Goes on where the newest checkpoint stands. */
static void resume(LoreCall *call, AuditVerifier *verifier, sqlite3_int64 newest){
  loreLetInt(call, "audit_number", newest);
  loreLetInt(call, "audit_after", newest - 1);
  loreLetInt(call, "audit_until", newest);
  const char *stored = loreFindText(call, SQL_AUDIT_HASH_OF);
  LoreStatement *row = firstCheckpoint(call);
  if( row ){
    AuditCheckpoint checkpoint = checkpointOf(row);
    if( !loreFailed(call) ) auditVerifyResume(verifier, &checkpoint, stored);
  }
  loreDone(row);
}

void auditVerifyNew(LoreCall *call, AuditVerifier *verifier){
  const AuditAnchor none = { .count = 0 };
  sqlite3_int64 newest = loreFindInt(call, SQL_AUDIT_CHECKPOINT_NEWEST);
  if( newest <= loreFindInt(call, SQL_AUDIT_PRUNED_TO) ){
    auditVerifyTables(call, &none, INT64_MAX, verifier);
    return;
  }
  begin(call, verifier, &none);
  if( !loreFailed(call) ) resume(call, verifier, newest);
  if( !loreFailed(call) ) verifyEntries(call, verifier, newest, INT64_MAX);
  end(call, verifier);
}
