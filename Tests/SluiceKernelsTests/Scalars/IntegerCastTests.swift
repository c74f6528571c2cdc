import SluiceKernels
import Testing

@Suite struct IntegerCastTests {
    static let casts: [(String, Int64?)] = [
        ("3.99", 3), (" 13 ", 13), ("+5", 5), ("5.", 5), (".", 0), ("-.", 0), ("1e3", nil), ("", nil), ("-", nil),
        ("+", nil),
        ("-3.99", -3), ("1.x", nil), ("1 2", nil), (".5", 0), ("00099.5", 99), ("9223372036854775808", nil),
        ("--1", nil),
        ("-9223372036854775808", .min), ("9223372036854775807.9", .max), ("-9223372036854775809", nil), ("1.2.3", nil),
        ("0x1F", nil), ("   ", nil), ("\t1", nil), ("1d", nil), ("0.00000000000000000000000000001", 0),
    ]

    @Test(arguments: casts)
    func textIsCast(text: String, expected: Int64?) {
        let bytes = Array(text.utf8)
        #expect(IntegerCast.parse(bytes.span) == expected)
    }

    @Test func floatingPointSaturates() {
        #expect(IntegerCast.int32(1e10) == .max)
        #expect(IntegerCast.int32(-1.9) == -1)
        #expect(IntegerCast.int32(.nan) == 0)
        #expect(IntegerCast.int64(1e20) == .max)
        #expect(IntegerCast.int64(-.infinity) == .min)
        #expect(IntegerCast.int64(-9_223_372_036_854_775_808) == .min)
        #expect(Int8(truncatingIfNeeded: IntegerCast.int32(300)) == 44)
    }
}
