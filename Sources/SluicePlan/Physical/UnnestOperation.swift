import SluiceColumns
import SluiceKernels

/// Gives one row for each element of a collection: columns of the input, then those of the element.
package struct UnnestOperation: Sendable {
    /// A column that the collection gives.
    package enum Part: Sendable, Hashable {
        /// The element itself; for a MAP the key.
        case element
        /// The value of a MAP's entry.
        case mapValue
        /// Field `index` of an element that is a ROW.
        case field(Int)
        /// The place of the element, from 1.
        case ordinality
    }
    /// An ARRAY, MAP or MULTISET over the input's columns.
    package var collection: ScalarExpression
    /// Columns of the input that are passed on, in this order.
    package var kept: [Int]
    /// The columns that follow.
    package var parts: [Part]
    /// Whether a row whose collection is empty or NULL stays, with NULLs (LEFT JOIN).
    package var keepsEmpty: Bool
    /// Makes the operation.
    package init(collection: ScalarExpression, kept: [Int], parts: [Part], keepsEmpty: Bool) {
        self.collection = collection
        self.kept = kept
        self.parts = parts
        self.keepsEmpty = keepsEmpty
    }
}
