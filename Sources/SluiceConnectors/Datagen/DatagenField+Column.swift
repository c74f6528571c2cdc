import SluiceColumns

extension DatagenField {
    /// The field's values for rows with the given numbers.
    ///
    /// - Parameters:
    ///   - numbers: the rows' numbers in the stream, or for elements numbers derived from them.
    ///   - wallMicros: the wall clock, microseconds since the epoch.
    /// - Returns: a column of the field's type, a row for each number.
    func column(_ numbers: [Int64], wallMicros: Int64) -> Column {
        switch maker {
        case .boolean(let draw):
            return fixed(UInt8.self, numbers) { UInt8(truncatingIfNeeded: draw.bits($0) >> 63) }
        case .integers(let low, let span, let draw):
            return integers(numbers) { number in
                let bits = draw.bits(number)
                return low &+ Int64(bitPattern: span == 0 ? bits : bits.multipliedFullWidth(by: span).high)
            }
        case .wideIntegers(let low, let span, let draw):
            return fixed(Int128.self, numbers) { number in
                var draws = draw.draws(number)
                let bits = UInt128(draws.next()) << 64 | UInt128(draws.next())
                return low &+ Int128(truncatingIfNeeded: span == 0 ? bits : bits % span)
            }
        case .reals(let low, let high, let draw):
            return reals(numbers) { number in
                let unit = Double(draw.bits(number) >> 11) * 0x1p-53
                return low * (1 - unit) + high * unit
            }
        case .sequence(let start, let step):
            if type.lane == .float || type.lane == .double {
                return reals(numbers) { Double(start &+ $0 &* step) }
            }
            return integers(numbers) { start &+ $0 &* step }
        case .choice(let values, let weights, let draw):
            return choice(numbers, values, weights, draw)
        case .row(let fields):
            let children = fields.map { $0.column(numbers, wallMicros: wallMicros) }
            return Column(
                type: type,
                count: numbers.count,
                values: nil,
                validity: validity(numbers),
                children: children
            )
        case .array, .map:
            return collection(numbers, wallMicros)
        case .timeSequence, .pastTime, .currentDate, .currentTime:
            return time(numbers, wallMicros)
        case .textSequence, .hexadecimal, .bytes, .text:
            return text(numbers, wallMicros)
        }
    }

    // MARK: Numbers

    @inline(__always)
    private func fixed<Slot: BitwiseCopyable>(
        _ slot: Slot.Type,
        _ numbers: [Int64],
        _ compute: (Int64) -> Slot
    ) -> Column {
        var lane = MutableLane<Slot>(count: numbers.count)
        do {
            var target = lane.span
            for row in numbers.indices { target[row] = compute(numbers[row]) }
        }
        return Column(type: type, count: numbers.count, values: lane.finish(), validity: validity(numbers))
    }

    @inline(__always)
    private func integers(_ numbers: [Int64], _ compute: (Int64) -> Int64) -> Column {
        switch type.lane {
        case .int8: fixed(Int8.self, numbers) { Int8(truncatingIfNeeded: compute($0)) }
        case .int16: fixed(Int16.self, numbers) { Int16(truncatingIfNeeded: compute($0)) }
        case .int32: fixed(Int32.self, numbers) { Int32(truncatingIfNeeded: compute($0)) }
        case .int128: fixed(Int128.self, numbers) { Int128(compute($0)) }
        default: fixed(Int64.self, numbers, compute)
        }
    }

    @inline(__always)
    private func reals(_ numbers: [Int64], _ compute: (Int64) -> Double) -> Column {
        if type.lane == .float { return fixed(Float.self, numbers) { Float(compute($0)) } }
        return fixed(Double.self, numbers, compute)
    }

    private func choice(
        _ numbers: [Int64],
        _ values: Column,
        _ weights: DatagenWeights,
        _ draw: DatagenDraw
    ) -> Column {
        let null = values.count - 1
        let rows = numbers.map { number in
            Int32(isNull(number) ? null : weights.choose(UInt32(truncatingIfNeeded: draw.bits(number) >> 32)))
        }
        let gathered = values.gathered(SelectionVector(rows))
        return gathered.type == type ? gathered : gathered.retyped(type)
    }

    // MARK: Times

    private func time(_ numbers: [Int64], _ wallMicros: Int64) -> Column {
        switch maker {
        case .timeSequence(let startMicros, let stepNanos):
            let time = DatagenTime(startMicros: startMicros, stepNanos: stepNanos)
            return timestamps(numbers) { time.micros($0, wallMicros: wallMicros) }
        case .pastTime(let time, let maxPastMicros, let draw):
            return timestamps(numbers) { number in
                let past = draw.bits(number).multipliedFullWidth(by: UInt64(maxPastMicros) + 1).high
                return time.micros(number, wallMicros: wallMicros) &- Int64(past)
            }
        case .currentDate(let time):
            return integers(numbers) { Self.floor(time.micros($0, wallMicros: wallMicros), 86_400_000_000).quotient }
        case .currentTime(let time):
            let unit = Self.millisPerUnit(type.logical)
            return integers(numbers) { number in
                let micros = Self.floor(time.micros(number, wallMicros: wallMicros), 86_400_000_000).remainder
                return micros / 1000 / unit * unit
            }
        default:
            preconditionFailure("the caller asks for times only")
        }
    }

    /// Timestamps of the field's precision, from microseconds.
    @inline(__always)
    private func timestamps(_ numbers: [Int64], _ micros: (Int64) -> Int64) -> Column {
        var unit: Int64 = 1
        switch type.logical {
        case .timestamp(let precision), .timestampLTZ(let precision):
            for _ in 0..<max(6 - precision, 0) { unit *= 10 }
        default: break
        }
        if type.lane == .int128 { return fixed(Int128.self, numbers) { Int128(micros($0)) * 1000 } }
        return fixed(Int64.self, numbers) { number in
            let value = micros(number)
            return value - Self.floor(value, unit).remainder
        }
    }

    private static func millisPerUnit(_ type: LogicalType) -> Int64 {
        guard case .time(let precision) = type else { return 1 }
        var unit: Int64 = 1
        for _ in 0..<max(3 - precision, 0) { unit *= 10 }
        return unit
    }

    /// Division that rounds down.
    @inline(__always)
    private static func floor(_ value: Int64, _ divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }

    // MARK: Texts

    private func text(_ numbers: [Int64], _ wallMicros: Int64) -> Column {
        switch maker {
        case .textSequence(let start, let step):
            return texts(numbers) { number, bytes in
                bytes.append(contentsOf: String(start &+ number &* step).utf8)
            }
        case .hexadecimal(let length, let isVariable, let draw):
            return texts(numbers) { number, bytes in
                var draws = draw.draws(number)
                var left = isVariable ? 1 + draws.below(UInt32(length)) : length
                while left > 0 {
                    bytes.append(hexadecimal: draws.next(), digitCount: min(left, 16))
                    left -= 16
                }
            }
        case .bytes(let length, let isVariable, let draw):
            return texts(numbers) { number, bytes in
                var draws = draw.draws(number)
                for _ in 0..<(isVariable ? 1 + draws.below(UInt32(length)) : length) {
                    bytes.append(UInt8(truncatingIfNeeded: draws.next() >> 56))
                }
            }
        case .text(let writer, let time, let byteCountMax):
            return texts(numbers) { number, bytes in
                writer.append(number, millis: time.micros(number, wallMicros: wallMicros) / 1000, to: &bytes)
                if bytes.count > byteCountMax {
                    // All of it is ASCII: no character is cut in two.
                    bytes.removeLast(bytes.count - byteCountMax)
                }
            }
        default:
            preconditionFailure("the caller asks for texts only")
        }
    }

    /// A text for every row that is not NULL; `write` appends it to an empty array.
    @inline(__always)
    private func texts(_ numbers: [Int64], _ write: (Int64, inout [UInt8]) -> Void) -> Column {
        let validity = validity(numbers)
        var builder = StringBuilder(count: numbers.count)
        var scratch: [UInt8] = []
        scratch.reserveCapacity(256)
        for row in numbers.indices {
            if validity?[row] == false {
                builder.appendEmpty()
                continue
            }
            scratch.removeAll(keepingCapacity: true)
            write(numbers[row], &scratch)
            builder.append(scratch.span)
        }
        return builder.finish(type, validity: validity)
    }

    // MARK: Collections

    private func collection(_ numbers: [Int64], _ wallMicros: Int64) -> Column {
        let validity = validity(numbers)
        var length = 0
        if case .array(_, let count) = maker { length = count }
        if case .map(_, _, let count) = maker { length = count }
        var elementNumbers: [Int64] = []
        var elementRows: [Int] = []
        for row in numbers.indices where validity?[row] ?? true {
            for element in 0..<length {
                elementNumbers.append(numbers[row] &* Int64(length) &+ Int64(element))
                elementRows.append(row)
            }
        }
        switch maker {
        case .array(let element, _):
            let children = [element.column(elementNumbers, wallMicros: wallMicros)]
            return collection(numbers.count, elementRows, children, validity)
        case .map(let key, let value, _):
            let keys = key.column(elementNumbers, wallMicros: wallMicros)
            var seen: Set<Value> = []
            var kept: [Int32] = []
            for element in elementRows.indices {
                if element == 0 || elementRows[element] != elementRows[element - 1] {
                    seen.removeAll(keepingCapacity: true)
                }
                if seen.insert(keys.value(element)).inserted { kept.append(Int32(element)) }
            }
            let values = value.column(elementNumbers, wallMicros: wallMicros)
            let selection = SelectionVector(kept)
            let children = [keys.gathered(selection), values.gathered(selection)]
            return collection(numbers.count, kept.map { elementRows[Int($0)] }, children, validity)
        default:
            preconditionFailure("the caller asks for collections only")
        }
    }

    /// A column of lists or maps whose elements belong to `elementRows`, in order.
    private func collection(_ count: Int, _ elementRows: [Int], _ children: [Column], _ validity: Bitmap?) -> Column {
        var lane = MutableLane<Int32>(count: count + 1)
        do {
            var offsets = lane.span
            var element = 0
            for row in 0..<count {
                offsets[row] = Int32(element)
                while element < elementRows.count && elementRows[element] == row { element += 1 }
            }
            offsets[count] = Int32(element)
        }
        return Column(type: type, count: count, values: lane.finish(), validity: validity, children: children)
    }
}
