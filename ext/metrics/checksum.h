/*
** The checksum of a chunk: XXH32 with seed 0 (Collet: "xxHash fast digest algorithm", specification 0.1.1). Pure: knows no
** SQLite.
**
** Every step of it is a bijection of the four bytes it takes in, so damage that stays within four bytes, as a flipped byte, is
** always noticed; any other passes once in 2^32 times. A table-driven CRC-32 promises no more and takes several times as long.
*/
#ifndef LORE_METRICS_CHECKSUM_H
#define LORE_METRICS_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

uint32_t checksumOf(const unsigned char *bytes, size_t length);

#endif
