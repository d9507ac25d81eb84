/*
** Lines of an export: see lines.h. The members of a line are found by their names; each text is decoded into one buffer, which has
** room for a whole line from its beginning on, so that nothing in it moves.
*/
#include "audit/lines.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "engine/scan.h"
#include "engine/text.h"

enum { STAGE_LOG = 1, STAGE_KEYS, STAGE_PRUNES, STAGE_ENTRIES };

static const char kFormat[] = "lore audit 1";

/* A line that is being read; `failed`: a member is missing or has another form. */
typedef struct Line {
  AuditLines *lines;
  LoreScanValue object;
  char *to; /* where the next text goes */
  int failed;
  int taken;      /* how many members were read */
  int has_others;
} Line;

static void wrong(AuditLines *lines, int64_t number, const char *what){
  AuditVerifier *verifier = &lines->verifier;
  if( !auditVerifyIsOver(verifier) ) snprintf(verifier->problem, sizeof verifier->problem, "line %" PRId64 " %s", number, what);
}

/* ---- Members ---- */

/* NULL where the member is null; it must be there. */
static LoreField optionalField(Line *line, const char *name){
  LoreScanValue value;
  if( !loreScanMember(&line->object, name, &value) || (value.kind!=LORE_SCAN_STRING && value.kind!=LORE_SCAN_NULL) ){
    line->failed = 1;
    return loreFieldText(NULL);
  }
  line->taken++;
  if( value.kind==LORE_SCAN_NULL ) return loreFieldText(NULL);
  char *text = line->to;
  long length = loreScanDecode(&value, text);
  if( length < 0 ){
    line->failed = 1;
    return loreFieldText(NULL);
  }
  line->to += length + 1;
  return loreFieldSpan(text, (size_t)length);
}

static const char *optionalText(Line *line, const char *name){
  return optionalField(line, name).bytes;
}

static const char *text(Line *line, const char *name){
  const char *found = optionalText(line, name);
  if( found==NULL ) line->failed = 1;
  return found ? found : "";
}

static int64_t integer(Line *line, const char *name){
  LoreScanValue value;
  int type = 0;
  long long number = 0;
  double real;
  int is_number = loreScanMember(&line->object, name, &value) && value.kind==LORE_SCAN_NUMBER;
  if( !is_number || !loreNumberParse(value.text, value.length, &type, &number, &real) || type!=1 ) line->failed = 1;
  line->taken++;
  return line->failed ? 0 : number;
}

/* 1 when all members were read and there are no others: of two of one name another program may show the one that was not
** verified. */
static int isWhole(Line *line){
  LoreScanValue name, value;
  LoreScan scan = loreScanInto(&line->object);
  int count = 0;
  while( loreScanNext(&scan, &name, &value) ) count++;
  line->has_others = count!=line->taken;
  return !line->failed && !line->has_others;
}

/* ---- Kinds of lines ---- */

static void readLog(Line *line){
  AuditLines *lines = line->lines;
  LoreScanValue last;
  const char *format = text(line, "format"), *id = optionalText(line, "id");
  if( strcmp(format, kFormat)!=0 ) line->failed = 1;
  int has_last = loreScanMember(&line->object, "last", &last);
  if( has_last && last.kind!=LORE_SCAN_NULL ) lines->last = integer(line, "last");
  else line->taken += has_last;
  if( !isWhole(line) || id==NULL ) return;
  loreBufferAppend(&lines->log, id, strlen(id));
  lines->verifier.log = lines->log.data;
  if( lines->log.failed ) lines->verifier.is_out_of_memory = 1;
}

static void readKey(Line *line){
  AuditKey key = { integer(line, "number"), text(line, "key_id"), text(line, "public_key"), text(line, "created_at"),
                   optionalText(line, "signed_by"), optionalText(line, "signature") };
  if( isWhole(line) ) auditVerifyKey(&line->lines->verifier, &key);
}

static void readPrune(Line *line){
  AuditPrune prune = { integer(line, "sequence_number"), integer(line, "first_number"), text(line, "head_hash"),
                       text(line, "pruned_before"), text(line, "at"), text(line, "key_id"), text(line, "signature") };
  if( isWhole(line) ) auditVerifyPrune(&line->lines->verifier, &prune);
}

static void readEntry(Line *line){
  static const char *const kNames[AUDIT_COLUMNS] = { "event_id", "event_timestamp", "event_type", "originator_id", "target_id",
                                                     "event_payload", "previous_hash", "entry_hash" };
  AuditEntry entry = { .sequence = integer(line, "sequence_number") };
  for(int i = 0; i < AUDIT_COLUMNS; i++) entry.columns[i] = optionalField(line, kNames[i]);
  if( isWhole(line) ) auditVerifyEntry(&line->lines->verifier, &entry);
}

static void readCheckpoint(Line *line){
  AuditCheckpoint checkpoint = { integer(line, "sequence_number"), integer(line, "entry_count"), text(line, "head_hash"),
                                 text(line, "at"), text(line, "key_id"), text(line, "signature") };
  if( isWhole(line) ) auditVerifyCheckpoint(&line->lines->verifier, &checkpoint);
}

typedef struct Kind {
  const char *name;
  int stage; /* kinds come in the order of their stages */
  void (*read)(Line *line);
} Kind;

static const Kind kKinds[] = {
  { "log", STAGE_LOG, readLog }, { "key", STAGE_KEYS, readKey }, { "prune", STAGE_PRUNES, readPrune },
  { "entry", STAGE_ENTRIES, readEntry }, { "checkpoint", STAGE_ENTRIES, readCheckpoint },
};

static const Kind *kindOf(Line *line){
  const char *name = text(line, "kind");
  size_t count = sizeof kKinds/sizeof *kKinds;
  for(size_t i = 0; i < count; i++) if( strcmp(kKinds[i].name, name)==0 ) return &kKinds[i];
  return NULL;
}

/* ---- Lines ---- */

/* Room for all texts of a line: a decoded text is shorter than it stands, and has a NUL in place of its quotes. */
static char *makeRoom(AuditLines *lines, const char *text_of_line, size_t length){
  loreBufferClear(&lines->line);
  loreBufferAppend(&lines->line, text_of_line, length);
  if( lines->line.failed ) lines->verifier.is_out_of_memory = 1;
  return lines->line.data;
}

/* One of the kinds that come at this place: the log first and once. */
static int isInOrder(AuditLines *lines, const Kind *kind){
  int is_first = lines->stage==0;
  if( kind->stage < lines->stage || is_first!=(kind->stage==STAGE_LOG) ) return 0;
  if( kind->stage==STAGE_ENTRIES && lines->stage < STAGE_ENTRIES ) auditVerifyStart(&lines->verifier);
  lines->stage = kind->stage;
  return 1;
}

static void readLine(AuditLines *lines, const char *from, size_t length){
  int64_t number = lines->number;
  Line line = { .lines = lines };
  if( !loreScanIsPlain(from, length) || !loreScanText(from, length, &line.object) || line.object.kind!=LORE_SCAN_OBJECT ){
    wrong(lines, number, "is no JSON object");
    return;
  }
  line.to = makeRoom(lines, from, length);
  if( lines->verifier.is_out_of_memory ) return;
  const Kind *kind = kindOf(&line);
  if( kind==NULL ){
    wrong(lines, number, "is of no known kind");
  }else if( !isInOrder(lines, kind) ){
    wrong(lines, number, "does not stand where its kind does");
  }else{
    kind->read(&line);
    if( line.failed ) wrong(lines, number, "lacks a member, or has one of another form");
    else if( line.has_others ) wrong(lines, number, "has a member twice, or one that is none of its kind");
  }
}

void auditLinesBegin(AuditLines *lines, const char *text_of_lines, size_t length, const AuditAnchor *anchor,
                     void *(*reallocate)(void *old, size_t bytes)){
  memset(lines, 0, sizeof *lines);
  lines->log.reallocate = lines->line.reallocate = reallocate;
  lines->text = text_of_lines;
  lines->end = text_of_lines + length;
  lines->number = 1;
  auditVerifyBegin(&lines->verifier, NULL, anchor, reallocate);
}

int auditLinesRead(AuditLines *lines){
  const char *from = lines->text;
  if( from==lines->end || auditVerifyIsOver(&lines->verifier) ) return 0;
  const char *end = memchr(from, '\n', (size_t)(lines->end - from));
  size_t length = (size_t)((end ? end : lines->end) - from);
  int is_empty = length==0 || (length==1 && *from=='\r');
  if( !is_empty ) readLine(lines, from, length);
  lines->text = end ? end + 1 : lines->end;
  lines->number++;
  return 1;
}

void auditLinesEnd(AuditLines *lines){
  AuditVerifier *verifier = &lines->verifier;
  if( lines->stage==0 ) wrong(lines, 1, "is not there");
  if( lines->stage < STAGE_ENTRIES ) auditVerifyStart(verifier);
  auditVerifyEnd(verifier);
  if( auditVerifyIsOver(verifier) || lines->last <= verifier->consistent ) return;
  verifier->bad = verifier->consistent + 1;
  snprintf(verifier->problem, sizeof verifier->problem, "the entry is missing: the first line announces %" PRId64, lines->last);
}
