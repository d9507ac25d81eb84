/*
** The kinds of keys: their table, their names, and which rule makes the value of which kind.
*/
#include <string.h>

#include "keys/parts.h"

const KeyKindRow kKeyKinds[KEY_KIND_COUNT] = {
  [KEY_DOMAIN]          = {"domain",          100, 1},
  [KEY_COMPANIES_HOUSE] = {"companies_house",  95, 1},
  [KEY_CRUNCHBASE]      = {"crunchbase",       80, 1},
  [KEY_PITCHBOOK]       = {"pitchbook",        80, 1},
  [KEY_GITHUB_ORG]      = {"github_org",       50, 0},
  [KEY_GITHUB_REPO]     = {"github_repo",      40, 0},
  [KEY_NAME_LOC]        = {"name_loc",         10, 0},
};

typedef const char *KeyRule(KeyText text, LoreBuffer *out);

/* The domain's rule takes the hosts too. */
static KeyRule *const kRules[KEY_KIND_COUNT] = {
  [KEY_COMPANIES_HOUSE] = keyCompaniesHouse,
  [KEY_CRUNCHBASE]      = keyCrunchbase,
  [KEY_PITCHBOOK]       = keyPitchbook,
  [KEY_GITHUB_ORG]      = keyGithubOrg,
  [KEY_GITHUB_REPO]     = keyGithubRepo,
  [KEY_NAME_LOC]        = keyNameLoc,
};

int keyKindFind(const char *name, size_t length){
  for(int kind = 0; kind<KEY_KIND_COUNT; kind++){
    if( keyEqualsFolded((KeyText){name, length}, kKeyKinds[kind].name) ) return kind;
  }
  return -1;
}

int keySplit(const char *key, size_t length, KeyText *value){
  *value = (KeyText){NULL, 0};
  for(int kind = 0; kind<KEY_KIND_COUNT; kind++){
    size_t name = strlen(kKeyKinds[kind].name);
    if( length<=name + 1 || key[name]!=':' || memcmp(key, kKeyKinds[kind].name, name)!=0 ) continue;
    *value = (KeyText){key + name + 1, length - name - 1};
    return kind;
  }
  return -1;
}

const char *keyValue(int kind, const char *text, size_t length, LoreBuffer *out){
  return keyValueRemembering(NULL, kind, text, length, out);
}

const char *keyValueRemembering(KeyHosts *hosts, int kind, const char *text, size_t length, LoreBuffer *out){
  size_t start = out->length;
  KeyText checked = {text, length};
  if( out->failed ) return kKeyOutOfMemory;
  if( kind<0 || kind>=KEY_KIND_COUNT ) return "no such kind of key";

  const char *reason = keyCheckText(&checked);
  if( reason==NULL ) reason = kind==KEY_DOMAIN ? keyDomain(checked, hosts, out) : kRules[kind](checked, out);
  if( out->failed ) reason = kKeyOutOfMemory;
  if( reason!=NULL ) loreBufferCut(out, start);
  return reason;
}

const char *keyRuleVersion(void){
  return "1";
}
