import SluiceColumns
import SluiceOperators
import SluiceState

/// Passes everything on: an exchange where there is one shard.
final class ForwardStage: Operator {
    var stateTables: [StateTable] { [] }

    func process(_ batch: Batch, from input: Int, into output: borrowing Output) throws { try output.emit(batch) }
}
