import SluiceColumns
import SluiceTesting
import Testing

@Suite struct DecimalTextTests {
    static let parsed: [(String, Int, Int, Int128?)] = [
        ("1.005", 10, 2, 101), ("1.004", 10, 2, 100), ("-1.005", 10, 2, -101), ("1e3", 10, 2, 100_000),
        ("00012.50", 5, 2, 1_250), ("5", 10, 0, 5), ("99.995", 4, 2, nil), ("99.994", 4, 2, 9_999), (".5", 3, 2, 50),
        ("5.", 3, 2, 500), (".", 3, 2, nil), ("", 3, 2, nil), ("1e", 3, 2, nil), ("1 ", 3, 2, nil), ("-0", 3, 2, 0),
        ("1e-1", 3, 2, 10), ("1.e5", 38, 2, 10_000_000), ("1e40", 38, 0, nil), ("1e-100", 38, 10, 0),
        ("0e999", 5, 0, 0),
        ("0.00000000000000000000000000001", 30, 2, 0), ("123456789012345678901", 20, 0, nil),
        ("99999999999999999999.999999999999999999", 38, 18, 99_999_999_999_999_999_999_999_999_999_999_999_999),
        ("-12345678901234567890123456789012345678", 38, 0, -12_345_678_901_234_567_890_123_456_789_012_345_678),
        ("0.12345678901234567890123456789012345678", 38, 38, 12_345_678_901_234_567_890_123_456_789_012_345_678),
        ("12345678901234567890.5", 19, 0, nil), ("12345678901234567890.5", 20, 0, 12_345_678_901_234_567_891),
        ("1234567890123456789012345e-5", 30, 2, 1_234_567_890_123_456_789_012),
        ("12345678901234567890.49999999999999999999999", 30, 0, 12_345_678_901_234_567_890),
        ("0.0000012345678901234567890123e6", 10, 3, 1_235),
        ("12345678901234567890123e3", 30, 2, 1_234_567_890_123_456_789_012_300_000),
        ("99999999999999999999999999999999999999.5", 38, 0, nil), ("-2147483648", 10, 0, -2_147_483_648),
    ]

    @Test(arguments: parsed)
    func textIsReadAndRounded(text: String, precision: Int, scale: Int, value: Int128?) {
        #expect(bytes(of: text) { DecimalText.parse($0, precision: precision, scale: scale) } == value)
    }

    static let printed: [(Int128, Int, String)] = [
        (0, 2, "0.00"), (5, 2, "0.05"), (-5, 2, "-0.05"), (1_234, 2, "12.34"), (1, 18, "0.000000000000000001"),
        (10_000_000_000_000_000_000, 0, "10000000000000000000"), (0, 5, "0.00000"), (-7, 0, "-7"),
        (-99_999_999_999_999_999_999_999_999_999_999_999_999, 18, "-99999999999999999999.999999999999999999"),
        (12_345_678_901_234_567_890_123_456_789_012_345_678, 38, "0.12345678901234567890123456789012345678"),
        (1, 38, "0.00000000000000000000000000000000000001"),
    ]

    @Test(arguments: printed)
    func valuesArePrinted(value: Int128, scale: Int, text: String) {
        #expect(formatted { $0.append(wideDecimal: value, scale: scale) } == text)
        if let small = Int64(exactly: value) {
            #expect(formatted { $0.append(decimal: small, scale: scale) } == text)
        }
    }

    @Test func randomDecimalsGoOutAndIn() {
        var random = SeededRandom(45)
        for _ in 0..<20_000 {
            let scale = Int(random.next() % 39)
            let limit = PowersOfTen.int128(38)
            let raw = Int128(Int64(bitPattern: random.next())) << 64 | Int128(random.next())
            let value = (raw >> Int128(random.next() % 127)) % limit
            let text = formatted { $0.append(wideDecimal: value, scale: scale) }
            #expect(bytes(of: text) { DecimalText.parse($0, precision: 38, scale: scale) } == value, "\(text)")
            let exponential = "\(value)e-\(scale)"
            #expect(bytes(of: exponential) { DecimalText.parse($0, precision: 38, scale: scale) } == value)
        }
    }
}
