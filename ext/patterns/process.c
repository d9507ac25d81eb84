/*
** Learning from workflows: detecting what one shows and recording all of it; a batch of documents; and
** those of workflow_history that have changed since they were last learned from.
**
** In a batch each workflow stands alone (loreTry): it is stored with all its patterns, or, when something
** about it is refused, not at all, and the others go on.
*/
#include "engine/json.h"
#include "patterns/record.h"

enum { PROCESS_WORKFLOW };
enum { PENDING_MAX_ROWS };

/* ---- One workflow ---- */

/* What one workflow showed, and what came of recording it. */
typedef struct Shown {
  PatternFound found[PATTERN_MOST];
  int detected;
  sqlite3_int64 ids[PATTERN_MOST];
  int count, new_patterns; /* recorded */
} Shown;

static void recordAll(LoreCall *call, PatternEvidence *workflow, Shown *shown){
  shown->count = shown->new_patterns = 0;
  for(int i = 0; workflow->id && i < shown->detected && !loreFailed(call); i++){
    PatternRecorded recorded = patternRecordOne(call, shown->found[i].signature, workflow);
    shown->new_patterns += recorded.is_new;
    shown->ids[shown->count++] = recorded.id;
  }
}

void patternProcess(LoreCall *call){
  PatternEvidence workflow;
  Shown shown;
  patternEvidenceRead(call, loreText(call, PROCESS_WORKFLOW), &workflow);
  shown.detected = patternDetect(call, workflow.document, workflow.length, shown.found);
  recordAll(call, &workflow, &shown);
  if( loreFailed(call) ) return;
  if( workflow.id==NULL ) loreNotice(call, "the workflow has no workflow_id");
  LoreJson *json = loreJsonObject(call);
  loreJsonAddInt(call, json, "patterns_detected", shown.detected);
  loreJsonAddInt(call, json, "new_patterns", shown.new_patterns);
  LoreJson *ids = loreJsonAddArray(call, json, "pattern_ids");
  for(int i = 0; i < shown.count; i++) loreJsonAddInt(call, ids, NULL, shown.ids[i]);
  loreJsonResult(call, json);
}

/* ---- Many ---- */

typedef struct Totals {
  sqlite3_int64 workflows, processed, patterns, new_patterns, errors;
  LoreJson *failed; /* {position, workflow_id, error} of each */
} Totals;

/* One workflow of many: a document, or the id of a stored one. */
typedef struct Attempt {
  const char *document, *id;
  PatternEvidence workflow;
  Shown shown;
} Attempt;

static void processAll(LoreCall *call, void *context){
  Attempt *attempt = context;
  recordAll(call, &attempt->workflow, &attempt->shown);
  if( attempt->id ) loreWriteOne(call, SQL_WORKFLOW_LEARNED);
}

/* One write is undone by itself; more need a frame. */
static void learn(LoreCall *call, void *context){
  Attempt *attempt = context;
  PatternEvidence *workflow = &attempt->workflow;
  if( attempt->id ){
    patternEvidenceStored(call, attempt->id, workflow);
  }else if( attempt->document ){
    patternEvidenceRead(call, attempt->document, workflow);
  }else{
    loreRefuse(call, LORE_BAD_ARGUMENT, "a workflow must be a JSON object");
    return;
  }
  int detected = patternDetect(call, workflow->document, workflow->length, attempt->shown.found);
  attempt->shown.detected = detected;
  if( detected + (attempt->id!=NULL) > 1 ) loreFramed(call, processAll, attempt);
  else processAll(call, attempt);
}

/* Learns from one. `id` names it in the list of failures; NULL: it has none. */
static void count(LoreCall *call, Attempt *attempt, Totals *totals, const char *id){
  const char *why;
  int done = loreTry(call, learn, attempt, &why);
  totals->workflows++;
  totals->processed += done;
  totals->errors += !done;
  if( done ){
    totals->patterns += attempt->shown.detected;
    totals->new_patterns += attempt->shown.new_patterns;
  }else if( !loreFailed(call) ){
    LoreJson *one = loreJsonAddObject(call, totals->failed, NULL);
    loreJsonAddInt(call, one, "position", totals->workflows);
    loreJsonAddText(call, one, "workflow_id", id);
    loreJsonAddText(call, one, "error", why);
  }
  if( totals->workflows % 100==0 ) loreInterrupted(call);
}

static void answer(LoreCall *call, Totals *totals){
  LoreJson *json = loreJsonObject(call);
  loreJsonAddInt(call, json, "total_workflows", totals->workflows);
  loreJsonAddInt(call, json, "processed", totals->processed);
  loreJsonAddInt(call, json, "total_patterns", totals->patterns);
  loreJsonAddInt(call, json, "new_patterns", totals->new_patterns);
  loreJsonAddInt(call, json, "errors", totals->errors);
  if( totals->errors > 0 ) loreJsonAdd(call, json, "failed", totals->failed);
  else loreJsonFree(totals->failed);
  loreJsonResult(call, json);
}

void patternProcessBatch(LoreCall *call){
  Totals totals = { .failed = loreJsonArray(call) };
  LoreStatement *rows = loreQuery(call, SQL_WORKFLOW_ELEMENTS);
  while( loreNext(rows) ){
    Attempt attempt = { .document = loreColumnText(rows, 0) };
    count(call, &attempt, &totals, loreColumnText(rows, 1));
  }
  answer(call, &totals);
}

/* ---- Those that have changed ---- */

enum { PAGE = 500 };

/* A place in the order of workflow_history, and the ids that come next. Texts live as long as the call. */
typedef struct Page {
  const char *after_time, *after_id;
  const char *ids[PAGE];
  int count;
} Page;

/* They are read before they are learned from: the statement must not be open while rows change. */
static int readPage(LoreCall *call, Page *page, sqlite3_int64 most){
  loreLetText(call, "after_time", page->after_time);
  loreLetText(call, "after_id", page->after_id);
  loreLetInt(call, "page", most < PAGE ? most : PAGE);
  page->count = 0;
  LoreStatement *rows = loreQuery(call, SQL_WORKFLOW_PENDING_IDS);
  while( page->count < PAGE && loreNext(rows) ){
    page->ids[page->count++] = page->after_id = loreFormat(call, "%s", loreColumnText(rows, 0));
    page->after_time = loreFormat(call, "%s", loreColumnText(rows, 1));
  }
  loreDone(rows);
  return page->count > 0 && !loreFailed(call);
}

/* One that fails stays pending and uses up nothing of max_rows: however many they are, the others come through. */
void patternProcessPending(LoreCall *call){
  sqlite3_int64 most = loreInt(call, PENDING_MAX_ROWS);
  Totals totals = { .failed = loreJsonArray(call) };
  Page page = { .after_time = "", .after_id = "" };
  while( totals.processed < most && readPage(call, &page, most - totals.processed) ){
    for(int i = 0; i < page.count && !loreFailed(call); i++){
      Attempt attempt = { .id = page.ids[i] };
      count(call, &attempt, &totals, page.ids[i]);
    }
  }
  answer(call, &totals);
}
