/// One value outside of a column: literals, results at the edges, tests.
///
/// Never used per row in a hot loop.
///
/// The payload follows the lane of the type (see `Lane`); the type itself stands beside it.
public indirect enum Value: Sendable, Hashable {
    case null
    case boolean(Bool)
    /// Lanes `int8`, `int16`, `int32`, `int64`.
    case integer(Int64)
    /// Lane `int128`.
    case wide(Int128)
    case float(Float)
    case double(Double)
    /// Lane `view`: UTF-8 text or bytes.
    case bytes([UInt8])
    case array([Value])
    /// Keys and values in order; for a MULTISET elements and counts.
    case map(keys: [Value], values: [Value])
    case row([Value])

    /// A text value.
    public static func string(_ text: String) -> Value { .bytes(Array(text.utf8)) }

    /// Whether this is NULL.
    public var isNull: Bool { self == .null }

    /// The value of any integer lane.
    public var integerValue: Int128? {
        switch self {
        case .integer(let value): Int128(value)
        case .wide(let value): value
        default: nil
        }
    }

    /// The bytes of a `view` value as text; invalid UTF-8 is repaired.
    public var stringValue: String? {
        guard case .bytes(let bytes) = self else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }
}
