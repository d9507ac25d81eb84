#include "admin/plan.h"

#include <string.h>

#include "engine/text.h"

int planNeeds(const LoreMigration *migration, const char *subsystem){
  if( strcmp(migration->subsystem, subsystem)==0 ) return 0;
  return strcmp(subsystem, "admin")==0 || loreWordIn(subsystem, migration->needs);
}

static int precedes(const LoreMigration *first, const LoreMigration *second){
  if( strcmp(first->subsystem, second->subsystem)==0 ) return first->version < second->version;
  return planNeeds(second, first->subsystem);
}

int planNext(const char *plan){
  for(int i = 0; i < LORE_MIGRATION_COUNT; i++){
    int waits = !plan[i];
    for(int k = 0; k < LORE_MIGRATION_COUNT && !waits; k++){
      waits = plan[k] && precedes(&kLoreMigrations[k], &kLoreMigrations[i]);
    }
    if( !waits ) return i;
  }
  return -1;
}

/* Marks a subsystem's migrations, and those of what it needs; 0 when there is no such subsystem. */
static int mark(const char *subsystem, char *plan){
  int known = 0;
  for(int i = 0; i < LORE_MIGRATION_COUNT; i++){
    if( strcmp(kLoreMigrations[i].subsystem, subsystem)!=0 ) continue;
    known = 1;
    if( plan[i] ) continue;
    plan[i] = 1;
    for(int k = 0; k < LORE_MIGRATION_COUNT; k++){
      if( planNeeds(&kLoreMigrations[i], kLoreMigrations[k].subsystem) ) mark(kLoreMigrations[k].subsystem, plan);
    }
  }
  return known;
}

static void markWord(LoreCall *call, const char *word, char *plan){
  if( strcmp(word, "all")==0 ){
    memset(plan, 1, LORE_MIGRATION_COUNT);
  }else if( !mark(word, plan) ){
    loreRefuse(call, LORE_BAD_ARGUMENT, "subsystems: there is no '%s'; known are 'all' and those of lore_migrations_status", word);
  }
}

void planRead(LoreCall *call, const char *list, char *plan){
  memset(plan, 0, LORE_MIGRATION_COUNT);
  if( loreFailed(call) ) return;
  mark("admin", plan);
  for(const char *p = list; *p && !loreFailed(call); ){
    size_t length = strcspn(p, " ,");
    const char *word = loreFormat(call, "%.*s", (int)length, p);
    if( length > 0 && word ) markWord(call, word, plan);
    p += length + (p[length]!=0);
  }
}
