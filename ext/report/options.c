/*
** The options of a chart: see options.h.
*/
#include "report/options.h"

#include <string.h>

#include "engine/clock.h"
#include "engine/scan.h"
#include "engine/text.h"
#include "report/collect.h"

typedef enum OptionForm { FORM_TEXT, FORM_ID, FORM_INT, FORM_WORD, FORM_SWITCH, FORM_TIME } OptionForm;

static const struct Option {
  const char *name;
  OptionForm form;
  int least, most;
  const char *words;
  size_t offset;
} kOptions[] = {
  { "title", FORM_TEXT, 0, 0, NULL, offsetof(ChartOptions, title) },
  { "description", FORM_TEXT, 0, 0, NULL, offsetof(ChartOptions, description) },
  { "x_label", FORM_TEXT, 0, 0, NULL, offsetof(ChartOptions, x_label) },
  { "y_label", FORM_TEXT, 0, 0, NULL, offsetof(ChartOptions, y_label) },
  { "id", FORM_ID, 0, 0, NULL, offsetof(ChartOptions, id) },
  { "width", FORM_INT, 240, 2000, NULL, offsetof(ChartOptions, width) },
  { "height", FORM_INT, 120, 2000, NULL, offsetof(ChartOptions, height) },
  { "points", FORM_INT, 2, 100000, NULL, offsetof(ChartOptions, points) },
  { "bars", FORM_INT, 2, MOST_LANES, NULL, offsetof(ChartOptions, bars) },
  { "bins", FORM_INT, 1, 200, NULL, offsetof(ChartOptions, bins) },
  { "order", FORM_WORD, 0, 0, "value|x|given", offsetof(ChartOptions, order) },
  { "x", FORM_WORD, 0, 0, "number|time|text", 0 },
  { "from_zero", FORM_SWITCH, 0, 0, NULL, offsetof(ChartOptions, from_zero) },
  { "until", FORM_TIME, 0, 0, NULL, offsetof(ChartOptions, until) },
};

typedef struct Option Option;

static void refuse(LoreCall *call, const Option *option, const char *rule, const LoreScanValue *value){
  int length = value->length > 60 ? 60 : (int)value->length;
  while( length > 0 && length < (int)value->length && ((unsigned char)value->text[length] & 0xC0)==0x80 ) length--;
  loreRefuse(call, LORE_BAD_ARGUMENT, "options.%s must be %s, got %.*s", option->name, rule, length, value->text);
}

static ReportText decoded(LoreCall *call, const LoreScanValue *value){
  char *to = loreAllocate(call, value->length + 1);
  long length = to ? loreScanDecode(value, to) : 0;
  if( length < 0 ) return (ReportText){ value->text + 1, value->length - 2 };
  return (ReportText){ to, (size_t)length };
}

static int isId(ReportText text){
  for(size_t i = 0; i < text.length; i++){
    char c = text.bytes[i];
    int is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if( !is_letter && (i==0 || !((c >= '0' && c <= '9') || c=='-' || c=='_')) ) return 0;
  }
  return text.length >= 1 && text.length <= 60;
}

static void readText(LoreCall *call, const Option *option, const LoreScanValue *value, ReportText *to){
  if( value->kind!=LORE_SCAN_STRING ){
    refuse(call, option, "text", value);
    return;
  }
  *to = decoded(call, value);
  if( option->form==FORM_ID && !isId(*to) ) refuse(call, option, "up to 60 letters, digits, - and _, a letter first", value);
}

static void readInt(LoreCall *call, const Option *option, const LoreScanValue *value, int *to){
  int type = 0;
  long long integer = 0;
  double real = 0;
  int is_number = value->kind==LORE_SCAN_NUMBER && loreNumberParse(value->text, value->length, &type, &integer, &real);
  if( is_number && type==1 && integer >= option->least && integer <= option->most ){
    *to = (int)integer;
    return;
  }
  refuse(call, option, loreFormat(call, "a whole number from %d to %d", option->least, option->most), value);
}

/* Which word of the list it is; -1: none. */
static int placeOf(const LoreScanValue *value, const char *words){
  char word[16];
  for(int place = 0; *words; place++){
    size_t length = strcspn(words, "|");
    memcpy(word, words, length);
    word[length] = '\0';
    if( loreScanIs(value, word) ) return place;
    words += length + (words[length]=='|');
  }
  return -1;
}

static void readWord(LoreCall *call, const Option *option, const LoreScanValue *value, int *to){
  int place = value->kind==LORE_SCAN_STRING ? placeOf(value, option->words) : -1;
  if( place < 0 ) refuse(call, option, loreFormat(call, "one of %s", option->words), value);
  else *to = place;
}

static void readTime(LoreCall *call, const Option *option, const LoreScanValue *value, double *to){
  Cell cell = { CELL_NULL, 0, { NULL, 0 } };
  int type = 0;
  long long integer = 0;
  if( value->kind==LORE_SCAN_STRING ) cell = (Cell){ CELL_TEXT, 0, decoded(call, value) };
  if( value->kind==LORE_SCAN_NUMBER && loreNumberParse(value->text, value->length, &type, &integer, &cell.number) ){
    cell.kind = CELL_NUMBER;
    if( type==1 ) cell.number = (double)integer;
  }
  if( !loreFailed(call) && !cellTime(&cell, to) ) refuse(call, option, "a time", value);
}

static void readOne(LoreCall *call, const Option *option, const LoreScanValue *value, ChartOptions *options, int *axis){
  void *to = (char*)options + option->offset;
  int order = (int)options->order;
  switch( option->form ){
    case FORM_TEXT: case FORM_ID: readText(call, option, value, to); break;
    case FORM_INT: readInt(call, option, value, to); break;
    case FORM_TIME: readTime(call, option, value, to); break;
    case FORM_SWITCH:
      if( value->kind!=LORE_SCAN_TRUE && value->kind!=LORE_SCAN_FALSE ) refuse(call, option, "true or false", value);
      *(int*)to = value->kind==LORE_SCAN_TRUE;
      break;
    case FORM_WORD:
      if( option->name[0]=='x' ) readWord(call, option, value, axis);
      else readWord(call, option, value, &order);
  }
  options->order = (ChartOrder)order;
}

static const Option *optionOf(const LoreScanValue *name){
  for(size_t i = 0; i < sizeof kOptions/sizeof *kOptions; i++) if( loreScanIs(name, kOptions[i].name) ) return &kOptions[i];
  return NULL;
}

void optionsRead(LoreCall *call, const char *text, size_t length, ChartOptions *options, int *axis){
  LoreScanValue whole, name, value;
  chartStandards(options);
  *axis = -1;
  if( text==NULL || !loreScanText(text, length, &whole) ) return;
  LoreScan scan = loreScanInto(&whole);
  while( !loreFailed(call) && loreScanNext(&scan, &name, &value) ){
    const Option *option = optionOf(&name);
    int shown = name.length > 60 ? 60 : (int)name.length;
    if( option==NULL ) loreRefuse(call, LORE_BAD_ARGUMENT, "options has no member %.*s", shown, name.text);
    else if( value.kind!=LORE_SCAN_NULL ) readOne(call, option, &value, options, axis);
  }
}
