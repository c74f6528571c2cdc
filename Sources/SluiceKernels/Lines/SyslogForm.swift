import SluiceColumns

/// Messages of syslog, of RFC 5424 and of RFC 3164, each line by what it is.
package struct SyslogForm: LineForm {
    /// The year of times that say none, as those of RFC 3164 do.
    package enum Year: Sendable {
        case fixed(Int)
        /// The latest year that puts the time no more than a day ahead of the clock, in microseconds since 1970, UTC.
        case latest(@Sendable () -> Int64)
    }

    package let fields = [
        RowField("facility", DataType(.int)), RowField("severity", DataType(.int)),
        RowField("version", DataType(.int)), RowField("event_time", DataType(.timestampLTZ(6))),
        RowField("host", DataType(.string)), RowField("app", DataType(.string)),
        RowField("process_id", DataType(.string)), RowField("message_id", DataType(.string)),
        RowField("structured_data", DataType(.string)), RowField("message", DataType(.string)),
    ]

    package let timePatterns = [SyslogTime.pattern]

    private let year: Year

    package init(year: Year) { self.year = year }

    package func makeParser(for names: [String]) throws -> any LineParser {
        let map = try FieldMap(places(of: names), count: fields.count)
        return LineLoop(SyslogReader(map, SyslogTime(year)), fieldCount: names.count)
    }
}

/// Reads messages from left to right.
private struct SyslogReader: LineReader {
    private enum Place {
        static let facility = 0
        static let severity = 1
        static let version = 2
        static let time = 3
        static let host = 4
        static let app = 5
        static let process = 6
        static let messageID = 7
        static let data = 8
        static let message = 9
    }

    private static let space = UInt8(ascii: " ")
    private let map: FieldMap
    private let time: SyslogTime

    init(_ map: FieldMap, _ time: SyslogTime) {
        self.map = map
        self.time = time
    }

    func read(_ line: Span<UInt8>, into fields: inout LineFields) -> LineProblem? {
        var start = 0
        if LineBytes.has("<", in: line, at: 0) {
            let (priority, end) = LineBytes.number(line, 1, digitCountMax: 3)
            guard end > 1, priority <= 191, LineBytes.has(">", in: line, at: end) else {
                return .form("the priority is no number from 0 to 191 in angle brackets")
            }
            map.set(Place.facility, &fields) { $0.append(integer: Int64(priority / 8)) }
            map.set(Place.severity, &fields) { $0.append(integer: Int64(priority % 8)) }
            start = end + 1
            let (version, versionEnd) = LineBytes.number(line, start, digitCountMax: 3)
            if versionEnd > start, version > 0, LineBytes.has(" ", in: line, at: versionEnd),
                isStructured(line, versionEnd + 1)
            {
                map.set(Place.version, start..<versionEnd, &fields)
                return readStructured(line, versionEnd + 1, &fields)
            }
        }
        return readPlain(line, start, &fields)
    }

    /// Whether a time of RFC 5424, or none, stands there.
    private func isStructured(_ line: Span<UInt8>, _ start: Int) -> Bool {
        LineBytes.has("- ", in: line, at: start) || time.iso(line, start) != nil
    }

    /// `TIME HOST APP PROCESS MESSAGE-ID DATA [MESSAGE]`, where a hyphen stands for nothing.
    private func readStructured(_ line: Span<UInt8>, _ start: Int, _ fields: inout LineFields) -> LineProblem? {
        var index = start
        if let found = time.iso(line, start) {
            map.set(Place.time, &fields) { found.append(to: &$0) }
            index = found.end
        } else {
            index += 1
        }
        for place in [Place.host, Place.app, Place.process, Place.messageID] {
            guard LineBytes.has(" ", in: line, at: index) else { return .form("the header ends too early") }
            let end = LineBytes.find(Self.space, in: line, from: index + 1)
            guard end > index + 1 else { return .form("a part of the header is empty") }
            if !LineBytes.isHyphen(line, index + 1..<end) { map.set(place, index + 1..<end, &fields) }
            index = end
        }
        guard LineBytes.has(" ", in: line, at: index), let end = dataEnd(line, index + 1) else {
            return .form("the structured data is broken")
        }
        if !LineBytes.isHyphen(line, index + 1..<end) { map.set(Place.data, index + 1..<end, &fields) }
        if end < line.count {
            guard line[end] == Self.space else { return .form("no blank stands behind the structured data") }
            let hasMark =
                end + 3 < line.count && line[end + 1] == 0xef && line[end + 2] == 0xbb && line[end + 3] == 0xbf
            map.set(Place.message, end + (hasMark ? 4 : 1)..<line.count, &fields)
        }
        return nil
    }

    /// The offset behind a hyphen or elements in brackets; nil where neither stands there.
    private func dataEnd(_ line: Span<UInt8>, _ start: Int) -> Int? {
        if LineBytes.has("-", in: line, at: start) { return start + 1 }
        var index = start
        while index < line.count, line[index] == UInt8(ascii: "[") {
            var isQuoted = false
            index += 1
            while index < line.count, isQuoted || line[index] != UInt8(ascii: "]") {
                if line[index] == UInt8(ascii: "\\"), isQuoted {
                    index += 1
                } else if line[index] == UInt8(ascii: "\"") {
                    isQuoted.toggle()
                }
                index += 1
            }
            guard index < line.count else { return nil }
            index += 1
        }
        return index > start ? index : nil
    }

    /// `TIME HOST APP[PROCESS]: MESSAGE`, where the app and its process may be missing.
    private func readPlain(_ line: Span<UInt8>, _ start: Int, _ fields: inout LineFields) -> LineProblem? {
        guard let found = time.iso(line, start) ?? time.named(line, start) else {
            return .form("no time of syslog stands at the start of the line")
        }
        guard LineBytes.has(" ", in: line, at: found.end) else { return .form("no host stands behind the time") }
        map.set(Place.time, &fields) { found.append(to: &$0) }
        let hostEnd = LineBytes.find(Self.space, in: line, from: found.end + 1)
        guard hostEnd > found.end + 1 else { return .form("no host stands behind the time") }
        map.set(Place.host, found.end + 1..<hostEnd, &fields)
        var index = hostEnd
        while index < line.count, line[index] == Self.space { index += 1 }
        let message = tag(line, index, &fields) ?? index
        map.set(Place.message, message..<line.count, &fields)
        return nil
    }

    /// Takes `APP[PROCESS]:` or `APP:`; gives the offset of the message behind it, nil where no such thing is there.
    private func tag(_ line: Span<UInt8>, _ start: Int, _ fields: inout LineFields) -> Int? {
        var end = start
        while end < line.count, line[end] != Self.space, line[end] != UInt8(ascii: ":"),
            line[end] != UInt8(ascii: "[")
        {
            end += 1
        }
        var behind = end
        var process: Range<Int>?
        if end < line.count, line[end] == UInt8(ascii: "[") {
            behind = LineBytes.find(UInt8(ascii: "]"), in: line, from: end)
            guard behind < line.count else { return nil }
            process = end + 1..<behind
            behind += 1
        }
        guard end > start, behind < line.count, line[behind] == UInt8(ascii: ":") else { return nil }
        map.set(Place.app, start..<end, &fields)
        if let process { map.set(Place.process, process, &fields) }
        return LineBytes.has(" ", in: line, at: behind + 1) ? behind + 2 : behind + 1
    }
}
