import SluiceColumns

/// Events of ArcSight's Common Event Format, with or without a syslog header in front.
///
/// The keys of the extension are fields, too, by their own names.
package struct CEFForm: LineForm {
    package let fields = [
        RowField("cef_version", DataType(.int)), RowField("device_vendor", DataType(.string)),
        RowField("device_product", DataType(.string)), RowField("device_version", DataType(.string)),
        RowField("event_class_id", DataType(.string)), RowField("name", DataType(.string)),
        RowField("severity", DataType(.string)), RowField("extension", DataType(.string)),
    ]
    package let isOpen = true

    package init() {}

    package func makeParser(for names: [String]) throws -> any LineParser {
        LineLoop(CEFReader(EventFields(names, fields)), fieldCount: names.count)
    }
}

/// Events of IBM's Log Event Extended Format, versions 1.0 and 2.0, with or without a syslog header in front.
///
/// The keys of the attributes are fields, too, by their own names.
package struct LEEFForm: LineForm {
    package let fields = [
        RowField("leef_version", DataType(.string)), RowField("vendor", DataType(.string)),
        RowField("product", DataType(.string)), RowField("product_version", DataType(.string)),
        RowField("event_id", DataType(.string)), RowField("attributes", DataType(.string)),
    ]
    package let isOpen = true

    package init() {}

    package func makeParser(for names: [String]) throws -> any LineParser {
        LineLoop(LEEFReader(EventFields(names, fields)), fieldCount: names.count)
    }
}

/// The wanted fields of an event: those of its header, and those that are keys.
private struct EventFields {
    /// Where the fields of the header go.
    let header: FieldMap
    /// All others.
    var keys: LineKeys

    init(_ names: [String], _ fields: [RowField]) {
        let places = names.map { name in fields.firstIndex { $0.name == name } }
        // Names that are none of the header go to a place behind it, which nothing is set at.
        header = FieldMap(places.map { $0 ?? fields.count }, count: fields.count + 1)
        keys = LineKeys(zip(names, places).map { $1 == nil ? $0 : nil })
    }
}

/// Reads `CEF:version|vendor|product|version|class|name|severity|extension`.
private struct CEFReader: LineReader {
    private static let extensionPlace = 7
    private var wanted: EventFields

    init(_ wanted: EventFields) { self.wanted = wanted }

    mutating func read(_ line: Span<UInt8>, into fields: inout LineFields) -> LineProblem? {
        guard var start = EventHeader.start("CEF:", line) else { return .form("the line has no 'CEF:'") }
        for place in 0..<Self.extensionPlace {
            guard let end = EventHeader.partEnd(line, start) else {
                // The last part of the header may be the end of the line.
                guard place == Self.extensionPlace - 1 else { return .form("the header has too few parts") }
                EventHeader.set(place, start..<line.count, line, wanted.header, &fields)
                return nil
            }
            EventHeader.set(place, start..<end, line, wanted.header, &fields)
            start = end + 1
        }
        wanted.header.set(Self.extensionPlace, start..<line.count, &fields)
        readExtension(line, start, &fields)
        return nil
    }

    /// `key=value key=value`, where values may hold blanks: a value ends before the blank in front of the next key.
    private mutating func readExtension(_ line: Span<UInt8>, _ start: Int, _ fields: inout LineFields) {
        var index = start
        var open: (field: Int?, start: Int)?
        while index < line.count {
            if line[index] == UInt8(ascii: "\\") {
                index += 2
                continue
            }
            if line[index] == UInt8(ascii: "=") {
                var keyStart = index
                while keyStart > start, Self.isKeyByte(line[keyStart - 1]) { keyStart -= 1 }
                let isKey = keyStart < index && (keyStart == start || line[keyStart - 1] == UInt8(ascii: " "))
                if isKey, keyStart >= (open?.start ?? start) {
                    if let open { close(open, keyStart, line, &fields) }
                    open = (wanted.keys.field(line, keyStart..<index), index + 1)
                }
            }
            index += 1
        }
        if let open { close(open, line.count, line, &fields) }
    }

    private static func isKeyByte(_ byte: UInt8) -> Bool {
        GrokExpansion.isNameByte(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
            || byte == UInt8(ascii: "[") || byte == UInt8(ascii: "]")
    }

    private func close(
        _ open: (field: Int?, start: Int),
        _ next: Int,
        _ line: Span<UInt8>,
        _ fields: inout LineFields
    ) {
        guard let field = open.field else { return }
        var end = next
        while end > open.start, line[end - 1] == UInt8(ascii: " ") { end -= 1 }
        EventHeader.set(field, open.start..<end, line, &fields)
    }
}

/// Reads `LEEF:1.0|vendor|product|version|id|attributes`, and 2.0 with the delimiter of attributes before them.
private struct LEEFReader: LineReader {
    private static let attributesPlace = 5
    private var wanted: EventFields

    init(_ wanted: EventFields) { self.wanted = wanted }

    mutating func read(_ line: Span<UInt8>, into fields: inout LineFields) -> LineProblem? {
        guard var start = EventHeader.start("LEEF:", line) else { return .form("the line has no 'LEEF:'") }
        let isSecond = LineBytes.has("2", in: line, at: start)
        for place in 0..<Self.attributesPlace {
            guard let end = EventHeader.partEnd(line, start) else { return .form("the header has too few parts") }
            EventHeader.set(place, start..<end, line, wanted.header, &fields)
            start = end + 1
        }
        var delimiter: UInt8 = 0x09
        if isSecond, let end = EventHeader.partEnd(line, start), let found = Self.delimiter(line, start..<end) {
            delimiter = found
            start = end + 1
        }
        wanted.header.set(Self.attributesPlace, start..<line.count, &fields)
        readAttributes(line, start, delimiter, &fields)
        return nil
    }

    /// A single byte, its number in hexadecimal behind `x` or `0x`, or nothing, which is a tab.
    private static func delimiter(_ line: Span<UInt8>, _ range: Range<Int>) -> UInt8? {
        if range.isEmpty { return 0x09 }
        if range.count == 1 { return line[range.lowerBound] }
        var index = range.lowerBound
        if line[index] == UInt8(ascii: "0") { index += 1 }
        guard index < range.upperBound, line[index] | 0x20 == UInt8(ascii: "x") else { return nil }
        var value = 0
        for place in index + 1..<range.upperBound {
            let byte = line[place] | 0x20
            guard LineBytes.isDigit(line[place]) || byte >= 0x61 && byte <= 0x66 else { return nil }
            value = min(256, value * 16 + Int(byte >= 0x61 ? byte - 0x57 : line[place] - 0x30))
        }
        return UInt8(exactly: value)
    }

    private mutating func readAttributes(
        _ line: Span<UInt8>,
        _ start: Int,
        _ delimiter: UInt8,
        _ fields: inout LineFields
    ) {
        var index = start
        while index < line.count {
            let end = LineBytes.find(delimiter, in: line, from: index)
            var equals = index
            while equals < end, line[equals] != UInt8(ascii: "=") { equals += 1 }
            if equals < end, let field = wanted.keys.field(line, index..<equals) { fields.set(field, equals + 1..<end) }
            index = end + 1
        }
    }
}

/// What the headers of both formats have in common.
private enum EventHeader {
    /// The offset behind `mark`, at the start of the line or behind a syslog header.
    static func start(_ mark: StaticString, _ line: Span<UInt8>) -> Int? {
        var index = 0
        while index + mark.utf8CodeUnitCount <= line.count {
            let isStart = index == 0 || line[index - 1] == UInt8(ascii: " ") || line[index - 1] == UInt8(ascii: ":")
            if isStart, LineBytes.has(mark, in: line, at: index) { return index + mark.utf8CodeUnitCount }
            index += 1
        }
        return nil
    }

    /// The offset of the bar that ends the part which begins at `start`.
    static func partEnd(_ line: Span<UInt8>, _ start: Int) -> Int? {
        LineBytes.closingQuote(UInt8(ascii: "|"), in: line, from: start)
    }

    static func set(
        _ place: Int,
        _ range: Range<Int>,
        _ line: Span<UInt8>,
        _ map: FieldMap,
        _ fields: inout LineFields
    ) {
        guard map.isWanted(place) else { return }
        if !LineBytes.contains(UInt8(ascii: "\\"), in: line, range) {
            map.set(place, range, &fields)
        } else {
            map.set(place, &fields) { LineBytes.appendUnescaped(line.extracting(range), to: &$0) }
        }
    }

    static func set(_ field: Int, _ range: Range<Int>, _ line: Span<UInt8>, _ fields: inout LineFields) {
        if !LineBytes.contains(UInt8(ascii: "\\"), in: line, range) {
            fields.set(field, range)
        } else {
            fields.set(field) { LineBytes.appendUnescaped(line.extracting(range), to: &$0) }
        }
    }
}
