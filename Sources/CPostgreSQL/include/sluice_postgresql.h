// What Sluice asks of PostgreSQL's client library, over its C API.
//
// The library is opened at run time, by the first table that lies in PostgreSQL: the binary starts without it and
// machines without such tables need not have it. No logic of ours beyond that.
#pragma once
#include <stdbool.h>
#include <stddef.h>

typedef struct pg_conn PGconn;
typedef struct pg_result PGresult;

/// Opens the library once; NULL, or a message that lives for ever.
const char *sluice_postgresql_load(void);

/// Connects with keywords and values, both ended by NULL; a `dbname` may be a URI. To be closed in any case.
PGconn *sluice_postgresql_connect(const char *const *keywords, const char *const *values);
void sluice_postgresql_close(PGconn *connection);
/// Whether the connection stands, as far as is known.
bool sluice_postgresql_is_open(const PGconn *connection);
/// What went wrong last; lives until the next call.
const char *sluice_postgresql_message(const PGconn *connection);
const char *sluice_postgresql_host(const PGconn *connection);
const char *sluice_postgresql_port(const PGconn *connection);
const char *sluice_postgresql_database(const PGconn *connection);

/// Runs one statement, or several without parameters where `count` is 0. To be cleared in any case.
PGresult *sluice_postgresql_execute(PGconn *connection, const char *sql, int count, const char *const *parameters);
void sluice_postgresql_clear(PGresult *result);
/// Whether the statement did what it should, with rows or without.
bool sluice_postgresql_succeeded(const PGresult *result);
/// Whether rows are to be sent now.
bool sluice_postgresql_takes_rows(const PGresult *result);
/// The five characters of SQLSTATE; empty where the server said none.
const char *sluice_postgresql_state(const PGresult *result);
/// The server's message without its details.
const char *sluice_postgresql_primary(const PGresult *result);
/// The server's details; empty where it said none.
const char *sluice_postgresql_detail(const PGresult *result);
int sluice_postgresql_row_count(const PGresult *result);
int sluice_postgresql_column_count(const PGresult *result);
/// A value as text, which lives as long as the result; NULL for NULL.
const char *sluice_postgresql_value(const PGresult *result, int row, int column, size_t *count);

/// Sends rows of a COPY; false where the connection failed.
bool sluice_postgresql_send(PGconn *connection, const void *bytes, size_t count);
/// Ends a COPY and gives what the server says to it; to be cleared in any case.
PGresult *sluice_postgresql_finish(PGconn *connection);
