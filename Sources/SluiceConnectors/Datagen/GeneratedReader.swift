import Glibc
import SluiceColumns
import SluiceConnect

/// The time as a generating source needs it; a test gives its own.
protocol GeneratorClock: Sendable {
    /// Microseconds since some moment; never goes back.
    func monotonicMicros() -> Int64
    /// Microseconds since the epoch, UTC.
    func wallMicros() -> Int64
}

/// The clocks of the machine, for a generating source.
struct SystemGeneratorClock: GeneratorClock {
    func monotonicMicros() -> Int64 { MachineClock.monotonicNanos() / 1_000 }
    func wallMicros() -> Int64 { MachineClock.wallMicros() }
}

/// A stream whose rows are numbered and made from their numbers: what `nexmark` and `datagen` have in common.
struct GeneratedStream {
    /// Rows of the whole stream; nil where it does not end.
    var rowCount: Int64?
    /// Whether the source waits for ever at the end of its rows in place of ending.
    var staysAlive = false
    /// When a row is due, in microseconds after row 0 was; nil for a stream as fast as it can be made.
    ///
    /// Never goes back as the number grows.
    var dueMicros: ((_ number: Int64) -> Int64)?
    /// Makes rows by number: a batch of `count` rows from row `first` on.
    var makeBatch: (_ first: Int64, _ count: Int) throws -> Batch

    /// Most rows of a stream without an end, so that products of row numbers stay inside 64 bits.
    static let rowCountMax: Int64 = 1 << 52
}

/// Reads some shares of a generated stream, always the lowest number first.
///
/// What is due while nobody asks is handed out when somebody does: the rate holds on average.
final class GeneratedReader: SourceReader {
    private struct Part {
        var share: BlockShare
        var position: Int64
        var rowCount: Int64
        var nextNumber: Int64 { share.number(at: position) }
    }

    private var parts: [Part] = []
    private let stream: GeneratedStream
    private let clock: any GeneratorClock
    /// The monotonic time at which row 0 would have been due.
    private var startMicros: Int64?

    /// Longest wait that is asked for, so that a reader is looked at now and then.
    private static let waitMillisMax: Int64 = 100

    /// - Parameters:
    ///   - stream: what to make.
    ///   - splits: of `BlockShare.id`, from where they were left.
    ///   - clock: what the rate is measured by.
    /// - Throws: a split that is none of a generated stream.
    init(_ stream: GeneratedStream, splits: [Split], clock: any GeneratorClock) throws(ConnectorError) {
        self.stream = stream
        self.clock = clock
        for split in splits {
            guard let share = BlockShare(id: split.id) else {
                throw ConnectorError(.internal, "badSplit", "'\(split.id)' is no split of a generated table")
            }
            let rowCount = share.rowCount(ofTotal: stream.rowCount ?? GeneratedStream.rowCountMax)
            parts.append(Part(share: share, position: max(split.start?.position ?? 0, 0), rowCount: rowCount))
        }
    }

    var offsets: [Split] {
        parts.map { Split(id: $0.share.id, start: SplitOffset($0.position)) }
    }

    func poll(rowLimit: Int) throws -> SourcePoll {
        guard let index = nextPart() else {
            return stream.staysAlive ? .wait(millis: Int(Self.waitMillisMax)) : .end
        }
        let part = parts[index]
        let first = part.nextNumber
        let left = min(part.share.leftInBlock(at: part.position), part.rowCount - part.position)
        var count = min(left, Int64(max(rowLimit, 1)))
        if let dueMicros = stream.dueMicros {
            let start = startMicros ?? clock.monotonicMicros() - dueMicros(first)
            startMicros = start
            let now = clock.monotonicMicros() - start
            count = Self.countDue(first, count, now, dueMicros)
            if count == 0 {
                let millis = (dueMicros(first) - now + 999) / 1000
                return .wait(millis: Int(min(max(millis, 1), Self.waitMillisMax)))
            }
        }
        parts[index].position += count
        return .batch(try stream.makeBatch(first, Int(count)))
    }

    func close() {}

    /// The part with the lowest row that is left; nil where none is left.
    private func nextPart() -> Int? {
        var best: Int?
        for index in parts.indices where parts[index].position < parts[index].rowCount {
            if let known = best, parts[known].nextNumber < parts[index].nextNumber { continue }
            best = index
        }
        return best
    }

    /// How many of `count` rows from `first` on are due at `now`.
    private static func countDue(
        _ first: Int64,
        _ count: Int64,
        _ now: Int64,
        _ dueMicros: (Int64) -> Int64
    ) -> Int64 {
        var due: Int64 = 0
        var unknown = count
        while unknown > 0 {
            let half = (unknown + 1) / 2
            if dueMicros(first + due + half - 1) <= now {
                due += half
                unknown -= half
            } else {
                unknown = half - 1
            }
        }
        return due
    }
}
