/// The named patterns that every grok pattern may refer to: the names that log tools share, in definitions of our own.
///
/// Definitions refer to each other with `%{NAME}`. They prefer possessive quantifiers and atomic groups where nothing
/// that was taken could be given back to any use, so that a line that does not fit is refused soon.
enum GrokLibrary {
    /// Definitions by name.
    static let definitions: [String: String] =
        words.merging(network) { $1 }.merging(times) { $1 }.merging(system) { $1 }.merging(web) { $1 }

    /// Numbers, words and rests of lines.
    private static let words: [String: String] = [
        "USERNAME": #"[a-zA-Z0-9._-]+"#,
        "USER": #"%{USERNAME}"#,
        "EMAILLOCALPART": #"[a-zA-Z0-9!#$%&'*+/=?^_`{|}~-]{1,64}+(?:\.[a-zA-Z0-9!#$%&'*+/=?^_`{|}~-]{1,62}+)*+"#,
        "EMAILADDRESS": #"%{EMAILLOCALPART}@%{HOSTNAME}"#,
        "INT": #"[+-]?[0-9]+"#,
        "BASE10NUM": #"(?<![0-9.+-])[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"#,
        "NUMBER": #"%{BASE10NUM}"#,
        "BASE16NUM": #"(?<![0-9A-Fa-f])[+-]?(?:0x)?[0-9A-Fa-f]+"#,
        "BASE16FLOAT": #"\b(?<![0-9A-Fa-f.])[+-]?(?:0x)?(?:[0-9A-Fa-f]+(?:\.[0-9A-Fa-f]*)?|\.[0-9A-Fa-f]+)\b"#,
        "POSINT": #"\b[1-9][0-9]*\b"#,
        "NONNEGINT": #"\b[0-9]+\b"#,
        "BOOLEAN": #"\b(?:true|false|TRUE|FALSE|True|False)\b"#,
        "WORD": #"\b\w+\b"#,
        "NOTSPACE": #"\S+"#,
        "SPACE": #"\s*"#,
        "DATA": #".*?"#,
        "GREEDYDATA": #".*"#,
        "GREEDYMULTILINE": #"(?s:.*)"#,
        "QUOTEDSTRING": #"(?:"(?:[^"\\]++|\\.)*+"|'(?:[^'\\]++|\\.)*+'|`(?:[^`\\]++|\\.)*+`)"#,
        "QS": #"%{QUOTEDSTRING}"#,
        "UUID": #"[A-Fa-f0-9]{8}-(?:[A-Fa-f0-9]{4}-){3}[A-Fa-f0-9]{12}"#,
        "URN": #"urn:[0-9A-Za-z][0-9A-Za-z-]{0,31}:(?:%[0-9a-fA-F]{2}|[0-9A-Za-z()+,.:=@;$_!*'/?#-])+"#,
    ]

    /// Addresses, names of hosts, paths and URIs.
    private static let network: [String: String] = [
        "CISCOMAC": #"(?:[A-Fa-f0-9]{4}\.){2}[A-Fa-f0-9]{4}"#,
        "WINDOWSMAC": #"(?:[A-Fa-f0-9]{2}-){5}[A-Fa-f0-9]{2}"#,
        "COMMONMAC": #"(?:[A-Fa-f0-9]{2}:){5}[A-Fa-f0-9]{2}"#,
        "MAC": #"(?:%{CISCOMAC}|%{WINDOWSMAC}|%{COMMONMAC})"#,
        "IPV4PART": #"(?:25[0-5]|2[0-4][0-9]|[01]?[0-9]{1,2})"#,
        "IPV4": #"(?<![0-9])(?:%{IPV4PART}\.){3}%{IPV4PART}(?![0-9])"#,
        "IPV6": ipv6,
        "IP": #"(?:%{IPV4}|%{IPV6})"#,
        "HOSTLABEL": #"[0-9A-Za-z](?:[0-9A-Za-z-]{0,61}[0-9A-Za-z])?"#,
        "HOSTNAME": #"\b%{HOSTLABEL}(?:\.%{HOSTLABEL})*\.?(?![0-9A-Za-z])"#,
        "IPORHOST": #"(?:%{IP}|%{HOSTNAME})"#,
        "HOSTPORT": #"%{IPORHOST}:%{POSINT}"#,
        "PATH": #"(?:%{UNIXPATH}|%{WINPATH})"#,
        "UNIXPATH": #"(?:/[\w_%!$@:.,+~-]*)+"#,
        "TTY": #"/dev/(?:pts|tty(?:[pq])?)(?:\w+)?/?[0-9]*"#,
        "WINPATH": #"(?:[A-Za-z]:|\\)(?:\\[^\\?*]*)+"#,
        "URIPROTO": #"[A-Za-z][A-Za-z0-9+.-]*"#,
        "URIHOST": #"%{IPORHOST}(?::%{POSINT})?"#,
        "URIPATH": #"(?:/[A-Za-z0-9$.+!*'(){},~:;=@#%&_-]*)+"#,
        "URIQUERY": #"[A-Za-z0-9$.+!*'|(){},~@#%&/=:;_?\[\]<>-]*"#,
        "URIPARAM": #"\?%{URIQUERY}"#,
        "URIPATHPARAM": #"%{URIPATH}(?:%{URIPARAM})?"#,
        "URI": #"%{URIPROTO}://(?:%{USER}(?::[^@]*)?@)?(?:%{URIHOST})?(?:%{URIPATHPARAM})?"#,
    ]

    /// Eight groups of four digits, of which one run may be left out, and whose last two may be an IPv4 address.
    private static let ipv6: String = {
        let group = #"[0-9A-Fa-f]{1,4}"#
        let tail = #"(?:"# + group + ":" + group + #"|%{IPV4})"#
        var forms = ["(?:\(group):){6}\(tail)"]
        for before in 0...7 {
            // So many groups, the gap, and what may follow it.
            let front = before == 0 ? "" : "\(group)(?::\(group)){0,\(before - 1)}"
            let more = "(?:\(group):){0,\(max(0, 5 - before))}"
            let back = before < 6 ? "(?:\(more)\(tail)|\(more)\(group))?" : before == 6 ? "(?:\(group))?" : ""
            forms.append("\(front)::\(back)")
        }
        return #"(?<![0-9A-Fa-f:.])(?:"# + forms.joined(separator: "|") + #")(?:%[0-9A-Za-z]+)?(?![0-9A-Fa-f:])"#
    }()

    /// Dates and times.
    private static let times: [String: String] = [
        "MONTH": #"\b(?:[Jj]an(?:uary)?|[Ff]eb(?:ruary)?|[Mm]ar(?:ch)?|[Aa]pr(?:il)?|[Mm]ay|[Jj]une?|[Jj]uly?|"#
            + #"[Aa]ug(?:ust)?|[Ss]ep(?:t(?:ember)?)?|[Oo]ct(?:ober)?|[Nn]ov(?:ember)?|[Dd]ec(?:ember)?)\b"#,
        "MONTHNUM": #"(?:0?[1-9]|1[0-2])"#,
        "MONTHNUM2": #"(?:0[1-9]|1[0-2])"#,
        "MONTHDAY": #"(?:0[1-9]|[12][0-9]|3[01]|[1-9])"#,
        "DAY": #"\b(?:Mon(?:day)?|Tue(?:sday)?|Wed(?:nesday)?|Thu(?:rsday)?|Fri(?:day)?|Sat(?:urday)?|Sun(?:day)"#
            + #"?)\b"#,
        "YEAR": #"(?:[0-9]{2}){1,2}"#,
        "HOUR": #"(?:2[0-3]|[01]?[0-9])"#,
        "MINUTE": #"[0-5][0-9]"#,
        "SECOND": #"(?:[0-5]?[0-9]|60)(?:[:.,][0-9]+)?"#,
        "TIME": #"(?<![0-9])%{HOUR}:%{MINUTE}:%{SECOND}(?![0-9])"#,
        "DATE_US": #"%{MONTHNUM}[/-]%{MONTHDAY}[/-]%{YEAR}"#,
        "DATE_EU": #"%{MONTHDAY}[./-]%{MONTHNUM}[./-]%{YEAR}"#,
        "DATE": #"(?:%{DATE_US}|%{DATE_EU})"#,
        "ISO8601_TIMEZONE": #"(?:Z|[+-]%{HOUR}(?::?%{MINUTE})?)"#,
        "ISO8601_SECOND": #"%{SECOND}"#,
        "TIMESTAMP_ISO8601": #"%{YEAR}-%{MONTHNUM}-%{MONTHDAY}[T ]%{HOUR}:?%{MINUTE}(?::?%{SECOND})?%"#
            + #"{ISO8601_TIMEZONE}?"#,
        "DATESTAMP": #"%{DATE}[- ]%{TIME}"#,
        "TZ": #"(?:[APMCE][SD]T|UTC|GMT|[A-Z]{3,4})"#,
        "DATESTAMP_RFC822": #"%{DAY} %{MONTH} %{MONTHDAY} %{YEAR} %{TIME} %{TZ}"#,
        "DATESTAMP_RFC2822": #"%{DAY}, %{MONTHDAY} %{MONTH} %{YEAR} %{TIME} %{ISO8601_TIMEZONE}"#,
        "DATESTAMP_OTHER": #"%{DAY} %{MONTH} %{MONTHDAY} %{TIME} %{TZ} %{YEAR}"#,
        "DATESTAMP_EVENTLOG": #"%{YEAR}%{MONTHNUM2}%{MONTHDAY}%{HOUR}%{MINUTE}%{SECOND}"#,
        "HTTPDATE": #"%{MONTHDAY}/%{MONTH}/%{YEAR}:%{TIME} [+-][0-9]{4}"#,
        "HTTPDERROR_DATE": #"%{DAY} %{MONTH} %{MONTHDAY} %{TIME} %{YEAR}"#,
        "SYSLOGTIMESTAMP": #"%{MONTH} {1,2}%{MONTHDAY} %{TIME}"#,
        "UNIXTIME": #"\b[0-9]{9,10}(?:\.[0-9]+)?\b"#,
    ]

    /// Lines of operating systems and of programs on them.
    private static let system: [String: String] = [
        "LOGLEVEL": #"(?i:\b(?:trace|debug|info(?:rmation)?|notice|warn(?:ing)?|err(?:or)?|crit(?:ical)?|alert|f"#
            + #"atal|severe|"#
            + #"emerg(?:ency)?)\b)"#,
        "PROG": #"[\x21-\x5a\x5c\x5e-\x7e]+"#,
        "SYSLOGPROG": #"%{PROG:program}(?:\[%{POSINT:pid:int}\])?"#,
        "SYSLOGHOST": #"%{IPORHOST}"#,
        "SYSLOGFACILITY": #"<%{NONNEGINT:facility:int}\.%{NONNEGINT:priority:int}>"#,
        "SYSLOGBASE": #"%{SYSLOGTIMESTAMP:timestamp} (?:%{SYSLOGFACILITY} )?%{SYSLOGHOST:logsource} +%{SYSLOGPROG}:"#,
        "SYSLOGLINE": #"%{SYSLOGBASE} %{GREEDYDATA:message}"#,
        "SYSLOG5424PRI": #"<%{NONNEGINT:priority:int}>"#,
        "SYSLOG5424SD": #"(?:-|(?:\[(?:[^\]\\]++|\\.)*+\])+)"#,
        "SYSLOG5424LINE": #"%{SYSLOG5424PRI}%{NONNEGINT:version:int} (?:%{TIMESTAMP_ISO8601:timestamp}|-) "#
            + #"(?:-|%{NOTSPACE:hostname}) (?:-|%{NOTSPACE:program}) (?:-|%{NOTSPACE:procid}) (?:-|%"#
            + #"{NOTSPACE:msgid}) "#
            + #"(?:-|%{SYSLOG5424SD:structured_data})(?: %{GREEDYDATA:message})?"#,
        "CRON_ACTION": #"[A-Z ]+"#,
        "CRONLOG": #"%{SYSLOGBASE} \(%{USER:user}\) %{CRON_ACTION:action} \(%{DATA:message}\)"#,
        // The name is what a stranger sent: it may hold blanks, and words that look like the rest of the line.
        "SSHD_FROM": #"(?<user>.*) from %{IP:src_ip} port %{POSINT:src_port:int}(?: ssh2)?"#,
        "SSHD_FAILED": #"Failed %{WORD:method} for (?:invalid user )?%{SSHD_FROM}"#,
        "SSHD_ACCEPTED": #"Accepted %{WORD:method} for %{SSHD_FROM}"#,
        "SSHD_INVALID_USER": #"Invalid user (?<user>.*) from %{IP:src_ip}(?: port %{POSINT:src_port:int})?"#,
        "JAVACLASS": #"(?:[a-zA-Z$_][a-zA-Z$_0-9]*\.)*[a-zA-Z$_][a-zA-Z$_0-9]*"#,
        "JAVAFILE": #"(?:[a-zA-Z$_0-9. -]+)"#,
        "JAVAMETHOD": #"(?:<(?:cl)?init>|[a-zA-Z$_][a-zA-Z$_0-9]*)"#,
        "JAVASTACKTRACEPART": #"\s*at %{JAVACLASS:class}\.%{JAVAMETHOD:method}\(%{JAVAFILE:file}(?::%"#
            + #"{INT:line:int})?\)"#,
        "ZOOKEEPERLINE": #"%{TIMESTAMP_ISO8601:timestamp} - %{LOGLEVEL:level} +\[%{DATA:thread}:%{DATA:class}@%"#
            + #"{NONNEGINT:line:int}\]"#
            + #" - %{GREEDYDATA:message}"#,
    ]

    /// Lines of web servers.
    private static let web: [String: String] = [
        "HTTPDUSER": #"(?:%{EMAILADDRESS}|%{USER})"#,
        "HTTPD_COMMONLOG": #"%{IPORHOST:clientip} (?:-|%{HTTPDUSER:ident}) (?:-|%{HTTPDUSER:auth}) \[%"#
            + #"{HTTPDATE:timestamp}\] "#
            + #""(?:%{WORD:verb} %{NOTSPACE:request}(?: HTTP/%{NUMBER:httpversion})?|%{DATA:rawrequest})" "#
            + #"(?:-|%{INT:response:int}) (?:-|%{INT:bytes:long})"#,
        "HTTPD_COMBINEDLOG": #"%{HTTPD_COMMONLOG} "(?:-|(?<referrer>(?:[^"\\]++|\\.)*+))" "(?:-|(?<agent>(?:[^""#
            + #"\\]++|\\.)*+))""#,
        "COMMONAPACHELOG": #"%{HTTPD_COMMONLOG}"#,
        "COMBINEDAPACHELOG": #"%{HTTPD_COMBINEDLOG}"#,
        "HTTPD20_ERRORLOG": #"\[%{HTTPDERROR_DATE:timestamp}\] \[%{LOGLEVEL:loglevel}\] (?:\[client %"#
            + #"{IPORHOST:clientip}\] )?"#
            + #"%{GREEDYDATA:message}"#,
        "HTTPD24_ERRORLOG": #"\[%{HTTPDERROR_DATE:timestamp}\] \[(?:%{WORD:module})?:%{LOGLEVEL:loglevel}\] \[pi"#
            + #"d %{POSINT:pid:int}"#
            + #"(?::tid %{NUMBER:tid:long})?\](?: \[client %{IPORHOST:clientip}(?::%{POSINT:clientport:int})?\])? "#
            + #"%{GREEDYDATA:message}"#,
        "HTTPD_ERRORLOG": #"(?:%{HTTPD20_ERRORLOG}|%{HTTPD24_ERRORLOG})"#,
        "NGINX_ERRORLOG": #"(?<timestamp>%{YEAR}/%{MONTHNUM}/%{MONTHDAY} %{TIME}) \[%{LOGLEVEL:loglevel}\] "#
            + #"%{POSINT:pid:int}#%{NONNEGINT:tid:int}: (?:\*%{NONNEGINT:connection:long} )?%{GREEDYDATA:message}"#,
    ]
}
