/// The realistic texts `fields.#.text` knows.
enum DatagenTextKind: String, Sendable, Hashable, CaseIterable {
    case ip
    case ipv6
    case macAddress = "mac-address"
    case uuid
    case personName = "name"
    case userName = "user-name"
    case email
    case hostName = "host-name"
    case path
    case url
    case httpMethod = "http-method"
    case statusCode = "status-code"
    case userAgent = "user-agent"
    case sentence
    case accessLog = "access-log"
    case sshdLog = "sshd-log"

    /// One line about it, for the connector's documentation.
    var summary: String {
        switch self {
        case .ip: "an IPv4 address"
        case .ipv6: "an IPv6 address"
        case .macAddress: "a hardware address"
        case .uuid: "a random (version 4) UUID"
        case .personName: "a first and a last name"
        case .userName: "a login name"
        case .email: "a mail address"
        case .hostName: "the name of a server"
        case .path: "the path of an HTTP request"
        case .url: "an https URL"
        case .httpMethod: "an HTTP method, most often GET"
        case .statusCode: "an HTTP status code, most often 200"
        case .userAgent: "what a browser, tool or robot calls itself"
        case .sentence: "a few words"
        case .accessLog: "a line of a web server's log, combined log format"
        case .sshdLog: "a line that sshd writes to syslog about a login"
        }
    }
}

/// Writes realistic texts.
///
/// The text of a key is always the same; only log lines have parts of their own for each row. The hot keys of a log are
/// its attackers: they probe paths, or try passwords.
final class DatagenTextWriter: Sendable {
    let kind: DatagenTextKind
    let skew: DatagenSkew
    let vocabulary: DatagenVocabulary
    private let keyRandom: CounterRandom
    private let textRandom: CounterRandom
    private let lineRandom: CounterRandom

    /// Two columns of one kind have different texts, told apart by `fieldName`.
    init(_ kind: DatagenTextKind, skew: DatagenSkew, seed: UInt64, fieldName: String) {
        self.kind = kind
        self.skew = skew
        vocabulary = .shared
        keyRandom = CounterRandom(seed: seed, fieldName: fieldName)
        textRandom = CounterRandom(seed: seed &+ 1, fieldName: fieldName)
        lineRandom = CounterRandom(seed: seed &+ 2, fieldName: fieldName)
    }

    /// Appends the text of one row.
    ///
    /// - Parameters:
    ///   - number: the row's number.
    ///   - millis: the row's time, milliseconds since the epoch; log lines show it.
    ///   - bytes: where to append, UTF-8.
    func append(_ number: Int64, millis: Int64, to bytes: inout [UInt8]) {
        let key = skew.key(keyRandom.bits(number))
        var draws = textRandom.draws(Int64(bitPattern: key.bits))
        switch kind {
        case .ip: appendIP(&draws, to: &bytes)
        case .ipv6: appendIPv6(&draws, to: &bytes)
        case .macAddress: appendMACAddress(&draws, to: &bytes)
        case .uuid: appendUUID(&draws, to: &bytes)
        case .personName: appendPersonName(&draws, to: &bytes)
        case .userName: appendUserName(&draws, to: &bytes)
        case .email: appendEmail(&draws, to: &bytes)
        case .hostName: appendHostName(&draws, to: &bytes)
        case .path: appendPath(&draws, to: &bytes)
        case .url: appendURL(&draws, to: &bytes)
        case .httpMethod: appendChoice(vocabulary.methods, &draws, to: &bytes)
        case .statusCode: appendChoice(vocabulary.statuses, &draws, to: &bytes)
        case .userAgent: appendUserAgent(&draws, to: &bytes)
        case .sentence: appendSentence(&draws, to: &bytes)
        case .accessLog, .sshdLog:
            var line = lineRandom.draws(number)
            if kind == .accessLog {
                appendAccessLine(client: &draws, isAttack: key.isHot, line: &line, millis: millis, to: &bytes)
            } else {
                appendLoginLine(client: &draws, isAttack: key.isHot, line: &line, millis: millis, to: &bytes)
            }
        }
    }
}

// MARK: - Words and addresses

extension DatagenTextWriter {
    typealias Draws = CounterRandom.DrawSequence

    @inline(__always)
    func appendOne(of table: TextTable, _ draws: inout Draws, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: table.bytes[table.range(draws.below(UInt32(table.count)))])
    }

    func appendChoice(_ table: DatagenWeightedTable, _ draws: inout Draws, to bytes: inout [UInt8]) {
        let row = table.weights.choose(UInt32(truncatingIfNeeded: draws.next() >> 32))
        bytes.append(contentsOf: table.texts.bytes[table.texts.range(row)])
    }

    func appendIP(_ draws: inout Draws, to bytes: inout [UInt8]) {
        let bits = draws.next()
        // 20 ... 119 and 128 ... 168: no private, loopback or multicast network begins so.
        let first = CounterRandom.scale(UInt32(truncatingIfNeeded: bits >> 32), below: 141)
        bytes.append(decimal: first < 100 ? 20 + first : 28 + first)
        for shift in [16, 8, 0] as [UInt64] {
            bytes.append(UInt8(ascii: "."))
            bytes.append(decimal: Int((bits >> shift) & 255))
        }
    }

    private func appendIPv6(_ draws: inout Draws, to bytes: inout [UInt8]) {
        // The prefix kept for documentation.
        bytes.append(text: "2001:db8:")
        let high = draws.next()
        let low = draws.next()
        let groups = [high >> 16, high, low >> 48, low >> 32, low >> 16, low]
        for (index, group) in groups.enumerated() {
            if index > 0 {
                bytes.append(UInt8(ascii: ":"))
            }
            // A group is never 0 here, which leaves nothing to be shortened.
            bytes.append(hexadecimal: group | 0x1000, digitCount: 4)
        }
    }

    private func appendMACAddress(_ draws: inout Draws, to bytes: inout [UInt8]) {
        // A locally administered unicast address.
        let bits = (draws.next() & 0xFCFF_FFFF_FFFF) | 0x0200_0000_0000
        for group in 0..<6 {
            if group > 0 {
                bytes.append(UInt8(ascii: ":"))
            }
            bytes.append(hexadecimal: bits >> UInt64(40 - 8 * group), digitCount: 2)
        }
    }

    private func appendUUID(_ draws: inout Draws, to bytes: inout [UInt8]) {
        let high = (draws.next() & ~0xF000) | 0x4000
        let low = (draws.next() & ~(3 << 62)) | (2 << 62)
        bytes.append(hexadecimal: high >> 32, digitCount: 8)
        bytes.append(UInt8(ascii: "-"))
        bytes.append(hexadecimal: high >> 16, digitCount: 4)
        bytes.append(UInt8(ascii: "-"))
        bytes.append(hexadecimal: high, digitCount: 4)
        bytes.append(UInt8(ascii: "-"))
        bytes.append(hexadecimal: low >> 48, digitCount: 4)
        bytes.append(UInt8(ascii: "-"))
        bytes.append(hexadecimal: low, digitCount: 12)
    }

    private func appendPersonName(_ draws: inout Draws, to bytes: inout [UInt8]) {
        for (index, table) in [vocabulary.firstNames, vocabulary.lastNames].enumerated() {
            if index > 0 {
                bytes.append(UInt8(ascii: " "))
            }
            let start = bytes.count
            appendOne(of: table, &draws, to: &bytes)
            bytes[start] -= 32
        }
    }

    func appendUserName(_ draws: inout Draws, to bytes: inout [UInt8]) {
        switch draws.below(4) {
        case 0:
            appendOne(of: vocabulary.firstNames, &draws, to: &bytes)
        case 1:
            appendOne(of: vocabulary.firstNames, &draws, to: &bytes)
            bytes.append(UInt8(ascii: "."))
            appendOne(of: vocabulary.lastNames, &draws, to: &bytes)
        case 2:
            bytes.append(UInt8(ascii: "a") + UInt8(draws.below(26)))
            appendOne(of: vocabulary.lastNames, &draws, to: &bytes)
        default:
            appendOne(of: vocabulary.firstNames, &draws, to: &bytes)
            bytes.append(decimal: draws.below(1000))
        }
    }

    private func appendEmail(_ draws: inout Draws, to bytes: inout [UInt8]) {
        appendUserName(&draws, to: &bytes)
        bytes.append(UInt8(ascii: "@"))
        appendOne(of: vocabulary.domains, &draws, to: &bytes)
    }

    private func appendHostName(_ draws: inout Draws, to bytes: inout [UInt8]) {
        appendShortHostName(&draws, to: &bytes)
        bytes.append(UInt8(ascii: "."))
        appendOne(of: vocabulary.zones, &draws, to: &bytes)
        bytes.append(text: ".example.com")
    }

    func appendShortHostName(_ draws: inout Draws, to bytes: inout [UInt8]) {
        appendOne(of: vocabulary.hostRoles, &draws, to: &bytes)
        bytes.append(UInt8(ascii: "-"))
        bytes.append(decimal: 1 + draws.below(48), digitCount: 2)
    }

    private func appendSentence(_ draws: inout Draws, to bytes: inout [UInt8]) {
        for word in 0..<(3 + draws.below(8)) {
            if word > 0 {
                bytes.append(UInt8(ascii: " "))
            }
            appendOne(of: vocabulary.words, &draws, to: &bytes)
        }
    }
}
