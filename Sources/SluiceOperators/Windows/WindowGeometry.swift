import SluicePlan

/// The arithmetic of windows that are made of slices: which slice a time falls into, which windows a slice belongs to.
///
/// A slice is the longest stretch of time that no window boundary cuts: the window itself for TUMBLE, one slide for
/// HOP, one step for CUMULATE. All times are microseconds in the windows' own (local) time.
struct WindowGeometry {
    /// The shape of the windows.
    let shape: WindowSpecification.Shape
    /// Alignment.
    let offset: Int64
    /// Whether rows come with their window, so that each window is a slice of its own.
    let isAttached: Bool
    /// Whether the window stands in GROUP BY, and is no table-valued function.
    let isGroupWindow: Bool

    /// Makes the arithmetic of a specification; SESSION windows have no slices.
    init(_ window: WindowSpecification) {
        shape = window.shape
        offset = window.offsetMicros
        isGroupWindow = window.isGroupWindow
        isAttached = if case .attached = window.time { true } else { false }
    }

    /// Length of a slice.
    var sliceMicros: Int64 {
        switch shape {
        case .tumble(let size): size
        case .hop(_, let slide): slide
        case .cumulate(_, let step): step
        case .session(let gap): gap
        }
    }

    /// Length of the longest window.
    var maxMicros: Int64 {
        switch shape {
        case .tumble(let size), .hop(let size, _): size
        case .cumulate(let maxSize, _): maxSize
        case .session(let gap): gap
        }
    }

    /// Whether every window is exactly one slice.
    var isSingleSlice: Bool { isAttached || sliceMicros == maxMicros }

    /// End of the slice that holds `time`.
    func sliceEnd(_ time: Int64) -> Int64 { Self.floor(time, sliceMicros, offset) + sliceMicros }

    /// End of the last window that holds the slice ending at `sliceEnd`.
    func lastWindowEnd(sliceEnd: Int64) -> Int64 {
        if isAttached { return sliceEnd }
        return switch shape {
        case .tumble, .session: sliceEnd
        case .hop(let size, let slide): sliceEnd + size - slide
        case .cumulate(let maxSize, let step): Self.floor(sliceEnd - step, maxSize, offset) + maxSize
        }
    }

    /// Start of the window that ends at `end`.
    func windowStart(end: Int64) -> Int64 {
        switch shape {
        case .tumble(let size), .hop(let size, _): end - size
        case .cumulate(let maxSize, _): Self.floor(end - 1, maxSize, offset)
        case .session(let gap): end - gap
        }
    }

    /// The largest `offset + k * size` that is not above `time`.
    static func floor(_ time: Int64, _ size: Int64, _ offset: Int64) -> Int64 {
        let rest = (time - offset) % size
        return time - (rest < 0 ? rest + size : rest)
    }
}
