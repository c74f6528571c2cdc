// What Sluice asks of RocksDB, over its C API.
//
// The library is opened at run time, by the first job that stores state: the binary starts without it and machines
// that store nothing need not have it. No logic of ours beyond that.
#pragma once
#include <stdbool.h>
#include <stddef.h>

typedef struct sluice_rocksdb sluice_rocksdb;
typedef struct sluice_rocksdb_batch sluice_rocksdb_batch;
typedef struct sluice_rocksdb_file sluice_rocksdb_file;
typedef struct sluice_rocksdb_iterator sluice_rocksdb_iterator;
typedef struct sluice_rocksdb_lookup sluice_rocksdb_lookup;

/// What a database is opened for.
typedef enum {
    /// It must be there, may be open elsewhere, and shows what it held when it was opened.
    sluice_rocksdb_reading,
    /// What is written is synced.
    sluice_rocksdb_durable,
    /// What is written need not survive the process.
    sluice_rocksdb_temporary,
} sluice_rocksdb_purpose;

/// Opens the library once; NULL, or a message that lives for ever.
const char *sluice_rocksdb_load(void);

/// Opens or makes the database in the folder `path`. NULL and a message in `error` where that fails.
/// Messages are freed with sluice_rocksdb_free.
sluice_rocksdb *sluice_rocksdb_open(
    const char *path, size_t block_cache_bytes, size_t memtable_bytes, sluice_rocksdb_purpose purpose, char **error
);
void sluice_rocksdb_close(sluice_rocksdb *database);

sluice_rocksdb_batch *sluice_rocksdb_batch_create(void);
void sluice_rocksdb_batch_destroy(sluice_rocksdb_batch *batch);
void sluice_rocksdb_batch_put(
    sluice_rocksdb_batch *batch, const void *key, size_t key_count, const void *value, size_t value_count
);
void sluice_rocksdb_batch_delete(sluice_rocksdb_batch *batch, const void *key, size_t key_count);
void sluice_rocksdb_batch_delete_range(
    sluice_rocksdb_batch *batch, const void *start, size_t start_count, const void *end, size_t end_count
);
/// Writes the batch as one step that either happens or does not, and syncs it unless the database is temporary.
void sluice_rocksdb_write(sluice_rocksdb *database, sluice_rocksdb_batch *batch, char **error);

/// Begins a file of changes that is to become part of the database; what is in `path` is overwritten.
/// Puts and deletes come in the order of their keys, each key once. They count after the deleted ranges.
sluice_rocksdb_file *sluice_rocksdb_file_create(sluice_rocksdb *database, const char *path);
void sluice_rocksdb_file_put(
    sluice_rocksdb_file *file, const void *key, size_t key_count, const void *value, size_t value_count
);
void sluice_rocksdb_file_delete(sluice_rocksdb_file *file, const void *key, size_t key_count);
void sluice_rocksdb_file_delete_range(
    sluice_rocksdb_file *file, const void *start, size_t start_count, const void *end, size_t end_count
);
/// Syncs the file and makes it part of the database, as one step that either happens or does not and is durable then.
/// Sets `error` also where anything before went wrong. `path` is free again.
void sluice_rocksdb_file_take_in(sluice_rocksdb_file *file, sluice_rocksdb *database, char **error);
void sluice_rocksdb_file_destroy(sluice_rocksdb_file *file);
/// Files that no compaction has merged into others yet.
size_t sluice_rocksdb_newest_file_count(sluice_rocksdb *database);

/// The value of a key, to be freed; NULL where there is none or `error` is set.
char *sluice_rocksdb_get(
    sluice_rocksdb *database, const void *key, size_t key_count, size_t *value_count, char **error
);

/// The most keys of one lookup: it holds on to a block of the database for each.
enum { SLUICE_ROCKSDB_LOOKUP_MAX = 256 };
/// Keys that are looked up together.
sluice_rocksdb_lookup *sluice_rocksdb_lookup_create(void);
void sluice_rocksdb_lookup_destroy(sluice_rocksdb_lookup *lookup);
/// Forgets keys and values.
void sluice_rocksdb_lookup_clear(sluice_rocksdb_lookup *lookup);
void sluice_rocksdb_lookup_add(sluice_rocksdb_lookup *lookup, const void *key, size_t key_count);
void sluice_rocksdb_lookup_run(sluice_rocksdb_lookup *lookup, sluice_rocksdb *database, char **error);
/// The value of a key by its place, valid until the next clear; NULL where there is none.
const char *sluice_rocksdb_lookup_value(const sluice_rocksdb_lookup *lookup, size_t index, size_t *count);

/// Walks over the keys from `start` on in ascending order.
sluice_rocksdb_iterator *sluice_rocksdb_iterate(sluice_rocksdb *database, const void *start, size_t start_count);
bool sluice_rocksdb_iterator_valid(const sluice_rocksdb_iterator *iterator);
const char *sluice_rocksdb_iterator_key(const sluice_rocksdb_iterator *iterator, size_t *count);
const char *sluice_rocksdb_iterator_value(const sluice_rocksdb_iterator *iterator, size_t *count);
void sluice_rocksdb_iterator_next(sluice_rocksdb_iterator *iterator);
/// Sets `error` where the walk ended because of one.
void sluice_rocksdb_iterator_destroy(sluice_rocksdb_iterator *iterator, char **error);

void sluice_rocksdb_free(void *memory);
