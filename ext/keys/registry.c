/*
** companies_house, crunchbase, pitchbook: the numbers and slugs under which registries list a company.
**
** A Companies House number is eight characters: digits, or two letters and six digits. Leading zeros get lost
** in spreadsheets and are put back. Crunchbase and PitchBook are taken as they are, in lower case, or from
** the URL of the company's page; any other page has no company.
*/
#include <string.h>

#include "keys/parts.h"

/* ---- Companies House ---- */

enum { NUMBER_LENGTH = 8, PREFIX_LENGTH = 2 };

static int isDigit(char c){
  return c>='0' && c<='9';
}

static int isLetterOrDigit(char c){
  int lower = keyLowerAscii((unsigned char)c);
  return (lower>='a' && lower<='z') || isDigit(c);
}

/* How many characters in front of the digits need zeros behind them; -1 when the number is of another form.
** Letters without any digit are no number, so there is nothing to pad. */
static int prefixLength(const char *kept, size_t length){
  int prefix = length>PREFIX_LENGTH && !isDigit(kept[0]) && !isDigit(kept[1]) ? PREFIX_LENGTH : 0;
  return keyIsDigits((KeyText){kept + prefix, length - (size_t)prefix}) ? prefix : -1;
}

const char *keyCompaniesHouse(KeyText text, LoreBuffer *out){
  size_t start = out->length;
  for(size_t i = 0; i<text.length; i++){
    if( isLetterOrDigit(text.text[i]) ) loreBufferChar(out, (char)keyLowerAscii((unsigned char)text.text[i]));
  }
  size_t length = out->length - start;
  if( out->failed ) return kKeyOutOfMemory;
  if( length==0 ) return "no letter or digit";
  if( length>=NUMBER_LENGTH ) return NULL;

  char kept[NUMBER_LENGTH];
  memcpy(kept, out->data + start, length);
  int prefix = prefixLength(kept, length);
  if( prefix<0 ) return NULL;
  loreBufferCut(out, start + (size_t)prefix);
  loreBufferAppend(out, "00000000", NUMBER_LENGTH - length);
  loreBufferAppend(out, kept + prefix, length - (size_t)prefix);
  return NULL;
}

/* ---- Slugs ---- */

typedef struct Site {
  const char *host;
  const char *folder;    /* where its pages of companies are, with the slash */
  const char *elsewhere; /* the reason when a page is not there */
} Site;

static const Site kCrunchbase = {"crunchbase.com", "organization/", "not the page of an organization on crunchbase.com"};
static const Site kPitchbook = {"pitchbook.com", "profiles/company/", "not the page of a company on pitchbook.com"};

static int isOnSite(const KeyUrl *url, const Site *site){
  KeyText host = url->host;
  if( host.length>4 && memcmp(host.text, "www.", 4)==0 ) host = keyFrom(host, 4);
  return keyEquals(host, site->host);
}

static KeyText skipSlashes(KeyText path){
  while( path.length>0 && path.text[0]=='/' ) path = keyFrom(path, 1);
  return path;
}

/* The segment behind the folder; absent when the path does not lead into it. */
static KeyText inFolder(KeyText path, const Site *site){
  size_t length = strlen(site->folder);
  path = skipSlashes(path);
  if( path.length<length || memcmp(path.text, site->folder, length)!=0 ) return (KeyText){NULL, 0};
  return keyTrim(keyUpTo(skipSlashes(keyFrom(path, length)), "/?#"));
}

/* The slug in a text that is lower case already, as a part of it. */
static const char *findSlug(KeyText text, const Site *site, KeyText *slug){
  KeyUrl url;
  const char *reason = keyUrlSplit(text, &url);
  if( reason!=NULL ) return reason;

  int is_url = url.start!=KEY_URL_BARE;
  int is_on_site = isOnSite(&url, site);
  if( is_url && !is_on_site ) return site->elsewhere;

  *slug = inFolder(is_on_site ? url.rest : text, site);
  if( slug->text==NULL && !is_on_site ) *slug = text;
  return slug->length==0 ? site->elsewhere : NULL;
}

/* Lower case first, so that the host needs no second look; then cut the slug out of `out`, in place. */
static const char *appendSlug(KeyText text, const Site *site, LoreBuffer *out){
  size_t start = out->length;
  keyAppendLower(out, text);
  if( out->failed ) return kKeyOutOfMemory;

  KeyText slug, again;
  const char *reason = findSlug((KeyText){out->data + start, out->length - start}, site, &slug);
  if( reason!=NULL ) return reason;
  reason = findSlug(slug, site, &again); /* a value must give itself: no slug is a host or a path */
  if( reason!=NULL ) return reason;
  if( again.length!=slug.length ) return site->elsewhere;

  memmove(out->data + start, slug.text, slug.length);
  loreBufferCut(out, start + slug.length);
  return NULL;
}

const char *keyCrunchbase(KeyText text, LoreBuffer *out){
  return appendSlug(text, &kCrunchbase, out);
}

const char *keyPitchbook(KeyText text, LoreBuffer *out){
  return appendSlug(text, &kPitchbook, out);
}
