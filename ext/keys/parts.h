/*
** What the files of the keys core share: text helpers (text.c), URLs (url.c), and the rule of each kind.
**
** Every KeyText that a rule gets has been checked: valid UTF-8 without NUL, trimmed, not empty. Rules return
** NULL or a reason, like keyValue, but may leave part of a value in `out`: keyValue cuts it off.
*/
#ifndef LORE_KEYS_PARTS_H
#define LORE_KEYS_PARTS_H

#include <stdint.h>

#include "keys/key.h"

/* ---- text.c ---- */

extern const char kKeyOutOfMemory[];

/* Trim Unicode white space at both ends. Returns a reason when the text is not valid or nothing is left. */
const char *keyCheckText(KeyText *text);

KeyText keyTrim(KeyText text);
int keyEquals(KeyText text, const char *word);      /* exactly */
int keyEqualsFolded(KeyText text, const char *word); /* ASCII letters in any case; word is lower case */
int keyIsAscii(KeyText text);
int keyIsDigits(KeyText text);                       /* and not empty */
KeyText keyUpTo(KeyText text, const char *ends);     /* the part before the first of these ASCII characters */

/* Decode the character at *at, which is moved behind it; -1 when it is broken. */
int32_t keyNextChar(KeyText text, size_t *at);

/* These two are called for every byte of every URL. */
static inline KeyText keyFrom(KeyText text, size_t start){
  return (KeyText){text.text + start, text.length - start};
}

static inline int keyLowerAscii(int c){
  return c>='A' && c<='Z' ? c + ('a' - 'A') : c;
}

void keyAppendChar(LoreBuffer *out, int32_t c);
void keyAppendLower(LoreBuffer *out, KeyText text); /* Unicode lower-case */

/* The text without tab, CR and LF: itself when it has none, else a copy at the end of `out`, whose address
** is valid until the next append. */
KeyText keyDropBreaks(KeyText text, LoreBuffer *out);

/* ---- url.c ---- */

/* What stands in front of the host. */
enum KeyUrlStart { KEY_URL_BARE, KEY_URL_SLASHES, KEY_URL_SCHEME };

typedef struct KeyUrl {
  enum KeyUrlStart start;
  int has_user;
  KeyText host;  /* trimmed, without leading dots and one trailing dot */
  KeyText port;  /* what follows the host's colon */
  KeyText rest;  /* from the first of / ? # \ on */
} KeyUrl;

/* A reason when what stands before :// is not a scheme. */
const char *keyUrlSplit(KeyText text, KeyUrl *url);

/* Take the next segment, without its slashes (and backslashes), off the path. Empty: no more. */
KeyText keyUrlSegment(KeyText *path);

/* ---- The rules ---- */

const char *keyDomain(KeyText text, KeyHosts *hosts, LoreBuffer *out);
const char *keyCompaniesHouse(KeyText text, LoreBuffer *out);
const char *keyCrunchbase(KeyText text, LoreBuffer *out);
const char *keyPitchbook(KeyText text, LoreBuffer *out);
const char *keyGithubOrg(KeyText text, LoreBuffer *out);
const char *keyGithubRepo(KeyText text, LoreBuffer *out);
const char *keyNameLoc(KeyText text, LoreBuffer *out);

/* Whether a domain or website is on GitHub. Any text. */
int keyIsOnGithub(KeyText text);

/* Append one name folded. Any text. */
const char *keyFoldName(KeyText name, LoreBuffer *out);

/* The key of a name, and of its region unless that is absent or gives nothing. Any text. */
const char *keyNameAndRegion(KeyText name, KeyText region, LoreBuffer *out);

#endif
