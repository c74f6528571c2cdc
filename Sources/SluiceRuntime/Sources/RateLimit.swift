import Synchronization

/// A token bucket over all shards of a job: at most so many rows a second from one scan.
///
/// Rows are granted in portions worth a twentieth of a second, so that a slow source does not wake its shard for each
/// row and a fast one is not bursty.
final class RateLimit: Sendable {
    private struct State {
        var tokens: Double
        var refilledNanos: Int64
    }

    private let rowsPerNano: Double
    private let tokensMax: Double
    private let portion: Double
    private let state: Mutex<State>

    /// Makes a bucket that holds one portion.
    ///
    /// - Parameters:
    ///   - rowsPerSecond: more than 0.
    ///   - batchRows: rows that are asked for at most.
    ///   - nowNanos: when the bucket begins to fill.
    init(rowsPerSecond: Double, batchRows: Int, nowNanos: Int64) {
        rowsPerNano = rowsPerSecond / 1e9
        portion = max(1, min(Double(batchRows), rowsPerSecond / 20))
        tokensMax = max(portion, rowsPerSecond / 10)
        state = Mutex(State(tokens: portion, refilledNanos: nowNanos))
    }

    /// Takes up to `rowLimit` rows out of the bucket.
    ///
    /// - Returns: rows granted; 0 where there is less than a portion.
    func reserve(_ rowLimit: Int, nowNanos: Int64) -> Int {
        state.withLock { state in
            refill(&state, nowNanos)
            guard state.tokens >= portion else { return 0 }
            let granted = min(Double(rowLimit), state.tokens.rounded(.down))
            state.tokens -= granted
            return Int(granted)
        }
    }

    /// Puts back what was reserved and not read; a negative count takes what was read beyond.
    func refund(_ rowCount: Int) {
        state.withLock { $0.tokens = min(tokensMax, $0.tokens + Double(rowCount)) }
    }

    /// When there will be a portion, unless others take it first.
    func readyNanos(nowNanos: Int64) -> Int64 {
        state.withLock { state in
            let missing = max(0, portion - state.tokens)
            return max(nowNanos, state.refilledNanos) + Int64((missing / rowsPerNano).rounded(.up))
        }
    }

    private func refill(_ state: inout State, _ nowNanos: Int64) {
        guard nowNanos > state.refilledNanos else { return }
        let earned = Double(nowNanos - state.refilledNanos) * rowsPerNano
        state.tokens = min(tokensMax, state.tokens + earned)
        state.refilledNanos = nowNanos
    }
}
