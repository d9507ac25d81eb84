/*
** quantile_sketch, quantile_merge and quantile_at over the sketch of sketch.h.
*/
#include "patterns/statistics.h"

#include "engine/sketch.h"

/* Puts why a sketch was not made into the call. */
static void report(LoreCall *call, const char *why){
  if( why==kSketchNoMemory ) loreNoMemory(call);
  else if( why ) loreRefuse(call, LORE_BAD_ARGUMENT, "%s %s", loreIsNumber(call, 0) ? "the group" : "s", why);
}

static const char *merge(LoreCall *call, Sketch *sketch){
  size_t length;
  const void *bytes = loreBlob(call, 0, &length);
  sketch->reallocate = loreReallocate;
  return sketchMerge(sketch, bytes, length);
}

void sketchGroupAdd(LoreCall *call, void *context){
  Sketch *sketch = context;
  sketch->reallocate = loreReallocate;
  if( loreGiven(call, 0) ) report(call, sketchAdd(sketch, loreReal(call, 0)));
}

void sketchGroupMerge(LoreCall *call, void *context){
  if( loreGiven(call, 0) ) report(call, merge(call, context));
}

void sketchGroupValue(LoreCall *call, void *context){
  const Sketch *sketch = context;
  LoreBuffer out = { .reallocate = loreReallocate };
  if( sketch->count==0 ) return;
  sketchWrite(sketch, &out);
  if( out.failed ) loreNoMemory(call);
  else loreResultBlob(call, out.data, out.length);
  sqlite3_free(out.data);
}

void sketchGroupRelease(void *context){
  sketchFree(context, sqlite3_free);
}

/* Result: REAL, the quantile q of the numbers in the sketch s; NULL for no sketch. */
void statisticSketchAt(LoreCall *call){
  Sketch sketch = { .reallocate = loreReallocate };
  if( !loreGiven(call, 0) ) return;
  report(call, merge(call, &sketch));
  if( !loreFailed(call) ) loreResultReal(call, sketchQuantile(&sketch, loreReal(call, 1)));
  sketchFree(&sketch, sqlite3_free);
}
