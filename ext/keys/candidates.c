/*
** All references to one company, walked in order of priority.
**
** The best key, the table of candidates and the explanation are this one walk, so they cannot disagree: the
** first stops at the first candidate, the second lists candidates, the third lists every step. Of each kind
** the first reference that gives a value makes the candidate; the others are steps that say why they do not.
** Malformed references count as if they were not there, so they never spoil what another one would give.
**
** The scratch buffer holds the value of this kind's candidate and, behind it, the value that is being made.
*/
#include <string.h>

#include "keys/parts.h"

const char *const kKeyReferences[KEY_REFERENCE_COUNT] = {
  [KEY_REF_DOMAIN]                 = "domain",
  [KEY_REF_WEBSITE]                = "website",
  [KEY_REF_COMPANIES_HOUSE_NUMBER] = "companies_house_number",
  [KEY_REF_COMPANY_NUMBER]         = "company_number",
  [KEY_REF_CRUNCHBASE_ID]          = "crunchbase_id",
  [KEY_REF_PITCHBOOK_ID]           = "pitchbook_id",
  [KEY_REF_GITHUB_ORG]             = "github_org",
  [KEY_REF_GITHUB_REPO]            = "github_repo",
  [KEY_REF_COMPANY_NAME]           = "company_name",
  [KEY_REF_NAME]                   = "name",
  [KEY_REF_REGION]                 = "region",
  [KEY_REF_DOMAIN_OR_WEBSITE]      = "domain_or_website",
  [KEY_REF_FALLBACK_COMPANY_NAME]  = "fallback_company_name",
  [KEY_REF_FALLBACK_REGION]        = "fallback_region",
};

typedef struct Attempt {
  int kind, reference;
} Attempt;

static const Attempt kAttempts[] = {
  {KEY_DOMAIN, KEY_REF_DOMAIN},
  {KEY_DOMAIN, KEY_REF_WEBSITE},
  {KEY_DOMAIN, KEY_REF_DOMAIN_OR_WEBSITE},
  {KEY_COMPANIES_HOUSE, KEY_REF_COMPANIES_HOUSE_NUMBER},
  {KEY_COMPANIES_HOUSE, KEY_REF_COMPANY_NUMBER},
  {KEY_CRUNCHBASE, KEY_REF_CRUNCHBASE_ID},
  {KEY_PITCHBOOK, KEY_REF_PITCHBOOK_ID},
  {KEY_GITHUB_ORG, KEY_REF_GITHUB_ORG},
  {KEY_GITHUB_ORG, KEY_REF_DOMAIN},
  {KEY_GITHUB_ORG, KEY_REF_WEBSITE},
  {KEY_GITHUB_ORG, KEY_REF_DOMAIN_OR_WEBSITE},
  {KEY_GITHUB_REPO, KEY_REF_GITHUB_REPO},
  {KEY_GITHUB_REPO, KEY_REF_DOMAIN},
  {KEY_GITHUB_REPO, KEY_REF_WEBSITE},
  {KEY_GITHUB_REPO, KEY_REF_DOMAIN_OR_WEBSITE},
  {KEY_NAME_LOC, KEY_REF_COMPANY_NAME},
  {KEY_NAME_LOC, KEY_REF_NAME},
  {KEY_NAME_LOC, KEY_REF_FALLBACK_COMPANY_NAME},
};

static const int kRegions[] = {KEY_REF_REGION, KEY_REF_FALLBACK_REGION};

#define COUNT(array) (sizeof(array)/sizeof((array)[0]))

typedef struct Walk {
  const KeyText *references;
  KeyStepCallback *callback;
  void *context;
  LoreBuffer *scratch;
  int kind;              /* being tried */
  int has_candidate;     /* of this kind; its value is scratch[0..candidate_length) */
  size_t candidate_length;
  int region;            /* the reference to use, -1: none */
} Walk;

int keyReferenceFind(const char *member, size_t length){
  for(int reference = 0; reference<KEY_REFERENCE_COUNT; reference++){
    if( keyEquals((KeyText){member, length}, kKeyReferences[reference]) ) return reference;
  }
  return -1;
}

static int isPresent(const Walk *walk, int reference){
  return walk->references[reference].text!=NULL && walk->references[reference].length>0;
}

static int reportNone(Walk *walk, Attempt attempt, const char *reason){
  KeyStep step = {attempt.reference, attempt.kind, walk->references[attempt.reference], {NULL, 0}, reason, 0};
  return walk->callback(walk->context, &step);
}

/* Report the value behind the candidate's, which it becomes when there is no candidate yet. */
static int reportValue(Walk *walk, Attempt attempt){
  const char *data = walk->scratch->data;
  size_t start = walk->candidate_length;
  KeyText value = {data + start, walk->scratch->length - start};
  KeyStep step = {attempt.reference, attempt.kind, walk->references[attempt.reference], value, NULL, 0};

  if( !walk->has_candidate ){
    walk->has_candidate = 1;
    walk->candidate_length = walk->scratch->length;
  }else{
    step.is_duplicate = value.length==start && memcmp(value.text, data, start)==0;
    step.reason = step.is_duplicate ? "an earlier reference gave the same key" : "an earlier reference gave the key of this kind";
  }
  return walk->callback(walk->context, &step);
}

static const char *makeValue(Walk *walk, Attempt attempt){
  static const KeyText kAbsent = {NULL, 0};
  KeyText text = walk->references[attempt.reference];
  if( attempt.kind!=KEY_NAME_LOC ) return keyValue(attempt.kind, text.text, text.length, walk->scratch);
  return keyNameAndRegion(text, walk->region>=0 ? walk->references[walk->region] : kAbsent, walk->scratch);
}

static int tryReference(Walk *walk, Attempt attempt){
  const char *reason = makeValue(walk, attempt);
  if( walk->scratch->failed ) return 0;
  int stop = reason!=NULL ? reportNone(walk, attempt, reason) : reportValue(walk, attempt);
  loreBufferCut(walk->scratch, walk->candidate_length);
  return stop;
}

/* A domain or website says something about GitHub only when it is there. */
static int isWorthTrying(const Walk *walk, Attempt attempt){
  if( !isPresent(walk, attempt.reference) ) return 0;
  if( attempt.kind!=KEY_GITHUB_ORG && attempt.kind!=KEY_GITHUB_REPO ) return 1;
  if( attempt.reference==KEY_REF_GITHUB_ORG || attempt.reference==KEY_REF_GITHUB_REPO ) return 1;
  return keyIsOnGithub(walk->references[attempt.reference]);
}

static void startKind(Walk *walk, int kind){
  walk->kind = kind;
  walk->has_candidate = 0;
  walk->candidate_length = 0;
  loreBufferClear(walk->scratch);
}

/* Choose the first region that gives anything; those before it are steps of their own. */
static int chooseRegion(Walk *walk){
  int stop = 0;
  for(size_t i = 0; i<COUNT(kRegions) && walk->region<0 && !stop; i++){
    if( !isPresent(walk, kRegions[i]) ) continue;
    const char *reason = keyFoldName(walk->references[kRegions[i]], walk->scratch);
    loreBufferClear(walk->scratch);
    if( walk->scratch->failed ) return 0;
    if( reason==NULL ){
      walk->region = kRegions[i];
    }else{
      stop = reportNone(walk, (Attempt){KEY_NAME_LOC, kRegions[i]}, reason);
    }
  }
  return stop;
}

static int walkAttempts(Walk *walk){
  for(size_t i = 0; i<COUNT(kAttempts) && !walk->scratch->failed; i++){
    int stop = 0;
    if( kAttempts[i].kind!=walk->kind ){
      startKind(walk, kAttempts[i].kind);
      if( walk->kind==KEY_NAME_LOC ) stop = chooseRegion(walk);
    }
    if( !stop && isWorthTrying(walk, kAttempts[i]) ) stop = tryReference(walk, kAttempts[i]);
    if( stop ) return stop;
  }
  if( walk->scratch->failed || walk->region<0 || walk->has_candidate ) return 0;
  return reportNone(walk, (Attempt){KEY_NAME_LOC, walk->region}, "a region without a name");
}

int keyCandidates(const KeyText references[KEY_REFERENCE_COUNT], KeyStepCallback *callback, void *context, LoreBuffer *scratch){
  Walk walk = {references, callback, context, scratch, -1, 0, 0, -1};
  return walkAttempts(&walk);
}
