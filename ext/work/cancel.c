/*
** work_cancel: a row and all below it. What has ended stays as it is.
*/
#include <string.h>

#include "work/transitions.h"
#include "work/work.h"

enum { CANCEL_KIND, CANCEL_ID, CANCEL_REASON };

typedef struct Tree {
  WorkRow *rows; /* only kind and id */
  int count, capacity;
} Tree;

static void readTree(LoreCall *call, Tree *tree){
  LoreStatement *found = loreQuery(call, SQL_WORK_SUBTREE);
  while( loreNext(found) ){
    WorkRow *rows = loreGrow(call, tree->rows, tree->count, &tree->capacity, sizeof *rows);
    if( rows==NULL ) break;
    tree->rows = rows;
    const char *word = loreColumnText(found, 0);
    const WorkKind *kind = word && strcmp(word, "thought")==0 ? &kWorkThought : &kWorkTask;
    rows[tree->count] = (WorkRow){ .kind = kind, .id = loreColumnCopy(found, 1) };
    if( rows[tree->count].id ) tree->count++;
  }
  loreDone(found);
}

/* 1 when it was live. */
static int callOff(LoreCall *call, const WorkKind *kind, const char *id, const char *reason){
  WorkRow row;
  if( !workById(call, kind, id, &row) || workIsEnded(kind->word, row.status) ) return 0;
  if( !workMay(call, &row, kind->ended, "work_cancel") ) return 0;
  workMove(call, &row, kind->ended, row.lease.worker, reason);
  return 1;
}

void workCancel(LoreCall *call){
  const WorkKind *kind = workKind(call, CANCEL_KIND);
  Tree tree = { NULL, 0, 0 };
  WorkRow top;
  if( !workFind(call, kind, CANCEL_ID, &top) ) return;
  if( strcmp(top.status, kind->ended)!=0 ) workMay(call, &top, kind->ended, "work_cancel");
  if( !loreFailed(call) ) readTree(call, &tree);
  int count = 0;
  for(int i = 0; i < tree.count && !loreFailed(call); i++){
    if( i % 1000==999 && loreInterrupted(call) ) break;
    count += callOff(call, tree.rows[i].kind, tree.rows[i].id, loreText(call, CANCEL_REASON));
  }
  sqlite3_free(tree.rows);
  if( count==0 ) loreNotice(call, "%s %s is %s already", kind->word, top.id, top.status);
  loreResultInt(call, count);
}
