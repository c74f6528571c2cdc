import SluiceColumns

/// Sets of unsigned 32-bit integers.
package enum BitmapFunctions {
    /// Every descriptor of the family.
    package static let all: [ScalarFunction] = [
        build,
        combination("BITMAP_AND", "in both bitmaps", "{2}") { $0 && $1 },
        combination("BITMAP_OR", "in one of the bitmaps or in both", "{1,2,3}") { $0 || $1 },
        combination("BITMAP_XOR", "in one of the bitmaps only", "{1,3}") { $0 != $1 },
        combination("BITMAP_ANDNOT", "in the first bitmap and not in the second", "{1}") { $0 && !$1 },
        cardinality, fromBytes, toBytes, toArray, toString,
    ]

    private static let bitmap = ArgumentRule("a BITMAP") { $0.logical == .bitmap ? $0 : nil }

    private static let build = ScalarFunction(
        "BITMAP_BUILD",
        category: "bitmap",
        signature: "BITMAP_BUILD(array)",
        summary: "The set of the elements of an array of integers, which are taken as unsigned; NULLs are left out.",
        example: ("BITMAP_BUILD(ARRAY[3, 1, 3])", "{1,3}"),
        takes: ArgumentList([
            ArgumentRule("an ARRAY of INT") { type in
                guard case .array(let element) = type.logical else { return nil }
                switch element.logical {
                case .tinyint, .smallint, .int:
                    return DataType(
                        .array(DataType(.int, nullable: element.isNullable)),
                        nullable: type.isNullable
                    )
                default: return nil
                }
            }
        ]),
        gives: .strict(.bitmap),
        rows: { call, arguments, rowCount in
            let array = arguments[0].flattened()
            var result = TextResult(arguments, rowCount: rowCount)
            for row in 0..<rowCount where result.isPresent(row) {
                var members: [UInt32] = []
                let elements = array.children[0]
                for place in Int(array.offsets[row])..<Int(array.offsets[row + 1]) where !elements.isNull(place) {
                    members.append(UInt32(bitPattern: elements.int32s[elements.isConstant ? 0 : place]))
                }
                RoaringBitmap(unordered: members).append(to: &result.buffer)
                result.setFromBuffer(row)
            }
            return try result.finish(call.type)
        }
    )

    private static func combination(
        _ name: String,
        _ members: String,
        _ example: String,
        _ keeps: @escaping @Sendable (Bool, Bool) -> Bool
    ) -> ScalarFunction {
        ScalarFunction(
            name,
            category: "bitmap",
            signature: "\(name)(bitmap1, bitmap2)",
            summary: "The integers that are \(members).",
            example: ("\(name)(BITMAP_BUILD(ARRAY[1, 2]), BITMAP_BUILD(ARRAY[2, 3]))", example),
            takes: ArgumentList([bitmap, bitmap]),
            gives: .strict(.bitmap),
            rows: { call, arguments, rowCount in
                let (lefts, rights) = (arguments.text(0), arguments.text(1))
                var result = TextResult(arguments, rowCount: rowCount)
                for row in 0..<rowCount where result.isPresent(row) {
                    let (left, right) = (
                        try RoaringBitmap(reading: lefts[row]), try RoaringBitmap(reading: rights[row])
                    )
                    left.combined(with: right, keeps).append(to: &result.buffer)
                    result.setFromBuffer(row)
                }
                return try result.finish(call.type)
            }
        )
    }

    private static let cardinality = ScalarFunction(
        "BITMAP_CARDINALITY",
        category: "bitmap",
        signature: "BITMAP_CARDINALITY(bitmap)",
        summary: "The number of integers in the set.",
        example: ("BITMAP_CARDINALITY(BITMAP_BUILD(ARRAY[3, 1, 3]))", "2"),
        takes: ArgumentList([bitmap]),
        gives: .strict(.bigint),
        rows: { call, arguments, rowCount in
            let values = arguments.text(0)
            var result = LaneResult<Int64>(arguments, rowCount: rowCount)
            for row in 0..<rowCount where result.isPresent(row) {
                result.set(row, Int64(try RoaringBitmap(reading: values[row]).values.count))
            }
            return try result.finish(call.type)
        }
    )

    private static let fromBytes = ScalarFunction(
        "BITMAP_FROM_BYTES",
        category: "bitmap",
        signature: "BITMAP_FROM_BYTES(bytes)",
        summary: "The set that the portable form of RoaringBitmap stands for.",
        example: ("BITMAP_FROM_BYTES(X'3A3000000100000000000000100000000100')", "{1}"),
        takes: ArgumentList([.binary]),
        gives: .strict(.bitmap),
        rows: { call, arguments, rowCount in
            let values = arguments.text(0)
            var result = TextResult(arguments, rowCount: rowCount)
            for row in 0..<rowCount where result.isPresent(row) {
                try RoaringBitmap(reading: values[row]).append(to: &result.buffer)
                result.setFromBuffer(row)
            }
            return try result.finish(call.type)
        }
    )

    private static let toBytes = ScalarFunction(
        "BITMAP_TO_BYTES",
        category: "bitmap",
        signature: "BITMAP_TO_BYTES(bitmap)",
        summary: "The set in the portable form of RoaringBitmap.",
        example: ("BITMAP_TO_BYTES(BITMAP_BUILD(ARRAY[1]))", "x'3a3000000100000000000000100000000100'"),
        takes: ArgumentList([bitmap]),
        gives: .strict(.bytes),
        rows: { call, arguments, _ in arguments[0].retyped(call.type) }
    )

    private static let toArray = ScalarFunction(
        "BITMAP_TO_ARRAY",
        category: "bitmap",
        signature: "BITMAP_TO_ARRAY(bitmap)",
        summary: "The integers of the set in the order of unsigned numbers, as signed ones.",
        example: ("BITMAP_TO_ARRAY(BITMAP_BUILD(ARRAY[3, 1]))", "[1, 3]"),
        takes: ArgumentList([bitmap]),
        gives: .strict(.array(DataType(.int))),
        rows: { call, arguments, rowCount in
            let values = arguments.text(0)
            var builder = ColumnBuilder(call.type, capacity: rowCount)
            for row in 0..<rowCount {
                if arguments[0].isNull(row) {
                    builder.append(.null)
                } else {
                    let members = try RoaringBitmap(reading: values[row]).values
                    builder.append(.array(members.map { .integer(Int64(Int32(bitPattern: $0))) }))
                }
            }
            return builder.finish()
        }
    )

    private static let toString = ScalarFunction(
        "BITMAP_TO_STRING",
        category: "bitmap",
        signature: "BITMAP_TO_STRING(bitmap)",
        summary: "The unsigned integers of the set in order, in braces.",
        example: ("BITMAP_TO_STRING(BITMAP_BUILD(ARRAY[3, -1]))", "{3,4294967295}"),
        takes: ArgumentList([bitmap]),
        gives: .strict(.string),
        rows: { call, arguments, rowCount in
            let values = arguments.text(0)
            var result = TextResult(arguments, rowCount: rowCount)
            for row in 0..<rowCount where result.isPresent(row) {
                try RoaringBitmap(reading: values[row]).appendText(to: &result.buffer)
                result.setFromBuffer(row)
            }
            return try result.finish(call.type)
        }
    )
}
