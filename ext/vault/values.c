/*
** Values behind a name that says what they are: password = …, "api_key": "…", <secret>…</secret>
**
** From the sign between them the name is read backwards, at most NAME_MOST bytes, and looked up by its end in a table. The value
** is what stands in quotes, or what runs up to a blank or a sign of the language around. Most such values are no secrets but
** code (password = get_password()), manuals (password: your password) and templates (${PASSWORD}): what looks like one is left.
**
** Linear: runs of bare values are remembered, so that a=b=c=… is not walked again for each sign.
*/
#include "vault/patterns.h"

#include <math.h>
#include <string.h>

enum { NAME_MOST = 48, BLANKS_MOST = 4, QUOTED_MOST = 4096, LOOKED_AT = 64, TOKEN_LEAST = 16, WORDS_MOST = 100 };

/* ---- Names ---- */

typedef struct NameRow {
  const char *ending; /* in lower case, without separators */
  SecretKind kind;
  int is_whole;       /* a word of its own: pass, not compass */
} NameRow;

static const NameRow kNames[] = {
  { "password", SECRET_PASSWORD, 0 },     { "passwd", SECRET_PASSWORD, 0 },      { "passphrase", SECRET_PASSWORD, 0 },
  { "passcode", SECRET_PASSWORD, 0 },     { "pwd", SECRET_PASSWORD, 1 },         { "pass", SECRET_PASSWORD, 1 },
  { "secretaccesskey", SECRET_AWS_SECRET_KEY, 0 },                               { "awssecretkey", SECRET_AWS_SECRET_KEY, 0 },
  { "awssecret", SECRET_AWS_SECRET_KEY, 0 },
  { "apikey", SECRET_API_KEY, 0 },        { "accesskey", SECRET_API_KEY, 0 },    { "secretkey", SECRET_API_KEY, 0 },
  { "authkey", SECRET_API_KEY, 0 },       { "apitoken", SECRET_API_KEY, 0 },     { "apisecret", SECRET_API_KEY, 0 },
  { "accountkey", SECRET_API_KEY, 0 },    { "subscriptionkey", SECRET_API_KEY, 0 },
  { "privatekey", SECRET_HIGH_ENTROPY, 0 }, { "encryptionkey", SECRET_HIGH_ENTROPY, 0 }, { "signingkey", SECRET_HIGH_ENTROPY, 0 },
  { "masterkey", SECRET_HIGH_ENTROPY, 0 }, { "sharedkey", SECRET_HIGH_ENTROPY, 0 }, { "secret", SECRET_HIGH_ENTROPY, 0 },
  { "token", SECRET_HIGH_ENTROPY, 0 },    { "credential", SECRET_HIGH_ENTROPY, 0 }, { "credentials", SECRET_HIGH_ENTROPY, 0 },
  { "ssn", SECRET_US_SSN, 1 },            { "socialsecuritynumber", SECRET_US_SSN, 0 },
};

typedef struct Name {
  char flat[NAME_MOST + 1]; /* in lower case, without separators */
  char begins[NAME_MOST + 1]; /* where a word begins */
  size_t length;
} Name;

static int isNameSign(char c){
  return c=='_' || c=='-' || c=='.';
}

/* The name in text[start..end). */
static void flatten(const char *text, size_t start, size_t end, Name *name){
  int is_new = 1;
  name->length = 0;
  for(size_t i = start; i < end; i++){
    char c = text[i];
    if( isNameSign(c) || c==' ' ){
      is_new = 1;
      continue;
    }
    int is_capital = c >= 'A' && c <= 'Z' && i > start && text[i - 1] >= 'a' && text[i - 1] <= 'z';
    name->begins[name->length] = (char)(is_new || is_capital);
    name->flat[name->length++] = secretLower(c);
    is_new = 0;
  }
  while( name->length > 0 && secretIsDigit(name->flat[name->length - 1]) ) name->length--; /* password2 */
}

/* Reads the name that ends before `sign`. 0: there is none, or what stands there compares and does not assign. */
static int readName(const SecretScan *scan, size_t sign, Name *name){
  const char *text = scan->text;
  size_t end = sign, blanks = 0;
  int is_tag = text[sign]=='>';
  if( end > 0 && text[sign]=='=' && text[end - 1]==':' ) end--;
  while( !is_tag && end > 0 && blanks < BLANKS_MOST && (text[end - 1]==' ' || text[end - 1]=='\t') ) end--, blanks++;
  for(int i = 0; !is_tag && i < 3 && end > 0 && secretIsOneOf(text[end - 1], "]\"'`\\"); i++) end--;
  size_t start = end;
  int has_gap = 0;
  while( start > 0 && end - start < NAME_MOST ){
    char c = text[start - 1];
    int is_inside = start > 1 && secretIsLetter(text[start - 2]) && secretIsLetter(secretAt(scan, start));
    int is_gap = c==' ' && is_inside && !has_gap && !is_tag;
    if( !secretInSet(SET_ALNUM, c) && !isNameSign(c) && !is_gap ) break;
    has_gap |= is_gap;
    start--;
  }
  if( is_tag && (start==0 || text[start - 1]!='<') ) return 0;
  flatten(text, start, end, name);
  return name->length >= 3;
}

/* NULL: it names no secret. */
static const NameRow *lookUp(const Name *name){
  char last = name->flat[name->length - 1];
  if( strchr("ydestlnr", last)==NULL ) return NULL; /* no row ends otherwise */
  for(size_t i = 0; i < sizeof kNames/sizeof kNames[0]; i++){
    const NameRow *row = &kNames[i];
    size_t size = strlen(row->ending);
    if( size > name->length || memcmp(name->flat + name->length - size, row->ending, size)!=0 ) continue;
    if( !row->is_whole || name->begins[name->length - size] ) return row;
  }
  return NULL;
}

/* ---- Values ---- */

typedef struct Value {
  const char *text;
  size_t start, end, length;
  char quote; /* '\0': bare */
  char after; /* what follows */
} Value;

static int endsBare(char c){
  return (unsigned char)c <= ' ' || strchr(",;&\"'`<>()[]{}|", c)!=NULL;
}

/* Where a bare value ends: an escape that is a line's end or a quote ends it too. */
static size_t bareEnd(SecretScan *scan, size_t at){
  if( at >= scan->run_start && at < scan->run_end ) return scan->run_end;
  size_t end = at;
  while( end < scan->length && !endsBare(scan->text[end]) ){
    if( scan->text[end]=='\\' ){
      char next = secretAt(scan, end + 1);
      if( next=='\0' || strchr("nrt\"'", next) ) break;
      end++;
    }
    end++;
  }
  if( end > scan->length ) end = scan->length;
  scan->run_start = at;
  scan->run_end = end;
  return end;
}

/* With `escaped`, the closing quote is written \" as the opening one was. 0: it does not close in this line. */
static size_t quotedEnd(const SecretScan *scan, size_t at, char quote, int escaped){
  for(size_t end = at; end < scan->length && end - at < QUOTED_MOST && scan->text[end]!='\n'; end++){
    char c = scan->text[end], next = secretAt(scan, end + 1);
    if( c==quote ) return escaped ? 0 : end;
    if( c!='\\' ) continue;
    if( escaped && next==quote ) return end;
    if( escaped && next=='n' ) return 0;
    end++;
  }
  return 0;
}

/* The value behind `sign`; 0: there is none. */
static int readValue(SecretScan *scan, size_t sign, Value *value){
  size_t at = sign + 1;
  if( scan->text[sign]=='=' && secretAt(scan, at)=='=' ) return 0;
  if( scan->text[sign]!='>' && (secretAt(scan, at)=='>' || secretAt(scan, at)=='=') ) at++; /* => and := */
  for(int i = 0; i < BLANKS_MOST && (secretAt(scan, at)==' ' || secretAt(scan, at)=='\t'); i++) at++;
  int escaped = secretAt(scan, at)=='\\';
  char quote = secretAt(scan, at + (size_t)escaped);
  int is_quoted = scan->text[sign]!='>' && (quote=='"' || quote=='\'' || quote=='`');
  value->quote = is_quoted ? quote : '\0';
  value->start = is_quoted ? at + (size_t)escaped + 1 : at;
  if( value->start >= scan->length ) return 0;
  value->end = is_quoted ? quotedEnd(scan, value->start, quote, escaped) : bareEnd(scan, value->start);
  value->after = secretAt(scan, value->end);
  if( !is_quoted ) while( value->end > value->start && secretIsOneOf(scan->text[value->end - 1], ".:") ) value->end--;
  if( value->end <= value->start ) return 0;
  value->text = scan->text + value->start;
  value->length = value->end - value->start;
  return 1;
}

/* ---- What is no secret ---- */

static int isWord(const char *text, size_t length, const char *word){
  if( strlen(word)!=length ) return 0;
  for(size_t i = 0; i < length; i++) if( secretLower(text[i])!=word[i] ) return 0;
  return 1;
}

static int contains(const char *text, size_t length, const char *part){
  size_t size = strlen(part);
  for(size_t i = 0; i + size <= length && i < LOOKED_AT; i++){
    size_t k = 0;
    while( k < size && secretLower(text[i + k])==part[k] ) k++;
    if( k==size ) return 1;
  }
  return 0;
}

static int startsWith(const char *text, size_t length, const char *part){
  size_t size = strlen(part);
  return size <= length && contains(text, size, part);
}

int secretIsPlaceholder(const char *text, size_t length){
  static const char *const kWords[] = {
    "password", "passwd", "pass", "pwd", "secret", "token", "changeme", "change_me", "change-me", "example", "placeholder", "null",
    "none", "nil", "true", "false", "undefined", "string", "required", "optional", "redacted", "hidden", "masked", "removed",
    "todo", "tbd", "empty", "prompt", "default", "unset", "missing", "invalid", "disabled", "enabled", "bearer", "basic",
  };
  static const char *const kParts[] = { "...", "****", "xxxx", "example", "placeholder", "redacted", "changeme", "dummy" };
  static const char *const kStarts[] = { "<", "${", "$(", "{", "%(", "%s", "#{", "@", "*", "your", "my_", "my-", "insert", "[" };
  if( length==0 || !secretIsVaried(text, length, 2) ) return 1;
  for(size_t i = 0; i < sizeof kWords/sizeof kWords[0]; i++) if( isWord(text, length, kWords[i]) ) return 1;
  for(size_t i = 0; i < sizeof kParts/sizeof kParts[0]; i++) if( contains(text, length, kParts[i]) ) return 1;
  for(size_t i = 0; i < sizeof kStarts/sizeof kStarts[0]; i++) if( startsWith(text, length, kStarts[i]) ) return 1;
  return text[0]=='$' && length > 1 && (secretIsLetter(text[1]) || text[1]=='_');
}

typedef struct Shape {
  int digits, letters, capitals, dots, others; /* of the first characters */
} Shape;

static Shape shapeOf(const Value *value){
  Shape shape = { 0 };
  for(size_t i = 0; i < value->length && i < LOOKED_AT; i++){
    char c = value->text[i];
    if( secretIsDigit(c) ) shape.digits++;
    else if( secretIsLetter(c) ) shape.letters++, shape.capitals += c < 'a';
    else if( c=='.' ) shape.dots++;
    else if( c!='_' ) shape.others++;
  }
  return shape;
}

/* A bare value that is an expression of some language, a path or an address. */
static int isCode(const Value *value){
  Shape shape = shapeOf(value);
  if( value->quote ) return 0;
  if( value->after=='(' || value->after=='[' ) return 1;
  if( secretIsOneOf(value->text[0], "/~") || startsWith(value->text, value->length, "./") ) return 1;
  return shape.others==0 && (shape.digits==0 || (shape.dots > 0 && shape.digits <= 2));
}

static int isAddress(const Value *value){
  return contains(value->text, value->length < 12 ? value->length : 12, "://") || contains(value->text, value->length, "arn:");
}

/* Words in quotes that explain, where a passphrase would only be words. */
static int isProse(const Value *value){
  static const char *const kWords[] = { " the ", " a ", " an ", " your ", " of ", " is ", " must ", " for ", " to ", " be ",
                                        " and ", " or " };
  if( value->length > WORDS_MOST || value->text[value->length - 1]=='.' || value->text[value->length - 1]==':' ) return 1;
  for(size_t i = 0; i < sizeof kWords/sizeof kWords[0]; i++) if( contains(value->text, value->length, kWords[i]) ) return 1;
  return 0;
}

/* ---- What is one ---- */

/* Bits a character, of the first characters. */
static double entropyOf(const Value *value){
  unsigned char counts[256] = { 0 };
  size_t length = value->length < LOOKED_AT ? value->length : LOOKED_AT;
  double bits = 0;
  for(size_t i = 0; i < length; i++) counts[(unsigned char)value->text[i]]++;
  for(int i = 0; i < 256; i++){
    double share = counts[i]/(double)length;
    if( counts[i] ) bits -= share*log2(share);
  }
  return bits;
}

static int isPassword(const Value *value){
  Shape shape = shapeOf(value);
  int has_blank = memchr(value->text, ' ', value->length)!=NULL;
  if( value->length < 4 || (value->length > WORDS_MOST && has_blank) ) return 0;
  if( has_blank && isProse(value) ) return 0;
  if( !value->quote && (shape.others==0 ? shape.digits==0 : shape.letters + shape.digits==0) ) return 0;
  return !secretIsPlaceholder(value->text, value->length) && !isCode(value) && !isAddress(value);
}

static int isRandom(const Value *value){
  Shape shape = shapeOf(value);
  if( value->length < TOKEN_LEAST || shape.digits==0 || shape.letters==0 ) return 0;
  for(size_t i = 0; i < value->length; i++){
    char c = value->text[i];
    if( !secretInSet(SET_DOTTED, c) && !secretIsOneOf(c, "+/=:~!@#$%^*\\") ) return 0;
  }
  if( secretIsPlaceholder(value->text, value->length) || isCode(value) || isAddress(value) ) return 0;
  return entropyOf(value) >= 3.0;
}

static int isBase64Of(const Value *value, size_t length){
  Shape shape = shapeOf(value);
  if( value->length!=length || shape.letters==0 || secretIsPlaceholder(value->text, value->length) ) return 0;
  for(size_t i = 0; i < length; i++) if( !secretInSet(SET_BASE64, value->text[i]) ) return 0;
  return shape.digits > 0 && shape.capitals > 0 && entropyOf(value) >= 3.5;
}

static int isNine(const Value *value){
  if( value->length!=9 || !secretIsVaried(value->text, 9, 2) ) return 0;
  for(size_t i = 0; i < 9; i++) if( !secretIsDigit(value->text[i]) ) return 0;
  return value->text[0]!='9' && memcmp(value->text, "000", 3)!=0 && memcmp(value->text, "666", 3)!=0;
}

int secretFindAssigned(SecretScan *scan, size_t at, SecretFinding *found){
  Name name;
  Value value;
  const NameRow *row = readName(scan, at, &name) ? lookUp(&name) : NULL;
  if( row==NULL || !readValue(scan, at, &value) ) return 0;
  SecretKind kind = row->kind;
  int is_secret;
  switch( kind ){
    case SECRET_PASSWORD: is_secret = isPassword(&value); break;
    case SECRET_US_SSN: is_secret = isNine(&value); break;
    case SECRET_AWS_SECRET_KEY:
      is_secret = isBase64Of(&value, 40);
      if( is_secret ) break;
      kind = SECRET_API_KEY;
      is_secret = isRandom(&value);
      break;
    default: is_secret = isRandom(&value); break;
  }
  return is_secret && secretFound(found, kind, value.start, value.end);
}
