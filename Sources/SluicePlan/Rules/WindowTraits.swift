import SluiceKernels

/// Which columns of a plan are the bounds of the window that each row belongs to.
struct WindowTraits: Hashable {
    /// Columns that hold window_start.
    var start: Set<Int> = []
    /// Columns that hold window_end.
    var end: Set<Int> = []
    /// Columns that hold window_time.
    var time: Set<Int> = []
    /// How the windows were made: two plans with equal windows can be joined window by window.
    var shape: WindowSpecification.Shape
    /// See `shape`.
    var offsetMicros: Int64
    /// See `shape`.
    var timeZone: String?
    /// See `shape`.
    var isProcessingTime: Bool
    /// The strategy that is in force for aggregations of the windows.
    var emit: EmitStrategy?

    private init(_ window: WindowSpecification) {
        shape = window.shape
        offsetMicros = window.offsetMicros
        timeZone = window.timeZone
        isProcessingTime = window.isProcessingTime
        emit = window.emit
    }

    /// All columns that say something about the window.
    var columns: Set<Int> { start.union(end).union(time) }

    /// Whether the windows of both are made alike.
    func isAlike(_ other: WindowTraits) -> Bool {
        shape == other.shape && offsetMicros == other.offsetMicros && timeZone == other.timeZone
            && isProcessingTime == other.isProcessingTime
    }

    /// The traits of `plan`, nil where its rows belong to no window.
    static func of(_ plan: LogicalPlan) -> WindowTraits? {
        switch plan {
        case .windowTable(let node):
            var traits = WindowTraits(node.window)
            traits.start = [node.startColumn]
            traits.end = [node.startColumn + 1]
            traits.time = [node.startColumn + 2]
            return traits
        case .windowAggregate(let node): return aggregate(node)
        case .calc(let calc): return of(calc.input)?.projected(calc.projections)
        case .expand(let expand):
            guard let first = expand.projections.first, let base = of(expand.input)?.projected(first) else {
                return nil
            }
            return expand.projections.dropFirst().reduce(base) { traits, row in
                of(expand.input)?.projected(row).map { traits.intersected($0) } ?? traits
            }
        case .join(let join): return ofJoin(join)
        case .rank(let rank):
            if case .window = rank.scope { return of(rank.input) }
            return nil
        case .temporalJoin(let node): return of(node.join.left)
        case .unnest(let unnest): return of(unnest.input)?.projected(unnest.kept.map { unnest.input.column($0) })
        default: return nil
        }
    }

    private static func aggregate(_ node: LogicalWindowAggregate) -> WindowTraits? {
        // Its rows change after their window has ended.
        if node.window.emit != nil { return nil }
        var traits = WindowTraits(node.window)
        let first = node.keys.count + node.aggregates.count
        for (index, property) in node.properties.enumerated() {
            switch property {
            case .start: traits.start.insert(first + index)
            case .end: traits.end.insert(first + index)
            case .time: traits.time.insert(first + index)
            }
        }
        return traits
    }

    private static func ofJoin(_ join: LogicalJoin) -> WindowTraits? {
        guard WindowJoinMatch(join) != nil, var traits = of(join.left) else { return nil }
        switch join.kind {
        case .semi, .anti, .left: return traits
        case .inner:
            guard let right = of(join.right) else { return nil }
            let width = join.left.fields.count
            traits.start.formUnion(right.start.map { $0 + width })
            traits.end.formUnion(right.end.map { $0 + width })
            traits.time.formUnion(right.time.map { $0 + width })
            return traits
        case .right, .full: return nil
        }
    }

    private func projected(_ projections: [ScalarExpression]) -> WindowTraits? {
        var result = self
        func columns(_ wanted: Set<Int>) -> Set<Int> {
            Set(projections.indices.filter { projections[$0].columnIndex.map { wanted.contains($0) } ?? false })
        }
        result.start = columns(start)
        result.end = columns(end)
        result.time = columns(time)
        return result.start.isEmpty && result.end.isEmpty && result.time.isEmpty ? nil : result
    }

    private func intersected(_ other: WindowTraits) -> WindowTraits {
        var result = self
        result.start.formIntersection(other.start)
        result.end.formIntersection(other.end)
        result.time.formIntersection(other.time)
        return result
    }
}

/// The condition of a join that equates the windows of both sides.
struct WindowJoinMatch {
    /// Column of the left input with the window's end.
    var leftEnd: Int
    /// Column of the right input with the window's end.
    var rightEnd: Int
    /// The zone in whose local time the windows end; nil for windows over TIMESTAMP.
    var timeZone: String?
    /// Whether the wall clock ends the windows.
    var isProcessingTime: Bool

    /// Nil where the join is not window by window.
    init?(_ join: LogicalJoin) {
        guard let left = WindowTraits.of(join.left), let right = WindowTraits.of(join.right), left.isAlike(right) else {
            return nil
        }
        let keys = JoinKeys(join)
        let pairs = Array(zip(keys.left, keys.right))
        guard pairs.contains(where: { left.start.contains($0) && right.start.contains($1) }),
            let end = pairs.first(where: { left.end.contains($0) && right.end.contains($1) })
        else { return nil }
        leftEnd = end.0
        rightEnd = end.1
        timeZone = left.timeZone
        isProcessingTime = left.isProcessingTime
    }
}
