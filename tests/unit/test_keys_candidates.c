/*
** The pure core of keys: the shared vectors, the walk over all references, and the memory it needs.
*/
#include "keys_helpers.h"

/* A walk that writes down `kind:value` of each candidate, or each step with its reason, a line each. */
typedef struct Listing {
  char text[4096];
  int with_reasons;
  int stop_after; /* steps, 0: never */
  int steps;
} Listing;

static int list(void *context, const KeyStep *step){
  Listing *listing = context;
  size_t used = strlen(listing->text), room = sizeof(listing->text) - used;
  const char *kind = kKeyKinds[step->kind].name;
  listing->steps++;
  assert_true(step->value.text!=NULL || step->reason!=NULL);
  if( listing->with_reasons ){
    snprintf(listing->text + used, room, "%s %s:%.*s%s%s%s\n", kKeyReferences[step->reference], kind, (int)step->value.length,
             step->value.text ? step->value.text : "", step->reason ? " -- " : "", step->reason ? step->reason : "",
             step->is_duplicate ? " (duplicate)" : "");
  }else if( step->reason==NULL ){
    snprintf(listing->text + used, room, "%s:%.*s\n", kind, (int)step->value.length, step->value.text);
  }
  return listing->steps==listing->stop_after ? 7 : 0;
}

static void expectWalk(const KeyText *references, int with_reasons, const char *expected){
  Listing listing = {"", with_reasons, 0, 0};
  LoreBuffer scratch = newBuffer();
  assert_int_equal(keyCandidates(references, list, &listing, &scratch), 0);
  assert_int_equal(scratch.failed, 0);
  assert_string_equal(listing.text, expected);
  free(scratch.data);
}

static void expectCandidates(const KeyText *references, const char *expected){
  expectWalk(references, 0, expected);
}

static void expectSteps(const KeyText *references, const char *expected){
  expectWalk(references, 1, expected);
}

/* ---- The shared vectors ---- */

/* Numbers count as their text. The result lives until the next call with the same `number`. */
static KeyText textOfJson(const cJSON *value, char number[32]){
  if( cJSON_IsString(value) ) return textOf(value->valuestring);
  if( !cJSON_IsNumber(value) ) return (KeyText){NULL, 0};
  snprintf(number, 32, "%.15g", value->valuedouble);
  return textOf(number);
}

static void checkValueRow(const cJSON *row){
  const char *kind_name = cJSON_GetObjectItem(row, "kind")->valuestring;
  const cJSON *key = cJSON_GetObjectItem(row, "key");
  int kind = keyKindFind(kind_name, strlen(kind_name));
  assert_true(kind>=0);
  char number[32];
  KeyText text = textOfJson(cJSON_GetObjectItem(row, "value"), number);
  if( text.text==NULL ) text = textOf("");
  expectBytes(kind, text.text, text.length, cJSON_IsString(key) ? key->valuestring + strlen(kind_name) + 1 : NULL);
}

static void checkCandidatesRow(const cJSON *row){
  KeyText references[KEY_REFERENCE_COUNT] = {{NULL, 0}};
  char numbers[KEY_REFERENCE_COUNT][32], expected[4096] = "";
  const cJSON *item;
  cJSON_ArrayForEach(item, cJSON_GetObjectItem(row, "refs")){
    int reference = keyReferenceFind(item->string, strlen(item->string));
    if( reference>=0 ) references[reference] = textOfJson(item, numbers[reference]);
  }
  cJSON_ArrayForEach(item, cJSON_GetObjectItem(row, "candidates")){
    strcat(strcat(expected, item->valuestring), "\n");
  }
  expectCandidates(references, expected);
}

static void every_vector_gives_its_key(void **state){
  (void)state;
  cJSON *rows = readVectors();
  const cJSON *row;
  int count = 0;
  cJSON_ArrayForEach(row, rows){
    if( cJSON_GetObjectItem(row, "kind") ) checkValueRow(row);
    else checkCandidatesRow(row);
    count++;
  }
  print_message("%d vectors\n", count);
  assert_true(count>700);
  cJSON_Delete(rows);
}

/* ---- Candidates ---- */

static void candidates_come_in_order_of_priority(void **state){
  (void)state;
  KeyText references[KEY_REFERENCE_COUNT] = {
    [KEY_REF_NAME] = textOf("Acme"), [KEY_REF_REGION] = textOf("UK"), [KEY_REF_GITHUB_REPO] = textOf("acme/ml"),
    [KEY_REF_GITHUB_ORG] = textOf("acme"), [KEY_REF_PITCHBOOK_ID] = textOf("1-2"), [KEY_REF_CRUNCHBASE_ID] = textOf("acme"),
    [KEY_REF_COMPANY_NUMBER] = textOf("7"), [KEY_REF_DOMAIN_OR_WEBSITE] = textOf("www.acme.ai"),
  };
  expectCandidates(references, "domain:acme.ai\ncompanies_house:00000007\ncrunchbase:acme\npitchbook:1-2\n"
                               "github_org:acme\ngithub_repo:acme/ml\nname_loc:acme|uk\n");
}

static void the_first_reference_that_gives_a_value_makes_the_candidate(void **state){
  (void)state;
  KeyText references[KEY_REFERENCE_COUNT] = {
    [KEY_REF_DOMAIN] = textOf("localhost"), [KEY_REF_WEBSITE] = textOf("https://acme.ai/"),
    [KEY_REF_DOMAIN_OR_WEBSITE] = textOf("acme.ai"), [KEY_REF_COMPANY_NAME] = textOf("?"), [KEY_REF_NAME] = textOf("A"),
    [KEY_REF_FALLBACK_COMPANY_NAME] = textOf("B"),
  };
  expectSteps(references, "domain domain: -- no dot in the host\n"
                          "website domain:acme.ai\n"
                          "domain_or_website domain:acme.ai -- an earlier reference gave the same key (duplicate)\n"
                          "company_name name_loc: -- no letter or number\n"
                          "name name_loc:a\n"
                          "fallback_company_name name_loc:b -- an earlier reference gave the key of this kind\n");
}

static void a_website_on_github_stands_in_for_absent_references(void **state){
  (void)state;
  KeyText references[KEY_REFERENCE_COUNT] = {
    [KEY_REF_DOMAIN] = textOf("acme.ai"), [KEY_REF_WEBSITE] = textOf("https://github.com/Acme/ML"),
  };
  expectCandidates(references, "domain:acme.ai\ngithub_org:acme\ngithub_repo:acme/ml\n");
  references[KEY_REF_GITHUB_ORG] = textOf("other");
  expectCandidates(references, "domain:acme.ai\ngithub_org:other\ngithub_repo:acme/ml\n");
  references[KEY_REF_GITHUB_ORG] = textOf("https://gitlab.com/x");
  expectCandidates(references, "domain:acme.ai\ngithub_org:acme\ngithub_repo:acme/ml\n");
}

static void a_website_elsewhere_is_not_tried_as_github(void **state){
  (void)state;
  KeyText references[KEY_REFERENCE_COUNT] = {[KEY_REF_WEBSITE] = textOf("acme.ai/github.com/x")};
  expectSteps(references, "website domain:acme.ai\n");
}

static void malformed_references_never_spoil_the_others(void **state){
  (void)state;
  KeyText references[KEY_REFERENCE_COUNT];
  for(int i = 0; i<KEY_REFERENCE_COUNT; i++) references[i] = (KeyText){"\xFF\0:", 3};
  expectCandidates(references, "");
  references[KEY_REF_FALLBACK_COMPANY_NAME] = textOf("Acme");
  expectCandidates(references, "name_loc:acme\n");
  references[KEY_REF_FALLBACK_REGION] = textOf("UK");
  expectCandidates(references, "name_loc:acme|uk\n");
}

static void a_region_that_is_not_used_says_why(void **state){
  (void)state;
  KeyText references[KEY_REFERENCE_COUNT] = {[KEY_REF_REGION] = textOf("--"), [KEY_REF_FALLBACK_REGION] = textOf("UK")};
  expectSteps(references, "region name_loc: -- no letter or number\n"
                          "fallback_region name_loc: -- a region without a name\n");
}

static void a_bar_in_a_company_name_is_no_region(void **state){
  (void)state;
  KeyText references[KEY_REFERENCE_COUNT] = {[KEY_REF_COMPANY_NAME] = textOf("A|B")};
  expectCandidates(references, "name_loc:a-b\n");
}

static void no_references_make_no_step(void **state){
  (void)state;
  KeyText references[KEY_REFERENCE_COUNT] = {{NULL, 0}};
  references[KEY_REF_DOMAIN] = textOf("");
  expectSteps(references, "");
}

static void a_walk_stops_when_told(void **state){
  (void)state;
  KeyText references[KEY_REFERENCE_COUNT] = {[KEY_REF_DOMAIN] = textOf("acme.ai"), [KEY_REF_NAME] = textOf("Acme")};
  Listing listing = {"", 0, 1, 0};
  LoreBuffer scratch = newBuffer();
  assert_int_equal(keyCandidates(references, list, &listing, &scratch), 7);
  assert_int_equal(listing.steps, 1);
  assert_string_equal(listing.text, "domain:acme.ai\n");
  free(scratch.data);
}

/* ---- Memory ---- */

static int allocations_left;

static void *fewAllocations(void *old, size_t bytes){
  return allocations_left-- > 0 ? realloc(old, bytes) : NULL;
}

static void a_value_is_appended_behind_what_is_there(void **state){
  (void)state;
  LoreBuffer out = newBuffer();
  loreBufferAppend(&out, "domain:", 7);
  assert_null(keyValue(KEY_DOMAIN, "ac\tme.ai", 8, &out));
  assert_string_equal(out.data, "domain:acme.ai");
  assert_non_null(keyValue(KEY_DOMAIN, "a\tcme", 5, &out));
  assert_string_equal(out.data, "domain:acme.ai");
  free(out.data);
}

static void an_ascii_domain_needs_no_memory_but_its_value(void **state){
  (void)state;
  char memory[64];
  LoreBuffer out = {memory, 0, sizeof(memory), fewAllocations, 0};
  allocations_left = 0;
  assert_null(keyValue(KEY_DOMAIN, "https://user@www.Acme.AI:80/x?y#z", 33, &out));
  assert_string_equal(memory, "acme.ai");
  assert_int_equal(out.failed, 0);
}

static void lost_memory_is_told_and_gives_no_half_value(void **state){
  (void)state;
  char name[300];
  memset(name, 'A', sizeof(name));
  KeyText references[KEY_REFERENCE_COUNT] = {
    [KEY_REF_COMPANY_NAME] = {name, sizeof(name)}, [KEY_REF_REGION] = {name, sizeof(name)}, [KEY_REF_DOMAIN] = textOf("a\tb.com"),
  };
  for(int kind = 0; kind<KEY_KIND_COUNT; kind++){
    LoreBuffer out = {NULL, 0, 0, fewAllocations, 0};
    allocations_left = 0;
    int is_repo = kind==KEY_GITHUB_REPO;
    assert_string_equal(keyValue(kind, is_repo ? "a/b" : "a\tb.com", is_repo ? 3 : 7, &out), "out of memory");
    assert_int_equal(out.failed, 1);
    assert_int_equal(out.length, 0);
  }
  for(int n = 0, failed = 1; failed; n++){
    Listing listing = {"", 0, 0, 0};
    LoreBuffer scratch = {NULL, 0, 0, fewAllocations, 0};
    allocations_left = n;
    assert_int_equal(keyCandidates(references, list, &listing, &scratch), 0);
    failed = scratch.failed;
    assert_true(failed ? listing.steps<2 : listing.steps==2);
    free(scratch.data);
  }
}

int main(void){
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(every_vector_gives_its_key),
    cmocka_unit_test(candidates_come_in_order_of_priority),
    cmocka_unit_test(the_first_reference_that_gives_a_value_makes_the_candidate),
    cmocka_unit_test(a_website_on_github_stands_in_for_absent_references),
    cmocka_unit_test(a_website_elsewhere_is_not_tried_as_github),
    cmocka_unit_test(malformed_references_never_spoil_the_others),
    cmocka_unit_test(a_region_that_is_not_used_says_why),
    cmocka_unit_test(a_bar_in_a_company_name_is_no_region),
    cmocka_unit_test(no_references_make_no_step),
    cmocka_unit_test(a_walk_stops_when_told),
    cmocka_unit_test(a_value_is_appended_behind_what_is_there),
    cmocka_unit_test(an_ascii_domain_needs_no_memory_but_its_value),
    cmocka_unit_test(lost_memory_is_told_and_gives_no_half_value),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
