/// The JSON functions of standard SQL.
extension Parser {
    mutating func parseJSONCall(_ keyword: String) throws(SQLError) -> Expression {
        let call = try openCall()
        switch keyword {
        case "JSON_EXISTS": return try parseJSONExists(call)
        case "JSON_VALUE": return try parseJSONValue(call)
        case "JSON_QUERY": return try parseJSONQuery(call)
        case "JSON_OBJECT": return try parseJSONObject(call)
        case "JSON_OBJECTAGG": return try parseJSONObjectAggregate(call)
        case "JSON_ARRAY": return try parseJSONArray(call)
        default: return try parseJSONArrayAggregate(call)
        }
    }

    private mutating func close(
        _ call: FunctionCall,
        _ arguments: [Expression],
        _ json: JSONClauses
    ) throws(SQLError) -> Expression {
        var call = call
        call.json = json == JSONClauses() ? nil : json
        return try close(call, arguments, .ordinary)
    }

    /// `input, path`.
    private mutating func parseJSONInput() throws(SQLError) -> [Expression] {
        let input = try parseExpression()
        try expect(",")
        return [input, try parseExpression()]
    }

    private mutating func parseJSONExists(_ call: FunctionCall) throws(SQLError) -> Expression {
        let arguments = try parseJSONInput()
        var json = JSONClauses()
        if !next(")") {
            let values: [(String, JSONClauses.Behaviour)] = [
                ("TRUE", .true), ("FALSE", .false), ("UNKNOWN", .unknown), ("ERROR", .error),
            ]
            for (keyword, behaviour) in values where take(keyword) { json.onError = behaviour }
            guard json.onError != nil else { throw unexpected("TRUE, FALSE, UNKNOWN or ERROR") }
            try expect(["ON", "ERROR"])
        }
        return try close(call, arguments, json)
    }

    private mutating func parseJSONValue(_ call: FunctionCall) throws(SQLError) -> Expression {
        let arguments = try parseJSONInput()
        var json = JSONClauses()
        if take("RETURNING") { json.returning = try parseType() }
        while !next(")") { try parseJSONBehaviour(&json) }
        return try close(call, arguments, json)
    }

    private mutating func parseJSONQuery(_ call: FunctionCall) throws(SQLError) -> Expression {
        let arguments = try parseJSONInput()
        var json = JSONClauses()
        if take("RETURNING") { json.returning = try parseType() }
        json.wrapper = try parseJSONWrapper()
        while !next(")") { try parseJSONBehaviour(&json) }
        return try close(call, arguments, json)
    }

    private mutating func parseJSONWrapper() throws(SQLError) -> JSONClauses.Wrapper? {
        if take("WITHOUT") {
            _ = take("ARRAY")
            try expect("WRAPPER")
            return .without
        }
        guard take("WITH") else { return nil }
        let isConditional = take("CONDITIONAL")
        if !isConditional { _ = take("UNCONDITIONAL") }
        _ = take("ARRAY")
        try expect("WRAPPER")
        return isConditional ? .conditional : .unconditional
    }

    /// `behaviour ON EMPTY | ERROR`, each at most once.
    private mutating func parseJSONBehaviour(_ json: inout JSONClauses) throws(SQLError) {
        let behaviour: JSONClauses.Behaviour
        if take("ERROR") {
            behaviour = .error
        } else if take("NULL") {
            behaviour = .null
        } else if take("DEFAULT") {
            behaviour = .default(try parseExpression())
        } else if take(["EMPTY", "ARRAY"]) {
            behaviour = .emptyArray
        } else if take(["EMPTY", "OBJECT"]) {
            behaviour = .emptyObject
        } else {
            throw unexpected("ERROR, NULL, DEFAULT or EMPTY")
        }
        try expect("ON")
        if json.onEmpty == nil, take("EMPTY") {
            json.onEmpty = behaviour
        } else if json.onError == nil, take("ERROR") {
            json.onError = behaviour
        } else {
            throw unexpected("EMPTY or ERROR, each only once")
        }
    }

    private mutating func parseJSONObject(_ call: FunctionCall) throws(SQLError) -> Expression {
        var arguments: [Expression] = []
        var json = JSONClauses()
        if !next(")"), !nextIsOnNull() {
            repeat { arguments += try parseJSONEntry() } while take(",")
        }
        json.onNull = try parseOnNull()
        return try close(call, arguments, json)
    }

    /// `[KEY] key VALUE value` or `key : value`.
    private mutating func parseJSONEntry() throws(SQLError) -> [Expression] {
        if next("KEY"), !next("VALUE", at: 1), !next(":", at: 1), !next(".", at: 1) { advance() }
        let key = try parseExpression()
        guard take("VALUE") || take(":") else { throw unexpected("'VALUE'") }
        return [key, try parseExpression()]
    }

    private mutating func parseJSONObjectAggregate(_ call: FunctionCall) throws(SQLError) -> Expression {
        let arguments = try parseJSONEntry()
        var json = JSONClauses()
        json.onNull = try parseOnNull()
        return try close(call, arguments, json)
    }

    private mutating func parseJSONArray(_ call: FunctionCall) throws(SQLError) -> Expression {
        var json = JSONClauses()
        var arguments: [Expression] = []
        if !next(")"), !nextIsOnNull() { arguments = try parseExpressions() }
        json.onNull = try parseOnNull()
        return try close(call, arguments, json)
    }

    private mutating func parseJSONArrayAggregate(_ call: FunctionCall) throws(SQLError) -> Expression {
        let value = try parseExpression()
        let orderBy = next("ORDER") ? try parseOrderBy() : []
        var json = JSONClauses()
        json.onNull = try parseOnNull()
        var call = call
        call.orderBy = orderBy
        let closed = try close(call, [value], json)
        guard next("WITHIN"), case .call(var ordered) = closed.kind else { return closed }
        try parseWithinGroup(&ordered)
        ordered.span = span(from: ordered.span.lowerBound)
        return Expression(.call(ordered), span: ordered.span)
    }

    private func nextIsOnNull() -> Bool {
        next(["NULL", "ON", "NULL"]) || next(["ABSENT", "ON", "NULL"])
    }

    private mutating func parseOnNull() throws(SQLError) -> JSONClauses.OnNull? {
        if take(["NULL", "ON", "NULL"]) { return .null }
        return take(["ABSENT", "ON", "NULL"]) ? .absent : nil
    }
}
