import SluiceSQL

/// Where the options of a table were written, so that an error about one can point at it.
///
/// All are equal: the places say nothing about what a table is.
package struct OptionPlaces: Sendable, Hashable {
    private struct Place {
        var textNumber: Int
        var span: SourceSpan
    }
    private var places: [String: Place] = [:]

    /// Knows no place.
    package init() {}

    /// Notes where `entry` stands in text number `textNumber` of the session.
    package mutating func note(_ entry: OptionEntry, textNumber: Int) {
        places[entry.key.value] = Place(textNumber: textNumber, span: entry.span)
    }

    /// Forgets where option `key` stands.
    package mutating func forget(_ key: String) { places[key] = nil }

    /// Where option `key` stands in text number `textNumber`; nil where it was written elsewhere.
    package func span(of key: String, textNumber: Int) -> SourceSpan? {
        guard let place = places[key], place.textNumber == textNumber else { return nil }
        return place.span
    }

    package static func == (lhs: OptionPlaces, rhs: OptionPlaces) -> Bool { true }

    package func hash(into hasher: inout Hasher) {}
}
