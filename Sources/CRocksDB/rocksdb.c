#include "sluice_rocksdb.h"
#include <dlfcn.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// The names of RocksDB's C API that are used, with their types: X(result, name, (arguments)).
// Enumerations are int and unsigned char is the API's boolean, as in its header.
#define FUNCTIONS(X)                                                                                                   \
    X(void *, rocksdb_options_create, (void))                                                                          \
    X(void, rocksdb_options_destroy, (void *))                                                                         \
    X(void, rocksdb_options_set_create_if_missing, (void *, unsigned char))                                            \
    X(void, rocksdb_options_set_write_buffer_size, (void *, size_t))                                                   \
    X(void, rocksdb_options_set_max_write_buffer_number, (void *, int))                                                \
    X(void, rocksdb_options_set_keep_log_file_num, (void *, size_t))                                                   \
    X(void, rocksdb_options_set_info_log_level, (void *, int))                                                         \
    X(void, rocksdb_options_set_wal_recovery_mode, (void *, int))                                                      \
    X(void, rocksdb_options_set_max_open_files, (void *, int))                                                         \
    X(void *, rocksdb_options_create_copy, (void *))                                                                   \
    X(void, rocksdb_options_set_compression_per_level, (void *, const int *, size_t))                                  \
    X(void, rocksdb_options_set_level_compaction_dynamic_level_bytes, (void *, unsigned char))                         \
    X(void, rocksdb_options_set_memtable_whole_key_filtering, (void *, unsigned char))                                 \
    X(void, rocksdb_options_set_memtable_prefix_bloom_size_ratio, (void *, double))                                    \
    X(void, rocksdb_options_set_block_based_table_factory, (void *, void *))                                           \
    X(void *, rocksdb_block_based_options_create, (void))                                                              \
    X(void, rocksdb_block_based_options_destroy, (void *))                                                             \
    X(void, rocksdb_block_based_options_set_block_cache, (void *, void *))                                             \
    X(void, rocksdb_block_based_options_set_filter_policy, (void *, void *))                                           \
    X(void, rocksdb_block_based_options_set_cache_index_and_filter_blocks, (void *, unsigned char))                    \
    X(void, rocksdb_block_based_options_set_whole_key_filtering, (void *, unsigned char))                              \
    X(void, rocksdb_block_based_options_set_index_type, (void *, int))                                                 \
    X(void, rocksdb_block_based_options_set_partition_filters, (void *, unsigned char))                                \
    X(void, rocksdb_block_based_options_set_metadata_block_size, (void *, uint64_t))                                   \
    X(void *, rocksdb_filterpolicy_create_bloom_full, (double))                                                        \
    X(void *, rocksdb_cache_create_lru, (size_t))                                                                      \
    X(void, rocksdb_cache_destroy, (void *))                                                                           \
    X(void *, rocksdb_open_column_families,                                                                            \
      (const void *, const char *, int, const char *const *, const void *const *, void **, char **))                   \
    X(void *, rocksdb_open_for_read_only_column_families,                                                              \
      (const void *, const char *, int, const char *const *, const void *const *, void **, unsigned char, char **))    \
    X(void, rocksdb_column_family_handle_destroy, (void *))                                                            \
    X(void, rocksdb_close, (void *))                                                                                   \
    X(void *, rocksdb_writeoptions_create, (void))                                                                     \
    X(void, rocksdb_writeoptions_destroy, (void *))                                                                    \
    X(void, rocksdb_writeoptions_set_sync, (void *, unsigned char))                                                    \
    X(void, rocksdb_writeoptions_disable_WAL, (void *, int))                                                           \
    X(void *, rocksdb_readoptions_create, (void))                                                                      \
    X(void, rocksdb_readoptions_destroy, (void *))                                                                     \
    X(void *, rocksdb_writebatch_create, (void))                                                                       \
    X(void, rocksdb_writebatch_destroy, (void *))                                                                      \
    X(void, rocksdb_writebatch_put, (void *, const char *, size_t, const char *, size_t))                              \
    X(void, rocksdb_writebatch_delete, (void *, const char *, size_t))                                                 \
    X(void, rocksdb_writebatch_delete_range, (void *, const char *, size_t, const char *, size_t))                     \
    X(void, rocksdb_write, (void *, const void *, void *, char **))                                                    \
    X(int, rocksdb_property_int, (void *, const char *, uint64_t *))                                                   \
    X(void *, rocksdb_envoptions_create, (void))                                                                       \
    X(void, rocksdb_envoptions_destroy, (void *))                                                                      \
    X(void *, rocksdb_sstfilewriter_create, (const void *, const void *))                                              \
    X(void, rocksdb_sstfilewriter_destroy, (void *))                                                                   \
    X(void, rocksdb_sstfilewriter_open, (void *, const char *, char **))                                               \
    X(void, rocksdb_sstfilewriter_put, (void *, const char *, size_t, const char *, size_t, char **))                  \
    X(void, rocksdb_sstfilewriter_delete, (void *, const char *, size_t, char **))                                     \
    X(void, rocksdb_sstfilewriter_delete_range, (void *, const char *, size_t, const char *, size_t, char **))         \
    X(void, rocksdb_sstfilewriter_finish, (void *, char **))                                                           \
    X(void *, rocksdb_ingestexternalfileoptions_create, (void))                                                        \
    X(void, rocksdb_ingestexternalfileoptions_destroy, (void *))                                                       \
    X(void, rocksdb_ingestexternalfileoptions_set_move_files, (void *, unsigned char))                                 \
    X(void, rocksdb_ingest_external_file, (void *, const char *const *, size_t, const void *, char **))                \
    X(char *, rocksdb_get, (void *, const void *, const char *, size_t, size_t *, char **))                            \
    X(void, rocksdb_batched_multi_get_cf,                                                                              \
      (void *, const void *, void *, size_t, const char *const *, const size_t *, void **, char **, bool))             \
    X(const char *, rocksdb_pinnableslice_value, (const void *, size_t *))                                             \
    X(void, rocksdb_pinnableslice_destroy, (void *))                                                                   \
    X(void *, rocksdb_create_iterator, (void *, const void *))                                                         \
    X(void, rocksdb_iter_destroy, (void *))                                                                            \
    X(unsigned char, rocksdb_iter_valid, (const void *))                                                               \
    X(void, rocksdb_iter_seek, (void *, const char *, size_t))                                                         \
    X(void, rocksdb_iter_next, (void *))                                                                               \
    X(const char *, rocksdb_iter_key, (const void *, size_t *))                                                        \
    X(const char *, rocksdb_iter_value, (const void *, size_t *))                                                      \
    X(void, rocksdb_iter_get_error, (const void *, char **))                                                           \
    X(void, rocksdb_free, (void *))

#define DECLARE(result, name, arguments) static result(*name) arguments;
FUNCTIONS(DECLARE)
#undef DECLARE

struct sluice_rocksdb {
    void *database, *family, *options, *read_options, *write_options, *cache;
};

// What kLz4Compression, kTwoLevelIndexSearch, FATAL_LEVEL and kTolerateCorruptedTailRecords are in the API's headers.
enum { no_compression = 0, lz4_compression = 4, two_level_index = 2, fatal_level = 4, tolerate_torn_tail = 0 };

static pthread_once_t loaded = PTHREAD_ONCE_INIT;
static char failure[512];

static void *open_library(void) {
    // SLUICE_ROCKSDB names the library where it lies elsewhere; the rest are the names of Debian's packages.
    const char *own = getenv("SLUICE_ROCKSDB");
    if (own != NULL) return dlopen(own, RTLD_NOW | RTLD_LOCAL);
    const char *names[] = {
        "librocksdb.so.7.8", "librocksdb.so.9.10", "librocksdb.so.9", "librocksdb.so.8", "librocksdb.so.7",
        "librocksdb.so",
    };
    for (size_t index = 0; index < sizeof names / sizeof *names; index++) {
        void *library = dlopen(names[index], RTLD_NOW | RTLD_LOCAL);
        if (library != NULL) return library;
    }
    return NULL;
}

static void load(void) {
    void *library = open_library();
    if (library == NULL) {
        snprintf(failure, sizeof failure, "the RocksDB library cannot be opened (%s)", dlerror());
        return;
    }
#define FIND(result, name, arguments)                                                                                  \
    *(void **)&name = dlsym(library, #name);                                                                           \
    if (name == NULL) {                                                                                                \
        snprintf(failure, sizeof failure, "the RocksDB library has no function '%s'", #name);                          \
        return;                                                                                                        \
    }
    FUNCTIONS(FIND)
#undef FIND
}

const char *sluice_rocksdb_load(void) {
    pthread_once(&loaded, load);
    return failure[0] == 0 ? NULL : failure;
}

static void *table_options(sluice_rocksdb *self, size_t block_cache_bytes) {
    void *table = rocksdb_block_based_options_create();
    self->cache = rocksdb_cache_create_lru(block_cache_bytes);
    rocksdb_block_based_options_set_block_cache(table, self->cache);
    // Index and filter blocks count against the cache, so that its size is a bound.
    rocksdb_block_based_options_set_cache_index_and_filter_blocks(table, 1);
    // In parts: the whole filter of a file is a good part of a small cache.
    rocksdb_block_based_options_set_metadata_block_size(table, 32 << 10);
    rocksdb_block_based_options_set_index_type(table, two_level_index);
    rocksdb_block_based_options_set_partition_filters(table, 1);
    rocksdb_block_based_options_set_filter_policy(table, rocksdb_filterpolicy_create_bloom_full(10));
    rocksdb_block_based_options_set_whole_key_filtering(table, 1);
    return table;
}

sluice_rocksdb *sluice_rocksdb_open(
    const char *path, size_t block_cache_bytes, size_t memtable_bytes, sluice_rocksdb_purpose purpose, char **error
) {
    bool is_read_only = purpose == sluice_rocksdb_reading;
    sluice_rocksdb *self = calloc(1, sizeof *self);
    if (self == NULL) abort();
    self->options = rocksdb_options_create();
    rocksdb_options_set_create_if_missing(self->options, !is_read_only);
    rocksdb_options_set_write_buffer_size(self->options, memtable_bytes);
    rocksdb_options_set_max_write_buffer_number(self->options, 2);
    rocksdb_options_set_keep_log_file_num(self->options, 2);
    // Debian's library aborts the process when a line is logged after one that a full disk did not take.
    rocksdb_options_set_info_log_level(self->options, fatal_level);
    // What a crash has torn off the end of the log did not happen; other damage must not pass for an older commit.
    rocksdb_options_set_wal_recovery_mode(self->options, tolerate_torn_tail);
    // Who only reads keeps all files open, so that a process that writes meanwhile may delete them.
    rocksdb_options_set_max_open_files(self->options, is_read_only ? -1 : 256);
    // What is young is written again soon, and compressing it takes longer than all else that is done to it.
    const int compressions[] = {no_compression, no_compression, lz4_compression};
    rocksdb_options_set_compression_per_level(self->options, compressions, 3);
    rocksdb_options_set_level_compaction_dynamic_level_bytes(self->options, 1);
    // Most keys that are asked for are not there; without a filter each is looked for in the memtables.
    rocksdb_options_set_memtable_whole_key_filtering(self->options, 1);
    rocksdb_options_set_memtable_prefix_bloom_size_ratio(self->options, 0.02);
    void *table = table_options(self, block_cache_bytes);
    rocksdb_options_set_block_based_table_factory(self->options, table);
    rocksdb_block_based_options_destroy(table);
    self->read_options = rocksdb_readoptions_create();
    self->write_options = rocksdb_writeoptions_create();
    if (purpose == sluice_rocksdb_temporary) {
        rocksdb_writeoptions_disable_WAL(self->write_options, 1);
    } else {
        rocksdb_writeoptions_set_sync(self->write_options, 1);
    }
    const char *name = "default";
    const void *family_options = self->options;
    self->database =
        is_read_only
            ? rocksdb_open_for_read_only_column_families(
                  self->options, path, 1, &name, &family_options, &self->family, 0, error
              )
            : rocksdb_open_column_families(self->options, path, 1, &name, &family_options, &self->family, error);
    if (self->database != NULL) return self;
    sluice_rocksdb_close(self);
    return NULL;
}

void sluice_rocksdb_close(sluice_rocksdb *self) {
    if (self->database != NULL) {
        rocksdb_column_family_handle_destroy(self->family);
        rocksdb_close(self->database);
    }
    rocksdb_writeoptions_destroy(self->write_options);
    rocksdb_readoptions_destroy(self->read_options);
    rocksdb_options_destroy(self->options);
    rocksdb_cache_destroy(self->cache);
    free(self);
}

sluice_rocksdb_batch *sluice_rocksdb_batch_create(void) { return rocksdb_writebatch_create(); }

void sluice_rocksdb_batch_destroy(sluice_rocksdb_batch *batch) { rocksdb_writebatch_destroy(batch); }

void sluice_rocksdb_batch_put(
    sluice_rocksdb_batch *batch, const void *key, size_t key_count, const void *value, size_t value_count
) {
    rocksdb_writebatch_put(batch, key, key_count, value, value_count);
}

void sluice_rocksdb_batch_delete(sluice_rocksdb_batch *batch, const void *key, size_t key_count) {
    rocksdb_writebatch_delete(batch, key, key_count);
}

void sluice_rocksdb_batch_delete_range(
    sluice_rocksdb_batch *batch, const void *start, size_t start_count, const void *end, size_t end_count
) {
    rocksdb_writebatch_delete_range(batch, start, start_count, end, end_count);
}

void sluice_rocksdb_write(sluice_rocksdb *self, sluice_rocksdb_batch *batch, char **error) {
    rocksdb_write(self->database, self->write_options, batch, error);
}

struct sluice_rocksdb_file {
    void *writer, *environment, *options;
    char *path, *error;
};

sluice_rocksdb_file *sluice_rocksdb_file_create(sluice_rocksdb *self, const char *path) {
    sluice_rocksdb_file *file = calloc(1, sizeof *file);
    if (file == NULL) abort();
    file->path = strdup(path);
    if (file->path == NULL) abort();
    file->environment = rocksdb_envoptions_create();
    // The writer takes the last level's compression; the file becomes part of the first one.
    const int compression = no_compression;
    file->options = rocksdb_options_create_copy(self->options);
    rocksdb_options_set_compression_per_level(file->options, &compression, 1);
    file->writer = rocksdb_sstfilewriter_create(file->environment, file->options);
    rocksdb_sstfilewriter_open(file->writer, path, &file->error);
    return file;
}

void sluice_rocksdb_file_put(
    sluice_rocksdb_file *file, const void *key, size_t key_count, const void *value, size_t value_count
) {
    if (file->error != NULL) return;
    rocksdb_sstfilewriter_put(file->writer, key, key_count, value, value_count, &file->error);
}

void sluice_rocksdb_file_delete(sluice_rocksdb_file *file, const void *key, size_t key_count) {
    if (file->error == NULL) rocksdb_sstfilewriter_delete(file->writer, key, key_count, &file->error);
}

void sluice_rocksdb_file_delete_range(
    sluice_rocksdb_file *file, const void *start, size_t start_count, const void *end, size_t end_count
) {
    if (file->error != NULL) return;
    rocksdb_sstfilewriter_delete_range(file->writer, start, start_count, end, end_count, &file->error);
}

void sluice_rocksdb_file_take_in(sluice_rocksdb_file *file, sluice_rocksdb *self, char **error) {
    if (file->error == NULL) rocksdb_sstfilewriter_finish(file->writer, &file->error);
    if (file->error == NULL) {
        void *options = rocksdb_ingestexternalfileoptions_create();
        rocksdb_ingestexternalfileoptions_set_move_files(options, 1);
        const char *path = file->path;
        rocksdb_ingest_external_file(self->database, &path, 1, options, &file->error);
        rocksdb_ingestexternalfileoptions_destroy(options);
    }
    *error = file->error;
    file->error = NULL;
}

void sluice_rocksdb_file_destroy(sluice_rocksdb_file *file) {
    rocksdb_sstfilewriter_destroy(file->writer);
    rocksdb_options_destroy(file->options);
    rocksdb_envoptions_destroy(file->environment);
    if (file->error != NULL) rocksdb_free(file->error);
    free(file->path);
    free(file);
}

size_t sluice_rocksdb_newest_file_count(sluice_rocksdb *self) {
    uint64_t count = 0;
    return rocksdb_property_int(self->database, "rocksdb.num-files-at-level0", &count) == 0 ? count : 0;
}

char *sluice_rocksdb_get(
    sluice_rocksdb *self, const void *key, size_t key_count, size_t *value_count, char **error
) {
    return rocksdb_get(self->database, self->read_options, key, key_count, value_count, error);
}

struct sluice_rocksdb_lookup {
    size_t count, byte_count, capacity;
    char *bytes;
    size_t key_counts[SLUICE_ROCKSDB_LOOKUP_MAX];
    void *values[SLUICE_ROCKSDB_LOOKUP_MAX];
};

sluice_rocksdb_lookup *sluice_rocksdb_lookup_create(void) {
    sluice_rocksdb_lookup *self = calloc(1, sizeof *self);
    if (self == NULL) abort();
    return self;
}

static void clear(sluice_rocksdb_lookup *self) {
    for (size_t index = 0; index < self->count; index++) {
        if (self->values[index] != NULL) rocksdb_pinnableslice_destroy(self->values[index]);
        self->values[index] = NULL;
    }
    self->count = self->byte_count = 0;
}

void sluice_rocksdb_lookup_destroy(sluice_rocksdb_lookup *self) {
    clear(self);
    free(self->bytes);
    free(self);
}

void sluice_rocksdb_lookup_clear(sluice_rocksdb_lookup *self) { clear(self); }

void sluice_rocksdb_lookup_add(sluice_rocksdb_lookup *self, const void *key, size_t key_count) {
    if (self->count == SLUICE_ROCKSDB_LOOKUP_MAX) abort();
    if (self->byte_count + key_count > self->capacity) {
        self->capacity = 2 * (self->byte_count + key_count);
        self->bytes = realloc(self->bytes, self->capacity);
        if (self->bytes == NULL) abort();
    }
    if (key_count > 0) memcpy(self->bytes + self->byte_count, key, key_count);
    self->byte_count += key_count;
    self->key_counts[self->count++] = key_count;
}

void sluice_rocksdb_lookup_run(sluice_rocksdb_lookup *self, sluice_rocksdb *database, char **error) {
    const char *keys[SLUICE_ROCKSDB_LOOKUP_MAX];
    char *errors[SLUICE_ROCKSDB_LOOKUP_MAX];
    const char *next = self->bytes;
    for (size_t index = 0; index < self->count; index++) {
        keys[index] = next;
        next += self->key_counts[index];
    }
    rocksdb_batched_multi_get_cf(
        database->database, database->read_options, database->family, self->count, keys, self->key_counts,
        self->values, errors, false
    );
    for (size_t index = 0; index < self->count; index++) {
        if (errors[index] == NULL) continue;
        if (*error == NULL) {
            *error = errors[index];
        } else {
            rocksdb_free(errors[index]);
        }
    }
}

const char *sluice_rocksdb_lookup_value(const sluice_rocksdb_lookup *self, size_t index, size_t *count) {
    return self->values[index] == NULL ? NULL : rocksdb_pinnableslice_value(self->values[index], count);
}

sluice_rocksdb_iterator *sluice_rocksdb_iterate(sluice_rocksdb *self, const void *start, size_t start_count) {
    void *iterator = rocksdb_create_iterator(self->database, self->read_options);
    rocksdb_iter_seek(iterator, start, start_count);
    return iterator;
}

void sluice_rocksdb_iterator_seek(sluice_rocksdb_iterator *iterator, const void *start, size_t start_count) {
    rocksdb_iter_seek(iterator, start, start_count);
}

bool sluice_rocksdb_iterator_valid(const sluice_rocksdb_iterator *iterator) { return rocksdb_iter_valid(iterator); }

const char *sluice_rocksdb_iterator_key(const sluice_rocksdb_iterator *iterator, size_t *count) {
    return rocksdb_iter_key(iterator, count);
}

const char *sluice_rocksdb_iterator_value(const sluice_rocksdb_iterator *iterator, size_t *count) {
    return rocksdb_iter_value(iterator, count);
}

void sluice_rocksdb_iterator_next(sluice_rocksdb_iterator *iterator) { rocksdb_iter_next(iterator); }

void sluice_rocksdb_iterator_destroy(sluice_rocksdb_iterator *iterator, char **error) {
    rocksdb_iter_get_error(iterator, error);
    rocksdb_iter_destroy(iterator);
}

void sluice_rocksdb_free(void *memory) { rocksdb_free(memory); }
