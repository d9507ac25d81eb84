/*
** keys: canonical keys as SQL. The rules are the pure core (key.h); groups.c says which keys are one
** company.
**
** Storage: sql/schema/keys. Statements: sql/statements/keys.sql.
*/
#include <string.h>
#include <time.h>

#include "keys/groups.h"
#include "keys/references.h"

/* ---- canonical_key ---- */

enum { KEY_FIRST, KEY_VALUE };

static void keyOfKind(LoreCall *call){
  const char *kind_name = loreText(call, KEY_FIRST);
  int kind = kind_name ? keyKindFind(kind_name, strlen(kind_name)) : -1;
  if( kind < 0 ){
    loreRefuse(call, LORE_BAD_ARGUMENT, "kind must be one of domain companies_house crunchbase pitchbook github_org "
               "github_repo name_loc, got %s", loreShow(call, KEY_FIRST));
  }
  loreNumberAsText(call, KEY_VALUE);
  referenceKey(call, kind, KEY_VALUE);
}

/* Result: TEXT, the best key of a JSON object, or the key of one reference; NULL when there is none. */
static void canonicalKey(LoreCall *call){
  References references;
  if( loreArgumentCount(call)==2 ){
    keyOfKind(call);
  }else if( loreGiven(call, KEY_FIRST) ){
    loreCheckObject(call, KEY_FIRST);
    referencesRead(call, KEY_FIRST, &references);
    loreResultText(call, keyDocumentBest(call, references.texts));
    referencesFree(&references);
  }
}

/* ---- Parts of a key ---- */

/* The kind of the first argument, and its value; -1 when it is no key. */
static int splitArgument(LoreCall *call, KeyText *value){
  const char *key = loreText(call, 0);
  return key ? keySplit(key, loreTextLength(call, 0), value) : -1;
}

static void keyKind(LoreCall *call){
  KeyText value;
  int kind = splitArgument(call, &value);
  if( kind >= 0 ) loreResultText(call, kKeyKinds[kind].name);
}

static void keyValueOf(LoreCall *call){
  KeyText value;
  if( splitArgument(call, &value) >= 0 ) loreResultTextLength(call, value.text, value.length);
}

static void keyStrength(LoreCall *call){
  KeyText value;
  int kind = splitArgument(call, &value);
  loreResultInt(call, kind >= 0 ? kKeyKinds[kind].strength : 0);
}

static void keyIsStrong(LoreCall *call){
  KeyText value;
  int kind = splitArgument(call, &value);
  loreResultInt(call, kind >= 0 ? kKeyKinds[kind].is_strong : 0);
}

static void registrableDomain(LoreCall *call){
  referenceDomain(call, 0);
}

/* ---- canonical_key_candidates, key_explain ---- */

static int candidateRow(void *context, const KeyStep *step){
  LoreCall *call = context;
  if( step->reason ) return 0;
  const KeyKindRow *kind = &kKeyKinds[step->kind];
  loreRowInt(call, step->kind + 1);
  loreRowText(call, loreFormat(call, "%s:%s", kind->name, step->value.text));
  loreRowText(call, kind->name);
  loreRowTextLength(call, step->value.text, step->value.length);
  loreRowInt(call, kind->strength);
  loreRowInt(call, kind->is_strong);
  return loreFailed(call);
}

static void candidateRows(LoreCall *call){
  References references;
  referencesRead(call, 0, &references);
  keyDocumentWalk(call, references.texts, candidateRow, call);
  referencesFree(&references);
}

typedef struct Explanation {
  LoreCall *call;
  int step;
} Explanation;

static int explainRow(void *context, const KeyStep *step){
  Explanation *explanation = context;
  LoreCall *call = explanation->call;
  const char *kind = kKeyKinds[step->kind].name;
  loreRowInt(call, ++explanation->step);
  loreRowText(call, kKeyReferences[step->reference]);
  loreRowTextLength(call, step->raw.text, step->raw.length);
  loreRowText(call, kind);
  loreRowText(call, step->value.text ? loreFormat(call, "%s:%s", kind, step->value.text) : NULL);
  loreRowText(call, step->reason ? "dropped" : "candidate");
  loreRowText(call, step->reason);
  return loreFailed(call);
}

static void explainUnused(LoreCall *call, Explanation *explanation, const char *member){
  loreRowInt(call, ++explanation->step);
  loreRowText(call, member);
  loreRowText(call, NULL);
  loreRowText(call, NULL);
  loreRowText(call, NULL);
  loreRowText(call, "unused");
  loreRowText(call, "not the name of a reference");
}

static void explainRows(LoreCall *call){
  References references;
  Explanation explanation = { call, 0 };
  referencesReadAll(call, 0, &references);
  keyDocumentWalk(call, references.texts, explainRow, &explanation);
  for(int i = 0; i < references.unused_count && !loreFailed(call); i++){
    explainUnused(call, &explanation, references.unused[i]);
  }
  referencesFree(&references);
}

/* ---- lore_info ---- */

static void info(LoreCall *call){
  time_t date = keySuffixListTime();
  loreRowText(call, "keys.rules");
  loreRowText(call, keyRuleVersion());
  loreRowText(call, "keys.suffix_list_date");
  loreRowText(call, date ? loreFormat(call, "%.10s", loreTimeText(call, (LoreTime)date*1000)) : NULL);
}

/* ---- Registration ---- */

static const LoreVerb kVerbs[] = {
  { "key_merge", "a! b! reason! by:text[1..200]", groupsMerge, WRITES("key_groups key_log"),
    "two keys are one company; the key that now stands for it",
    "'domain:acme.ai', 'github_org:acme', 'same site', 'ann'" },
  { "key_unmerge", "a! b! reason! by:text[1..200]", groupsUnmerge, WRITES("key_groups key_log"),
    "take a merge back; 1, or 0 when that was done before",
    "'domain:acme.ai', 'github_org:acme', 'a namesake'" },
};

static const LoreReader kReaders[] = {
  { "canonical_key_candidates", "refs:object!",
    "priority INTEGER, canonical_key TEXT, kind TEXT, value TEXT, strength INTEGER, is_strong INTEGER",
    SQL_NONE, "all keys that a JSON object of references gives, best first",
    "'{\"domain\": \"https://acme.ai\", \"github_org\": \"acme\"}'", candidateRows },
  { "key_explain", "refs:object!",
    "step INTEGER, reference TEXT, given TEXT, kind TEXT, canonical_key TEXT, outcome TEXT, reason TEXT",
    SQL_NONE, "what was tried to find a key, what it gave, and why it was dropped",
    "'{\"domain\": \"localhost\", \"websit\": \"acme.ai\"}'", explainRows },
};

static const LoreFunction kFunctions[] = {
  { "canonical_key", "refs:any value:any", canonicalKey, LORE_PURE,
    "the best key of a JSON object of references, or canonical_key(kind, value): of one",
    "'domain', 'https://www.acme.ai/about'" },
  { "key_kind", "k:any", keyKind, LORE_PURE, "kind of a key, NULL when it is none", "'domain:acme.ai'" },
  { "key_value", "k:any", keyValueOf, LORE_PURE, "value of a key, NULL when it is none", "'domain:acme.ai'" },
  { "key_strength", "k:any", keyStrength, LORE_PURE, "0 to 100: how surely the key names one company", "'domain:acme.ai'" },
  { "key_is_strong", "k:any", keyIsStrong, LORE_PURE,
    "1 when keys of its kind may be merged without a person", "'domain:acme.ai'" },
  { "registrable_domain", "url:any", registrableDomain, LORE_PURE,
    "registrable domain of a URL or host, NULL when there is none",
    "'https://www.acme.co.uk/about'" },
  { "key_resolve", "k:any", groupsResolve, LORE_READS, "the key that stands for this one's company", "'github_org:acme'" },
};

const LoreSubsystem kKeys = {
  .name = "keys",
  .tenant_rule = "denied",
  .verbs = LORE_TABLE(kVerbs),
  .readers = LORE_TABLE(kReaders),
  .functions = LORE_TABLE(kFunctions),
  .info = info,
  .validate = SQL_KEY_VALIDATE,
};
