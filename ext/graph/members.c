#include "graph/members.h"

#include <string.h>

enum { UNDECODED = 0xff, NAMELESS = 0xfe }; /* bytes that begin no text */

/* The text by which a member of this name is found; what lies in *decoded the caller frees, it may be NULL. 0: no memory. */
static int decode(const GraphMembers *members, const LoreScanValue *name, char **decoded, const char **text, size_t *length){
  *decoded = NULL;
  *text = name->text + 1;
  *length = name->length - 2;
  if( !name->has_escapes ) return 1;
  *decoded = graphAllocate(members->names.memory, name->length + 1, 1);
  if( *decoded==NULL ) return 0;
  long count = loreScanDecode(name, *decoded);
  if( count < 0 ){
    **decoded = (char)UNDECODED;
    memcpy(*decoded + 1, name->text, name->length);
    count = (long)name->length + 1;
  }
  *text = *decoded;
  *length = (size_t)count;
  return 1;
}

/* Gives a member a value; one that is new has its number at the end of the list. name is NULL for one without. */
static int setValue(GraphMembers *members, int number, int is_new, const LoreScanValue *name, const char *value, size_t length){
  if( is_new ){
    GraphMember *grown = graphGrow(members->names.memory, members->list, number, &members->room, sizeof *grown);
    if( grown==NULL ) return 0;
    members->list = grown;
    grown[number] = (GraphMember){ .name = name ? name->text : NULL, .name_length = name ? name->length : 0 };
  }
  GraphMember *member = &members->list[number];
  if( member->value==NULL || member->value_length!=length || memcmp(member->value, value, length)!=0 ) members->changed = 1;
  member->value = value;
  member->value_length = length;
  return 1;
}

/* pass: the object that is read; what it has said of a name already stands. 0: none is read. */
static int setNamed(GraphMembers *members, const LoreScanValue *name, const char *value, size_t length, int pass){
  char *decoded;
  const char *text;
  size_t text_length;
  int count = members->names.count;
  int number = decode(members, name, &decoded, &text, &text_length) ? graphNamesAdd(&members->names, text, text_length) : -1;
  graphFree(members->names.memory, decoded);
  if( number < 0 ) return 0;
  if( pass && number < count && members->list[number].pass==pass ) return 1;
  if( !setValue(members, number, number==count, name, value, length) ) return 0;
  members->list[number].pass = pass;
  return 1;
}

int graphMembersSet(GraphMembers *members, const LoreScanValue *name, const char *value, size_t length){
  return setNamed(members, name, value, length, 0);
}

int graphMembersAppend(GraphMembers *members, const char *value, size_t length){
  char name[1 + sizeof(int)] = { (char)NAMELESS };
  int count = members->names.count;
  memcpy(name + 1, &count, sizeof count);
  int number = graphNamesAdd(&members->names, name, sizeof name);
  return number >= 0 && setValue(members, number, 1, NULL, value, length);
}

static int valueOf(const GraphMembers *members, int number, LoreScanValue *value){
  return number >= 0 && loreScanText(members->list[number].value, members->list[number].value_length, value);
}

int graphMembersLook(GraphMembers *members, const LoreScanValue *name, LoreScanValue *value){
  char *decoded;
  const char *text;
  size_t length;
  if( !decode(members, name, &decoded, &text, &length) ) return -1;
  int number = graphNamesFind(&members->names, text, length);
  graphFree(members->names.memory, decoded);
  return valueOf(members, number, value);
}

int graphMembersFind(const GraphMembers *members, const char *name, LoreScanValue *value){
  return valueOf(members, graphNamesFind(&members->names, name, strlen(name)), value);
}

int graphMembersMerge(GraphMembers *members, const LoreScanValue *object){
  LoreScanValue name, value;
  LoreScan scan = loreScanInto(object);
  if( object->kind!=LORE_SCAN_OBJECT ) return 1;
  members->pass++;
  while( loreScanNext(&scan, &name, &value) ) if( !setNamed(members, &name, value.text, value.length, members->pass) ) return 0;
  return 1;
}

int graphMembersRead(GraphMembers *members, const LoreScanValue *object){
  int done = graphMembersMerge(members, object);
  members->changed = 0;
  return done;
}

void graphMembersWrite(const GraphMembers *members, const char *without, LoreBuffer *to){
  int left_out = without ? graphNamesFind(&members->names, without, strlen(without)) : -1;
  char before = '{';
  for(int i = 0; i < members->names.count; i++){
    const GraphMember *member = &members->list[i];
    if( i==left_out ) continue;
    loreBufferChar(to, before);
    loreBufferAppend(to, member->name, member->name_length);
    loreBufferChar(to, ':');
    loreBufferAppend(to, member->value, member->value_length);
    before = ',';
  }
  if( before=='{' ) loreBufferChar(to, before);
  loreBufferChar(to, '}');
}

void graphMembersFree(GraphMembers *members){
  graphFree(members->names.memory, members->list);
  graphNamesFree(&members->names);
  members->list = NULL;
  members->room = 0;
}
