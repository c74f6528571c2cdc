import SluiceColumns
import SluiceOperators

/// The receiving side of an exchange on one shard.
///
/// It takes elements out of the mailbox, aligns the senders' watermarks and barriers, and feeds the nodes behind the
/// exchange.
final class ExchangeReceiver {
    /// The node of the plan.
    let node: Int
    /// Exchanges, by ordinal, that its rows can reach.
    let reach: [Int]
    /// The nodes behind the exchange.
    let output: FanOut
    /// Whether every sender has ended.
    var hasEnded: Bool { alignment.haveAllEnded }
    /// The last epoch that all senders have delivered.
    var epoch: Int64 { barriers.passedEpoch }

    private let mailbox: Mailbox
    private let recorder: ShardRecorder?
    private let channels: [Int]
    private var alignment: InputAlignment
    private var barriers: BarrierAlignment
    private var isHeld: [Bool]
    private var isAwake = false

    /// Makes the receiving side over `mailbox`, which `senderCount` shards send to.
    init(
        node: Int,
        mailbox: Mailbox,
        senderCount: Int,
        reach: [Int],
        recorder: ShardRecorder? = nil,
        output: FanOut
    ) throws {
        self.node = node
        self.mailbox = mailbox
        self.reach = reach
        self.output = output
        self.recorder = recorder
        channels = Array(0..<senderCount)
        alignment = InputAlignment(inputCount: senderCount)
        barriers = BarrierAlignment(inputCount: senderCount)
        isHeld = Array(repeating: false, count: senderCount)
        if let watermark = try recorder?.watermark(of: node) { alignment.restore(watermark) }
    }

    /// Passes on that all senders have spoken, once.
    ///
    /// Gives no rows and so needs no exchange to be free.
    func wakeIfReady() throws {
        guard !isAwake, mailbox.isAwake else { return }
        isAwake = true
        try output.wake()
    }

    /// Takes one element and does everything that follows from it.
    ///
    /// - Returns: false where nothing may be taken now.
    func receiveOne() throws -> Bool {
        guard let delivery = mailbox.take(isHeld: isHeld) else { return false }
        try handle(delivery.element, from: delivery.channel)
        return true
    }

    private func handle(_ element: StreamElement, from channel: Int) throws {
        switch element {
        case .batch(let batch):
            alignment.activate(channel)
            let ceiling = alignment.leastWatermark(besides: channel, among: channels)
            try output.receive(RunningWatermarks.bounded(batch, floor: alignment.current, ceiling: ceiling))
        case .watermark(let watermark):
            if let aligned = alignment.advance(channel, to: watermark) { try output.advance(to: aligned) }
        case .barrier(let barrier):
            try pass(barriers.deliver(channel, epoch: barrier.epoch))
        case .idle:
            try follow(alignment.turnIdle(channel))
        case .end:
            try follow(alignment.end(channel))
            try pass(barriers.end(channel))
            if alignment.haveAllEnded { try output.end() }
        }
    }

    private func follow(_ outcome: InputAlignment.Outcome) throws {
        if let aligned = outcome.watermark { try output.advance(to: aligned) }
        if outcome.isIdle { try output.turnIdle() }
    }

    /// Passes a complete epoch on; which channels are ahead has changed in any case.
    private func pass(_ epoch: Int64?) throws {
        for channel in channels { isHeld[channel] = barriers.isHeld(channel) }
        guard let epoch else { return }
        recorder?.record(alignment.current, of: node)
        try output.pass(Barrier(epoch: epoch))
    }
}
