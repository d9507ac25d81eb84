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

static int refuseHost(char **error){
  if( sqlite3_libversion_number() < LORE_OLDEST_HOST ){
    *error = sqlite3_mprintf("lore %s needs SQLite 3.37.0 or newer, this is %s", LORE_VERSION, sqlite3_libversion());
    return 1;
  }
  int has_json = sqlite3_libversion_number() >= 3038000 ? !sqlite3_compileoption_used("OMIT_JSON")
                                                        : sqlite3_compileoption_used("ENABLE_JSON1");
  if( !has_json ) *error = sqlite3_mprintf("lore %s needs SQLite with its JSON functions", LORE_VERSION);
  return !has_json;
}

/* The first row of an embedded statement whose first column is `wanted` (NULL: any), copied to *answer; NULL when there
** is none. */
static int ask(sqlite3 *db, LoreSql id, const char *wanted, char **answer){
  sqlite3_stmt *statement = NULL;
  int code = sqlite3_prepare_v2(db, kLoreSql[id].text, -1, &statement, NULL);
  *answer = NULL;
  while( code==SQLITE_OK && *answer==NULL && (code = sqlite3_step(statement))==SQLITE_ROW ){
    const char *text = (const char*)sqlite3_column_text(statement, 0);
    code = SQLITE_OK;
    if( text && wanted && sqlite3_stricmp(text, wanted)!=0 ) continue;
    *answer = text ? sqlite3_mprintf("%s", text) : NULL;
    if( *answer==NULL ) code = SQLITE_NOMEM;
  }
  sqlite3_finalize(statement);
  return code==SQLITE_DONE ? SQLITE_OK : code;
}

/* Whether this connection has the extension already; *version is that of what it has (sqlite3_free). */
static int findLoaded(sqlite3 *db, int *is_loaded, char **version){
  char *loaded;
  *version = NULL;
  int code = ask(db, SQL_ENGINE_LOADED, "lore_connection", &loaded);
  *is_loaded = loaded!=NULL;
  sqlite3_free(loaded);
  if( code==SQLITE_OK && *is_loaded ) code = ask(db, SQL_ENGINE_VERSION, NULL, version);
  return code;
}

/* *taken: the common names that the host has, "median|quantile" (sqlite3_free), NULL for none. */
static int findTaken(sqlite3 *db, const char *common, char **taken){
  sqlite3_stmt *statement = NULL;
  int code = sqlite3_prepare_v2(db, kLoreSql[SQL_ENGINE_FUNCTIONS].text, -1, &statement, NULL);
  while( code==SQLITE_OK && (code = sqlite3_step(statement))==SQLITE_ROW ){
    const char *name = (const char*)sqlite3_column_text(statement, 0);
    char word[64] = "";
    code = SQLITE_OK;
    if( name && strlen(name) < sizeof word ) loreAsciiLower(word, name, strlen(name));
    if( !loreWordIn(word, common) || (*taken && loreWordIn(word, *taken)) ) continue;
    *taken = *taken ? sqlite3_mprintf("%z|%s", *taken, word) : sqlite3_mprintf("%s", word);
    if( *taken==NULL ) code = SQLITE_NOMEM;
  }
  sqlite3_finalize(statement);
  return code==SQLITE_DONE ? SQLITE_OK : code;
}

static int findAllTaken(sqlite3 *db, const LoreSubsystem *const *subsystems, char **taken){
  int code = SQLITE_OK;
  for(int i = 0; subsystems[i] && code==SQLITE_OK; i++){
    if( subsystems[i]->common ) code = findTaken(db, subsystems[i]->common, taken);
  }
  return code;
}

/* SQLITE_OK when there is nothing to register. */
static int compareVersions(const char *loaded, char **error){
  if( loaded && strcmp(loaded, LORE_VERSION)==0 ) return SQLITE_OK;
  *error = sqlite3_mprintf("lore %s is loaded already, this is %s", loaded ? loaded : "(unknown)", LORE_VERSION);
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
  sqlite3_create_module_v2(db, "lore_connection", NULL, NULL, NULL);
}

static int registerAll(LoreConnection *connection){
  char *taken = NULL;
  int code = findAllTaken(connection->db, connection->subsystems, &taken);
  if( code==SQLITE_OK ) code = makeBindings(connection, taken);
  sqlite3_free(taken);
  if( code==SQLITE_OK ) code = loreConnectionRegister(connection);
  if( code==SQLITE_OK ) code = loreRegisterFrame(connection);
  for(int i = 0; code==SQLITE_OK && i < connection->binding_count; i++) code = registerBinding(&connection->bindings[i]);
  return code;
}

int loreRegister(sqlite3 *db, char **error, const LoreSubsystem *const *subsystems){
  int is_loaded;
  char *version;
  if( refuseHost(error) ) return SQLITE_ERROR;
  int code = findLoaded(db, &is_loaded, &version);
  if( code==SQLITE_OK && is_loaded ) code = compareVersions(version, error);
  sqlite3_free(version);
  if( code || is_loaded ) return code;
  LoreConnection *connection = loreConnectionNew(db, subsystems);
  if( connection==NULL ) return SQLITE_NOMEM;
  code = registerAll(connection);
  if( code ){
    unregister(connection);
    *error = sqlite3_mprintf("lore %s could not be loaded: %s", LORE_VERSION, sqlite3_errstr(code));
  }
  loreConnectionRelease(connection);
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
