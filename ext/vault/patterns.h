/*
** The table of patterns, and the functions that look for them at one place of a text.
**
** Tokens with a prefix of their own are rows of a table (patterns.c). The others have a form: each is looked for where its
** first character stands (tokens.c, numbers.c), or behind a name and its `=` or `:` (values.c).
*/
#ifndef LORE_VAULT_PATTERNS_H
#define LORE_VAULT_PATTERNS_H

#include <string.h>

#include "vault/scan.h"

/* In the order in which one of two equally sensitive patterns gives its name to what both have found. */
typedef enum SecretKind {
  SECRET_PRIVATE_KEY, SECRET_AWS_SECRET_KEY, SECRET_PAYMENT_CARD, SECRET_US_SSN, SECRET_GITHUB_TOKEN, SECRET_STRIPE_KEY,
  SECRET_SLACK_TOKEN, SECRET_DISCORD_TOKEN, SECRET_NPM_TOKEN, SECRET_AWS_ACCESS_KEY, SECRET_URL_CREDENTIALS, SECRET_API_KEY,
  SECRET_BEARER_TOKEN, SECRET_PASSWORD, SECRET_JWT, SECRET_HIGH_ENTROPY, SECRET_KINDS
} SecretKind;

extern const SecretPattern kSecretPatterns[SECRET_KINDS];

/* Sets of characters. */
typedef enum SecretSet {
  SET_ALNUM, SET_WORD /* and _ */, SET_URL /* and - */, SET_DOTTED /* and . */, SET_PATH /* and / */, SET_UPPER /* A-Z 0-9 */,
  SET_HEX /* in lower case */, SET_BASE64
} SecretSet;

/* A token that is known by how it begins. */
typedef struct SecretPrefix {
  const char *prefix;
  SecretSet set;     /* of what follows */
  int least, most;   /* length of what follows; most 0: as long as it goes on */
  SecretKind kind;
  int spares_prefix; /* the finding begins behind the prefix */
} SecretPrefix;

extern const SecretPrefix kSecretPrefixes[];
extern const int kSecretPrefixCount;

/* ---- Characters ---- */

static inline int secretIsDigit(char c){
  return c >= '0' && c <= '9';
}

static inline int secretIsLetter(char c){
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static inline int secretIsSpace(char c){
  return c==' ' || c=='\t' || c=='\r' || c=='\n';
}

static inline char secretLower(char c){
  return (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
}

static inline int secretIsOneOf(char c, const char *characters){
  return c!='\0' && strchr(characters, c)!=NULL;
}

int secretInSet(SecretSet set, char c);

/* The character at a place; NUL outside the text. */
static inline char secretAt(const SecretScan *scan, size_t at){
  return at < scan->length ? scan->text[at] : '\0';
}

int secretStartsWith(const SecretScan *scan, size_t at, const char *word);

/* Where a run of characters of the set that begins at `at` ends; most 0: no limit. */
size_t secretRunEnd(const SecretScan *scan, size_t at, SecretSet set, size_t most);

/* 1 when the first characters (64 at most) are at least `least` different ones. */
int secretIsVaried(const char *text, size_t length, int least);

int secretFound(SecretFinding *found, SecretKind kind, size_t start, size_t end); /* 1 */

/* ---- Finders: 1 and what begins at `at`, else 0 ---- */

int secretFindPrefixed(const SecretScan *scan, size_t at, SecretFinding *found);
int secretFindJwt(const SecretScan *scan, size_t at, SecretFinding *found);
int secretFindDiscord(const SecretScan *scan, size_t at, SecretFinding *found);
int secretFindBearer(const SecretScan *scan, size_t at, SecretFinding *found); /* at: the word bearer */
int secretFindUrl(const SecretScan *scan, size_t at, SecretFinding *found);    /* at: the colon of :// */
int secretFindPrivateKey(const SecretScan *scan, size_t at, SecretFinding *found);
int secretFindCard(const SecretScan *scan, size_t at, SecretFinding *found);
int secretFindSsn(const SecretScan *scan, size_t at, SecretFinding *found);
int secretFindAssigned(SecretScan *scan, size_t at, SecretFinding *found); /* at: the sign between a name and its value */

/* ---- values.c, for URLs too ---- */

/* 1 for what stands in place of a secret in a manual or a template. */
int secretIsPlaceholder(const char *text, size_t length);

#endif
