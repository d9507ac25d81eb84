/*
** Aggregates, each a window function too. A group's context starts zeroed; the row's `release` frees
** what it owns when the group is over, also after an error.
*/
#include <string.h>

#include "engine/internal.h"

/* What SQLite keeps a group: a flag that the context is in use, then the row's own bytes. */
typedef struct Group {
  int used;
  int failed; /* a step ended in an error: there is no value to ask for */
  _Alignas(8) unsigned char context[]; /* SQLite aligns to 8 */
} Group;

static Group *groupOf(sqlite3_context *context, const LoreAggregate *row, int make){
  return sqlite3_aggregate_context(context, make ? (int)(sizeof(Group) + row->size) : 0);
}

static void callRow(sqlite3_context *context, int count, sqlite3_value **values, void (*part)(LoreCall*, void*)){
  LoreBinding *binding = sqlite3_user_data(context);
  Group *group = groupOf(context, binding->row.aggregate, 1);
  LoreCall call;
  loreCallBegin(&call, binding, NULL);
  if( group==NULL ) loreNoMemory(&call);
  loreCallArguments(&call, count, values);
  if( group && !call.code ){
    group->used = 1;
    part(&call, group->context);
  }
  if( call.code ){
    if( group ) group->failed = 1;
    loreCallAnswer(&call, context);
  }
  loreCallEnd(&call);
}

static void callStep(sqlite3_context *context, int count, sqlite3_value **values){
  LoreBinding *binding = sqlite3_user_data(context);
  callRow(context, count, values, binding->row.aggregate->step);
}

static void callInverse(sqlite3_context *context, int count, sqlite3_value **values){
  LoreBinding *binding = sqlite3_user_data(context);
  callRow(context, count, values, binding->row.aggregate->inverse);
}

/* A group without a row has no context: value sees a zeroed one. */
static void callValue(sqlite3_context *context){
  LoreBinding *binding = sqlite3_user_data(context);
  const LoreAggregate *row = binding->row.aggregate;
  Group *group = groupOf(context, row, 0);
  LoreCall call;
  loreCallBegin(&call, binding, NULL);
  void *state = group ? (void*)group->context : loreAllocate(&call, row->size);
  if( state && group==NULL ) memset(state, 0, row->size);
  int failed = group && group->failed;
  if( !call.code && !failed ) row->value(&call, state);
  if( !failed ) loreCallAnswer(&call, context);
  loreCallEnd(&call);
}

static void callFinal(sqlite3_context *context){
  LoreBinding *binding = sqlite3_user_data(context);
  const LoreAggregate *row = binding->row.aggregate;
  callValue(context);
  Group *group = groupOf(context, row, 0);
  if( group && group->used && row->release ) row->release(group->context);
}

void loreKeepsAll(LoreCall *call, void *context){
  (void)context;
  loreRefuse(call, LORE_BAD_ARGUMENT, "takes only frames that start at UNBOUNDED PRECEDING");
}

int loreRegisterAggregate(LoreBinding *binding){
  const LoreAggregate *row = binding->row.aggregate;
  int flags = SQLITE_UTF8 | SQLITE_RESULT_SUBTYPE | loreKindFlags(row->kind);
  int window = row->inverse!=NULL; /* without it, no window function */
  binding->connection->references++;
  return sqlite3_create_window_function(binding->connection->db, row->name, -1, flags, binding, callStep, callFinal,
                                        window ? callValue : NULL, window ? callInverse : NULL, loreBindingRelease);
}
