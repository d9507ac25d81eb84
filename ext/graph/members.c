#include "graph/members.h"

#include <string.h>

/* The plain text of a name in *decoded, which the caller frees; NULL when the name has no escapes, or none that can be
** decoded: it then stands for itself. 0: no memory. */
static int decode(const GraphMembers *members, const LoreScanValue *name, char **decoded, const char **text, size_t *length){
  *decoded = NULL;
  *text = name->text + 1;
  *length = name->length - 2;
  if( !name->has_escapes ) return 1;
  *decoded = graphAllocate(members->names.memory, name->length + 1, 1);
  long count = *decoded ? loreScanDecode(name, *decoded) : -1;
  if( count >= 0 ){
    *text = *decoded;
    *length = (size_t)count;
  }
  return *decoded!=NULL;
}

int graphMembersSet(GraphMembers *members, const LoreScanValue *name, const char *value, size_t length){
  char *decoded;
  const char *text;
  size_t text_length;
  int count = members->names.count;
  int number = decode(members, name, &decoded, &text, &text_length) ? graphNamesAdd(&members->names, text, text_length) : -1;
  graphFree(members->names.memory, decoded);
  if( number < 0 ) return 0;
  if( number==count ){
    GraphMember *grown = graphGrow(members->names.memory, members->list, number, &members->room, sizeof *grown);
    if( grown==NULL ) return 0;
    members->list = grown;
    members->list[number] = (GraphMember){ name->text, name->length, NULL, 0 };
  }
  GraphMember *member = &members->list[number];
  if( member->value==NULL || member->value_length!=length || memcmp(member->value, value, length)!=0 ) members->changed = 1;
  member->value = value;
  member->value_length = length;
  return 1;
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
  while( loreScanNext(&scan, &name, &value) ) if( !graphMembersSet(members, &name, value.text, value.length) ) return 0;
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
