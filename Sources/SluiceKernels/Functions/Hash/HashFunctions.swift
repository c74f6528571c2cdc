import SluiceColumns

/// Digests and hash codes.
///
/// The digests are written out here: swift-crypto imports Foundation, which this program does not link.
package enum HashFunctions {
    /// Every descriptor of the family.
    package static let all: [ScalarFunction] =
        [
            digest("MD5", 128, example: "900150983cd24fb0d6963f7d28e17f72") { MD5Digest() },
            digest("SHA1", 160, example: "a9993e364706816aba3e25717850c26c9cd0d89d") { SHA1Digest() },
            digest("SHA224", 224, example: "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7") {
                SHA2Digest<UInt32>(bitCount: 224)
            },
            digest(
                "SHA256",
                256,
                example: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
            ) { SHA2Digest<UInt32>(bitCount: 256) },
            digest(
                "SHA384",
                384,
                example: "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
                    + "8086072ba1e7cc2358baeca134c825a7"
            ) { SHA2Digest<UInt64>(bitCount: 384) },
            digest(
                "SHA512",
                512,
                example: "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                    + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
            ) { SHA2Digest<UInt64>(bitCount: 512) },
            anySHA2,
        ] + hashCodeFunctions

    private static func digest(
        _ name: String,
        _ bitCount: Int,
        example: String,
        _ make: @escaping @Sendable () -> some BlockDigest
    ) -> ScalarFunction {
        ScalarFunction(
            name,
            category: "hash",
            signature: "\(name)(value)",
            summary:
                "The \(name) digest of a string (as UTF-8) or binary string, as \(bitCount / 4) hexadecimal digits.",
            example: ("\(name)('abc')", example),
            takes: ArgumentList([.textOrBinary]),
            gives: .strict(.char(bitCount / 4)),
            rows: { call, arguments, rowCount in
                let values = arguments.text(0)
                var digests = RowDigests(make())
                var result = TextResult(arguments, rowCount: rowCount)
                for row in 0..<rowCount where result.isPresent(row) {
                    digests.append(digestOf: values[row], to: &result.buffer)
                    result.setFromBuffer(row)
                }
                return try result.finish(call.type)
            }
        )
    }

    private static let anySHA2 = ScalarFunction(
        "SHA2",
        category: "hash",
        signature: "SHA2(value, bits)",
        summary: "The SHA-2 digest of a string (as UTF-8) or binary string, as hexadecimal digits; bits is 224, 256, "
            + "384 or 512.",
        example: ("SHA2('abc', 224)", "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7"),
        takes: ArgumentList([.textOrBinary, .integer]),
        gives: .strict(.varchar(128)),
        rows: { call, arguments, rowCount in
            let values = arguments.text(0)
            let bitCounts = arguments.lane(1, of: Int64.self)
            var sha224 = RowDigests(SHA2Digest<UInt32>(bitCount: 224))
            var sha256 = RowDigests(SHA2Digest<UInt32>(bitCount: 256))
            var sha384 = RowDigests(SHA2Digest<UInt64>(bitCount: 384))
            var sha512 = RowDigests(SHA2Digest<UInt64>(bitCount: 512))
            var result = TextResult(arguments, rowCount: rowCount)
            for row in 0..<rowCount where result.isPresent(row) {
                switch bitCounts[row] {
                case 224: sha224.append(digestOf: values[row], to: &result.buffer)
                case 256: sha256.append(digestOf: values[row], to: &result.buffer)
                case 384: sha384.append(digestOf: values[row], to: &result.buffer)
                case 512: sha512.append(digestOf: values[row], to: &result.buffer)
                default: throw EvaluationError("invalidArgument", "there is no SHA-2 of \(bitCounts[row]) bits")
                }
                result.setFromBuffer(row)
            }
            return try result.finish(call.type)
        }
    )
}
