import SluiceColumns

/// Everything about a format in one place: name, options, documentation, and how to read and write it.
///
/// Format options are read with the format's name as prefix: `json.ignore-parse-errors`.
public struct FormatDescriptor: Sendable {
    /// The value of `'format'`.
    public var name: String
    /// One sentence.
    public var summary: String
    /// Its options, keys with the prefix.
    public var options: [OptionDescriptor]
    /// Reads the options for decoding; nil where the format cannot be read.
    public var makeDecoding: (@Sendable (_ options: inout OptionReader) throws -> any DecodingFormat)?
    /// Reads the options for encoding; nil where the format cannot be written.
    public var makeEncoding: (@Sendable (_ options: inout OptionReader) throws -> any EncodingFormat)?

    /// Makes a descriptor.
    public init(
        name: String,
        summary: String,
        options: [OptionDescriptor],
        makeDecoding: (@Sendable (_ options: inout OptionReader) throws -> any DecodingFormat)? = nil,
        makeEncoding: (@Sendable (_ options: inout OptionReader) throws -> any EncodingFormat)? = nil
    ) {
        self.name = name
        self.summary = summary
        self.options = options
        self.makeDecoding = makeDecoding
        self.makeEncoding = makeEncoding
    }
}

/// A format with its options, ready to make decoders: what a table holds.
public protocol DecodingFormat: Sendable {
    /// The row kinds that the records carry.
    var changelogMode: ChangelogMode { get }
    /// What METADATA columns can have of a record; a table names it with `value.` in front.
    var metadata: [(key: String, type: DataType)] { get }
    /// Makes the decoder of one reader.
    ///
    /// - Parameters:
    ///   - schema: the columns of a record, in order, and METADATA columns by their keys; partition columns and what
    ///     the connector knows are left out.
    ///   - columns: what to decode; indexes into `schema`.
    /// - Throws: a `ConnectorError` where a type cannot be read in this format.
    func makeDecoder(schema: [TableColumn], columns: [ProjectedColumn]) throws -> any RecordDecoder
}

extension DecodingFormat {
    /// Insert-only.
    public var changelogMode: ChangelogMode { .insertOnly }
    /// None.
    public var metadata: [(key: String, type: DataType)] { [] }
}

/// A format with its options, ready to make encoders: what a sink table holds.
public protocol EncodingFormat: Sendable {
    /// The row kinds that records of this format can carry.
    func acceptedMode(for input: ChangelogMode) -> ChangelogMode
    /// Makes the encoder of one writer.
    ///
    /// - Parameter schema: the columns of a record, in order.
    /// - Throws: a `ConnectorError` where a type cannot be written in this format.
    func makeEncoder(schema: [TableColumn]) throws -> any RecordEncoder
}

extension EncodingFormat {
    /// Insert-only.
    public func acceptedMode(for input: ChangelogMode) -> ChangelogMode { .insertOnly }
}

/// Turns bytes into rows for one reader.
///
/// Not `Sendable`: the reader that made it calls it.
public protocol RecordDecoder: AnyObject {
    /// Rows decoded since the last `takeBatch`.
    var rowCount: Int { get }
    /// Records that were left out and fields that were replaced by NULL, as the options allow.
    var badRecordCount: Int { get }
    /// Decodes whole records from `block.position` on until there are `rowLimit` rows (or more, where a record has
    /// several), and moves `position` and
    /// `lineNumber` behind them. Leaves a record that is not whole where it is.
    ///
    /// Column values may point into `block.arena`, which the batch then keeps alive.
    func decode(_ block: RecordBlock, rowLimit: Int) throws(ConnectorError)
    /// The rows so far, in the order of the projection, and starts afresh.
    func takeBatch() -> Batch
}

/// Turns rows into bytes for one writer.
///
/// Not `Sendable`: the writer that made it calls it.
public protocol RecordEncoder: AnyObject {
    /// Appends every row of the batch to `output`, each with its end of line where the format has lines.
    func encode(_ batch: Batch, into output: inout TextBuffer) throws(ConnectorError)
}

/// Bytes of one file or stream that a decoder works on, record by record.
public final class RecordBlock {
    /// The bytes, padded for `PaddedBytes`; they stay where they are as long as somebody holds the arena.
    public let arena: Arena
    /// Where the next record starts.
    public var position: Int
    /// Behind the last line that is whole: `arena.byteCount` where `isLast`, else behind the last line feed.
    public var lineEnd: Int
    /// Whether the stream ends with this block.
    public var isLast: Bool
    /// The file or stream, for messages.
    public let sourceName: String
    /// The offset in the (decompressed) stream of the block's first byte.
    public let streamOffset: Int64
    /// The number of the line at `position`, from 1.
    public var lineNumber: Int64

    /// Makes a block.
    public init(
        arena: Arena,
        position: Int,
        lineEnd: Int,
        isLast: Bool,
        sourceName: String,
        streamOffset: Int64,
        lineNumber: Int64
    ) {
        self.arena = arena
        self.position = position
        self.lineEnd = lineEnd
        self.isLast = isLast
        self.sourceName = sourceName
        self.streamOffset = streamOffset
        self.lineNumber = lineNumber
    }

    /// The error of a record that cannot be decoded, with its place.
    ///
    /// - Parameters:
    ///   - offset: where in the block.
    ///   - line: its line, from 1.
    ///   - reason: what is wrong, without a full stop.
    public func badRecord(at offset: Int, line: Int64, _ reason: String) -> ConnectorError {
        ConnectorError(
            .user,
            "badRecord",
            "\(sourceName), line \(line), byte \(streamOffset + Int64(offset)): \(reason)"
        )
    }
}

/// The formats that a session knows, by name.
public struct FormatRegistry: Sendable {
    private var byName: [String: FormatDescriptor] = [:]

    /// Makes a registry.
    public init(_ descriptors: [FormatDescriptor] = []) {
        for descriptor in descriptors { register(descriptor) }
    }

    /// Adds or replaces a format.
    public mutating func register(_ descriptor: FormatDescriptor) { byName[descriptor.name] = descriptor }

    /// The format called `name`.
    public subscript(name: String) -> FormatDescriptor? { byName[name] }

    /// All formats by name.
    public var all: [FormatDescriptor] { byName.values.sorted { $0.name < $1.name } }
}
