/*
** What the fault programs share. They know no verb by name: lore_help lists every call with an example
** that works after those before it, so a new row of a subsystem is tested without a line here.
**
** A World holds the database as it is before each example. A run starts from such a snapshot on a new
** connection, because what fails differs between the first call (statements to prepare) and later ones.
** The harness keeps its own data in malloc memory: sqlite3_memory_used() is the extension's and SQLite's.
*/
#ifndef LORE_FAULT_HARNESS_H
#define LORE_FAULT_HARNESS_H

#include <sqlite3.h>

/* ---- Reporting ---- */

/* A scenario passes when nothing was reported between its begin and its end. Begin is 0 when another
** process does it, or when the program was asked for others: its second argument is a part of a name. */
int scenarioBegin(const char *format, ...);
void scenarioEnd(void);
void report(const char *format, ...); /* a failure of the running scenario; the first few are printed */
void expect(int ok, const char *what, const char *detail);
void countRun(void);                  /* one injected fault, for the closing line */

/* Runs `body` in `shards` processes that share the scenarios, with the extension that argv[1] names;
** prints the closing line. The exit code of the program. */
int runShards(int argc, char **argv, int shards, void (*body)(const char *extension));
int shardNumber(void);
int isThorough(void); /* LORE_THOROUGH is set: what `make test` thins out to end in time is done in full */

/* ---- Connections ---- */

sqlite3 *openPlain(const char *path, const char *vfs); /* without the extension; exits when it can't */
int loadLore(sqlite3 *db, const char *extension, char **error);
sqlite3 *openLoaded(const char *path, const char *vfs, const char *extension);

/* What one statement did. Columns are read as they come, for reading needs memory too. */
typedef struct Outcome {
  int code;             /* SQLITE_OK, or the extended error */
  int unread;           /* it ran, but a column could not be read */
  int rows;
  sqlite3_uint64 value; /* digest of all rows */
  char message[256];
} Outcome;

sqlite3_int64 memoryLeft(void); /* bytes in use that were not when it was last asked: each leak is told once */

Outcome runSql(sqlite3 *db, const char *sql);
void mustRun(sqlite3 *db, const char *sql);
char *textOf(sqlite3 *db, const char *sql, ...); /* first column of the first row, malloc; NULL: none */
sqlite3_int64 intOf(sqlite3 *db, const char *sql, ...);

/* ---- Fingerprints: the logical content, by plain SQL ---- */

enum { MOST_PARTS = 2048 };

/* One part for the schema, then for each table its rows as a whole and each of its columns, whatever
** their order. The harness's own table, fault_marker, is left out. */
typedef struct Fingerprint {
  int count;
  sqlite3_uint64 parts[MOST_PARTS];
} Fingerprint;

void fingerprint(sqlite3 *db, Fingerprint *out);
int sameContent(const Fingerprint *a, const Fingerprint *b);
/* Parts that differ between two undisturbed runs hold random ids; they are not compared. */
int sameBut(const Fingerprint *a, const Fingerprint *b, const Fingerprint *first, const Fingerprint *second);
int isIntact(sqlite3 *db); /* integrity_check */

/* ---- The examples ---- */

typedef enum Form { FORM_SELECT, FORM_INSERT, FORM_WINDOW, FORMS } Form;

typedef struct Example {
  char *name, *kind, *flags, *subsystem;
  char *sql[FORMS]; /* NULL: not called in this form */
  int is_verb, works;
  unsigned char *before; /* the database before it was run */
  sqlite3_int64 size;
} Example;

typedef struct World {
  const char *extension;
  Example *examples;
  int count;
} World;

/* Runs the examples in their order, those of each subsystem on a database of its own; one that fails is a failed scenario. */
void worldOpen(World *world, const char *extension);
void worldClose(World *world);
int snapshot(sqlite3 *db, unsigned char **bytes, sqlite3_int64 *size);
void restore(sqlite3 *db, const unsigned char *bytes, sqlite3_int64 size); /* main becomes these bytes */
/* Runs the calls before this one that may have changed the connection (a vault opened) on a connection
** that lacks them, on the databases they need. The caller restores its own afterwards. */
void replayState(const World *world, int example, sqlite3 *db);
void pinClock(sqlite3 *db);
void prepareExample(sqlite3 *db, const char *name); /* runs what tests/before_examples.sql says for it */
void readyConnection(sqlite3 *db, const Example *example); /* pins the clock, and runs what it says for a new connection */

/* What an example does when nothing fails: two runs, so that random values can be told. */
typedef struct Reference {
  Fingerprint before, after, again;
  Outcome first, second;
  int replay; /* it needs replayState */
} Reference;

int referenceMake(const World *world, int example, const char *sql, Reference *reference); /* 0: it does not run */
int isAfter(const Reference *reference, const Fingerprint *now);
int rightValue(const Reference *reference, const Outcome *outcome);

#endif
