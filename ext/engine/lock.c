/*
** The lock: an authorizer that leaves a connection one tenant's rows.
**
** SQLite asks it about each table, column and function of a statement, when the statement is prepared; also when it is prepared
** anew in a step. Whose statement that is, `connection->own` says, which loreOwnPrepare and loreOwnStep alone set: a name could
** be anybody's.
**
** The host's statements may use what is registered under the tenant rule "tenant", what is pure, functions of a list of names,
** and those that tenant_lock was given. Everything else is denied: base tables, sqlite_schema, other files, PRAGMA, DDL.
**
** A statement of ours may do what its own text says, and nothing else: a table must be named in it, as main.<table> where it is
** written. So what a trigger would do is denied, for that bears the trigger's name as the last argument, and no write of ours
** has a part with a name.
*/
#include <ctype.h>
#include <string.h>

#include "engine/internal.h"
#include "engine/text.h"

/* SQLite's own functions that neither read a file nor tell of the schema or the process. */
static const char kHarmless[] =
  "abs|acos|acosh|asin|asinh|atan|atan2|atanh|avg|ceil|ceiling|char|coalesce|concat|concat_ws|cos|cosh|count|cume_dist|"
  "current_date|current_time|current_timestamp|date|datetime|degrees|dense_rank|exp|first_value|floor|format|glob|group_concat|hex|"
  "ifnull|iif|instr|json|json_array|json_array_length|json_error_position|json_extract|json_group_array|json_group_object|"
  "json_insert|json_object|json_patch|json_pretty|json_quote|json_remove|json_replace|json_set|json_type|json_valid|julianday|lag|"
  "last_value|lead|length|like|likelihood|likely|ln|log|log10|log2|lower|ltrim|max|min|mod|nth_value|ntile|nullif|octet_length|"
  "percent_rank|pi|pow|power|printf|quote|radians|random|rank|replace|round|row_number|rtrim|sign|sin|sinh|sqrt|strftime|"
  "string_agg|substr|substring|sum|tan|tanh|time|timediff|total|trim|trunc|typeof|unhex|unicode|unistr|unixepoch|unlikely|upper|"
  "zeroblob|->|->>";

/* Their rows are made of their arguments. */
static const char kHarmlessTables[] = "json_each|json_tree";

static int isIn(const char *name, const char *list){
  char lower[64];
  size_t length = strlen(name);
  if( length==0 || length >= sizeof lower ) return 0;
  loreAsciiLower(lower, name, length);
  lower[length] = 0;
  return loreWordIn(lower, list);
}

/* ---- What the host's statements may ---- */

/* The rule of what is registered under this name: of a table, or of a function. */
static const char *ruleOf(const LoreConnection *connection, const char *name, int is_table){
  for(int i = 0; i < connection->binding_count; i++){
    const LoreBinding *binding = &connection->bindings[i];
    int is_function = binding->kind!=LORE_ROW_READER && binding->kind!=LORE_ROW_FILTERED;
    int has_table = binding->kind!=LORE_ROW_FUNCTION && binding->kind!=LORE_ROW_AGGREGATE;
    if( (is_table ? has_table : is_function) && sqlite3_stricmp(loreBindingName(binding), name)==0 ){
      return loreBindingTenantRule(binding);
    }
  }
  return NULL;
}

static int mayTable(const LoreConnection *connection, const char *name){
  const char *rule = ruleOf(connection, name, 1);
  return (rule && strcmp(rule, "tenant")==0) || isIn(name, kHarmlessTables);
}

static int mayFunction(const LoreConnection *connection, const char *name){
  const char *rule = ruleOf(connection, name, 0);
  if( rule ) return strcmp(rule, "denied")!=0;
  return isIn(name, kHarmless) || (connection->allowed && isIn(name, connection->allowed));
}

static int hostMay(const LoreConnection *connection, int action, const char *first, const char *second){
  switch( action ){
    case SQLITE_SELECT: case SQLITE_RECURSIVE: case SQLITE_TRANSACTION: case SQLITE_SAVEPOINT: return 1;
    case SQLITE_READ: case SQLITE_INSERT: case SQLITE_UPDATE: case SQLITE_DELETE: return mayTable(connection, first);
    case SQLITE_FUNCTION: return mayFunction(connection, second);
    default: return 0;
  }
}

/* ---- What a statement of ours may ---- */

static int isNameCharacter(char c){
  return isalnum((unsigned char)c) || c=='_';
}

/* 1: text has `before`, then the name, quoted or not, and no more of a name behind it. Without `before` the name stands alone. */
static int hasName(const char *text, const char *before, const char *name){
  size_t first = strlen(before), length = strlen(name);
  for(const char *p = text; *p; p++){
    if( strncmp(p, before, first)!=0 || (first==0 && p > text && isNameCharacter(p[-1])) ) continue;
    const char *at = p + first + (p[first]=='"');
    if( sqlite3_strnicmp(at, name, (int)length)==0 && !isNameCharacter(at[length]) ) return 1;
  }
  return 0;
}

/* What a virtual table of ours tells SQLite of its columns, which some versions ask about too. It makes no table. */
static const char kDeclaration[] = "CREATE TABLE x(";

static int ownMay(const char *sql, int action, const char *first, const char *part){
  int is_read = sqlite3_strnicmp(sql, "SELECT", 6)==0 || sqlite3_strnicmp(sql, "WITH", 4)==0;
  if( part && !is_read ) return 0;
  if( strncmp(sql, kDeclaration, sizeof kDeclaration - 1)==0 ) return 1;
  switch( action ){
    case SQLITE_SELECT: case SQLITE_RECURSIVE: case SQLITE_FUNCTION: return 1;
    case SQLITE_READ:
      if( strcmp(first, "sqlite_master")==0 ) return hasName(sql, "main.", "sqlite_schema");
      if( strcmp(first, "sqlite_temp_master")==0 ) return hasName(sql, "temp.", "sqlite_schema");
      return hasName(sql, "", first);
    case SQLITE_INSERT: return hasName(sql, "INSERT INTO main.", first);
    case SQLITE_UPDATE:
      return hasName(sql, "UPDATE main.", first) || (hasName(sql, "INSERT INTO main.", first) && strstr(sql, "DO UPDATE")!=NULL);
    case SQLITE_DELETE: return hasName(sql, "DELETE FROM main.", first);
    default: return 0;
  }
}

static int authorize(void *context, int action, const char *first, const char *second, const char *schema, const char *part){
  const LoreConnection *connection = context;
  (void)schema;
  if( first==NULL ) first = "";
  if( second==NULL ) second = "";
  int may = connection->own ? ownMay(connection->own, action, first, part) : hostMay(connection, action, first, second);
  return may ? SQLITE_OK : SQLITE_DENY;
}

/* ---- Locking ---- */

/* "a b" as "a|b", in lower case. */
static char *listOf(LoreCall *call, const char *allow){
  char *list = allow ? sqlite3_mprintf("%s", allow) : NULL;
  if( allow && list==NULL ) loreNoMemory(call);
  for(char *p = list; p && *p; p++) *p = (char)(*p==' ' || *p==',' ? '|' : tolower((unsigned char)*p));
  return list;
}

/* Nothing after an error: a lock that is refused leaves the connection as it is. */
static void set(LoreCall *call, int option, int value){
  int is = -1;
  if( call->code ) return;
  if( sqlite3_db_config(call->connection->db, option, value, &is)!=SQLITE_OK || is!=value ){
    loreRefuse(call, LORE_NOT_READY, "this SQLite does not take the option %d", option);
  }
}

/* What is read under the name of one of ours must be ours. */
static void refuseHidden(LoreCall *call){
  for(int i = 0; i < call->connection->binding_count && !call->code; i++){
    const char *rule = loreBindingTenantRule(&call->connection->bindings[i]);
    if( rule==NULL || strcmp(rule, "tenant")!=0 ) continue;
    loreLetText(call, "name", loreBindingName(&call->connection->bindings[i]));
    const char *hiding = loreFindText(call, SQL_ENGINE_HIDING);
    if( hiding ) loreRefuse(call, LORE_REFUSED, "%s hides a name of the extension", hiding);
  }
}

/* SQLite 3.38 to 3.40 take their own JSON functions for unsafe: with trusted_schema off they could not read a schema that has an
** index on json_extract, as lore_index makes. There it stays on; views, for which it matters, are denied anyway. */
static int needsTrust(LoreCall *call){
  if( loreFindInt(call, SQL_ENGINE_JSON_IS_SAFE) || loreFindInt(call, SQL_ENGINE_SCHEMA_HAS_JSON)==0 ) return 0;
  loreNotice(call, "trusted_schema stays on: an index of the file has a JSON function, which this SQLite takes for unsafe");
  return 1;
}

int loreIsLocked(LoreCall *call){
  return call->connection->is_locked;
}

void loreLock(LoreCall *call, const char *allow){
  LoreConnection *connection = call->connection;
  if( !LORE_HOST_HAS(set_authorizer) ){
    loreRefuse(call, LORE_NOT_READY, "this SQLite was built without authorizers (SQLITE_OMIT_AUTHORIZATION)");
    return;
  }
  refuseHidden(call);
  char *list = call->code ? NULL : listOf(call, allow);
  set(call, SQLITE_DBCONFIG_DEFENSIVE, 1);
  set(call, SQLITE_DBCONFIG_WRITABLE_SCHEMA, 0);
  if( !needsTrust(call) ) set(call, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0);
  set(call, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0);
  if( !call->code && sqlite3_set_authorizer(connection->db, authorize, connection) ){
    loreRefuse(call, LORE_NOT_READY, "the authorizer could not be set");
  }
  if( call->code ){
    sqlite3_free(list);
    return;
  }
  sqlite3_free(connection->allowed);
  connection->allowed = list;
  connection->is_locked = 1;
}
