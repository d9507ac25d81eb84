/*
** Registers all rows on a connection: once each, with the flags of their kind. Loading does nothing
** else. When a registration fails, what was registered is taken back: SQLite would unload the library
** and keep the functions.
*/
#include "engine/register.h"

#include <string.h>

#include "engine/directory.h"
#include "engine/internal.h"
#include "engine/text.h"

/* ---- Bindings ---- */

const LoreSubsystem *loreBindingSubsystem(const LoreBinding *binding){
  return binding->connection->subsystems[binding->subsystem];
}

const char *loreBindingName(const LoreBinding *binding){
  switch( binding->kind ){
    case LORE_ROW_VERB: return binding->row.verb->name;
    case LORE_ROW_READER: return binding->row.reader->name;
    case LORE_ROW_FUNCTION: return binding->row.function->name;
    case LORE_ROW_FILTERED: return binding->row.filtered->name;
    default: return binding->row.aggregate->name;
  }
}

const char *loreBindingArguments(const LoreBinding *binding){
  switch( binding->kind ){
    case LORE_ROW_VERB: return binding->row.verb->arguments;
    case LORE_ROW_READER: return binding->row.reader->arguments;
    case LORE_ROW_FUNCTION: return binding->row.function->arguments;
    case LORE_ROW_FILTERED: return "";
    default: return binding->row.aggregate->arguments;
  }
}

const LoreSignature *loreBindingSignature(LoreBinding *binding, int *broken){
  if( binding->signature==NULL ){
    binding->signature = loreSignatureParse(loreBindingArguments(binding), binding->kind==LORE_ROW_VERB, broken);
  }
  return binding->signature;
}

int loreBindingIsDirect(const LoreBinding *binding){
  const char *direct = loreBindingSubsystem(binding)->direct_readers;
  return direct && (strcmp(direct, "*")==0 || loreWordIn(loreBindingName(binding), direct));
}

void loreBindingRelease(void *binding){
  loreConnectionRelease(((LoreBinding*)binding)->connection);
}

static int isPure(const LoreBinding *binding){
  if( binding->kind==LORE_ROW_FUNCTION ) return binding->row.function->kind==LORE_PURE;
  return binding->kind==LORE_ROW_AGGREGATE && binding->row.aggregate->kind==LORE_PURE;
}

const char *loreBindingTenantRule(const LoreBinding *binding){
  const char *rule = loreBindingSubsystem(binding)->tenant_rule, *unlocked = loreBindingSubsystem(binding)->unlocked;
  if( rule && isPure(binding) ) return "pure";
  return rule && unlocked && loreWordIn(loreBindingName(binding), unlocked) ? "denied" : rule;
}

static int isAggregate(const LoreSubsystem *subsystem, const char *name){
  for(int i = 0; i < subsystem->aggregates.count; i++){
    if( strcmp(subsystem->aggregates.rows[i].name, name)==0 ) return 1;
  }
  return 0;
}

static int countWords(const char *text){
  int count = 0;
  for(const char *p = text; *(p += strspn(p, " ")); p += strcspn(p, " ")) count++;
  return count;
}

int loreBindingArity(const LoreBinding *binding){
  if( binding->kind!=LORE_ROW_FUNCTION || !isAggregate(loreBindingSubsystem(binding), loreBindingName(binding)) ) return -1;
  return countWords(loreBindingArguments(binding));
}

static int countRows(const LoreSubsystem *const *subsystems){
  int count = 0;
  for(int i = 0; subsystems[i]; i++){
    const LoreSubsystem *s = subsystems[i];
    count += s->verbs.count + s->readers.count + s->functions.count + s->aggregates.count + s->filtered.count;
  }
  return count;
}

static LoreBinding *addBinding(LoreConnection *connection, int number, LoreRowKind kind){
  LoreBinding *binding = &connection->bindings[connection->binding_count++];
  memset(binding, 0, sizeof *binding);
  binding->connection = connection;
  binding->subsystem = (short)number;
  binding->kind = (short)kind;
  return binding;
}

static int makeBindings(LoreConnection *connection, const char *taken){
  connection->bindings = sqlite3_malloc64((sqlite3_uint64)countRows(connection->subsystems)*sizeof(LoreBinding) + 1);
  if( connection->bindings==NULL ) return SQLITE_NOMEM;
  for(int i = 0; connection->subsystems[i]; i++){
    const LoreSubsystem *s = connection->subsystems[i];
    for(int k = 0; k < s->verbs.count; k++) addBinding(connection, i, LORE_ROW_VERB)->row.verb = &s->verbs.rows[k];
    for(int k = 0; k < s->readers.count; k++) addBinding(connection, i, LORE_ROW_READER)->row.reader = &s->readers.rows[k];
    for(int k = 0; k < s->functions.count; k++){
      addBinding(connection, i, LORE_ROW_FUNCTION)->row.function = &s->functions.rows[k];
    }
    for(int k = 0; k < s->aggregates.count; k++){
      if( taken && loreWordIn(s->aggregates.rows[k].name, taken) ) continue;
      addBinding(connection, i, LORE_ROW_AGGREGATE)->row.aggregate = &s->aggregates.rows[k];
    }
    for(int k = 0; k < s->filtered.count; k++){
      addBinding(connection, i, LORE_ROW_FILTERED)->row.filtered = &s->filtered.rows[k];
    }
  }
  return SQLITE_OK;
}

static int registerBinding(LoreBinding *binding){
  switch( binding->kind ){
    case LORE_ROW_VERB: return loreRegisterVerb(binding);
    case LORE_ROW_READER: return loreRegisterReader(binding);
    case LORE_ROW_FUNCTION: return loreRegisterFunction(binding);
    case LORE_ROW_FILTERED: return loreRegisterFiltered(binding);
    default: return loreRegisterAggregate(binding);
  }
}

/* ---- The host ---- */

/* Nothing but pragmas of lists is asked on load: newer hosts read the schema for every SELECT, and would wait for its lock. */
static int listOf(sqlite3 *db, LoreSql id, sqlite3_stmt **statement){
  return sqlite3_prepare_v2(db, kLoreSql[id].text, -1, statement, NULL);
}

/* The next name of a list, in lower case; NULL when there is none, or *code is an error. Longer ones are none of ours. */
static const char *nextName(sqlite3_stmt *list, int *code, char word[64]){
  if( *code || (*code = sqlite3_step(list))!=SQLITE_ROW ) return NULL;
  const char *name = (const char*)sqlite3_column_text(list, 0);
  word[0] = 0;
  if( name && strlen(name) < 64 ) loreAsciiLower(word, name, strlen(name));
  *code = name ? SQLITE_OK : SQLITE_NOMEM;
  return word;
}

static int endList(sqlite3_stmt *list, int code){
  sqlite3_finalize(list);
  return code==SQLITE_DONE ? SQLITE_OK : code;
}

/* Whether this connection has the extension already, and of this version. */
static int findLoaded(sqlite3 *db, int *is_loaded, int *is_same){
  sqlite3_stmt *list = NULL;
  char word[64];
  int code = listOf(db, SQL_ENGINE_LOADED, &list);
  *is_loaded = *is_same = 0;
  while( nextName(list, &code, word) ){
    if( strcmp(word, "lore_connection")==0 ) *is_loaded = 1;
    if( strcmp(word, LORE_MARK)==0 ) *is_same = 1;
  }
  return endList(list, code);
}

typedef struct Functions {
  int count;
  int has_json;
  char *taken; /* the common names that the host has, "median|quantile" (sqlite3_free), NULL for none */
} Functions;

static int isCommon(const LoreSubsystem *const *subsystems, const char *name){
  for(int i = 0; subsystems[i]; i++){
    if( subsystems[i]->common && loreWordIn(name, subsystems[i]->common) ) return 1;
  }
  return 0;
}

static int findFunctions(sqlite3 *db, const LoreSubsystem *const *subsystems, Functions *found){
  sqlite3_stmt *list = NULL;
  char word[64];
  int code = listOf(db, SQL_ENGINE_FUNCTIONS, &list);
  *found = (Functions){ 0 };
  while( nextName(list, &code, word) ){
    found->count++;
    if( strcmp(word, "json_valid")==0 ) found->has_json = 1;
    if( !isCommon(subsystems, word) || (found->taken && loreWordIn(word, found->taken)) ) continue;
    found->taken = found->taken ? sqlite3_mprintf("%z|%s", found->taken, word) : sqlite3_mprintf("%s", word);
    if( found->taken==NULL ) code = SQLITE_NOMEM;
  }
  return endList(list, code);
}

/* What is asked is what the host has, not how it says that it was built: it may not say. */
static int refuseHost(const Functions *found, char **error){
  const char *lacks = found->count==0 ? "PRAGMA function_list" : !found->has_json ? "its JSON functions" : NULL;
  if( lacks ) *error = sqlite3_mprintf("lore %s needs SQLite with %s", LORE_VERSION, lacks);
  return lacks!=NULL;
}

static int refuseOld(char **error){
  if( sqlite3_libversion_number() >= LORE_OLDEST_HOST ) return 0;
  *error = sqlite3_mprintf("lore %s needs SQLite 3.37.0 or newer, this is %s", LORE_VERSION, sqlite3_libversion());
  return 1;
}

/* The connection has another version. */
static int refuseOther(sqlite3 *db, char **error){
  sqlite3_stmt *statement = NULL;
  int code = listOf(db, SQL_ENGINE_VERSION, &statement);
  int has = code==SQLITE_OK && sqlite3_step(statement)==SQLITE_ROW;
  const char *version = has ? (const char*)sqlite3_column_text(statement, 0) : NULL;
  *error = sqlite3_mprintf("lore %s is loaded already, this is %s", version ? version : "(unknown)", LORE_VERSION);
  sqlite3_finalize(statement);
  return SQLITE_ERROR;
}

/* ---- All of it ---- */

static void unregister(LoreConnection *connection){
  sqlite3 *db = connection->db;
  for(int i = 0; i < connection->binding_count; i++){
    const char *name = loreBindingName(&connection->bindings[i]);
    if( connection->bindings[i].kind!=LORE_ROW_READER && connection->bindings[i].kind!=LORE_ROW_FILTERED ){
      int arity = loreBindingArity(&connection->bindings[i]);
      sqlite3_create_function_v2(db, name, arity, SQLITE_UTF8, NULL, NULL, NULL, NULL, NULL);
    }
    sqlite3_create_module_v2(db, name, NULL, NULL, NULL);
  }
  sqlite3_create_function_v2(db, "lore_body", 1, SQLITE_UTF8, NULL, NULL, NULL, NULL, NULL);
  sqlite3_create_module_v2(db, "lore_frame", NULL, NULL, NULL);
  sqlite3_create_module_v2(db, LORE_MARK, NULL, NULL, NULL);
  sqlite3_create_module_v2(db, "lore_connection", NULL, NULL, NULL);
}

static int registerAll(LoreConnection *connection, const char *taken){
  int code = makeBindings(connection, taken);
  if( code==SQLITE_OK ) code = loreConnectionRegister(connection);
  if( code==SQLITE_OK ) code = loreRegisterFrame(connection);
  for(int i = 0; code==SQLITE_OK && i < connection->binding_count; i++) code = registerBinding(&connection->bindings[i]);
  return code;
}

static int couldNot(int code, char **error){
  *error = sqlite3_mprintf("lore %s could not be loaded: %s", LORE_VERSION, sqlite3_errstr(code));
  return code;
}

static int registerOn(sqlite3 *db, char **error, const LoreSubsystem *const *subsystems, const char *taken){
  LoreConnection *connection = loreConnectionNew(db, subsystems);
  if( connection==NULL ) return SQLITE_NOMEM;
  int code = registerAll(connection, taken);
  if( code ){
    unregister(connection);
    couldNot(code, error);
  }
  loreConnectionRelease(connection);
  return code;
}

int loreRegister(sqlite3 *db, char **error, const LoreSubsystem *const *subsystems){
  int is_loaded, is_same;
  Functions found;
  if( refuseOld(error) ) return SQLITE_ERROR;
  int code = findLoaded(db, &is_loaded, &is_same);
  if( code ) return couldNot(code, error);
  if( is_loaded ) return is_same ? SQLITE_OK : refuseOther(db, error);
  code = findFunctions(db, subsystems, &found);
  if( code==SQLITE_OK && refuseHost(&found, error) ) code = SQLITE_ERROR;
  if( code==SQLITE_OK ) code = registerOn(db, error, subsystems, found.taken);
  sqlite3_free(found.taken);
  return code;
}

/* ---- The directory, for lore_help ---- */

int loreEntryCount(LoreCall *call){
  return call->connection->binding_count;
}

static const char *kindFlags(LoreKind kind){
  return kind==LORE_PURE ? "pure" : kind==LORE_READS ? "reads" : "direct";
}

LoreEntry loreEntry(LoreCall *call, int index){
  const LoreBinding *binding = &call->connection->bindings[index];
  LoreEntry entry = { .name = loreBindingName(binding), .arguments = loreBindingArguments(binding),
                      .subsystem = loreBindingSubsystem(binding)->name, .tenant_rule = loreBindingTenantRule(binding) };
  switch( binding->kind ){
    case LORE_ROW_VERB: {
      const LoreVerb *row = binding->row.verb;
      entry.kind = "verb", entry.flags = "direct", entry.is_table = !row->writes.only_answers;
      entry.writes = row->writes.tables, entry.summary = row->summary, entry.example = row->example;
      break;
    }
    case LORE_ROW_READER: {
      const LoreReader *row = binding->row.reader;
      entry.kind = "reader", entry.flags = loreBindingIsDirect(binding) ? "direct" : "reads", entry.is_table = 1;
      entry.summary = row->summary, entry.example = row->example;
      break;
    }
    case LORE_ROW_FILTERED: {
      const LoreFiltered *row = binding->row.filtered;
      entry.kind = "table", entry.flags = "direct", entry.is_table = 1;
      entry.writes = row->base, entry.summary = row->summary, entry.example = "";
      break;
    }
    case LORE_ROW_FUNCTION: {
      const LoreFunction *row = binding->row.function;
      entry.kind = "function", entry.flags = kindFlags(row->kind);
      entry.summary = row->summary, entry.example = row->example;
      break;
    }
    default: {
      const LoreAggregate *row = binding->row.aggregate;
      entry.kind = "aggregate", entry.flags = kindFlags(row->kind);
      entry.summary = row->summary, entry.example = row->example;
      break;
    }
  }
  return entry;
}

const LoreSubsystem *loreSubsystem(LoreCall *call, int index){
  return call->connection->subsystems[index];
}
