/*
** The rules of the figures: which words are keywords, what looks like a file, where the ranges end.
*/
#include "patterns/characteristics.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/text.h"

/* ---- Keywords ---- */

static const char *const kKeywords[] = {
  "test", "pytest", "vitest", "jest", "build", "typecheck", "compile", "format", "lint", "update",
  "install", "deploy", "run", "backend", "frontend", "server", "client", "api", "ui",
};

enum { KEYWORDS = sizeof kKeywords / sizeof kKeywords[0], LONGEST = 10 /* typechecks */ };

/* Marks the keyword that a word is, or is the plural of. */
static void markKeyword(PatternText word, unsigned char marks[KEYWORDS]){
  char lower[LONGEST + 1];
  if( word.length > LONGEST ) return;
  loreAsciiLower(lower, word.text, word.length);
  for(int i = 0; i < KEYWORDS; i++){
    size_t length = strlen(kKeywords[i]);
    if( strncmp(lower, kKeywords[i], length)!=0 ) continue;
    if( lower[length]==0 || (lower[length]=='s' && lower[length + 1]==0) ) marks[i] = 1;
  }
}

static void appendText(LoreBuffer *out, const char *text){
  loreBufferAppend(out, text, strlen(text));
}

/* Texts of letters, digits and `_ . / -` only, so nothing in them needs an escape. */
static void appendItem(LoreBuffer *out, PatternText text, int *count){
  if( (*count)++ ) loreBufferChar(out, ',');
  loreBufferChar(out, '"');
  loreBufferAppend(out, text.text, text.length);
  loreBufferChar(out, '"');
}

static void appendKeywords(LoreBuffer *out, PatternText request){
  unsigned char marks[KEYWORDS] = { 0 };
  PatternText word;
  int count = 0;
  for(size_t at = 0; patternNextRun(request, PATTERN_UNDERSCORE, &at, &word); ) markKeyword(word, marks);
  for(int i = 0; i < KEYWORDS; i++){
    if( marks[i] ) appendItem(out, (PatternText){ kKeywords[i], strlen(kKeywords[i]) }, &count);
  }
}

/* ---- Files ---- */

static const char kExtensions[] = "py|ts|tsx|js|jsx|c|h|cpp|rs|go|java|rb|php|md|json|sql|yml|yaml|toml|sh|html|css";

enum { LONGEST_EXTENSION = 4 };

static int isPunctuation(char c){
  return c=='.' || c=='/' || c=='-';
}

static int isOfFile(PatternText text, size_t at, PatternChar c){
  return c.class>=PATTERN_UNDERSCORE || isPunctuation(text.text[at]);
}

/* The next run from *at on, without `-` at either end and without trailing dots: it may be empty. 0: no more. */
static int nextPath(PatternText text, size_t *at, PatternText *path){
  size_t i = *at;
  PatternChar c;
  while( i < text.length && !isOfFile(text, i, c = patternCharAt(text, i)) ) i += c.size;
  size_t start = i;
  while( i < text.length && isOfFile(text, i, c = patternCharAt(text, i)) ) i += c.size;
  *at = i;
  if( i==start ) return 0;
  while( i > start && (text.text[i - 1]=='-' || text.text[i - 1]=='.') ) i--;
  while( start < i && text.text[start]=='-' ) start++;
  *path = (PatternText){ text.text + start, i - start };
  return 1;
}

static int hasFolder(PatternText path){
  for(size_t i = 0; i < path.length; i++){
    if( path.text[i]!='/' ) continue;
    if( (i > 0 && !isPunctuation(path.text[i - 1])) || (i + 1 < path.length && !isPunctuation(path.text[i + 1])) ) return 1;
  }
  return 0;
}

static int hasExtension(PatternText path){
  char extension[LONGEST_EXTENSION + 1] = "";
  size_t length = 0;
  while( length < path.length && path.text[path.length - 1 - length]!='.' ) length++;
  if( length==0 || length==path.length || length > LONGEST_EXTENSION ) return 0;
  memcpy(extension, path.text + path.length - length, length);
  return loreWordIn(extension, kExtensions);
}

static int compareBytes(const void *left, const void *right){
  const PatternText *a = left, *b = right;
  int order = memcmp(a->text, b->text, a->length < b->length ? a->length : b->length);
  return order ? order : (a->length > b->length) - (a->length < b->length);
}

/* The paths of a text as an array of PatternText in `paths`. */
static size_t findPaths(PatternText text, LoreBuffer *paths){
  PatternText path;
  for(size_t at = 0; !paths->failed && nextPath(text, &at, &path); ){
    if( hasFolder(path) || hasExtension(path) ) loreBufferAppend(paths, (const char*)&path, sizeof path);
  }
  return paths->failed ? 0 : paths->length/sizeof path;
}

static void appendFiles(LoreBuffer *out, PatternText request, void (*release)(void *)){
  LoreBuffer memory = { .reallocate = out->reallocate };
  size_t found = findPaths(request, &memory);
  PatternText *paths = (PatternText*)(void*)memory.data;
  int count = 0;
  if( memory.failed ) out->failed = 1;
  if( found ) qsort(paths, found, sizeof *paths, compareBytes);
  for(size_t i = 0; i < found; i++){
    if( i==0 || compareBytes(&paths[i], &paths[i - 1])!=0 ) appendItem(out, paths[i], &count);
  }
  if( memory.data ) release(memory.data);
}

/* ---- Ranges ---- */

static const char *durationRange(double seconds){
  return seconds < 180 ? "short" : seconds < 600 ? "medium" : "long";
}

static const char *complexity(PatternText request, long long errors){
  long long words = 0;
  PatternChar c;
  PatternClass before = PATTERN_WHITE;
  for(size_t at = 0; at < request.length; at += c.size){
    c = patternCharAt(request, at);
    words += before==PATTERN_WHITE && c.class!=PATTERN_WHITE;
    before = c.class;
  }
  if( words < 50 && errors < 3 ) return "simple";
  return words > 200 || errors > 5 ? "complex" : "medium";
}

void patternTraitsWrite(const PatternTraits *traits, LoreBuffer *out, void (*release)(void *)){
  PatternText request = traits->request.text ? traits->request : (PatternText){ "", 0 };
  char number[48];
  snprintf(number, sizeof number, "{\"input_length\":%zu,\"keywords\":[", loreUtf8Length(request.text, request.length));
  appendText(out, number);
  appendKeywords(out, request);
  appendText(out, "],\"files_mentioned\":[");
  appendFiles(out, request, release);
  appendText(out, "],\"duration_range\":\"");
  appendText(out, durationRange(traits->duration_seconds));
  appendText(out, "\",\"complexity\":\"");
  appendText(out, complexity(request, traits->error_count));
  snprintf(number, sizeof number, "\",\"error_count\":%lld}", traits->error_count);
  appendText(out, number);
}
