import SluiceColumns
import SluiceConnect
import Testing

@testable import SluiceConnectors

/// A dimension table in a directory of its own.
struct DimensionFixture {
    let directory = ScratchDirectory()
    /// Names and types of the columns.
    let columns: [TableColumn]

    init(_ columns: [(String, LogicalType)]) { self.columns = columns.map { TableColumn($0.0, DataType($0.1)) } }

    /// The folder of built files.
    var built: String { directory.path + "/built" }

    /// Writes the source.
    func write(_ lines: [String]) { directory.write("table.csv", lines.map { $0 + "\n" }.joined()) }

    /// The table.
    func table(_ options: [String: String] = [:]) throws -> any LookupTable {
        var all = [
            "path": directory.path + "/table.csv", "format": "csv", "csv.null-literal": "",
            "dimension.directory": built, "dimension.cache-size": "64 kb",
        ]
        for (key, value) in options { all[key] = value }
        var reader = OptionReader(all)
        let make = try #require(DimensionConnector.descriptor.makeLookup)
        let table = try make(TableDescription(name: "t", columns: columns, options: all), &reader)
        #expect(reader.leftovers.isEmpty)
        return try #require(table)
    }

    /// A reader of all columns.
    func reader(_ table: any LookupTable, _ request: LookupRequest) throws -> any LookupReader {
        let access = table.access(keys: request.keys, probes: request.probe.map { [$0] } ?? [])
        #expect(access != nil)
        return try table.makeReader(
            request,
            columns: columns.indices.map { ProjectedColumn(index: $0, type: columns[$0].type) },
            context: ReaderContext()
        )
    }

    /// Who asked and what was found, a line each: `asker: value|value`.
    static func lines(_ rows: LookupRows) -> [String] {
        let askers = rows.askers.rows
        return (0..<rows.askers.count).map { index in
            "\(askers[index]): " + rows.columns.map { text($0.value(index)) }.joined(separator: "|")
        }
    }

    static func text(_ value: Value) -> String {
        switch value {
        case .null: "-"
        case .bytes(let bytes): String(decoding: bytes, as: UTF8.self)
        default: value.integerValue.map { "\($0)" } ?? "\(value)"
        }
    }

    /// The names of the built files that end with `suffix`, with their folder.
    func files(_ suffix: String) throws -> [String] {
        try FileListing.names(in: built).filter { $0.hasSuffix(suffix) }.map { built + "/" + $0 }
    }
}

extension Column {
    /// Texts, or NULL.
    static func texts(_ values: [String?]) -> Column {
        .of(values.map { $0.map { .string($0) } ?? .null }, DataType(.string))
    }

    /// Whole numbers, or NULL.
    static func numbers(_ values: [Int?]) -> Column {
        .of(values.map { $0.map { .integer(Int64($0)) } ?? .null }, DataType(.bigint))
    }
}
