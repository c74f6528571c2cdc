import SluiceColumns

/// The functions of internet addresses that Flink does not have; INET_ATON and INET_NTOA are with the collections.
package enum NetworkFunctions {
    /// Every function of the family.
    package static let all: [ScalarFunction] = [
        test("IS_IPV4", "the string is an IPv4 address of four decimal parts", ("IS_IPV4('10.0.0.1')", "TRUE")) {
            $0?.isVersion4 == true
        },
        test("IS_IPV6", "the string is an IPv6 address", ("IS_IPV6('::1')", "TRUE")) { $0?.isVersion4 == false },
        test(
            "IS_PRIVATE_IP",
            "the string is an address for private, link-local or loopback use",
            ("IS_PRIVATE_IP('192.168.1.1')", "TRUE")
        ) { $0?.isPrivate == true },
        ScalarFunction(
            "NORMALIZE_IP",
            category: "network",
            signature: "NORMALIZE_IP(string)",
            summary: "The address in the one form that RFC 5952 gives it; NULL where the string is none.",
            example: ("NORMALIZE_IP('2001:DB8:0:0:0:0:0:1')", "2001:db8::1"),
            takes: ArgumentList([.textOrNull]),
            gives: .nullable(.string),
            rows: { call, arguments, rowCount in
                let texts = arguments.text(0)
                var result = TextResult(arguments, rowCount: rowCount)
                for row in 0..<rowCount where result.isPresent(row) {
                    if let address = IPAddress(texts[row]) {
                        address.append(to: &result.buffer)
                        result.setFromBuffer(row)
                    } else {
                        result.setNull(row)
                    }
                }
                return try result.finish(call.type)
            }
        ),
        ScalarFunction(
            "IP_IN_NETWORK",
            category: "network",
            signature: "IP_IN_NETWORK(address, network)",
            summary:
                "Whether the address is in the network, written as `10.0.0.0/8` or as a single address; NULL where "
                + "one of them is broken.",
            example: ("IP_IN_NETWORK('10.1.2.3', '10.0.0.0/8')", "TRUE"),
            takes: ArgumentList([.textOrNull, .textOrNull]),
            gives: .nullable(.boolean),
            rows: { call, arguments, rowCount in
                let addresses = arguments.text(0)
                let networks = arguments.text(1)
                let fixed = arguments[1].isConstant ? IPNetwork(networks[0]) : nil
                var result = LaneResult<UInt8>(arguments, rowCount: rowCount)
                for row in 0..<rowCount where result.isPresent(row) {
                    let network = arguments[1].isConstant ? fixed : IPNetwork(networks[row])
                    if let network, let address = IPAddress(addresses[row]) {
                        if network.contains(address) { result.set(row, 1) }
                    } else {
                        result.setNull(row)
                    }
                }
                return try result.finish(call.type)
            }
        ),
        ScalarFunction(
            "DOMAIN_MATCH",
            category: "network",
            signature: "DOMAIN_MATCH(host, domain)",
            summary:
                "Whether the host name is the domain or a name below it, letters of either case; `*.example.com` and "
                + "`.example.com` mean names below only; NULL where one of them is no name.",
            example: ("DOMAIN_MATCH('a.b.evil.com', 'evil.com')", "TRUE"),
            takes: ArgumentList([.textOrNull, .textOrNull]),
            gives: .nullable(.boolean),
            rows: { call, arguments, rowCount in
                let hosts = arguments.text(0)
                let domains = arguments.text(1)
                var result = LaneResult<UInt8>(arguments, rowCount: rowCount)
                for row in 0..<rowCount where result.isPresent(row) {
                    if let isMatch = DomainName.matches(hosts[row], domains[row]) {
                        if isMatch { result.set(row, 1) }
                    } else {
                        result.setNull(row)
                    }
                }
                return try result.finish(call.type)
            }
        ),
    ]

    /// A test of the address that a string is, nil for other text.
    private static func test(
        _ name: String,
        _ condition: String,
        _ example: (String, String),
        _ holds: @escaping @Sendable (IPAddress?) -> Bool
    ) -> ScalarFunction {
        ScalarFunction(
            name,
            category: "network",
            signature: "\(name)(string)",
            summary: "Whether \(condition).",
            example: example,
            takes: ArgumentList([.textOrNull]),
            gives: .strict(.boolean),
            rows: { call, arguments, rowCount in
                let texts = arguments.text(0)
                var result = LaneResult<UInt8>(arguments, rowCount: rowCount)
                for row in 0..<rowCount where result.isPresent(row) {
                    if holds(IPAddress(texts[row])) { result.set(row, 1) }
                }
                return try result.finish(call.type)
            }
        )
    }
}
