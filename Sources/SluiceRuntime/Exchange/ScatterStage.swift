import SluiceColumns
import SluiceOperators
import SluicePlan
import SluiceState

/// The sending side of an exchange on one shard: cuts batches by target and offers the parts to the mailboxes.
///
/// What a full mailbox refuses waits in an outbox; until that is empty the exchange is *blocked* on this shard, and the
/// shard reads nothing whose rows could come here. The outbox holds at most the output of one element.
final class ScatterStage: Operator, ShardBoundary {
    private let scatter: RowScatter?
    private let mailboxes: [Mailbox]
    private let shardIndex: Int
    private var outboxes: [FIFO<StreamElement>]
    private var hasSpoken: [Bool]
    private var isIdle = false
    private var current = Watermark.none

    /// Makes the sending side; `mailboxes` holds one for each receiving shard.
    init(_ operation: ExchangeOperation, mailboxes: [Mailbox], shardIndex: Int) {
        switch operation.target {
        case .keys(let keys): scatter = RowScatter(keys: keys, shardCount: mailboxes.count)
        case .single: scatter = nil
        }
        self.mailboxes = mailboxes
        self.shardIndex = shardIndex
        outboxes = Array(repeating: FIFO(), count: mailboxes.count)
        hasSpoken = Array(repeating: false, count: mailboxes.count)
    }

    /// Whether something waits for room in a mailbox.
    private(set) var isBlocked = false

    /// Offers again what was refused.
    ///
    /// - Returns: whether anything could be sent.
    func flush() -> Bool {
        guard isBlocked else { return false }
        var hasSent = false
        isBlocked = false
        for target in outboxes.indices {
            while let element = outboxes[target].first, mailboxes[target].offer(element, from: shardIndex) {
                _ = outboxes[target].popFirst()
                hasSent = true
            }
            isBlocked = isBlocked || !outboxes[target].isEmpty
        }
        return hasSent
    }

    var stateTables: [StateTable] { [] }

    func process(_ batch: Batch, from input: Int, into output: borrowing Output) throws {
        // Shards that get no row of this batch have to learn as well that this one is back.
        if isIdle { broadcast(.watermark(current)) }
        isIdle = false
        guard let scatter else { return send(.batch(batch), to: 0) }
        for (target, part) in scatter.scattered(batch).enumerated() {
            if let part { send(.batch(part), to: target) }
        }
    }

    func advance(to watermark: Watermark, into output: borrowing Output) throws {
        isIdle = false
        current = watermark
        broadcast(.watermark(watermark))
    }

    func snapshot(at barrier: Barrier) throws { broadcast(.barrier(barrier)) }

    func finish(into output: borrowing Output) throws { broadcast(.end) }

    func turnIdle() throws {
        isIdle = true
        broadcast(.idle)
    }

    func wake() throws {
        for target in mailboxes.indices where !hasSpoken[target] { send(.watermark(current), to: target) }
    }

    private func broadcast(_ element: StreamElement) {
        for target in mailboxes.indices { send(element, to: target) }
    }

    private func send(_ element: StreamElement, to target: Int) {
        hasSpoken[target] = true
        if outboxes[target].isEmpty, mailboxes[target].offer(element, from: shardIndex) { return }
        outboxes[target].append(element)
        isBlocked = true
    }
}
