/*
** Canonical keys: which company or project does a reference name?
**
** The pure core: text in, text out, no SQLite, no state, independent of the locale. A key is
** `kind:value`; the value of each kind follows the rules at the head of domain.c, github.c, registry.c
** and name.c, and candidates.c walks over a whole set of references. All text is length-delimited and
** may be anything: what is not valid UTF-8, or holds a NUL, has no key.
**
** The domain of an ordinary ASCII URL is found without allocating, but for `out` itself.
*/
#ifndef LORE_KEYS_KEY_H
#define LORE_KEYS_KEY_H

#include <stddef.h>
#include <time.h>

#include "engine/buffer.h"

/* Part of a text, not NUL-terminated; text NULL: absent. */
typedef struct KeyText {
  const char *text;
  size_t length;
} KeyText;

/* ---- Kinds ---- */

/* In order of priority, which is the number + 1. */
enum KeyKind {
  KEY_DOMAIN,
  KEY_COMPANIES_HOUSE,
  KEY_CRUNCHBASE,
  KEY_PITCHBOOK,
  KEY_GITHUB_ORG,
  KEY_GITHUB_REPO,
  KEY_NAME_LOC,
  KEY_KIND_COUNT
};

typedef struct KeyKindRow {
  const char *name;
  int strength; /* 0..100 */
  int is_strong; /* may merge records without a person */
} KeyKindRow;

extern const KeyKindRow kKeyKinds[KEY_KIND_COUNT];

/* The kind of that name, in any case; -1 when there is none. */
int keyKindFind(const char *name, size_t length);

/* Take `kind:value` apart: the kind, and its value as a part of `key`. -1, and no value, when the kind is
** unknown (kinds in keys are lower case) or the value empty. */
int keySplit(const char *key, size_t length, KeyText *value);

/* ---- The value of one reference ---- */

/* Append the canonical value of one reference to `out`. Returns NULL when it did, else why there is none,
** in plain English, with `out` as it was. A value gives itself again. name_loc takes `name` or
** `name|region`. When memory runs out, out->failed is set and the reason says so. */
const char *keyValue(int kind, const char *text, size_t length, LoreBuffer *out);

/* Hosts whose registrable domain was found before: libpsl looks a host up label by label. Zeroed memory of
** KEY_HOSTS_SIZE bytes that the caller keeps, one a thread. The same as keyValue, but for the time it takes. */
typedef struct KeyHosts KeyHosts;
enum { KEY_HOSTS_SIZE = 512*64 };
const char *keyValueRemembering(KeyHosts *hosts, int kind, const char *text, size_t length, LoreBuffer *out);

/* Append the registrable domain of a URL or host, that of a shared platform too. Returns as keyValue. */
const char *keyRegistrableDomain(const char *text, size_t length, LoreBuffer *out);

/* ---- All references to one company ---- */

/* In the order in which they are tried within a kind. */
enum KeyReference {
  KEY_REF_DOMAIN,
  KEY_REF_WEBSITE,
  KEY_REF_COMPANIES_HOUSE_NUMBER,
  KEY_REF_COMPANY_NUMBER,
  KEY_REF_CRUNCHBASE_ID,
  KEY_REF_PITCHBOOK_ID,
  KEY_REF_GITHUB_ORG,
  KEY_REF_GITHUB_REPO,
  KEY_REF_COMPANY_NAME,
  KEY_REF_NAME,
  KEY_REF_REGION,
  KEY_REF_DOMAIN_OR_WEBSITE,
  KEY_REF_FALLBACK_COMPANY_NAME,
  KEY_REF_FALLBACK_REGION,
  KEY_REFERENCE_COUNT
};

/* Their names as members of a JSON object. */
extern const char *const kKeyReferences[KEY_REFERENCE_COUNT];

/* The reference of that exact name, -1 when there is none. */
int keyReferenceFind(const char *member, size_t length);

/* One attempt to make a key. It is a candidate exactly when `reason` is NULL. */
typedef struct KeyStep {
  int reference;      /* what was tried: an enum KeyReference */
  int kind;           /* as what */
  KeyText raw;        /* the reference's text */
  KeyText value;      /* what it gave, absent when nothing; followed by a NUL, valid during the callback only */
  const char *reason; /* why it is not a candidate */
  int is_duplicate;   /* the value is the one that the candidate of this kind has already */
} KeyStep;

/* Nonzero stops the walk. */
typedef int KeyStepCallback(void *context, const KeyStep *step);

/* Try the references in order of priority, each present one a step; there is at most one candidate of a
** kind, the first that gave a value. Returns what the callback stopped with, else 0. `scratch` is
** overwritten, and its `failed` tells of lost memory, after which no more steps come. */
int keyCandidates(const KeyText references[KEY_REFERENCE_COUNT], KeyStepCallback *callback, void *context, LoreBuffer *scratch);

/* ---- What the keys depend on ---- */

/* Changes whenever the same reference could give another key. */
const char *keyRuleVersion(void);

/* The date of the public suffix list in use, 0 when it is unknown. */
time_t keySuffixListTime(void);

#endif
