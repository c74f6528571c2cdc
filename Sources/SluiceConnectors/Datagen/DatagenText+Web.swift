// Texts of the web: paths, user agents and lines of an access log.

extension DatagenTextWriter {
    func appendPath(_ draws: inout Draws, to bytes: inout [UInt8]) {
        switch draws.below(8) {
        case 0, 1:
            appendOne(of: vocabulary.pages, &draws, to: &bytes)
        case 2, 3, 4:
            appendOne(of: vocabulary.sections, &draws, to: &bytes)
            bytes.append(decimal: 1 + draws.below(20_000))
        case 5:
            bytes.append(text: "/images/")
            appendOne(of: vocabulary.words, &draws, to: &bytes)
            bytes.append(UInt8(ascii: "-"))
            bytes.append(decimal: 1 + draws.below(500))
            bytes.append(text: ".jpg")
        case 6:
            bytes.append(text: "/static/js/app.")
            bytes.append(hexadecimal: draws.next(), digitCount: 8)
            bytes.append(text: ".js")
        default:
            bytes.append(text: "/search?q=")
            appendOne(of: vocabulary.words, &draws, to: &bytes)
            bytes.append(UInt8(ascii: "+"))
            appendOne(of: vocabulary.words, &draws, to: &bytes)
        }
    }

    func appendURL(_ draws: inout Draws, to bytes: inout [UInt8]) {
        bytes.append(text: "https://www.")
        appendOne(of: vocabulary.domains, &draws, to: &bytes)
        appendPath(&draws, to: &bytes)
    }

    func appendUserAgent(_ draws: inout Draws, to bytes: inout [UInt8]) {
        let kind = draws.below(16)
        if kind < 2 {
            appendOne(of: vocabulary.tools, &draws, to: &bytes)
            return
        }
        bytes.append(text: "Mozilla/5.0 (")
        if kind < 5 {
            appendOne(of: vocabulary.systems, &draws, to: &bytes)
            let version = 115 + draws.below(16)
            bytes.append(text: "; rv:")
            bytes.append(decimal: version)
            bytes.append(text: ".0) Gecko/20100101 Firefox/")
            bytes.append(decimal: version)
            bytes.append(text: ".0")
        } else if kind < 8 {
            bytes.append(text: "iPhone; CPU iPhone OS 17_")
            let version = draws.below(7)
            bytes.append(decimal: version)
            bytes.append(text: " like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.")
            bytes.append(decimal: version)
            bytes.append(text: " Mobile/15E148 Safari/604.1")
        } else {
            appendOne(of: vocabulary.systems, &draws, to: &bytes)
            bytes.append(text: ") AppleWebKit/537.36 (KHTML, like Gecko) Chrome/")
            let version = 110 + draws.below(20)
            bytes.append(decimal: version)
            bytes.append(text: ".0.0.0 Safari/537.36")
            if kind == 15 {
                bytes.append(text: " Edg/")
                bytes.append(decimal: version)
                bytes.append(text: ".0.0.0")
            }
        }
    }

    /// Appends a line of a web server's log: client, user, time, request, status, size, referrer, user agent.
    ///
    /// - Parameters:
    ///   - client: draws that are the same in all lines of one client: its address and its user agent.
    ///   - isAttack: whether the client probes for weaknesses.
    ///   - line: draws of this line alone.
    ///   - millis: the time of the request, milliseconds since the epoch.
    ///   - bytes: where to append.
    func appendAccessLine(
        client: inout Draws,
        isAttack: Bool,
        line: inout Draws,
        millis: Int64,
        to bytes: inout [UInt8]
    ) {
        appendIP(&client, to: &bytes)
        bytes.append(text: " - ")
        if !isAttack && line.below(8) == 0 {
            appendUserName(&client, to: &bytes)
        } else {
            bytes.append(UInt8(ascii: "-"))
        }
        bytes.append(text: " [")
        CivilTime(millis: millis).appendCommonLog(to: &bytes)
        bytes.append(text: "] \"")
        if isAttack {
            appendProbe(&line, to: &bytes)
        } else {
            appendRequest(&line, to: &bytes)
        }
        if isAttack {
            bytes.append(text: " \"-\" \"")
            appendOne(of: vocabulary.scanners, &client, to: &bytes)
        } else {
            appendReferrer(&line, to: &bytes)
            appendUserAgent(&client, to: &bytes)
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Request, status and size of an attacker: nearly always refused.
    private func appendProbe(_ line: inout Draws, to bytes: inout [UInt8]) {
        let isLogin = line.below(3) == 0
        bytes.append(text: isLogin ? "POST " : "GET ")
        if isLogin {
            bytes.append(text: "/login")
        } else {
            appendOne(of: vocabulary.probes, &line, to: &bytes)
        }
        bytes.append(text: " HTTP/1.1\" ")
        switch line.below(50) {
        case 0: bytes.append(text: "200")
        case 1, 2: bytes.append(text: "500")
        case 3...12: bytes.append(text: "403")
        default: bytes.append(text: isLogin ? "401" : "404")
        }
        bytes.append(UInt8(ascii: " "))
        bytes.append(decimal: 150 + line.below(600))
    }

    private func appendRequest(_ line: inout Draws, to bytes: inout [UInt8]) {
        appendChoice(vocabulary.methods, &line, to: &bytes)
        bytes.append(UInt8(ascii: " "))
        appendPath(&line, to: &bytes)
        bytes.append(text: " HTTP/1.1\" ")
        let status = bytes.count
        appendChoice(vocabulary.statuses, &line, to: &bytes)
        bytes.append(UInt8(ascii: " "))
        if bytes[status] == UInt8(ascii: "3") {
            bytes.append(UInt8(ascii: "0"))
        } else {
            bytes.append(decimal: 200 + line.below(60_000))
        }
    }

    private func appendReferrer(_ line: inout Draws, to bytes: inout [UInt8]) {
        if line.below(2) == 0 {
            bytes.append(text: " \"-\" \"")
        } else {
            bytes.append(text: " \"https://www.example.com")
            appendOne(of: vocabulary.pages, &line, to: &bytes)
            bytes.append(text: "\" \"")
        }
    }
}
