import SluiceColumns

/// The elements of array arguments, and single values beside them, as the slots of one flat column.
///
/// Arrays are made by naming slots, so that elements of every type move in one gather at the end.
struct ElementPool {
    /// All elements.
    let elements: Column
    /// What tells them apart.
    let comparer: ElementComparer
    /// For each argument the slot at which each of its rows begins, and where the last ends.
    private var starts: [Int32] = []
    private var firsts: [Int] = []
    private var masks: [Int] = []

    /// - Parameters:
    ///   - columns: arrays with elements of one lane, or maps with keys of one; after them single values of that lane.
    ///   - arrayCount: how many of them are arrays or maps.
    init(_ columns: [Column], arrayCount: Int = .max) {
        var parts: [Column] = []
        var slotCount = 0
        var element: DataType?
        for (index, column) in columns.enumerated() {
            let isArray = index < arrayCount
            let part = isArray ? column.children[0] : Self.slots(of: column)
            element = element ?? part.type.nullable(true)
            firsts.append(starts.count)
            masks.append(column.isConstant ? 0 : -1)
            Self.append(column, isArray: isArray, from: slotCount, to: &starts)
            parts.append(element.map { part.retyped($0) } ?? part)
            slotCount += part.count
        }
        elements = Column.concatenated(parts).flattened()
        comparer = ElementComparer(elements)
    }

    private static func append(_ column: Column, isArray: Bool, from base: Int, to starts: inout [Int32]) {
        let offset = Int32(truncatingIfNeeded: base)
        if isArray {
            let offsets = column.offsets
            for index in 0..<offsets.count { starts.append(offset &+ offsets[index]) }
        } else {
            for index in 0...column.slotCount { starts.append(offset &+ Int32(truncatingIfNeeded: index)) }
        }
    }

    /// A constant as a column of its one slot.
    private static func slots(of column: Column) -> Column {
        column.isConstant ? column.gathered(SelectionVector(repeating: 0, count: 1)).flattened() : column
    }

    /// The slots of row `row` of an argument: the elements of an array, or the single value.
    @inline(__always)
    func range(_ argument: Int, _ row: Int) -> Range<Int> {
        let index = firsts[argument] + (row & masks[argument])
        return Int(starts[index])..<Int(starts[index + 1])
    }

    /// The slot of row `row` of an argument that is a single value.
    @inline(__always)
    func slot(_ argument: Int, _ row: Int) -> Int { Int(starts[firsts[argument] + (row & masks[argument])]) }
}

/// Arrays under construction: the slots of a pool that they hold, row after row.
struct ListRows: ~Copyable {
    private var validity: RowValidity
    private var offsets: MutableLane<Int32>
    private var slots: [Int32] = []

    init(_ strict: [Column], rowCount: Int) {
        validity = RowValidity(strict, rowCount: rowCount)
        offsets = MutableLane(count: rowCount + 1, zeroed: true)
        slots.reserveCapacity(4 * rowCount)
    }

    /// Whether row `row` has to be computed.
    @inline(__always)
    func isPresent(_ row: Int) -> Bool { validity.isPresent(row) }

    /// Appends an element to the current row.
    @inline(__always)
    mutating func append(_ slot: Int) { slots.append(Int32(truncatingIfNeeded: slot)) }

    /// Appends elements to the current row.
    mutating func append(_ range: Range<Int>) { for slot in range { append(slot) } }

    /// Ends row `row`; rows are ended in order.
    @inline(__always)
    mutating func endRow(_ row: Int) {
        let end = Int32(truncatingIfNeeded: slots.count)
        var target = offsets.span
        target[row + 1] = end
    }

    /// Freezes the rows as arrays of `type`, whose elements are taken from `elements`.
    consuming func finish(_ elements: Column, _ type: DataType) throws -> Column {
        try finish([elements], type)
    }

    /// Freezes the rows as arrays, or as maps whose keys and values are the same slots of two columns.
    consuming func finish(_ columns: [Column], _ type: DataType) throws -> Column {
        let selection = SelectionVector(slots)
        let types = type.logical.childTypes
        let children = zip(columns, types).map { $0.gathered(selection).retyped($1) }
        let bitmap = try validity.finish(type)
        return Column(
            type: type,
            count: offsets.count - 1,
            values: offsets.finish(),
            validity: bitmap,
            children: children
        )
    }
}

extension ScalarFunction {
    /// The loop of a function over arrays, one call for each batch; no argument that is strict is a constant NULL.
    typealias ElementRows =
        @Sendable (
            _ call: ResolvedCall, _ arguments: [Column], _ pool: ElementPool, _ rowCount: Int
        ) throws -> Column

    /// Describes a function over the elements of arrays.
    ///
    /// - Parameters:
    ///   - pooledCount: how many of the first arguments are arrays, or values that stand beside their elements.
    ///   - arrayCount: how many of the first arguments are arrays.
    ///   - strictCount: the function is NULL where one of so many first arguments is.
    init(
        elementsOf name: String,
        signature: String,
        summary: String,
        example: (String, String),
        pooledCount: Int = .max,
        arrayCount: Int = .max,
        strictCount: Int = .max,
        resolve: @escaping @Sendable ([ArgumentInfo]) throws -> ResolvedSignature,
        rows: @escaping ElementRows
    ) {
        self.init(
            name,
            category: "collection",
            signature: signature,
            summary: summary,
            example: (expression: example.0, result: example.1),
            resolve: resolve,
            makeKernel: { call in
                let compute: (_ arguments: [Column], _ rowCount: Int) throws -> Column = { arguments, rowCount in
                    let pool = ElementPool(Array(arguments.prefix(pooledCount)), arrayCount: arrayCount)
                    return try rows(call, arguments, pool, rowCount)
                }
                return { arguments, rowCount in
                    if rowCount == 0 { return Column.of([], call.type) }
                    if arguments.prefix(strictCount).contains(where: { Loops.isNullConstant($0) }) {
                        return .allNull(call.type, count: rowCount)
                    }
                    guard arguments.allSatisfy(\.isConstant) else { return try compute(arguments, rowCount) }
                    let single = try compute(arguments, 1)
                    return .constant(single.value(0), call.type, count: rowCount)
                }
            }
        )
    }

    /// Describes a function from arrays to an array.
    ///
    /// `rows` names the elements of each row.
    init(
        listOf name: String,
        signature: String,
        summary: String,
        example: (String, String),
        pooledCount: Int = .max,
        arrayCount: Int = .max,
        strictCount: Int = .max,
        resolve: @escaping @Sendable ([ArgumentInfo]) throws -> ResolvedSignature,
        rows:
            @escaping @Sendable (
                _ arguments: [Column], _ pool: ElementPool, _ rowCount: Int, _ result: inout ListRows
            ) throws -> Void
    ) {
        self.init(
            elementsOf: name,
            signature: signature,
            summary: summary,
            example: example,
            pooledCount: pooledCount,
            arrayCount: arrayCount,
            strictCount: strictCount,
            resolve: resolve,
            rows: { call, arguments, pool, rowCount in
                var result = ListRows(Array(arguments.prefix(strictCount)), rowCount: rowCount)
                try rows(arguments, pool, rowCount, &result)
                return try result.finish(pool.elements, call.type)
            }
        )
    }
}
