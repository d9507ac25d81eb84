/*
** domain: the registrable domain of a URL, a host or an e-mail address, in ASCII.
**
** The host is lower-cased, or brought to A-labels by UTS 46 (libidn2) when it is not ASCII, and cut down by
** the public suffix list of libpsl, private section included: acme.github.io stays itself. A page on a
** platform that many companies share says nothing about the platform's owner, so it gives no key.
**
** libpsl answers wrongly for upper case, a trailing dot and IP addresses: all of that is done before it is
** asked. Nothing is allocated for an ASCII host; it has to fit a buffer on the stack, as no longer one exists.
*/
#include <string.h>

#include <idn2.h>
#include <libpsl.h>

#include "keys/parts.h"

enum {
  HOST_MAX = 253,
  LABEL_MAX = 63,
  UNICODE_HOST_MAX = 4 * HOST_MAX /* A-labels never have fewer characters than what they stand for */
};

/* Names with their lengths, so that looking one up compares hardly any text. */
#define NAME(name) {name, sizeof(name) - 1}

/* Their pages belong to those who use them. */
static const KeyText kPlatforms[] = {
  NAME("github.com"),    NAME("gitlab.com"),     NAME("bitbucket.org"), NAME("sourceforge.net"), NAME("codeberg.org"),
  NAME("launchpad.net"), NAME("linkedin.com"),   NAME("twitter.com"),   NAME("x.com"),           NAME("facebook.com"),
  NAME("instagram.com"), NAME("youtube.com"),    NAME("medium.com"),    NAME("crunchbase.com"),  NAME("pitchbook.com"),
  NAME("producthunt.com"), NAME("wikipedia.org"),
};

/* Hosts that have nothing but such pages. */
static const KeyText kPlatformHosts[] = {
  NAME("sites.google.com"), NAME("docs.google.com"), NAME("drive.google.com"), NAME("groups.google.com"),
  NAME("play.google.com"), NAME("apps.apple.com"),
};

#define COUNT(array) (sizeof(array)/sizeof((array)[0]))

static int isOneOf(KeyText name, const KeyText *list, size_t count){
  for(size_t i = 0; i<count; i++){
    if( name.length==list[i].length && memcmp(name.text, list[i].text, name.length)==0 ) return 1;
  }
  return 0;
}

/* The byte in lower case, 0 when no label may hold it. */
static char hostByte(char c){
  c = (char)keyLowerAscii((unsigned char)c);
  return (c>='a' && c<='z') || (c>='0' && c<='9') || c=='-' || c=='_' ? c : 0;
}

/* Copy an ASCII host in lower case into name, which holds HOST_MAX + 1; a reason when a label is wrong. */
static const char *copyHost(KeyText host, char *name){
  size_t label = 0; /* where the present one starts */
  if( host.length>HOST_MAX ) return "a host longer than 253 characters";
  for(size_t i = 0; i<host.length; i++){
    if( host.text[i]=='.' ){
      if( i==label ) return "an empty label in the host";
      label = i + 1;
      name[i] = '.';
    }else{
      name[i] = hostByte(host.text[i]);
      if( name[i]==0 ) return "a character in the host that no domain has";
      if( i - label>=LABEL_MAX ) return "a label longer than 63 characters";
    }
  }
  name[host.length] = '\0';
  if( label==host.length ) return "an empty label in the host";
  if( label==0 ) return "no dot in the host";
  if( keyIsDigits(keyFrom(host, label)) ) return "an IPv4 address";
  return NULL;
}

static const char *copyUnicodeHost(KeyText host, char *name, LoreBuffer *out){
  if( host.length>UNICODE_HOST_MAX ) return "a host longer than 253 characters";
  unsigned char text[UNICODE_HOST_MAX + 1];
  memcpy(text, host.text, host.length);
  text[host.length] = '\0';

  unsigned char *ascii = NULL;
  int rc = idn2_lookup_u8(text, &ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
  const char *reason = "not a valid international domain name";
  if( rc==IDN2_OK ){
    reason = copyHost((KeyText){(const char *)ascii, strlen((const char *)ascii)}, name);
  }else if( rc==IDN2_MALLOC ){
    out->failed = 1;
    reason = kKeyOutOfMemory;
  }
  idn2_free(ascii);
  return reason;
}

static const char *normalizeHost(KeyText host, char *name, LoreBuffer *out){
  if( host.length==0 ) return "no host";
  if( host.text[0]=='[' ) return "an IPv6 address";
  return keyIsAscii(host) ? copyHost(host, name) : copyUnicodeHost(host, name, out);
}

/* Only slashes are no path. */
static int hasPath(KeyText rest){
  KeyText path = keyTrim(keyUpTo(rest, "?#"));
  return keyUrlSegment(&path).length>0;
}

/* What a URL is on: its host, normalised, and the part of it that somebody has registered. */
typedef struct Site {
  KeyUrl url;
  char name[HOST_MAX + 1];
  KeyText host, domain; /* parts of name */
} Site;

static const char *readHost(KeyText text, Site *site, LoreBuffer *out){
  const char *reason = keyUrlSplit(keyDropBreaks(text, out), &site->url);
  if( reason==NULL ) reason = normalizeHost(site->url.host, site->name, out);
  if( reason==NULL ) site->host = (KeyText){site->name, strlen(site->name)};
  return reason;
}

/* One slot a hash: a newer host takes the place of an older one. start: where the domain begins in it. */
struct KeyHosts {
  struct {
    unsigned char length, start; /* length 0: empty */
    char host[62];
  } slots[KEY_HOSTS_SIZE/64];
};

static size_t slotOf(KeyText host){
  uint32_t hash = 2166136261u; /* FNV-1a */
  for(size_t i = 0; i<host.length; i++) hash = (hash ^ (unsigned char)host.text[i])*16777619u;
  return hash % (KEY_HOSTS_SIZE/64);
}

static const char *lookUp(Site *site){
  const psl_ctx_t *list = psl_builtin();
  if( list==NULL ) return "libpsl has no public suffix list";
  const char *registrable = psl_registrable_domain(list, site->name);
  if( registrable==NULL ) return "a public suffix";
  site->domain = keyFrom(site->host, (size_t)(registrable - site->name));
  return NULL;
}

static const char *readDomain(Site *site, KeyHosts *hosts){
  KeyText host = site->host;
  if( hosts==NULL || host.length>sizeof(hosts->slots[0].host) ) return lookUp(site);
  size_t i = slotOf(host);
  if( hosts->slots[i].length==host.length && memcmp(hosts->slots[i].host, host.text, host.length)==0 ){
    site->domain = keyFrom(host, hosts->slots[i].start);
    return NULL;
  }
  const char *reason = lookUp(site);
  if( reason!=NULL ) return reason;
  hosts->slots[i].length = (unsigned char)host.length;
  hosts->slots[i].start = (unsigned char)(site->domain.text - host.text);
  memcpy(hosts->slots[i].host, host.text, host.length);
  return NULL;
}

/* In place of the copy without breaks that may stand there. */
static void appendDomain(const Site *site, LoreBuffer *out, size_t start){
  loreBufferCut(out, start);
  loreBufferAppend(out, site->domain.text, site->domain.length);
}

const char *keyDomain(KeyText text, KeyHosts *hosts, LoreBuffer *out){
  size_t start = out->length;
  Site site;
  const char *reason = readHost(text, &site, out);
  if( reason!=NULL ) return reason;
  if( isOneOf(site.host, kPlatformHosts, COUNT(kPlatformHosts)) ) return "a shared platform";
  reason = readDomain(&site, hosts);
  if( reason!=NULL ) return reason;
  if( hasPath(site.url.rest) && isOneOf(site.domain, kPlatforms, COUNT(kPlatforms)) ) return "a page on a shared platform";
  appendDomain(&site, out, start);
  return NULL;
}

const char *keyRegistrableDomain(const char *text, size_t length, LoreBuffer *out){
  size_t start = out->length;
  KeyText checked = {text, length};
  Site site;
  const char *reason = keyCheckText(&checked);
  if( reason==NULL ) reason = readHost(checked, &site, out);
  if( reason==NULL ) reason = readDomain(&site, NULL);
  if( reason==NULL ) appendDomain(&site, out, start);
  else loreBufferCut(out, start);
  return out->failed ? kKeyOutOfMemory : reason;
}

time_t keySuffixListTime(void){
  return psl_builtin()!=NULL ? psl_builtin_file_time() : 0;
}
