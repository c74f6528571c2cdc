import Glibc

/// Event time as a function of the event number.
///
/// Event n is due when the rate, summed up from the start, reaches n events. A constant rate is one division; a shaped
/// rate is a cycle of steps, each a whole number of milliseconds long with a rate of its own.
struct NexmarkTimeline: Sendable {
    private struct Step {
        var eventCount: Int64
        var firstEvent: Int64
        var startMillis: Int64
        var rate: Int64
    }

    private let baseTimeMillis: Int64
    private let rate: Int64
    private let millisPerEvent: Double
    private let steps: [Step]
    private let periodEventCount: Int64
    private let periodMillis: Int64

    init(_ configuration: NexmarkConfiguration) {
        baseTimeMillis = configuration.baseTimeMillis
        rate = configuration.firstEventRate
        millisPerEvent = 1000 / Double(configuration.firstEventRate)
        guard configuration.firstEventRate != configuration.nextEventRate else {
            steps = []
            periodEventCount = 0
            periodMillis = 0
            return
        }
        var steps: [Step] = []
        var eventCount: Int64 = 0
        var millis: Int64 = 0
        let rates = Self.rates(of: configuration)
        for (index, rate) in rates.enumerated() {
            let end = configuration.ratePeriodSeconds * 1000 * Int64(index + 1) / Int64(rates.count)
            let stepEventCount = max(rate * (end - millis) / 1000, 1)
            steps.append(
                Step(eventCount: stepEventCount, firstEvent: eventCount, startMillis: millis, rate: rate)
            )
            eventCount += stepEventCount
            millis = end
        }
        self.steps = steps
        periodEventCount = eventCount
        periodMillis = millis
    }

    /// The rates of one period, each for an equal share of it.
    private static func rates(of configuration: NexmarkConfiguration) -> [Int64] {
        let first = configuration.firstEventRate
        let next = configuration.nextEventRate
        switch configuration.rateShape {
        case .square:
            return [first, next]
        case .sine:
            let mean = Double(first + next) / 2
            let amplitude = Double(first - next) / 2
            return (0..<10).map { step in
                max(Int64((mean + amplitude * cos(2 * Double.pi * Double(step) / 10)).rounded()), 1)
            }
        }
    }

    /// Event time of event `number`, which is not negative, in milliseconds since the epoch.
    @inline(__always)
    func millis(_ number: Int64) -> Int64 {
        steps.isEmpty ? baseTimeMillis &+ constantRateMillis(number) : baseTimeMillis &+ shapedMillis(number)
    }

    /// `number * 1000 / rate`, rounded down: an estimate in floating point, set right by its remainder, costs less than
    /// the division.
    @inline(__always)
    private func constantRateMillis(_ number: Int64) -> Int64 {
        let estimate = Int64(Double(number) * millisPerEvent)
        let remainder = number &* 1000 &- estimate &* rate
        return estimate &+ (remainder >= rate ? 1 : 0) &- (remainder < 0 ? 1 : 0)
    }

    private func shapedMillis(_ number: Int64) -> Int64 {
        let (period, inPeriod) = number.quotientAndRemainder(dividingBy: periodEventCount)
        var step = steps.count - 1
        while steps[step].firstEvent > inPeriod {
            step -= 1
        }
        let current = steps[step]
        let inStep = inPeriod - current.firstEvent
        return period * periodMillis + current.startMillis + inStep * 1000 / current.rate
    }
}
