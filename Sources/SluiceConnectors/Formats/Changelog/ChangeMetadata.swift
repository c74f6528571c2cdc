import SluiceColumns

extension ChangeEnvelope.Metadata {
    /// The values of the METADATA column for the records of which `field` is a column.
    func column(of field: Column) -> Column {
        switch conversion {
        case .plain: return field.retyped(type)
        case .epochMillis: return Self.times(field, type)
        case .entry(let name): return Self.entries(field, Array(name.utf8), type)
        case .epochMillisEntry(let name):
            return Self.times(Self.numbers(Self.entries(field, Array(name.utf8), DataType(.string))), type)
        }
    }

    /// Timestamps of milliseconds since 1970; NULL where they are out of range.
    private static func times(_ millis: Column, _ type: DataType) -> Column {
        var lane = MutableLane<Int64>(count: millis.count, zeroed: true)
        var validity = MutableBitmap(count: millis.count, repeating: true)
        do {
            var micros = lane.span
            let source = millis.int64s
            for row in 0..<millis.count {
                let (value, overflow) =
                    millis.isNull(row) ? (0, true) : source[row].multipliedReportingOverflow(by: 1_000)
                if overflow { validity.clear(row) } else { micros[row] = value }
            }
        }
        return Column(type: type, count: millis.count, values: lane.finish(), validity: validity.finishAsValidity())
    }

    private static func numbers(_ texts: Column) -> Column {
        var lane = MutableLane<Int64>(count: texts.count, zeroed: true)
        var validity = MutableBitmap(count: texts.count, repeating: true)
        do {
            var numbers = lane.span
            let source = texts.strings
            for row in 0..<texts.count {
                if !texts.isNull(row), let value = IntegerText.parseInt64(source[row]) {
                    numbers[row] = value
                } else {
                    validity.clear(row)
                }
            }
        }
        return Column(
            type: DataType(.bigint),
            count: texts.count,
            values: lane.finish(),
            validity: validity.finishAsValidity()
        )
    }

    /// The value of the key `name` in each map; NULL where it is not there.
    private static func entries(_ maps: Column, _ name: [UInt8], _ type: DataType) -> Column {
        let (keys, values) = (maps.children[0], maps.children[1])
        var texts = StringBuilder(count: maps.count, sharing: values.arenas)
        var validity = MutableBitmap(count: maps.count, repeating: true)
        for row in 0..<maps.count {
            guard !maps.isNull(row), let entry = entry(name, maps, keys, row), !values.isNull(entry) else {
                validity.clear(row)
                continue
            }
            texts.set(row, toView: values.views[entry])
        }
        return texts.finish(type, validity: validity.finishAsValidity())
    }

    private static func entry(_ name: [UInt8], _ maps: Column, _ keys: Column, _ row: Int) -> Int? {
        let texts = keys.strings
        for entry in Int(maps.offsets[row])..<Int(maps.offsets[row + 1]) where !keys.isNull(entry) {
            let key = texts[entry]
            var isEqual = key.count == name.count
            for index in name.indices where isEqual { isEqual = key[index] == name[index] }
            if isEqual { return entry }
        }
        return nil
    }
}
