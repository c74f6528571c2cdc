import SluiceColumns
import SluiceSQL

/// Writes a view's query out in full: stars become columns, tables get their full names, columns their tables.
///
/// So a view keeps its meaning when the current database, or a table that it reads by star, changes later.
struct ViewExpansion {
    private var binder: QueryBinder
    private let catalog: Catalog
    /// Names that WITH has given.
    private var commonNames: Set<String> = []

    init(_ context: PlanningContext, _ catalog: Catalog) {
        binder = QueryBinder(context, catalog)
        self.catalog = catalog
    }

    /// The whole query, written out.
    ///
    /// It has been bound before, so that every name is known.
    func expand(_ query: Query) throws -> Query {
        var inside = self
        var result = query
        for (index, common) in query.with.enumerated() {
            result.with[index].query = try inside.expand(common.query)
            var plan = try inside.binder.bind(common.query)
            if !common.columns.isEmpty { plan = try QueryBinder.renamed(plan, common.columns, at: common.span) }
            inside.binder.commonTables[common.name.text] = plan
            inside.commonNames.insert(common.name.text)
            result.with[index].name = NameQuoting.quoted(common.name)
        }
        result.body = try inside.expand(query.body)
        if case .select(let select) = query.body.kind {
            let scope = try select.from.map { try inside.binder.bindFrom($0).scope } ?? .empty
            for index in query.orderBy.indices {
                result.orderBy[index].expression = inside.expand(query.orderBy[index].expression, select, scope)
            }
        }
        return result
    }

    /// A sort key: the name of an output column stays one.
    private func expand(_ key: Expression, _ select: Select, _ scope: Scope) -> Expression {
        let aliases = select.items.compactMap { item -> String? in
            if case .expression(_, let alias?) = item.kind { alias.text } else { nil }
        }
        let quoting = NameQuoting(
            qualify: { parts in
                parts.count == 1 && aliases.contains(parts[0].text) ? parts : Self.qualified(parts, scope)
            }
        )
        return quoting.apply(key)
    }

    private func expand(_ body: QueryBody) throws -> QueryBody {
        var result = body
        switch body.kind {
        case .select(let select): result.kind = .select(try expand(select))
        case .setOperation(var operation):
            operation.left = try expand(operation.left)
            operation.right = try expand(operation.right)
            result.kind = .setOperation(operation)
        case .nested(let query): result.kind = .nested(try expand(query))
        // So that its columns stay those of today.
        case .table(let name): result.kind = .select(try expand(Select(everythingOf: name)))
        case .values: break
        }
        return result
    }

    private func expand(_ select: Select) throws -> Select {
        var result = select
        let scope = try select.from.map { try binder.bindFrom($0).scope } ?? .empty
        let quoting = quoting(scope)
        result.from = try select.from.map { try expand($0, isAliased: false) }
        result.items = select.items.flatMap { item -> [SelectItem] in
            switch item.kind {
            case .star: return stars(scope, scope.entries, item)
            case .qualifiedStar(let name):
                guard let entry = scope.entry(name.parts) else { return [item] }
                return stars(scope, [entry], item)
            case .expression(let expression, let alias):
                var quoted = item
                quoted.kind = .expression(quoting.apply(expression), alias: alias.map(NameQuoting.quoted))
                return [quoted]
            }
        }
        result.where = select.where.map(quoting.apply)
        result.having = select.having.map(quoting.apply)
        result.qualify = select.qualify.map(quoting.apply)
        if let groupBy = select.groupBy {
            result.groupBy?.elements = groupBy.elements.map { expand($0, quoting) }
        }
        return result
    }

    private func expand(_ element: GroupBy.Element, _ quoting: NameQuoting) -> GroupBy.Element {
        switch element {
        case .expression(let expression): .expression(quoting.apply(expression))
        case .composite(let expressions): .composite(expressions.map(quoting.apply))
        case .empty: .empty
        case .groupingSets(let elements): .groupingSets(elements.map { expand($0, quoting) })
        case .rollup(let elements): .rollup(elements.map { expand($0, quoting) })
        case .cube(let elements): .cube(elements.map { expand($0, quoting) })
        }
    }

    // MARK: Columns

    private func quoting(_ scope: Scope) -> NameQuoting {
        let copy = self
        return NameQuoting(
            qualify: { Self.qualified($0, scope) },
            query: { query in
                // A subquery may read columns of this one, which binding it alone cannot know; it then stays as it is.
                (try? copy.expand(query)) ?? query
            }
        )
    }

    /// The name with the table in front that it comes from.
    private static func qualified(_ parts: [Identifier], _ scope: Scope) -> [Identifier] {
        guard let found = try? scope.find(parts), found.used == 1, let column = found.expression.columnIndex,
            !scope.merged.contains(where: { $0.name == parts[0].text }),
            let owner = scope.entries.first(where: { $0.columns.contains(column) }), let name = owner.name
        else { return parts }
        return [Identifier(name, isQuoted: true, span: parts[0].span)] + parts
    }

    private func stars(_ scope: Scope, _ entries: [Scope.Entry], _ item: SelectItem) -> [SelectItem] {
        func make(_ parts: [String]) -> SelectItem {
            var result = item
            let names = parts.map { Identifier($0, isQuoted: true, span: item.span) }
            result.kind = .expression(Expression(.name(names), span: item.span), alias: nil)
            return result
        }
        let isAll = entries.count == scope.entries.count
        let merged = isAll ? scope.merged : []
        let taken = Set(merged.flatMap { [$0.left, $0.right] })
        return merged.map { make([$0.name]) }
            + entries.flatMap { entry in
                entry.columns.filter { !taken.contains($0) && !entry.hidden.contains($0) }.map { column in
                    make((entry.name.map { [$0] } ?? []) + [scope.fields[column].name])
                }
            }
    }

    // MARK: Tables

    private func full(_ name: ObjectName) throws -> ObjectName {
        if name.parts.count == 1, commonNames.contains(name.text) {
            return ObjectName([NameQuoting.quoted(name.parts[0])], span: name.span)
        }
        let path = try catalog.path(name)
        let parts = [path.catalog, path.database, path.object].map { Identifier($0, isQuoted: true, span: name.span) }
        return ObjectName(parts, span: name.span)
    }

    private func expand(_ reference: TableReference, isAliased: Bool) throws -> TableReference {
        var result = reference
        switch reference.kind {
        case .table(var named):
            let short = named.name.parts[named.name.parts.count - 1]
            named.name = try full(named.name)
            result.kind = .table(named)
            return isAliased ? result : aliased(result, short)
        case .derived(let query, let isLateral): result.kind = .derived(try expand(query), isLateral: isLateral)
        case .function(let call, let isLateral, let hasKeyword):
            result.kind = .function(try expand(call), isLateral: isLateral, hasTableKeyword: hasKeyword)
        case .join(var join):
            let scope = try binder.bindFrom(reference).scope
            if TemporalReference(join.right) != nil {
                let left = quoting(try binder.bindFrom(join.left).scope)
                join.right = join.right.mappingSystemTime { left.apply($0) }
            }
            join.left = try expand(join.left, isAliased: false)
            join.right = try expand(join.right, isAliased: false)
            if case .on(let condition)? = join.condition { join.condition = .on(quoting(scope).apply(condition)) }
            result.kind = .join(join)
        case .aliased(let inner, var alias):
            alias.name = NameQuoting.quoted(alias.name)
            alias.columns = alias.columns.map(NameQuoting.quoted)
            result.kind = .aliased(try expand(inner, isAliased: true), alias)
        case .matchRecognize(var match):
            match.input = try expand(match.input, isAliased: false)
            result.kind = .matchRecognize(match)
        case .unnest, .sample: break
        }
        return result
    }

    private func aliased(_ reference: TableReference, _ name: Identifier) -> TableReference {
        var result = reference
        result.kind = .aliased(reference, TableAlias(name: NameQuoting.quoted(name), span: name.span))
        return result
    }

    /// Tables among the arguments of a table function.
    private func expand(_ call: FunctionCall) throws -> FunctionCall {
        var call = call
        for (index, argument) in call.arguments.enumerated() {
            switch argument.value.kind {
            case .tableArgument(var table):
                switch table.source {
                case .table(let name): table.source = .table(try full(name))
                case .query(let query): table.source = .query(try expand(query))
                }
                call.arguments[index].value.kind = .tableArgument(table)
            case .subquery(let query): call.arguments[index].value.kind = .subquery(try expand(query))
            default: break
            }
        }
        return call
    }
}
