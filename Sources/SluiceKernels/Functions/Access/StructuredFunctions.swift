import SluiceColumns

/// Values of structured types: rows that carry the name of a class.
package enum StructuredFunctions {
    /// Every descriptor of the family.
    package static let all = [make, update]

    private static let make = ScalarFunction(
        "OBJECT_OF",
        category: "structured",
        signature: "OBJECT_OF(class_name [, field_name, value]*)",
        summary: "A value of the structured type with that class name and these fields. The names are literals; the "
            + "class itself is not needed.",
        example: ("OBJECT_OF('com.example.User', 'name', 'Ann', 'age', 42)", "(name=Ann, age=42)"),
        resolve: { arguments in
            guard arguments.count % 2 == 1 else {
                throw FunctionError("OBJECT_OF takes a class name, and names and values of fields in pairs")
            }
            guard let className = text(arguments[0]), isClassName(className) else {
                throw FunctionError("the first argument of OBJECT_OF is a literal class name", argument: 0)
            }
            let fields = try pairs("OBJECT_OF", arguments).map { RowField($0.name, $0.type) }
            return ResolvedSignature(
                arguments.map(\.type),
                DataType(.structured(className: className, fields))
            )
        },
        makeKernel: { call in
            { arguments, rowCount in
                let values = arguments.indices.filter { $0 > 0 && $0 % 2 == 0 }.map { arguments[$0] }
                return ConstructorFunctions.rows(values, rowCount, call.type)
            }
        }
    )

    private static let update = ScalarFunction(
        "OBJECT_UPDATE",
        category: "structured",
        signature: "OBJECT_UPDATE(object [, field_name, value]*)",
        summary: "The object with other values of some fields, which may have other types. The names are literals.",
        example: ("OBJECT_UPDATE(OBJECT_OF('C', 'a', 1, 'b', 2), 'b', 'x')", "(a=1, b=x)"),
        resolve: { arguments in
            guard let object = arguments.first, case .structured(let className, var fields) = object.type.logical else {
                throw FunctionError("the first argument of OBJECT_UPDATE is an object", argument: 0)
            }
            guard arguments.count % 2 == 1 else {
                throw FunctionError("OBJECT_UPDATE takes an object, and names and values of fields in pairs")
            }
            for pair in try pairs("OBJECT_UPDATE", arguments) {
                guard let place = fields.firstIndex(where: { $0.name == pair.name }) else {
                    let known = fields.map(\.name).joined(separator: ", ")
                    throw FunctionError("the object has no field '\(pair.name)'", hint: "its fields are \(known)")
                }
                fields[place] = RowField(pair.name, pair.type)
            }
            return ResolvedSignature(
                arguments.map(\.type),
                DataType(.structured(className: className, fields))
            )
        },
        makeKernel: { call in try updateKernel(call) }
    )

    private static func updateKernel(_ call: ResolvedCall) throws -> ScalarKernel {
        let fields = call.type.logical.rowFields ?? []
        // Which argument gives a field, where not the object does.
        var sources = [Int?](repeating: nil, count: fields.count)
        for index in stride(from: 1, to: call.argumentTypes.count, by: 2) {
            let name = call.literals[index]?.stringValue
            if let place = fields.firstIndex(where: { $0.name == name }) { sources[place] = index + 1 }
        }
        return { arguments, rowCount in
            if Loops.isNullConstant(arguments[0]) { return .allNull(call.type, count: rowCount) }
            let object = arguments[0].flattened()
            let children = zip(sources, object.children).map { source, child in
                source.map { arguments[$0].flattened() } ?? child
            }
            return Column(
                type: call.type,
                count: rowCount,
                values: nil,
                validity: object.validity,
                children: zip(children, fields).map { $0.retyped($1.type) }
            )
        }
    }

    private static func pairs(_ name: String, _ arguments: [ArgumentInfo]) throws -> [(name: String, type: DataType)] {
        var pairs: [(name: String, type: DataType)] = []
        for index in stride(from: 1, to: arguments.count, by: 2) {
            guard let field = text(arguments[index]) else {
                throw FunctionError("the name of a field is a literal string", argument: index)
            }
            guard !pairs.contains(where: { $0.name == field }) else {
                throw FunctionError("the field '\(field)' is given twice", argument: index)
            }
            let type = arguments[index + 1].type
            if type.logical == .null { throw FunctionError.refused(name, index + 1, "a value with a type", type) }
            pairs.append((field, type.withoutTimeAttribute))
        }
        return pairs
    }

    private static func text(_ argument: ArgumentInfo) -> String? {
        argument.type.logical.isCharacter ? argument.literal?.stringValue : nil
    }

    /// Identifiers of Java with points between them.
    private static func isClassName(_ text: String) -> Bool {
        text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { part in
            guard let first = part.unicodeScalars.first else { return false }
            func isLetter(_ scalar: Unicode.Scalar) -> Bool {
                scalar.properties.isAlphabetic || scalar == "_" || scalar == "$"
            }
            return isLetter(first)
                && part.unicodeScalars.allSatisfy { isLetter($0) || $0.properties.numericType == .decimal }
        }
    }
}
