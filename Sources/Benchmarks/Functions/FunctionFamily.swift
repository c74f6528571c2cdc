/// Functions that share a kind of loop, for which the same costs are to be expected.
enum FunctionFamily: String, CaseIterable {
    case comparison
    case logical
    case conditional
    case integers = "arithmetic: integers"
    case floats = "arithmetic: floats"
    case decimals = "arithmetic: decimals"
    case times = "arithmetic: times"
    case math
    case bitwise
    case string
    case regex
    case cleansing
    case encoding
    case hash
    case temporal
    case datePatterns = "date patterns"
    case numberCasts = "casts: numbers"
    case textCasts = "casts: to text"
    case parsingCasts = "casts: from text"
    case timeCasts = "casts: times"
    case construction
    case collection
    case json
    case variant
    case bitmap
    case network
    case lines
    case sources = "clocks and chance"
}

/// One expression to be measured.
struct FunctionCase {
    /// What it is counted under.
    let family: FunctionFamily
    /// The expression over the columns of `ProbeTable`, with constants where users write constants.
    let sql: String
    /// Whether Flink computes it too, so that `--script` can ask it.
    let isFlinks: Bool

    init(_ family: FunctionFamily, _ sql: String, isFlinks: Bool = true) {
        self.family = family
        self.sql = sql
        self.isFlinks = isFlinks
    }

    /// Every expression that is measured.
    static let all: [FunctionCase] = basics + numbers + texts + times + casts + structures
}
