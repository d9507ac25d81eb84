#include "admin/tables.h"

#include <string.h>

#include "admin/plan.h"
#include "engine/text.h"

void tablesBegin(Tables *tables, const char *subsystem){
  memset(tables, 0, sizeof *tables);
  tables->next = "";
  for(int i = 0; i < LORE_MIGRATION_COUNT; i++){
    tables->plan[i] = subsystem==NULL || strcmp(kLoreMigrations[i].subsystem, subsystem)==0;
  }
}

int tablesNext(Tables *tables){
  while( *tables->next==0 ){
    int migration = planNext(tables->plan);
    if( migration < 0 ) return 0;
    tables->plan[migration] = 0;
    tables->next = kLoreMigrations[migration].tables;
    tables->subsystem = kLoreMigrations[migration].subsystem;
  }
  size_t length = strcspn(tables->next, "|");
  memcpy(tables->name, tables->next, length);
  tables->name[length] = 0;
  tables->next += length + (tables->next[length]=='|');
  return 1;
}

int tablesHave(const char *name){
  int has = 0;
  for(int i = 0; i < LORE_MIGRATION_COUNT; i++) has |= loreWordIn(name, kLoreMigrations[i].tables);
  return has;
}
