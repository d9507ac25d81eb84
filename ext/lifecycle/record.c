#include "lifecycle/record.h"

int recordIsOn(LoreCall *call){
  return loreSettingIs(call, "record_events", "on");
}

void recordInput(LoreCall *call, const char *verb, const char *key, LoreJson *args){
  if( recordIsOn(call) ){
    loreLetText(call, "verb", verb);
    loreLetText(call, "signal_key", key);
    loreLetText(call, "args", args ? loreJsonPrint(call, args) : "{}");
    loreWriteOne(call, SQL_EVENT_INSERT);
  }
  loreJsonFree(args);
}

void recordDetection(LoreCall *call, const SignalRecord *record, const Detection *detection, const char *detection_id){
  LoreJson *args = loreJsonObject(call);
  loreJsonAddText(call, args, "signal_type", record->type);
  loreJsonAddText(call, args, "entity_type", record->entity_type);
  loreJsonAddText(call, args, "entity_id", record->entity_id);
  loreJsonAddText(call, args, "severity", signalSeverityWord(detection->severity));
  if( detection->evidence ) loreJsonAddRaw(call, args, "evidence", detection->evidence);
  loreJsonAddText(call, args, "detection_id", detection_id);
  recordInput(call, "signal_upsert", record->key, args);
}
