/*
** Errors of a call. The first one counts; later helpers see it and do nothing.
**
** A message reads `verb: what is wrong with which argument, and the value`. Errors of SQLite inside a
** verb keep their code, so that a host sees SQLITE_BUSY, _FULL or _NOMEM as such.
*/
#include <string.h>

#include "engine/internal.h"
#include "engine/text.h"

int loreFailed(LoreCall *call){
  return call->code!=SQLITE_OK;
}

void loreRefuse(LoreCall *call, LoreErrorClass code, const char *format, ...){
  if( call->code ) return;
  va_list arguments;
  va_start(arguments, format);
  char *text = sqlite3_vmprintf(format, arguments);
  va_end(arguments);
  call->code = (int)code;
  call->message = text ? sqlite3_mprintf("%s: %z", loreBindingName(call->binding), text) : NULL;
  if( call->message==NULL ) call->code = SQLITE_NOMEM;
}

void loreNoMemory(LoreCall *call){
  if( call->code==SQLITE_OK ) call->code = SQLITE_NOMEM;
}

/* The subsystem whose migration makes this table or view; NULL: it is none of ours. */
static const char *makerOf(const char *name){
  for(int i = 0; i < LORE_MIGRATION_COUNT; i++){
    const LoreMigration *migration = &kLoreMigrations[i];
    if( loreWordIn(name, migration->tables) || loreWordIn(name, migration->views) ) return migration->subsystem;
  }
  return NULL;
}

/* "no such table: main.x", where x is one of ours: its subsystem was never migrated. Whoever names it in a trigger of
** the application's has another trouble. */
static const char *unmigrated(int code, const char *text){
  static const char kBefore[] = "no such table: main.";
  int is_missing = (code & 0xff)==SQLITE_ERROR && strncmp(text, kBefore, sizeof kBefore - 1)==0;
  return is_missing ? makerOf(text + sizeof kBefore - 1) : NULL;
}

void loreSqlite(LoreCall *call, int code){
  if( call->code ) return;
  const char *text = sqlite3_errmsg(call->connection->db), *name = loreBindingName(call->binding);
  if( strncmp(text, name, strlen(name))==0 && strncmp(text + strlen(name), ": ", 2)==0 ) text += strlen(name) + 2; /* a watch's */
  int extended = sqlite3_extended_errcode(call->connection->db); /* a host may have them off for its own calls */
  if( (extended & 0xff)==(code & 0xff) ) code = extended;
  if( (code & 0xff)==SQLITE_NOMEM ){
    loreNoMemory(call);
  }else if( unmigrated(code, text) ){
    loreRefuse(call, LORE_NOT_READY, "run SELECT lore_migrate('%s') first (%s)", unmigrated(code, text), text);
  }else if( (code & 0xff)==SQLITE_BUSY ){
    loreRefuse(call, (LoreErrorClass)code, "%s; use BEGIN IMMEDIATE", text);
  }else{
    loreRefuse(call, (LoreErrorClass)code, "%s", text);
  }
}

int loreInterrupted(LoreCall *call){
  LoreStatement *tick = loreStatementTake(call, SQL_ENGINE_TICK);
  if( tick ){
    loreStatementStep(tick);
    loreStatementRelease(tick);
  }
  return loreFailed(call);
}
