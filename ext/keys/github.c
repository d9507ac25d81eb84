/*
** github_org, github_repo: the owner, and the repository, on GitHub.
**
** Taken are `org`, `org/repo`, `@org`, URLs on GitHub's hosts with or without scheme, and what git takes
** (git@github.com:o/r.git). A first part that looks like the name of another host gives no key: it is not an
** owner. Owners keep [a-z0-9], repositories [a-z0-9._-]; a run of other characters becomes one `-`, and no `-`
** stays at either end.
*/
#include <string.h>

#include <utf8proc.h>

#include "keys/parts.h"

static const char kOtherHost[] = "not on github.com";

static int isGithubHost(KeyText host){
  return keyEqualsFolded(host, "github.com") || keyEqualsFolded(host, "www.github.com") ||
         keyEqualsFolded(host, "raw.github.com") || keyEqualsFolded(host, "raw.githubusercontent.com");
}

static int contains(KeyText text, const char *bytes){
  return keyUpTo(text, bytes).length<text.length;
}

/* Whether the first part of a text without scheme is a host, and not an owner. `Acme Inc.` is an owner,
** `acme.com/x` a page elsewhere. */
static int startsWithHost(KeyText text){
  KeyText first = keyUpTo(text, "/\\");
  if( contains(first, "@:") ) return 1;
  return contains(first, ".") && (first.length<text.length || isGithubHost(first));
}

/* In git@host:owner/repo an owner follows the colon, in https://host:443/ a port. */
static int isPort(const KeyUrl *url){
  if( url->start==KEY_URL_BARE && url->has_user ) return url->port.length==0;
  return url->port.length==0 || keyIsDigits(url->port);
}

/* The two segments after GitHub's host; both may be empty. */
static const char *splitUrl(const KeyUrl *url, KeyText *org, KeyText *repo){
  if( !isGithubHost(url->host) ) return kOtherHost;
  KeyText path = url->rest;
  *org = isPort(url) ? keyUrlSegment(&path) : url->port;
  *repo = keyUrlSegment(&path);
  return NULL;
}

/* `owner`, `owner/repo`. A backslash is no separator here, only one of the characters no owner has. */
static void splitPlain(KeyText text, KeyText *org, KeyText *repo){
  KeyText *parts[] = {org, repo};
  for(int i = 0; i<2; i++){
    while( text.length>0 && text.text[0]=='/' ) text = keyFrom(text, 1);
    *parts[i] = keyUpTo(text, "/");
    text = keyFrom(text, parts[i]->length);
  }
}

static const char *splitText(KeyText text, KeyText *org, KeyText *repo){
  KeyUrl url;
  text = keyTrim(keyUpTo(text, "?#;"));
  const char *reason = keyUrlSplit(text, &url);
  if( reason!=NULL ) return reason;
  if( url.start!=KEY_URL_BARE ) return splitUrl(&url, org, repo);

  while( text.length>0 && text.text[0]=='@' ) text = keyFrom(text, 1);
  if( startsWithHost(text) ) return splitUrl(&url, org, repo);
  splitPlain(text, org, repo);
  return NULL;
}

static int isKept(int32_t c, const char *others){
  return (c>='a' && c<='z') || (c>='0' && c<='9') || (c>0 && c<0x80 && strchr(others, (char)c)!=NULL);
}

/* Append text in lower case with one `-` for each run of characters that are not kept, none in front. */
static void appendSlug(LoreBuffer *out, KeyText text, const char *others){
  size_t start = out->length;
  int dash = 0;
  for(size_t at = 0; at<text.length && !out->failed; ){
    int32_t c = keyNextChar(text, &at);
    int32_t lower = c<0x80 ? keyLowerAscii(c) : utf8proc_tolower(c);
    int is_kept = isKept(lower, others);
    int is_first = out->length==start;
    if( is_kept && !(is_first && lower=='-') ){
      if( dash && !is_first ) loreBufferChar(out, '-');
      loreBufferChar(out, (char)lower);
    }
    /* In lower case, I with a dot above is i and the dot by itself. */
    dash = !is_kept || c==0x130;
  }
}

/* Cut .git and `-` off the end, until neither is there: a value must give itself again. */
static void cutEnd(LoreBuffer *out, size_t start){
  for(;;){
    size_t length = out->length - start;
    const char *end = out->data + out->length;
    if( length>=1 && end[-1]=='-' ){
      loreBufferCut(out, out->length - 1);
    }else if( length>=4 && memcmp(end - 4, ".git", 4)==0 ){
      loreBufferCut(out, out->length - 4);
    }else{
      return;
    }
  }
}

const char *keyGithubOrg(KeyText text, LoreBuffer *out){
  KeyText org, repo;
  const char *reason = splitText(text, &org, &repo);
  if( reason!=NULL ) return reason;

  size_t start = out->length;
  appendSlug(out, org, "");
  return out->length==start ? "no letter or digit in the owner" : NULL;
}

const char *keyGithubRepo(KeyText text, LoreBuffer *out){
  KeyText org, repo;
  const char *reason = splitText(text, &org, &repo);
  if( reason!=NULL ) return reason;
  if( repo.length==0 ) return "no repository after the owner";

  size_t start = out->length;
  appendSlug(out, org, "");
  if( out->length==start ) return "no letter or digit in the owner";
  loreBufferChar(out, '/');

  start = out->length;
  appendSlug(out, repo, "._-");
  if( out->failed ) return kKeyOutOfMemory;
  cutEnd(out, start);
  KeyText name = {out->data + start, out->length - start};
  if( name.length==0 ) return "no letter or digit in the repository";
  return keyEquals(name, ".") || keyEquals(name, "..") ? "not the name of a repository" : NULL;
}

int keyIsOnGithub(KeyText text){
  KeyUrl url;
  return keyCheckText(&text)==NULL && keyUrlSplit(text, &url)==NULL && isGithubHost(url.host);
}
