import Glibc
import SluiceColumns
import SluiceTesting
import Testing

@Suite struct IntegerTextTests {
    static let edges: [Int64] = [
        0, 1, -1, 9, 10, 99, 100, 12_345_678, 123_456_789, -2_147_483_648, .max, .min, 1_000_000_000_000_000_000,
    ]

    @Test(arguments: edges)
    func integersGoOutAndIn(value: Int64) {
        let text = formatted { $0.append(integer: value) }
        #expect(text == String(value))
        #expect(bytes(of: text) { IntegerText.parseInt64($0) } == value)
    }

    @Test func randomIntegersGoOutAndIn() {
        var random = SeededRandom(41)
        for _ in 0..<20_000 {
            let value = Int64(bitPattern: random.next()) >> Int64(random.next() % 64)
            let text = formatted { $0.append(integer: value) }
            #expect(text == String(value))
            #expect(bytes(of: text) { IntegerText.parseInt64($0) } == value)
            let wide = Int128(truncatingIfNeeded: random.next()) << 60 ^ Int128(value)
            #expect(formatted { $0.append(wideInteger: wide) } == String(wide))
        }
        #expect(formatted { $0.append(wideInteger: .min) } == String(Int128.min))
        #expect(formatted { $0.append(wideInteger: .max) } == String(Int128.max))
    }

    @Test(arguments: [
        "", "-", "+", "1.0", " 1", "1 ", "--1", "9223372036854775808", "-9223372036854775809", "12345678a", "1234567/",
        "99999999999999999999", "1e3", "123456789:",
    ])
    func otherTextIsRefused(text: String) {
        #expect(bytes(of: text) { IntegerText.parseInt64($0) } == nil)
    }

    @Test func digitCountsAreExactAtPowersOfTen() {
        for exponent in 0...38 {
            let power = PowersOfTen.uint128(exponent)
            #expect(PowersOfTen.digitCount(of: power) == exponent + 1)
            #expect(PowersOfTen.digitCount(of: power - 1) == max(exponent, 1))
        }
        #expect(PowersOfTen.digitCount(of: UInt64.max) == 20)
        #expect(PowersOfTen.digitCount(of: UInt128.max) == 39)
    }
}

@Suite struct FloatTextTests {
    /// What Java and Flink print.
    static let doubles: [(Double, String)] = [
        (0, "0.0"), (-0.0, "-0.0"), (1, "1.0"), (-2.5, "-2.5"), (100, "100.0"), (1_234_567.891, "1234567.891"),
        (123_456_789, "1.23456789E8"), (0.001, "0.001"), (9.999e-4, "9.999E-4"), (1e10, "1.0E10"),
        (9_999_999, "9999999.0"), (1e7, "1.0E7"), (.nan, "NaN"), (.infinity, "Infinity"), (-.infinity, "-Infinity"),
        (1e-10, "1.0E-10"), (.pi, "3.141592653589793"), (1.5e300, "1.5E300"), (0.1 + 0.2, "0.30000000000000004"),
        (Double.leastNonzeroMagnitude, "4.9E-324"), (Double.greatestFiniteMagnitude, "1.7976931348623157E308"),
        (Double(bitPattern: 2024), "1.0E-320"), (255.50000000000003, "255.50000000000003"), (1e-5, "1.0E-5"),
        (0.00123, "0.00123"),
        (12.34, "12.34"), (1e21, "1.0E21"), (2.147483648e9, "2.147483648E9"), (Double(bitPattern: 20), "1.0E-322"),
        (Double(bitPattern: 2), "1.0E-323"), (Double(bitPattern: 10), "4.9E-323"),
        (1.401298464324817e-45, "1.401298464324817E-45"),
    ]

    @Test(arguments: doubles)
    func doublesPrintAsJavaPrintsThem(value: Double, text: String) {
        #expect(formatted { $0.append(double: value) } == text)
    }

    static let floats: [(Float, String)] = [
        (1_234_567.9, "1234567.9"), (12_345_678, "1.2345678E7"), (3.1415927, "3.1415927"), (9.999e-4, "9.999E-4"),
        (.leastNonzeroMagnitude, "1.4E-45"), (0.1, "0.1"), (1, "1.0"), (-0.0, "-0.0"),
        (.greatestFiniteMagnitude, "3.4028235E38"), (Float(bitPattern: 3), "4.2E-45"), (.nan, "NaN"), (1e10, "1.0E10"),
    ]

    /// Numbers for which Java 17 prints more digits than needed, rounds a tie its own way, or wraps inside.
    static let javaHabits: [(UInt64, String)] = [
        (4_567_647_396_257_961_509, "0.0023856670682558417"), (4_989_872_771_246_349_577, "3.8189059803482716E25"),
        (4_988_179_810_243_330_866, "3.0917847662113995E25"), (4_570_438_247_554_806_528, "0.0035960058839051845"),
    ]

    @Test(arguments: javaHabits)
    func doublesPrintWithTheHabitsOfJava(bits: UInt64, text: String) {
        #expect(formatted { $0.append(double: Double(bitPattern: bits)) } == text)
    }

    static let javaFloatHabits: [(UInt32, String)] = [
        (0x4F00_0000, "2.14748365E9"), (1_779_222_173, "4.2546884E25"), (1_786_533_326, "7.6263626E25"),
        (0x5F00_0000, "9.223372E18"),
    ]

    @Test(arguments: javaFloatHabits)
    func floatsPrintWithTheHabitsOfJava(bits: UInt32, text: String) {
        #expect(formatted { $0.append(float: Float(bitPattern: bits)) } == text)
    }

    @Test(arguments: floats)
    func floatsPrintAsJavaPrintsThem(value: Float, text: String) {
        #expect(formatted { $0.append(float: value) } == text)
    }

    @Test func randomBitsGoOutAndIn() {
        var random = SeededRandom(42)
        for _ in 0..<20_000 {
            let value = Double(bitPattern: random.next())
            guard value.isFinite else { continue }
            let text = formatted { $0.append(double: value) }
            #expect(bytes(of: text) { FloatText.parseDouble($0) }?.bitPattern == value.bitPattern, "\(text)")
            #expect(bytes(of: value.description) { FloatText.parseDouble($0) }?.bitPattern == value.bitPattern)
            let float = Float(bitPattern: UInt32(truncatingIfNeeded: random.next()))
            guard float.isFinite else { continue }
            let floatText = formatted { $0.append(float: float) }
            #expect(bytes(of: floatText) { FloatText.parseFloat($0) }?.bitPattern == float.bitPattern, "\(floatText)")
        }
    }

    @Test func plainDecimalsPrintTheirDigits() {
        var random = SeededRandom(43)
        for _ in 0..<20_000 {
            let value =
                Double(random.next() % 10_000_000_000)
                / [1, 10, 100, 1_000, 1e4, 1e5, 1e6, 1e7][Int(random.next() % 8)]
            let text = formatted { $0.append(double: value) }
            #expect(Double(text) == value, "\(text)")
            let digits = text.split(separator: "E")[0].filter { $0 != "." }.drop { $0 == "0" }.reversed().drop {
                $0 == "0"
            }
            let expected = "\(value)".split(separator: "e")[0].filter { $0 != "." }.drop { $0 == "0" }.reversed()
                .drop { $0 == "0" }
            #expect(String(digits) == String(expected), "\(value)")
        }
    }

    /// Random digits and exponents against the C library, dense around the limits of the fast ways.
    @Test func randomDecimalsReadAsTheCLibraryReadsThem() {
        var random = SeededRandom(44)
        for _ in 0..<30_000 {
            let digitCount = Int(random.next() % 24) + 1
            var text = random.next() % 2 == 0 ? "-" : ""
            for place in 0..<digitCount {
                if place == Int(random.next() % 24), !text.contains(".") { text += "." }
                text += String(random.next() % 10)
            }
            if random.next() % 3 != 0 { text += "e\(Int(random.next() % 60) - 30)" }
            #expect(
                bytes(of: text) { FloatText.parseDouble($0) }?.bitPattern == strtod(text, nil).bitPattern,
                "\(text)"
            )
            #expect(bytes(of: text) { FloatText.parseFloat($0) }?.bitPattern == strtof(text, nil).bitPattern, "\(text)")
        }
    }

    static let javaForms: [(String, Double?)] = [
        ("1d", 1), ("1F", 1), ("1L", nil), ("0x1p3", 8), ("0x1F", nil), ("-0x.8p1", -1), ("Infinity", .infinity),
        ("-Infinity", -.infinity), ("nan", nil), ("inf", nil), (" 1.5 ", 1.5), (".5", 0.5), ("5.", 5), (".", nil),
        ("-.", nil), ("1e400", .infinity), ("1e-400", 0), ("", nil), ("  ", nil), ("1,5", nil), ("1.e5", 100_000),
        ("1e", nil), ("e5", nil), ("d", nil), ("1_0", nil), ("0x", nil), ("0x.p1", nil), ("1 2", nil), ("1e+1", 10),
        ("12345678901234567890123456789", 1.2345678901234568e28), ("--1", nil), ("1.2.3", nil),
    ]

    @Test(arguments: javaForms)
    func javaFormsAreRead(text: String, value: Double?) {
        #expect(bytes(of: text) { FloatText.parseJavaDouble($0) } == value)
        #expect(bytes(of: text) { FloatText.parseJavaFloat($0) } == value.map { Float($0) })
    }

    @Test func notANumberIsRead() {
        #expect(bytes(of: "+NaN") { FloatText.parseJavaDouble($0) }?.isNaN == true)
        #expect(bytes(of: "NaN") { FloatText.parseDouble($0) } == nil)
    }
}
