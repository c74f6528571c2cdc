/// Calls.
extension Printer {
    mutating func write(_ call: FunctionCall) {
        writeFunctionName(call.name)
        guard call.syntax != .niladic else { return }
        write("(")
        if let quantifier = call.quantifier { write("\(quantifier.rawValue) ") }
        writeArguments(call)
        if !call.orderBy.isEmpty {
            write(" ")
            writeOrderBy(call.orderBy)
        }
        if let json = call.json { write(json) }
        write(")")
        writeSuffix(call)
    }

    private mutating func writeSuffix(_ call: FunctionCall) {
        if let treatment = call.nullTreatment { write(" \(treatment.rawValue)") }
        if !call.withinGroup.isEmpty {
            write(" WITHIN GROUP (")
            writeOrderBy(call.withinGroup)
            write(")")
        }
        if let filter = call.filter {
            write(" FILTER (WHERE ")
            write(filter)
            write(")")
        }
        guard let over = call.over else { return }
        write(" OVER ")
        switch over {
        case .named(let name): write(name)
        case .inline(let window): write(window)
        }
    }

    private mutating func writeArguments(_ call: FunctionCall) {
        let values = call.arguments.map(\.value)
        switch call.syntax {
        case .extract: writeSeparated(values, [" FROM "])
        case .position: writeSeparated(values, [" IN ", " FROM "])
        case .overlay: writeSeparated(values, [" PLACING ", " FROM ", " FOR "])
        case .toUnit: writeSeparated(values, [" TO "])
        case .using: writeSeparated(values, [" USING "])
        case .trim(let side):
            write(values.count == 1 ? "\(side.rawValue) FROM " : "\(side.rawValue) ")
            writeSeparated(values, [" FROM "])
        case .ordinary, .niladic: writeOrdinaryArguments(call)
        }
    }

    /// Writes `values[0] separators[0] values[1] ...`; the first value must not swallow an IN.
    private mutating func writeSeparated(_ values: [Expression], _ separators: [String]) {
        for (index, value) in values.enumerated() {
            if index > 0 { write(index <= separators.count ? separators[index - 1] : ", ") }
            if index == 0, separators.first == " IN " {
                write(value, Expression.Kind.comparisonPrecedence + 3)
            } else {
                write(value)
            }
        }
    }

    private mutating func writeOrdinaryArguments(_ call: FunctionCall) {
        let isObject =
            call.name.parts.count == 1 && !call.name.parts[0].isQuoted
            && ["JSON_OBJECT", "JSON_OBJECTAGG"].contains(call.name.parts[0].text.uppercased())
        if isObject, call.arguments.count.isMultiple(of: 2) {
            for index in stride(from: 0, to: call.arguments.count, by: 2) {
                write(index == 0 ? "KEY " : ", KEY ")
                write(call.arguments[index].value)
                write(" VALUE ")
                write(call.arguments[index + 1].value)
            }
            return
        }
        writeList(call.arguments) { printer, argument in
            if let name = argument.name {
                printer.write(name)
                printer.write(" => ")
            }
            printer.write(argument.value)
        }
    }

    mutating func write(_ argument: TableArgument) {
        switch argument.source {
        case .table(let name):
            write("TABLE ")
            write(name)
        case .query(let query): write(query, after: "")
        }
        if !argument.partitionBy.isEmpty {
            write(" PARTITION BY (")
            write(argument.partitionBy)
            write(")")
        }
        if !argument.orderBy.isEmpty {
            write(" ORDER BY (")
            writeList(argument.orderBy) { $0.write($1) }
            write(")")
        }
    }

    private mutating func write(_ json: JSONClauses) {
        if let type = json.returning {
            write(" RETURNING ")
            write(type)
        }
        if let wrapper = json.wrapper { write(" \(wrapper.rawValue)") }
        if let behaviour = json.onEmpty { write(behaviour, "EMPTY") }
        if let behaviour = json.onError { write(behaviour, "ERROR") }
        if let onNull = json.onNull { write(" \(onNull.rawValue)") }
    }

    private mutating func write(_ behaviour: JSONClauses.Behaviour, _ event: String) {
        switch behaviour {
        case .error: write(" ERROR")
        case .null: write(" NULL")
        case .emptyArray: write(" EMPTY ARRAY")
        case .emptyObject: write(" EMPTY OBJECT")
        case .true: write(" TRUE")
        case .false: write(" FALSE")
        case .unknown: write(" UNKNOWN")
        case .default(let value):
            write(" DEFAULT ")
            write(value)
        }
        write(" ON \(event)")
    }
}
