// What Sluice asks of SQLite, over its C API.
//
// The library is opened at run time, by the first table that lies in a SQLite file: the binary starts without it and
// machines without such tables need not have it. No logic of ours beyond that. Results are SQLite's own codes.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct sqlite3 sqlite3;
typedef struct sqlite3_stmt sqlite3_stmt;

/// Opens the library once; NULL, or a message that lives for ever.
const char *sluice_sqlite_load(void);

/// Opens a file to read and write, and makes it where `creates` says so. The handle is to be closed in any case.
int sluice_sqlite_open(const char *path, bool creates, int busy_millis, sqlite3 **database);
void sluice_sqlite_close(sqlite3 *database);

/// What the last call on the connection said; lives until the next one.
const char *sluice_sqlite_message(sqlite3 *database);
/// The extended code of the last call that failed.
int sluice_sqlite_code(sqlite3 *database);

/// Runs statements that give no rows.
int sluice_sqlite_execute(sqlite3 *database, const char *sql);
int sluice_sqlite_prepare(sqlite3 *database, const char *sql, sqlite3_stmt **statement);
void sluice_sqlite_finalize(sqlite3_stmt *statement);
int sluice_sqlite_step(sqlite3_stmt *statement);
int sluice_sqlite_reset(sqlite3_stmt *statement);

/// Parameters count from 1. Text and blobs are not copied: they live until the statement is reset or bound anew.
int sluice_sqlite_bind_null(sqlite3_stmt *statement, int index);
int sluice_sqlite_bind_integer(sqlite3_stmt *statement, int index, int64_t value);
int sluice_sqlite_bind_double(sqlite3_stmt *statement, int index, double value);
int sluice_sqlite_bind_text(sqlite3_stmt *statement, int index, const void *bytes, size_t count);
int sluice_sqlite_bind_blob(sqlite3_stmt *statement, int index, const void *bytes, size_t count);

int sluice_sqlite_column_count(sqlite3_stmt *statement);
/// Columns count from 0. The kind is 1 integer, 2 double, 3 text, 4 blob, 5 NULL.
int sluice_sqlite_column_kind(sqlite3_stmt *statement, int column);
int64_t sluice_sqlite_column_integer(sqlite3_stmt *statement, int column);
double sluice_sqlite_column_double(sqlite3_stmt *statement, int column);
/// Bytes of a text or blob; they live until the next step.
const void *sluice_sqlite_column_bytes(sqlite3_stmt *statement, int column, size_t *count);
