#include "admin/tables.h"

#include <stdio.h>
#include <string.h>

#include "admin/plan.h"

void tablesBegin(Tables *tables, const char *subsystem){
  memset(tables, 0, sizeof *tables);
  for(int i = 0; i < LORE_MIGRATION_COUNT; i++){
    tables->plan[i] = subsystem==NULL || strcmp(kLoreMigrations[i].subsystem, subsystem)==0;
  }
}

/* Our own texts have no other form than CREATE TABLE [IF NOT EXISTS] main.<name> ( at the begin of a line. */
static int readName(const char *statement, char *name){
  return sscanf(statement, "CREATE TABLE IF NOT EXISTS main.%127[a-z0-9_]", name)==1 ||
         sscanf(statement, "CREATE TABLE main.%127[a-z0-9_]", name)==1;
}

static int nextInText(Tables *tables){
  const char *line = tables->next;
  while( line ){
    const char *end = strchr(line, '\n');
    int found = readName(line, tables->name);
    line = end ? end + 1 : NULL;
    if( found ){
      tables->next = line;
      return 1;
    }
  }
  tables->next = NULL;
  return 0;
}

int tablesNext(Tables *tables){
  while( !nextInText(tables) ){
    int migration = planNext(tables->plan);
    if( migration < 0 ) return 0;
    tables->plan[migration] = 0;
    tables->next = kLoreMigrations[migration].up;
    tables->subsystem = kLoreMigrations[migration].subsystem;
  }
  return 1;
}

int tablesHave(const char *name){
  Tables tables;
  tablesBegin(&tables, NULL);
  while( tablesNext(&tables) ) if( strcmp(tables.name, name)==0 ) return 1;
  return 0;
}
