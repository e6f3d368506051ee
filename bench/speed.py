#!/usr/bin/env python3
"""Speed of whole processes, each figure beside a yardstick measured in the same run, in turn.

    bench/speed.py target/release/snug [--json]

Milliseconds belong to this machine at this moment; the ratios are what counts. Memory is the largest resident set of
one process, as the kernel accounts it.
"""

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time

RUNS = 15
NAMES = ["Ana", "Ben", "Chloé", "Dev", "Élodie", "Farah", "Gus", "Hana"]
WORDS = (
    "the a to we you i and is it on for at that was with not be this have but are they will can do so just "
    "what when where who bring kitchen boiler train tickets saturday dinner school run match rehearsal parcel "
    "landlord invoice garden bike concert flat number money photo video holiday airport doctor choir pizza"
).split()


def export(path, messages):
    """A WhatsApp export of invented messages: 12 words on average, a date now and then. The same every time."""
    draw = random.Random(7)
    minute = 0
    with open(path, "w", encoding="utf-8") as out:
        for _ in range(messages):
            minute += draw.choice([0, 0, 1, 1, 2, 5, 30, 240])
            day, clock = divmod(minute, 24 * 60)
            date = time.gmtime(1_600_000_000 + day * 86400)
            words = " ".join(draw.choice(WORDS) for _ in range(draw.randint(1, 23)))
            if draw.random() < 0.05:
                words += f" on friday at {draw.randint(1, 12)}pm?"
            stamp = f"{date.tm_mday:02}/{date.tm_mon:02}/{date.tm_year}, {clock // 60:02}:{clock % 60:02}"
            out.write(f"{stamp} - {draw.choice(NAMES)}: {words}\n")
    return os.path.getsize(path)


def run(command):
    """Runs a command; seconds, and the most memory of it and its children in MiB."""
    start = time.perf_counter()
    with open(os.devnull, "wb") as sink:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=sink, stderr=sink)
        _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{' '.join(command)} ended with {process.returncode}")
    return seconds, used.ru_maxrss / 1024


def pair(name, ours, yardstick, what, aim, results, runs=RUNS):
    """Times two commands in turn and prints medians and their ratio."""
    run(ours), run(yardstick)
    a, b, memory = [], [], 0.0
    for _ in range(runs):
        seconds, used = run(ours)
        a.append(seconds)
        memory = max(memory, used)
        b.append(run(yardstick)[0])
    ours_ms, theirs_ms = statistics.median(a) * 1000, statistics.median(b) * 1000
    ratio = statistics.median(x / y for x, y in zip(a, b))
    results.append({"name": name, "ms": ours_ms, "yardstick": what, "yardstick_ms": theirs_ms, "ratio": ratio,
                    "memory_mib": memory, "aim": aim, "runs": runs})
    return ours_ms


def main():
    snug = sys.argv[1] if len(sys.argv) > 1 else "target/release/snug"
    results = []
    with tempfile.TemporaryDirectory() as folder:
        small, large = os.path.join(folder, "small.txt"), os.path.join(folder, "large.txt")
        export(small, 10_000)
        size = export(large, 1_000_000) / 1e6
        pair("catch up on 10,000 messages, all unread", [snug, "catchup", small, "--json"], ["wc", "-l", small],
             "wc -l", "150 ms, 150 MB", results)
        pair("catch up on the last 50 of 10,000", [snug, "catchup", small, "--last", "50", "--json"],
             ["wc", "-l", small], "wc -l", "150 ms, 150 MB", results)
        took = pair(f"import --dry-run of 1,000,000 messages, {size:.0f} MB", [snug, "import", large, "--dry-run"],
                    ["wc", "-lw", large], "wc -lw", "20 MB/s, bounded memory", results, runs=3)
        rate = size / (took / 1000)
        pair("start the worker, close its wall, hear of it, end it", [snug, "doctor"], [snug, "--version"],
             "starting and ending the same program", "", results, runs=50)
    wall = [sum(layer["micros"] for layer in json.loads(subprocess.check_output([snug, "doctor", "--json"]))["layers"])
            for _ in range(50)]
    lockdown = {"lockdown_ms": statistics.median(wall) / 1000, "least_ms": min(wall) / 1000, "aim": "5 ms"}
    if "--json" in sys.argv:
        print(json.dumps({"pairs": results, "import_mb_per_s": rate, "lockdown": lockdown}))
        return
    print("| what | median | yardstick | its median | ratio | peak memory | aim |\n|:--|--:|:--|--:|--:|--:|:--|")
    for row in results:
        print(f"| {row['name']} | {row['ms']:.1f} ms | {row['yardstick']} | {row['yardstick_ms']:.1f} ms "
              f"| {row['ratio']:.1f} | {row['memory_mib']:.1f} MiB | {row['aim']} |")
    print(f"\nimport --dry-run: {rate:.0f} MB/s. Lockdown inside the worker, all layers but the last step: "
          f"median {lockdown['lockdown_ms']:.2f} ms, least {lockdown['least_ms']:.2f} ms (aim: 5 ms).")


main()
