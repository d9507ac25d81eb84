/*
** Detection of patterns: every shared vector, each rule by each of its words, where words begin and end, and what a
** workflow's figures are made of.
*/
#include "helpers.h"

#include <time.h>

#include "patterns/characteristics.h"
#include "patterns/detect.h"

/* ---- Asking ---- */

enum { ROOM = 256, OWN = 8 };

typedef struct Memory {
  union { PatternRules *rules; void *aligned; char bytes[1 << 14]; } ready;
  unsigned char scratch[ROOM];
} Memory;

static PatternText textOf(const char *text){
  return (PatternText){ text, text ? strlen(text) : 0 };
}

/* Signatures with `own` rules before the built-in ones, joined by a blank. */
static const char *findWith(const PatternRule *own, int count, PatternText request, PatternText error, PatternText template){
  static Memory memory;
  static char joined[PATTERN_MOST*PATTERN_SIGNATURE];
  static PatternRule rules[ROOM];
  PatternFound found[PATTERN_MOST];
  if( count ) memcpy(rules, own, (size_t)count*sizeof *rules);
  memcpy(rules + count, kPatternRules, (size_t)kPatternRuleCount*sizeof *rules);
  count += kPatternRuleCount;
  assert_true(patternRulesSize(rules, count) <= sizeof memory.ready);
  PatternRules *ready = (PatternRules*)(void*)&memory.ready;
  patternRulesBuild(ready, rules, count);
  assert_true(patternRulesScratch(ready) <= sizeof memory.scratch);
  PatternText texts[PATTERN_PLACE_COUNT] = { request, error, template };
  int signatures = patternFind(ready, texts, memory.scratch, found);
  joined[0] = 0;
  for(int i = 0; i < signatures; i++) strcat(strcat(joined, i ? " " : ""), found[i].signature);
  return joined;
}

static const char *find(const char *request, const char *error, const char *template){
  return findWith(NULL, 0, textOf(request), textOf(error), textOf(template));
}

static const char *ofRequest(const char *request){ return find(request, NULL, NULL); }
static const char *ofError(const char *error){ return find(NULL, error, NULL); }
static const char *ofTemplate(const char *template){ return find(NULL, NULL, template); }

/* JSON of the figures, until the next call. */
static const char *figures(PatternText request, double duration, long long errors){
  static LoreBuffer out;
  free(out.data);
  out = (LoreBuffer){ .reallocate = realloc };
  PatternTraits traits = { request, duration, errors };
  patternTraitsWrite(&traits, &out, free);
  assert_false(out.failed);
  assert_int_equal(strlen(out.data), out.length);
  return out.data;
}

/* The array or word behind a member of the figures of a request. */
static const char *figure(const char *name, const char *request){
  static char value[400];
  const char *json = figures(textOf(request), 0, 0), *at = strstr(json, name);
  assert_non_null(at);
  at += strlen(name) + 2;
  size_t length = *at=='[' ? strcspn(at, "]") + 1 : strcspn(at, ",}");
  assert_true(length < sizeof value);
  memcpy(value, at, length);
  value[length] = 0;
  return value;
}

static const char *filesIn(const char *request){ return figure("files_mentioned", request); }

/* ---- The shared vectors ---- */

static const char *textIn(const cJSON *object, const char *name){
  return cJSON_GetStringValue(cJSON_GetObjectItem(object, name));
}

static double numberIn(const cJSON *object, const char *name){
  const cJSON *member = cJSON_GetObjectItem(object, name);
  return member ? member->valuedouble : 0;
}

static void expectVector(const cJSON *row){
  const cJSON *workflow = cJSON_GetObjectItem(row, "workflow"), *one;
  char expected[400] = "";
  cJSON_ArrayForEach(one, cJSON_GetObjectItem(row, "patterns")){
    strcat(strcat(expected, expected[0] ? " " : ""), one->valuestring);
  }
  const char *request = textIn(workflow, "nl_input");
  assert_string_equal(find(request, textIn(workflow, "error_message"), textIn(workflow, "workflow_template")), expected);
  char *json = cJSON_PrintUnformatted(cJSON_GetObjectItem(row, "characteristics"));
  double duration = numberIn(workflow, "duration_seconds");
  assert_string_equal(figures(textOf(request), duration, (long long)numberIn(workflow, "error_count")), json);
  cJSON_free(json);
}

static void every_vector_has_its_signatures_and_figures(void **state){
  (void)state;
  cJSON *rows = readVectorFile("pattern_detect.json");
  const cJSON *row;
  int vectors = 0;
  cJSON_ArrayForEach(row, rows){
    expectVector(row);
    vectors++;
  }
  assert_int_equal(vectors, 106);
  cJSON_Delete(rows);
}

/* ---- Rules ---- */

typedef struct Expected {
  const char *words, *signature;
} Expected;

/* Each of the words alone gives the signature, in whatever case. */
static void expectWords(const char *(*ask)(const char *), const Expected *expected, size_t count){
  for(size_t i = 0; i < count; i++){
    char words[400];
    strcpy(words, expected[i].words);
    for(char *word = strtok(words, "|"); word; word = strtok(NULL, "|")){
      assert_string_equal(ask(word), expected[i].signature);
      for(char *c = word; *c; c++) if( *c >= 'a' && *c <= 'z' ) *c = (char)(*c - 32);
      assert_string_equal(ask(word), expected[i].signature);
    }
  }
}

static void each_word_of_a_request_has_its_operation(void **state){
  (void)state;
  static const Expected kExpected[] = {
    { "pytest|py.test", "test:pytest:all" }, { "vitest", "test:vitest:all" }, { "jest", "test:jest:all" },
    { "mocha", "test:mocha:all" }, { "test|tests|testing", "test:generic:all" },
    { "typecheck|type-check|tsc|build and type check", "build:typecheck:all" }, { "compile", "build:compile:all" },
    { "bundle|rebuild with webpack|build vite", "build:bundle:all" },
    { "build|builds|building|rebuild|compiles|compiling|bundles|bundling", "build:build:all" },
    { "prettier", "format:prettier:all" }, { "black", "format:black:all" }, { "eslint", "format:eslint:all" },
    { "ruff", "format:ruff:all" },
    { "format|formats|formatting|formatter|lint|linting|linter", "format:generic:all" },
    { "git diff", "git:diff:summary" }, { "git status", "git:status:summary" }, { "git log", "git:log:summary" },
    { "npm|python npm", "deps:npm:update" }, { "pip|install python|bun python|update dependencies of python", "deps:pip:update" },
    { "bun", "deps:bun:update" }, { "yarn", "deps:yarn:update" }, { "update dependencies", "deps:generic:update" },
    { "generate docs|update readme|documentation|readme", "docs:generate:all" },
    { "webpack|vite|type check|python|dependencies|docs|update|git|git push|diff|deploy|review|compilation|checks", "" },
  };
  expectWords(ofRequest, kExpected, COUNT(kExpected));
}

static void the_first_category_that_a_request_matches_counts(void **state){
  (void)state;
  assert_string_equal(ofRequest("readme npm git log lint build tests"), "test:generic:all");
  assert_string_equal(ofRequest("readme npm git log lint build"), "build:build:all");
  assert_string_equal(ofRequest("readme npm git log lint"), "format:generic:all");
  assert_string_equal(ofRequest("readme npm git log"), "git:log:summary");
  assert_string_equal(ofRequest("readme npm"), "deps:npm:update");
  assert_string_equal(ofRequest("tests with vite and npm"), "test:generic:all");
}

static void the_first_tool_of_a_category_counts(void **state){
  (void)state;
  assert_string_equal(ofRequest("mocha jest vitest pytest"), "test:pytest:all");
  assert_string_equal(ofRequest("mocha jest vitest"), "test:vitest:all");
  assert_string_equal(ofRequest("bundle, compile and type check"), "build:typecheck:all");
  assert_string_equal(ofRequest("bundle and compile"), "build:compile:all");
  assert_string_equal(ofRequest("git log, git diff"), "git:diff:summary");
  assert_string_equal(ofRequest("yarn bun python npm"), "deps:npm:update");
}

static void each_word_of_an_error_message_has_its_operation(void **state){
  (void)state;
  static const Expected kExpected[] = {
    { "test failed|tests failed|pytest", "test:pytest:backend" }, { "vitest", "test:vitest:frontend" },
    { "type error|type errors|typecheck|tsc", "build:typecheck:backend" },
    { "compilation|compile error|compile errors", "build:compile:backend" }, { "eslint|lint", "format:eslint:all" },
    { "tests|failed|testsfailed|test has failed|type|error|compile|linting|type-check", "" },
  };
  expectWords(ofError, kExpected, COUNT(kExpected));
}

static void an_error_message_may_show_all_of_them_each_once(void **state){
  (void)state;
  assert_string_equal(ofError("lint lint; compilation, type error; vitest: 2 tests failed; pytest"),
                      "test:pytest:backend test:vitest:frontend build:typecheck:backend build:compile:backend format:eslint:all");
  assert_string_equal(find("pytest on the server", "pytest", NULL), "test:pytest:backend");
}

static void each_word_of_a_template_has_its_operation(void **state){
  (void)state;
  static const Expected kExpected[] = {
    { "test|a_test|test-b|plan_test|ship.test.plan", "test:generic:all" }, { "build|plan_build|sdlc build", "build:generic:all" },
    { "sdlc|zte|zte_patch", "sdlc:full:all" }, { "patch|lightweight|ship_patch", "patch:quick:all" },
    { "ship|review_ship", "deploy:ship:all" }, { "review", "review:code:all" },
    { "plan|plan_sdlc|review_plan|tests|shipped|latest|adwtest|pytest|npm|git_diff", "" },
  };
  expectWords(ofTemplate, kExpected, COUNT(kExpected));
}

static void the_target_follows_from_the_request_then_from_the_template(void **state){
  (void)state;
  static const struct { const char *request, *template, *signature; } kCases[] = {
    { "tests of backend, both", NULL, "test:generic:both" },
    { "all tests of the server", NULL, "test:generic:all" },
    { "build all code of the server", NULL, "build:build:all" },
    { "build all files, ui", NULL, "build:build:all" },
    { "build all, ui", NULL, "build:build:frontend" },
    { "pytest all of the api", NULL, "test:pytest:backend" },
    { "tests of apis and the client", NULL, "test:generic:backend" },
    { "tests of back-end", NULL, "test:generic:backend" },
    { "tests of front-end", NULL, "test:generic:frontend" },
    { "tests of clients", "x_server", "test:generic:frontend" },
    { "tests", "client_server", "test:generic:backend" },
    { "tests", "x frontend", "test:generic:frontend" },
    { "tests", "apis_servers", "test:generic:all" },
    { "lint the server", NULL, "format:generic:all" },
  };
  for(size_t i = 0; i < COUNT(kCases); i++){
    assert_string_equal(find(kCases[i].request, NULL, kCases[i].template), kCases[i].signature);
  }
}

/* ---- Words ---- */

static void a_word_ends_where_no_letter_digit_or_underscore_follows(void **state){
  (void)state;
  static const char *const kWhole[] = { "jest", "(jest)", "x/jest", "jest.", "-jest-", "\xc2\xa0jest\xe2\x80\x94",
                                        "jest\xff", "\xf0\x9f\x98\x80jest" };
  static const char *const kPart[] = { "jests", "xjest", "jest_", "_jest", "jest2", "2jest", "\xc3\xa9jest", "jest\xd9\xa3",
                                       "jest\xe6\x97\xa5", "je\xc5\xbft", "jest\xc4\xb0" };
  for(size_t i = 0; i < COUNT(kWhole); i++) assert_string_equal(ofRequest(kWhole[i]), "test:jest:all");
  for(size_t i = 0; i < COUNT(kPart); i++) assert_string_equal(ofRequest(kPart[i]), "");
}

static void words_of_a_phrase_may_have_any_white_space_between_them(void **state){
  (void)state;
  static const char *const kThere[] = { "git diff", "GIT\t\n diff", "git\xc2\xa0" "diff", "git\xe2\x80\xa8" "diff",
                                        "git git diff" };
  static const char *const kNot[] = { "git-diff", "gitdiff", "git, diff", "git the diff", "git diffs", "digit diff",
                                      "git ", "git" };
  for(size_t i = 0; i < COUNT(kThere); i++) assert_string_equal(ofRequest(kThere[i]), "git:diff:summary");
  for(size_t i = 0; i < COUNT(kNot); i++) assert_string_equal(ofRequest(kNot[i]), "");
}

static void a_nul_and_broken_bytes_stand_between_words(void **state){
  (void)state;
  static const char kText[] = "x\0jest\0y\xff\xc3", kPhrase[] = "git\0diff";
  assert_string_equal(findWith(NULL, 0, (PatternText){ kText, sizeof kText - 1 }, textOf(NULL), textOf(NULL)), "test:jest:all");
  assert_string_equal(findWith(NULL, 0, (PatternText){ kPhrase, sizeof kPhrase - 1 }, textOf(NULL), textOf(NULL)), "");
}

static void no_byte_behind_a_text_is_read(void **state){
  (void)state;
  static const char kText[] = "run git  diff\xe6\x97";
  for(size_t length = 0; length < sizeof kText; length++){
    char *copy = exactCopy(kText, length);
    PatternText text = { copy, length };
    findWith(NULL, 0, text, text, text);
    figures(text, 0, 0);
    free(copy);
  }
}

/* ---- Rules of one's own ---- */

static void ones_own_rules_go_first(void **state){
  (void)state;
  static const PatternRule kOwn[] = {
    { PATTERN_REQUEST, "make|cmake", NULL, "build", "make", NULL },
    { PATTERN_REQUEST, "draft", NULL, NULL, NULL, NULL },
    { PATTERN_REQUEST, "\xc3\x9c" "ber Bord|Zo\xc3\x8b", "tests", "test", "own", "sea" },
    { PATTERN_REQUEST, "mobile", NULL, NULL, NULL, "mobile" },
    { PATTERN_ERROR, "segfault", NULL, "test", "pytest", "backend" },
    { PATTERN_ERROR, "oom", NULL, "deploy", "oom", NULL },
    { PATTERN_TEMPLATE, "quick fix", NULL, "patch", "fix", "all" },
  };
  static const struct { const char *request, *error, *template, *signatures; } kCases[] = {
    { "make tests for the server", NULL, NULL, "build:make:backend" },
    { "CMake mobile", NULL, NULL, "build:make:mobile" },
    { "tests, a draft", NULL, NULL, "" },
    { "\xc3\xbc" "ber  BORD tests", NULL, NULL, "test:own:sea" },
    { "zo\xc3\xab tests", NULL, NULL, "test:own:sea" },
    { "zo\xc3\xab", NULL, NULL, "" },
    { "tests of mobile and server", "oom, segfault, lint", "adw_quick-fix_test",
      "test:generic:mobile test:pytest:backend deploy:oom:mobile format:eslint:all patch:fix:all" },
    { "tests", "segfault and pytest", "quickfix", "test:generic:all test:pytest:backend" },
  };
  for(size_t i = 0; i < COUNT(kCases); i++){
    assert_string_equal(findWith(kOwn, COUNT(kOwn), textOf(kCases[i].request), textOf(kCases[i].error), textOf(kCases[i].template)),
                        kCases[i].signatures);
  }
}

static void a_rule_of_a_form_that_no_text_has_finds_nothing(void **state){
  (void)state;
  static const PatternRule kOwn[] = {
    { PATTERN_REQUEST, "", NULL, "test", "empty", "all" }, { PATTERN_REQUEST, "|", NULL, "test", "bar", "all" },
    { PATTERN_REQUEST, " x|-x|\xff", NULL, "test", "start", "all" },
  };
  assert_string_equal(findWith(kOwn, COUNT(kOwn), textOf("-x \xff|| x"), textOf(NULL), textOf(NULL)), "");
}

static void more_signatures_than_there_is_room_for_are_counted(void **state){
  (void)state;
  static char memory[1 << 16], tools[PATTERN_MOST + 5][8];
  static PatternRule rules[PATTERN_MOST + 5];
  PatternFound found[PATTERN_MOST];
  unsigned char scratch[PATTERN_MOST + 6];
  for(int i = 0; i < PATTERN_MOST + 5; i++){
    sprintf(tools[i], "t%d", i);
    rules[i] = (PatternRule){ PATTERN_ERROR, "x", NULL, "test", tools[i], "all" };
  }
  PatternRules *ready = (PatternRules*)(void*)memory;
  patternRulesBuild(ready, rules, PATTERN_MOST + 5);
  PatternText texts[PATTERN_PLACE_COUNT] = { { NULL, 0 }, { "x", 1 }, { NULL, 0 } };
  assert_int_equal(patternFind(ready, texts, scratch, found), PATTERN_MOST + 5);
  assert_string_equal(found[PATTERN_MOST - 1].signature, "test:t63:all");
}

/* ---- Figures ---- */

static void a_file_has_a_folder_or_a_known_extension(void **state){
  (void)state;
  static const char *const kExtensions[] = { "py", "ts", "tsx", "js", "jsx", "c", "h", "cpp", "rs", "go", "java", "rb", "php",
    "md", "json", "sql", "yml", "yaml", "toml", "sh", "html", "css" };
  for(size_t i = 0; i < COUNT(kExtensions); i++){
    char name[20], expected[24];
    sprintf(name, "a.%s", kExtensions[i]);
    sprintf(expected, "[\"%s\"]", name);
    assert_string_equal(filesIn(name), expected);
  }
  static const struct { const char *request, *files; } kCases[] = {
    { "a.pyc a.txt a.p a.PY apy a. .", "[]" }, { "--src/x-- -a.md.", "[\"a.md\",\"src/x\"]" },
    { "./.. / -/- .//.", "[]" }, { "(src/) x/ /y ./z", "[\"./z\",\"/y\",\"src/\",\"x/\"]" },
    { "a.py, a.py; b.py:12", "[\"a.py\",\"b.py\"]" }, { "a.py/b.txt a.b.c", "[\"a.b.c\",\"a.py/b.txt\"]" },
    { "\xc3\xa9/x \xe6\x97\xa5.md b/x", "[\"b/x\",\"\xc3\xa9/x\",\"\xe6\x97\xa5.md\"]" }, { "a\xff.py", "[\".py\"]" },
    { "ab/c ab/ ab", "[\"ab/\",\"ab/c\"]" }, { "\"a/b\"\\c/d", "[\"a/b\",\"c/d\"]" },
  };
  for(size_t i = 0; i < COUNT(kCases); i++) assert_string_equal(filesIn(kCases[i].request), kCases[i].files);
}

static void keywords_come_in_the_order_of_the_list_each_once(void **state){
  (void)state;
  assert_string_equal(figure("keywords", "UI uis api APIS client server frontend backend run deploy install update lint format "
                             "compile typechecks builds jest vitest pytest TESTS test"),
                      "[\"test\",\"pytest\",\"vitest\",\"jest\",\"build\",\"typecheck\",\"compile\",\"format\",\"lint\",\"update\","
                      "\"install\",\"deploy\",\"run\",\"backend\",\"frontend\",\"server\",\"client\",\"api\",\"ui\"]");
  assert_string_equal(figure("keywords", "testss retest runner test_x built linting u i typecheckss back-end"), "[]");
}

static void ranges_end_where_the_rule_says(void **state){
  (void)state;
  static const struct { double seconds; const char *range; } kRanges[] = {
    { -1, "short" }, { 0, "short" }, { 179.999, "short" }, { 180, "medium" }, { 599.999, "medium" },
    { 600, "long" }, { 1e300, "long" } };
  for(size_t i = 0; i < COUNT(kRanges); i++){
    char expected[40];
    sprintf(expected, "\"duration_range\":\"%s\"", kRanges[i].range);
    assert_non_null(strstr(figures(textOf(NULL), kRanges[i].seconds, 0), expected));
  }
  static const struct { int words; long long errors; const char *complexity; } kCases[] = {
    { 0, 0, "simple" }, { 49, 2, "simple" }, { 50, 2, "medium" }, { 49, 3, "medium" }, { 200, 5, "medium" }, { 201, 0, "complex" },
    { 0, 6, "complex" }, { 1, -4, "simple" } };
  for(size_t i = 0; i < COUNT(kCases); i++){
    char request[2000] = "", expected[40];
    for(int word = 0; word < kCases[i].words; word++) strcat(request, word%2 ? "\xc2\xa0-\n" : " x,y ");
    sprintf(expected, "\"complexity\":\"%s\"", kCases[i].complexity);
    assert_non_null(strstr(figures(textOf(request), 0, kCases[i].errors), expected));
  }
}

static void *noMemory(void *old, size_t bytes){
  (void)old, (void)bytes;
  return NULL;
}

static int g_left;

static void *lastMemory(void *old, size_t bytes){
  return g_left-- > 0 ? realloc(old, bytes) : NULL;
}

static void lost_memory_is_told(void **state){
  (void)state;
  PatternTraits traits = { textOf("src/a src/b src/c src/d src/e"), 0, 0 };
  LoreBuffer out = { .reallocate = noMemory };
  patternTraitsWrite(&traits, &out, free);
  assert_true(out.failed);
  int failures = 0;
  for(int left = 1, failed = 1; failed; left++){
    out = (LoreBuffer){ .reallocate = lastMemory };
    g_left = left;
    patternTraitsWrite(&traits, &out, free);
    failed = out.failed;
    failures += failed;
    free(out.data);
  }
  assert_true(failures >= 2);
}

/* ---- The form of a signature ---- */

static void a_signature_has_three_parts_and_a_known_category(void **state){
  (void)state;
  static const char *const kValid[] = { "test:pytest:backend", "build:x:y", "format:a b:c", "git:diff:summary", "deps:npm:update",
    "docs:generate:all", "sdlc:full:all", "patch:quick:all", "deploy:ship:all", "review:\xc3\xa9:all" };
  static const char *const kInvalid[] = { "", ":", "::", "test", "test:x", "test:x:", "test::x", ":x:y", "test:x:y:z", "test:x:y:",
    "Test:x:y", "tests:x:y", "t:x:y", "test|build:x:y", "other:x:y", " test:x:y", "test:\xff:y", "test build:x:y" };
  for(size_t i = 0; i < COUNT(kValid); i++) assert_true(patternSignatureValid(kValid[i], strlen(kValid[i])));
  for(size_t i = 0; i < COUNT(kInvalid); i++) assert_false(patternSignatureValid(kInvalid[i], strlen(kInvalid[i])));
  assert_false(patternSignatureValid("test:x:y\0", 9));
  char longest[500] = "test:x:";
  for(int i = 0; i < 193; i++) strcat(longest, "\xc3\xa9");
  assert_true(patternSignatureValid(longest, strlen(longest)));
  strcat(longest, "y");
  assert_false(patternSignatureValid(longest, strlen(longest)));
}

static void every_built_in_rule_makes_a_valid_signature(void **state){
  (void)state;
  for(int i = 0; i < kPatternRuleCount; i++){
    const PatternRule *rule = &kPatternRules[i];
    char signature[PATTERN_SIGNATURE];
    if( rule->category==NULL ) continue;
    int length = snprintf(signature, sizeof signature, "%s:%s:%s", rule->category, rule->tool, rule->target ? rule->target : "all");
    assert_true(patternSignatureValid(signature, (size_t)length));
  }
}

/* ---- Time ---- */

static double seconds(PatternText text){
  clock_t start = clock();
  findWith(NULL, 0, text, text, text);
  figures(text, 0, 0);
  return (double)(clock() - start)/CLOCKS_PER_SEC;
}

/* 16 times as long a text takes about 16 times as long: a square would be 256 times. */
static void time_is_linear_in_the_text(void **state){
  (void)state;
  enum { LARGE = 1 << 18, SMALL = LARGE/16 };
  static const char *const kPieces[] = { "a", " ", "git ", "git\t\t\t\t\t\t\t\t", "-", "a/", "/", ".", "a.py ",
                                         "type-type-", "\xff", "\xe6\x97\xa5", "both all " };
  char *text = malloc(LARGE);
  for(size_t i = 0; i < COUNT(kPieces); i++){
    size_t piece = strlen(kPieces[i]);
    for(size_t at = 0; at < LARGE; at++) text[at] = kPieces[i][at%piece];
    double small = 1e9, large = 1e9;
    for(int round = 0; round < 2; round++){
      double s = seconds((PatternText){ text, SMALL }), l = seconds((PatternText){ text, LARGE });
      if( s < small ) small = s;
      if( l < large ) large = l;
    }
    if( large > 64*(small + 0.0002) ) fail_msg("'%s': %.4f s for 16 KB, %.4f s for 256 KB", kPieces[i], small, large);
  }
  free(text);
}

int main(void){
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(every_vector_has_its_signatures_and_figures),
    cmocka_unit_test(each_word_of_a_request_has_its_operation),
    cmocka_unit_test(the_first_category_that_a_request_matches_counts),
    cmocka_unit_test(the_first_tool_of_a_category_counts),
    cmocka_unit_test(each_word_of_an_error_message_has_its_operation),
    cmocka_unit_test(an_error_message_may_show_all_of_them_each_once),
    cmocka_unit_test(each_word_of_a_template_has_its_operation),
    cmocka_unit_test(the_target_follows_from_the_request_then_from_the_template),
    cmocka_unit_test(a_word_ends_where_no_letter_digit_or_underscore_follows),
    cmocka_unit_test(words_of_a_phrase_may_have_any_white_space_between_them),
    cmocka_unit_test(a_nul_and_broken_bytes_stand_between_words),
    cmocka_unit_test(no_byte_behind_a_text_is_read),
    cmocka_unit_test(ones_own_rules_go_first),
    cmocka_unit_test(a_rule_of_a_form_that_no_text_has_finds_nothing),
    cmocka_unit_test(more_signatures_than_there_is_room_for_are_counted),
    cmocka_unit_test(a_file_has_a_folder_or_a_known_extension),
    cmocka_unit_test(keywords_come_in_the_order_of_the_list_each_once),
    cmocka_unit_test(ranges_end_where_the_rule_says),
    cmocka_unit_test(lost_memory_is_told),
    cmocka_unit_test(a_signature_has_three_parts_and_a_known_category),
    cmocka_unit_test(every_built_in_rule_makes_a_valid_signature),
    cmocka_unit_test(time_is_linear_in_the_text),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
