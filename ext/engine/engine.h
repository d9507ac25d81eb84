/*
** What a subsystem includes: the rows it registers, and the call through which its bodies work.
**
** A subsystem is a LoreSubsystem: tables of verbs, readers, functions and aggregates. From a row the
** engine derives the SQL function, the insertable or table-valued table, the checks of the arguments,
** the help and the flags. docs/architecture.md leads through adding one.
**
** Arguments are written as one text, `name[:type][=default][!|?]` separated by blanks:
**
**   text[lo..hi]  characters, without NUL, valid UTF-8; numbers count as their text (the default type;
**                 1..4096 where required, 0..4096 else: '' clears)
**   int[lo..hi]   64-bit integer;  real[lo..hi]  finite number, arrives as a real
**   number        integer or real, as given, also infinite;  blob  bytes
**   json, object, array   JSON text of that form, kept as given, nested at most 1,000 deep
**   time          any ISO 8601 form or unix seconds; arrives as YYYY-MM-DDTHH:MM:SS.sssZ
**   moment        a time; a number too large for seconds is milliseconds (of 1978 and later), as the ts of metric_points
**   word(a|b|c)   one of the words in any case; arrives in lower case
**   any           whatever it is
**
** `!` is required; `?` must be written, but may be NULL (the rows of an aggregate). NULL is absent, and so is an empty
** text where the type is no text. Every verb also takes `at:time` as its last argument; one that lists `at` itself, as the last,
** gives it another type. None may be called by an SQL keyword that needs quotes. No arguments are written "". At most 23 of one's
** own; 64 loreLet values a call; 32 parameters a statement.
**
** Errors thread through the call: after the first one every helper here does nothing and returns 0,
** so a body reads from top to bottom without a ladder of ifs.
*/
#ifndef LORE_ENGINE_H
#define LORE_ENGINE_H

#include <stddef.h>
#include <stdint.h>

#include "engine/host.h"
#include "statements.h"

typedef struct LoreCall LoreCall;
typedef struct LoreRows LoreRows;
typedef struct LoreStatement LoreStatement;
typedef sqlite3_int64 LoreTime; /* milliseconds since 1970, UTC, years 0000 to 9999 */

typedef void LoreBody(LoreCall *call);

/* ---- Rows of registration ---- */

/* How a verb is made all-or-nothing (docs/architecture.md, "How a call runs"). */
typedef enum LoreAtomicity {
  LORE_IN_FRAME,  /* the engine's frame undoes all of it */
  LORE_BY_ITSELF  /* one statement, or the body deletes the row that it has just made; where the application has
                     triggers, or each statement would commit alone, the frame does it all the same */
} LoreAtomicity;

typedef struct LoreWrites {
  const char *tables; /* separated by blanks, for lore_help */
  LoreAtomicity atomicity;
  int only_answers;   /* its result is all that it is called for, and must not lie in lore_results */
} LoreWrites;

#define WRITES(tables) { (tables), LORE_IN_FRAME, 0 }
#define WRITES_BY_ITSELF(tables) { (tables), LORE_BY_ITSELF, 0 }
#define WRITES_AND_ANSWERS(tables) { (tables), LORE_IN_FRAME, 1 }

/* A write operation: a function and an insertable table; with WRITES_AND_ANSWERS the function alone, which lore_call does not
** take either. */
typedef struct LoreVerb {
  const char *name;
  const char *arguments;
  LoreBody *body;
  LoreWrites writes;
  const char *summary;
  const char *example; /* arguments that work after the examples before it; the generic tests run it. "": none to
                          give; NULL: there is no example */
} LoreVerb;

/* A table-valued function. With a statement its rows are the statement's, and body, if any, only
** prepares the call; with SQL_NONE body makes the rows (loreRow..., loreRowsLater or loreRowsOf). An argument named `at` is the
** moment that the reader answers for. `WHERE column = x` is given to an argument of the column's name: so
** name an argument like a column only when it means equality with it.
**
** `WHERE c >= x` (or c > x, or c = x) is given to an argument c_from, c <= x (c < x, c = x) to c_to, for a column c. They only
** narrow, both ends included: SQLite looks at each row again. So such an argument is of type `any`, and a body takes it for what
** it is when it is a number, and for nothing when it is not. Of several bounds for one argument the first is given. A reader with
** such arguments is taken to have very many rows, of which each argument that it is given spares the reading. */
typedef struct LoreReader {
  const char *name;
  const char *arguments;
  const char *columns; /* "id INTEGER, subject TEXT": declared types of the output */
  LoreSql statement;
  const char *summary;
  const char *example;
  LoreBody *body;
} LoreReader;

typedef enum LoreKind {
  LORE_PURE,  /* depends on its arguments only: deterministic, safe in an index or a view */
  LORE_READS, /* reads plain tables: safe in a view, never deterministic */
  LORE_DIRECT /* changes or shows connection state: top-level SQL only */
} LoreKind;

typedef struct LoreFunction {
  const char *name;
  const char *arguments;
  LoreBody *body;
  LoreKind kind;
  const char *summary;
  const char *example;
} LoreFunction;

/* An aggregate, with inverse a window function too. `context` is zeroed memory of `size` bytes, one a
** group; what it owns is of sqlite3_malloc (loreAllocate dies with the call). inverse gets the arguments
** of the oldest row that is still in the frame. value may be called any number of times, but not after a
** step that failed; release frees what the context owns, once, also after an error.
** A function row of the same name, in the same subsystem, is the scalar form: it is called with exactly its number
** of arguments, all of them written, which must be a number that the aggregate does not take. */
typedef struct LoreAggregate {
  const char *name;
  const char *arguments;
  LoreKind kind;
  size_t size;
  void (*step)(LoreCall *call, void *context);
  void (*inverse)(LoreCall *call, void *context);
  void (*value)(LoreCall *call, void *context);
  void (*release)(void *context);
  const char *summary;
  const char *example;
} LoreAggregate;

/* The inverse of an aggregate that can't forget a row: an error that says which frames it takes. */
void loreKeepsAll(LoreCall *call, void *context);

/* A setting of this subsystem: lore_set checks a value by the type of an argument. */
typedef struct LoreSetting {
  const char *name;
  const char *type; /* "int[1..3650]", "word(on|off)" */
  const char *standard;
  const char *meaning;
} LoreSetting;

/* One table whose JSON column lore_index can index. */
typedef struct LoreSearchable {
  const char *table;
  const char *column;
  const char *leader; /* column that leads the index, NULL for none */
} LoreSearchable;

/* For a verb that is called for millions of rows by INSERT: it takes them into memory, and writes them when the transaction
** ends, before a savepoint, and before any other verb or reader runs. So what is written before an error is undone with its
** statement, and nothing of ours reads a state without them; plain SQL sees the tables as they were last written.
**
** The body, when it is called for a row of INSERT and loreCollection gives memory, adds the row there in place of writing it; rows
** after it go to `take` first. Without memory it writes: in SELECT, or where the application has triggers. */
typedef struct LoreCollector {
  const char *verb;
  size_t size; /* of the zeroed memory, one a connection */

  /* Looks at one row; values as they come, `at` last. 1 and *id, the result, when it was taken. 0: the body shall see to it,
  ** also to tell what is wrong. */
  int (*take)(void *collection, int count, sqlite3_value **values, sqlite3_int64 *id);

  /* Writes and forgets all rows, by statements that change one row each (a statement journal would be in the way of a
  ** savepoint that is about to begin). After an error the transaction can only be rolled back. */
  void (*write)(LoreCall *call, void *collection);

  void (*drop)(void *collection);    /* forgets all: the transaction is over, or rolled back */
  void (*release)(void *collection); /* frees what it owns */
} LoreCollector;

/* A table that belongs to all tenants, of which each sees its own rows by an eponymous table (filtered.c). `id` is the key of a row
** within its tenant. Written by INSERT, UPDATE and DELETE. Names only: the SQL is made of sql/statements/engine.sql. */
typedef struct LoreFiltered {
  const char *name;    /* "tenant_insights" */
  const char *base;    /* "insights" */
  const char *tenant;  /* the base's column that says whose a row is; not shown */
  const char *columns; /* "id TEXT, account_id TEXT": of the base, `id` first */
  const char *indexes; /* of the base, each without the tenant that leads it: "status created_at|account_id" */
  const char *keys;    /* unique within a tenant, besides id: "clone_name|insight_id submitted_by"; "" for none */
  const char *summary;
} LoreFiltered;

/* A row of lore_alerts when a figure of this subsystem is beyond its bound. */
typedef struct LoreAlert {
  const char *name;    /* "signals.pending" */
  const char *bound;   /* the setting that is the bound, of type int */
  LoreSql figure;      /* its first column is the value; NULL: there is nothing to look at */
  int is_least;        /* the bound is the least that is well, not the most */
  const char *severity; /* "warning" or "error" */
  const char *message; /* what is wrong */
} LoreAlert;

#define LORE_TABLE(rows) { (rows), (int)(sizeof(rows) / sizeof((rows)[0])) }

/* What a verb has done (loreAudit). Texts are borrowed; target and payload may be NULL. */
typedef struct LoreEvent {
  const char *type;       /* the verb's name, or a word of its own */
  const char *originator; /* its argument `by` or `accessor`; else the verb's name */
  const char *target;
  const char *payload;    /* JSON */
} LoreEvent;

/* What a subsystem that keeps secrets does for texts of others: loreMustProtect, loreProtect, loreReveal. */
typedef struct LoreProtector {
  int (*finds)(LoreCall *call, const char *text);
  const char *(*protects)(LoreCall *call, const char *text, const char *context);
  const char *(*reveals)(LoreCall *call, const char *text, const char *action, const char *accessor);
} LoreProtector;

typedef struct LoreSubsystem {
  const char *name;
  const char *tenant_rule; /* "denied": but for what is pure, nothing of it may be called once a connection is locked to a tenant.
                              "tenant": its rows need a tenant (tenant_use) and keep to it. Never NULL: lore_help shows it */
  const char *tenantless;  /* "a|b": rows of the rule "tenant" that are called without one too; NULL for none */
  const char *unlocked;    /* "a|b": rows of the rule "tenant" that are denied once the connection is locked; NULL for none */
  struct { const LoreFiltered *rows; int count; } filtered;
  struct { const LoreVerb *rows; int count; } verbs;
  struct { const LoreReader *rows; int count; } readers;
  struct { const LoreFunction *rows; int count; } functions;
  struct { const LoreAggregate *rows; int count; } aggregates;
  struct { const LoreSetting *rows; int count; } settings;
  struct { const LoreSearchable *rows; int count; } searchables;
  const char *common; /* "median|quantile": aggregates that a host may have itself, and then keeps; NULL for none */
  const char *direct_readers; /* "a|b": readers for top-level SQL only, "*" for all; NULL for none */
  const LoreCollector *collector; /* of one of its verbs; NULL for none, and for all subsystems but one */
  LoreSql figures; /* rows (name, value) for lore_info, once the subsystem is migrated */
  LoreBody *info; /* adds such rows with loreRow..., whether migrated or not; may be NULL */
  void (*audits)(LoreCall *call, const LoreEvent *event); /* keeps events while its setting `audit` is on; may be NULL */
  const LoreProtector *protector; /* may be NULL */
  const char *not_exported; /* "a|b": tables that lore_export leaves out; NULL for none */
  const char *times; /* "table.column|...": columns of given tables that hold times, for lore_validate and lore_adopt */
  LoreSql validate; /* rows (severity, object, problem, fix) for lore_validate: one for each kind of trouble that there is */
  struct { const LoreSql *rows; int count; } adoptions; /* writes that give a table of other software what ours need */
  struct { const LoreAlert *rows; int count; } alerts;
} LoreSubsystem;

/* ---- Arguments ---- */

int loreGiven(LoreCall *call, int argument);      /* 1 when not absent */
int loreArgumentCount(LoreCall *call);            /* as written by the caller, without `at` */
const char *loreText(LoreCall *call, int argument); /* NUL-terminated; NULL when absent; lives as long as the call */
size_t loreTextLength(LoreCall *call, int argument); /* bytes; engine/text.h counts characters */
const void *loreBlob(LoreCall *call, int argument, size_t *length); /* NULL when absent or empty */
int loreIsInt(LoreCall *call, int argument);
sqlite3_int64 loreInt(LoreCall *call, int argument);
double loreReal(LoreCall *call, int argument);
int loreIsNumber(LoreCall *call, int argument);
LoreTime loreTime(LoreCall *call, int argument);  /* of a checked `time` argument */
const char *loreShow(LoreCall *call, int argument); /* the value, shortened, for a message */

/* Replace an argument by what the body has worked out. Text is copied. */
void loreSetText(LoreCall *call, int argument, const char *text);
void loreSetTime(LoreCall *call, int argument, LoreTime value);
void loreSetNull(LoreCall *call, int argument);

/* Give a statement's parameter that is no argument a value, by name without the colon. `name` is a
** literal; text is borrowed until the call ends or the name is set again. */
void loreLetText(LoreCall *call, const char *name, const char *text);
void loreLetInt(LoreCall *call, const char *name, sqlite3_int64 value);
void loreLetReal(LoreCall *call, const char *name, double value);
void loreLetBlob(LoreCall *call, const char *name, const void *bytes, size_t length); /* borrowed, as text is */
void loreLetTime(LoreCall *call, const char *name, LoreTime value);
void loreLetArgument(LoreCall *call, const char *name, int argument);
void loreLetNull(LoreCall *call, const char *name);

/* 1 when a stored text is a JSON object, which no column of a given table need be; looks at it as an argument is looked at. */
int loreIsObject(LoreCall *call, const char *text);

enum { LORE_REAL_SIZE = 40 };
const char *loreRealText(double value, char digits[LORE_REAL_SIZE]); /* the shortest that reads back as itself; "Inf" */

void loreNumberAsText(LoreCall *call, int argument); /* for arguments of type `any` */

/* An argument of type `any` must be a JSON object after all; an error in the call when it is not. */
void loreCheckObject(LoreCall *call, int argument);

/* A text argument named `path` must be a path into JSON, as SQLite's JSON functions take it: '$.a.b[0]'. */
void loreCheckPath(LoreCall *call, int argument);
const char *loreIndexName(LoreCall *call, const char *table, const char *path); /* what lore_index calls the index */

LoreTime loreNow(LoreCall *call);                 /* `at`, or the clock, read once a call */
const char *loreNowText(LoreCall *call);
const char *loreTimeText(LoreCall *call, LoreTime time); /* lives as long as the call */

/* Memory of the call: freed with it. NULL, and an error in the call, when there is none. */
void *loreAllocate(LoreCall *call, size_t bytes);
char *loreFormat(LoreCall *call, const char *format, ...);

/* Room for one more element in an array of the caller's own (sqlite3_free): where the array now lies, and *capacity is
** above count. NULL, and an error in the call, when there is none: the array stays as it was. */
void *loreGrow(LoreCall *call, void *array, int count, int *capacity, size_t size);

void *loreReallocate(void *old, size_t bytes); /* for a LoreBuffer, and whatever asks for memory so: free with sqlite3_free */
sqlite3 *loreDatabase(LoreCall *call);
const char *loreCallName(LoreCall *call); /* of the verb, reader or function */

/* The arguments of this verb that were given, `at` excepted, as the JSON object that lore_call takes; lives as long as the
** call. NULL after an error. */
const char *loreArgumentsJson(LoreCall *call);

/* For a verb in the frame: runs another verb of its subsystem, with such an object as its arguments, to the byte what was asked
** for, at the moment of this call. Its result becomes this call's; it fails with it. */
void loreRunApproved(LoreCall *call, const char *verb, const char *arguments);
int loreIsApproved(LoreCall *call); /* 1 for a call that runs so */

/* ---- Statements ---- */

sqlite3_int64 loreRun(LoreCall *call, LoreSql id);    /* runs a write; rows changed */
sqlite3_int64 loreInsert(LoreCall *call, LoreSql id); /* inserts exactly one row; its rowid */
/* For a verb that is atomic by itself: runs although the call has failed, to take back its own row.
** The first error stands. */
void loreUndo(LoreCall *call, LoreSql id);
void loreWriteOne(LoreCall *call, LoreSql id);        /* a write that must change exactly one row */
sqlite3_int64 loreFindInt(LoreCall *call, LoreSql id); /* first column of the first row; 0 when there is none */
const char *loreFindText(LoreCall *call, LoreSql id);  /* copied into the call; NULL when there is none */

/* Walks a query: while( loreNext(rows) ) reads columns. loreDone ends one early; NULL is fine. */
LoreStatement *loreQuery(LoreCall *call, LoreSql id);
int loreNext(LoreStatement *rows);
void loreDone(LoreStatement *rows);

/* For a query that is asked for many texts, each in turn its parameter ?1: begins it anew, and walks it without giving it
** back at its end. text is borrowed until the next time. */
void loreRestart(LoreStatement *rows, const char *text, size_t length);
int loreNextKept(LoreStatement *rows);

/* Fills names, paths and numbers into an embedded template by sqlite3's %w, %Q and %d, and prepares it; step it with
** loreNext. The only way to SQL with a name in it that is not known to the build. */
LoreStatement *loreTemplate(LoreCall *call, LoreSql template, ...);

int loreColumnCount(LoreStatement *rows);
const char *loreColumnName(LoreStatement *rows, int column); /* as long as the statement; "" after an error */
int loreColumnType(LoreStatement *rows, int column); /* SQLITE_INTEGER and so on */
int loreColumnGiven(LoreStatement *rows, int column);
sqlite3_int64 loreColumnInt(LoreStatement *rows, int column);
double loreColumnReal(LoreStatement *rows, int column);
size_t loreColumnLength(LoreStatement *rows, int column); /* bytes of the text */
const char *loreColumnText(LoreStatement *rows, int column); /* until the next row; NULL for NULL */
const char *loreColumnSpan(LoreStatement *rows, int column, size_t *length); /* that, and its bytes; 0 for NULL */
const void *loreColumnBlob(LoreStatement *rows, int column, size_t *length); /* until the next row; NULL: empty, or no blob */
const char *loreColumnCopy(LoreStatement *rows, int column); /* the same, but lives as long as the call */
const char *loreColumnId(LoreStatement *rows, int column); /* until the next row; NULL where bound again it would not find its
                                      row: for a blob, for text with a NUL or that is no UTF-8 */

/* ---- Results: NULL when the body sets none ---- */

void loreResultInt(LoreCall *call, sqlite3_int64 value);
void loreResultId(LoreCall *call, sqlite3_int64 id); /* and last_insert_rowid() */
void loreResultReal(LoreCall *call, double value);
void loreResultText(LoreCall *call, const char *text); /* copied; NULL gives NULL */
void loreResultWord(LoreCall *call, const char *word); /* a literal: takes no memory, so it can't fail after a write */
void loreResultTextLength(LoreCall *call, const char *text, size_t length);
void loreResultOwned(LoreCall *call, char *text, size_t length, int is_json); /* takes over text of sqlite3_malloc */
void loreResultColumn(LoreCall *call, LoreStatement *rows, int column, int is_json); /* as it is; not for verbs, nor a blob */
void loreResultBlob(LoreCall *call, const void *bytes, size_t length); /* copied; not for verbs */
void loreResultJson(LoreCall *call, const char *text); /* copied, subtype JSON */
void loreNotice(LoreCall *call, const char *format, ...); /* why nothing was done: lore_notice() */
void loreNoNotice(LoreCall *call); /* forgets that of an earlier call, for a reader that sets one at times */

const char *loreNoticeText(LoreCall *call); /* what loreNotice has set, until it is set again; NULL */

/* Rows of a reader that computes: one call a column, from left to right; the row ends by itself. */
void loreRowInt(LoreCall *call, sqlite3_int64 value);
void loreRowReal(LoreCall *call, double value);
void loreRowText(LoreCall *call, const char *text); /* copied; NULL gives NULL */
void loreRowColumn(LoreCall *call, LoreStatement *rows, int column); /* a query's column as it is */
void loreRowTextLength(LoreCall *call, const char *text, size_t length);

/* In place of them, for many rows that a body has found: `count` rows, whose values are made when SQLite asks for them, each
** by one call of `make`, with one loreRow...; what it allocates lives until the next one. Takes context over: release
** (NULL: there is nothing to do) is called when the reader is done, also after an error. */
typedef void LoreMakeValue(LoreCall *call, void *context, sqlite3_int64 row, int column);
void loreRowsLater(LoreCall *call, sqlite3_int64 count, LoreMakeValue *make, void *context, void (*release)(void *));

/* That, for rows that nobody has counted: `next` moves to the next one, first to the first. 1: there is one; 0: no more, or an
** error in the call. What it allocates lives as long as the call. */
typedef int LoreNextRow(LoreCall *call, void *context);
void loreRowsStream(LoreCall *call, LoreNextRow *next, LoreMakeValue *make, void *context, void (*release)(void *));

void loreRowBorrowed(LoreCall *call, const char *text, size_t length); /* for make: stays as it is until the next value */

/* Or: the rows of a query that the body has chosen; NULL after an error. */
void loreRowsOf(LoreCall *call, LoreStatement *rows);

/* ---- The tenant of this connection: a statement's parameter :tenant, which no body can set ---- */

const char *loreTenant(LoreCall *call); /* NULL for none; stays until the tenant is changed */
void loreTenantSet(LoreCall *call, const char *tenant); /* NULL: none */
void loreTenantUse(LoreCall *call, const char *tenant); /* that; what calls of another tenant gave and noticed is forgotten */

/* One way: from now on only what lock.c says may be done, in this tenant. allow: functions of the host, "a b"; NULL for none. */
void loreLock(LoreCall *call, const char *allow);
int loreIsLocked(LoreCall *call);

/* Runs the statements of a text as the host would run them, not as ours: for attacks that must fail. ?1 and ?2 of each are
** bound. Its rows, the values joined by blanks; NULL when there is no memory. *code is SQLite's; *message what it says after an
** error, else NULL. Both texts are the caller's (sqlite3_free). */
char *loreRunForeign(LoreCall *call, const char *sql, const char *const values[2], int *code, char **message);

/* ---- Errors ---- */

typedef enum LoreErrorClass {
  LORE_BAD_ARGUMENT = SQLITE_CONSTRAINT_FUNCTION, /* INSERT OR IGNORE skips the row */
  LORE_REFUSED = SQLITE_CONSTRAINT_VTAB,          /* by state: conflict, stale token, unknown id; skipped alike */
  LORE_DENIED = SQLITE_AUTH,                      /* closed, locked, no tenant */
  LORE_NOT_READY = SQLITE_ERROR                   /* not migrated, foreign version */
} LoreErrorClass;

/* The call's name and ": " are put before the message. Only the first error counts. */
void loreRefuse(LoreCall *call, LoreErrorClass code, const char *format, ...);
void loreNoMemory(LoreCall *call);
int loreFailed(LoreCall *call);

/* Looks at sqlite3_interrupt; for loops in C, now and then. 1 when to stop. */
int loreInterrupted(LoreCall *call);

/* ---- Parts of a verb ---- */

typedef void LorePart(LoreCall *call, void *context);

/* For a verb that is atomic by itself, but not on every path: runs part in the frame, so that all that part writes is
** undone when the call fails. Runs it at once where the call is in its frame already. */
void loreInFrame(LoreCall *call, LorePart *part, void *context);

/* Runs a part in a frame of its own: when it fails, what it wrote is undone. SQLite keeps a copy of each page that it
** changes until the outer statement ends, so what is one statement, or undoes itself, is cheaper without. */
void loreFramed(LoreCall *call, LorePart *part, void *context);

/* Runs a part that may fail alone, as one document of a batch; when it fails it must have left nothing behind (loreFramed,
** loreUndo). 1: it went through. 0: an error; was it a refusal (SQLITE_CONSTRAINT of any kind), then *why says what was
** refused (memory of the call) and the call goes on; any other error stands. Memory that the part allocated is freed: so
** give what it let (loreLet...) and is needed later a new value. */
int loreTry(LoreCall *call, LorePart *part, void *context, const char **why);

/* That, for a part that only reads: any error of its SQL is told in *why, but lost memory, a full disk and the like stand. */
int loreTryReading(LoreCall *call, LorePart *part, void *context, const char **why);

/* The memory of this verb's collector, when it may collect; NULL else. */
void *loreCollection(LoreCall *call);
void loreCollectionWrite(LoreCall *call); /* what waits there */

/* The last step of a verb whose doings are to be kept: hands the event to the subsystem that offers `audits`. Does nothing
** while the setting `audit` is off, or nobody offers it. When the event can't be kept the verb fails: so it is in the frame. */
void loreAudit(LoreCall *call, const char *type, const char *target, const char *payload);

/* 1 when a text holds secrets that are not to be stored so: then store what loreProtect gives, in one frame with it
** (loreInFrame). 0 when nobody protects, or it is switched off; an error when it is on but can't be done now. NULL has none. */
int loreMustProtect(LoreCall *call, const char *text);
const char *loreProtect(LoreCall *call, const char *text, const char *context); /* lives as long as the call; NULL after an error */

/* The text with those secrets put back that the action allows; each is logged, so it is called in the frame. The text itself
** where there is nothing to put back. */
const char *loreReveal(LoreCall *call, const char *text, const char *action, const char *accessor);

/* ---- Caches: one rule (cache.c) ---- */

/* The entry of this connection for `key` (an address of the caller's own, static). When there is no
** valid one, build makes it from the tables, release frees it. NULL after an error. Plain SQL that
** changes what was read takes effect with the next call. */
void *loreCached(LoreCall *call, const void *key, void *(*build)(LoreCall *), void (*release)(void *));
void loreCacheDrop(LoreCall *call, const void *key); /* the verb itself has changed the table */

/* Zeroed memory that is kept with the connection. NULL: an error in the call. */
void *loreKept(LoreCall *call, const void *key, size_t bytes);

/* That, and release frees it when the connection closes, with what it owns. */
void *loreKeptUntil(LoreCall *call, const void *key, size_t bytes, void (*release)(void *));

/* Value of a setting: the row of lore_settings, else the standard. */
sqlite3_int64 loreSettingInt(LoreCall *call, const char *name);
int loreSettingIs(LoreCall *call, const char *name, const char *word);
const char *loreSettingText(LoreCall *call, const char *name); /* lives as long as the call */

#endif
