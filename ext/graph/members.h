/*
** The members of a JSON object as a list that can be looked up and changed, in their order; values stay as they are written.
** Pure: knows no SQLite.
*/
#ifndef LORE_GRAPH_MEMBERS_H
#define LORE_GRAPH_MEMBERS_H

#include "engine/buffer.h"
#include "engine/scan.h"
#include "graph/names.h"

typedef struct GraphMember {
  const char *name;  /* as JSON, with its quotes */
  size_t name_length;
  const char *value; /* as JSON */
  size_t value_length;
  int pass;          /* which object it came from last */
} GraphMember;

typedef struct GraphMembers {
  GraphNames names; /* the decoded names, by which members are found; its memory is the caller's */
  GraphMember *list;
  int room;
  int pass;         /* objects that were read */
  int changed;      /* a value was set that reads otherwise than before, or a member was added */
} GraphMembers;

/* The members of an object, none of anything else; of a name that is there twice the first value, which SQLite shows too.
** The text must outlive the list. A name that can't be decoded (U+0000, half a surrogate pair) is told apart by how it is
** written. 0: no memory; then the list can only be freed. */
int graphMembersRead(GraphMembers *members, const LoreScanValue *object);

/* Sets members from another object, whose text must outlive the list. 0: no memory. */
int graphMembersMerge(GraphMembers *members, const LoreScanValue *object);

/* name is plain text. 1: *value is its value; 0: there is no such member. */
int graphMembersFind(const GraphMembers *members, const char *name, LoreScanValue *value);

/* Name and value are JSON, and must outlive the list. 0: no memory. */
int graphMembersSet(GraphMembers *members, const LoreScanValue *name, const char *value, size_t length);

/* Adds a value without a name, for a list of values of which some have one. 0: no memory. */
int graphMembersAppend(GraphMembers *members, const char *value, size_t length);

/* What a member of this name, as JSON, has now. 1: *value is its value; 0: there is none; -1: no memory. */
int graphMembersLook(GraphMembers *members, const LoreScanValue *name, LoreScanValue *value);

/* The object's text; without (may be NULL) names a member that is left out. */
void graphMembersWrite(const GraphMembers *members, const char *without, LoreBuffer *to);
void graphMembersFree(GraphMembers *members);

#endif
