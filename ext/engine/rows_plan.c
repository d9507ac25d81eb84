/*
** The table of a reader as SQLite sees it, and which of a query's conditions become arguments: equality on a hidden column
** in_<name>; on an output column that bears an argument's name; and comparisons of an output column c, for the arguments c_from
** and c_to.
**
** plan->idxStr has a letter for each value that xFilter gets: 'A' + argument for a hidden column, 'a' + argument for an output
** column; "f+g" is one value for two arguments. plan->idxNum is the number of values.
*/
#include <math.h>
#include <string.h>

#include "engine/rows.h"

/* ---- The declared table ---- */

/* The argument called as the column, with an ending, or -1. */
static signed char argumentNamed(const LoreSignature *signature, const char *column, size_t length, const char *ending){
  for(int i = 0; i < signature->count; i++){
    const char *name = signature->arguments[i].name;
    if( i!=signature->at && strncmp(name, column, length)==0 && strcmp(name + length, ending)==0 ) return (signed char)i;
  }
  return -1;
}

/* Looks through "id INTEGER, subject TEXT". A column named `at` says when something was, which is not the moment that the
** reader answers for. */
static void findColumns(ReaderTable *table, const LoreSignature *signature){
  for(const char *p = table->binding->row.reader->columns; *p && table->width < LORE_MAX_PARAMETERS;){
    p += strspn(p, " ");
    size_t length = strcspn(p, " ,");
    int column = table->width++;
    table->equal[column] = argumentNamed(signature, p, length, "");
    table->from[column] = argumentNamed(signature, p, length, "_from");
    table->to[column] = argumentNamed(signature, p, length, "_to");
    if( table->from[column] >= 0 || table->to[column] >= 0 ) table->has_ranges = 1;
    p += strcspn(p, ",");
    if( *p==',' ) p++;
  }
}

char *loreReaderDeclare(ReaderTable *table, const LoreSignature *signature){
  findColumns(table, signature);
  sqlite3_str *text = sqlite3_str_new(NULL);
  sqlite3_str_appendf(text, "CREATE TABLE x(%s", table->binding->row.reader->columns);
  for(int i = 0; i < signature->count; i++){
    sqlite3_str_appendf(text, ", in_%s HIDDEN", signature->arguments[i].name);
  }
  sqlite3_str_appendall(text, ")");
  return sqlite3_str_finish(text);
}

int loreReaderShows(const ReaderTable *table, int argument){
  int shows = 0;
  for(int i = 0; i < table->width && !shows; i++){
    shows = table->equal[i]==argument || table->from[i]==argument || table->to[i]==argument;
  }
  return shows;
}

/* ---- The plan ---- */

static unsigned bit(int argument){
  return argument < 0 ? 0 : 1u << argument;
}

/* The arguments that a constraint gives a value, as bits. */
static unsigned argumentsOf(const ReaderTable *table, sqlite3_index_info *plan, int constraint){
  int column = plan->aConstraint[constraint].iColumn, operator = plan->aConstraint[constraint].op;
  if( column < 0 ) return 0;
  if( column >= table->width ) return operator==SQLITE_INDEX_CONSTRAINT_EQ ? bit(column - table->width) : 0;
  unsigned arguments = 0;
  switch( operator ){
    case SQLITE_INDEX_CONSTRAINT_EQ:
      arguments = bit(table->equal[column]);
      if( arguments==0 ) arguments = bit(table->from[column]) | bit(table->to[column]);
      break;
    case SQLITE_INDEX_CONSTRAINT_GT: case SQLITE_INDEX_CONSTRAINT_GE: arguments = bit(table->from[column]); break;
    case SQLITE_INDEX_CONSTRAINT_LT: case SQLITE_INDEX_CONSTRAINT_LE: arguments = bit(table->to[column]); break;
    default: break;
  }
  const char *collation = arguments ? sqlite3_vtab_collation(plan, constraint) : NULL;
  return collation && sqlite3_stricmp(collation, "BINARY")==0 ? arguments : 0;
}

/* What the plan takes. */
typedef struct Taken {
  char letters[2*LORE_MAX_ARGUMENTS + 1];
  int length;
  int values;
  unsigned arguments; /* as bits */
  unsigned waiting;   /* that a table to the right in the join would give */
} Taken;

static void take(Taken *taken, unsigned arguments, char first){
  for(int i = 0, count = 0; i < LORE_MAX_ARGUMENTS; i++){
    if( (arguments >> i & 1)==0 ) continue;
    if( count++ > 0 ) taken->letters[taken->length++] = '+';
    taken->letters[taken->length++] = (char)(first + i);
  }
  taken->arguments |= arguments;
  taken->values++;
}

/* Of hidden columns, or of output columns. 0: an argument that another table of the join must give first. */
static int takeConstraints(const ReaderTable *table, sqlite3_index_info *plan, int hidden, Taken *taken){
  for(int i = 0; i < plan->nConstraint; i++){
    unsigned arguments = argumentsOf(table, plan, i) & ~taken->arguments;
    if( arguments==0 || (plan->aConstraint[i].iColumn >= table->width)!=hidden ) continue;
    if( !plan->aConstraint[i].usable ){
      if( hidden ) return 0;
      taken->waiting |= arguments;
      continue;
    }
    take(taken, arguments, hidden ? 'A' : 'a');
    plan->aConstraintUsage[i].argvIndex = taken->values;
    plan->aConstraintUsage[i].omit = (unsigned char)hidden;
  }
  return 1;
}

static int countBits(unsigned bits){
  int count = 0;
  for(; bits; bits &= bits - 1) count++;
  return count;
}

/* Arguments that mean equality with a column. */
static unsigned equalsOf(const ReaderTable *table){
  unsigned equals = 0;
  for(int i = 0; i < table->width; i++) equals |= bit(table->equal[i]);
  return equals;
}

/* A reader with ranges reads what it is asked for out of very much: each call may cost little, and what must not be is to read all
** of it because a join begins there. SQLite takes a table that was not analyzed for 2^20 rows, and a call a row is still less. */
static double rowsOfRanges(const ReaderTable *table, unsigned arguments){
  unsigned equals = equalsOf(table);
  return 1e8/pow(1e6, countBits(arguments & equals))/pow(4.0, countBits(arguments & ~equals));
}

/* What is computed is not narrowed by its optional arguments. */
static double rowsOf(const LoreSignature *signature, unsigned arguments, int is_computed){
  int required = 0, given = countBits(arguments);
  for(int i = 0; i < signature->count; i++) required += signature->arguments[i].required;
  return 100000.0/pow(100.0, is_computed && given > required ? required : given);
}

/* How many rows a call gives, and that a row which is computed costs more. */
static void estimate(const ReaderTable *table, const LoreSignature *signature, unsigned arguments, sqlite3_index_info *plan){
  int is_computed = table->binding->row.reader->statement==SQL_NONE && !table->has_ranges;
  double rows = table->has_ranges ? rowsOfRanges(table, arguments) : rowsOf(signature, arguments, is_computed);
  plan->estimatedRows = rows < 10 ? 10 : (sqlite3_int64)rows;
  plan->estimatedCost = 20 + (is_computed ? 30 : 3)*(double)plan->estimatedRows;
}

int loreReaderPlan(sqlite3_vtab *base, sqlite3_index_info *plan){
  const ReaderTable *table = (const ReaderTable*)base;
  const LoreSignature *signature = table->binding->signature;
  Taken taken = { .letters = "" };
  if( !takeConstraints(table, plan, 1, &taken) ) return SQLITE_CONSTRAINT;
  takeConstraints(table, plan, 0, &taken);
  for(int i = 0; i < signature->count; i++){
    if( signature->arguments[i].required && (taken.waiting & ~taken.arguments) >> i & 1 ) return SQLITE_CONSTRAINT;
  }
  plan->idxNum = taken.values;
  plan->idxStr = sqlite3_mprintf("%s", taken.letters);
  plan->needToFreeIdxStr = 1;
  if( plan->idxStr==NULL ) return SQLITE_NOMEM;
  estimate(table, signature, taken.arguments, plan);
  return SQLITE_OK;
}

/* ---- What the plan says ---- */

int loreReaderValues(const char *letters, int argc, sqlite3_value **argv, sqlite3_value **values){
  int written = 0, value = -1;
  for(const char *p = letters; *p; p++){
    if( *p=='+' ) p++;
    else value++;
    if( value >= argc ) break;
    int argument = *p >= 'a' ? *p - 'a' : *p - 'A';
    values[argument] = argv[value];
    if( argument >= written ) written = argument + 1;
  }
  return written;
}

unsigned loreReaderCompared(const char *letters){
  unsigned compared = 0;
  for(const char *p = letters; *p; p++) if( *p >= 'a' ) compared |= 1u << (*p - 'a');
  return compared;
}
