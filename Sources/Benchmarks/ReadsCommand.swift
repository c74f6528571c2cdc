import ArgumentParser
import Glibc

/// `benchmarks reads`: nanoseconds of a random read, each depending on the one before, by how much memory they fall in.
struct ReadsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reads",
        abstract: "Prints CPU nanoseconds of a random read in memory of several sizes, as JSON."
    )

    private static let readCount = 4_000_000

    func run() throws {
        let sizes = [("256 KB", 1 << 18), ("8 MB", 1 << 23), ("256 MB", 1 << 28)]
        let figures = sizes.map { "\"\($0.0)\":\(Self.nanos(inBytes: $0.1))" }
        print("{\(figures.joined(separator: ","))}")
    }

    /// Follows a chain through all slots of a block: each slot says which one is read next.
    private static func nanos(inBytes byteCount: Int) -> Double {
        let chain = Self.chain(slotCount: byteCount / MemoryLayout<UInt32>.stride)
        var place = 0
        let start = cpuNanos()
        for _ in 0..<readCount { place = Int(chain[place]) }
        let taken = cpuNanos() - start
        // Known only after the last read, so none of them can be left out.
        precondition(place < chain.count)
        return Double(taken) / Double(readCount)
    }

    /// One ring through all slots in a random order (Sattolo, 1986), from a fixed seed.
    private static func chain(slotCount: Int) -> [UInt32] {
        var slots = (0..<UInt32(slotCount)).map { $0 }
        var state: UInt64 = 7
        for last in stride(from: slotCount - 1, to: 0, by: -1) {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            slots.swapAt(last, Int(((state >> 32) &* UInt64(last)) >> 32))
        }
        return slots
    }

    private static func cpuNanos() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
