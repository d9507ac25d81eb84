/*
** Settings: rows of lore_settings that differ from the standard, which stands in the subsystem's row.
** Read under the cache rule.
*/
#include <stdlib.h>
#include <string.h>

#include "engine/internal.h"

typedef struct Setting {
  struct Setting *next;
  char *value; /* behind the name, in the same block */
  char name[];
} Setting;

typedef struct Settings {
  Setting *first;
} Settings;

static const char kKey;

static void releaseSettings(void *value){
  Settings *settings = value;
  while( settings->first ){
    Setting *setting = settings->first;
    settings->first = setting->next;
    sqlite3_free(setting);
  }
  sqlite3_free(settings);
}

static void addSetting(LoreCall *call, Settings *settings, const char *name, const char *value){
  if( name==NULL || value==NULL ) return;
  size_t size = strlen(name) + 1;
  Setting *setting = sqlite3_malloc64(sizeof *setting + size + strlen(value) + 1);
  if( setting==NULL ){
    loreNoMemory(call);
    return;
  }
  memcpy(setting->name, name, size);
  setting->value = setting->name + size;
  strcpy(setting->value, value);
  setting->next = settings->first;
  settings->first = setting;
}

static void *buildSettings(LoreCall *call){
  Settings *settings = sqlite3_malloc64(sizeof *settings);
  if( settings==NULL ){
    loreNoMemory(call);
    return NULL;
  }
  settings->first = NULL;
  if( loreFindInt(call, SQL_ENGINE_HAS_SETTINGS) ){
    LoreStatement *rows = loreQuery(call, SQL_ENGINE_SETTINGS);
    while( loreNext(rows) ) addSetting(call, settings, loreColumnText(rows, 0), loreColumnText(rows, 1));
  }
  return settings;
}

static const char *standardOf(LoreCall *call, const char *name){
  for(int i = 0; call->connection->subsystems[i]; i++){
    const LoreSubsystem *subsystem = call->connection->subsystems[i];
    for(int k = 0; k < subsystem->settings.count; k++){
      if( strcmp(subsystem->settings.rows[k].name, name)==0 ) return subsystem->settings.rows[k].standard;
    }
  }
  return NULL;
}

/* Until the cache is asked again; NULL after an error. */
static const char *valueOf(LoreCall *call, const char *name){
  Settings *settings = loreCached(call, &kKey, buildSettings, releaseSettings);
  if( settings==NULL ) return NULL;
  Setting *setting = settings->first;
  while( setting && strcmp(setting->name, name)!=0 ) setting = setting->next;
  return setting ? setting->value : standardOf(call, name);
}

const char *loreSettingText(LoreCall *call, const char *name){
  const char *value = valueOf(call, name);
  return value ? loreFormat(call, "%s", value) : NULL;
}

int loreSettingIs(LoreCall *call, const char *name, const char *word){
  const char *value = valueOf(call, name);
  return value && strcmp(value, word)==0;
}

sqlite3_int64 loreSettingInt(LoreCall *call, const char *name){
  const char *text = loreSettingText(call, name);
  return text ? strtoll(text, NULL, 10) : 0;
}

void loreSettingsChanged(LoreCall *call){
  loreCacheDrop(call, &kKey);
}
