// Calls that the Swift importer does not see: variadic, or hidden behind _GNU_SOURCE.
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "CSluiceShims.h"

#include <malloc.h>
#include <stdint.h>
#include <sys/mman.h>

void sluice_keep_freed_memory(void) {
#if defined(__GLIBC__)
    // A batch frees a few megabytes and the next one asks for them again: without this each of its pages is given
    // back, faulted in and cleared anew.
    mallopt(M_MMAP_THRESHOLD, 4 << 20);
    mallopt(M_TRIM_THRESHOLD, 32 << 20);
    mallopt(M_TOP_PAD, 1 << 20);
#endif
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
