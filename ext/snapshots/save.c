/*
** Storing a snapshot. The row's triggers (sql/schema/snapshots) store its entities and its event, so that
** what other software writes has them too; here it is checked that they did.
*/
#include <string.h>

#include "engine/text.h"
#include "engine/uuid.h"
#include "snapshots/snapshots.h"

enum { PATTERN_SNAPSHOT = 6, PATTERN_AT };
enum { COST_TYPE, COST_SNAPSHOT = 3, COST_AT };

static void storedOnly(LoreCall *call){
  loreRefuse(call, LORE_REFUSED, "a row was not stored: a trigger ignored it");
}

/* Runs the insert; how many rows it and its triggers have stored. */
static int insert(LoreCall *call, int id, LoreSql statement){
  if( !loreGiven(call, id) ) loreSetText(call, id, loreUuid(call));
  int before = sqlite3_total_changes(loreDatabase(call));
  loreWriteOne(call, statement);
  return sqlite3_total_changes(loreDatabase(call)) - before;
}

/* The snapshot, its entities and its event. */
static void checkStored(LoreCall *call, int stored){
  LoreStatement *row = loreQuery(call, SQL_PATTERN_SNAPSHOT_STORED);
  if( !loreNext(row) ) return;
  if( loreColumnGiven(row, 1) ){
    loreRefuse(call, LORE_BAD_ARGUMENT, "entities_involved[%lld] must be an object with type and id, 'type:id' or 'id', got %s",
               loreColumnInt(row, 1), loreColumnText(row, 2));
  }else if( stored < 2 + loreColumnInt(row, 0) ){
    storedOnly(call);
  }
  loreDone(row);
}

void patternSnapshotSave(LoreCall *call){
  if( !loreIsKnown(call, PATTERN_SNAPSHOT, PATTERN_AT, SQL_PATTERN_SNAPSHOT_DIFFERS) ){
    int stored = insert(call, PATTERN_SNAPSHOT, SQL_PATTERN_SNAPSHOT_INSERT);
    checkStored(call, stored);
  }
  loreResultText(call, loreText(call, PATTERN_SNAPSHOT));
}

/* In lower case; the words of the setting count as the three that are there. */
static void checkType(LoreCall *call){
  static const char kTypes[] = "daily_summary|entity_breakdown|service_breakdown";
  const char *more = loreSettingText(call, "cost_snapshot_types");
  char *words = loreFormat(call, "%s%s%s", kTypes, more && *more ? "|" : "", more ? more : "");
  char *word = loreFormat(call, "%s", loreText(call, COST_TYPE));
  if( words==NULL || word==NULL ) return;
  loreAsciiLower(word, word, strlen(word));
  loreAsciiLower(words, words, strlen(words));
  for(char *p = words; *p; p++) if( *p==' ' ) *p = '|';
  if( loreWordIn(word, words) ){
    loreSetText(call, COST_TYPE, word);
    return;
  }
  for(char *p = words; *p; p++) if( *p=='|' ) *p = ' ';
  loreRefuse(call, LORE_BAD_ARGUMENT, "snapshot_type must be one of %s, got %s", words, loreShow(call, COST_TYPE));
}

void costSnapshotSave(LoreCall *call){
  checkType(call);
  if( !loreIsKnown(call, COST_SNAPSHOT, COST_AT, SQL_COST_SNAPSHOT_DIFFERS) ){
    if( insert(call, COST_SNAPSHOT, SQL_COST_SNAPSHOT_INSERT) < 2 && !loreFailed(call) ) storedOnly(call);
  }
  loreResultText(call, loreText(call, COST_SNAPSHOT));
}
