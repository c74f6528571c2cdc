import ArgumentParser

/// How rows of a query are printed.
enum OutputFormat: String, CaseIterable, ExpressibleByArgument, Sendable {
    /// Aligned columns.
    case table
    /// One JSON object a line.
    case json
    /// RFC 4180, with a header.
    case csv
}
