// Lines that sshd writes about logins, in the form of syslog files.

extension DatagenTextWriter {
    /// Appends a line about a login by ssh.
    ///
    /// - Parameters:
    ///   - client: draws that are the same in all lines of one client: its address and its user.
    ///   - isAttack: whether the client guesses passwords.
    ///   - line: draws of this line alone.
    ///   - millis: when it was written, milliseconds since the epoch.
    ///   - bytes: where to append.
    func appendLoginLine(
        client: inout Draws,
        isAttack: Bool,
        line: inout Draws,
        millis: Int64,
        to bytes: inout [UInt8]
    ) {
        CivilTime(millis: millis).appendSyslog(to: &bytes)
        bytes.append(UInt8(ascii: " "))
        appendShortHostName(&line, to: &bytes)
        bytes.append(text: " sshd[")
        bytes.append(decimal: 1000 + line.below(60_000))
        bytes.append(text: "]: ")
        if isAttack {
            appendGuess(client: &client, line: &line, to: &bytes)
        } else {
            appendLogin(client: &client, line: &line, to: &bytes)
        }
    }

    private func appendPeer(_ client: inout Draws, _ line: inout Draws, to bytes: inout [UInt8]) {
        appendIP(&client, to: &bytes)
        bytes.append(text: " port ")
        bytes.append(decimal: 32_768 + line.below(28_000))
    }

    /// A client that tries one user after the other.
    private func appendGuess(client: inout Draws, line: inout Draws, to bytes: inout [UInt8]) {
        switch line.below(12) {
        case 0, 1:
            bytes.append(text: "Invalid user ")
            appendOne(of: vocabulary.targets, &line, to: &bytes)
            bytes.append(text: " from ")
            appendPeer(&client, &line, to: &bytes)
        case 2:
            bytes.append(text: "Connection closed by authenticating user root ")
            appendPeer(&client, &line, to: &bytes)
            bytes.append(text: " [preauth]")
        case 3:
            bytes.append(
                text: "pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost="
            )
            appendIP(&client, to: &bytes)
            bytes.append(text: "  user=root")
        case 4...7:
            bytes.append(text: "Failed password for root from ")
            appendPeer(&client, &line, to: &bytes)
            bytes.append(text: " ssh2")
        default:
            bytes.append(text: "Failed password for invalid user ")
            appendOne(of: vocabulary.targets, &line, to: &bytes)
            bytes.append(text: " from ")
            appendPeer(&client, &line, to: &bytes)
            bytes.append(text: " ssh2")
        }
    }

    /// A client with an account: mistypes its password now and then.
    private func appendLogin(client: inout Draws, line: inout Draws, to bytes: inout [UInt8]) {
        // The address comes first out of the client's draws, so that it is the same in all forms of the line.
        var account = client
        _ = account.next()
        let form = line.below(20)
        if form >= 17 {
            bytes.append(text: form == 17 ? "Received disconnect from " : "Disconnected from user ")
            if form > 17 {
                appendUserName(&account, to: &bytes)
                bytes.append(UInt8(ascii: " "))
            }
            appendPeer(&client, &line, to: &bytes)
            if form == 17 {
                bytes.append(text: ":11: disconnected by user")
            }
            return
        }
        switch form {
        case 0: bytes.append(text: "Failed password for ")
        case 1...5: bytes.append(text: "Accepted password for ")
        default: bytes.append(text: "Accepted publickey for ")
        }
        appendUserName(&account, to: &bytes)
        bytes.append(text: " from ")
        appendPeer(&client, &line, to: &bytes)
        bytes.append(text: " ssh2")
        if form > 5 {
            bytes.append(text: ": ED25519 SHA256:")
            appendFingerprint(&account, to: &bytes)
        }
    }

    /// 43 characters of base64, as ssh prints a key's fingerprint.
    private func appendFingerprint(_ account: inout Draws, to bytes: inout [UInt8]) {
        var bits: UInt64 = 0
        for character in 0..<43 {
            if character % 10 == 0 {
                bits = account.next()
            }
            bytes.append(base64Digit(UInt8(truncatingIfNeeded: bits & 63)))
            bits >>= 6
        }
    }

    private func base64Digit(_ value: UInt8) -> UInt8 {
        switch value {
        case 0..<26: UInt8(ascii: "A") + value
        case 26..<52: UInt8(ascii: "a") + value - 26
        case 52..<62: UInt8(ascii: "0") + value - 52
        case 62: UInt8(ascii: "+")
        default: UInt8(ascii: "/")
        }
    }
}
