/*
** JSON documents: reading members, and making results. The only place that knows cJSON.
**
** A document has been checked by the engine before it comes here (an argument of type json, object or
** array). Numbers pass through cJSON as doubles: where exact text counts, ask SQLite (json_each).
*/
#ifndef LORE_JSON_H
#define LORE_JSON_H

#include "engine/engine.h"

enum { LORE_JSON_DEPTH = 1000 };

/* Deepest nesting of brackets outside strings. Pure. */
int loreJsonDepth(const char *text, size_t length);

typedef struct LoreJson LoreJson; /* one value of a parsed document, or of one being made */

/* NULL: cJSON can't read it (a lone surrogate, no memory), which SQLite can: go on without. */
LoreJson *loreJsonParse(const char *text, size_t length);
void loreJsonFree(LoreJson *json);

/* Children in the order of the text; NULL at the end. name is "" in an array. */
LoreJson *loreJsonFirst(LoreJson *parent);
LoreJson *loreJsonNext(LoreJson *child);
const char *loreJsonName(LoreJson *child);
const char *loreJsonText(LoreJson *value);  /* a string's text, NULL for anything else */
int loreJsonIsNumber(LoreJson *value);
int loreJsonIsNull(LoreJson *value);
double loreJsonNumber(LoreJson *value);      /* 0 for anything else */
LoreJson *loreJsonMember(LoreJson *object, const char *name); /* exact name; NULL when there is none */

/* Making a result. Adders take NULL for parent or after an error and then do nothing. */
LoreJson *loreJsonObject(LoreCall *call);
LoreJson *loreJsonArray(LoreCall *call);
void loreJsonAddText(LoreCall *call, LoreJson *parent, const char *name, const char *text); /* NULL: null */
void loreJsonAddInt(LoreCall *call, LoreJson *parent, const char *name, sqlite3_int64 value); /* exact */
void loreJsonAddReal(LoreCall *call, LoreJson *parent, const char *name, double value);
void loreJsonAddRaw(LoreCall *call, LoreJson *parent, const char *name, const char *json);
LoreJson *loreJsonAddObject(LoreCall *call, LoreJson *parent, const char *name);
LoreJson *loreJsonAddArray(LoreCall *call, LoreJson *parent, const char *name);
void loreJsonAdd(LoreCall *call, LoreJson *parent, const char *name, LoreJson *value); /* takes value over */
const char *loreJsonQuoted(LoreCall *call, const char *text); /* as JSON; NULL: "null"; lives as long as the call */
const char *loreJsonPrint(LoreCall *call, LoreJson *json); /* its text, which lives as long as the call */
void loreJsonResult(LoreCall *call, LoreJson *json); /* the call's result; frees json */

#endif
