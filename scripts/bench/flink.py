"""What Flink 2.3.0 takes for the Nexmark queries, measured on a machine of the kind that docs/performance.md describes.

Java 17, heap state, no checkpoints, object reuse, parallelism 1, a blackhole sink; JSON lines of 335 bytes, on a quiet
machine. CPU seconds per million events are of runs over 10 million events (q13: 3 million), where the JVM's warm-up
weighs least; its start-up, 11 to 14 CPU seconds, is left out. RSS is of runs over 3 million events with -Xmx8g.
"""

CPU_SECONDS_PER_MILLION = {
    "q0": 4.61, "q1": 4.47, "q2": 3.96, "q3": 4.30, "q4": 9.18, "q5": 6.31, "q7": 11.83, "q8": 4.65, "q9": 12.17,
    "q10": 6.38, "q11": 6.18, "q12": 4.97, "q13": 5.86, "q14": 3.63, "q15": 5.69, "q16": 10.73, "q17": 6.16,
    "q18": 7.63, "q19": 10.30, "q20": 7.99, "q21": 5.72, "q22": 4.02, "q23": 16.07,
}
PEAK_RSS_MB = {
    "q0": 968, "q1": 1130, "q2": 1030, "q3": 1502, "q4": 4366, "q5": 2281, "q7": 6161, "q8": 1492, "q9": 5614,
    "q10": 1016, "q11": 2411, "q12": 1632, "q13": 1108, "q14": 1376, "q15": 1548, "q16": 5302, "q17": 2452,
    "q18": 4113, "q19": 4235, "q20": 4261, "q21": 1018, "q22": 1667, "q23": 6477,
}

# How many times less CPU than Flink each group of queries is to take, by what it keeps.
STATELESS = {"q0", "q1", "q2", "q10", "q14", "q21", "q22"}
LIGHT_STATE = {"q3", "q8", "q11", "q12", "q13", "q15", "q17"}
# Queries whose state must hold whole rows.
ROW_STATE = {"q9", "q18", "q19", "q20"}


def wanted_ratio(query):
    """How many times less CPU than Flink a query is to take from JSON lines."""
    return 20 if query in STATELESS else 12 if query in LIGHT_STATE else 10


def wanted_rss(query):
    """The most resident memory a query is to take over 3 million events, MB."""
    return PEAK_RSS_MB[query] / (5 if query in ROW_STATE else 10)
