/*
** The pure core of keys: the value of one reference, and what hostile text or lost memory does to it.
*/
#include "keys_helpers.h"

/* ---- Kinds and references ---- */

static void kinds_are_listed_by_falling_strength(void **state){
  (void)state;
  for(int kind = 0; kind<KEY_KIND_COUNT; kind++){
    const KeyKindRow *row = &kKeyKinds[kind];
    assert_int_equal(keyKindFind(row->name, strlen(row->name)), kind);
    assert_int_equal(row->is_strong, row->strength>=80);
    if( kind>0 ) assert_true(row->strength<=kKeyKinds[kind - 1].strength);
  }
  assert_int_equal(keyKindFind("GitHub_Org", 10), KEY_GITHUB_ORG);
  assert_int_equal(keyKindFind("domains", 7), -1);
  assert_int_equal(keyKindFind("domain", 5), -1);
  assert_int_equal(keyKindFind("", 0), -1);
  assert_int_equal(keyKindFind("domain\0", 7), -1);
}

static void a_key_splits_into_kind_and_value(void **state){
  (void)state;
  KeyText value;
  assert_int_equal(keySplit("domain:acme.ai", 14, &value), KEY_DOMAIN);
  assert_int_equal(value.length, 7);
  assert_memory_equal(value.text, "acme.ai", 7);
  assert_int_equal(keySplit("name_loc:a:b", 12, &value), KEY_NAME_LOC);
  assert_int_equal(value.length, 3);
}

static void a_key_of_unknown_kind_or_without_value_does_not_split(void **state){
  (void)state;
  static const char *const kBad[] = {"", ":", "domain", "domain:", "domainx:a", "Domain:acme.ai", "email:a", "github_:x"};
  for(size_t i = 0; i<sizeof(kBad)/sizeof(kBad[0]); i++){
    KeyText value = textOf("x");
    assert_int_equal(keySplit(kBad[i], strlen(kBad[i]), &value), -1);
    assert_null(value.text);
  }
}

static void references_are_found_by_their_exact_name(void **state){
  (void)state;
  for(int i = 0; i<KEY_REFERENCE_COUNT; i++){
    assert_int_equal(keyReferenceFind(kKeyReferences[i], strlen(kKeyReferences[i])), i);
  }
  assert_int_equal(keyReferenceFind("Domain", 6), -1);
  assert_int_equal(keyReferenceFind("webste", 6), -1);
  assert_int_equal(keyReferenceFind("", 0), -1);
}

static void an_unknown_kind_has_no_value(void **state){
  (void)state;
  expectReason(-1, "acme.ai", "no such kind of key");
  expectReason(KEY_KIND_COUNT, "acme.ai", "no such kind of key");
}

static void the_rules_and_the_suffix_list_are_dated(void **state){
  (void)state;
  assert_true(strlen(keyRuleVersion())>0);
  assert_true(keySuffixListTime()>=0);
}

/* ---- domain ---- */

static void the_authority_ends_before_path_query_and_fragment(void **state){
  (void)state;
  expect(KEY_DOMAIN, "https://acme.ai/x@other.com", "acme.ai");
  expect(KEY_DOMAIN, "acme.ai#x@other.com", "acme.ai");
  expect(KEY_DOMAIN, "a@b@acme.ai:443", "acme.ai");
  expect(KEY_DOMAIN, "git+ssh://git@acme.ai/x", "acme.ai");
  expect(KEY_DOMAIN, "acme.ai?next=https://other.com", NULL);
}

static void white_space_around_and_line_breaks_inside_do_not_count(void **state){
  (void)state;
  expect(KEY_DOMAIN, " \t\xC2\xA0\xE3\x80\x80" "acme.ai\xE2\x80\xA8\n", "acme.ai");
  expect(KEY_DOMAIN, "ht\ttps:/\n/ac\r\nme.ai/", "acme.ai");
  expect(KEY_DOMAIN, "https://\tgithub.com/\n", "github.com");
}

static void dots_at_the_ends_of_a_host_are_stripped(void **state){
  (void)state;
  expect(KEY_DOMAIN, "..acme.ai", "acme.ai");
  expect(KEY_DOMAIN, "acme.ai.", "acme.ai");
  expect(KEY_DOMAIN, "acme.ai..", NULL);
}

static void the_private_section_of_the_suffix_list_counts(void **state){
  (void)state;
  expect(KEY_DOMAIN, "blog.acme.github.io", "acme.github.io");
  expectReason(KEY_DOMAIN, "github.io", "a public suffix");
  expectReason(KEY_DOMAIN, "https://co.uk/", "a public suffix");
  expect(KEY_DOMAIN, "a.b.c.unknownsuffix", "c.unknownsuffix");
}

static void international_suffixes_count_like_others(void **state){
  (void)state;
  expect(KEY_DOMAIN, "www.\xD0\xBF\xD1\x80\xD0\xB8\xD0\xBC\xD0\xB5\xD1\x80.\xD1\x80\xD1\x84", "xn--e1afmkfd.xn--p1ai");
  expectReason(KEY_DOMAIN, "\xD1\x80\xD1\x84.", "no dot in the host");
  expectReason(KEY_DOMAIN, "\xE5\x85\xAC\xE5\x8F\xB8.cn", "a public suffix");
}

static void addresses_have_no_domain(void **state){
  (void)state;
  expectReason(KEY_DOMAIN, "http://10.0.0.1/", "an IPv4 address");
  expectReason(KEY_DOMAIN, "http://[::1]/", "an IPv6 address");
  expectReason(KEY_DOMAIN, "\xEF\xBC\x91.2.3.4", "an IPv4 address");
  expect(KEY_DOMAIN, "1.2.3.4x", "3.4x");
}

static void a_page_on_a_shared_platform_is_nobodys_domain(void **state){
  (void)state;
  expectReason(KEY_DOMAIN, "https://uk.linkedin.com/company/acme", "a page on a shared platform");
  expectReason(KEY_DOMAIN, "medium.com\\@acme", "a page on a shared platform");
  expect(KEY_DOMAIN, "https://medium.com//?a=/b#/c", "medium.com");
  expect(KEY_DOMAIN, "notgithub.com/acme", "notgithub.com");
  expectReason(KEY_DOMAIN, "sites.google.com", "a shared platform");
  expectReason(KEY_DOMAIN, "https://APPS.apple.com/app/x", "a shared platform");
  expect(KEY_DOMAIN, "https://cloud.google.com/x", "google.com");
}

static void labels_and_hosts_have_a_greatest_length(void **state){
  (void)state;
  char text[512] = "";
  memset(text, 'a', 63);
  strcpy(text + 63, ".com");
  expect(KEY_DOMAIN, text, text);
  memset(text, 'a', 64);
  strcpy(text + 64, ".com");
  expectReason(KEY_DOMAIN, text, "a label longer than 63 characters");

  for(int i = 0; i<249; i += 2) memcpy(text + i, "a.", 2);
  strcpy(text + 249, ".com"); /* 253 in all */
  text[248] = 'a';
  expect(KEY_DOMAIN, text, "a.com");
  memcpy(text + 249, ".info", 6);
  expectReason(KEY_DOMAIN, text, "a host longer than 253 characters");
}

static void a_long_international_host_fits_or_has_no_key(void **state){
  (void)state;
  char text[2000];
  for(int i = 0; i<1010; i += 2) memcpy(text + i, "\xC2\xAD", 2); /* soft hyphens, which UTS 46 drops */
  strcpy(text + 1004, "acme.ai");
  expect(KEY_DOMAIN, text, "acme.ai");
  strcpy(text + 1006, "acme.ai");
  expectReason(KEY_DOMAIN, text, "a host longer than 253 characters");
}

/* ---- Registries ---- */

static void lost_zeros_of_company_numbers_come_back(void **state){
  (void)state;
  expect(KEY_COMPANIES_HOUSE, "1", "00000001");
  expect(KEY_COMPANIES_HOUSE, "SC 12", "sc000012");
  expect(KEY_COMPANIES_HOUSE, "123456789", "123456789");
  expect(KEY_COMPANIES_HOUSE, "sc1234567", "sc1234567");
  expect(KEY_COMPANIES_HOUSE, "R12", "r12");
  expect(KEY_COMPANIES_HOUSE, "ABC12", "abc12");
  expect(KEY_COMPANIES_HOUSE, "a1b", "a1b");
  expect(KEY_COMPANIES_HOUSE, "gb", "gb");
  expectReason(KEY_COMPANIES_HOUSE, "--", "no letter or digit");
}

static void slugs_come_out_of_the_pages_of_their_site(void **state){
  (void)state;
  expect(KEY_CRUNCHBASE, "crunchbase.com/organization/acme/people?x#y", "acme");
  expect(KEY_CRUNCHBASE, "HTTP://CRUNCHBASE.COM:80/Organization//Acme#x", "acme");
  expect(KEY_CRUNCHBASE, "//www.crunchbase.com/organization/acme", "acme");
  expect(KEY_CRUNCHBASE, "organization/Acme/", "acme");
  expect(KEY_PITCHBOOK, "https://pitchbook.com/profiles/company/58253-04#overview", "58253-04");
  expect(KEY_PITCHBOOK, "www.pitchbook.com/profiles/company/58253-04", "58253-04");
}

static void other_pages_have_no_slug(void **state){
  (void)state;
  expect(KEY_CRUNCHBASE, "https://www.crunchbase.com/person/jane", NULL);
  expect(KEY_CRUNCHBASE, "crunchbase.com", NULL);
  expect(KEY_CRUNCHBASE, "crunchbase.com/organization/", NULL);
  expect(KEY_CRUNCHBASE, "organization/", NULL);
  expect(KEY_CRUNCHBASE, "https://acme.ai/organization/acme", NULL);
  expect(KEY_PITCHBOOK, "https://pitchbook.com/profiles/investor/1-2", NULL);
  expect(KEY_CRUNCHBASE, "https://crunchbase.com/organization/crunchbase.com", NULL);
}

static void slugs_are_lower_case_in_every_script(void **state){
  (void)state;
  expect(KEY_CRUNCHBASE, "\xCE\x9F\xCE\x94\xCE\x9F\xCE\xA3", "\xCE\xBF\xCE\xB4\xCE\xBF\xCF\x82"); /* final sigma */
  expect(KEY_CRUNCHBASE, "\xCE\xA3\xCE\xA3.\xCE\x91", "\xCF\x83\xCF\x83.\xCE\xB1");
  expect(KEY_PITCHBOOK, "\xC4\xB0x", "i\xCC\x87x");
}

/* ---- GitHub ---- */

static void owners_are_found_in_every_form(void **state){
  (void)state;
  expect(KEY_GITHUB_ORG, "@Acme", "acme");
  expect(KEY_GITHUB_ORG, "Acme/ml", "acme");
  expect(KEY_GITHUB_ORG, "Acme Inc.", "acme-inc");
  expect(KEY_GITHUB_ORG, "git@github.com:Acme/ml.git", "acme");
  expect(KEY_GITHUB_ORG, "ssh://git@github.com:22/Acme/ml", "acme");
  expect(KEY_GITHUB_ORG, "GITHUB.com/Acme?tab=x", "acme");
  expect(KEY_GITHUB_ORG, "https://raw.githubusercontent.com/Acme/ml/main/x", "acme");
  expect(KEY_GITHUB_ORG, "https://github.com:443/Acme;x", "acme");
}

static void other_hosts_have_no_owner(void **state){
  (void)state;
  expectReason(KEY_GITHUB_ORG, "https://gitlab.com/acme", "not on github.com");
  expectReason(KEY_GITHUB_ORG, "gitlab.com/acme", "not on github.com");
  expectReason(KEY_GITHUB_ORG, "git@gitlab.com:acme/x", "not on github.com");
  expectReason(KEY_GITHUB_ORG, "https://gist.github.com/acme/1", "not on github.com");
  expectReason(KEY_GITHUB_ORG, "https://github.com", "no letter or digit in the owner");
  expectReason(KEY_GITHUB_ORG, "github.com", "no letter or digit in the owner");
}

static void repositories_keep_their_own_characters(void **state){
  (void)state;
  expect(KEY_GITHUB_REPO, "Acme/a.b_c--D", "acme/a.b_c--d");
  expect(KEY_GITHUB_REPO, "acme/-_x.-", "acme/_x.");
  expect(KEY_GITHUB_REPO, "acme/x.git-.git!", "acme/x");
  expect(KEY_GITHUB_REPO, "acme/a !! b", "acme/a-b");
  expect(KEY_GITHUB_REPO, "acme / ml!", "acme/ml");
  expect(KEY_GITHUB_REPO, "acme/ml.GIT.git", "acme/ml");
  expect(KEY_GITHUB_REPO, "github.com\\acme\\ml", "acme/ml");
  expect(KEY_GITHUB_REPO, "git@github.com:acme/ml.git", "acme/ml");
  expect(KEY_GITHUB_REPO, "acme/.git", NULL);
  expect(KEY_GITHUB_REPO, "acme/..", NULL);
  expect(KEY_GITHUB_REPO, "acme/-", NULL);
  expect(KEY_GITHUB_REPO, "acme", NULL);
}

/* ---- name_loc ---- */

static void names_are_folded_until_spelling_does_not_matter(void **state){
  (void)state;
  expect(KEY_NAME_LOC, "  Caf\xC3\xA9 & Zo\xC3\xAB, Ltd. ", "cafe-zoe-ltd");
  expect(KEY_NAME_LOC, "Cafe\xCC\x81", "cafe");
  expect(KEY_NAME_LOC, "\xEF\xBC\xA1\xEF\xBD\x83\xEF\xBD\x8D\xEF\xBD\x85 \xE2\x85\xA3", "acme-iv");
  expect(KEY_NAME_LOC, "STRASSE", "strasse");
  expect(KEY_NAME_LOC, "stra\xC3\x9F" "e", "strasse");
  expect(KEY_NAME_LOC, "\xE1\xBE\xB3", "\xCE\xB1"); /* the iota below is a mark, dropped before case is folded */
  expectReason(KEY_NAME_LOC, "\xE2\x98\x95", "no letter or number");
}

static void a_region_follows_a_bar(void **state){
  (void)state;
  expect(KEY_NAME_LOC, "Acme|UK Scotland", "acme|uk-scotland");
  expect(KEY_NAME_LOC, "Acme|a|b", "acme|a-b");
  expect(KEY_NAME_LOC, "Acme|", "acme");
  expect(KEY_NAME_LOC, "Acme|--", "acme");
  expect(KEY_NAME_LOC, "|UK", NULL);
}

/* ---- Hostile text ---- */

static void a_nul_or_broken_utf8_is_not_valid_text(void **state){
  (void)state;
  static const char *const kBroken[] = {
    "acme\x80.ai", "acme.ai\xC3", "\xC0\xAF.ai", "\xED\xA0\x80.ai", "\xF4\x90\x80\x80.ai", "\xF8\x88\x80\x80\x80", "\xE2\x82",
  };
  for(int kind = 0; kind<KEY_KIND_COUNT; kind++){
    for(size_t i = 0; i<sizeof(kBroken)/sizeof(kBroken[0]); i++) expectReason(kind, kBroken[i], "not valid text");
    expectBytes(kind, "acme\0.ai", 8, NULL);
    expectBytes(kind, "\0", 1, NULL);
    expectReason(kind, "", "empty");
    expectReason(kind, " \r\n\xC2\xA0", "empty");
    LoreBuffer out = newBuffer();
    assert_string_equal(keyValue(kind, NULL, 0, &out), "empty");
  }
}

static void every_truncation_of_every_vector_is_sound(void **state){
  (void)state;
  cJSON *rows = readVectors();
  const cJSON *row, *item;
  cJSON_ArrayForEach(row, rows){
    const cJSON *first = cJSON_GetObjectItem(row, "kind") ? cJSON_GetObjectItem(row, "value")
                                                          : cJSON_GetObjectItem(row, "refs")->child;
    for(item = first; item!=NULL; item = item->next){
      if( !cJSON_IsString(item) ) continue;
      size_t length = strlen(item->valuestring);
      for(int kind = 0; kind<KEY_KIND_COUNT; kind++){
        for(size_t i = 0; i<=length; i++){
          expectSound(kind, item->valuestring, i);
          expectSound(kind, item->valuestring + i, length - i);
        }
      }
    }
  }
  cJSON_Delete(rows);
}

/* Each pattern, repeated to 1 MB, in front of a little URL and behind it. */
static void a_megabyte_takes_no_more_than_a_moment(void **state){
  (void)state;
  static const char *const kPatterns[] = {
    "a", ".", "@", ":", "/", "://", "a.", "-", " ", "\t", "%", "\xE2\x80\xA8", "\xCE\xA3'", "e\xCC\x81", "\xC3\xBC", "\xC3\xBC.",
    "\xEF\xB7\xBA", "\xC2\xAD", "A/", ".git", "organization/", "|", "1",
  };
  const size_t size = 1 << 20;
  char *text = malloc(size + 64);
  assert_non_null(text);
  for(size_t i = 0; i<sizeof(kPatterns)/sizeof(kPatterns[0]); i++){
    size_t step = strlen(kPatterns[i]), length = 0;
    for(; length + step<=size; length += step) memcpy(text + length, kPatterns[i], step);
    memcpy(text + length, "acme.ai", 7);
    for(int kind = 0; kind<KEY_KIND_COUNT; kind++){
      clock_t start = clock();
      expectSound(kind, text, length + 7);
      assert_true(clock() - start<5 * (clock_t)CLOCKS_PER_SEC);
    }
  }
  free(text);
}

int main(void){
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(kinds_are_listed_by_falling_strength),
    cmocka_unit_test(a_key_splits_into_kind_and_value),
    cmocka_unit_test(a_key_of_unknown_kind_or_without_value_does_not_split),
    cmocka_unit_test(references_are_found_by_their_exact_name),
    cmocka_unit_test(an_unknown_kind_has_no_value),
    cmocka_unit_test(the_rules_and_the_suffix_list_are_dated),
    cmocka_unit_test(the_authority_ends_before_path_query_and_fragment),
    cmocka_unit_test(white_space_around_and_line_breaks_inside_do_not_count),
    cmocka_unit_test(dots_at_the_ends_of_a_host_are_stripped),
    cmocka_unit_test(the_private_section_of_the_suffix_list_counts),
    cmocka_unit_test(international_suffixes_count_like_others),
    cmocka_unit_test(addresses_have_no_domain),
    cmocka_unit_test(a_page_on_a_shared_platform_is_nobodys_domain),
    cmocka_unit_test(labels_and_hosts_have_a_greatest_length),
    cmocka_unit_test(a_long_international_host_fits_or_has_no_key),
    cmocka_unit_test(lost_zeros_of_company_numbers_come_back),
    cmocka_unit_test(slugs_come_out_of_the_pages_of_their_site),
    cmocka_unit_test(other_pages_have_no_slug),
    cmocka_unit_test(slugs_are_lower_case_in_every_script),
    cmocka_unit_test(owners_are_found_in_every_form),
    cmocka_unit_test(other_hosts_have_no_owner),
    cmocka_unit_test(repositories_keep_their_own_characters),
    cmocka_unit_test(names_are_folded_until_spelling_does_not_matter),
    cmocka_unit_test(a_region_follows_a_bar),
    cmocka_unit_test(a_nul_or_broken_utf8_is_not_valid_text),
    cmocka_unit_test(every_truncation_of_every_vector_is_sound),
    cmocka_unit_test(a_megabyte_takes_no_more_than_a_moment),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
