import SluiceColumns
import SluiceKernels

/// Gives one row for each element of a collection.
///
/// Columns: those of the input that are kept, then the element's.
package struct LogicalUnnest: Sendable, Hashable {
    /// Where the rows come from.
    package var input: LogicalPlan
    /// An ARRAY, MAP or MULTISET over the input's columns.
    package var collection: ScalarExpression
    /// Columns of the input that are passed on.
    package var kept: [Int]
    /// The columns that the collection gives.
    package var parts: [UnnestOperation.Part]
    /// Their names and types.
    package var partFields: [RowField]
    /// Whether a row whose collection is empty or NULL stays, with NULLs.
    package var keepsEmpty: Bool

    /// A node that keeps all columns and gives all parts.
    ///
    /// - Returns: nil where `collection` is no collection.
    package init?(_ input: LogicalPlan, collection: ScalarExpression, withOrdinality: Bool, keepsEmpty: Bool) {
        guard let parts = Self.parts(of: collection.type.logical) else { return nil }
        self.input = input
        self.collection = collection
        self.keepsEmpty = keepsEmpty
        kept = Array(input.fields.indices)
        var named = parts
        if withOrdinality { named.append((.ordinality, RowField("ORDINALITY", .notNull(.int)))) }
        self.parts = named.map(\.0)
        partFields = named.map { part in
            keepsEmpty ? RowField(part.1.name, part.1.type.nullable(true), comment: part.1.comment) : part.1
        }
    }

    private static func parts(of type: LogicalType) -> [(UnnestOperation.Part, RowField)]? {
        switch type {
        case .array(let element), .multiset(let element):
            guard case .row(let fields) = element.logical else { return [(.element, RowField("EXPR$0", element))] }
            return fields.enumerated().map { index, field in
                let type = element.isNullable ? field.type.nullable(true) : field.type
                return (.field(index), RowField(field.name, type, comment: field.comment))
            }
        case .map(let key, let value):
            return [(.element, RowField("KEY", key)), (.mapValue, RowField("VALUE", value))]
        default: return nil
        }
    }

    /// The columns.
    package var fields: [RowField] { kept.map { input.fields[$0] } + partFields }
}
