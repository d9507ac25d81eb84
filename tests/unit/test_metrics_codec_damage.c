/*
** Damaged chunks: each flipped byte and each truncation is an error; where the checksum is made to fit, what is read keeps what
** a chunk promises.
*/
#include "codec_helpers.h"

#include "metrics/aggregate.h"
#include "metrics/checksum.h"

/* A chunk of each kind of times and of values. */
static int nextChunk(int number, Points *points, Bytes *bytes){
  static const int kCounts[] = { 1, 2, 3, 127, 129, 300 };
  if( number >= TIME_KINDS*VALUE_KINDS ) return 0;
  *points = makePoints(kCounts[(size_t)number % COUNT(kCounts)], (TimeKind)(number % TIME_KINDS),
                       (ValueKind)(number/TIME_KINDS), (uint64_t)number);
  *bytes = encode(points);
  return 1;
}

static void the_checksum_is_xxh32(void **state){
  (void)state;
  static const char kText[] = "Nobody inspects the spammish repetition";
  assert_int_equal(checksumOf((const unsigned char*)"", 0), 0x02cc5d05);
  assert_int_equal(checksumOf((const unsigned char*)"a", 1), 0x550d7456);
  assert_int_equal(checksumOf((const unsigned char*)"abc", 3), 0x32d153ff);
  assert_int_equal(checksumOf((const unsigned char*)kText, sizeof kText - 1), 0xe2293b2f);
}

static void every_flipped_byte_is_an_error(void **state){
  (void)state;
  Points points;
  Bytes bytes;
  CodecChunk chunk;
  for(int number = 0; nextChunk(number, &points, &bytes); number++){
    for(size_t at = 0; at < bytes.length; at++){
      unsigned char right = bytes.bytes[at];
      for(int bit = 0; bit < 9; bit++){ /* each bit, and all of them */
        bytes.bytes[at] = (unsigned char)(right ^ (bit < 8 ? 1 << bit : 0xff));
        assert_non_null(codecOpen(&chunk, bytes.bytes, bytes.length));
      }
      bytes.bytes[at] = right;
    }
  }
}

static void every_truncation_is_an_error(void **state){
  (void)state;
  Points points;
  Bytes bytes;
  CodecChunk chunk;
  for(int number = 0; nextChunk(number, &points, &bytes); number++){
    for(size_t length = 0; length < bytes.length; length++) assert_non_null(codecOpen(&chunk, bytes.bytes, length));
  }
}

/* ---- A checksum that fits ---- */

static void seal(unsigned char *bytes, size_t length){
  uint32_t sum = checksumOf(bytes, length - 4);
  for(int i = 0; i < 4; i++) bytes[length - 4 + (size_t)i] = (unsigned char)(sum >> 8*i);
}

static void expectPromises(const CodecChunk *chunk){
  Points points;
  CodecAggregate aggregate = { .parts = AGGREGATE_MOMENTS | AGGREGATE_RESETS };
  const char *problem = codecDecode(chunk, codecAll(), points.times, points.values, &points.count);
  assert_true(problem==NULL || problem==kCodecDamaged);
  codecAddChunk(&aggregate, chunk, codecAll());
  codecAddChunk(&aggregate, chunk, (CodecRange){ chunk->first + 1, chunk->last - 1 });
  if( problem ) return;
  assert_int_equal(points.count, chunk->count);
  assert_true(points.times[0]==chunk->first && points.times[points.count - 1]==chunk->last);
  for(int i = 0; i < points.count; i++){
    assert_true(points.values[i]==points.values[i]);
    assert_true(i==0 || points.times[i] > points.times[i - 1]);
  }
}

/* In memory of exactly its size, so that a sanitizer sees a byte too many. */
static void expectPromisesOf(const unsigned char *bytes, size_t length){
  unsigned char *copy = (unsigned char*)exactCopy((const char*)bytes, length);
  CodecChunk chunk;
  seal(copy, length);
  const char *problem = codecOpen(&chunk, copy, length);
  assert_true(problem==NULL || problem==kCodecDamaged || problem==kCodecFormat);
  if( problem==NULL ) expectPromises(&chunk);
  free(copy);
}

static void flipped_bytes_that_pass_the_checksum_keep_the_promises(void **state){
  (void)state;
  static const int kFlips[] = { 1, 2, 4, 8, 16, 32, 64, 128, 255 };
  Points points;
  Bytes bytes;
  for(int number = 0; nextChunk(number, &points, &bytes); number++){
    for(size_t at = 0; at < bytes.length - 4; at++){
      bytes.bytes[at] ^= (unsigned char)kFlips[(at + (size_t)number) % COUNT(kFlips)];
      expectPromisesOf(bytes.bytes, bytes.length);
      bytes.bytes[at] ^= (unsigned char)kFlips[(at + (size_t)number) % COUNT(kFlips)];
    }
  }
}

static void heads_with_any_byte_keep_the_promises(void **state){
  (void)state;
  Points points;
  Bytes bytes;
  for(int number = 0; nextChunk(number, &points, &bytes); number += 5){
    size_t values = (size_t)(bytes.bytes[4] | bytes.bytes[5] << 8);
    for(size_t at = 0; at < bytes.length - 4 && at < values + 16; at++){
      if( at==48 && at < values ) at = values; /* from the head of the times to that of the values */
      unsigned char right = bytes.bytes[at];
      for(int byte = 0; byte < 256; byte++){
        bytes.bytes[at] = (unsigned char)byte;
        expectPromisesOf(bytes.bytes, bytes.length);
      }
      bytes.bytes[at] = right;
    }
  }
}

static void truncations_that_pass_the_checksum_are_errors(void **state){
  (void)state;
  Points points;
  Bytes bytes;
  for(int number = 0; nextChunk(number, &points, &bytes); number++){
    for(size_t length = 26; length < bytes.length; length++){
      unsigned char *copy = (unsigned char*)exactCopy((const char*)bytes.bytes, length);
      CodecChunk chunk;
      seal(copy, length);
      const char *problem = codecOpen(&chunk, copy, length);
      if( problem==NULL ) problem = codecDecode(&chunk, codecAll(), points.times, points.values, &points.count);
      assert_ptr_equal(problem, kCodecDamaged);
      free(copy);
    }
  }
}

/* Begins a line of three numbers from 0. */
static IntegersReader lineOfThree(unsigned char *bytes, uint64_t step){
  enum { LINE = 0, UNIT = 1 };
  IntegersReader reader;
  bytes[0] = LINE;
  bytes[1] = UNIT;
  assert_true(integersBegin(&reader, bytes, bitsWriteVarint(bytes + 2, bitsZigzag(step)), 0, 3));
  return reader;
}

static void a_line_that_goes_around_is_not_taken_for_a_rising_one(void **state){
  (void)state;
  unsigned char bytes[2 + BITS_VARINT_MOST];
  IntegersReader reader = lineOfThree(bytes, 5);
  assert_true(integersRiseTo(&reader, 10));
  assert_false(integersRiseTo(&reader, 11));
  reader = lineOfThree(bytes, UINT64_C(1) << 63 | 5); /* 0, below 0, and 10 again */
  assert_false(integersRiseTo(&reader, 10));
  reader = lineOfThree(bytes, UINT64_C(0) - 5);
  assert_false(integersRiseTo(&reader, -10));
  reader = lineOfThree(bytes, 0);
  assert_false(integersRiseTo(&reader, 0));
}

static void a_newer_format_is_named(void **state){
  (void)state;
  Points points = makePoints(10, REGULAR, GAUGE, 1);
  Bytes bytes = encode(&points);
  CodecChunk chunk;
  bytes.bytes[0] = 2;
  seal(bytes.bytes, bytes.length);
  assert_ptr_equal(codecOpen(&chunk, bytes.bytes, bytes.length), kCodecFormat);
}

int main(void){
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(the_checksum_is_xxh32),
    cmocka_unit_test(every_flipped_byte_is_an_error),
    cmocka_unit_test(every_truncation_is_an_error),
    cmocka_unit_test(flipped_bytes_that_pass_the_checksum_keep_the_promises),
    cmocka_unit_test(heads_with_any_byte_keep_the_promises),
    cmocka_unit_test(truncations_that_pass_the_checksum_are_errors),
    cmocka_unit_test(a_line_that_goes_around_is_not_taken_for_a_rising_one),
    cmocka_unit_test(a_newer_format_is_named),
  };
  return cmocka_run_group_tests_name("codec damage", tests, NULL, NULL);
}
