#include "admin/import.h"

#include <string.h>

#include "admin/lines.h"
#include "admin/load.h"
#include "admin/store.h"
#include "engine/digest.h"
#include "engine/directory.h"

enum { IMPORT_LINE, IMPORT_MODE };

static const char kHeader[] = "{\"lore_export\":";
static const char kTrailer[] = "{\"lore_export_end\":";

/* An import that has begun; one a connection. */
typedef struct Import {
  LoreWatch watch; /* first: it is what the watch is part of */
  int is_open;     /* lines wait for their trailer */
  int is_void;     /* an error or a rollback has lost some: only a header helps */
  int is_applied;  /* its rows are being written */
  LoadMode mode;
  sqlite3_int64 line, rows;
  sqlite3 *waiting;
  sqlite3_stmt *put;
  LoreDigestStream digest;
  char message[200];
} Import;

static const char kKey;

/* ---- The lines that wait ---- */

static void closeWaiting(Import *import){
  sqlite3_finalize(import->put);
  sqlite3_close(import->waiting);
  import->put = NULL;
  import->waiting = NULL;
}

static void giveUp(Import *import){
  if( !import->is_open ) return;
  import->is_open = 0;
  import->is_void = 1;
  closeWaiting(import);
}

/* Errors of the waiting database: no memory, no room on the disk. */
static void waitingFailed(LoreCall *call, Import *import, int code){
  if( (code & 0xff)==SQLITE_NOMEM ) loreNoMemory(call);
  else loreRefuse(call, (LoreErrorClass)code, "line %lld: %s", import->line, sqlite3_errmsg(import->waiting));
}

/* Its statements are templates, for main has no such table. */
static char *waitingSql(LoreSql id){
  return sqlite3_mprintf(kLoreSql[id].text, "lines");
}

static sqlite3_stmt *prepareWaiting(LoreCall *call, Import *import, LoreSql id){
  sqlite3_stmt *statement = NULL;
  char *sql = waitingSql(id);
  int code = sql ? sqlite3_prepare_v2(import->waiting, sql, -1, &statement, NULL) : SQLITE_NOMEM;
  sqlite3_free(sql);
  if( code ) waitingFailed(call, import, code);
  return statement;
}

/* A database without a name is a file that SQLite removes; it has one transaction, which is never committed. */
static void openWaiting(LoreCall *call, Import *import){
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  int code = sqlite3_open_v2("", &import->waiting, flags, NULL);
  char *sql = code==SQLITE_OK ? waitingSql(SQL_ADMIN_WAITING_BEGIN_TEMPLATE) : NULL;
  if( code==SQLITE_OK ) code = sql ? sqlite3_exec(import->waiting, sql, NULL, NULL, NULL) : SQLITE_NOMEM;
  sqlite3_free(sql);
  if( code ) waitingFailed(call, import, code);
  else import->put = prepareWaiting(call, import, SQL_ADMIN_WAITING_PUT_TEMPLATE);
}

static void putWaiting(LoreCall *call, Import *import, const char *line, size_t length){
  if( loreFailed(call) ) return;
  int code = sqlite3_bind_text64(import->put, 2, line, length, SQLITE_STATIC, SQLITE_UTF8);
  sqlite3_bind_int64(import->put, 1, import->line);
  if( code==SQLITE_OK ) code = sqlite3_step(import->put);
  if( code!=SQLITE_DONE ) waitingFailed(call, import, code);
  sqlite3_reset(import->put);
  loreDigestAdd(&import->digest, line, length);
  loreDigestAdd(&import->digest, "\n", 1);
}

/* ---- The transaction ---- */

static const char *unfinished(LoreWatch *watch){
  Import *import = (Import*)watch;
  if( !import->is_open ) return NULL;
  sqlite3_snprintf(sizeof import->message, import->message,
                   "lore_import: the export ends after line %lld without its trailer: nothing was imported", import->line);
  return import->message;
}

static void undone(LoreWatch *watch){
  Import *import = (Import*)watch;
  if( !import->is_applied ) giveUp(import);
}

static void over(LoreWatch *watch){
  Import *import = (Import*)watch;
  giveUp(import);
  import->is_void = 0;
}

static void releaseImport(void *memory){
  closeWaiting(memory);
  sqlite3_free(memory);
}

/* ---- Writing what has waited ---- */

typedef struct Apply {
  Import *import;
  Load load;
  int is_done;
} Apply;

static int readObject(LoreCall *call, sqlite3_int64 number, const char *line, size_t length, LoreScanValue *value){
  if( loreScanIsPlain(line, length) && loreScanText(line, length, value) && value->kind==LORE_SCAN_OBJECT ) return 1;
  loreRefuse(call, LORE_BAD_ARGUMENT, "line %lld is no JSON object; nothing was imported", number);
  return 0;
}

static void applyLine(LoreCall *call, Load *load, sqlite3_stmt *lines){
  LoreScanValue value;
  int is_first = load->targets==NULL;
  load->line = sqlite3_column_int64(lines, 0);
  const char *line = (const char*)sqlite3_column_text(lines, 1);
  size_t length = (size_t)sqlite3_column_bytes(lines, 1);
  char *copy = is_first && line ? loreAllocate(call, length + 1) : NULL;
  if( line==NULL ) loreNoMemory(call);
  if( copy ) line = memcpy(copy, line, length);
  if( loreFailed(call) || !readObject(call, load->line, line, length, &value) ) return;
  if( is_first ) loadBegin(call, load, &value);
  else loadRow(call, load, &value);
}

static void applyLines(LoreCall *call, void *context){
  Apply *apply = context;
  Load *load = &apply->load;
  sqlite3_stmt *lines = prepareWaiting(call, apply->import, SQL_ADMIN_WAITING_LINES_TEMPLATE);
  int code = SQLITE_DONE;
  while( !loreFailed(call) && (code = sqlite3_step(lines))==SQLITE_ROW ) applyLine(call, load, lines);
  if( code!=SQLITE_ROW && code!=SQLITE_DONE ) waitingFailed(call, apply->import, code);
  sqlite3_finalize(lines);
  if( !loreFailed(call) ) loadEnd(call, load);
  loadFree(load);
  apply->is_done = !loreFailed(call);
}

static void applyDry(LoreCall *call, void *context){
  applyLines(call, context);
  loreRefuse(call, LORE_REFUSED, "this is a dry run");
}

static void applyFramed(LoreCall *call, void *context){
  loreFramed(call, applyDry, context);
}

/* Its own end is an error, which undoes all of it. */
static void runDry(LoreCall *call, Apply *apply){
  const char *why;
  loreTry(call, applyFramed, apply, &why);
  loreLetNull(call, "table");
  loreLetNull(call, "column");
  loreLetNull(call, "name");
  if( why && !apply->is_done ) loreRefuse(call, LORE_BAD_ARGUMENT, "%s", why);
  if( apply->is_done ) loreNotice(call, "nothing was changed: this was a dry run");
}

static void apply(LoreCall *call, void *context){
  Import *import = context;
  Apply state = { .import = import, .load = { .mode = import->mode } };
  int was_audited = loreSettingIs(call, "audit", "on"); /* a file that only now gets its log has just the entries of the export */
  import->is_applied = 1;
  if( import->mode==LOAD_DRY ) runDry(call, &state);
  else applyLines(call, &state);
  import->is_applied = 0;
  loreEverythingChanged(call);
  const Load *load = &state.load;
  const char *done = loadAnswer(call, load->rows, load->added, load->written - load->added);
  if( was_audited ) loadAudit(call, import->mode, done);
}

/* ---- Taking lines ---- */

static void begin(LoreCall *call, void *context){
  Import *import = context;
  closeWaiting(import);
  import->mode = loadModeOf(loreText(call, IMPORT_MODE));
  import->watch = (LoreWatch){ unfinished, undone, over };
  import->line = import->rows = 0;
  loreDigestBegin(&import->digest);
  openWaiting(call, import);
  if( loreFailed(call) ) return;
  import->is_open = 1;
  import->is_void = 0;
  loreWatch(call, &import->watch);
}

static void checkMode(LoreCall *call, const Import *import){
  const char *word = loreText(call, IMPORT_MODE);
  if( word==NULL || loadModeOf(word)==import->mode ) return;
  loreRefuse(call, LORE_BAD_ARGUMENT, "mode was %s in line 1, now it is %s", loadModeWord(import->mode), word);
}

/* What the trailer says must be so before anything is written. */
static void checkTrailer(LoreCall *call, Import *import, const LoreScanValue *trailer){
  char checksum[LORE_DIGEST_SIZE], room[1];
  LineValue rows = { .kind = LINE_NULL };
  LoreScanValue value;
  loreDigestEnd(&import->digest, checksum);
  if( loreScanMember(trailer, "rows", &value) && value.kind==LORE_SCAN_NUMBER ) linesRead(&value, room, &rows);
  if( rows.kind!=LINE_INT || rows.integer!=import->rows ){
    loreRefuse(call, LORE_BAD_ARGUMENT,
               "line %lld: the trailer says another number of rows than the %lld that came; nothing was imported", import->line,
               import->rows);
  }else if( !loreScanMember(trailer, "checksum", &value) || value.kind!=LORE_SCAN_STRING || !loreScanIs(&value, checksum) ){
    loreRefuse(call, LORE_BAD_ARGUMENT, "line %lld: the checksum is not that of the lines before; nothing was imported",
               import->line);
  }
}

static int startsWith(const char *line, size_t length, const char *text){
  return length >= strlen(text) && memcmp(line, text, strlen(text))==0;
}

static void takeHeader(LoreCall *call, Import *import, const char *line, size_t length){
  LoreScanValue header;
  if( import->is_open ){
    loreRefuse(call, LORE_BAD_ARGUMENT, "line %lld: another export begins before the trailer of this one", import->line + 1);
  }
  if( !loreFailed(call) ) loreInFrame(call, begin, import);
  import->line = 1;
  if( loreFailed(call) || !readObject(call, 1, line, length, &header) ) return;
  putWaiting(call, import, line, length);
}

static void takeTrailer(LoreCall *call, Import *import, const LoreScanValue *trailer){
  checkTrailer(call, import, trailer);
  if( loreFailed(call) ) return;
  import->is_open = 0;
  loreInFrame(call, apply, import);
  closeWaiting(import);
}

static void takeLine(LoreCall *call, Import *import, const char *line, size_t length){
  LoreScanValue value;
  if( startsWith(line, length, kHeader) ){
    takeHeader(call, import, line, length);
    return;
  }
  if( !import->is_open ){
    loreRefuse(call, LORE_BAD_ARGUMENT, import->is_void ? "this import was given up: begin again with line 1, the header" :
               "line 1 must be the header of an export, or a signal store's export");
    return;
  }
  import->line++;
  if( length==0 ) return;
  checkMode(call, import);
  if( loreFailed(call) || !readObject(call, import->line, line, length, &value) ) return;
  if( startsWith(line, length, kTrailer) ){
    takeTrailer(call, import, &value);
  }else{
    import->rows++;
    putWaiting(call, import, line, length);
  }
}

typedef struct Lines {
  Import *import;
  const char *next, *end;
} Lines;

static void takeLines(LoreCall *call, void *context){
  Lines *lines = context;
  const char *line;
  size_t length;
  int is_empty = lines->next==lines->end; /* a line all the same */
  if( is_empty ) takeLine(call, lines->import, lines->next, 0);
  while( !loreFailed(call) && linesNext(&lines->next, lines->end, &line, &length) ) takeLine(call, lines->import, line, length);
  if( loreFailed(call) ) giveUp(lines->import);
}

/* The text or the bytes of the argument; NULL and an error when it is neither. */
static const char *argument(LoreCall *call, size_t *length){
  const char *text = loreText(call, IMPORT_LINE);
  *length = loreTextLength(call, IMPORT_LINE);
  if( text==NULL ) text = loreBlob(call, IMPORT_LINE, length);
  if( text==NULL && !loreIsNumber(call, IMPORT_LINE) ) text = ""; /* no bytes, as readfile gives them of an empty file */
  if( text==NULL ) loreRefuse(call, LORE_BAD_ARGUMENT, "line must be text, got %s", loreShow(call, IMPORT_LINE));
  return loreFailed(call) ? NULL : text;
}

void importLines(LoreCall *call){
  size_t length;
  const char *text = argument(call, &length);
  Import *import = text ? loreKeptUntil(call, &kKey, sizeof *import, releaseImport) : NULL;
  if( import==NULL ) return;
  Lines lines = { import, text, text + length };
  if( !import->is_open && !import->is_void && storeIsDocument(text, length) ){
    storeImport(call, text, length, loadModeOf(loreText(call, IMPORT_MODE)));
  }else if( length > 0 && memchr(text, '\n', length) ){
    loreInFrame(call, takeLines, &lines); /* more than one line: what the last of them can undo */
  }else{
    takeLines(call, &lines);
  }
}
