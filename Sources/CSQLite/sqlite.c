#include "sluice_sqlite.h"
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

// The names of SQLite's C API that are used, with their types: X(result, name, (arguments)).
#define FUNCTIONS(X)                                                                                                   \
    X(int, sqlite3_open_v2, (const char *, sqlite3 **, int, const char *))                                             \
    X(int, sqlite3_close_v2, (sqlite3 *))                                                                              \
    X(int, sqlite3_busy_timeout, (sqlite3 *, int))                                                                     \
    X(const char *, sqlite3_errmsg, (sqlite3 *))                                                                       \
    X(int, sqlite3_extended_errcode, (sqlite3 *))                                                                      \
    X(int, sqlite3_extended_result_codes, (sqlite3 *, int))                                                            \
    X(int, sqlite3_exec, (sqlite3 *, const char *, void *, void *, char **))                                           \
    X(int, sqlite3_prepare_v2, (sqlite3 *, const char *, int, sqlite3_stmt **, const char **))                         \
    X(int, sqlite3_finalize, (sqlite3_stmt *))                                                                         \
    X(int, sqlite3_step, (sqlite3_stmt *))                                                                             \
    X(int, sqlite3_reset, (sqlite3_stmt *))                                                                            \
    X(int, sqlite3_bind_null, (sqlite3_stmt *, int))                                                                   \
    X(int, sqlite3_bind_int64, (sqlite3_stmt *, int, int64_t))                                                         \
    X(int, sqlite3_bind_double, (sqlite3_stmt *, int, double))                                                         \
    X(int, sqlite3_bind_text64, (sqlite3_stmt *, int, const char *, uint64_t, void *, unsigned char))                  \
    X(int, sqlite3_bind_blob64, (sqlite3_stmt *, int, const void *, uint64_t, void *))                                 \
    X(int, sqlite3_bind_zeroblob, (sqlite3_stmt *, int, int))                                                          \
    X(int, sqlite3_column_count, (sqlite3_stmt *))                                                                     \
    X(int, sqlite3_column_type, (sqlite3_stmt *, int))                                                                 \
    X(int64_t, sqlite3_column_int64, (sqlite3_stmt *, int))                                                            \
    X(double, sqlite3_column_double, (sqlite3_stmt *, int))                                                            \
    X(const void *, sqlite3_column_blob, (sqlite3_stmt *, int))                                                        \
    X(int, sqlite3_column_bytes, (sqlite3_stmt *, int))

#define DECLARE(result, name, arguments) static result(*name) arguments;
FUNCTIONS(DECLARE)
#undef DECLARE

// What SQLITE_OPEN_READWRITE, SQLITE_OPEN_CREATE, SQLITE_OPEN_NOMUTEX and SQLITE_UTF8 are in the API's header.
enum { open_read_write = 2, open_create = 4, open_no_mutex = 0x8000, utf8 = 1 };

static pthread_once_t loaded = PTHREAD_ONCE_INIT;
static char failure[512];

static void *open_library(void) {
    // SLUICE_SQLITE names the library where it lies elsewhere; the rest are the names of Debian's packages.
    const char *own = getenv("SLUICE_SQLITE");
    if (own != NULL) return dlopen(own, RTLD_NOW | RTLD_LOCAL);
    void *library = dlopen("libsqlite3.so.0", RTLD_NOW | RTLD_LOCAL);
    return library != NULL ? library : dlopen("libsqlite3.so", RTLD_NOW | RTLD_LOCAL);
}

static void load(void) {
    void *library = open_library();
    if (library == NULL) {
        snprintf(failure, sizeof failure, "the SQLite library cannot be opened (%s)", dlerror());
        return;
    }
#define FIND(result, name, arguments)                                                                                  \
    *(void **)&name = dlsym(library, #name);                                                                           \
    if (name == NULL) {                                                                                                \
        snprintf(failure, sizeof failure, "the SQLite library has no function '%s'", #name);                           \
        return;                                                                                                        \
    }
    FUNCTIONS(FIND)
#undef FIND
}

const char *sluice_sqlite_load(void) {
    pthread_once(&loaded, load);
    return failure[0] == 0 ? NULL : failure;
}

int sluice_sqlite_open(const char *path, bool creates, int busy_millis, sqlite3 **database) {
    int flags = open_read_write | open_no_mutex | (creates ? open_create : 0);
    int code = sqlite3_open_v2(path, database, flags, NULL);
    if (code != 0 || *database == NULL) return code;
    sqlite3_extended_result_codes(*database, 1);
    return sqlite3_busy_timeout(*database, busy_millis);
}

void sluice_sqlite_close(sqlite3 *database) { sqlite3_close_v2(database); }

const char *sluice_sqlite_message(sqlite3 *database) {
    return database == NULL ? "out of memory" : sqlite3_errmsg(database);
}

int sluice_sqlite_code(sqlite3 *database) { return sqlite3_extended_errcode(database); }

int sluice_sqlite_execute(sqlite3 *database, const char *sql) { return sqlite3_exec(database, sql, NULL, NULL, NULL); }

int sluice_sqlite_prepare(sqlite3 *database, const char *sql, sqlite3_stmt **statement) {
    return sqlite3_prepare_v2(database, sql, -1, statement, NULL);
}

void sluice_sqlite_finalize(sqlite3_stmt *statement) { sqlite3_finalize(statement); }

int sluice_sqlite_step(sqlite3_stmt *statement) { return sqlite3_step(statement); }

int sluice_sqlite_reset(sqlite3_stmt *statement) { return sqlite3_reset(statement); }

int sluice_sqlite_bind_null(sqlite3_stmt *statement, int index) { return sqlite3_bind_null(statement, index); }

int sluice_sqlite_bind_integer(sqlite3_stmt *statement, int index, int64_t value) {
    return sqlite3_bind_int64(statement, index, value);
}

int sluice_sqlite_bind_double(sqlite3_stmt *statement, int index, double value) {
    return sqlite3_bind_double(statement, index, value);
}

// A NULL pointer would bind NULL, so nothing at all still points somewhere.
int sluice_sqlite_bind_text(sqlite3_stmt *statement, int index, const void *bytes, size_t count) {
    return sqlite3_bind_text64(statement, index, count == 0 ? "" : bytes, count, NULL, utf8);
}

int sluice_sqlite_bind_blob(sqlite3_stmt *statement, int index, const void *bytes, size_t count) {
    if (count == 0) return sqlite3_bind_zeroblob(statement, index, 0);
    return sqlite3_bind_blob64(statement, index, bytes, count, NULL);
}

int sluice_sqlite_column_count(sqlite3_stmt *statement) { return sqlite3_column_count(statement); }

int sluice_sqlite_column_kind(sqlite3_stmt *statement, int column) { return sqlite3_column_type(statement, column); }

int64_t sluice_sqlite_column_integer(sqlite3_stmt *statement, int column) {
    return sqlite3_column_int64(statement, column);
}

double sluice_sqlite_column_double(sqlite3_stmt *statement, int column) {
    return sqlite3_column_double(statement, column);
}

const void *sluice_sqlite_column_bytes(sqlite3_stmt *statement, int column, size_t *count) {
    // For a text the blob is its UTF-8 bytes; asked for in this order nothing is converted twice.
    const void *bytes = sqlite3_column_blob(statement, column);
    *count = (size_t)sqlite3_column_bytes(statement, column);
    return bytes;
}
