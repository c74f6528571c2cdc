import Glibc
import SluiceColumns

/// The contents of one compiled zone file (TZif version 2 and later).
struct ZoneFile {
    var transitions: [ZoneTransition]
    var firstOffset: Int32
    var tail: PosixZone?

    /// Up to which year the rule of the footer is written out, so that it is seldom evaluated.
    private static let expandedYearMax = 2_200

    /// Reads the file of a zone from $TZDIR or /usr/share/zoneinfo.
    init(named name: String) throws(TimeZoneError) {
        guard ZoneFile.isPlausible(name) else { throw ZoneFile.unknown(name) }
        let folder = getenv("TZDIR").map { String(cString: $0) } ?? "/usr/share/zoneinfo"
        guard let bytes = ZoneFile.contents(of: "\(folder)/\(name)") else {
            throw TimeZoneError(
                description: "no time zone '\(name)' in \(folder); use a name of the time zone database such as "
                    + "'Europe/Berlin' (package tzdata), a fixed offset such as 'GMT+08:00', or 'UTC'"
            )
        }
        guard let file = ZoneFile(bytes) else {
            throw TimeZoneError(description: "\(folder)/\(name) is not a time zone file of version 2 or later")
        }
        self = file
    }

    /// Reads the second, 64-bit part of the file.
    init?(_ bytes: [UInt8]) {
        guard let first = ZoneHeader(bytes, at: 0), first.version >= 0x32 else { return nil }
        let start = 44 + first.dataSize(timeSize: 4)
        guard let header = ZoneHeader(bytes, at: start) else { return nil }
        let times = start + 44
        let indices = times + header.timeCount * 8
        let types = indices + header.timeCount
        let end = times + header.dataSize(timeSize: 8)
        guard end < bytes.count, header.typeCount > 0 else { return nil }
        let offsets = (0..<header.typeCount).map { Int32(truncatingIfNeeded: bigEndian(bytes, types + $0 * 6, 4)) }
        firstOffset = offsets[0]
        transitions = []
        var current = firstOffset
        for index in 0..<header.timeCount {
            let type = Int(bytes[indices + index])
            guard type < offsets.count else { return nil }
            // A change of the name or of the summer flag alone is none.
            guard offsets[type] != current else { continue }
            current = offsets[type]
            transitions.append(ZoneTransition(start: bigEndian(bytes, times + index * 8, 8), offset: current))
        }
        guard bytes[end] == 0x0A, let close = bytes[(end + 1)...].firstIndex(of: 0x0A) else { return nil }
        tail = nil
        guard end + 1 < close else { return }
        guard let footer = PosixZone.parse(Array(bytes[end + 1..<close])) else { return nil }
        if case .rule(let rule) = footer { expand(rule) }
    }

    /// Writes the rule out from the last transition on.
    private mutating func expand(_ rule: PosixZone) {
        let last = transitions.last?.start ?? 0
        let year = CivilDate(daysSinceEpoch: Int(floorDivide(last, 86_400))).year
        for transition in rule.transitions(years: year...max(year, ZoneFile.expandedYearMax))
        where transition.start > last && transition.offset != (transitions.last?.offset ?? firstOffset) {
            transitions.append(transition)
        }
        tail = rule
    }

    /// Whether a name can be a path below the folder of zone files and nothing else.
    private static func isPlausible(_ name: String) -> Bool {
        let bytes = Array(name.utf8)
        guard let first = bytes.first, (first | 0x20) &- 0x61 < 26, bytes.count < 64 else { return false }
        return bytes.allSatisfy { byte in
            (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || [0x2B, 0x2D, 0x2F, 0x5F].contains(byte)
        }
    }

    private static func unknown(_ name: String) -> TimeZoneError {
        TimeZoneError(
            description: "'\(name)' is not a time zone; use a name of the time zone database such as "
                + "'America/Los_Angeles', a fixed offset such as 'GMT-03:00', or 'UTC'"
        )
    }

    /// The bytes of a regular file of at most 1 MiB, or nil.
    private static func contents(of path: String) -> [UInt8]? {
        guard let file = fopen(path, "rb") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 16_384)
        while bytes.count < 1 << 20 {
            let count = fread(&block, 1, block.count, file)
            guard count > 0 else { return bytes }
            bytes.append(contentsOf: block[0..<count])
        }
        return nil
    }
}

/// The counts at the head of each part of a zone file.
private struct ZoneHeader {
    var version: UInt8
    private var utcCount: Int
    private var standardCount: Int
    private var leapCount: Int
    var timeCount: Int
    var typeCount: Int
    private var nameSize: Int

    init?(_ bytes: [UInt8], at offset: Int) {
        guard bytes.count >= offset + 44, Array(bytes[offset..<offset + 4]) == Array("TZif".utf8) else { return nil }
        version = bytes[offset + 4]
        let counts = (0..<6).map { Int(bigEndian(bytes, offset + 20 + $0 * 4, 4)) }
        guard counts.allSatisfy({ $0 >= 0 && $0 < 1 << 20 }) else { return nil }
        (utcCount, standardCount, leapCount) = (counts[0], counts[1], counts[2])
        (timeCount, typeCount, nameSize) = (counts[3], counts[4], counts[5])
    }

    /// The number of bytes that follow the header when a time takes `timeSize` bytes.
    func dataSize(timeSize: Int) -> Int {
        timeCount * (timeSize + 1) + typeCount * 6 + nameSize + leapCount * (timeSize + 4) + standardCount + utcCount
    }
}

/// A signed big-endian number of 4 or 8 bytes; the caller has checked the bounds.
private func bigEndian(_ bytes: [UInt8], _ offset: Int, _ byteCount: Int) -> Int64 {
    var value = Int64(Int8(bitPattern: bytes[offset]))
    for index in 1..<byteCount {
        value = value << 8 | Int64(bytes[offset + index])
    }
    return value
}
