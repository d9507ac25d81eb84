/*
** The scanner of secrets: what each finder takes and leaves, where a finding begins and ends, and how findings become one.
** Secrets are put together from parts, so that none stands in the source.
*/
#include "helpers.h"

#include "vault/scan.h"

#define TOKEN "aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dF3hJ5"

/* The text must give exactly this finding; part NULL: none. */
static void expectOne(const char *text, const char *pattern, const char *part){
  char *copy = exactCopy(text, strlen(text));
  SecretScan scan = secretScan(copy, strlen(text));
  SecretFinding found;
  int count = 0;
  while( secretNext(&scan, &found) ){
    count++;
    if( part==NULL ) fail_msg("%s: found %s at %zu", text, found.pattern->name, found.start);
    if( strcmp(found.pattern->name, pattern)!=0 ) fail_msg("%s: %s instead of %s", text, found.pattern->name, pattern);
    if( found.end - found.start!=strlen(part) || memcmp(copy + found.start, part, strlen(part))!=0 ){
      fail_msg("%s: found '%.*s'", text, (int)(found.end - found.start), copy + found.start);
    }
  }
  if( count!=(part!=NULL) ) fail_msg("%s: %d findings", text, count);
  free(copy);
}

static void expectNone(const char *text){
  expectOne(text, "", NULL);
}

static void a_token_is_found_by_its_prefix(void **state){
  (void)state;
  expectOne("ghp_" TOKEN, "github_token", "ghp_" TOKEN);
  expectOne("(ghs_" TOKEN ")", "github_token", "ghs_" TOKEN);
  expectOne("npm_" TOKEN ".", "npm_token", "npm_" TOKEN);
  expectOne("sk_live_" TOKEN, "stripe_key", "sk_live_" TOKEN);
  expectOne("xoxb-1234-" TOKEN, "slack_token", "xoxb-1234-" TOKEN);
  expectOne("AKIA" "QWERTYUIOPASDFGH", "aws_access_key", "AKIA" "QWERTYUIOPASDFGH");
  expectOne("https://hooks.slack.com/services/T1/B2/" TOKEN, "slack_token", "T1/B2/" TOKEN);
}

static void a_token_begins_a_word(void **state){
  (void)state;
  expectNone("aghp_" TOKEN);
  expectNone("_ghp_" TOKEN);
  expectOne("\\nghp_" TOKEN "\\n", "github_token", "ghp_" TOKEN);
  expectOne("\\u00e9ghp_" TOKEN, "github_token", "ghp_" TOKEN);
  expectOne("\xc3\xa9ghp_" TOKEN, "github_token", "ghp_" TOKEN);
}

static void a_token_that_is_too_short_or_all_the_same_is_none(void **state){
  (void)state;
  expectNone("ghp_aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dF3hJ");
  expectNone("ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
  expectNone("AKIA" "QWERTYUIOPASDFGHJ");
  expectNone("AKIA" "IOSFODNN7EXAMPLE");
}

static void a_card_has_the_form_and_the_sum_of_one(void **state){
  (void)state;
  expectOne("pay 4111" "111111111111 now", "payment_card", "4111" "111111111111");
  expectOne("4111-1111-" "1111-1111", "payment_card", "4111-1111-" "1111-1111");
  expectOne("3782 822463 " "10005", "payment_card", "3782 822463 " "10005");
  expectNone("4111" "111111111112");
  expectNone("41 11 11 11 11 11 11 11");
  expectNone("4111 1111-1111 1111");
  expectNone("04111" "111111111111");
  expectNone("4111" "111111111111.5");
  expectNone("x-4111" "111111111111");
  expectNone("9111" "111111111111");
}

static void a_social_security_number_stands_alone(void **state){
  (void)state;
  expectOne("ssn 123-45" "-6789.", "us_ssn", "123-45" "-6789");
  expectNone("000-45-6789");
  expectNone("666-45-6789");
  expectNone("900-45-6789");
  expectNone("123-00-6789");
  expectNone("123-45-0000");
  expectNone("123-45-67890");
  expectNone("1-123-45-6789");
  expectNone("123-45-6789-1");
  expectOne("ssn: 123456789", "us_ssn", "123456789");
  expectNone("lesson: 123456789");
}

static void a_password_is_what_stands_behind_its_name(void **state){
  (void)state;
  expectOne("password=hunter" "22", "password", "hunter" "22");
  expectOne("DB_PASSWORD : hunter" "22 # x", "password", "hunter" "22");
  expectOne("{\"password\": \"hun\\\"ter\"}", "password", "hun\\\"ter");
  expectOne("{\\\"password\\\": \\\"hunter\\\"}", "password", "hunter");
  expectOne("dbPass = 'ab c4'", "password", "ab c4");
  expectOne("<password>hunter" "22</password>", "password", "hunter" "22");
  expectOne("password := `hunter" "22`", "password", "hunter" "22");
  expectOne("'pwd' => 'hunter" "22'", "password", "hunter" "22");
  expectOne("?pwd=hunter" "22&x=1", "password", "hunter" "22");
}

static void what_only_speaks_of_a_password_is_none(void **state){
  (void)state;
  expectNone("password: the usual one");
  expectNone("password = get_password()");
  expectNone("password == hunter22");
  expectNone("compass = hunter22");
  expectNone("password = ${PASSWORD_1}");
  expectNone("password = self.password1");
  expectNone("\"password\": \"********\"");
  expectNone("\"password\": \"type the word that you chose\"");
  expectNone("password:");
  expectNone("password=\"");
  expectNone("password = {SECRET:0190a8b2:password}");
}

static void a_bearer_token_and_a_url_leave_their_words(void **state){
  (void)state;
  expectOne("BEARER " TOKEN, "bearer_token", TOKEN);
  expectNone("bearer of a document-with-2-parts");
  expectNone("bearer authentication-scheme");
  expectOne("postgres://bob:s3cr" "et@db/x", "url_credentials", "bob:s3cr" "et");
  expectOne("\"https:\\/\\/bob:s3cr" "et@db.io\\/x\"", "url_credentials", "bob:s3cr" "et");
  expectNone("https://a.io:80/x@y");
  expectNone("https://user:password@a.io");
  expectNone("://a:b4@c");
}

static void a_private_key_is_its_whole_block(void **state){
  (void)state;
  expectOne("x\n-----BEGIN RSA PRIVATE " "KEY-----\n" TOKEN "\n" TOKEN "\n-----END RSA PRIVATE " "KEY-----\ny", "private_key",
            "-----BEGIN RSA PRIVATE " "KEY-----\n" TOKEN "\n" TOKEN "\n-----END RSA PRIVATE " "KEY-----");
  expectOne("-----BEGIN PRIVATE " "KEY-----\\n" TOKEN "\\n" "\", next", "private_key",
            "-----BEGIN PRIVATE " "KEY-----\\n" TOKEN "\\n");
  expectNone("-----BEGIN PUBLIC KEY-----\n" TOKEN "\n-----END PUBLIC KEY-----");
  expectNone("-----BEGIN PRIVATE " "KEY-----\n...\n-----END PRIVATE " "KEY-----");
  expectNone("-----BEGIN PRIVATE " "KEY-----");
}

static void findings_that_overlap_are_one(void **state){
  (void)state;
  expectOne("password=ghp_" TOKEN, "github_token", "ghp_" TOKEN);
  expectOne("token: ghp_" TOKEN "!more", "github_token", "ghp_" TOKEN "!more");
  expectOne("postgres://bob:ghp_" TOKEN "@db", "github_token", "bob:ghp_" TOKEN);
}

static void two_findings_come_in_order(void **state){
  const char *text = "ghp_" TOKEN " npm_" TOKEN;
  SecretScan scan = secretScan(text, strlen(text));
  SecretFinding found;
  (void)state;
  assert_true(secretNext(&scan, &found));
  assert_string_equal(found.pattern->name, "github_token");
  assert_true(secretNext(&scan, &found));
  assert_string_equal(found.pattern->name, "npm_token");
  assert_int_equal(found.start, strlen(text) - 4 - strlen(TOKEN));
  assert_false(secretNext(&scan, &found));
  assert_false(secretNext(&scan, &found));
}

static void bytes_that_are_no_text_do_no_harm(void **state){
  char bytes[512];
  uint64_t seed = 1;
  (void)state;
  for(int round = 0; round < 20000; round++){
    static const char kLikely[] = "=:->\\{\"'@/. eyJM4-BEGINpassword\0\n";
    size_t length = nextRandom(&seed) % sizeof bytes;
    for(size_t i = 0; i < length; i++) bytes[i] = kLikely[nextRandom(&seed) % sizeof kLikely];
    char *copy = exactCopy(bytes, length);
    SecretScan scan = secretScan(copy, length);
    SecretFinding found;
    size_t last = 0;
    while( secretNext(&scan, &found) ){
      assert_true(last <= found.start && found.start < found.end && found.end <= length);
      last = found.end;
    }
    free(copy);
  }
}

int main(void){
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_token_is_found_by_its_prefix),
    cmocka_unit_test(a_token_begins_a_word),
    cmocka_unit_test(a_token_that_is_too_short_or_all_the_same_is_none),
    cmocka_unit_test(a_card_has_the_form_and_the_sum_of_one),
    cmocka_unit_test(a_social_security_number_stands_alone),
    cmocka_unit_test(a_password_is_what_stands_behind_its_name),
    cmocka_unit_test(what_only_speaks_of_a_password_is_none),
    cmocka_unit_test(a_bearer_token_and_a_url_leave_their_words),
    cmocka_unit_test(a_private_key_is_its_whole_block),
    cmocka_unit_test(findings_that_overlap_are_one),
    cmocka_unit_test(two_findings_come_in_order),
    cmocka_unit_test(bytes_that_are_no_text_do_no_harm),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
