#include "sluice_postgresql.h"
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

// The names of libpq's C API that are used, with their types: X(result, name, (arguments)).
// Enumerations are int and Oid is unsigned, as in its header.
#define FUNCTIONS(X)                                                                                                   \
    X(PGconn *, PQconnectdbParams, (const char *const *, const char *const *, int))                                    \
    X(void, PQfinish, (PGconn *))                                                                                      \
    X(int, PQstatus, (const PGconn *))                                                                                 \
    X(char *, PQerrorMessage, (const PGconn *))                                                                        \
    X(char *, PQhost, (const PGconn *))                                                                                \
    X(char *, PQport, (const PGconn *))                                                                                \
    X(char *, PQdb, (const PGconn *))                                                                                  \
    X(void *, PQsetNoticeProcessor, (PGconn *, void (*)(void *, const char *), void *))                                \
    X(PGresult *, PQexec, (PGconn *, const char *))                                                                    \
    X(PGresult *, PQexecParams, (PGconn *, const char *, int, const unsigned *, const char *const *, const int *,      \
                                 const int *, int))                                                                    \
    X(void, PQclear, (PGresult *))                                                                                     \
    X(int, PQresultStatus, (const PGresult *))                                                                         \
    X(char *, PQresultErrorField, (const PGresult *, int))                                                             \
    X(int, PQntuples, (const PGresult *))                                                                              \
    X(int, PQnfields, (const PGresult *))                                                                              \
    X(int, PQgetisnull, (const PGresult *, int, int))                                                                  \
    X(char *, PQgetvalue, (const PGresult *, int, int))                                                                \
    X(int, PQgetlength, (const PGresult *, int, int))                                                                  \
    X(int, PQputCopyData, (PGconn *, const char *, int))                                                               \
    X(int, PQputCopyEnd, (PGconn *, const char *))                                                                     \
    X(PGresult *, PQgetResult, (PGconn *))

#define DECLARE(result, name, arguments) static result(*name) arguments;
FUNCTIONS(DECLARE)
#undef DECLARE

// What CONNECTION_OK, PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_COPY_IN, PG_DIAG_SQLSTATE, PG_DIAG_MESSAGE_PRIMARY and
// PG_DIAG_MESSAGE_DETAIL are in the API's header.
enum { connection_ok = 0, command_ok = 1, tuples_ok = 2, copy_in = 4 };
enum { diag_state = 'C', diag_primary = 'M', diag_detail = 'D' };

// PQputCopyData counts in int; a part of this size is as fast as any larger one.
enum { part_bytes = 1 << 20 };

static pthread_once_t loaded = PTHREAD_ONCE_INIT;
static char failure[512];

static void *open_library(void) {
    // SLUICE_LIBPQ names the library where it lies elsewhere; the rest are the names of Debian's packages.
    const char *own = getenv("SLUICE_LIBPQ");
    if (own != NULL) return dlopen(own, RTLD_NOW | RTLD_LOCAL);
    void *library = dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL);
    return library != NULL ? library : dlopen("libpq.so", RTLD_NOW | RTLD_LOCAL);
}

static void load(void) {
    void *library = open_library();
    if (library == NULL) {
        snprintf(failure, sizeof failure, "PostgreSQL's library libpq cannot be opened (%s)", dlerror());
        return;
    }
#define FIND(result, name, arguments)                                                                                  \
    *(void **)&name = dlsym(library, #name);                                                                           \
    if (name == NULL) {                                                                                                \
        snprintf(failure, sizeof failure, "PostgreSQL's library libpq has no function '%s'", #name);                   \
        return;                                                                                                        \
    }
    FUNCTIONS(FIND)
#undef FIND
}

const char *sluice_postgresql_load(void) {
    pthread_once(&loaded, load);
    return failure[0] == 0 ? NULL : failure;
}

// Notices ("relation already exists, skipping") are for people at a terminal.
static void ignore_notice(void *context, const char *message) {
    (void)context;
    (void)message;
}

PGconn *sluice_postgresql_connect(const char *const *keywords, const char *const *values) {
    PGconn *connection = PQconnectdbParams(keywords, values, 1);
    if (connection != NULL) PQsetNoticeProcessor(connection, ignore_notice, NULL);
    return connection;
}

void sluice_postgresql_close(PGconn *connection) { PQfinish(connection); }

bool sluice_postgresql_is_open(const PGconn *connection) { return PQstatus(connection) == connection_ok; }

static const char *text(const char *value) { return value == NULL ? "" : value; }

const char *sluice_postgresql_message(const PGconn *connection) { return text(PQerrorMessage(connection)); }

const char *sluice_postgresql_host(const PGconn *connection) { return text(PQhost(connection)); }

const char *sluice_postgresql_port(const PGconn *connection) { return text(PQport(connection)); }

const char *sluice_postgresql_database(const PGconn *connection) { return text(PQdb(connection)); }

PGresult *sluice_postgresql_execute(PGconn *connection, const char *sql, int count, const char *const *parameters) {
    if (count == 0) return PQexec(connection, sql);
    return PQexecParams(connection, sql, count, NULL, parameters, NULL, NULL, 0);
}

void sluice_postgresql_clear(PGresult *result) { PQclear(result); }

bool sluice_postgresql_succeeded(const PGresult *result) {
    int status = PQresultStatus(result);
    return status == command_ok || status == tuples_ok;
}

bool sluice_postgresql_takes_rows(const PGresult *result) { return PQresultStatus(result) == copy_in; }

const char *sluice_postgresql_state(const PGresult *result) { return text(PQresultErrorField(result, diag_state)); }

const char *sluice_postgresql_primary(const PGresult *result) {
    return text(PQresultErrorField(result, diag_primary));
}

const char *sluice_postgresql_detail(const PGresult *result) { return text(PQresultErrorField(result, diag_detail)); }

int sluice_postgresql_row_count(const PGresult *result) { return PQntuples(result); }

int sluice_postgresql_column_count(const PGresult *result) { return PQnfields(result); }

const char *sluice_postgresql_value(const PGresult *result, int row, int column, size_t *count) {
    if (PQgetisnull(result, row, column)) return NULL;
    *count = (size_t)PQgetlength(result, row, column);
    return PQgetvalue(result, row, column);
}

bool sluice_postgresql_send(PGconn *connection, const void *bytes, size_t count) {
    const char *rest = bytes;
    while (count > 0) {
        int part = count < part_bytes ? (int)count : part_bytes;
        if (PQputCopyData(connection, rest, part) != 1) return false;
        rest += part;
        count -= (size_t)part;
    }
    return true;
}

PGresult *sluice_postgresql_finish(PGconn *connection) {
    PQputCopyEnd(connection, NULL);
    PGresult *answer = PQgetResult(connection);
    // What follows says only that the statement is over; without reading it the next one would be refused.
    for (PGresult *rest = PQgetResult(connection); rest != NULL; rest = PQgetResult(connection)) PQclear(rest);
    return answer;
}
