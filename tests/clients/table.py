"""Prints the reports of the clients: a table, then each failure with its exchange, then each refusal with its reason."""

import json
import os
import sys

bad = False
reports = []
for folder in sys.argv[1:]:
    try:
        with open(f"{folder}/report.json") as file:
            reports.append(json.load(file))
    except OSError:
        print(f"FAILED: no report of {os.path.basename(folder)}")
        bad = True
print(f"{'client':<20} {'version':<10} {'passed':>7} {'failed':>7} {'expected refusals':>18}")
for report in reports:
    counts = [len(report[key]) for key in ("passed", "failed", "refused")]
    print(f"{report['client']:<20} {report['version']:<10} {counts[0]:>7} {counts[1]:>7} {counts[2]:>18}")
    bad = bad or counts[1] > 0
for report in reports:
    for one in report["failed"]:
        print(f"\nFAILED {report['client']}: {one['name']} (line {one.get('line')})\n  {one['why']}\n  {one['exchange']}")
if reports:
    print("\nexpected refusals:")
for report in reports:
    for one in report["refused"]:
        print(f"  {report['client']}: {one['name']}: {one['reason']}")
sys.exit(1 if bad else 0)
