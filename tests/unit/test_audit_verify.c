/*
** The chain and its verifier without a database: hashes of another implementation, and what is said of a log in each order of
** calls. The log has two entries, the second of which is signed.
*/
#include "helpers.h"

#include "audit/lines.h"

#define LOG "log-1"
#define AT "2026-01-01T00:00:00.000Z"
static const char kPublic[] = "8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c";
static const char kKeyId[] = "97c9b6ea1c7ff7f1bfaaf87e51823af3";
static const char kFirst[] = "01355ba3bc063363bf8b88275d2ccf4a3b8a8bec2a796d79fd6b49bc2dd07ba3";
static const char kSecond[] = "5b20339a82dacedf5379fe284343c9830197ef4ec2e55c5e8f6918aa93917ea7";
static const char kMessage[] = "lore:audit_checkpoint:9fc26c8059efb8c470230572629628bca9caabc495e51d1b0de95fe7e1055239";
static const char kSignature[] = "edc79f0ca95c84938158e933f02192232e189a351589c77061c2e3bc20887410"
                                 "277939a979eb6189de8b0477d2e2a9b5398978d7c2b2d44f9bbcf50fcccc9803";

static int allocations_left = 1000;

static void *reallocate(void *old, size_t bytes){
  if( allocations_left==0 ) return NULL;
  allocations_left--;
  return realloc(old, bytes);
}

static AuditEntry entryOf(int number){
  int is_first = number==1;
  return (AuditEntry){ .sequence = number, .columns = {
    loreFieldText(is_first ? "e1" : "e2"), loreFieldText(AT), loreFieldText("login"), loreFieldText("ann"),
    loreFieldText(is_first ? NULL : "x"), loreFieldText(is_first ? "{}" : NULL), loreFieldText(is_first ? kAuditNoHash : kFirst),
    loreFieldText(is_first ? kFirst : kSecond) } };
}

static const AuditKey kKey = { 1, kKeyId, kPublic, AT, NULL, NULL };
static const AuditCheckpoint kCheckpoint = { 2, 2, kSecond, "2026-01-02T00:00:00.000Z", kKeyId, kSignature };

static void begin(AuditVerifier *verifier, const AuditAnchor *anchor){
  const AuditAnchor none = { .count = 0 };
  auditVerifyBegin(verifier, LOG, anchor ? anchor : &none, reallocate);
}

static void entries(AuditVerifier *verifier, int first, int last){
  for(int i = first; i <= last; i++){
    AuditEntry entry = entryOf(i);
    auditVerifyEntry(verifier, &entry);
  }
}

static void says(AuditVerifier *verifier, const char *expected){
  char text[AUDIT_STATEMENT_SIZE];
  auditVerifyEnd(verifier);
  assert_string_equal(verifier->problem, "");
  auditVerifyStatement(verifier, text);
  assert_string_equal(text, expected);
  free(verifier->keys);
}

static void complains(AuditVerifier *verifier, int64_t number, const char *expected){
  auditVerifyEnd(verifier);
  assert_string_equal(verifier->problem, expected);
  assert_int_equal(verifier->bad, number);
  free(verifier->keys);
}

static void hashes_and_messages_are_those_of_another_implementation(void **state){
  (void)state;
  char hash[LORE_HASH_SIZE], message[AUDIT_MESSAGE_SIZE], id[LORE_DIGEST_SIZE];
  for(int i = 1; i <= 2; i++){
    AuditEntry entry = entryOf(i);
    auditEntryHash(LOG, &entry, hash);
    assert_string_equal(hash, i==1 ? kFirst : kSecond);
  }
  auditCheckpointMessage(LOG, &kCheckpoint, message);
  assert_string_equal(message, kMessage);
  auditKeyId(kPublic, id);
  assert_string_equal(id, kKeyId);
}

static void a_good_log_is_believed_as_far_as_it_is_signed(void **state){
  (void)state;
  AuditVerifier verifier;
  begin(&verifier, NULL);
  auditVerifyKey(&verifier, &kKey);
  auditVerifyStart(&verifier);
  entries(&verifier, 1, 2);
  auditVerifyCheckpoint(&verifier, &kCheckpoint);
  says(&verifier, "consistent up to 2, signed up to 2 (by whom? give public_key), no anchor");
}

static void an_anchor_and_a_trusted_key_are_compared(void **state){
  (void)state;
  AuditVerifier verifier;
  AuditAnchor anchor = { 1, kFirst, NULL };
  unsigned char trusted[LORE_PUBLIC_BYTES];
  loreBytesRead(kPublic, strlen(kPublic), trusted, sizeof trusted);
  anchor.trusted = trusted;
  for(int is_right = 1; is_right >= 0; is_right--){
    begin(&verifier, &anchor);
    auditVerifyKey(&verifier, &kKey);
    auditVerifyStart(&verifier);
    entries(&verifier, 1, 2);
    auditVerifyCheckpoint(&verifier, &kCheckpoint);
    if( is_right ) says(&verifier, "consistent up to 2, signed up to 2, anchored up to 1");
    else complains(&verifier, 0, "public_key is no key of this log");
    trusted[0] ^= 1;
  }
}

static void a_checkpoint_counts_only_after_its_entry(void **state){
  (void)state;
  AuditVerifier verifier;
  begin(&verifier, NULL);
  auditVerifyKey(&verifier, &kKey);
  auditVerifyStart(&verifier);
  entries(&verifier, 1, 1);
  auditVerifyCheckpoint(&verifier, &kCheckpoint);
  complains(&verifier, 2, "the entry is missing: a checkpoint signs 2");

  /* and not behind another one, where nothing would be compared */
  begin(&verifier, NULL);
  auditVerifyKey(&verifier, &kKey);
  auditVerifyStart(&verifier);
  entries(&verifier, 1, 2);
  verifier.consistent = 3;
  auditVerifyCheckpoint(&verifier, &kCheckpoint);
  complains(&verifier, 2, "the checkpoint of 2 does not stand after its entry");
}

static void the_first_problem_stands(void **state){
  (void)state;
  AuditVerifier verifier;
  begin(&verifier, NULL);
  auditVerifyStart(&verifier);
  entries(&verifier, 2, 2);
  entries(&verifier, 1, 2);
  auditVerifyCheckpoint(&verifier, &kCheckpoint);
  complains(&verifier, 1, "the entry is missing");
  assert_int_equal(verifier.consistent, 0);
}

static void a_key_that_is_missing_signs_nothing(void **state){
  (void)state;
  AuditVerifier verifier;
  begin(&verifier, NULL);
  auditVerifyStart(&verifier);
  entries(&verifier, 1, 2);
  auditVerifyCheckpoint(&verifier, &kCheckpoint);
  complains(&verifier, 2, "the checkpoint of 2 is signed by a key that the log does not have");
}

static void a_walk_goes_on_after_a_checkpoint(void **state){
  (void)state;
  AuditVerifier verifier;
  begin(&verifier, NULL);
  auditVerifyKey(&verifier, &kKey);
  auditVerifyResume(&verifier, &kCheckpoint, kSecond);
  says(&verifier, "consistent from 3 up to 2, signed up to 2 (by whom? give public_key), no anchor");
  begin(&verifier, NULL);
  auditVerifyKey(&verifier, &kKey);
  auditVerifyResume(&verifier, &kCheckpoint, kFirst);
  complains(&verifier, 2, "the entry is not the one that the checkpoint has signed: its hash is another");
  begin(&verifier, NULL);
  auditVerifyKey(&verifier, &kKey);
  auditVerifyResume(&verifier, &kCheckpoint, NULL);
  complains(&verifier, 2, "the entry is not the one that the checkpoint has signed: its hash is another");
}

static const char kLines[] =
  "{\"kind\":\"log\",\"format\":\"lore audit 1\",\"id\":\"log-1\",\"last\":1}\n"
  "{\"kind\":\"key\",\"number\":1,\"key_id\":\"97c9b6ea1c7ff7f1bfaaf87e51823af3\",\"public_key\":"
  "\"8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c\",\"created_at\":\"x\",\"signed_by\":null,"
  "\"signature\":null}\n"
  "{\"kind\":\"entry\",\"sequence_number\":1,\"event_id\":\"e1\",\"event_timestamp\":\"2026-01-01T00:00:00.000Z\","
  "\"event_type\":\"login\",\"originator_id\":\"ann\",\"target_id\":null,\"event_payload\":\"\\u007b}\",\"previous_hash\":"
  "\"0000000000000000000000000000000000000000000000000000000000000000\",\"entry_hash\":"
  "\"01355ba3bc063363bf8b88275d2ccf4a3b8a8bec2a796d79fd6b49bc2dd07ba3\"}";

static void verifyLines(AuditLines *lines, const char *text, size_t length){
  const AuditAnchor none = { .count = 0 };
  auditLinesBegin(lines, text, length, &none, reallocate);
  while( auditLinesRead(lines) ){}
  auditLinesEnd(lines);
}

static void freeLines(AuditLines *lines){
  free(lines->verifier.keys);
  free(lines->log.data);
  free(lines->line.data);
}

static void lines_are_verified_whatever_memory_there_is(void **state){
  (void)state;
  int left = -1, is_done = 0;
  char *text = exactCopy(kLines, strlen(kLines));
  while( !is_done ){
    AuditLines lines;
    allocations_left = ++left;
    verifyLines(&lines, text, strlen(kLines));
    is_done = !lines.verifier.is_out_of_memory;
    assert_string_equal(lines.verifier.problem, "");
    if( is_done ) assert_int_equal(lines.verifier.consistent, 1);
    freeLines(&lines);
  }
  assert_true(left >= 3);
  allocations_left = 1000;
  free(text);
}

static void lines_that_end_anywhere_are_never_read_beyond(void **state){
  (void)state;
  for(size_t length = 0; length < strlen(kLines); length++){
    AuditLines lines;
    char *text = exactCopy(kLines, length);
    allocations_left = 1000;
    verifyLines(&lines, text, length);
    assert_string_not_equal(lines.verifier.problem, "");
    freeLines(&lines);
    free(text);
  }
}

int main(void){
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(hashes_and_messages_are_those_of_another_implementation),
    cmocka_unit_test(a_good_log_is_believed_as_far_as_it_is_signed),
    cmocka_unit_test(an_anchor_and_a_trusted_key_are_compared),
    cmocka_unit_test(a_checkpoint_counts_only_after_its_entry),
    cmocka_unit_test(the_first_problem_stands),
    cmocka_unit_test(a_key_that_is_missing_signs_nothing),
    cmocka_unit_test(a_walk_goes_on_after_a_checkpoint),
    cmocka_unit_test(lines_are_verified_whatever_memory_there_is),
    cmocka_unit_test(lines_that_end_anywhere_are_never_read_beyond),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
