/// What a row says about the table that a stream stands for.
public enum RowKind: UInt8, Sendable, CaseIterable {
    /// `+I`: a new row.
    case insert = 0
    /// `-U`: takes back the old form of a row.
    case updateBefore = 1
    /// `+U`: the new form of a row.
    case updateAfter = 2
    /// `-D`: takes back a row.
    case delete = 3

    /// `+I`, `-U`, `+U` or `-D`.
    public var shortText: String {
        switch self {
        case .insert: "+I"
        case .updateBefore: "-U"
        case .updateAfter: "+U"
        case .delete: "-D"
        }
    }

    /// Whether the row adds to the table (`+I`, `+U`) rather than takes away.
    @inlinable
    public var isAddition: Bool { self == .insert || self == .updateAfter }
}

/// A row kind per row; immutable.
public struct RowKinds: Sendable {
    @usableFromInline let buffer: RawBuffer
    /// Rows.
    public let count: Int

    /// Makes kinds from a filled lane of raw values.
    @inlinable
    public init(_ lane: consuming MutableLane<UInt8>) {
        count = lane.count
        buffer = lane.finish()
    }

    /// Makes kinds from a list.
    public init(_ kinds: [RowKind]) {
        var lane = MutableLane<UInt8>(count: kinds.count)
        do {
            var span = lane.span
            for index in 0..<kinds.count { span[index] = kinds[index].rawValue }
        }
        self.init(lane)
    }

    /// Raw values of `RowKind`.
    @inlinable
    public var raw: Span<UInt8> {
        @_lifetime(borrow self)
        get { buffer.span(of: UInt8.self, count: count) }
    }

    /// The kind of row `row`.
    @inlinable
    public subscript(row: Int) -> RowKind { RowKind(rawValue: raw[row]) ?? .insert }

    /// The kinds of the selected rows.
    public func gathered(_ selection: SelectionVector) -> RowKinds {
        var lane = MutableLane<UInt8>(count: selection.count)
        do {
            var target = lane.span
            let source = raw
            let rows = selection.rows
            for index in 0..<rows.count { target[index] = source[Int(rows[index])] }
        }
        return RowKinds(lane)
    }
}
