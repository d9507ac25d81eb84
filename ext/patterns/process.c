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

void patternProcessOne(LoreCall *call, PatternWorkflow *workflow, PatternProcessed *done){
  PatternFound found[PATTERN_MOST];
  done->count = done->is_new = done->detected = 0;
  if( loreFailed(call) ) return;
  done->detected = patternDetect(call, workflow->document, workflow->length, found);
  for(int i = 0; workflow->id && i < done->detected && !loreFailed(call); i++){
    PatternRecorded recorded = patternRecordOne(call, found[i].signature, workflow);
    done->is_new += recorded.is_new;
    done->ids[done->count++] = recorded.id;
  }
}

void patternProcess(LoreCall *call){
  PatternWorkflow workflow;
  PatternProcessed done;
  patternWorkflowRead(call, loreText(call, PROCESS_WORKFLOW), &workflow);
  patternProcessOne(call, &workflow, &done);
  if( loreFailed(call) ) return;
  if( workflow.id==NULL ) loreNotice(call, "the workflow has no workflow_id");
  LoreJson *json = loreJsonObject(call);
  loreJsonAddInt(call, json, "patterns_detected", done.detected);
  loreJsonAddInt(call, json, "new_patterns", done.is_new);
  LoreJson *ids = loreJsonAddArray(call, json, "pattern_ids");
  for(int i = 0; i < done.count; i++) loreJsonAddInt(call, ids, NULL, done.ids[i]);
  loreJsonResult(call, json);
}

/* ---- Many ---- */

typedef struct Totals {
  sqlite3_int64 workflows, processed, patterns, new_patterns, errors;
  LoreJson *failed; /* {workflow_id, error} of each */
} Totals;

/* One workflow of many: a document, or the id of a stored one. */
typedef struct Attempt {
  const char *document, *id;
  PatternProcessed done;
} Attempt;

static void learn(LoreCall *call, void *context){
  Attempt *attempt = context;
  PatternWorkflow workflow;
  if( attempt->id ){
    patternWorkflowReadStored(call, attempt->id, &workflow);
  }else if( attempt->document ){
    patternWorkflowRead(call, attempt->document, &workflow);
  }else{
    loreRefuse(call, LORE_BAD_ARGUMENT, "a workflow must be a JSON object");
  }
  patternProcessOne(call, &workflow, &attempt->done);
  if( attempt->id ) loreWriteOne(call, SQL_WORKFLOW_LEARNED);
}

/* 1 when it was learned from. `name` is what the list of failures calls it, as JSON. */
static int count(LoreCall *call, Attempt *attempt, Totals *totals, const char *name){
  const char *why;
  int done = loreTry(call, learn, attempt, &why);
  totals->workflows++;
  totals->processed += done;
  totals->errors += !done;
  if( done ){
    totals->patterns += attempt->done.detected;
    totals->new_patterns += attempt->done.is_new;
  }else if( !loreFailed(call) ){
    LoreJson *one = loreJsonAddObject(call, totals->failed, NULL);
    loreJsonAddRaw(call, one, "workflow_id", name);
    loreJsonAddInt(call, one, "position", totals->workflows);
    loreJsonAddText(call, one, "error", why);
  }
  if( totals->workflows % 100==0 ) loreInterrupted(call);
  return done;
}

static void answer(LoreCall *call, LoreJson *json, const Totals *totals){
  loreJsonAddInt(call, json, "total_workflows", totals->workflows);
  loreJsonAddInt(call, json, "processed", totals->processed);
  loreJsonAddInt(call, json, "total_patterns", totals->patterns);
  loreJsonAddInt(call, json, "new_patterns", totals->new_patterns);
  loreJsonAddInt(call, json, "errors", totals->errors);
}
