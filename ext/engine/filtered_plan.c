/*
** Which of a query's conditions and whose order a filtered table takes over, and the SQL that follows.
**
** All comparisons of a column with a value go into the statement, where SQLite chooses the index. Which one that will be is worked
** out here too, for an honest cost, and to know whether the order comes by itself.
*/
#include <string.h>

#include "engine/filtered.h"

/* ---- xBestIndex ---- */

static char letterOf(int operator){
  switch( operator ){
    case SQLITE_INDEX_CONSTRAINT_EQ: return '=';
    case SQLITE_INDEX_CONSTRAINT_IS: return '!';
    case SQLITE_INDEX_CONSTRAINT_GT: return '>';
    case SQLITE_INDEX_CONSTRAINT_GE: return ']';
    case SQLITE_INDEX_CONSTRAINT_LT: return '<';
    case SQLITE_INDEX_CONSTRAINT_LE: return '[';
    default: return 0;
  }
}

typedef struct Taken {
  char text[FILTERED_PLAN];
  int length;
  int values;
  unsigned equal, ranged; /* columns, as bits */
} Taken;

static void add(Taken *taken, char c){
  if( taken->length < FILTERED_PLAN - 1 ) taken->text[taken->length++] = c;
}

/* The id always: a DELETE asks for it without saying so. */
static void takeColumns(const FilteredTable *table, const sqlite3_index_info *plan, Taken *taken){
  for(int i = 0; i < table->width; i++) if( i==0 || plan->colUsed >> i & 1 ) add(taken, (char)('A' + i));
}

/* Conditions beyond what the text holds are left to SQLite. */
static void takeConditions(sqlite3_index_info *plan, Taken *taken){
  for(int i = 0; i < plan->nConstraint && taken->length < FILTERED_PLAN - 40; i++){
    int column = plan->aConstraint[i].iColumn;
    char letter = letterOf(plan->aConstraint[i].op);
    if( letter==0 || column < 0 || !plan->aConstraint[i].usable ) continue;
    const char *collation = sqlite3_vtab_collation(plan, i);
    if( collation==NULL || sqlite3_stricmp(collation, "BINARY")!=0 ) continue;
    add(taken, letter);
    add(taken, (char)('A' + column));
    if( letter=='=' || letter=='!' ) taken->equal |= 1u << column;
    else taken->ranged |= 1u << column;
    plan->aConstraintUsage[i].argvIndex = ++taken->values;
    plan->aConstraintUsage[i].omit = 1;
  }
}

/* What an index of the base gives for what is taken. */
typedef struct Use {
  double visited; /* rows, of a tenant that has 10,000 */
  int ordered;    /* the order that is asked for comes by itself */
} Use;

static int isOrdered(const sqlite3_index_info *plan, const int *columns, int count, int equal){
  for(int i = 0; i < plan->nOrderBy; i++){
    int at = equal + i;
    if( at >= count || plan->aOrderBy[i].iColumn!=columns[at] || plan->aOrderBy[i].desc!=plan->aOrderBy[0].desc ) return 0;
  }
  return plan->nOrderBy > 0;
}

/* The columns of the index that begins at text; *text moves to the next one. */
static int readIndex(const FilteredTable *table, const char **text, int *columns){
  int count = 0;
  const char *p = *text;
  while( *p && *p!='|' && count < FILTERED_COLUMNS ){
    size_t length = strcspn(p, " |");
    columns[count++] = loreFilteredColumn(table, p, length);
    p += length + strspn(p + length, " ");
  }
  *text = p + (*p=='|');
  return count;
}

static Use useOf(const Taken *taken, const sqlite3_index_info *plan, const int *columns, int count){
  int equal = 0;
  Use use = { 10000, 0 };
  while( equal < count && taken->equal >> columns[equal] & 1 ){
    equal++;
    use.visited /= 10;
  }
  if( equal < count && taken->ranged >> columns[equal] & 1 ) use.visited /= 4;
  use.ordered = isOrdered(plan, columns, count, equal);
  return use;
}

static Use bestUse(const FilteredTable *table, const Taken *taken, const sqlite3_index_info *plan){
  int columns[FILTERED_COLUMNS] = { 0 };
  Use best = useOf(taken, plan, columns, 1); /* that of the key */
  if( taken->equal & 1 ) best.visited = 1;
  for(const char *p = table->row->indexes; *p; ){
    int count = readIndex(table, &p, columns);
    Use use = useOf(taken, plan, columns, count);
    if( use.visited < best.visited || (use.visited==best.visited && use.ordered) ) best = use;
  }
  return best;
}

int loreFilteredPlan(sqlite3_vtab *base, sqlite3_index_info *plan){
  const FilteredTable *table = (const FilteredTable*)base;
  Taken taken = { .text = "" };
  takeColumns(table, plan, &taken);
  add(&taken, '|');
  takeConditions(plan, &taken);
  add(&taken, '|');
  Use use = bestUse(table, &taken, plan);
  for(int i = 0; use.ordered && i < plan->nOrderBy; i++){
    add(&taken, (char)('A' + plan->aOrderBy[i].iColumn));
    if( plan->aOrderBy[i].desc ) add(&taken, '-');
  }
  plan->orderByConsumed = use.ordered;
  if( taken.equal & 1 ) plan->idxFlags = SQLITE_INDEX_SCAN_UNIQUE;
  plan->idxStr = sqlite3_mprintf("%s", taken.text);
  plan->needToFreeIdxStr = 1;
  plan->estimatedRows = use.visited < 1 ? 1 : (sqlite3_int64)use.visited;
  plan->estimatedCost = 10 + 3*use.visited;
  return plan->idxStr ? SQLITE_OK : SQLITE_NOMEM;
}

/* ---- SQL ---- */

static const char *piece(LoreSql id){
  return kLoreSql[id].text;
}

static LoreSql conditionOf(char operator){
  switch( operator ){
    case '=': return SQL_FILTERED_EQUAL;
    case '!': return SQL_FILTERED_IS;
    case '>': return SQL_FILTERED_MORE;
    case ']': return SQL_FILTERED_FROM;
    case '<': return SQL_FILTERED_LESS;
    default: return SQL_FILTERED_TO;
  }
}

static const char *nameOf(const FilteredTable *table, char letter){
  return table->names[letter - 'A'];
}

/* The names of the letters, with a comma before each but, when it leads, the first. */
static char *namesOf(const FilteredTable *table, const char *letters, size_t count, int leads){
  sqlite3_str *text = sqlite3_str_new(NULL);
  for(size_t i = 0; i < count; i++){
    if( i > 0 || !leads ) sqlite3_str_appendall(text, ", ");
    sqlite3_str_appendf(text, piece(SQL_FILTERED_NAME), nameOf(table, letters[i]));
  }
  return sqlite3_str_finish(text);
}

/* Conditions, then the order; values from ?2 on. */
static char *restOf(const FilteredTable *table, const char *p){
  sqlite3_str *text = sqlite3_str_new(NULL);
  int value = 2;
  for(; *p!='|'; p += 2) sqlite3_str_appendf(text, piece(conditionOf(*p)), nameOf(table, p[1]), value++);
  LoreSql order = SQL_FILTERED_FIRST;
  for(p++; *p; p++){
    sqlite3_str_appendf(text, piece(order), nameOf(table, *p));
    order = SQL_FILTERED_THEN;
    if( p[1]=='-' ) sqlite3_str_appendall(text, piece(SQL_FILTERED_DOWN)), p++;
  }
  if( sqlite3_str_length(text)==0 ) sqlite3_str_appendall(text, " "); /* an empty one would be NULL, as for lack of memory */
  return sqlite3_str_finish(text);
}

/* Both pieces filled in, and freed. */
static char *fill(const FilteredTable *table, LoreSql template, char *first, char *second){
  char *sql = NULL;
  const LoreFiltered *row = table->row;
  if( first && second && template==SQL_FILTERED_ROWS ){
    sql = sqlite3_mprintf(piece(template), first, row->base, row->tenant, second);
  }else if( first && second ){
    sql = sqlite3_mprintf(piece(template), row->base, row->tenant, first, second);
  }
  sqlite3_free(first);
  sqlite3_free(second);
  return sql;
}

char *loreFilteredRows(const FilteredTable *table, const char *plan){
  size_t columns = strcspn(plan, "|");
  return fill(table, SQL_FILTERED_ROWS, namesOf(table, plan, columns, 1), restOf(table, plan + columns + 1));
}

char *loreFilteredInsert(const FilteredTable *table, const char *letters){
  sqlite3_str *values = sqlite3_str_new(NULL);
  for(int i = 0; letters[i]; i++){
    sqlite3_str_appendall(values, ", ");
    sqlite3_str_appendf(values, piece(SQL_FILTERED_VALUE), i + 2);
  }
  return fill(table, SQL_FILTERED_INSERT, namesOf(table, letters, strlen(letters), 0), sqlite3_str_finish(values));
}

char *loreFilteredUpdate(const FilteredTable *table, const char *letters){
  sqlite3_str *text = sqlite3_str_new(NULL);
  for(int i = 0; letters[i]; i++){
    if( i > 0 ) sqlite3_str_appendall(text, ", ");
    sqlite3_str_appendf(text, piece(SQL_FILTERED_SET), nameOf(table, letters[i]), i + 3);
  }
  char *set = sqlite3_str_finish(text);
  char *sql = set ? sqlite3_mprintf(piece(SQL_FILTERED_UPDATE), table->row->base, set, table->row->tenant) : NULL;
  sqlite3_free(set);
  return sql;
}

char *loreFilteredDelete(const FilteredTable *table, const char *letters){
  sqlite3_str *text = sqlite3_str_new(NULL);
  for(int i = 0; letters[i]; i++) sqlite3_str_appendf(text, piece(SQL_FILTERED_EQUAL), nameOf(table, letters[i]), i + 2);
  char *conditions = sqlite3_str_finish(text);
  char *sql = conditions ? sqlite3_mprintf(piece(SQL_FILTERED_DELETE), table->row->base, table->row->tenant, conditions) : NULL;
  sqlite3_free(conditions);
  return sql;
}
