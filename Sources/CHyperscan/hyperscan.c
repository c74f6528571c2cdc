#define _GNU_SOURCE
#include "sluice_hyperscan.h"
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// What hs_platform_info and hs_compile_error are in the API's headers.
struct platform {
    unsigned tune;
    unsigned long long cpu_features, reserved1, reserved2;
};
struct compile_error {
    char *message;
    int expression;
};

typedef int (*on_match)(unsigned, unsigned long long, unsigned long long, unsigned, void *);

// The names of Hyperscan's C API that are used, with their types: X(result, name, (arguments)).
#define FUNCTIONS(X)                                                                                                   \
    X(const char *, hs_version, (void))                                                                                \
    X(int, hs_valid_platform, (void))                                                                                  \
    X(int, hs_populate_platform, (struct platform *))                                                                  \
    X(int, hs_compile_multi,                                                                                           \
      (const char *const *, const unsigned *, const unsigned *, unsigned, unsigned, const struct platform *, void **,  \
       struct compile_error **))                                                                                       \
    X(int, hs_free_compile_error, (struct compile_error *))                                                            \
    X(int, hs_database_size, (const void *, size_t *))                                                                 \
    X(int, hs_serialize_database, (const void *, char **, size_t *))                                                   \
    X(int, hs_deserialize_database, (const char *, size_t, void **))                                                   \
    X(int, hs_free_database, (void *))                                                                                 \
    X(int, hs_alloc_scratch, (const void *, void **))                                                                  \
    X(int, hs_free_scratch, (void *))                                                                                  \
    X(int, hs_scan, (const void *, const char *, unsigned, unsigned, void *, on_match, void *))

#define DECLARE(result, name, arguments) static result(*name) arguments;
FUNCTIONS(DECLARE)
#undef DECLARE

// HS_FLAG_DOTALL, HS_FLAG_SINGLEMATCH and HS_MODE_BLOCK.
enum { dot_all = 2, single_match = 8, block_mode = 1 };

struct sluice_hyperscan {
    void *database;
};

struct sluice_hyperscan_scan {
    const void *database;
    void *scratch;
    uint32_t *found;
    size_t count, capacity;
};

static pthread_once_t loaded = PTHREAD_ONCE_INIT;
static char failure[512];
static char platform_text[256];

static void *open_library(void) {
    // SLUICE_HYPERSCAN names the library where it lies elsewhere; Hyperscan and Vectorscan have the same name.
    const char *named = getenv("SLUICE_HYPERSCAN");
    if (named != NULL && named[0] != 0) return dlopen(named, RTLD_NOW | RTLD_LOCAL);
    void *library = dlopen("libhs.so.5", RTLD_NOW | RTLD_LOCAL);
    return library != NULL ? library : dlopen("libhs.so", RTLD_NOW | RTLD_LOCAL);
}

static void load(void) {
    void *library = open_library();
    if (library == NULL) {
        snprintf(failure, sizeof failure, "the Hyperscan library cannot be opened: %s", dlerror());
        return;
    }
#define FIND(result, name, arguments)                                                                                  \
    *(void **)&name = dlsym(library, #name);                                                                           \
    if (name == NULL) {                                                                                                \
        snprintf(failure, sizeof failure, "the Hyperscan library has no function '%s'", #name);                        \
        return;                                                                                                        \
    }
    FUNCTIONS(FIND)
#undef FIND
    struct platform platform = {0};
    if (hs_valid_platform() != 0 || hs_populate_platform(&platform) != 0) {
        snprintf(failure, sizeof failure, "the Hyperscan library does not run on this processor");
        return;
    }
    snprintf(
        platform_text, sizeof platform_text, "%s, %x, %llx", hs_version(), platform.tune, platform.cpu_features
    );
}

const char *sluice_hyperscan_load(void) {
    pthread_once(&loaded, load);
    return failure[0] == 0 ? NULL : failure;
}

const char *sluice_hyperscan_platform(void) { return platform_text; }

static sluice_hyperscan *holding(void *database) {
    sluice_hyperscan *self = malloc(sizeof *self);
    if (self == NULL) abort();
    self->database = database;
    return self;
}

sluice_hyperscan *sluice_hyperscan_compile(const char *patterns, size_t byte_count, size_t count, int *failing) {
    const char **expressions = calloc(count, sizeof *expressions);
    unsigned *flags = calloc(count, sizeof *flags), *numbers = calloc(count, sizeof *numbers);
    if (expressions == NULL || flags == NULL || numbers == NULL) abort();
    const char *next = patterns;
    for (size_t index = 0; index < count && next < patterns + byte_count; index++) {
        expressions[index] = next;
        flags[index] = dot_all | single_match;
        numbers[index] = (unsigned)index;
        next += strlen(next) + 1;
    }
    void *database = NULL;
    struct compile_error *error = NULL;
    int code =
        hs_compile_multi(expressions, flags, numbers, (unsigned)count, block_mode, NULL, &database, &error);
    *failing = -1;
    if (error != NULL) {
        *failing = error->expression;
        hs_free_compile_error(error);
    }
    free(expressions);
    free(flags);
    free(numbers);
    return code == 0 ? holding(database) : NULL;
}

sluice_hyperscan *sluice_hyperscan_read(const char *path) {
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (file < 0) return NULL;
    struct stat facts;
    char *bytes = NULL;
    // A file of somebody else could hold anything.
    bool is_ours = fstat(file, &facts) == 0 && S_ISREG(facts.st_mode) && facts.st_uid == geteuid()
        && (facts.st_mode & (S_IWGRP | S_IWOTH)) == 0 && facts.st_size > 0;
    size_t count = 0;
    if (is_ours && (bytes = malloc((size_t)facts.st_size)) != NULL) {
        while (count < (size_t)facts.st_size) {
            ssize_t got = read(file, bytes + count, (size_t)facts.st_size - count);
            if (got <= 0) break;
            count += (size_t)got;
        }
    }
    close(file);
    void *database = NULL;
    // The library checks version, processor and a check sum.
    int code = count > 0 && count == (size_t)facts.st_size ? hs_deserialize_database(bytes, count, &database) : -1;
    free(bytes);
    return code == 0 ? holding(database) : NULL;
}

static bool write_all(int file, const char *bytes, size_t count) {
    while (count > 0) {
        ssize_t written = write(file, bytes, count);
        if (written <= 0) return false;
        bytes += written;
        count -= (size_t)written;
    }
    return true;
}

bool sluice_hyperscan_write(const sluice_hyperscan *self, const char *path) {
    char *bytes = NULL;
    size_t count = 0;
    if (hs_serialize_database(self->database, &bytes, &count) != 0) return false;
    size_t length = strlen(path) + 32;
    char *temporary = malloc(length);
    if (temporary == NULL) abort();
    snprintf(temporary, length, "%s.XXXXXX", path);
    int file = mkostemp(temporary, O_CLOEXEC);
    bool is_written = file >= 0 && write_all(file, bytes, count);
    if (file >= 0) is_written = close(file) == 0 && is_written;
    is_written = is_written && rename(temporary, path) == 0;
    if (file >= 0 && !is_written) unlink(temporary);
    free(temporary);
    free(bytes);
    return is_written;
}

void sluice_hyperscan_free(sluice_hyperscan *self) {
    hs_free_database(self->database);
    free(self);
}

size_t sluice_hyperscan_byte_count(const sluice_hyperscan *self) {
    size_t count = 0;
    return hs_database_size(self->database, &count) == 0 ? count : 0;
}

sluice_hyperscan_scan *sluice_hyperscan_scan_create(const sluice_hyperscan *patterns) {
    sluice_hyperscan_scan *self = calloc(1, sizeof *self);
    if (self == NULL) abort();
    self->database = patterns->database;
    if (hs_alloc_scratch(patterns->database, &self->scratch) == 0) return self;
    free(self);
    return NULL;
}

void sluice_hyperscan_scan_free(sluice_hyperscan_scan *self) {
    hs_free_scratch(self->scratch);
    free(self->found);
    free(self);
}

static int take(
    unsigned number, unsigned long long from, unsigned long long to, unsigned flags, void *context
) {
    (void)from, (void)to, (void)flags;
    sluice_hyperscan_scan *self = context;
    if (self->count == self->capacity) {
        size_t capacity = self->capacity == 0 ? 64 : 2 * self->capacity;
        uint32_t *found = realloc(self->found, capacity * sizeof *found);
        if (found == NULL) abort();
        self->found = found;
        self->capacity = capacity;
    }
    self->found[self->count++] = number;
    return 0;
}

ptrdiff_t sluice_hyperscan_scan_run(sluice_hyperscan_scan *self, const void *text, size_t count) {
    self->count = 0;
    if (count > UINT32_MAX) return -1;
    int code = hs_scan(self->database, count == 0 ? "" : text, (unsigned)count, 0, self->scratch, take, self);
    return code == 0 ? (ptrdiff_t)self->count : -1;
}

uint32_t sluice_hyperscan_scan_found(const sluice_hyperscan_scan *self, size_t index) { return self->found[index]; }
