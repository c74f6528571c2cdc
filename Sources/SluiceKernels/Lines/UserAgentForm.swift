import SluiceColumns

/// What browsers, tools and robots call themselves in HTTP's `User-Agent`.
///
/// A text says little for certain and much by habit: the rules name the common browsers and systems, and give the first
/// product for everything else.
package struct UserAgentForm: LineForm {
    package let fields = [
        RowField("browser", DataType(.string)), RowField("browser_version", DataType(.string)),
        RowField("os", DataType(.string)), RowField("os_version", DataType(.string)),
        RowField("device", DataType(.string)),
    ]

    package init() {}

    package func makeParser(for names: [String]) throws -> any LineParser {
        LineLoop(UserAgentReader(try FieldMap(places(of: names), count: fields.count)), fieldCount: names.count)
    }
}

private struct UserAgentReader: LineReader {
    /// A mark in the text, and what it stands for.
    private struct Sign {
        let mark: StaticString
        let name: StaticString

        init(_ mark: StaticString, _ name: StaticString) {
            self.mark = mark
            self.name = name
        }
    }

    /// In order: many browsers name those, too, from which they descend.
    private static let browsers = [
        Sign("Edg/", "Edge"), Sign("EdgA/", "Edge"), Sign("EdgiOS/", "Edge"), Sign("Edge/", "Edge"),
        Sign("OPR/", "Opera"), Sign("Opera/", "Opera"), Sign("Vivaldi/", "Vivaldi"), Sign("YaBrowser/", "Yandex"),
        Sign("SamsungBrowser/", "Samsung Internet"), Sign("FxiOS/", "Firefox"), Sign("Firefox/", "Firefox"),
        Sign("CriOS/", "Chrome"), Sign("Chrome/", "Chrome"), Sign("MSIE ", "Internet Explorer"),
        Sign("Trident/", "Internet Explorer"),
    ]

    private static let systems = [
        Sign("Windows NT ", "Windows"), Sign("iPhone OS ", "iOS"), Sign("CPU OS ", "iOS"), Sign("Android ", "Android"),
        Sign("Android", "Android"), Sign("Mac OS X ", "macOS"), Sign("Macintosh", "macOS"), Sign("CrOS ", "Chrome OS"),
        Sign("Windows", "Windows"), Sign("Linux", "Linux"),
    ]

    /// What a system calls itself where its number is another one.
    private static let windowsVersions: [(number: StaticString, name: StaticString)] = [
        ("10.0", "10"), ("6.3", "8.1"), ("6.2", "8"), ("6.1", "7"), ("6.0", "Vista"), ("5.1", "XP"),
    ]

    /// In small letters.
    private static let robots: [StaticString] = ["bot", "crawl", "spider", "slurp"]

    private enum Place {
        static let browser = 0
        static let browserVersion = 1
        static let system = 2
        static let systemVersion = 3
        static let device = 4
    }

    private let map: FieldMap

    init(_ map: FieldMap) { self.map = map }

    func read(_ line: Span<UInt8>, into fields: inout LineFields) -> LineProblem? {
        guard line.count > 0 else { return .form("the text is empty") }
        if let mark = robot(line) {
            setProduct(around: mark, line, &fields)
            set(Place.device, "bot", &fields)
        } else if LineBytes.has("Mozilla/", in: line, at: 0) || LineBytes.has("Opera/", in: line, at: 0) {
            setBrowser(line, &fields)
            set(Place.device, device(line), &fields)
        } else {
            setProduct(around: 0, line, &fields)
            set(Place.device, "tool", &fields)
        }
        setSystem(line, &fields)
        return nil
    }

    private func set(_ place: Int, _ text: StaticString, _ fields: inout LineFields) {
        map.set(place, &fields) { output in
            text.withUTF8Buffer { bytes in for byte in bytes { output.append(byte) } }
        }
    }

    private func find(_ mark: StaticString, _ line: Span<UInt8>) -> Int? {
        let first = mark.utf8Start.pointee
        var index = 0
        while index < line.count {
            if line[index] == first, LineBytes.has(mark, in: line, at: index) { return index }
            index += 1
        }
        return nil
    }

    /// Where a robot names itself.
    private func robot(_ line: Span<UInt8>) -> Int? {
        for index in 0..<line.count {
            for mark in Self.robots where isSame(mark, line, index) { return index }
        }
        return nil
    }

    private func isSame(_ mark: StaticString, _ line: Span<UInt8>, _ start: Int) -> Bool {
        guard start + mark.utf8CodeUnitCount <= line.count else { return false }
        return mark.withUTF8Buffer { bytes in
            for index in 0..<bytes.count where line[start + index] | 0x20 != bytes[index] { return false }
            return true
        }
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        GrokExpansion.isNameByte(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") || byte >= 0x80
    }

    /// The product whose name holds byte `mark`, and its version.
    private func setProduct(around mark: Int, _ line: Span<UInt8>, _ fields: inout LineFields) {
        var start = mark
        while start > 0, Self.isNameByte(line[start - 1]) { start -= 1 }
        var end = mark
        while end < line.count, Self.isNameByte(line[end]) { end += 1 }
        if end > start { map.set(Place.browser, start..<end, &fields) }
        if LineBytes.has("/", in: line, at: end) { setVersion(Place.browserVersion, end + 1, line, &fields) }
    }

    /// The version at `start`: digits, letters and dots; underscores, which Apple writes, are dots.
    private func setVersion(_ place: Int, _ start: Int, _ line: Span<UInt8>, _ fields: inout LineFields) {
        var end = start
        while end < line.count, Self.isNameByte(line[end]) { end += 1 }
        guard end > start, LineBytes.isDigit(line[start]) else { return }
        guard LineBytes.contains(UInt8(ascii: "_"), in: line, start..<end) else {
            return map.set(place, start..<end, &fields)
        }
        map.set(place, &fields) { output in
            for index in start..<end {
                output.append(line[index] == UInt8(ascii: "_") ? UInt8(ascii: ".") : line[index])
            }
        }
    }

    private func setBrowser(_ line: Span<UInt8>, _ fields: inout LineFields) {
        for sign in Self.browsers {
            guard let start = find(sign.mark, line) else { continue }
            set(Place.browser, sign.name, &fields)
            var version = start + sign.mark.utf8CodeUnitCount
            if LineBytes.has("Trident/", in: line, at: start), let revision = find("rv:", line) {
                version = revision + 3
            }
            return setVersion(Place.browserVersion, version, line, &fields)
        }
        if find("Safari/", line) != nil, let version = find("Version/", line) {
            set(Place.browser, "Safari", &fields)
            return setVersion(Place.browserVersion, version + 8, line, &fields)
        }
        setProduct(around: 0, line, &fields)
    }

    private func setSystem(_ line: Span<UInt8>, _ fields: inout LineFields) {
        for sign in Self.systems {
            guard let start = find(sign.mark, line) else { continue }
            set(Place.system, sign.name, &fields)
            let version = start + sign.mark.utf8CodeUnitCount
            if LineBytes.has("Windows NT ", in: line, at: start) {
                for known in Self.windowsVersions where LineBytes.has(known.number, in: line, at: version) {
                    return set(Place.systemVersion, known.name, &fields)
                }
            }
            return setVersion(Place.systemVersion, version, line, &fields)
        }
    }

    private func device(_ line: Span<UInt8>) -> StaticString {
        if find("iPad", line) != nil || find("Tablet", line) != nil { return "tablet" }
        if find("Mobi", line) != nil || find("iPhone", line) != nil { return "mobile" }
        return find("Android", line) != nil ? "tablet" : "desktop"
    }
}
