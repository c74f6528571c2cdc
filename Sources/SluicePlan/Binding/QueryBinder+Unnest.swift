import SluiceColumns
import SluiceKernels
import SluiceSQL

/// A table reference that is UNNEST, with its alias.
struct UnnestReference {
    /// The collection.
    var collection: Expression
    /// WITH ORDINALITY.
    var withOrdinality: Bool
    /// The alias, with or without columns.
    var alias: TableAlias?
    /// Where it stands.
    var span: SourceSpan

    init(
        _ values: [Expression],
        _ withOrdinality: Bool,
        alias: TableAlias?,
        at span: SourceSpan
    ) throws(SQLError) {
        guard let collection = values.first, values.count == 1 else {
            throw SQLError(.unsupported, "UNNEST takes one collection", at: span, hint: "write one UNNEST for each")
        }
        self.collection = collection
        self.withOrdinality = withOrdinality
        self.alias = alias
        self.span = span
    }

    /// The UNNEST that `reference` is, nil where it is something else.
    static func of(_ reference: TableReference) throws(SQLError) -> UnnestReference? {
        switch reference.kind {
        case .unnest(let values, let withOrdinality):
            return try UnnestReference(values, withOrdinality, alias: nil, at: reference.span)
        case .aliased(let inner, let alias):
            guard case .unnest(let values, let withOrdinality) = inner.kind else { return nil }
            return try UnnestReference(values, withOrdinality, alias: alias, at: inner.span)
        default: return nil
        }
    }
}

extension QueryBinder {
    /// UNNEST without a table in front of it.
    func bindUnnest(_ unnest: UnnestReference) throws -> BoundTable {
        let nothing = BoundTable(plan: .values(.oneRow), scope: .empty)
        return try bindUnnest(unnest, over: nothing, keepsEmpty: false)
    }

    /// A join whose right side is UNNEST: the collection may read the columns of the left side.
    func bindJoin(_ join: Join, unnest: UnnestReference, _ span: SourceSpan) throws -> BoundTable {
        let left = try bindFrom(join.left)
        guard ![.right, .full].contains(join.kind), !join.isNatural, join.condition?.columns == nil else {
            throw SQLError(
                .unsupported,
                "UNNEST can be joined with CROSS JOIN, INNER JOIN ... ON or LEFT JOIN ... ON TRUE",
                at: span
            )
        }
        return try restricted(try bindUnnest(unnest, over: left, keepsEmpty: join.kind == .left), join, span)
    }

    private func bindUnnest(
        _ unnest: UnnestReference,
        over left: BoundTable,
        keepsEmpty: Bool
    ) throws -> BoundTable {
        var binder = expressionBinder(left.scope)
        binder.place = "UNNEST"
        let collection = try binder.bindTyped(unnest.collection)
        guard
            var node = LogicalUnnest(
                left.plan,
                collection: collection,
                withOrdinality: unnest.withOrdinality,
                keepsEmpty: keepsEmpty
            )
        else {
            throw SQLError(
                .typeMismatch,
                "UNNEST takes an ARRAY, a MAP or a MULTISET, this is \(collection.type)",
                at: unnest.collection.span
            )
        }
        try rename(&node, unnest)
        let own = Scope(name: unnest.alias?.name.text, fields: node.partFields)
        return BoundTable(plan: .unnest(node), scope: left.scope.joined(with: own))
    }

    /// Names the columns as the alias says; a single column without a name of its own takes that of the table.
    private func rename(_ node: inout LogicalUnnest, _ unnest: UnnestReference) throws {
        guard let alias = unnest.alias else { return }
        var names = alias.columns.map(\.text)
        if names.isEmpty {
            guard node.parts.count == 1 else { return }
            names = [alias.name.text]
        }
        guard names.count == node.partFields.count else {
            throw SQLError(
                .typeMismatch,
                "UNNEST gives \(node.partFields.count) columns, the alias names \(names.count)",
                at: alias.span
            )
        }
        node.partFields = zip(names, node.partFields).map { RowField($0, $1.type, comment: $1.comment) }
    }
}
