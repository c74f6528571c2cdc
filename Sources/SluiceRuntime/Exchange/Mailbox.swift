import SluiceColumns
import Synchronization

/// The bound on what one sender may have under way in one mailbox.
///
/// One element is always let in.
package struct MailboxBound: Sendable, Hashable {
    /// Elements: batches, and whatever stands between them.
    package var elementCountMax: Int
    /// Bytes of batches.
    package var byteCountMax: Int
    /// Makes a bound.
    package init(elementCountMax: Int = 16, byteCountMax: Int = 1 << 20) {
        self.elementCountMax = elementCountMax
        self.byteCountMax = byteCountMax
    }
}

/// Where one shard receives what all shards send through one exchange.
///
/// Each sender has a channel with a share that nobody else can use up; what one sender sends stays in order. Nobody
/// blocks here: a refused offer is tried again when the sender is woken.
final class Mailbox: Sendable {
    /// What was taken, and who sent it.
    struct Delivery {
        let channel: Int
        let element: StreamElement
    }

    /// Fill and traffic, for the metrics.
    struct Fill {
        var elementCount = 0
        var byteCount = 0
        var peakElementCount = 0
        var peakByteCount = 0
        var refusedCount = 0
    }

    private struct Channel {
        var queue = FIFO<StreamElement>()
        var byteCount = 0
        var hasSpoken = false
        var wasRefused = false
    }

    private struct State {
        var channels: [Channel]
        var silentCount: Int
        var cursor = 0
        var fill = Fill()
    }

    private let state: Mutex<State>
    private let bound: MailboxBound
    private let receiver: Parker
    private let senders: [Parker]

    /// Makes the mailbox of the shard that waits at `receiver`.
    init(bound: MailboxBound, receiver: Parker, senders: [Parker]) {
        self.bound = bound
        self.receiver = receiver
        self.senders = senders
        state = Mutex(
            State(channels: Array(repeating: Channel(), count: senders.count), silentCount: senders.count)
        )
    }

    /// Queues an element.
    ///
    /// - Returns: false where the sender's share is used up; its parker is woken when there is room.
    func offer(_ element: StreamElement, from sender: Int) -> Bool {
        let byteCount = element.byteCount
        let isQueued = state.withLock { state in
            if Self.replacesLast(element, in: state.channels[sender].queue) {
                state.channels[sender].queue.last = element
                return true
            }
            guard hasRoom(state.channels[sender], for: byteCount) else {
                state.channels[sender].wasRefused = true
                state.fill.refusedCount += 1
                return false
            }
            Self.append(element, byteCount, to: sender, &state)
            return true
        }
        if isQueued { receiver.wake() }
        return isQueued
    }

    /// Takes the next element: first what is no batch, then the channels in turn.
    ///
    /// Nothing is given before every channel has had its first word: whether a row is late depends on the watermarks of
    /// the others, and a channel without rows says so at once. For the same reason such a word goes before rows.
    ///
    /// - Parameter isHeld: channels that must not be read now.
    /// - Returns: nil where there is nothing that may be taken.
    func take(isHeld: [Bool]) -> Delivery? {
        let (delivery, sender): (Delivery?, Int?) = state.withLock { state in
            guard state.silentCount == 0, let channel = Self.nextChannel(state, isHeld: isHeld),
                let element = state.channels[channel].queue.popFirst()
            else { return (nil, nil) }
            let byteCount = element.byteCount
            state.cursor = (channel + 1) % state.channels.count
            state.channels[channel].byteCount -= byteCount
            state.fill.elementCount -= 1
            state.fill.byteCount -= byteCount
            let wasRefused = state.channels[channel].wasRefused
            state.channels[channel].wasRefused = false
            return (Delivery(channel: channel, element: element), wasRefused ? channel : nil)
        }
        if let sender { senders[sender].wake() }
        return delivery
    }

    private static func nextChannel(_ state: borrowing State, isHeld: [Bool]) -> Int? {
        let count = state.channels.count
        var withRows: Int?
        for step in 0..<count {
            let channel = (state.cursor + step) % count
            if isHeld[channel] { continue }
            switch state.channels[channel].queue.first {
            case nil: continue
            case .batch?: withRows = withRows ?? channel
            default: return channel
            }
        }
        return withRows
    }

    /// Whether every channel has had its first word.
    var isAwake: Bool { state.withLock { $0.silentCount == 0 } }

    /// Fill and traffic up to now.
    var fill: Fill { state.withLock { $0.fill } }

    private func hasRoom(_ channel: Channel, for byteCount: Int) -> Bool {
        if channel.queue.isEmpty { return true }
        return channel.queue.count < bound.elementCountMax && channel.byteCount + byteCount <= bound.byteCountMax
    }

    /// A watermark that nobody has read yet is as good as its successor.
    private static func replacesLast(_ element: StreamElement, in queue: FIFO<StreamElement>) -> Bool {
        if case .watermark = element, case .watermark? = queue.last { return true }
        return false
    }

    private static func append(_ element: StreamElement, _ byteCount: Int, to sender: Int, _ state: inout State) {
        state.channels[sender].queue.append(element)
        state.channels[sender].byteCount += byteCount
        if !state.channels[sender].hasSpoken {
            state.channels[sender].hasSpoken = true
            state.silentCount -= 1
        }
        state.fill.elementCount += 1
        state.fill.byteCount += byteCount
        state.fill.peakElementCount = max(state.fill.peakElementCount, state.fill.elementCount)
        state.fill.peakByteCount = max(state.fill.peakByteCount, state.fill.byteCount)
    }
}
