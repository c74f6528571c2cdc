import SluiceColumns

/// Elements of collections, their number, texts joined, and the type of an expression.
package enum AccessFunctions {
    /// Every descriptor of the family.
    package static let all = [item, cardinality, element, concatenation, typeOf]

    /// `array[index]` or `map[key]`.
    package static let item = ScalarFunction(
        "ITEM",
        category: "collection",
        signature: "array '[' index ']' | map '[' key ']'",
        summary: "The element at a position from 1, or the value of a key; NULL where there is none.",
        example: ("ARRAY[7, 8][2]", "8"),
        resolve: { try resolveItem($0) },
        makeKernel: { makeItem($0) }
    )

    /// `CARDINALITY(collection)`.
    package static let cardinality = ScalarFunction(
        "CARDINALITY",
        category: "collection",
        signature: "CARDINALITY(array | map | multiset)",
        summary: "The number of elements or entries.",
        example: ("CARDINALITY(ARRAY[1, 2])", "2"),
        resolve: { arguments in
            guard arguments.count == 1, [.list, .map].contains(arguments[0].type.lane) else {
                throw FunctionError("CARDINALITY takes an array, a map or a multiset")
            }
            return ResolvedSignature([arguments[0].type], DataType(.int, nullable: arguments[0].type.isNullable))
        },
        makeKernel: { call in { sizes($0[0], $1, call.type) } }
    )

    /// `ELEMENT(array)`.
    package static let element = ScalarFunction(
        "ELEMENT",
        category: "collection",
        signature: "ELEMENT(array)",
        summary: "The only element of an array; NULL where it is empty. More than one fails.",
        example: ("ELEMENT(ARRAY[5])", "5"),
        resolve: { arguments in
            guard arguments.count == 1, case .array(let element) = arguments[0].type.logical else {
                throw FunctionError("ELEMENT takes an array")
            }
            return ResolvedSignature(
                [arguments[0].type],
                element.nullable(element.isNullable || arguments[0].type.isNullable)
            )
        },
        makeKernel: { call in { try onlyElement($0[0], $1, call.type) } }
    )

    /// `a || b`.
    package static let concatenation = ScalarFunction(
        "||",
        category: "string",
        signature: "string1 || string2",
        summary: "Two texts joined.",
        example: ("'a' || 'b'", "ab"),
        resolve: { try TextConcatenation.resolve($0) },
        makeKernel: { call in { TextConcatenation.joined($0[0], $0[1], $1, call.type) } }
    )

    /// `TYPEOF(x)`.
    package static let typeOf = ScalarFunction(
        "TYPEOF",
        category: "auxiliary",
        signature: "TYPEOF(input [, force_serializable])",
        summary: "The type of an expression as text.",
        example: ("TYPEOF(1)", "INT NOT NULL"),
        resolve: { arguments in
            let types = try ArgumentList([.any, .boolean], optionalCount: 1).types("TYPEOF", arguments)
            return ResolvedSignature(types, DataType(.string))
        },
        makeKernel: { call in
            let text = call.argumentTypes[0].withoutTimeAttribute.description
            return { _, rowCount in .constant(.string(text), call.type, count: rowCount) }
        }
    )

    private static func resolveItem(_ arguments: [ArgumentInfo]) throws -> ResolvedSignature {
        guard arguments.count == 2 else { throw FunctionError("an element is chosen by one value") }
        let index = arguments[1]
        switch arguments[0].type.logical {
        case .array(let element):
            guard index.type.logical.isInteger || index.type.logical == .null else {
                throw FunctionError("the index of an array is \(index.type.logical)", hint: "use an INT", argument: 1)
            }
            if let literal = index.literal?.integerValue, literal < 1 {
                throw FunctionError(
                    "array element access needs an index starting at 1 but was \(literal)",
                    argument: 1
                )
            }
            return ResolvedSignature(
                [arguments[0].type, DataType(.int, nullable: index.type.isNullable)],
                element.nullable(true)
            )
        case .map(let key, let value):
            guard key.logical.isCharacter == index.type.logical.isCharacter,
                ComparisonTypes.operandType(key.logical, index.type.logical) != nil
            else {
                throw FunctionError("the key of the map is \(key.logical), not \(index.type.logical)", argument: 1)
            }
            let wanted = key.logical.isCharacter && index.type.logical.isCharacter ? index.type : key
            return ResolvedSignature(
                [arguments[0].type, wanted.nullable(index.type.isNullable)],
                value.nullable(true)
            )
        case .variant: return try VariantAccess.resolve(arguments)
        default: throw FunctionError("cannot take an element of \(arguments[0].type.logical)", argument: 0)
        }
    }

    private static func makeItem(_ call: ResolvedCall) -> ScalarKernel {
        let type = call.type
        if call.argumentTypes[0].logical == .variant { return VariantAccess.makeKernel(call) }
        if call.argumentTypes[0].lane == .list {
            return { arguments, rowCount in
                if arguments.contains(where: { Loops.isNullConstant($0) }) { return .allNull(type, count: rowCount) }
                return CollectionAccess.element(arguments[0], arguments[1], rowCount, type)
            }
        }
        let equality = ComparisonKernels.make(.equal, call.argumentTypes[1].logical, DataType(.boolean))
        return { arguments, rowCount in
            if arguments.contains(where: { Loops.isNullConstant($0) }) { return .allNull(type, count: rowCount) }
            return try CollectionAccess.value(arguments[0], of: arguments[1], rowCount, type, equality)
        }
    }

    private static func sizes(_ column: Column, _ rowCount: Int, _ type: DataType) -> Column {
        if Loops.isNullConstant(column) { return .allNull(type, count: rowCount) }
        var lane = MutableLane<Int32>(count: column.slotCount)
        do {
            var target = lane.span
            let offsets = column.offsets
            for slot in 0..<column.slotCount { target[slot] = offsets[slot + 1] - offsets[slot] }
        }
        return Column(
            type: type,
            count: rowCount,
            values: lane.finish(),
            validity: column.validity,
            isConstant: column.isConstant
        )
    }

    private static func onlyElement(_ column: Column, _ rowCount: Int, _ type: DataType) throws -> Column {
        if Loops.isNullConstant(column) { return .allNull(type, count: rowCount) }
        let flat = column.flattened()
        for row in 0..<rowCount where flat.offsets[row + 1] - flat.offsets[row] > 1 && !flat.isNull(row) {
            throw EvaluationError("cardinality", "ELEMENT of an array with more than one element")
        }
        let one = Column.constant(.integer(1), .notNull(.int), count: rowCount)
        return CollectionAccess.element(flat, one, rowCount, type)
    }
}

/// Reads elements of collections.
enum CollectionAccess {
    /// The elements at the positions `index` (from 1); NULL beyond the ends.
    static func element(_ array: Column, _ index: Column, _ rowCount: Int, _ type: DataType) -> Column {
        if array.isConstant && index.isConstant {
            let row = element(array.flattenedTo(1), index.flattenedTo(1), 1, type)
            return row.asConstant(count: rowCount)
        }
        var rows = MutableLane<Int32>(count: rowCount)
        var valid = MutableBitmap(count: rowCount, repeating: false)
        do {
            var target = rows.span
            let offsets = array.offsets
            let indexes = index.int32s
            let arrayMask = array.isConstant ? 0 : ~0
            let indexMask = index.isConstant ? 0 : ~0
            for row in 0..<rowCount {
                let start = offsets[row & arrayMask]
                let count = offsets[(row & arrayMask) + 1] - start
                let position = indexes[row & indexMask]
                let isThere = position >= 1 && position <= count && !array.isNull(row) && !index.isNull(row)
                target[row] = isThere ? start + position - 1 : 0
                if isThere { valid.set(row) }
            }
        }
        return picked(array.children[0], rows, valid.finish(), type)
    }

    /// The values of the keys `key`; NULL where the map lacks the key.
    static func value(
        _ map: Column,
        of key: Column,
        _ rowCount: Int,
        _ type: DataType,
        _ equality: ScalarKernel
    ) throws -> Column {
        let map = map.flattened()
        let keys = map.children[0]
        let entryCount = Int(map.offsets[rowCount])
        var wanted = key
        if !key.isConstant || keys.count != entryCount {
            wanted = key.flattened().gathered(rowsOfEntries(map, rowCount, entryCount))
        } else {
            wanted = .constant(key.value(0), key.type, count: keys.count)
        }
        let isEqual = try equality([keys, wanted], keys.count)
        var rows = MutableLane<Int32>(count: rowCount)
        var valid = MutableBitmap(count: rowCount, repeating: false)
        do {
            var target = rows.span
            let offsets = map.offsets
            for row in 0..<rowCount {
                target[row] = 0
                if map.isNull(row) || key.isNull(row) { continue }
                for entry in offsets[row]..<offsets[row + 1] {
                    let slot = isEqual.isConstant ? 0 : Int(entry)
                    if isEqual.isNull(Int(entry)) || isEqual.bools[slot] == 0 { continue }
                    target[row] = entry
                    valid.set(row)
                    break
                }
            }
        }
        return picked(map.children[1], rows, valid.finish(), type)
    }

    private static func rowsOfEntries(_ map: Column, _ rowCount: Int, _ entryCount: Int) -> SelectionVector {
        var lane = MutableLane<Int32>(count: max(entryCount, map.children[0].count), zeroed: true)
        do {
            var target = lane.span
            let offsets = map.offsets
            for row in 0..<rowCount {
                for entry in offsets[row]..<offsets[row + 1] { target[Int(entry)] = Int32(truncatingIfNeeded: row) }
            }
        }
        let count = lane.count
        return SelectionVector(lane, count: count)
    }

    /// The slots `rows` of `values` where the bit of `present` is set, NULL elsewhere.
    static func picked(
        _ values: Column,
        _ rows: consuming MutableLane<Int32>,
        _ present: Bitmap,
        _ type: DataType
    ) -> Column {
        let count = present.count
        if values.count == 0 { return .allNull(type, count: count) }
        let picked = values.gathered(SelectionVector(rows, count: count)).flattened().retyped(type)
        if type.lane == .null { return picked }
        let validity = Bitmap.and(picked.validity, present.isAllSet ? nil : present)
        return picked.withValidity(validity)
    }
}

extension Column {
    /// The first slot of a constant as a flat column of `count` rows.
    func flattenedTo(_ count: Int) -> Column { Column.constant(value(0), type, count: count).flattened() }
}

/// `||` of texts.
enum TextConcatenation {
    static func resolve(_ arguments: [ArgumentInfo]) throws -> ResolvedSignature {
        guard arguments.count == 2, arguments.allSatisfy({ $0.type.logical.isCharacter }) else {
            let types = arguments.map { $0.type.logical.description }.joined(separator: " and ")
            throw FunctionError(
                "cannot apply '||' to \(types)",
                hint: "texts are expected; cast other values to STRING"
            )
        }
        let isNullable = arguments.contains { $0.type.isNullable }
        let lengths = arguments.map { argument -> (length: Int, isFixed: Bool) in
            switch argument.type.logical {
            case .char(let length): (length, true)
            case .varchar(let length): (length, false)
            default: (0, false)
            }
        }
        let length = min(lengths[0].length + lengths[1].length, LogicalType.maxLength)
        let result: LogicalType = lengths.allSatisfy(\.isFixed) ? .char(length) : .varchar(length)
        return ResolvedSignature(arguments.map(\.type), DataType(result, nullable: isNullable))
    }

    static func joined(_ left: Column, _ right: Column, _ rowCount: Int, _ type: DataType) -> Column {
        if Loops.isNullConstant(left) || Loops.isNullConstant(right) { return .allNull(type, count: rowCount) }
        let isConstant = left.isConstant && right.isConstant
        let slotCount = isConstant ? 1 : rowCount
        let leftMask = left.isConstant ? 0 : ~0
        let rightMask = right.isConstant ? 0 : ~0
        var builder = StringBuilder(count: slotCount)
        var buffer = TextBuffer()
        do {
            let lefts = left.strings
            let rights = right.strings
            for slot in 0..<slotCount {
                buffer.removeAll()
                buffer.append(lefts[slot & leftMask])
                buffer.append(rights[slot & rightMask])
                builder.append(buffer.bytes)
            }
        }
        let result = builder.finish(type, validity: Loops.validity(left, right))
        return isConstant ? result.asConstant(count: rowCount) : result
    }
}
