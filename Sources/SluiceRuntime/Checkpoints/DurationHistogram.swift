/// How long something took that happens again and again: a bounded number of counts, however often it happens.
///
/// A bucket is an eighth of a power of two of nanoseconds wide, so what is read from it is off by an eighth at most.
package struct DurationHistogram: Sendable, Hashable {
    private var counts = [Int](repeating: 0, count: bucketCount)
    /// How many durations were added.
    package private(set) var count = 0
    /// All of them together.
    package private(set) var totalNanos: Int64 = 0
    /// The longest.
    package private(set) var maxNanos: Int64 = 0

    /// The bucket of the greatest number and those before it.
    private static let bucketCount = bucket(of: .max) + 1

    /// Makes an empty histogram.
    package init() {}

    /// Adds a duration; one below 0 counts as 0.
    package mutating func add(nanos: Int64) {
        let nanos = max(0, nanos)
        counts[Self.bucket(of: nanos)] += 1
        count += 1
        totalNanos = totalNanos &+ nanos
        maxNanos = max(maxNanos, nanos)
    }

    /// A duration that a share of `fraction` (0 to 1) of all does not exceed; 0 without any.
    package func quantileNanos(_ fraction: Double) -> Int64 {
        let wanted = max(1, Int((Double(count) * fraction).rounded(.up)))
        var seen = 0
        for (bucket, held) in counts.enumerated() where held > 0 {
            seen += held
            if seen >= wanted { return min(maxNanos, Self.greatest(in: bucket)) }
        }
        return maxNanos
    }

    private static func bucket(of nanos: Int64) -> Int {
        if nanos < 8 { return Int(nanos) }
        let power = 63 - nanos.leadingZeroBitCount
        return (power - 2) * 8 + Int((nanos >> (power - 3)) & 7)
    }

    private static func greatest(in bucket: Int) -> Int64 {
        if bucket < 8 { return Int64(bucket) }
        let power = bucket / 8 + 2
        let eighths = Int64(8 + bucket % 8)
        // The last one ends with the greatest number.
        return Int64(bitPattern: (UInt64(eighths + 1) << UInt64(power - 3)) - 1)
    }
}
