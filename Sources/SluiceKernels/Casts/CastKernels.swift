import SluiceColumns

/// Makes the kernel of a conversion.
enum CastKernels {
    /// What all conversions need to know.
    struct Request {
        let from: LogicalType
        let type: DataType
        let mode: CastMode
        let context: EvaluationContext

        var to: LogicalType { type.logical }
        var fails: Bool { mode != .tryCast }
    }

    /// The kernel that converts its one argument.
    ///
    /// - Throws: `FunctionError` where there is no such conversion.
    static func make(from: DataType, to: DataType, mode: CastMode, context: EvaluationContext) throws -> ScalarKernel {
        try CastRules.check(from: from, to: to)
        let request = Request(from: from.logical, type: to, mode: mode, context: context)
        if from.logical == .null { return { _, rowCount in .allNull(to, count: rowCount) } }
        if from.logical == to.logical { return { arguments, _ in retyped(arguments[0], to) } }
        let kernel = try makeDistinct(request)
        return { arguments, rowCount in
            if Loops.isNullConstant(arguments[0]) { return .allNull(to, count: rowCount) }
            return try kernel(arguments, rowCount)
        }
    }

    private static func retyped(_ column: Column, _ type: DataType) -> Column {
        column.type == type ? column : column.retyped(type)
    }

    private static func makeDistinct(_ request: Request) throws -> ScalarKernel {
        let from = request.from
        let to = request.to
        if to.isCharacter { return try TextCasts.make(request) }
        if to.isBinary { return BinaryCasts.make(request) }
        if from.isCharacter { return try ParseCasts.make(request) }
        if from.isNumeric || from == .boolean { return NumericCasts.make(request) }
        if from.isInterval { return { arguments, _ in arguments[0].retyped(request.type) } }
        if from.isDatetime { return try TemporalCasts.make(request) }
        return try NestedCasts.make(request)
    }
}

/// Conversions of collections: their parts are converted as columns.
enum NestedCasts {
    static func make(_ request: CastKernels.Request) throws -> ScalarKernel {
        let type = request.type
        let sources = request.from.childTypes
        let targets = request.to.childTypes
        guard sources.count == targets.count else {
            throw FunctionError("cannot cast \(request.from) to \(request.to)")
        }
        let kernels = try zip(sources, targets).map {
            try CastKernels.make(from: $0, to: $1, mode: request.mode, context: request.context)
        }
        return { arguments, rowCount in
            let column = arguments[0]
            let slotCount = column.slotCount
            let children = try zip(column.children, kernels).map { child, kernel in
                try kernel([child], child.count).flattened()
            }
            let validity = request.fails ? column.validity : withoutFailures(column, children)
            if type.lane == .row {
                return Column(
                    type: type,
                    count: rowCount,
                    values: nil,
                    validity: validity,
                    children: children,
                    isConstant: column.isConstant
                )
            }
            var lane = MutableLane<Int32>(count: slotCount + 1)
            do {
                var target = lane.span
                let offsets = column.offsets
                for slot in 0...slotCount { target[slot] = offsets[slot] }
            }
            let result = Column(
                type: type,
                count: rowCount,
                values: lane.finish(),
                validity: validity,
                children: children,
                isConstant: column.isConstant
            )
            // Different keys may be converted to the same one.
            guard case .map = type.logical else { return result }
            return try MapKeys.withoutRepeats(result)
        }
    }

    /// TRY_CAST gives NULL for the whole where a part that was there could not be converted.
    private static func withoutFailures(_ column: Column, _ converted: [Column]) -> Bitmap? {
        var failed: [Int] = []
        for slot in 0..<column.slotCount where !column.isNull(slot) {
            let parts = column.type.lane == .row ? slot..<slot + 1 : column.elementRange(slot)
            let isBroken = zip(column.children, converted).contains { before, after in
                parts.contains { after.isNull($0) && !before.isNull($0) }
            }
            if isBroken { failed.append(slot) }
        }
        return Loops.clearing(failed, in: column.validity, slotCount: column.slotCount)
    }
}

extension Column {
    /// The rows of the children that a slot of a list or map has.
    fileprivate func elementRange(_ slot: Int) -> Range<Int> { Int(offsets[slot])..<Int(offsets[slot + 1]) }
}
