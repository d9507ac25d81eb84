/*
** URLs as people write them: with a scheme, with two slashes, or a bare host with whatever follows.
**
** The cut is made the same way for every kind of key, so that one text cannot be a page of one site to one
** rule and of another site to the next.
*/
#include <string.h>

#include "keys/parts.h"

static int isSchemeByte(char c, int is_first){
  int lower = keyLowerAscii((unsigned char)c);
  if( lower>='a' && lower<='z' ) return 1;
  return !is_first && ((c>='0' && c<='9') || c=='+' || c=='.' || c=='-');
}

static int isScheme(KeyText text){
  for(size_t i = 0; i<text.length; i++){
    if( !isSchemeByte(text.text[i], i==0) ) return 0;
  }
  return text.length>0;
}

/* Where the first :// stands, or the text's length. */
static size_t findSchemeEnd(KeyText text){
  const char *at = text.text, *end = text.text + text.length;
  while( (at = memchr(at, ':', (size_t)(end - at)))!=NULL ){
    if( end - at>=3 && at[1]=='/' && at[2]=='/' ) return (size_t)(at - text.text);
    at++;
  }
  return text.length;
}

static KeyText afterUser(KeyText authority, int *has_user){
  size_t start = authority.length;
  while( start>0 && authority.text[start - 1]!='@' ) start--;
  *has_user = start>0;
  return keyFrom(authority, start);
}

static KeyText tidyHost(KeyText host){
  host = keyTrim(host);
  while( host.length>0 && host.text[0]=='.' ) host = keyFrom(host, 1);
  if( host.length>0 && host.text[host.length - 1]=='.' ) host.length--;
  return host;
}

const char *keyUrlSplit(KeyText text, KeyUrl *url){
  size_t scheme = findSchemeEnd(text);
  url->start = KEY_URL_BARE;
  if( scheme<text.length ){
    if( !isScheme((KeyText){text.text, scheme}) ) return "what stands before :// is not a scheme";
    url->start = KEY_URL_SCHEME;
    text = keyFrom(text, scheme + 3);
  }else if( text.length>=2 && text.text[0]=='/' && text.text[1]=='/' ){
    url->start = KEY_URL_SLASHES;
    text = keyFrom(text, 2);
  }

  KeyText authority = keyUpTo(text, "/?#\\");
  url->rest = keyFrom(text, authority.length);
  KeyText host_and_port = afterUser(authority, &url->has_user);
  KeyText host = keyUpTo(host_and_port, ":");
  size_t colon = host.length<host_and_port.length;
  url->port = keyFrom(host_and_port, host.length + colon);
  url->host = tidyHost(host);
  return NULL;
}

KeyText keyUrlSegment(KeyText *path){
  size_t start = 0;
  while( start<path->length && (path->text[start]=='/' || path->text[start]=='\\') ) start++;
  KeyText segment = keyUpTo(keyFrom(*path, start), "/\\");
  *path = keyFrom(*path, start + segment.length);
  return segment;
}
