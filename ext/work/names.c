#include "work/names.h"

void workNamesAdd(LoreCall *call, WorkNames *names, const WorkKind *kind, LoreStatement *rows, int column){
  if( loreColumnId(rows, column)==NULL ) return;
  WorkName *grown = loreGrow(call, names->rows, names->count, &names->capacity, sizeof *grown);
  const char *id = grown ? loreColumnCopy(rows, column) : NULL;
  if( grown ) names->rows = grown;
  if( id ) names->rows[names->count++] = (WorkName){ kind, id };
}

WorkNames workNamesOf(LoreCall *call, const WorkKind *kind, LoreSql query){
  WorkNames names = { NULL, 0, 0 };
  LoreStatement *rows = loreQuery(call, query);
  while( loreNext(rows) ){
    workNamesAdd(call, &names, kind, rows, 0);
    if( names.count % 1000==999 && loreInterrupted(call) ) break;
  }
  loreDone(rows);
  return names;
}

void workEach(LoreCall *call, WorkNames *names, WorkStep *step, void *context){
  WorkRow row;
  for(int i = 0; i < names->count && !loreFailed(call); i++){
    if( i % 1000==999 && loreInterrupted(call) ) break;
    if( workById(call, names->rows[i].kind, names->rows[i].id, &row) ) step(call, &row, context);
  }
  sqlite3_free(names->rows);
  *names = (WorkNames){ NULL, 0, 0 };
}
