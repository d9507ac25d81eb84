/*
** workflow_history: storing a workflow, so that pattern_process_pending learns from it. What changes it
** makes it pending again; what changes nothing writes nothing.
*/
#include <string.h>

#include "engine/clock.h"
#include "patterns/record.h"

enum { SAVE_WORKFLOW };

/* Its own date, in the stored form; NULL when it has none. */
static const char *readCreated(LoreCall *call){
  LoreTime time;
  const char *text = loreFindText(call, SQL_WORKFLOW_CREATED);
  if( text==NULL || *text==0 ) return NULL;
  if( loreTimeParse(text, strlen(text), &time) ) return loreTimeText(call, time);
  loreRefuse(call, LORE_BAD_ARGUMENT, "workflow.created_at must be an ISO 8601 time, got %.40s", text);
  return NULL;
}

static void readDocument(LoreCall *call, PatternEvidence *workflow){
  patternEvidenceRead(call, loreText(call, SAVE_WORKFLOW), workflow);
  const char *problem = loreFindText(call, SQL_WORKFLOW_TEXT_PROBLEM);
  if( problem ) loreRefuse(call, LORE_BAD_ARGUMENT, "workflow.%s must be text", problem);
  if( workflow->id==NULL ) loreRefuse(call, LORE_BAD_ARGUMENT, "workflow.workflow_id is missing");
  loreLetText(call, "created_at", readCreated(call));
  loreLetText(call, "workflow_id", workflow->id);
}

/* Result: 1 when something was stored, 0 when it was so already. */
void workflowSave(LoreCall *call){
  PatternEvidence workflow;
  readDocument(call, &workflow);
  const char *differs = loreFindText(call, SQL_WORKFLOW_DIFFERS);
  int is_same = differs && strcmp(differs, "same")==0;
  loreLetInt(call, "relearn", differs && strcmp(differs, "learn")==0);
  if( differs==NULL ) loreWriteOne(call, SQL_WORKFLOW_INSERT);
  else if( !is_same ) loreWriteOne(call, SQL_WORKFLOW_UPDATE);
  if( is_same ) loreNotice(call, "the workflow is stored like this already");
  loreResultInt(call, !is_same);
}
