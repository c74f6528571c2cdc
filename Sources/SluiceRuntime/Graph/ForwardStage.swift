import SluiceColumns
import SluiceOperators

/// Passes everything on: an exchange where there is one shard.
final class ForwardStage: Operator {
    func process(_ batch: Batch, from input: Int, into output: borrowing Output) throws { try output.emit(batch) }
}
