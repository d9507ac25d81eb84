/*
** What the engine's own files share: the state of one connection, the parsed arguments of a row, and
** the parts of a call. Subsystems include engine.h instead.
*/
#ifndef LORE_INTERNAL_H
#define LORE_INTERNAL_H

#include "engine/engine.h"
#include "engine/directory.h"

enum {
  LORE_MAX_ARGUMENTS = 24, /* of one row, `at` included */
  LORE_MAX_LOCALS = 64,    /* loreLet... names of one call */
  LORE_MAX_PARAMETERS = 32, /* of one statement */
  LORE_RESULTS = 1000      /* kept for lore_results */
};

/* A module that nobody can read: PRAGMA module_list says by it which version is loaded, without a look at the file. */
#define LORE_MARK "lore_version " LORE_VERSION

typedef struct LoreConnection LoreConnection;

/* ---- signature.c: the arguments of a row, parsed on first use ---- */

typedef enum LoreType {
  LORE_TEXT, LORE_INT, LORE_REAL, LORE_JSON, LORE_OBJECT, LORE_ARRAY, LORE_TIME, LORE_WORD, LORE_ANY,
  LORE_NUMBER, LORE_BLOB, LORE_MOMENT
} LoreType;

typedef struct LoreArgument {
  char *name;
  char *words;    /* LORE_WORD: "a|b|c" */
  char *standard; /* text of the default, NULL for none */
  double least, most;
  LoreType type;
  int required;
  int written;    /* may be NULL, but not left out */
} LoreArgument;

typedef struct LoreSignature {
  int count;
  int at; /* index of `at`, -1 when there is none */
  LoreArgument arguments[LORE_MAX_ARGUMENTS];
} LoreSignature;

/* NULL: no memory, or *broken becomes 1: the text has another form. */
LoreSignature *loreSignatureParse(const char *arguments, int add_at, int *broken);
int loreSignatureFind(const LoreSignature *signature, const char *name);

/* ---- register.c ---- */

typedef enum LoreRowKind { LORE_ROW_VERB, LORE_ROW_READER, LORE_ROW_FUNCTION, LORE_ROW_AGGREGATE, LORE_ROW_FILTERED } LoreRowKind;

/* What a verb has taken and not written: collect.c. */
typedef struct LoreCollection {
  void *memory;  /* NULL until first used */
  int is_open;   /* rows may be offered to `take` */
  int is_failed; /* some were lost: the transaction must be rolled back */
  char *reason;  /* then; SQLite tells nobody what went wrong before a savepoint. NULL: no memory for it */
} LoreCollection;

/* One registered row on one connection. There are hundreds of them on each, so they are kept small. */
typedef struct LoreBinding {
  LoreConnection *connection;
  union {
    const LoreVerb *verb;
    const LoreReader *reader;
    const LoreFunction *function;
    const LoreAggregate *aggregate;
    const LoreFiltered *filtered;
  } row;
  LoreSignature *signature; /* NULL until first used */
  short subsystem;          /* which of the connection's */
  short kind;               /* LoreRowKind */
} LoreBinding;

const LoreSubsystem *loreBindingSubsystem(const LoreBinding *binding);
const char *loreBindingName(const LoreBinding *binding);
const char *loreBindingArguments(const LoreBinding *binding);
/* Arguments that SQLite is told of: -1, any number, so that the engine names the one that is missing. A scalar function
** whose name an aggregate has too gets its exact number, which SQLite prefers; all other calls go to the aggregate. */
int loreBindingArity(const LoreBinding *binding);
int loreBindingIsDirect(const LoreBinding *binding); /* of a reader: for top-level SQL only */
void loreBindingRelease(void *binding); /* its registration is over */
const LoreSignature *loreBindingSignature(LoreBinding *binding, int *broken); /* NULL as loreSignatureParse */

/* ---- connection.c ---- */

enum { LORE_MAP_LOCAL = -1, LORE_MAP_AT = -2, LORE_MAP_LATE = -3 /* ?1: bound by who takes it */, LORE_MAP_TENANT = -4 };

struct LoreStatement {
  LoreConnection *connection;
  LoreCall *call;
  sqlite3_stmt *prepared;
  const LoreSignature *mapped; /* what `map` was made for */
  int id;                      /* LoreSql */
  unsigned char busy;
  unsigned char temporary;     /* made because the cached one was busy */
  signed char map[LORE_MAX_PARAMETERS]; /* parameter to argument, or one of these */
  unsigned char places[LORE_MAX_PARAMETERS]; /* LORE_MAP_LOCAL: where the value was found last */
};

typedef struct LoreResult {
  const char *verb; /* of a static row */
  int type;         /* SQLITE_NULL, _INTEGER, _FLOAT or _TEXT */
  int is_json;
  int is_id;
  sqlite3_int64 integer;
  double real;
  const char *word; /* a literal, in place of text */
  char *text;       /* owned: sqlite3_malloc64 */
  size_t length;
} LoreResult;

typedef struct LoreCacheEntry {
  struct LoreCacheEntry *next;
  const void *key;
  void *value;
  void (*release)(void *);
  unsigned version; /* SQLITE_FCNTL_DATA_VERSION when it was built */
  int is_kept;      /* loreKept: ends with the connection */
  int uncommitted;  /* built inside a write transaction: it ends with that, or with a rollback inside it */
} LoreCacheEntry;

struct LoreConnection {
  sqlite3 *db;
  int references;            /* registrations that hold this state */
  int connected;             /* lore_connection exists and finalises the statements */
  int checked_file;          /* this file's major version is not newer than ours */
  const LoreSubsystem *const *subsystems; /* NULL-terminated */
  LoreBinding *bindings;
  int binding_count;
  LoreStatement *statements; /* SQL_COUNT of them, once connected */
  LoreCacheEntry *caches;
  LoreCacheEntry *withdrawn; /* no longer valid, but a call may still look at them */
  int calls;                 /* that have begun and not ended */
  int seen_changes;          /* of this connection, when the last call ended */
  int own_changes;           /* rows of verbs' tables since then, which SQLite counts when their statement ends */
  int enlisted;              /* lore_frame hears of the end of this transaction */
  int clock_pinned;
  LoreTime clock;
  LoreBinding *collecting;   /* who has collected in this transaction */
  LoreCollection collection; /* of the one subsystem that has a collector */
  LoreWatch *watch;          /* what a verb keeps for this transaction; NULL */
  LoreResult *results;       /* ring of LORE_RESULTS, made on first use */
  sqlite3_int64 result_count;
  char *notice;              /* why the last call did nothing; NULL */
  char *tenant;              /* NULL: none */
  int is_locked;
  char *allowed;             /* by tenant_lock: functions of the host, "a b"; NULL */
  const char *own;           /* text of the statement of ours that is being prepared or stepped; NULL: the host's is */
};

LoreConnection *loreConnectionNew(sqlite3 *db, const LoreSubsystem *const *subsystems);
void loreConnectionRelease(void *connection); /* one reference */
int loreConnectionRegister(LoreConnection *connection); /* the module lore_connection, and LORE_MARK */
int loreConnect(LoreConnection *connection);           /* makes lore_connection exist */

const char *loreBindingTenantRule(const LoreBinding *binding); /* tenant, pure, denied; NULL: not declared. register.c */

/* ---- call.c ---- */

typedef struct LoreValue {
  int type; /* SQLITE_NULL, _INTEGER, _FLOAT, _TEXT or _BLOB */
  const char *text;
  size_t length;
  sqlite3_int64 integer;
  double real;
} LoreValue;

typedef struct LoreLocal {
  const char *name;
  LoreValue value;
} LoreLocal;

struct LoreBlock {
  LoreBlock *next;
};

struct LoreCall {
  LoreConnection *connection;
  LoreBinding *binding;
  const LoreSignature *signature;
  LoreBody *body;
  int written;      /* arguments written by the caller */
  int local_count;
  int has_now;
  int framed;       /* inside its frame */
  int collects;     /* a row of INSERT, which the body may collect */

  int is_approved;  /* loreRunApproved */
  int bad_argument; /* which did not pass its check; -1 */
  unsigned compared; /* arguments, as bits, whose values a query compares an output column with */
  int code;         /* SQLITE_OK, or the first error */
  char *message;    /* sqlite3_malloc */
  LoreTime now;
  char now_text[32];
  LoreValue now_value;
  LoreValue tenant_value;
  LoreBlock *blocks;
  int statements;   /* taken and not yet released */
  int transaction;  /* SQLITE_TXN_WRITE: it was seen to be one, and will stay one as long as the call */
  unsigned version; /* then: SQLITE_FCNTL_DATA_VERSION */
  LoreRows *rows;
  LoreResult result;
  LoreValue values[LORE_MAX_ARGUMENTS];
  LoreLocal locals[LORE_MAX_LOCALS];
};

void loreCallBegin(LoreCall *call, LoreBinding *binding, LoreBody *body);
void loreCallArguments(LoreCall *call, int count, sqlite3_value **values); /* reads and checks them */
void loreCallMissing(LoreCall *call, int argument); /* the error that names it */
void loreCallRun(LoreCall *call, LoreAtomicity atomicity, int inside_write);
/* A call that another one makes, which runs already: that one sees to what waits, to lost memory and to commits. */
void loreCallRunInside(LoreCall *call, LoreAtomicity atomicity);
void loreCallEnd(LoreCall *call);
const LoreValue *loreCallValue(LoreCall *call, LoreStatement *statement, int parameter);
int loreNeedsFrame(LoreCall *call); /* the application has triggers, or the host is old */
void loreCallAnswer(LoreCall *call, sqlite3_context *context); /* result or error of a scalar function */
void loreCheckArgument(LoreCall *call, int argument);          /* check.c */

/* ---- statement.c ---- */

LoreStatement *loreStatementTake(LoreCall *call, LoreSql id); /* bound, not stepped */
int loreStatementStep(LoreStatement *statement);              /* SQLITE_ROW, SQLITE_DONE or an error in the call */
void loreStatementRelease(LoreStatement *statement);
void loreStatementsReleaseOf(LoreCall *call); /* the cached ones that a call still has */
void loreStatementsFinalize(LoreConnection *connection); /* the idle ones */

/* The one way by which statements of ours are prepared and stepped: the lock knows them by it. */
int loreOwnPrepare(LoreConnection *connection, const char *sql, int length, unsigned flags, sqlite3_stmt **prepared,
                   const char **rest);
int loreOwnStep(LoreConnection *connection, sqlite3_stmt *prepared);
int loreOwnDeclare(LoreConnection *connection, const char *sql); /* of a virtual table of ours */

/* ---- the other engine parts that are registered ---- */

int loreRegisterFiltered(LoreBinding *binding); /* filtered.c */

int loreKindFlags(LoreKind kind); /* SQLite's flags of a kind: function.c */
int loreRegisterFunction(LoreBinding *binding);
int loreRegisterVerb(LoreBinding *binding);     /* verb.c */
int loreRegisterReader(LoreBinding *binding);   /* rows.c */
int loreRegisterAggregate(LoreBinding *binding); /* aggregate.c */
int loreRegisterFrame(LoreConnection *connection); /* frame.c */

/* ---- collect.c ---- */

const LoreCollector *loreCollectorOf(const LoreBinding *binding); /* NULL for most */
int loreCollectIsOpen(const LoreBinding *binding); /* 1: rows of this verb wait, and more may be taken */
int loreCollectTake(LoreBinding *binding, int count, sqlite3_value **values, sqlite3_int64 *id); /* 1: taken */
void loreCollectBegin(LoreCall *call); /* a row of INSERT that was not taken: whether the body may collect it */
void loreCollectOthers(LoreCall *call); /* writes what waits, for this call reads or writes tables */
void loreCollectForget(LoreConnection *connection); /* what waited has been written, and tables have changed since */
void loreCollectFree(LoreConnection *connection);
extern const sqlite3_module kLoreCollectingModule; /* of a verb that has a collector; its parts beyond those of others */

/* ---- verb.c ---- */

typedef struct LoreVerbTable {
  sqlite3_vtab base;
  LoreBinding *binding;
} LoreVerbTable;

int loreVerbConnect(sqlite3 *db, void *aux, int argc, const char *const *argv, sqlite3_vtab **out, char **error);
int loreVerbDisconnect(sqlite3_vtab *base);
int loreVerbUpdate(sqlite3_vtab *base, int argc, sqlite3_value **argv, sqlite3_int64 *rowid);

/* ---- results.c ---- */

void loreResultsReady(LoreCall *call); /* makes room, before the verb writes */
void loreResultsAdd(LoreCall *call); /* takes the call's result over */
void loreResultsAddId(LoreBinding *binding, sqlite3_int64 id); /* the result of a row that was taken; there is room */
void loreResultsFree(LoreConnection *connection);
void loreNoticeSet(LoreConnection *connection, char *text); /* takes text over */

/* ---- cache.c ---- */

void loreCacheClear(LoreConnection *connection);
void loreCacheNotice(LoreConnection *connection);     /* a call begins: rows may have been changed since the last */
void loreCacheRolledBack(LoreConnection *connection); /* what was read inside the transaction may not be so */
void loreCacheEnd(LoreConnection *connection);        /* a call has ended */

#endif
