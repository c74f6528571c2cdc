import SluiceColumns
import SluiceConnect

/// Writes each value as it stands, with a line feed behind it.
final class RawRecordEncoder: RecordEncoder {
    private let rules: RawRules

    init(rules: RawRules) { self.rules = rules }

    func encode(_ batch: Batch, into output: inout TextBuffer) throws(ConnectorError) {
        guard let column = batch.columns.first else { return }
        for row in 0..<batch.rowCount {
            if let kinds = batch.rowKinds, !kinds[row].isAddition { continue }
            if column.isNull(row) {
                throw ConnectorError(.user, "nullValue", "the raw format has no form for NULL")
            }
            append(column, column.isConstant ? 0 : row, to: &output)
            output.append(UInt8(ascii: "\n"))
        }
    }

    private func append(_ column: Column, _ slot: Int, to output: inout TextBuffer) {
        switch column.type.lane {
        case .view:
            let strings = column.strings
            switch column.type.logical {
            case .char, .varchar: RawText.encode(strings[slot], rules.charset, into: &output)
            default: output.append(strings[slot])
            }
        case .bool: append(UInt64(column.bools[slot]), width: 1, to: &output)
        case .int8: append(UInt64(truncatingIfNeeded: column.int8s[slot]), width: 1, to: &output)
        case .int16: append(UInt64(truncatingIfNeeded: column.int16s[slot]), width: 2, to: &output)
        case .int32: append(UInt64(truncatingIfNeeded: column.int32s[slot]), width: 4, to: &output)
        case .int64: append(UInt64(bitPattern: column.int64s[slot]), width: 8, to: &output)
        case .float: append(UInt64(column.floats[slot].bitPattern), width: 4, to: &output)
        case .double: append(column.doubles[slot].bitPattern, width: 8, to: &output)
        default: break
        }
    }

    private func append(_ word: UInt64, width: Int, to output: inout TextBuffer) {
        for index in 0..<width {
            let shift = rules.isLittleEndian ? index : width - 1 - index
            output.append(UInt8(truncatingIfNeeded: word >> UInt64(8 * shift)))
        }
    }
}
