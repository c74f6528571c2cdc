import SluiceColumns

extension StreamRow {
    /// Checks that rows of a stream can be read as this struct.
    ///
    /// - Throws: `unknownColumn` or `columnMismatch`.
    static func check(_ fields: [RowField], of stream: String) throws(StreamError) {
        for column in columns {
            guard let field = fields.first(where: { $0.name == column.name }) else {
                let names = fields.map(\.name).joined(separator: ", ")
                throw StreamError(
                    "unknownColumn",
                    "\(Self.self) reads the column '\(column.name)'; '\(stream)' has \(names)"
                )
            }
            guard TypeFit.fits(field.type.logical, column.type.logical) else {
                throw StreamError(
                    "columnMismatch",
                    "\(Self.self) reads the column '\(column.name)' as \(column.type.logical); in '\(stream)' it is "
                        + "\(field.type.logical)"
                )
            }
        }
    }
}

/// Which SQL types a Swift type can be read from.
enum TypeFit {
    /// Whether values of `given` can be read as `wanted`.
    ///
    /// NULLs are seen row by row.
    static func fits(_ given: LogicalType, _ wanted: LogicalType) -> Bool {
        switch (given, wanted) {
        case (.tinyint, .smallint), (.smallint, .smallint): true
        case (.tinyint, .int), (.smallint, .int), (.int, .int): true
        case (.tinyint, .bigint), (.smallint, .bigint), (.int, .bigint), (.bigint, .bigint): true
        case (.char, .varchar), (.varchar, .varchar): true
        case (.binary, .varbinary), (.varbinary, .varbinary): true
        case (.timestamp(let precision), .timestamp), (.timestampLTZ(let precision), .timestamp): precision <= 6
        case (.array(let given), .array(let wanted)): fits(given.logical, wanted.logical)
        case (.map(let givenKey, let givenValue), .map(let wantedKey, let wantedValue)):
            fits(givenKey.logical, wantedKey.logical) && fits(givenValue.logical, wantedValue.logical)
        case (.row(let given), .row(let wanted)):
            given.map(\.name) == wanted.map(\.name)
                && zip(given, wanted).allSatisfy { fits($0.type.logical, $1.type.logical) }
        default: given == wanted
        }
    }
}
