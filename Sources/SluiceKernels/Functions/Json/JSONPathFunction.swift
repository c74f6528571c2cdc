import SluiceColumns

/// A function at the end of a path: the number of parts of an array or object, or a figure of the numbers in an array.
enum JSONPathFunction: String {
    case length, size, min, max, sum, avg, stddev

    /// The function that `.name()` calls; nil where it is another text.
    init?(call: ArraySlice<UInt8>) {
        guard call.first == UInt8(ascii: "."), call.suffix(2).elementsEqual("()".utf8) else { return nil }
        self.init(rawValue: String(decoding: call.dropFirst().dropLast(2), as: UTF8.self))
    }

    /// What the function gives.
    enum Result {
        /// A number, which was appended.
        case number
        /// No value: the length of what has no parts.
        case null
        /// Figures of nothing.
        case failure
    }

    /// Appends the number for a node.
    func append(_ node: Int, of document: JSONDocument, _ text: Span<UInt8>, to buffer: inout TextBuffer) -> Result {
        let kind = document.nodes[node].kind
        var children: [Int] = []
        JSONPath.forEachChild(of: node, document.nodes) { children.append($0) }
        if self == .length || self == .size {
            guard kind == .array || kind == .object else { return .null }
            buffer.append(integer: Int64(children.count))
            return .number
        }
        let numbers = children.compactMap { child -> Double? in
            let part = document.nodes[child]
            guard kind == .array, part.kind == .integer || part.kind == .number else { return nil }
            return FloatText.parseDouble(text.extracting(part.start..<part.end))
        }
        guard let figure = figure(of: numbers) else { return .failure }
        buffer.append(double: figure)
        return .number
    }

    private func figure(of numbers: [Double]) -> Double? {
        guard !numbers.isEmpty else { return nil }
        let sum = numbers.reduce(0, +)
        let mean = sum / Double(numbers.count)
        switch self {
        case .min: return numbers.min()
        case .max: return numbers.max()
        case .sum: return sum
        case .avg: return mean
        case .stddev:
            let squares = numbers.reduce(0) { $0 + $1 * $1 }
            return (squares / Double(numbers.count) - mean * mean).squareRoot()
        case .length, .size: return nil
        }
    }
}
