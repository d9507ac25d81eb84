/*
** Head, dispatch and checks of a chunk: see codec.h.
*/
#include "metrics/codec.h"

#include "metrics/checksum.h"

enum { FORMAT = 1, AT_COUNT = 2, AT_VALUES = 4, AT_FIRST = 6, AT_LAST = 14, HEAD = 22, CHECKSUM = 4 };

const char kCodecCount[] = "has no point, or more than 1,024";
const char kCodecOrder[] = "has times that do not ascend";
const char kCodecNumber[] = "has a value that is not a number";
const char kCodecDamaged[] = "is no chunk, or a damaged one";
const char kCodecFormat[] = "is a chunk of a newer format";

/* ---- Encoding ---- */

static void store(unsigned char *to, uint32_t number, int bytes){
  for(int i = 0; i < bytes; i++) to[i] = (unsigned char)(number >> 8*i & 0xff);
}

static uint32_t load(const unsigned char *from, int bytes){
  uint32_t number = 0;
  for(int i = 0; i < bytes; i++) number |= (uint32_t)from[i] << 8*i;
  return number;
}

static const char *checkPoints(const int64_t *times, const double *values, int count){
  if( count < 1 || count > CODEC_POINTS_MOST ) return kCodecCount;
  for(int i = 1; i < count; i++) if( times[i] <= times[i - 1] ) return kCodecOrder;
  for(int i = 0; i < count; i++) if( values[i]!=values[i] ) return kCodecNumber;
  return NULL;
}

const char *codecEncode(const int64_t *times, const double *values, int count, unsigned char *to, size_t *length){
  const char *problem = checkPoints(times, values, count);
  if( problem ) return problem;
  to[0] = FORMAT;
  to[1] = 0;
  store(to + AT_COUNT, (uint32_t)count, 2);
  bitsStore(to + AT_FIRST, (uint64_t)times[0]);
  bitsStore(to + AT_LAST, (uint64_t)times[count - 1]);
  unsigned char *end = integersWrite(times, count, to + HEAD);
  store(to + AT_VALUES, (uint32_t)(end - to), 2);
  end = valuesWrite(values, count, end);
  *length = (size_t)(end - to);
  store(end, checksumOf(to, *length), CHECKSUM);
  *length += CHECKSUM;
  return NULL;
}

/* ---- Decoding ---- */

const char *codecOpen(CodecChunk *chunk, const void *bytes, size_t length){
  const unsigned char *from = bytes;
  if( length < HEAD + CHECKSUM || length > CODEC_BYTES_MOST ) return kCodecDamaged;
  if( checksumOf(from, length - CHECKSUM)!=load(from + length - CHECKSUM, CHECKSUM) ) return kCodecDamaged;
  if( from[0]!=FORMAT || from[1]!=0 ) return kCodecFormat;
  size_t values = load(from + AT_VALUES, 2);
  *chunk = (CodecChunk){
    .times_at = from + HEAD, .values_at = from + values, .end = from + length - CHECKSUM,
    .count = (int)load(from + AT_COUNT, 2),
    .first = (int64_t)bitsLoad(from + AT_FIRST), .last = (int64_t)bitsLoad(from + AT_LAST)
  };
  if( chunk->count < 1 || chunk->count > CODEC_POINTS_MOST || chunk->first > chunk->last ) return kCodecDamaged;
  return values < HEAD || values > length - CHECKSUM ? kCodecDamaged : NULL;
}

void codecPiecesBegin(CodecPieces *pieces, const CodecChunk *chunk, CodecRange range, int wants_times){
  int is_whole = range.since <= chunk->first && range.until >= chunk->last;
  int is_apart = range.since > chunk->last || range.until < chunk->first || range.since > range.until;
  pieces->problem = NULL;
  pieces->has_times = wants_times || !is_whole;
  pieces->range = range;
  pieces->before = INT64_MIN;
  pieces->first_time = chunk->first;
  pieces->last_time = pieces->last = chunk->last;
  pieces->left = is_apart ? 0 : chunk->count;
  if( is_apart ) return;
  int is_sound = valuesBegin(&pieces->value_reader, chunk->values_at, chunk->end, chunk->count);
  if( is_sound && pieces->has_times ){
    is_sound = integersBegin(&pieces->time_reader, chunk->times_at, chunk->values_at, chunk->first, chunk->count);
  }
  pieces->is_rising = is_sound && pieces->has_times && integersRiseTo(&pieces->time_reader, chunk->last);
  if( !is_sound ) pieces->problem = kCodecDamaged;
}

static inline int ascend(const int64_t *times, int count){
  int faults = 0;
  for(int i = 1; i < count; i++) faults += times[i] <= times[i - 1];
  return faults==0;
}

/* Inlined for a whole frame and for the rest. */
static int areAscending(const int64_t *times, int count){
  return count==FRAME_POINTS ? ascend(times, FRAME_POINTS) : ascend(times, count);
}

/* The times of the next frame, which must go on from the one before, and end where the chunk does. */
static int nextTimes(CodecPieces *pieces, int count){
  const int64_t *times = pieces->times;
  int is_first = pieces->time_reader.index==0;
  if( integersNext(&pieces->time_reader, pieces->times)!=count ) return 0;
  if( !pieces->is_rising && !areAscending(times, count) ) return 0;
  if( !is_first && times[0] <= pieces->before ) return 0;
  pieces->before = times[count - 1];
  return pieces->left==count ? pieces->before==pieces->last : pieces->before < pieces->last;
}

/* Which points of a frame are in the range. */
static void cutToRange(CodecPieces *pieces, int count){
  const int64_t *times = pieces->times;
  CodecRange range = pieces->range;
  pieces->from = times[count - 1] < range.since ? count : 0;
  pieces->to = count;
  while( pieces->from < count && times[pieces->from] < range.since ) pieces->from++;
  while( pieces->to > pieces->from && times[pieces->to - 1] > range.until ) pieces->to--;
  if( pieces->from==pieces->to ) return;
  pieces->first_time = times[pieces->from];
  pieces->last_time = times[pieces->to - 1];
}

static int nextFrame(CodecPieces *pieces, int count){
  pieces->from = 0;
  pieces->to = count;
  if( pieces->has_times && !nextTimes(pieces, count) ) return 0;
  if( pieces->has_times ) cutToRange(pieces, count);
  return valuesNext(&pieces->value_reader, pieces->from < pieces->to ? pieces->values : NULL)==count;
}

int codecPiecesNext(CodecPieces *pieces){
  while( pieces->left > 0 && pieces->problem==NULL ){
    int count = pieces->left < FRAME_POINTS ? pieces->left : FRAME_POINTS;
    if( !nextFrame(pieces, count) ) pieces->problem = kCodecDamaged;
    pieces->left -= count;
    if( pieces->has_times && pieces->before >= pieces->range.until ) pieces->left = 0; /* all to come is later */
    if( pieces->problem==NULL && pieces->from < pieces->to ) return 1;
  }
  return 0;
}

const char *codecDecode(const CodecChunk *chunk, CodecRange range, int64_t *times, double *values, int *count){
  CodecPieces pieces;
  *count = 0;
  codecPiecesBegin(&pieces, chunk, range, times!=NULL);
  while( codecPiecesNext(&pieces) ){
    size_t points = (size_t)(pieces.to - pieces.from);
    if( times ) memcpy(times + *count, pieces.times + pieces.from, points*sizeof *times);
    if( values ) memcpy(values + *count, pieces.values + pieces.from, points*sizeof *values);
    *count += (int)points;
  }
  return pieces.problem;
}
