/*
** Tokens that are known by their form: prefixes, JSON web tokens, Discord, bearer tokens, URLs with credentials, PEM blocks.
**
** Why each is linear over a whole text: a run is looked at once from its first character (a token whose characters may hold a
** `-` must begin a run), or no further than the fewest characters that a token has; what is found is passed over as a whole.
*/
#include "vault/patterns.h"

#include <string.h>

enum { VARIED_LEAST = 6, URL_MOST = 512, KEY_LEAST = 32, KEY_LINE = 16 };

/* 1 where no character of a token stands before. */
static int beginsRun(const SecretScan *scan, size_t at){
  return at==0 || !secretInSet(SET_URL, scan->text[at - 1]) || (at >= 2 && scan->text[at - 2]=='\\');
}

static int holds(const char *text, size_t length, const char *word){
  size_t size = strlen(word);
  for(size_t i = 0; i + size <= length; i++) if( memcmp(text + i, word, size)==0 ) return 1;
  return 0;
}

/* ---- Prefixes ---- */

static int matchPrefix(const SecretScan *scan, size_t at, const SecretPrefix *row, SecretFinding *found){
  if( !secretStartsWith(scan, at, row->prefix) ) return 0;
  size_t body = at + strlen(row->prefix), least = (size_t)row->least;
  if( secretRunEnd(scan, body, row->set, least) - body < least ) return 0;
  const char *text = scan->text + body;
  if( !secretIsVaried(text, least, VARIED_LEAST) || holds(text, least, "EXAMPLE") || holds(text, least, "xxxxx") ) return 0;
  if( row->set==SET_URL && !beginsRun(scan, at) ) return 0;
  size_t end = secretRunEnd(scan, body, row->set, row->most ? (size_t)row->most + 1 : 0);
  if( row->most && end - body > (size_t)row->most ) return 0;
  if( row->most && secretInSet(SET_WORD, secretAt(scan, end)) ) return 0;
  return secretFound(found, row->kind, row->spares_prefix ? body : at, end);
}

int secretFindPrefixed(const SecretScan *scan, size_t at, SecretFinding *found){
  for(int i = 0; i < kSecretPrefixCount; i++){
    if( matchPrefix(scan, at, &kSecretPrefixes[i], found) ) return 1;
  }
  return 0;
}

/* ---- Three parts with dots ---- */

int secretFindJwt(const SecretScan *scan, size_t at, SecretFinding *found){
  if( !secretStartsWith(scan, at, "eyJ") || !beginsRun(scan, at) ) return 0;
  size_t header = secretRunEnd(scan, at, SET_URL, 0);
  if( header - at < 15 || secretAt(scan, header)!='.' || secretAt(scan, header + 1)!='e' ) return 0;
  size_t payload = secretRunEnd(scan, header + 1, SET_URL, 0);
  if( payload - header < 12 || secretAt(scan, payload)!='.' ) return 0;
  size_t end = secretRunEnd(scan, payload + 1, SET_URL, 0);
  return end - payload > 16 && secretFound(found, SECRET_JWT, at, end);
}

/* The first part is the base64 of a number: every fourth character is M, N or O. */
int secretFindDiscord(const SecretScan *scan, size_t at, SecretFinding *found){
  size_t id = secretRunEnd(scan, at, SET_URL, 29);
  if( id - at < 23 || id - at > 28 || secretAt(scan, id)!='.' || !beginsRun(scan, at) ) return 0;
  for(size_t i = at; i < id; i += 4) if( strchr("MNO", scan->text[i])==NULL ) return 0;
  size_t time = secretRunEnd(scan, id + 1, SET_URL, 8);
  if( time - id - 1 < 6 || time - id - 1 > 7 || secretAt(scan, time)!='.' ) return 0;
  size_t end = secretRunEnd(scan, time + 1, SET_URL, 64);
  if( end - time - 1 < 27 || end - time - 1 > 40 ) return 0;
  return secretFound(found, SECRET_DISCORD_TOKEN, at, end);
}

/* ---- Bearer ---- */

static int isToken68(char c){
  return secretInSet(SET_DOTTED, c) || c=='+' || c=='/' || c=='~';
}

int secretFindBearer(const SecretScan *scan, size_t at, SecretFinding *found){
  static const char kWord[] = "bearer";
  int digits = 0, letters = 0;
  for(size_t i = 0; kWord[i]; i++) if( secretLower(secretAt(scan, at + i))!=kWord[i] ) return 0;
  size_t start = at + sizeof kWord - 1;
  if( secretAt(scan, start)!=' ' ) return 0;
  while( secretAt(scan, start)==' ' && start < at + 16 ) start++;
  size_t end = start;
  for(; isToken68(secretAt(scan, end)); end++){
    digits += secretIsDigit(scan->text[end]);
    letters += secretIsLetter(scan->text[end]);
  }
  while( end > start && scan->text[end - 1]=='.' ) end--;
  if( end - start < 16 || !digits || !letters || !secretIsVaried(scan->text + start, end - start, VARIED_LEAST) ) return 0;
  while( secretAt(scan, end)=='=' ) end++;
  return secretFound(found, SECRET_BEARER_TOKEN, start, end);
}

/* ---- URLs ---- */

/* The first character of what follows `://`, which JSON may write `:\/\/`; 0 when it is none. */
static size_t authorityOf(const SecretScan *scan, size_t at){
  if( secretStartsWith(scan, at, "://") ) return at + 3;
  return secretStartsWith(scan, at, ":\\/\\/") ? at + 5 : 0;
}

/* The finding is `user:password`: what is left still says where it leads. */
int secretFindUrl(const SecretScan *scan, size_t at, SecretFinding *found){
  size_t start = authorityOf(scan, at), end = start, colon = 0, sign = 0;
  if( start==0 || at==0 || !secretInSet(SET_ALNUM, scan->text[at - 1]) || secretStartsWith(scan, start, "{SECRET:") ) return 0;
  for(; end < scan->length && end - start < URL_MOST; end++){
    char c = scan->text[end];
    if( (unsigned char)c <= ' ' || strchr("/?#\"'`<>\\", c) ) break;
    if( c==':' && colon==0 ) colon = end;
    if( c=='@' ) sign = end;
  }
  if( sign==0 || colon==0 || colon > sign || sign - colon < 2 || !secretInSet(SET_WORD, secretAt(scan, sign + 1)) ) return 0;
  if( secretIsPlaceholder(scan->text + colon + 1, sign - colon - 1) ) return 0;
  return secretFound(found, SECRET_URL_CREDENTIALS, start, sign);
}

/* ---- PEM ---- */

/* Where the line `-----BEGIN … PRIVATE KEY-----` ends; 0 when it is none. */
static size_t keyBegins(const SecretScan *scan, size_t at){
  static const char kEnd[] = "PRIVATE KEY";
  if( !secretStartsWith(scan, at, "-----BEGIN ") ) return 0;
  size_t start = at + 11, end = start;
  while( end - start < 60 && (secretInSet(SET_UPPER, secretAt(scan, end)) || secretAt(scan, end)==' ') ) end++;
  if( !secretStartsWith(scan, end, "-----") || !holds(scan->text + start, end - start, kEnd) ) return 0;
  return end + 5;
}

/* Up to the line of its end; without one, as far as it looks like a key. */
int secretFindPrivateKey(const SecretScan *scan, size_t at, SecretFinding *found){
  size_t body = keyBegins(scan, at), end = body, cut = 0, bytes = 0, uncut = 0, run = 0, longest = 0;
  if( body==0 ) return 0;
  while( end < scan->length && !(scan->text[end]=='-' && secretStartsWith(scan, end, "-----")) ){
    char c = scan->text[end];
    int is_key = secretInSet(SET_BASE64, c);
    bytes += (size_t)is_key;
    run = is_key ? run + 1 : 0;
    if( run > longest ) longest = run;
    uncut += (size_t)(is_key && !cut);
    if( !is_key && !secretIsSpace(c) && c!='\\' && cut==0 ) cut = end;
    end++;
  }
  if( secretStartsWith(scan, end, "-----END ") ){
    size_t line = secretRunEnd(scan, end + 9, SET_UPPER, 40);
    while( line - end < 60 && (secretInSet(SET_UPPER, secretAt(scan, line)) || secretAt(scan, line)==' ') ) line++;
    end = secretStartsWith(scan, line, "-----") ? line + 5 : line;
  }else if( cut ){
    end = cut;
    bytes = uncut;
  }
  return bytes >= KEY_LEAST && longest >= KEY_LINE && secretFound(found, SECRET_PRIVATE_KEY, at, end);
}
