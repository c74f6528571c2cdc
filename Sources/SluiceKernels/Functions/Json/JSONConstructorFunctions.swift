import SluiceColumns

extension JSONFunctions {
    /// The type of a text that is JSON already.
    static let insertedType = LogicalType.raw(className: "JSON")

    static let constructorFunctions: [ScalarFunction] = [
        ScalarFunction(
            "JSON_STRING",
            category: "json",
            signature: "JSON_STRING(value)",
            summary: "The value as JSON.",
            example: (expression: "JSON_STRING(1.10)", result: "1.10"),
            resolve: { arguments in
                let types = try ArgumentList([.json.orNull(.string)]).types("JSON_STRING", arguments)
                return ResolvedSignature(types, DataType(.string, nullable: types[0].isNullable))
            },
            makeKernel: { call in
                StrictKernel.make(call) { arguments, rowCount in
                    var result = TextResult(arguments, rowCount: rowCount)
                    for row in 0..<rowCount where result.isPresent(row) {
                        try JSONValueWriter.append(arguments[0], row, to: &result.buffer)
                        result.setFromBuffer(row)
                    }
                    return try result.finish(call.type)
                }
            }
        ),
        ScalarFunction(
            "JSON",
            category: "json",
            signature: "JSON(string)",
            summary: "Marks a JSON text that JSON_OBJECT or JSON_ARRAY shall insert as it is.",
            example: ("JSON_ARRAY(JSON('{\"a\": 1}'))", "[{\"a\":1}]"),
            takes: ArgumentList([.text]),
            gives: .strict(insertedType),
            rows: { call, arguments, _ in arguments[0].retyped(call.type) }
        ),
        ScalarFunction(
            "JSON_OBJECT",
            category: "json",
            signature: "JSON_OBJECT([[KEY] key VALUE value]* [{NULL | ABSENT} ON NULL])",
            summary: "A JSON object of keys and values.",
            example: (expression: "JSON_OBJECT('a' VALUE 1, 'b' VALUE 'x')", result: "{\"a\":1,\"b\":\"x\"}"),
            resolve: resolveObject,
            makeKernel: { call in { arguments, rowCount in try objectRows(call, arguments, rowCount) } }
        ),
        ScalarFunction(
            "JSON_ARRAY",
            category: "json",
            signature: "JSON_ARRAY([value]* [{NULL | ABSENT} ON NULL])",
            summary: "A JSON array of values; NULLs are left out by default.",
            example: (expression: "JSON_ARRAY(1, '2')", result: "[1,\"2\"]"),
            resolve: { arguments in
                let types = try ArgumentList([.text, .json], optionalCount: 1, repeatsLast: true)
                    .types("JSON_ARRAY", arguments)
                return ResolvedSignature(types, .notNull(.string))
            },
            makeKernel: { call in
                let keepsNulls = call.literals.first??.stringValue == "NULL"
                return { arguments, rowCount in try arrayRows(call, keepsNulls, arguments, rowCount) }
            }
        ),
    ]

    @Sendable
    private static func resolveObject(_ arguments: [ArgumentInfo]) throws -> ResolvedSignature {
        guard arguments.count % 2 == 1 else { throw FunctionError("JSON_OBJECT takes pairs of a key and a value") }
        let rules = arguments.indices.map { $0 == 0 || $0 % 2 == 1 ? ArgumentRule.text : .json }
        let types = try ArgumentList(rules).types("JSON_OBJECT", arguments)
        for index in stride(from: 1, to: types.count, by: 2) where types[index].isNullable {
            throw FunctionError("a key of JSON_OBJECT must not be NULL", argument: index)
        }
        return ResolvedSignature(types, .notNull(.string))
    }

    private static func objectRows(_ call: ResolvedCall, _ arguments: [Column], _ rowCount: Int) throws -> Column {
        let keepsNulls = call.literals.first??.stringValue != "ABSENT"
        var result = TextResult([], rowCount: rowCount)
        if let members = constantMembers(arguments) {
            for row in 0..<rowCount {
                try append(members, arguments, row, keepsNulls: keepsNulls, to: &result.buffer)
                result.setFromBuffer(row)
            }
            return try result.finish(call.type)
        }
        for row in 0..<rowCount {
            var members: [(key: [UInt8], value: Int)] = []
            for index in stride(from: 1, to: arguments.count, by: 2) {
                if !keepsNulls, arguments[index + 1].isNull(row) { continue }
                guard case .bytes(let key) = arguments[index].value(row) else { continue }
                members.removeAll { $0.key == key }
                members.append((key, index + 1))
            }
            members.sort { $0.key.lexicographicallyPrecedes($1.key) }
            result.buffer.append(UInt8(ascii: "{"))
            for (place, member) in members.enumerated() {
                if place > 0 { result.buffer.append(UInt8(ascii: ",")) }
                JSONEscapes.appendQuoted(member.key.span, to: &result.buffer)
                result.buffer.append(UInt8(ascii: ":"))
                try JSONValueWriter.append(arguments[member.value], row, to: &result.buffer)
            }
            result.buffer.append(UInt8(ascii: "}"))
            result.setFromBuffer(row)
        }
        return try result.finish(call.type)
    }

    /// Keys that are constants, as they are written, with the arguments of their values, in the order of the keys; nil
    /// where one is none or stands twice.
    private static func constantMembers(_ arguments: [Column]) -> [(quoted: [UInt8], value: Int)]? {
        var members: [(key: [UInt8], value: Int)] = []
        for index in stride(from: 1, to: arguments.count, by: 2) {
            guard arguments[index].isConstant, case .bytes(let key) = arguments[index].value(0),
                !members.contains(where: { $0.key == key })
            else { return nil }
            members.append((key, index + 1))
        }
        return members.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { member in
            var quoted = TextBuffer()
            JSONEscapes.appendQuoted(member.key.span, to: &quoted)
            return (quoted.byteArray, member.value)
        }
    }

    private static func append(
        _ members: [(quoted: [UInt8], value: Int)],
        _ arguments: [Column],
        _ row: Int,
        keepsNulls: Bool,
        to buffer: inout TextBuffer
    ) throws {
        buffer.append(UInt8(ascii: "{"))
        var isFirst = true
        for member in members where keepsNulls || !arguments[member.value].isNull(row) {
            if !isFirst { buffer.append(UInt8(ascii: ",")) }
            isFirst = false
            buffer.append(member.quoted.span)
            buffer.append(UInt8(ascii: ":"))
            try JSONValueWriter.append(arguments[member.value], row, to: &buffer)
        }
        buffer.append(UInt8(ascii: "}"))
    }

    private static func arrayRows(
        _ call: ResolvedCall,
        _ keepsNulls: Bool,
        _ arguments: [Column],
        _ rowCount: Int
    ) throws -> Column {
        var result = TextResult([], rowCount: rowCount)
        for row in 0..<rowCount {
            result.buffer.append(UInt8(ascii: "["))
            var isFirst = true
            for index in 1..<max(1, arguments.count) where keepsNulls || !arguments[index].isNull(row) {
                if !isFirst { result.buffer.append(UInt8(ascii: ",")) }
                isFirst = false
                try JSONValueWriter.append(arguments[index], row, to: &result.buffer)
            }
            result.buffer.append(UInt8(ascii: "]"))
            result.setFromBuffer(row)
        }
        return try result.finish(call.type)
    }
}

extension ArgumentRule {
    /// What can be written as JSON.
    static let json = ArgumentRule("a value that JSON can hold") { JSONValueWriter.canWrite($0.logical) ? $0 : nil }
}
