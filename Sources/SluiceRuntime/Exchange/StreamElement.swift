import SluiceColumns
import SluiceOperators

/// Everything that may travel from one shard to another, in order.
enum StreamElement: Sendable {
    case batch(Batch)
    case watermark(Watermark)
    case barrier(Barrier)
    /// Nothing may come for a while.
    case idle
    /// Nothing will come any more.
    case end

    /// Bytes that a mailbox accounts for it: those of the rows, without what strings share with other batches.
    var byteCount: Int {
        if case .batch(let batch) = self { return batch.laneByteCount }
        return 0
    }
}

extension Batch {
    /// Bytes of the rows' own slots and of the texts they point at.
    var laneByteCount: Int {
        columns.reduce(rowCount * ((rowKinds == nil ? 0 : 1) + (runningWatermarks == nil ? 0 : 8))) {
            $0 + $1.laneByteCount
        }
    }
}

extension Column {
    /// Bytes of the slots of the column and its children, and of the texts they point at.
    fileprivate var laneByteCount: Int {
        let slots = slotCount * type.lane.stride + (validity == nil ? 0 : slotCount / 8)
        var textBytes = 0
        if type.lane == .view {
            let views = self.views
            for row in 0..<views.count { textBytes &+= views[row].byteCount }
        }
        return children.reduce(slots + textBytes) { $0 + $1.laneByteCount }
    }
}
