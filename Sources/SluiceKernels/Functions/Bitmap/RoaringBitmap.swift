import SluiceColumns

/// A set of unsigned 32-bit integers with the portable serialised form of RoaringBitmap.
///
/// A BITMAP column holds the serialised form, always with runs where they are shorter, so that equal sets have equal
/// bytes. Source: github.com/RoaringBitmap/RoaringFormatSpec.
///
/// Kernels work on the sorted values: a call reads one or two serialised sets into arrays and writes another, which is
/// why these functions take 100 to 400 ns a row for sets of a few members.
struct RoaringBitmap {
    private static let cookie: UInt32 = 12_346
    private static let cookieWithRuns: UInt32 = 12_347
    private static let arrayCountMax = 4_096
    private static let bitsetByteCount = 8_192
    /// With runs, fewer containers than this have no table of offsets.
    private static let offsetsCountMin = 4

    /// The members in ascending order, without repeats.
    private(set) var values: [UInt32]

    /// - Parameter values: in any order, with repeats.
    init(unordered values: [UInt32]) {
        var sorted = values
        sorted.sort()
        self.values = []
        self.values.reserveCapacity(sorted.count)
        for value in sorted where value != self.values.last { self.values.append(value) }
    }

    /// - Parameter values: in ascending order, without repeats.
    init(ascending values: [UInt32]) { self.values = values }

    /// The members that are in this or the other set, as `keeps` says of each that is in one or both.
    func combined(with other: RoaringBitmap, _ keeps: (_ isHere: Bool, _ isThere: Bool) -> Bool) -> RoaringBitmap {
        var result: [UInt32] = []
        var (here, there) = (0, 0)
        while here < values.count || there < other.values.count {
            let left = here < values.count ? UInt64(values[here]) : .max
            let right = there < other.values.count ? UInt64(other.values[there]) : .max
            if keeps(left <= right, right <= left) { result.append(UInt32(truncatingIfNeeded: min(left, right))) }
            if left <= right { here += 1 }
            if right <= left { there += 1 }
        }
        return RoaringBitmap(ascending: result)
    }

    /// Appends `{1,2}`.
    func appendText(to buffer: inout TextBuffer) {
        buffer.append(UInt8(ascii: "{"))
        for (index, value) in values.enumerated() {
            if index > 0 { buffer.append(UInt8(ascii: ",")) }
            buffer.append(integer: Int64(value))
        }
        buffer.append(UInt8(ascii: "}"))
    }
}

extension RoaringBitmap {
    /// Reads the serialised form.
    init(reading bytes: Span<UInt8>) throws {
        guard let bitmap = RoaringBitmap(bytes) else {
            throw EvaluationError("badBitmap", "\(bytes.count) bytes are not the portable form of a bitmap")
        }
        self = bitmap
    }

    /// Reads the serialised form; nil where it is broken.
    init?(_ bytes: Span<UInt8>) {
        var reader = Reader(position: 0)
        guard let first = reader.word(bytes) else { return nil }
        var containerCount = 0
        var runFlags = 0..<0
        if first & 0xFFFF == Self.cookieWithRuns {
            containerCount = Int(first >> 16) + 1
            runFlags = reader.position..<reader.position + (containerCount + 7) / 8
            reader.position = runFlags.upperBound
        } else {
            guard first == Self.cookie, let count = reader.word(bytes), count <= 65_536 else { return nil }
            containerCount = Int(count)
        }
        guard reader.position + 4 * containerCount <= bytes.count else { return nil }
        var headers: [(key: UInt32, count: Int)] = []
        for _ in 0..<containerCount {
            guard let key = reader.half(bytes), let count = reader.half(bytes) else { return nil }
            headers.append((UInt32(key) << 16, Int(count) + 1))
        }
        if runFlags.isEmpty || containerCount >= Self.offsetsCountMin { reader.position += 4 * containerCount }
        values = []
        for (index, header) in headers.enumerated() {
            let isRun = !runFlags.isEmpty && bytes[runFlags.lowerBound + index / 8] >> UInt8(index % 8) & 1 == 1
            guard reader.append(header.key, header.count, isRun: isRun, bytes, to: &values) else { return nil }
        }
        for index in values.indices.dropFirst() where values[index] <= values[index - 1] { return nil }
    }

    private struct Reader {
        var position: Int

        mutating func half(_ bytes: Span<UInt8>) -> UInt16? {
            guard position + 2 <= bytes.count else { return nil }
            defer { position += 2 }
            return UInt16(bytes[position]) | UInt16(bytes[position + 1]) << 8
        }

        mutating func word(_ bytes: Span<UInt8>) -> UInt32? {
            guard let low = half(bytes), let high = half(bytes) else { return nil }
            return UInt32(low) | UInt32(high) << 16
        }

        /// Appends the members of one container.
        mutating func append(
            _ key: UInt32,
            _ count: Int,
            isRun: Bool,
            _ bytes: Span<UInt8>,
            to values: inout [UInt32]
        ) -> Bool {
            if isRun {
                guard let runCount = half(bytes) else { return false }
                // Runs in order, so that a few bytes cannot stand for more members than a container has.
                var free: UInt32 = 0
                for _ in 0..<runCount {
                    guard let start = half(bytes), let more = half(bytes), start >= free else { return false }
                    guard UInt32(start) + UInt32(more) <= 0xFFFF else { return false }
                    free = UInt32(start) + UInt32(more) + 1
                    for value in UInt32(start)...UInt32(start) + UInt32(more) { values.append(key | value) }
                }
                return true
            }
            if count <= RoaringBitmap.arrayCountMax {
                for _ in 0..<count {
                    guard let value = half(bytes) else { return false }
                    values.append(key | UInt32(value))
                }
                return true
            }
            guard position + RoaringBitmap.bitsetByteCount <= bytes.count else { return false }
            for bit in 0..<UInt32(65_536) where bytes[position + Int(bit >> 3)] >> UInt8(bit & 7) & 1 == 1 {
                values.append(key | bit)
            }
            position += RoaringBitmap.bitsetByteCount
            return true
        }
    }
}

extension RoaringBitmap {
    /// The members with one upper half.
    private struct Container {
        let key: UInt32
        let range: Range<Int>
        let runCount: Int

        var isRun: Bool { 2 + 4 * runCount < plainByteCount }
        var plainByteCount: Int {
            range.count <= RoaringBitmap.arrayCountMax ? 2 * range.count : RoaringBitmap.bitsetByteCount
        }
        var byteCount: Int { isRun ? 2 + 4 * runCount : plainByteCount }
    }

    private var containers: [Container] {
        var containers: [Container] = []
        var start = 0
        while start < values.count {
            var end = start + 1
            var runCount = 1
            while end < values.count, values[end] >> 16 == values[start] >> 16 {
                if values[end] != values[end - 1] + 1 { runCount += 1 }
                end += 1
            }
            containers.append(Container(key: values[start] >> 16, range: start..<end, runCount: runCount))
            start = end
        }
        return containers
    }

    /// Appends the serialised form.
    func append(to buffer: inout TextBuffer) {
        let containers = containers
        let hasRuns = containers.contains(where: \.isRun)
        var headByteCount = 8
        if hasRuns {
            Self.append(half: Self.cookieWithRuns, to: &buffer)
            Self.append(half: UInt32(containers.count - 1), to: &buffer)
            for start in stride(from: 0, to: containers.count, by: 8) {
                var flags: UInt8 = 0
                for (bit, container) in containers[start...].prefix(8).enumerated() where container.isRun {
                    flags |= 1 << UInt8(bit)
                }
                buffer.append(flags)
            }
            headByteCount = 4 + (containers.count + 7) / 8
        } else {
            Self.append(word: Self.cookie, to: &buffer)
            Self.append(word: UInt32(containers.count), to: &buffer)
        }
        for container in containers {
            Self.append(half: container.key, to: &buffer)
            Self.append(half: UInt32(container.range.count - 1), to: &buffer)
        }
        if !hasRuns || containers.count >= Self.offsetsCountMin {
            var offset = headByteCount + 8 * containers.count
            for container in containers {
                Self.append(word: UInt32(truncatingIfNeeded: offset), to: &buffer)
                offset += container.byteCount
            }
        }
        for container in containers { append(container, to: &buffer) }
    }

    private func append(_ container: Container, to buffer: inout TextBuffer) {
        let members = values[container.range]
        if container.isRun {
            Self.append(half: UInt32(container.runCount), to: &buffer)
            var index = members.startIndex
            while index < members.endIndex {
                var last = index
                while last + 1 < members.endIndex, members[last + 1] == members[last] + 1 { last += 1 }
                Self.append(half: members[index], to: &buffer)
                Self.append(half: UInt32(last - index), to: &buffer)
                index = last + 1
            }
        } else if members.count <= Self.arrayCountMax {
            for member in members { Self.append(half: member, to: &buffer) }
        } else {
            var bits = [UInt8](repeating: 0, count: Self.bitsetByteCount)
            for member in members { bits[Int(member & 0xFFFF) >> 3] |= 1 << UInt8(member & 7) }
            buffer.append(bits.span)
        }
    }

    private static func append(half value: UInt32, to buffer: inout TextBuffer) {
        buffer.append(UInt8(truncatingIfNeeded: value))
        buffer.append(UInt8(truncatingIfNeeded: value >> 8))
    }

    private static func append(word value: UInt32, to buffer: inout TextBuffer) {
        append(half: value, to: &buffer)
        append(half: value >> 16, to: &buffer)
    }
}
