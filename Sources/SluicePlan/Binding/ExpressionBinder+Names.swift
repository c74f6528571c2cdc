import SluiceColumns
import SluiceKernels
import SluiceSQL

extension ExpressionBinder {
    /// A column, a column of a table, or a field of a row column.
    func bindName(_ parts: [Identifier], at span: SourceSpan) throws -> ScalarExpression {
        if let matches { return try bindName(parts, in: matches, at: span) }
        if parts.count == 1, let item = aliases[parts[0].text] { return item }
        if let found = try scope.find(parts) { return try fields(of: found, parts, span) }
        for (level, outer) in scope.outer.enumerated() {
            guard let found = try outer.find(parts) else { continue }
            guard level < OuterColumn.levelCountMax else { throw unsupported("a name from so far out", at: span) }
            let marked = found.expression.mappingColumns { OuterColumn.index(of: $0, level: level) }
            return try fields(of: Scope.Found(expression: marked, used: found.used), parts, span)
        }
        // PI is a function that Flink also takes without parentheses.
        if parts.count == 1, parts[0].text.uppercased() == "PI", !parts[0].isQuoted {
            return try call("PI", [], at: span)
        }
        throw unknownColumn(parts, span)
    }

    /// A column in MATCH_RECOGNIZE: of a pattern variable where the name begins with one.
    private func bindName(
        _ parts: [Identifier],
        in matches: MatchCollector,
        at span: SourceSpan
    ) throws -> ScalarExpression {
        let variable = parts.count > 1 ? matches.variables.rows(parts[0]) : nil
        let own = variable == nil ? parts : Array(parts.dropFirst())
        guard let found = try scope.find(own) else {
            guard variable == nil, parts.count > 1 else { throw unknownColumn(own, span) }
            throw matches.variables.unknown(parts[0])
        }
        return matches.reference(try fields(of: found, own, span), to: variable ?? .all)
    }

    private func fields(of found: Scope.Found, _ parts: [Identifier], _ span: SourceSpan) throws -> ScalarExpression {
        var result = found.expression
        for part in parts.dropFirst(found.used) { result = try field(part, of: result) }
        return result
    }

    /// Field `name` of a row.
    func field(_ name: Identifier, of base: ScalarExpression) throws -> ScalarExpression {
        guard let fields = base.type.logical.rowFields else {
            throw SQLError(
                .unknownColumn,
                "\(base.type.logical) has no field '\(name.text)'",
                at: name.span
            )
        }
        guard let index = fields.firstIndex(where: { $0.name == name.text }) else {
            throw SQLError(
                .unknownColumn,
                "the row has no field '\(name.text)'",
                at: name.span,
                hint: NearestName.hint(for: name.text, in: fields.map(\.name))
            )
        }
        let type = fields[index].type
        return .field(base, index: index, type.nullable(type.isNullable || base.type.isNullable))
    }

    private func unknownColumn(_ parts: [Identifier], _ span: SourceSpan) -> SQLError {
        if parts.count > 1, let entry = scope.entry([parts[0]]) {
            let known = entry.columns.map { scope.fields[$0].name }
            return SQLError(
                .unknownColumn,
                "no column '\(parts[1].text)' in '\(parts[0].text)'",
                at: parts[1].span,
                hint: NearestName.hint(for: parts[1].text, in: known)
            )
        }
        let known = scope.fields.map(\.name) + (parts.count > 1 ? scope.entries.compactMap(\.name) : [])
        let what = parts.count > 1 ? "table or column" : "column"
        return SQLError(
            .unknownColumn,
            "no \(what) '\(parts[0].text)'",
            at: parts[0].span,
            hint: NearestName.hint(for: parts[0].text, in: known)
        )
    }
}
