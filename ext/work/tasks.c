#include <string.h>

#include "engine/uuid.h"
#include "work/work.h"

enum { ADD_PARENT = 4, ADD_UNIQUE_KEY = 6, ADD_ID = 8 };

static int isLiveByKey(LoreCall *call){
  const char *id = loreGiven(call, ADD_UNIQUE_KEY) ? loreFindText(call, SQL_TASK_OF_UNIQUE_KEY) : NULL;
  if( id==NULL ) return 0;
  loreNotice(call, "a live task has this unique_key");
  loreResultText(call, id);
  return 1;
}

static void checkParent(LoreCall *call){
  WorkRow parent;
  if( !loreGiven(call, ADD_PARENT) ) return;
  if( !workById(call, &kWorkTask, loreText(call, ADD_PARENT), &parent) ){
    loreRefuse(call, LORE_REFUSED, "parent: there is no task %s", loreShow(call, ADD_PARENT));
  }else if( strcmp(parent.status, "cancelled")==0 ){
    loreRefuse(call, LORE_REFUSED, "parent: task %s is cancelled", loreText(call, ADD_PARENT));
  }
}

/* One insert, and the result before it: so nothing can fail after the row is there. */
void taskAdd(LoreCall *call){
  if( workIsKnown(call, &kWorkTask, ADD_ID) || isLiveByKey(call) ) return;
  checkParent(call);
  if( !loreGiven(call, ADD_ID) ) loreSetText(call, ADD_ID, loreUuid(call));
  loreResultText(call, loreText(call, ADD_ID));
  loreWriteOne(call, SQL_TASK_INSERT);
}
