import SluiceConnect

/// Where a PostgreSQL database is and as whom to connect, from a URL as JDBC or libpq write it.
struct PostgreSQLAddress: Sendable, Hashable {
    /// What libpq is given as its URI.
    let uri: String
    /// Without user, password and parameters, as in `PostgreSQL at db.example:5432/shop`.
    let place: String
    let user: String?
    let password: String?

    /// What pgjdbc calls parameters of libpq.
    private static let renamed = [
        "ApplicationName": "application_name", "connectTimeout": "connect_timeout", "loginTimeout": "connect_timeout",
        "user": "user", "password": "password", "sslmode": "sslmode", "sslrootcert": "sslrootcert",
        "sslcert": "sslcert", "sslkey": "sslkey", "options": "options",
    ]
    /// Parameters of pgjdbc that make its statements faster, or texts fit any type: so it is here in any case.
    private static let fulfilled: Set<String> = [
        "reWriteBatchedInserts", "prepareThreshold", "preparedStatementCacheQueries", "defaultRowFetchSize",
        "stringtype", "tcpKeepAlive", "binaryTransfer",
    ]

    /// Reads `url`; `user` and `password` come before those in it.
    ///
    /// - Throws: `badOption` where it is no URL of PostgreSQL, or has a parameter that means nothing here.
    init(url: String, user: String?, password: String?) throws(ConnectorError) {
        self.user = user
        self.password = password
        let isJDBC = url.hasPrefix("jdbc:")
        var rest = isJDBC ? String(url.dropFirst(5)) : url
        if rest.hasPrefix("postgres://") { rest = "postgresql" + rest.dropFirst("postgres".count) }
        guard rest.hasPrefix("postgresql:"), !rest.utf8.contains(0) else {
            throw Self.bad("expected 'jdbc:postgresql://HOST:PORT/DATABASE' or 'postgresql://HOST:PORT/DATABASE'")
        }
        rest.removeFirst("postgresql:".count)
        if !rest.hasPrefix("//") {
            // JDBC's short form names a database of this machine.
            guard isJDBC else { throw Self.bad("expected '//' after 'postgresql:'") }
            rest = "//localhost/" + rest.drop { $0 == "/" }
        }
        let parts = rest.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var parameters: [Substring] = []
        for parameter in parts.count > 1 ? parts[1].split(separator: "&") : [] {
            if let known = try Self.parameter(parameter, isJDBC: isJDBC) { parameters.append(known) }
        }
        uri = "postgresql:\(parts[0])" + (parameters.isEmpty ? "" : "?" + parameters.joined(separator: "&"))
        place = "PostgreSQL at " + Self.host(parts[0].dropFirst(2), parameters)
    }

    /// A parameter as libpq writes it; nil where there is nothing to say.
    private static func parameter(_ text: Substring, isJDBC: Bool) throws(ConnectorError) -> Substring? {
        guard isJDBC else { return text }
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let value = parts.count > 1 ? parts[1] : ""
        let name = String(parts[0])
        if let known = renamed[name] { return Substring("\(known)=\(value)") }
        if fulfilled.contains(name) { return nil }
        switch (name, value) {
        case ("currentSchema", _): return Substring("options=-csearch_path%3D\(value)")
        case ("ssl", "true"), ("ssl", ""): return "sslmode=verify-full"
        case ("ssl", "false"): return "sslmode=disable"
        case ("targetServerType", "any"): return "target_session_attrs=any"
        case ("targetServerType", "primary"), ("targetServerType", "master"): return "target_session_attrs=read-write"
        default:
            throw bad(
                "the parameter '\(text)' is not understood; write the URL as libpq does, 'postgresql://...', to use "
                    + "any parameter of libpq"
            )
        }
    }

    private static func host(_ authority: Substring, _ parameters: [Substring]) -> String {
        let withoutUser = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
        guard withoutUser.hasPrefix("/") || withoutUser.isEmpty else { return String(withoutUser) }
        let host = parameters.first { $0.hasPrefix("host=") }?.dropFirst(5) ?? "localhost"
        return decoded(host) + withoutUser
    }

    /// Without the percent signs of slashes, which socket folders have.
    private static func decoded(_ text: Substring) -> String {
        var parts = text.split(separator: "%", omittingEmptySubsequences: false).map(String.init)
        for index in parts.indices.dropFirst() {
            if parts[index].lowercased().hasPrefix("2f") {
                parts[index] = "/" + parts[index].dropFirst(2)
            } else {
                parts[index] = "%" + parts[index]
            }
        }
        return parts.joined()
    }

    /// What libpq is given; later entries win.
    func parameters(timeoutMillis: Int64) -> [(key: String, value: String)] {
        var parameters = [
            (key: "application_name", value: "sluice"),
            (key: "connect_timeout", value: String(max(2, timeoutMillis / 1_000))),
            (key: "dbname", value: uri),
            (key: "client_encoding", value: "UTF8"),
        ]
        if let user { parameters.append((key: "user", value: user)) }
        if let password { parameters.append((key: "password", value: password)) }
        return parameters
    }

    private static func bad(_ message: String) -> ConnectorError {
        ConnectorError(.user, "badOption", "'url': \(message)", option: "url")
    }
}
