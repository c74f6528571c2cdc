import SluiceColumns

/// Digests and hash codes.
package enum HashFunctions {
    /// Every descriptor of the family.
    package static let all: [ScalarFunction] =
        [
            digest("MD5", .md5, example: "900150983cd24fb0d6963f7d28e17f72"),
            digest("SHA1", .sha1, example: "a9993e364706816aba3e25717850c26c9cd0d89d"),
            digest("SHA224", .sha224, example: "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7"),
            digest("SHA256", .sha256, example: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            digest(
                "SHA384",
                .sha384,
                example: "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
                    + "8086072ba1e7cc2358baeca134c825a7"
            ),
            digest(
                "SHA512",
                .sha512,
                example: "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                    + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
            ),
            anySHA2,
        ] + hashCodeFunctions

    private static func digest(_ name: String, _ kind: MessageDigest.Kind, example: String) -> ScalarFunction {
        ScalarFunction(
            name,
            category: "hash",
            signature: "\(name)(value)",
            summary: "The \(name) digest of a string (as UTF-8) or binary string, as \(kind.byteCount * 2) hexadecimal "
                + "digits.",
            example: ("\(name)('abc')", example),
            takes: ArgumentList([.textOrBinary]),
            gives: .strict(.char(kind.byteCount * 2)),
            rows: { call, arguments, rowCount in
                let values = arguments.text(0)
                var digest = MessageDigest()
                var result = TextResult(arguments, rowCount: rowCount)
                for row in 0..<rowCount where result.isPresent(row) {
                    digest.append(kind, of: values[row], to: &result.buffer)
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
            var digest = MessageDigest()
            var result = TextResult(arguments, rowCount: rowCount)
            for row in 0..<rowCount where result.isPresent(row) {
                guard let kind = MessageDigest.Kind(sha2BitCount: bitCounts[row]) else {
                    throw EvaluationError("invalidArgument", "there is no SHA-2 of \(bitCounts[row]) bits")
                }
                digest.append(kind, of: values[row], to: &result.buffer)
                result.setFromBuffer(row)
            }
            return try result.finish(call.type)
        }
    )
}
