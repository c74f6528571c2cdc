// What Sluice asks of Hyperscan, or of Vectorscan, which is the same library for more processors.
//
// The library is opened at run time, by the first job with many patterns: the binary starts without it and machines
// without it do one pattern after the other. No logic of ours beyond that and keeping compiled patterns in files.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Compiled patterns; they do not change and may be shared by threads.
typedef struct sluice_hyperscan sluice_hyperscan;
/// What one thread needs to search.
typedef struct sluice_hyperscan_scan sluice_hyperscan_scan;

/// Opens the library once; NULL, or a message that lives for ever.
const char *sluice_hyperscan_load(void);

/// Version and processor: compiled patterns are good for these alone. Lives for ever.
const char *sluice_hyperscan_platform(void);

/// Compiles `count` patterns over bytes, each ended by a zero, in which a dot is any byte; they are numbered from 0.
/// NULL where one is refused; `failing` is then its number, or -1 where it is none of them in particular.
sluice_hyperscan *sluice_hyperscan_compile(const char *patterns, size_t byte_count, size_t count, int *failing);
/// Takes compiled patterns out of a file of `sluice_hyperscan_write`; NULL where there is none that is whole and ours.
sluice_hyperscan *sluice_hyperscan_read(const char *path);
/// Makes the file as one step; false where that fails, which leaves no file.
bool sluice_hyperscan_write(const sluice_hyperscan *self, const char *path);
void sluice_hyperscan_free(sluice_hyperscan *self);
/// Bytes of memory.
size_t sluice_hyperscan_byte_count(const sluice_hyperscan *self);

/// NULL where there is no memory.
sluice_hyperscan_scan *sluice_hyperscan_scan_create(const sluice_hyperscan *patterns);
void sluice_hyperscan_scan_free(sluice_hyperscan_scan *self);
/// The number of patterns that match somewhere in the text; negative where the search failed.
ptrdiff_t sluice_hyperscan_scan_run(sluice_hyperscan_scan *self, const void *text, size_t count);
/// The number of one of the patterns that the last run found, each once.
uint32_t sluice_hyperscan_scan_found(const sluice_hyperscan_scan *self, size_t index);
