// Calls that the Swift importer does not see: variadic, or hidden behind _GNU_SOURCE; and loops over vectors wider than
// what every processor has, chosen when they are called.
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "CSluiceShims.h"

#include <fcntl.h>
#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

void sluice_keep_freed_memory(void) {
#if defined(__GLIBC__)
    // A batch frees a few megabytes and the next one asks for them again: without this each of its pages is given
    // back, faulted in and cleared anew.
    mallopt(M_MMAP_THRESHOLD, 4 << 20);
    mallopt(M_TRIM_THRESHOLD, 32 << 20);
    mallopt(M_TOP_PAD, 1 << 20);
#endif
}

void sluice_release_freed_memory(void) {
#if defined(__GLIBC__)
    malloc_trim(0);
#endif
}

size_t sluice_resident_byte_count(void) {
    int file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    if (file < 0) return 0;
    char text[128];
    ssize_t count = read(file, text, sizeof text - 1);
    close(file);
    if (count <= 0) return 0;
    text[count] = 0;
    // The second number is the resident size in pages.
    char *rest;
    strtoull(text, &rest, 10);
    return (size_t)strtoull(rest, NULL, 10) * (size_t)sysconf(_SC_PAGESIZE);
}

static const size_t huge_page = (size_t)2 << 20;

void *sluice_map_large(size_t count) {
    // A huge page more than asked for, so that an aligned range of the length lies in it; the rest is given back.
    uint8_t *start = mmap(NULL, count + huge_page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (start == MAP_FAILED) return NULL;
    size_t before = (huge_page - (uintptr_t)start % huge_page) % huge_page;
    if (before > 0) munmap(start, before);
    if (huge_page - before > 0) munmap(start + before + count, huge_page - before);
    madvise(start + before, count, MADV_HUGEPAGE);
    return start + before;
}

void *sluice_grow_large(void *old, size_t old_count, size_t count) {
    void *block = sluice_map_large(count);
    if (block == NULL) return NULL;
    // Both are aligned, so whole page tables move. The moved range keeps its advice.
    if (mremap(old, old_count, old_count, MREMAP_MAYMOVE | MREMAP_FIXED, block) == MAP_FAILED) {
        memcpy(block, old, old_count);
        munmap(old, old_count);
    }
    return block;
}

void sluice_unmap_large(void *block, size_t count) { munmap(block, count); }

size_t sluice_count_continuations(const uint8_t *bytes, size_t count) {
    size_t found = 0, index = 0;
#if defined(__SSE2__)
    // Continuation bytes are 0x80...0xbf: as signed numbers, those below -64.
    const __m128i limit = _mm_set1_epi8(-64);
    while (count - index >= 16) {
        // Each byte of the sum counts up to 255 blocks.
        __m128i sum = _mm_setzero_si128();
        for (int block = 0; block < 255 && count - index >= 16; block++, index += 16)
            sum = _mm_sub_epi8(sum, _mm_cmplt_epi8(_mm_loadu_si128((const __m128i *)(bytes + index)), limit));
        sum = _mm_sad_epu8(sum, _mm_setzero_si128());
        found += (size_t)_mm_cvtsi128_si32(sum) + (size_t)_mm_cvtsi128_si32(_mm_srli_si128(sum, 8));
    }
    if (index < count && count >= 16) {
        // The end as the last of sixteen bytes, of which the first have been counted.
        uint32_t mask = (uint32_t)_mm_movemask_epi8(
            _mm_cmplt_epi8(_mm_loadu_si128((const __m128i *)(bytes + count - 16)), limit));
        return found + (size_t)__builtin_popcount(mask >> (16 - (count - index)));
    }
#endif
    for (; index < count; index++) found += (bytes[index] & 0xc0) == 0x80;
    return found;
}

static uint64_t mark_bytes_plainly(
    const uint8_t *bytes, size_t word_count, uint8_t first, uint8_t second, uint8_t third, uint64_t *marks) {
    uint64_t wide = 0;
    for (size_t word = 0; word < word_count; word++, bytes += 64) {
        uint64_t mark = 0;
#if defined(__SSE2__)
        for (int part = 0; part < 64; part += 16) {
            __m128i block = _mm_loadu_si128((const __m128i *)(bytes + part));
            __m128i hit = _mm_or_si128(
                _mm_cmpeq_epi8(block, _mm_set1_epi8((char)first)), _mm_cmpeq_epi8(block, _mm_set1_epi8((char)second)));
            hit = _mm_or_si128(hit, _mm_cmpeq_epi8(block, _mm_set1_epi8((char)third)));
            mark |= (uint64_t)(uint32_t)_mm_movemask_epi8(hit) << part;
            wide |= (uint32_t)_mm_movemask_epi8(block);
        }
#else
        for (int i = 0; i < 64; i++) {
            mark |= (uint64_t)(bytes[i] == first || bytes[i] == second || bytes[i] == third) << i;
            wide |= bytes[i] & 0x80;
        }
#endif
        marks[word] = mark;
    }
    return wide;
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static uint64_t mark_bytes_by_32(
    const uint8_t *bytes, size_t word_count, uint8_t first, uint8_t second, uint8_t third, uint64_t *marks) {
    __m256i a = _mm256_set1_epi8((char)first);
    __m256i b = _mm256_set1_epi8((char)second);
    __m256i c = _mm256_set1_epi8((char)third);
    __m256i seen = _mm256_setzero_si256();
    for (size_t word = 0; word < word_count; word++, bytes += 64) {
        __m256i low = _mm256_loadu_si256((const __m256i *)bytes);
        __m256i high = _mm256_loadu_si256((const __m256i *)(bytes + 32));
        __m256i low_hit = _mm256_or_si256(
            _mm256_or_si256(_mm256_cmpeq_epi8(low, a), _mm256_cmpeq_epi8(low, b)), _mm256_cmpeq_epi8(low, c));
        __m256i high_hit = _mm256_or_si256(
            _mm256_or_si256(_mm256_cmpeq_epi8(high, a), _mm256_cmpeq_epi8(high, b)), _mm256_cmpeq_epi8(high, c));
        marks[word] = (uint32_t)_mm256_movemask_epi8(low_hit)
            | (uint64_t)(uint32_t)_mm256_movemask_epi8(high_hit) << 32;
        seen = _mm256_or_si256(seen, _mm256_or_si256(low, high));
    }
    return (uint32_t)_mm256_movemask_epi8(seen);
}

__attribute__((target("avx512bw"))) static uint64_t mark_bytes_by_64(
    const uint8_t *bytes, size_t word_count, uint8_t first, uint8_t second, uint8_t third, uint64_t *marks) {
    __m512i a = _mm512_set1_epi8((char)first);
    __m512i b = _mm512_set1_epi8((char)second);
    __m512i c = _mm512_set1_epi8((char)third);
    __m512i seen = _mm512_setzero_si512();
    for (size_t word = 0; word < word_count; word++, bytes += 64) {
        __m512i block = _mm512_loadu_si512(bytes);
        marks[word] = _mm512_cmpeq_epi8_mask(block, a) | _mm512_cmpeq_epi8_mask(block, b)
            | _mm512_cmpeq_epi8_mask(block, c);
        seen = _mm512_or_si512(seen, block);
    }
    return _mm512_movepi8_mask(seen);
}
#endif

uint64_t sluice_mark_bytes(
    const uint8_t *bytes, size_t word_count, uint8_t first, uint8_t second, uint8_t third, uint64_t *marks) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512bw")) return mark_bytes_by_64(bytes, word_count, first, second, third, marks);
    if (__builtin_cpu_supports("avx2")) return mark_bytes_by_32(bytes, word_count, first, second, third, marks);
#endif
    return mark_bytes_plainly(bytes, word_count, first, second, third, marks);
}
