import SluiceColumns

/// Lines of web servers in the common or the combined log format, as Apache and nginx write them.
package struct AccessLogForm: LineForm {
    package let fields = [
        RowField("host", DataType(.string)), RowField("ident", DataType(.string)),
        RowField("user_name", DataType(.string)), RowField("event_time", DataType(.timestampLTZ(3))),
        RowField("request", DataType(.string)), RowField("method", DataType(.string)),
        RowField("path", DataType(.string)), RowField("protocol", DataType(.string)),
        RowField("status", DataType(.int)), RowField("bytes", DataType(.bigint)),
        RowField("referer", DataType(.string)), RowField("user_agent", DataType(.string)),
    ]

    package let timePatterns = ["dd/MMM/yyyy:HH:mm:ss Z"]

    package init() {}

    package func makeParser(for names: [String]) throws -> any LineParser {
        LineLoop(AccessLogReader(try FieldMap(places(of: names), count: fields.count)), fieldCount: names.count)
    }
}

/// Where the fields of a form go among those that are wanted; a field may be wanted more than once.
struct FieldMap {
    private var targets: [[Int]]

    /// - Parameter places: of each wanted field, its place in the form.
    init(_ places: [Int], count: Int) {
        targets = [[Int]](repeating: [], count: count)
        for (target, place) in places.enumerated() { targets[place].append(target) }
    }

    /// Whether field `place` of the form is wanted.
    func isWanted(_ place: Int) -> Bool { !targets[place].isEmpty }

    /// Field `place` of the form is these bytes.
    @inline(__always)
    func set(_ place: Int, _ range: Range<Int>, _ fields: inout LineFields) {
        for target in targets[place] { fields.set(target, range) }
    }

    /// Field `place` of the form is what `write` appends.
    func set(_ place: Int, _ fields: inout LineFields, writing write: (inout TextBuffer) -> Void) {
        for target in targets[place] { fields.set(target, writing: write) }
    }
}

/// Reads lines of access logs from left to right.
private struct AccessLogReader: LineReader {
    private enum Place {
        static let host = 0
        static let ident = 1
        static let user = 2
        static let time = 3
        static let request = 4
        static let method = 5
        static let path = 6
        static let protocolName = 7
        static let status = 8
        static let bytes = 9
        static let referer = 10
        static let userAgent = 11
    }

    private let map: FieldMap

    init(_ map: FieldMap) { self.map = map }

    func read(_ line: Span<UInt8>, into fields: inout LineFields) -> LineProblem? {
        let space = UInt8(ascii: " ")
        let hostEnd = LineBytes.find(space, in: line, from: 0)
        let identEnd = LineBytes.find(space, in: line, from: hostEnd + 1)
        guard hostEnd > 0, identEnd < line.count else { return .form("the line ends before the user") }
        // A user's name may have spaces in it; the time does not begin before a bracket.
        var userEnd = LineBytes.find(space, in: line, from: identEnd + 1)
        while userEnd + 1 < line.count, line[userEnd + 1] != UInt8(ascii: "[") {
            userEnd = LineBytes.find(space, in: line, from: userEnd + 1)
        }
        let timeEnd = LineBytes.find(UInt8(ascii: "]"), in: line, from: userEnd)
        guard userEnd + 1 < line.count, timeEnd < line.count else { return .form("the line has no time in brackets") }
        set(Place.host, 0..<hostEnd, line, &fields)
        set(Place.ident, hostEnd + 1..<identEnd, line, &fields)
        set(Place.user, identEnd + 1..<userEnd, line, &fields)
        map.set(Place.time, userEnd + 2..<timeEnd, &fields)
        guard let request = quoted(line, timeEnd + 1) else { return .form("the line has no request in quotes") }
        setRequest(request, line, &fields)
        let statusEnd = LineBytes.find(space, in: line, from: request.upperBound + 2)
        guard request.upperBound + 2 < statusEnd, statusEnd < line.count else {
            return .form("the line ends before the number of bytes")
        }
        let bytesEnd = LineBytes.find(space, in: line, from: statusEnd + 1)
        set(Place.status, request.upperBound + 2..<statusEnd, line, &fields)
        set(Place.bytes, statusEnd + 1..<bytesEnd, line, &fields)
        guard let referer = quoted(line, bytesEnd) else { return nil }
        set(Place.referer, referer, line, &fields)
        if let agent = quoted(line, referer.upperBound + 1) { set(Place.userAgent, agent, line, &fields) }
        return nil
    }

    /// The text in quotes behind a space at `start`.
    private func quoted(_ line: Span<UInt8>, _ start: Int) -> Range<Int>? {
        let quote = UInt8(ascii: "\"")
        guard start + 1 < line.count, line[start] == UInt8(ascii: " "), line[start + 1] == quote else { return nil }
        return LineBytes.closingQuote(quote, in: line, from: start + 2).map { start + 2..<$0 }
    }

    private func set(_ place: Int, _ range: Range<Int>, _ line: Span<UInt8>, _ fields: inout LineFields) {
        if !LineBytes.isHyphen(line, range) { map.set(place, range, &fields) }
    }

    /// The request as a whole, and its parts where it has three of them, or two without a protocol.
    private func setRequest(_ request: Range<Int>, _ line: Span<UInt8>, _ fields: inout LineFields) {
        set(Place.request, request, line, &fields)
        let methodEnd = LineBytes.find(UInt8(ascii: " "), in: line, from: request.lowerBound)
        guard methodEnd < request.upperBound else { return }
        map.set(Place.method, request.lowerBound..<methodEnd, &fields)
        var pathEnd = request.upperBound
        var index = request.upperBound - 1
        while index > methodEnd, line[index] != UInt8(ascii: " ") { index -= 1 }
        if index > methodEnd, LineBytes.has("HTTP/", in: line, at: index + 1) {
            map.set(Place.protocolName, index + 1..<request.upperBound, &fields)
            pathEnd = index
        }
        map.set(Place.path, methodEnd + 1..<pathEnd, &fields)
    }
}
