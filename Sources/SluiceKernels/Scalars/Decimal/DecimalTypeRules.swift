/// The precision and scale of a decimal type.
package struct DecimalShape: Sendable, Hashable {
    /// Total digits, 1...38.
    package var precision: Int
    /// Digits after the point, 0...precision.
    package var scale: Int

    /// The most digits a decimal type can have.
    package static let precisionMax = 38

    /// Takes precision and scale as they are.
    package init(_ precision: Int, _ scale: Int) {
        self.precision = precision
        self.scale = scale
    }

    /// Whether values of the type are held in 64 bits, not 128.
    package var isNarrow: Bool { precision <= 18 }
}

/// The types of decimal results, as Flink derives them.
package enum DecimalTypeRules {
    /// The type of `lhs + rhs` and `lhs - rhs`.
    package static func sum(_ lhs: DecimalShape, _ rhs: DecimalShape) -> DecimalShape {
        let scale = max(lhs.scale, rhs.scale)
        let whole = max(lhs.precision - lhs.scale, rhs.precision - rhs.scale)
        return fitted(precision: whole + scale + 1, scale: scale)
    }

    /// The type of `lhs * rhs`.
    package static func product(_ lhs: DecimalShape, _ rhs: DecimalShape) -> DecimalShape {
        fitted(precision: lhs.precision + rhs.precision + 1, scale: lhs.scale + rhs.scale)
    }

    /// The type of `lhs / rhs`.
    package static func quotient(_ lhs: DecimalShape, _ rhs: DecimalShape) -> DecimalShape {
        let scale = max(6, lhs.scale + rhs.precision + 1)
        return fitted(precision: lhs.precision - lhs.scale + rhs.scale + scale, scale: scale)
    }

    /// The type of `lhs % rhs`.
    package static func remainder(_ lhs: DecimalShape, _ rhs: DecimalShape) -> DecimalShape {
        let scale = max(lhs.scale, rhs.scale)
        let whole = min(lhs.precision - lhs.scale, rhs.precision - rhs.scale)
        return fitted(precision: whole + scale, scale: scale)
    }

    /// The type of ROUND and TRUNCATE to `digits` places, which may be negative.
    package static func rounded(_ shape: DecimalShape, digits: Int) -> DecimalShape {
        if digits >= shape.scale { return shape }
        let whole = shape.precision - shape.scale + 1
        if digits < 0 { return DecimalShape(min(DecimalShape.precisionMax, whole), 0) }
        return DecimalShape(min(DecimalShape.precisionMax, whole + digits), digits)
    }

    /// The type of CEIL and FLOOR.
    package static func integral(_ shape: DecimalShape) -> DecimalShape {
        DecimalShape(shape.precision, 0)
    }

    /// The type of SUM.
    package static func aggregateSum(_ shape: DecimalShape) -> DecimalShape {
        DecimalShape(DecimalShape.precisionMax, shape.scale)
    }

    /// The type of AVG.
    package static func aggregateAverage(_ shape: DecimalShape) -> DecimalShape {
        DecimalShape(DecimalShape.precisionMax, max(6, shape.scale))
    }

    /// Cuts a type to 38 digits: the scale gives way first, but keeps at least 6 digits (or what it had).
    private static func fitted(precision: Int, scale: Int) -> DecimalShape {
        guard precision > DecimalShape.precisionMax else { return DecimalShape(precision, scale) }
        let whole = precision - scale
        return DecimalShape(DecimalShape.precisionMax, max(DecimalShape.precisionMax - whole, min(scale, 6)))
    }
}
