import SluiceColumns
import SluiceConnect
import SluiceKernels

/// The formats of logs and events, whose lines fall apart into fields that columns take by their names.
package enum LineFormats {
    /// All of them.
    package static let all = [grok, regex, clf, syslog, cef, leef, logfmt, keyValue]

    static let regex = LineDecoding.descriptor(
        "regex",
        "Lines that a regular expression of Java fits; its named groups are the fields.",
        [OptionDescriptor("regex.pattern", "string", required: true, "The expression, with groups (?<name>...).")]
    ) { options in try regexForm(try options.requiredString("regex.pattern")) }

    private static func regexForm(_ pattern: String) throws(ConnectorError) -> RegexForm {
        do {
            return try RegexForm(pattern)
        } catch {
            throw GrokOptions.refused(error, "regex.pattern")
        }
    }

    static let clf = LineDecoding.descriptor(
        "clf",
        "Access logs of web servers in the common or the combined log format. Fields: host, ident, user_name, "
            + "event_time, request, method, path, protocol, status, bytes, referer, user_agent."
    ) { _ in AccessLogForm() }

    static let syslog = LineDecoding.descriptor(
        "syslog",
        "Messages of syslog, of RFC 5424 or RFC 3164. Fields: facility, severity, version, event_time, host, app, "
            + "process_id, message_id, structured_data, message.",
        [
            OptionDescriptor(
                "syslog.year",
                "integer",
                "The year of times that say none (RFC 3164); by default the latest that puts them no more than a day "
                    + "ahead of the clock."
            )
        ]
    ) { options in
        guard let year = try options.integer("syslog.year") else {
            return SyslogForm(year: .latest { MachineClock.wallMicros() })
        }
        guard (1...9999).contains(year) else {
            throw ConnectorError(
                .user,
                "badOption",
                "'syslog.year' = '\(year)': expected a year from 1 to 9999",
                option: "syslog.year"
            )
        }
        return SyslogForm(year: .fixed(Int(year)))
    }

    static let cef = LineDecoding.descriptor(
        "cef",
        "Events of ArcSight's Common Event Format. Fields: cef_version, device_vendor, device_product, "
            + "device_version, event_class_id, name, severity, extension, and the keys of the extension."
    ) { _ in CEFForm() }

    static let leef = LineDecoding.descriptor(
        "leef",
        "Events of IBM's Log Event Extended Format, 1.0 and 2.0. Fields: leef_version, vendor, product, "
            + "product_version, event_id, attributes, and the keys of the attributes."
    ) { _ in LEEFForm() }

    static let logfmt = LineDecoding.descriptor(
        "logfmt",
        "Pairs of the form key=value with blanks between them; the keys are the fields."
    ) { _ in PairsForm.logfmt }

    static let keyValue = LineDecoding.descriptor(
        "key-value",
        "Pairs with delimiters of one's own; the keys are the fields.",
        [
            OptionDescriptor(
                "key-value.pair-delimiter",
                "character",
                default: " ",
                "Between pairs; '\\t' for a tab."
            ),
            OptionDescriptor("key-value.key-delimiter", "character", default: "=", "Between a key and its value."),
            OptionDescriptor(
                "key-value.quote-character",
                "character",
                default: "\"",
                "Around values that hold delimiters; empty where quotes are text."
            ),
        ]
    ) { options in
        var rules = PairsForm.Rules()
        if let text = options.string("key-value.pair-delimiter") {
            rules.pairDelimiter = try character(text, "key-value.pair-delimiter")
        }
        if let text = options.string("key-value.key-delimiter") {
            rules.keyDelimiter = try character(text, "key-value.key-delimiter")
        }
        if let text = options.string("key-value.quote-character") {
            rules.quote = text.isEmpty ? nil : try character(text, "key-value.quote-character")
        }
        guard rules.pairDelimiter != rules.keyDelimiter else {
            throw ConnectorError(
                .user,
                "badOption",
                "'key-value.pair-delimiter' and 'key-value.key-delimiter' are the same",
                option: "key-value.key-delimiter"
            )
        }
        return PairsForm(rules)
    }

    private static func character(_ text: String, _ option: String) throws(ConnectorError) -> UInt8 {
        let bytes = Array((text == "\\t" ? "\t" : text).utf8)
        if bytes.count == 1, bytes[0] != 0x0a, bytes[0] != 0x0d { return bytes[0] }
        throw ConnectorError(
            .user,
            "badOption",
            "'\(option)' = '\(text)': expected a single ASCII character",
            option: option
        )
    }
}
