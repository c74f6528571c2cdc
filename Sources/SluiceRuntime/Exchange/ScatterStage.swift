import SluiceColumns
import SluiceOperators
import SluicePlan
import SluiceState

/// The sending side of an exchange on one shard: cuts batches by target and offers the parts to the mailboxes.
///
/// What a full mailbox refuses waits in an outbox; until that is empty the exchange is *blocked* on this shard, and the
/// shard reads nothing whose rows could come here. The outbox holds at most the output of one element.
///
/// Small parts and watermarks are held for a few rounds of the shard while its sources have rows, see ``HeldParts``.
final class ScatterStage: Operator, ShardBoundary {
    private let scatter: RowScatter?
    private let mailboxes: [Mailbox]
    private let shardIndex: Int
    private var outboxes: [FIFO<StreamElement>]
    private var hasSpoken: [Bool]
    private var isIdle = false
    private var current = Watermark.none
    private var held: HeldParts
    /// Whether the shards have not been told of `current` yet.
    private var owesWatermark = false
    /// Rounds since something is held.
    private var heldRoundCount = 0

    /// Rounds of a busy shard, of one batch of each source, that rows are held at most.
    private static let heldRoundCountMax = 8
    /// Rows of a part that are worth the way, where batches are large.
    private static let travellingRowCount = 1_024

    /// Makes the sending side; `mailboxes` holds one for each receiving shard, `batchRows` is the size of full batches.
    init(_ operation: ExchangeOperation, mailboxes: [Mailbox], shardIndex: Int, batchRows: Int) {
        switch operation.target {
        case .keys(let keys): scatter = RowScatter(keys: keys, shardCount: mailboxes.count)
        case .single: scatter = nil
        }
        self.mailboxes = mailboxes
        self.shardIndex = shardIndex
        // Tiny batches are asked for to have rows at once.
        held = HeldParts(
            targetCount: mailboxes.count,
            rowCountMin: mailboxes.count == 1 ? 0 : min(Self.travellingRowCount, batchRows / 2)
        )
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

    /// Ends a round of the shard, in which its sources had rows or not.
    ///
    /// - Returns: whether anything that was held has been sent.
    func endRound(isBusy: Bool) -> Bool {
        guard owesWatermark || !held.isEmpty else { return false }
        heldRoundCount += 1
        if isBusy, heldRoundCount < Self.heldRoundCountMax { return false }
        sendHeld()
        return true
    }

    var stateTables: [StateTable] { [] }

    func process(_ batch: Batch, from input: Int, into output: borrowing Output) throws {
        // Shards that get no row of this batch have to learn as well that this one is back.
        if isIdle { broadcast(.watermark(current)) }
        isIdle = false
        // A row without a mark has to come behind the watermark that was before it.
        if !held.fits(batch) || owesWatermark && batch.runningWatermarks == nil { sendHeld() }
        guard let scatter else { return hold(batch, for: 0) }
        for (target, part) in scatter.scattered(batch).enumerated() {
            if let part { hold(part, for: target) }
        }
    }

    func advance(to watermark: Watermark, into output: borrowing Output) throws {
        isIdle = false
        current = watermark
        owesWatermark = true
        if !held.isActive || !held.areMarked { sendHeld() }
    }

    func snapshot(at barrier: Barrier) throws {
        sendHeld()
        broadcast(.barrier(barrier))
    }

    func finish(into output: borrowing Output) throws {
        sendHeld()
        broadcast(.end)
    }

    func turnIdle() throws {
        sendHeld()
        isIdle = true
        broadcast(.idle)
    }

    func wake() throws {
        sendHeld()
        for target in mailboxes.indices where !hasSpoken[target] { send(.watermark(current), to: target) }
    }

    private func hold(_ part: Batch, for target: Int) {
        guard held.isActive else { return send(.batch(part), to: target) }
        if let rows = held.hold(part, for: target) { send(.batch(rows), to: target) }
    }

    /// Sends all rows and then the watermark.
    private func sendHeld() {
        heldRoundCount = 0
        for target in mailboxes.indices {
            if let rows = held.take(for: target) { send(.batch(rows), to: target) }
        }
        if owesWatermark { broadcast(.watermark(current)) }
        owesWatermark = false
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
