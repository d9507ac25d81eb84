#include "admin/alerts.h"

#include "admin/info.h"
#include "engine/directory.h"

static void alertRow(LoreCall *call, const LoreAlert *alert){
  sqlite3_int64 bound = loreSettingInt(call, alert->bound), value = 0;
  LoreStatement *figure = loreQuery(call, alert->figure);
  int is_there = loreNext(figure) && loreColumnGiven(figure, 0);
  if( is_there ) value = loreColumnInt(figure, 0);
  loreDone(figure);
  if( !is_there || loreFailed(call) || (alert->is_least ? value >= bound : value <= bound) ) return;
  loreRowText(call, alert->name);
  loreRowInt(call, value);
  loreRowInt(call, bound);
  loreRowText(call, alert->severity);
  loreRowText(call, alert->message);
}

void alertRows(LoreCall *call){
  for(int i = 0; loreSubsystem(call, i) && !loreFailed(call); i++){
    const LoreSubsystem *subsystem = loreSubsystem(call, i);
    if( subsystem->alerts.count==0 || !infoIsMigrated(call, subsystem) ) continue;
    for(int k = 0; k < subsystem->alerts.count; k++) alertRow(call, &subsystem->alerts.rows[k]);
  }
}
