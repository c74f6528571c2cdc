import SluiceColumns
import Testing

@testable import SluiceKernels

/// What Flink 2.3 gives.
@Suite("PRINTF")
struct PrintfTests {
    static let catalogue = FunctionCatalogue(scalars: StringFunctions.printfFunctions)

    static let goldens: [Golden] = [
        Golden("PRINTF", ["%5d|%-5d|%05d|%+d", 42, 42, 42, 42], "   42|42   |00042|+42"),
        Golden("PRINTF", ["%x %X %o", 255, 255, 8], "ff FF 10"), Golden("PRINTF", ["%.2f", 1.005], "1.01"),
        Golden("PRINTF", ["%e", 12345.678], "1.234568e+04"), Golden("PRINTF", ["%g", 12345.678], "12345.7"),
        Golden("PRINTF", ["%.3g", 0.00012345], "0.000123"), Golden("PRINTF", ["%g", 0.00001], "1.00000e-05"),
        Golden("PRINTF", ["%g", 0.0], "0.00000"), Golden("PRINTF", ["%.0f", 2.5], "3"),
        Golden("PRINTF", ["%08.3f", -3.14159], "-003.142"), Golden("PRINTF", ["%(,.2f", -1234.5], "(1,234.50)"),
        Golden("PRINTF", ["%%|%5%|a%n"], "%|    %|a\n"), Golden("PRINTF", ["%2$s %1$s %<s", "a", "b"], "b a a"),
        Golden("PRINTF", ["%s", .nullText], "null"), Golden("PRINTF", ["%.3f", .null(.double)], "nul"),
        Golden("PRINTF", ["%10s|%-10s|%.2s", "abc", "abc", "abc"], "       abc|abc       |ab"),
        Golden("PRINTF", ["%S %c %b %B", "ß", 65, .null(.int), "x"], "SS A false TRUE"),
        Golden("PRINTF", ["%h %h", "hello", true], "c3e28528 4cf"),
        Golden("PRINTF", ["%x", Argument(.integer(-1), .tinyint)], "ff"), Golden("PRINTF", ["%o", -8], "37777777770"),
        Golden("PRINTF", ["%#o %#x %08x", 8, 255, 255], "010 0xff 000000ff"),
        Golden("PRINTF", ["%s", Argument(.integer(19_723), .date)], "19723"),
        Golden("PRINTF", ["%s", Argument(.integer(1_704_067_200_000_000), .timestamp(0))], "2024-01-01T00:00"),
        Golden(
            "PRINTF",
            ["%s %s", .init(.double(.nan), .double), .init(.double(.leastNonzeroMagnitude), .double)],
            "NaN 4.9E-324"
        ),
    ]

    /// Formats and values that do not fit each other.
    static let misfits: [Golden] = [
        Golden("PRINTF", ["%d", "a"], nil), Golden("PRINTF", ["%d", 1.5], nil), Golden("PRINTF", ["%s"], nil),
        Golden("PRINTF", ["%q", 1], nil), Golden("PRINTF", ["%-05d", 1], nil), Golden("PRINTF", ["%+ d", 1], nil),
        Golden("PRINTF", ["%-d", 1], nil), Golden("PRINTF", ["%.2d", 1], nil), Golden("PRINTF", ["%#s", "a"], nil),
        Golden("PRINTF", ["%,x", 255], nil), Golden("PRINTF", ["%0$s", "a"], nil),
        Golden("PRINTF", ["%3$s", "a"], nil),
        Golden("PRINTF", ["%c", Argument(.integer(66), .bigint)], nil), Golden("PRINTF", ["%", 1], nil),
        Golden("PRINTF", ["%.2f", Argument(.integer(1005), .decimal(precision: 4, scale: 3))], nil),
    ]

    @Test(arguments: goldens + misfits)
    func golden(_ golden: Golden) throws {
        // A NULL value does not make the row NULL, so only the shape of constants is tried.
        let function = try #require(Self.catalogue.scalar(golden.name))
        let signature = try function.resolve(golden.arguments.map { ArgumentInfo($0.type, literal: $0.value) })
        let call = ResolvedCall(
            argumentTypes: signature.arguments,
            literals: golden.arguments.map(\.value),
            type: signature.result,
            context: EvaluationContext()
        )
        for count in [1, 3] {
            let columns = zip(golden.arguments, signature.arguments).map { argument, type in
                count == 1
                    ? Column.constant(argument.value, type, count: 1)
                    : Column.of(Array(repeating: argument.value, count: count), type.nullable(true))
            }
            let found = try function.makeKernel(call)(columns, count)
            #expect(found.value(count - 1) == golden.expected, "got \(Golden.text(found.value(count - 1)))")
        }
    }

    @Test func collectionsAreRefused() throws {
        let function = try #require(Self.catalogue.scalar("PRINTF"))
        #expect(throws: FunctionError.self) {
            try function.resolve([ArgumentInfo(DataType(.string)), ArgumentInfo(DataType(.array(DataType(.int))))])
        }
    }
}
