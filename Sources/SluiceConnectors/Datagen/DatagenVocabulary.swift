/// Words the realistic texts are made of.
///
/// A class, because to copy the many tables of a value would cost more than to write a text.
final class DatagenVocabulary: Sendable {
    static let shared = DatagenVocabulary()

    let firstNames = TextTable([
        "anna", "ben", "carla", "david", "elena", "felix", "grace", "hugo", "ines", "jonas", "karin", "leo", "maria",
        "nina", "oscar", "paula", "quentin", "rosa", "simon", "tara", "umberto", "vera", "wei", "xenia", "yusuf", "zoe",
        "mohamed", "yuki", "priya", "ivan", "chen", "fatima",
    ])
    let lastNames = TextTable([
        "adler", "becker", "costa", "diaz", "evans", "fischer", "garcia", "haddad", "ito", "jensen", "kowalski", "lang",
        "moreau", "novak", "okafor", "petrov", "quinn", "rossi", "singh", "tanaka", "ueda", "virtanen", "wang", "xu",
        "yilmaz", "zhang", "murphy", "silva", "larsen", "dubois", "meyer", "kumar",
    ])
    let domains = TextTable([
        "example.com", "example.org", "example.net", "mail.example.com", "shop.example.com", "corp.example.net",
        "dev.example.org", "news.example.org",
    ])
    let hostRoles = TextTable([
        "web", "api", "db", "cache", "mail", "auth", "search", "edge", "worker", "queue", "metrics", "gateway",
    ])
    let zones = TextTable(["eu1", "eu2", "us1", "us2", "ap1", "sa1"])
    let words = TextTable([
        "the", "a", "new", "blue", "quick", "order", "river", "market", "paper", "stone", "green", "table", "light",
        "garden", "coffee", "train", "window", "summer", "music", "bridge", "book", "camera", "lamp", "shoe", "winter",
        "city", "forest", "clock", "orange", "boat", "yellow", "mountain",
    ])
    let pages = TextTable([
        "/", "/", "/index.html", "/login", "/about", "/cart", "/checkout", "/account", "/help", "/favicon.ico",
        "/robots.txt", "/contact",
    ])
    let sections = TextTable(["/products/", "/api/v1/orders/", "/api/v2/users/", "/articles/", "/category/"])
    let probes = TextTable([
        "/wp-login.php", "/.env", "/phpmyadmin/index.php", "/.git/config", "/xmlrpc.php", "/admin/config.php",
        "/cgi-bin/../../../../etc/passwd", "/search?q=%27%20OR%201%3D1--", "/wp-admin/setup-config.php",
        "/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php", "/?id=1%20UNION%20SELECT%20password%20FROM%20users",
        "/index.php?page=../../../../../../etc/shadow",
    ])
    let systems = TextTable([
        "Windows NT 10.0; Win64; x64", "Macintosh; Intel Mac OS X 10_15_7", "X11; Linux x86_64",
        "Linux; Android 14; Pixel 8", "X11; Ubuntu; Linux x86_64",
    ])
    let tools = TextTable([
        "curl/8.5.0", "python-requests/2.31.0", "Go-http-client/2.0", "Wget/1.21.4", "okhttp/4.12.0",
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
    ])
    let scanners = TextTable([
        "sqlmap/1.8.2#stable (https://sqlmap.org)", "Mozilla/5.00 (Nikto/2.5.0) (Evasions:None) (Test:Port Check)",
        "masscan/1.3 (https://github.com/robertdavidgraham/masscan)", "python-requests/2.31.0", "Mozilla/5.0", "-",
    ])
    let targets = TextTable([
        "root", "admin", "test", "oracle", "ubuntu", "postgres", "git", "ftp", "pi", "guest", "user", "deploy",
        "mysql", "jenkins",
    ])
    let methods = DatagenWeightedTable([
        ("GET", 82), ("POST", 12), ("PUT", 2), ("HEAD", 2), ("DELETE", 1), ("OPTIONS", 1),
    ])
    let statuses = DatagenWeightedTable([
        ("200", 820), ("304", 60), ("404", 45), ("302", 30), ("301", 15), ("403", 10), ("401", 8), ("500", 7),
        ("503", 3), ("400", 2),
    ])
}

/// Texts with a weight each, drawn by it.
struct DatagenWeightedTable: Sendable {
    let texts: TextTable
    let weights: DatagenWeights

    /// - Parameter weighted: at least one text; weights above 0, below 2^31 in all.
    init(_ weighted: [(text: String, weight: UInt32)]) {
        texts = TextTable(weighted.map(\.text))
        weights = DatagenWeights(weighted.map(\.weight))
    }
}
