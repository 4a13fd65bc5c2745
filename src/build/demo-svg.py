#!/usr/bin/env python3
"""Draws src/site/img/demo.svg from target/demo/report.json: one panel per scenario, the candidate's weight over time.

Usage: src/build/demo-svg.py [REPORT] [SVG]
"""
import json
import sys
from html import escape

WIDTH, PANEL, LEFT, PLOT_W, PLOT_H = 880, 196, 56, 480, 104
TITLES = {
    "good": "a good release",
    "bad": "isError in 20 % of one tool's calls, from the 10 % step on",
    "outage": "a shared dependency fails for both versions",
    "crash": "the new version dies",
}
STYLE = """
  text { font: 12px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; fill: #24292f; }
  .title { font-weight: 700; font-size: 13px; } .dim { fill: #57606a; } .small { font-size: 11px; }
  .paper { fill: #ffffff; } .grid { stroke: #d0d7de; stroke-width: 1; } .axis { stroke: #8c959f; }
  .line { fill: none; stroke: #0969da; stroke-width: 2.5; } .area { fill: #0969da; fill-opacity: .12; }
  .ok { fill: #1a7f37; font-weight: 700; } .back { fill: #bc4c00; font-weight: 700; } .wrong { fill: #cf222e; font-weight: 700; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; } .dim { fill: #8d96a0; } .paper { fill: #0d1117; } .grid { stroke: #30363d; } .axis { stroke: #6e7681; }
    .line { stroke: #4493f8; } .area { fill: #4493f8; } .ok { fill: #3fb950; } .back { fill: #f0883e; } .wrong { fill: #f85149; }
  }
"""


def text(x, y, value, css="", anchor="start"):
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{css}" text-anchor="{anchor}">{escape(str(value))}</text>'


def wrapped(sentence, width):
    lines, line = [], ""
    for word in sentence.split():
        if line and len(line) + 1 + len(word) > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return lines + [line] if line else lines


def telling(run):
    """The decision worth showing: why it went back, or what held the longest in a step; with its time."""
    said = run.get("decisions", [])
    if said and said[-1]["phase"] == "RolledBack":
        chosen = said[-1]
    else:
        ends = [d["seconds"] for d in said[1:]] + [run["seconds"]]
        held = [(end - d["seconds"], index) for index, (d, end) in enumerate(zip(said, ends)) if d["phase"] == "Stepping"]
        if not held:
            return ""
        chosen = said[max(held)[1]]
    return f'{chosen["seconds"]:.0f} s: {chosen["message"].split("; push another")[0]}'


def steps(weights, end):
    """Corners of the staircase: a weight holds until the next one."""
    points, last = [], 0.0
    for at, weight in weights:
        points += [(at, last), (at, weight)]
        last = weight
    return [(0.0, 0.0)] + points + [(end, last)]


def panel(run, top, longest):
    out = []
    x = lambda s: LEFT + PLOT_W * min(s, longest) / longest
    y = lambda w: top + 52 + PLOT_H * (1 - w / 100)
    right = LEFT + PLOT_W + 24
    name = run["scenario"]
    as_expected = run["outcome"] == run["expected"]
    css = "wrong" if not as_expected else "ok" if run["outcome"] == "Promoted" else "back"
    outcome = {"RolledBack": "rolled back", "Promoted": "promoted: stable now runs it"}.get(run["outcome"], run["outcome"])
    out.append(text(LEFT, top + 20, name, "title"))
    out.append(text(LEFT + 8.2 * (len(name) + 1), top + 20, TITLES.get(name, ""), "dim"))
    out.append(text(right, top + 20, outcome if as_expected else f'{outcome}, expected {run["expected"]}', css))
    for weight in (0, 25, 50, 100):
        out.append(f'<line x1="{LEFT}" x2="{LEFT + PLOT_W}" y1="{y(weight):.1f}" y2="{y(weight):.1f}" class="grid"/>')
        out.append(text(LEFT - 8, y(weight) + 4, f"{weight}%", "dim small", "end"))
    corners = steps(run["weights"], run["seconds"])
    path = " ".join(f"{x(s):.1f},{y(w):.1f}" for s, w in corners)
    out.append(f'<polygon points="{LEFT},{y(0):.1f} {path} {x(run["seconds"]):.1f},{y(0):.1f}" class="area"/>')
    out.append(f'<polyline points="{path}" class="line"/>')
    for tick in range(0, int(longest) + 1, 10):
        out.append(text(x(tick), y(0) + 16, f"{tick}s", "dim small", "middle"))
    out.append(text(right, top + 42, f'{run["calls"]} agent calls, {run["failedCalls"]} failed', "small"))
    line = top + 60
    if run.get("faultToStableSeconds") is not None:
        out.append(text(right, line, f'{run["faultToStableSeconds"]:.1f} s from fault to 100/0', "small"))
        line += 18
    if run.get("failedByCanaryFault"):
        out.append(text(right, line, f'{run["failedByCanaryFault"]} of them by the fault', "small"))
        line += 18
    for piece in wrapped(telling(run), 40)[:7]:
        out.append(text(right, line + 4, piece, "dim small"))
        line += 15
    return out


def draw(runs):
    longest = max(10.0, max(run["seconds"] for run in runs))
    height = 44 + PANEL * len(runs)
    body = [f'<rect width="{WIDTH}" height="{height}" rx="6" class="paper"/>',
            text(16, 26, "$ make demo SCENARIO=all", "title"),
            text(WIDTH - 16, 26, "share of the new version over time, drawn from target/demo/report.json", "dim small", "end")]
    for index, run in enumerate(runs):
        body += panel(run, 40 + PANEL * index, longest)
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
            f'aria-label="Weight of the new version over time in each demo scenario">\n<style>{STYLE}</style>\n'
            + "\n".join(body) + "\n</svg>\n")


if __name__ == "__main__":
    report = sys.argv[1] if len(sys.argv) > 1 else "target/demo/report.json"
    svg = sys.argv[2] if len(sys.argv) > 2 else "src/site/img/demo.svg"
    try:
        with open(report, encoding="utf-8") as source:
            runs = json.load(source)
    except FileNotFoundError:
        sys.exit(f"{report} is missing: run `make demo SCENARIO=all` first")
    with open(svg, "w", encoding="utf-8") as target:
        target.write(draw(runs))
    print(f"{svg}: {len(runs)} scenarios")
