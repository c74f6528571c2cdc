import SluiceConnect

/// Makes errors of PostgreSQL: a stable code, the server, what it said, and who must act.
enum PostgreSQLError {
    /// The error of a connection that did not come about.
    static func connecting(to place: String, _ message: String) -> ConnectorError {
        let what = "cannot connect to \(place): \(oneLine(message))"
        let refusals = [
            "authentication failed", "no password supplied", "no pg_hba.conf entry", "role \"", "database \"",
        ]
        if refusals.contains(where: { message.contains($0) }) {
            return ConnectorError(
                .user,
                "connectionRefused",
                what + "; check 'username', 'password' and the database in 'url'"
            )
        }
        if message.contains("invalid") {
            return ConnectorError(.user, "badOption", what + "; check 'url'", option: "url")
        }
        return ConnectorError(
            .external,
            "connectionFailed",
            what + "; start the server or check 'url' and the network between, then start the job again",
            isRetryable: true
        )
    }

    /// The error of a connection that broke.
    static func lost(_ place: String, _ message: String) -> ConnectorError {
        ConnectorError(
            .external,
            "connectionFailed",
            "the connection to \(place) was lost: \(oneLine(message)); see to the server and start the job again",
            isRetryable: true
        )
    }

    /// The error for an SQLSTATE when trying to `verb` (as in "write to") the server.
    static func make(_ state: String, _ message: String, _ place: String, _ verb: String) -> ConnectorError {
        let what = "cannot \(verb) \(place): \(message)"
        switch state {
        case "53100": return ConnectorError(.external, "diskFull", what + "; make room on the server's disk")
        case "42501":
            return ConnectorError(.user, "permissionDenied", what + "; GRANT the job's user what it needs")
        case "25006":
            return ConnectorError(
                .external,
                "readOnlyServer",
                what + "; the server is a standby or read-only: name the primary in 'url'",
                isRetryable: true
            )
        default: break
        }
        switch state.prefix(2) {
        case "08", "40", "53", "55", "57":
            // Connections, deadlocks, resources, locks, and a server that shuts down: all of them pass.
            return ConnectorError(.external, "databaseBusy", what, isRetryable: true)
        case "21":
            return ConnectorError(
                .user,
                "constraintViolation",
                what + "; the database takes two keys for the same one that differ here, such as texts in upper and "
                    + "lower case"
            )
        case "22", "23":
            return ConnectorError(
                .user,
                "constraintViolation",
                what + "; the table refuses a row: declare a PRIMARY KEY to replace rows of the same key, filter such "
                    + "rows out of the query, or change the table"
            )
        default: return ConnectorError(.external, "databaseFailed", "\(what) (SQLSTATE \(state))")
        }
    }

    private static func oneLine(_ message: String) -> String {
        message.split(separator: "\n").joined(separator: " ")
    }
}
