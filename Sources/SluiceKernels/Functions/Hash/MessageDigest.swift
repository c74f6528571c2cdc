import CCrypto
import SluiceColumns

/// The digests of OpenSSL, with memory that serves all rows of a batch.
///
/// This file is the wall around the C library.
struct MessageDigest {
    enum Kind: Sendable {
        case md5, sha1, sha224, sha256, sha384, sha512

        /// SHA-2 of so many bits.
        init?(sha2BitCount: Int64) {
            switch sha2BitCount {
            case 224: self = .sha224
            case 256: self = .sha256
            case 384: self = .sha384
            case 512: self = .sha512
            default: return nil
            }
        }

        /// Bytes of the digest.
        var byteCount: Int {
            switch self {
            case .md5: 16
            case .sha1: 20
            case .sha224: 28
            case .sha256: 32
            case .sha384: 48
            case .sha512: 64
            }
        }
    }

    private var digest = [UInt8](repeating: 0, count: 64)

    /// Appends the digest of a message as hexadecimal digits.
    mutating func append(_ kind: Kind, of message: Span<UInt8>, to buffer: inout TextBuffer) {
        compute(kind, message)
        buffer.append(hexadecimalOf: digest.span.extracting(first: kind.byteCount), ten: UInt8(ascii: "a"))
    }

    /// None of these calls can fail.
    private mutating func compute(_ kind: Kind, _ message: Span<UInt8>) {
        message.withUnsafeBufferPointer { bytes in
            switch kind {
            case .md5:
                var state = MD5_CTX()
                MD5_Init(&state)
                MD5_Update(&state, bytes.baseAddress, bytes.count)
                MD5_Final(&digest, &state)
            case .sha1:
                var state = SHA_CTX()
                SHA1_Init(&state)
                SHA1_Update(&state, bytes.baseAddress, bytes.count)
                SHA1_Final(&digest, &state)
            case .sha224, .sha256:
                var state = SHA256_CTX()
                _ = kind == .sha224 ? SHA224_Init(&state) : SHA256_Init(&state)
                SHA256_Update(&state, bytes.baseAddress, bytes.count)
                _ = kind == .sha224 ? SHA224_Final(&digest, &state) : SHA256_Final(&digest, &state)
            case .sha384, .sha512:
                var state = SHA512_CTX()
                _ = kind == .sha384 ? SHA384_Init(&state) : SHA512_Init(&state)
                SHA512_Update(&state, bytes.baseAddress, bytes.count)
                _ = kind == .sha384 ? SHA384_Final(&digest, &state) : SHA512_Final(&digest, &state)
            }
        }
    }
}
