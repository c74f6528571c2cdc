#!/usr/bin/env python3
"""Writes docs/connectors.md, docs/functions.md and docs/configuration.md from the engine's own descriptions.

Usage: scripts/docs.py [BINARY]      BINARY is .build/release/sluice unless given; run from the repository's root

The first two come from `sluice connectors` and `sluice functions`, the third from ConfigurationKeys.swift, because the
binary has no command that lists keys.
"""
import glob
import re
import subprocess
import sys

SLUICE = sys.argv[1] if len(sys.argv) > 1 else ".build/release/sluice"
NOTE = "<!-- Written by `make docs`: change the descriptions in the sources, not this file. -->\n"
INDENT = 40


def sluice(*arguments):
    """The lines that a command of the binary prints."""
    run = subprocess.run([SLUICE, *arguments], capture_output=True, text=True, timeout=20, check=True)
    return run.stdout.splitlines()


def described(*arguments):
    """The same; empty where the name is not known."""
    try:
        return sluice(*arguments)
    except subprocess.CalledProcessError:
        return []


def entries(lines):
    """Joins the wrapped two-column entries of a listing to (name, text) pairs; stops at an empty line."""
    pairs = []
    for line in lines:
        if not line:
            break
        if line.startswith(" " * INDENT):
            pairs[-1][1].append(line.strip())
            continue
        name, text = line[:INDENT].strip(), line[INDENT:].strip()
        if line[INDENT - 2 : INDENT] != "  ":  # a long name stands on a line of its own
            name, text = line.strip(), ""
        pairs.append((name, [text] if text else []))
    return [(name, " ".join(text)) for name, text in pairs]


def section(lines, title):
    """The lines below `title:` up to the next empty line."""
    if title + ":" not in lines:
        return []
    rest = lines[lines.index(title + ":") + 1:]
    return rest[: rest.index("")] if "" in rest else rest


def cell(text):
    return text.replace("|", "\\|")


def code(text):
    return "`" + text.replace("|", "\\|") + "`" if text else ""


def table(head, rows):
    return [f"| {' | '.join(head)} |", "|" + "---|" * len(head)] + [f"| {' | '.join(row)} |" for row in rows] + [""]


def option_row(name, text):
    match = re.match(r"^(.*) \(([^()]*?), (required|optional|default .*)\)$", text)
    if not match:
        raise SystemExit(f"docs.py: cannot read the option '{name}': {text}")
    summary, form, rest = match.groups()
    default = {"required": "required", "optional": ""}.get(rest, code(rest.removeprefix("default ")))
    return [code(name), cell(form.replace("|", ", ")), default, cell(summary)]


def descriptor(name):
    """The chapter about one connector or format."""
    lines = sluice("connectors", name)
    role = lines[0].split(": ", 1)[1]
    result = [f"### {name}", "", f"{lines[1].strip()} ({role})", ""]
    options = entries(section(lines, "options"))
    keys = [key for key, _ in options]
    # `format` stands twice where a connector names it and the command adds it: the first says more.
    options = [pair for index, pair in enumerate(options) if pair[0] not in keys[:index]]
    if options:
        result += table(["Option", "Values", "Default", "Meaning"], [option_row(*pair) for pair in options])
    metadata = entries(section(lines, "metadata columns"))
    if metadata:
        result += table(["Metadata column", "Type"], [[code(key), code(kind)] for key, kind in metadata])
    example = [line[2:] for line in lines[lines.index("example:") + 1:]] if "example:" in lines else []
    if example:
        result += ["```sql", *example, "```", ""]
    return result


def connectors():
    lines = sluice("connectors")
    result = ["# Connectors and formats", NOTE]
    result += [
        "A table names its connector with the option `connector`. An option that nobody reads is an error that names the",
        "nearest known one. `sluice connectors NAME` prints what stands here. References such as `${env:NAME}` in values",
        "are described in [cli.md](cli.md).",
        "",
    ]
    for title in ["connectors", "formats"]:
        result += [f"## {title.capitalize()}", ""]
        for name, _ in entries(section(lines, title)):
            result += descriptor(name)
    return result


def example_of(signature):
    """The example of the function with this signature, if the binary finds it by name."""
    words = [word for word in signature.split() if not re.search(r"[a-z\[\](),]", word) and word != "|"]
    for name in dict.fromkeys([signature.split("(")[0].split(" | ")[0].strip(), " ".join(words), *words]):
        lines = described("functions", name) if name else []
        if lines and lines[0] == signature:
            break
    else:
        return ""
    for line in lines:
        if line.strip().startswith("example: "):
            text = line.strip().removeprefix("example: ")
            call, _, value = text.rpartition(" gives ")
            return f"{code(call)} → {code(value)}" if call else code(text)
    return ""


def functions():
    result = ["# Functions", NOTE]
    result += [
        "What `sluice functions` lists, by kind. `sluice functions NAME` describes one.",
        "Window functions (TUMBLE, HOP, CUMULATE, SESSION) are described in [sql.md](sql.md).",
        "",
    ]
    lines = sluice("functions")
    for title in [line[:-1] for line in lines if re.match(r"^[A-Za-z]+:$", line)]:
        rows = [
            [code(signature), cell(summary), example_of(signature)]
            for signature, summary in entries(section(lines, title))
        ]
        result += [f"## {'Over windows' if title == 'OVER' else title.capitalize()}", ""] + table(["Signature", "Meaning", "Example"], rows)
    return result


def swift_keys():
    """(key, form, default, summary, effect) of every key, in the order of the sources."""
    text = ""
    for path in sorted(glob.glob("Sources/SluicePlan/Configuration/ConfigurationKeys*.swift")):
        with open(path, encoding="utf-8") as file:
            text += file.read()
    text = re.sub(r'"\s*\+\s*"', "", text)
    pattern = re.compile(
        r'(ConfigurationKey|ignored|refused)\(\s*"([a-z][^"]*)",\s*\.(\w+)(\(\[[^\]]*\]\))?,'
        r'(?:\s*default: "([^"]*)",)?\s*"([^"]*)"(,\s*effect: \.none|,\s*because: \w+)?\s*\)'
    )
    keys = []
    for kind, key, form, choices, default, summary, without in pattern.findall(text):
        values = ", ".join(re.findall(r'"([^"]*)"', choices)) if choices else form
        effect = "ignored" if "effect" in without else {"ConfigurationKey": "read"}.get(kind, kind)
        keys.append((key, values, default, summary, effect))
    declared = len(re.findall(r'(?:ConfigurationKey|ignored|refused)\(\s*"', text))
    if len(keys) != declared:
        raise SystemExit(f"docs.py: read {len(keys)} of {declared} configuration keys")
    return keys


def is_read(key):
    """Whether any source beside the list itself names the key, whole or by its last parts."""
    names = [key, key.removeprefix("table.exec.emit.")]
    for name in names:
        run = subprocess.run(
            ["grep", "-rlF", f'"{name}"', "Sources", "--include=*.swift"], capture_output=True, text=True, check=False
        )
        if [path for path in run.stdout.split() if "/ConfigurationKeys" not in path]:
            return True
    return False


def configuration():
    keys = swift_keys()
    rows = lambda chosen: [[code(k), cell(f), code(d), cell(s)] for k, f, d, s, _ in chosen]
    head = ["Key", "Values", "Default", "Meaning"]
    of = lambda effect: [key for key in keys if key[4] == effect]
    for key in of("read"):
        if not is_read(key[0]):
            raise SystemExit(f"docs.py: nothing reads the configuration key {key[0]}")
    result = ["# Configuration", NOTE]
    result += [
        "A key is set with `SET 'KEY' = 'VALUE'` in a script or with `-D KEY=VALUE` on the command line; `RESET` takes it",
        "back to what the command line gave. `SET` in a script goes before `-D`. An unknown key, or a value of the wrong",
        "form, is an error. Durations are written `10 s`, `5 min`, `1 d`; sizes `64 mb`, `2 g`.",
        "",
        "## Keys with an effect",
        "",
    ]
    result += table(head, rows(of("read")))
    result += [
        "The keys `table.exec.emit.*` are those of windows in GROUP BY ([sql.md](sql.md#early-and-late-results)).",
        "",
        "## Keys that are refused",
        "",
        "They promise what this version does not keep.",
        "Only the default, where there is one, is taken.",
        "",
    ]
    result += table(head, rows(of("refused")))
    result += [
        "## Keys of Flink that are taken without an effect",
        "",
        "Scripts written for Flink set them. Results do not depend on them here.",
        "",
    ]
    result += table(head, rows([(*key[:3], key[3].removesuffix(" Has no effect here."), "") for key in of("ignored")]))
    return result


for path, lines in [
    ("docs/connectors.md", connectors()),
    ("docs/functions.md", functions()),
    ("docs/configuration.md", configuration()),
]:
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(lines).rstrip() + "\n")
    print(path)
