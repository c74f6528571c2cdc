import SluiceColumns
import Testing

@testable import SluiceKernels

/// Values reasoned from RFC 4291, RFC 5952 and RFC 4632.
@Suite("Network functions")
struct NetworkFunctionTests {
    static let catalogue = FunctionCatalogue(scalars: NetworkFunctions.all)

    static let forms: [Golden] = [
        Golden("IS_IPV4", ["255.255.255.255"], true), Golden("IS_IPV4", ["256.0.0.1"], false),
        Golden("IS_IPV4", ["01.2.3.4"], false), Golden("IS_IPV4", ["1.2.3"], false), Golden("IS_IPV4", [""], false),
        Golden("IS_IPV4", ["1..2.3"], false), Golden("IS_IPV4", ["1.2.3.4 "], false), Golden("IS_IPV4", ["::1"], false),
        Golden("IS_IPV4", ["1.2.3.4.5"], false), Golden("IS_IPV4", [.nullText], nil),
        Golden("IS_IPV6", ["::"], true), Golden("IS_IPV6", ["1:2:3:4:5:6:7:8"], true),
        Golden("IS_IPV6", ["1:2:3:4:5:6:7"], false), Golden("IS_IPV6", ["1:2:3:4:5:6:7:8:9"], false),
        Golden("IS_IPV6", ["1::2::3"], false), Golden("IS_IPV6", [":1::2"], false), Golden("IS_IPV6", ["1:"], false),
        Golden("IS_IPV6", [":::"], false), Golden("IS_IPV6", ["12345::"], false), Golden("IS_IPV6", ["g::"], false),
        Golden("IS_IPV6", ["::1.2.3.4"], true), Golden("IS_IPV6", ["1:2:3:4:5:6:7:1.2.3.4"], false),
        Golden("IS_IPV6", ["1:2:3:4::5:6:7:8"], false), Golden("IS_IPV6", ["fe80::1%eth0"], false),
        Golden("NORMALIZE_IP", ["2001:0DB8:0:0:1:0:0:1"], "2001:db8::1:0:0:1"),
        Golden("NORMALIZE_IP", ["0:0:0:0:0:0:0:0"], "::"), Golden("NORMALIZE_IP", ["1:0:0:0:0:0:0:0"], "1::"),
        Golden("NORMALIZE_IP", ["1:0:2:3:4:5:6:7"], "1:0:2:3:4:5:6:7"),
        Golden("NORMALIZE_IP", ["1:0:0:2:0:0:0:3"], "1:0:0:2::3"), Golden("NORMALIZE_IP", ["::2:1"], "::2:1"),
        Golden("NORMALIZE_IP", ["::FFFF:10.0.0.1"], "::ffff:10.0.0.1"),
        Golden("NORMALIZE_IP", ["10.0.0.1"], "10.0.0.1"), Golden("NORMALIZE_IP", ["here"], nil),
        Golden("NORMALIZE_IP", ["abcd:ef01:2345:6789:abcd:ef01:2345:10"], "abcd:ef01:2345:6789:abcd:ef01:2345:10"),
    ]

    static let ranges: [Golden] = [
        Golden("IS_PRIVATE_IP", ["172.31.255.255"], true), Golden("IS_PRIVATE_IP", ["172.32.0.0"], false),
        Golden("IS_PRIVATE_IP", ["10.255.0.1"], true), Golden("IS_PRIVATE_IP", ["169.254.1.1"], true),
        Golden("IS_PRIVATE_IP", ["127.0.0.1"], true), Golden("IS_PRIVATE_IP", ["8.8.8.8"], false),
        Golden("IS_PRIVATE_IP", ["fd00::1"], true), Golden("IS_PRIVATE_IP", ["fe80::1"], true),
        Golden("IS_PRIVATE_IP", ["2001:db8::1"], false), Golden("IS_PRIVATE_IP", ["::ffff:10.0.0.1"], true),
        Golden("IS_PRIVATE_IP", ["::ffff:8.8.8.8"], false), Golden("IS_PRIVATE_IP", ["x"], false),
        Golden("IP_IN_NETWORK", ["10.1.2.3", "10.1.2.0/24"], true),
        Golden("IP_IN_NETWORK", ["10.1.3.3", "10.1.2.0/24"], false),
        Golden("IP_IN_NETWORK", ["10.1.3.3", "10.1.2.0/23"], true),
        Golden("IP_IN_NETWORK", ["8.8.8.8", "0.0.0.0/0"], true), Golden("IP_IN_NETWORK", ["8.8.8.8", "8.8.8.8"], true),
        Golden("IP_IN_NETWORK", ["8.8.8.8", "8.8.8.9/32"], false),
        Golden("IP_IN_NETWORK", ["::1", "0.0.0.0/0"], false),
        Golden("IP_IN_NETWORK", ["2001:db8::1", "2001:db8::/32"], true),
        Golden("IP_IN_NETWORK", ["2001:db9::1", "2001:db8::/32"], false),
        Golden("IP_IN_NETWORK", ["::1", "::/0"], true), Golden("IP_IN_NETWORK", ["::1", "::/129"], nil),
        Golden("IP_IN_NETWORK", ["1.1.1.1", "1.1.1.1/33"], nil), Golden("IP_IN_NETWORK", ["1.1.1.1", "1.1.1.1/"], nil),
        Golden("IP_IN_NETWORK", ["1.1.1.1", "1.1.1.1/+1"], nil), Golden("IP_IN_NETWORK", ["x", "1.1.1.1/1"], nil),
        Golden("IP_IN_NETWORK", ["1.1.1.1", .nullText], nil),
    ]

    static let domains: [Golden] = [
        Golden("DOMAIN_MATCH", ["a.b.evil.com", "evil.com"], true),
        Golden("DOMAIN_MATCH", ["evil.com", "evil.com"], true),
        Golden("DOMAIN_MATCH", ["notevil.com", "evil.com"], false), Golden("DOMAIN_MATCH", ["com", "evil.com"], false),
        Golden("DOMAIN_MATCH", ["A.EVIL.com.", "evil.COM"], true),
        Golden("DOMAIN_MATCH", ["a.evil.com", "evil.com."], true),
        Golden("DOMAIN_MATCH", ["a.evil.com", "*.evil.com"], true),
        Golden("DOMAIN_MATCH", ["evil.com", "*.evil.com"], false),
        Golden("DOMAIN_MATCH", ["evil.com", ".evil.com"], false),
        Golden("DOMAIN_MATCH", ["a.evil.com", ".evil.com"], true), Golden("DOMAIN_MATCH", ["a.com", "."], nil),
        Golden("DOMAIN_MATCH", ["", "evil.com"], nil), Golden("DOMAIN_MATCH", ["a.com", "*."], nil),
        Golden("DOMAIN_MATCH", [.nullText, "evil.com"], nil),
        Golden("DOMAIN_MATCH", [Argument(stringLiteral: String(repeating: "a", count: 254)), "a"], nil),
    ]

    @Test("golden values", arguments: forms + ranges + domains)
    func golden(_ golden: Golden) throws { try golden.check(Self.catalogue) }
}
