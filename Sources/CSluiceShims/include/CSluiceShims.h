// What Swift cannot say well: prefetch, byte-mask intrinsics (Swift's any(SIMDMask) is 58x slower than the
// intrinsic), and libc calls that the Swift importer does not see. Each has a portable fallback.
#ifndef SLUICE_SHIMS_H
#define SLUICE_SHIMS_H

#include <stdint.h>
#include <stddef.h>
#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

/// Asks the cache for the line at `address`, for reading and writing.
static inline void sluice_prefetch(const void *_Nonnull address) { __builtin_prefetch(address, 1, 3); }

/// Bit i of the result is set where byte i of the 16 bytes at `bytes` equals `value`.
static inline uint32_t sluice_mask_equal16(const void *_Nonnull bytes, uint8_t value) {
#if defined(__SSE2__)
    __m128i block = _mm_loadu_si128((const __m128i *)bytes);
    return (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(block, _mm_set1_epi8((char)value)));
#else
    const uint8_t *cursor = (const uint8_t *)bytes;
    uint32_t mask = 0;
    for (int i = 0; i < 16; i++) mask |= (uint32_t)(cursor[i] == value) << i;
    return mask;
#endif
}

/// Bit i of the result is set where byte i is `first`, `second` or below 0x20 (unsigned).
static inline uint32_t sluice_mask_string_special16(const void *_Nonnull bytes, uint8_t first, uint8_t second) {
#if defined(__SSE2__)
    __m128i block = _mm_loadu_si128((const __m128i *)bytes);
    __m128i hit = _mm_or_si128(
        _mm_cmpeq_epi8(block, _mm_set1_epi8((char)first)), _mm_cmpeq_epi8(block, _mm_set1_epi8((char)second)));
    __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(block, _mm_set1_epi8(0x1f)), block);
    return (uint32_t)_mm_movemask_epi8(_mm_or_si128(hit, control));
#else
    const uint8_t *cursor = (const uint8_t *)bytes;
    uint32_t mask = 0;
    for (int i = 0; i < 16; i++)
        mask |= (uint32_t)(cursor[i] == first || cursor[i] == second || cursor[i] < 0x20) << i;
    return mask;
#endif
}

/// Bit i of the result is set where byte i of the `count` bytes at `bytes`, at most 64, equals `value`. Reads nothing
/// behind them.
static inline uint64_t sluice_mask_equal(const uint8_t *_Nonnull bytes, size_t count, uint8_t value) {
    uint64_t mask = 0;
    size_t index = 0;
    if (count >= 16) {
        for (; count - index >= 16; index += 16) mask |= (uint64_t)sluice_mask_equal16(bytes + index, value) << index;
        // The rest is the end of sixteen bytes of which the first have been looked at.
        if (index < count) mask |= (uint64_t)sluice_mask_equal16(bytes + count - 16, value) << (count - 16);
        return mask;
    }
    for (; index < count; index++) mask |= (uint64_t)(bytes[index] == value) << index;
    return mask;
}

/// How many of the `count` bytes at `bytes` are the second, third or fourth of a code point in UTF-8.
size_t sluice_count_continuations(const uint8_t *_Nonnull bytes, size_t count);

/// Sets bit i of `marks` where byte i at `bytes` is `first`, `second` or `third`, for `word_count` words of 64 bytes each.
/// The result is nonzero where one of the bytes is 0x80 or more. Takes the widest vectors that the processor has.
uint64_t sluice_mark_bytes(
    const uint8_t *_Nonnull bytes, size_t word_count, uint8_t first, uint8_t second, uint8_t third,
    uint64_t *_Nonnull marks);

/// Asks the allocator to keep freed memory for the next batch instead of handing it back to the system each time.
void sluice_keep_freed_memory(void);

/// Gives memory that was freed, and is kept for the next batch, back to the system.
void sluice_release_freed_memory(void);

/// Bytes of the process that lie in memory now; 0 where the system does not say.
size_t sluice_resident_byte_count(void);

/// Maps `count` bytes of zeros, aligned for huge pages; NULL where the system has none. `count` is a multiple of 2 MB.
void *_Nullable sluice_map_large(size_t count);

/// Moves the mapping of `old_count` bytes at `old` to the start of a new one of `count` bytes, without copying where
/// the system can. NULL where the system has no memory; then the old mapping stands.
void *_Nullable sluice_grow_large(void *_Nonnull old, size_t old_count, size_t count);

/// Gives a mapping back.
void sluice_unmap_large(void *_Nonnull block, size_t count);

/// The last `value` in the `count` bytes at `bytes`, or NULL; memrchr is hidden behind _GNU_SOURCE.
static inline const void *_Nullable sluice_memrchr(const void *_Nonnull bytes, uint8_t value, size_t count) {
    const uint8_t *start = (const uint8_t *)bytes;
    while (count > 0) {
        count--;
        if (start[count] == value) return start + count;
    }
    return NULL;
}

#endif
