#!/usr/bin/env python3
"""Draws a dashboard as an SVG picture, with data from a Prometheus: to look at a layout without a Grafana.

    hack/dashboard/picture.py --prometheus http://127.0.0.1:9090 dashboard.json > dashboard.svg

Reads the JSON that a generated ConfigMap holds. Draws what the generated dashboards use of Grafana's panels, roughly as
Grafana does, and says in a panel why it has no data.
"""
import argparse
import json
import re
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from xml.sax.saxutils import escape

COLUMN, LINE, GAP = 66, 36, 8
COLOURS = {
    "green": "#73bf69", "yellow": "#fade2a", "orange": "#ff9830", "red": "#f2495c", "blue": "#5794f2",
    "purple": "#b877d9", "light-blue": "#8ab8ff", "dark-green": "#37872d",
}
PALETTE = ["#73bf69", "#f2cc0c", "#8ab8ff", "#ff780a", "#f2495c", "#5794f2", "#b877d9", "#705da0", "#37872d", "#fade2a"]


def colour(name):
    return COLOURS.get(name, name)


def main():
    arguments = parse_arguments()
    with open(arguments.dashboard, encoding="utf-8") as file:
        dashboard = json.load(file)
    source = Source(arguments)
    panels = dashboard["panels"]
    height = max(p["gridPos"]["y"] + p["gridPos"]["h"] for p in panels) * LINE + 60
    parts = [text(16, 32, dashboard["title"], 20, "#fff"), text(16, 50, ", ".join(variables(dashboard)), 11)]
    for panel in panels:
        parts.append(draw(panel, source))
    sys.stdout.write(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{COLUMN * 24 + 2 * GAP}" height="{height}" '
        'font-family="Inter, DejaVu Sans, sans-serif">'
        '<rect width="100%" height="100%" fill="#111217"/>' + "\n".join(parts) + "</svg>\n")


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dashboard", help="file with the dashboard's JSON")
    parser.add_argument("--prometheus", required=True, help="URL of the Prometheus")
    parser.add_argument("--seconds", type=int, default=3600, help="how far back graphs reach (default: %(default)s)")
    parser.add_argument("--node", default=".+", help="what $node stands for (default: all)")
    return parser.parse_args()


def variables(dashboard):
    return [f'{v["label"]}: {joined(v["current"]["text"])}' for v in dashboard["templating"]["list"]]


def joined(value):
    return ", ".join(value) if isinstance(value, list) else value


class Source:
    """Answers a panel's queries."""

    def __init__(self, arguments):
        self.url, self.seconds, self.node = arguments.prometheus, arguments.seconds, arguments.node
        self.end = time.time()

    def series(self, target):
        """Of one query: a list of (name, labels, [(time, value)])."""
        form = {"query": self.filled(target["expr"])}
        path = "query"
        if target["instant"]:
            form["time"] = self.end
        else:
            path = "query_range"
            form.update(start=self.end - self.seconds, end=self.end, step=max(self.seconds / 120, 1))
        data = urllib.parse.urlencode(form).encode()
        try:
            with urllib.request.urlopen(f"{self.url}/api/v1/{path}", data, timeout=30) as reply:
                result = json.load(reply)["data"]["result"]
        except urllib.error.HTTPError as error:
            raise ValueError(json.load(error)["error"]) from error
        return [
            (legend(target["legendFormat"], one["metric"]), one["metric"],
             [(float(t), float(v)) for t, v in one.get("values", [one.get("value")])])
            for one in result
        ]

    def filled(self, expression):
        return (expression.replace("$__rate_interval", "1m").replace("$node", self.node)
                .replace("$cluster", ".+").replace("$namespace", ".+"))


def legend(form, labels):
    if form == "__auto":
        return ", ".join(f"{k}={v}" for k, v in sorted(labels.items())) or "value"
    return re.sub(r"\{\{ *(\w+) *\}\}", lambda m: labels.get(m[1], ""), form)


def text(x, y, words, size=11, fill="#9fa7b3", anchor="start", weight="normal"):
    return (f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{fill}" text-anchor="{anchor}" '
            f'font-weight="{weight}">{escape(str(words))}</text>')


def draw(panel, source):
    place = panel["gridPos"]
    x, y = place["x"] * COLUMN + GAP, place["y"] * LINE + 60
    width, height = place["w"] * COLUMN - GAP, place["h"] * LINE - GAP
    if panel["type"] == "row":
        return text(x, y + 22, "▾ " + panel["title"], 15, "#ccccdc", weight="bold")
    frame = (f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="3" fill="#181b1f" stroke="#2c3235"/>'
             f"<title>{escape(panel['description'])}</title>")
    heading = text(x + 8, y + 17, shortened(panel["title"], width - 16, 12), 12, "#ccccdc")
    try:
        answers = [source.series(target) for target in panel["targets"]]
        if not any(answers):
            raise ValueError("No data")
        body = DRAWERS[panel["type"]](panel, answers, (x + 8, y + 24, width - 16, height - 32))
    except ValueError as error:
        body = text(x + width / 2, y + height / 2, error, 12, "#f2495c", "middle")
    return f"<g>{frame}{body}{heading}</g>"


def shortened(words, width, size=11):
    most = max(int(width / (size * 0.58)), 3)
    return words if len(words) <= most else words[:most - 1] + "…"


# Values

def shown(value, unit):
    if value != value:
        return "NaN"
    if unit == "percentunit":
        return f"{value * 100:.3g} %"
    if unit in ("s", "ms"):
        seconds = value / 1000 if unit == "ms" else value
        for factor, name in ((86400, "d"), (3600, "h"), (60, "min"), (1, "s"), (1e-3, "ms")):
            if abs(seconds) >= factor:
                return f"{seconds / factor:.3g} {name}"
        return f"{seconds * 1e6:.3g} µs" if seconds else "0 s"
    suffix = {"Bps": "B/s", "bytes": "B", "pps": " p/s", "reqps": " req/s", "ops": " ops/s", "cpm": " /min"}.get(unit, "")
    for factor, prefix in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= factor:
            return f"{value / factor:.3g} {prefix}{suffix.strip()}"
    return f"{value:.3g}{suffix if suffix.startswith(' ') or not suffix else ' ' + suffix}"


def graded(value, thresholds):
    name = thresholds["steps"][0]["color"]
    for step in thresholds["steps"][1:]:
        if value >= step["value"]:
            name = step["color"]
    return colour(name)


def mapped(value, mappings):
    for mapping in mappings:
        state = mapping["options"].get(f"{value:g}")
        if state:
            return state["text"], colour(state["color"])
    return None


# Panels

def draw_stat(panel, answers, box):
    x, y, width, height = box
    defaults = panel["fieldConfig"]["defaults"]
    value = answers[0][0][2][-1][1]
    state = mapped(value, defaults["mappings"])
    words, fill = state or (shown(value, defaults["unit"]), graded(value, defaults["thresholds"]))
    back = (f'<rect x="{x - 8}" y="{y - 24}" width="{width + 16}" height="{height + 32}" rx="3" fill="{fill}" '
            'fill-opacity="0.45"/>')
    return back + text(x + width / 2, y + height / 2 + 14, words, min(30, width / 5), "#fff", "middle", "bold")


def draw_timeseries(panel, answers, box):
    x, y, width, height = box
    defaults = panel["fieldConfig"]["defaults"]
    fixed = overrides(panel)
    lines = [one for answer in answers for one in answer]
    is_right = panel["options"]["legend"]["placement"] == "right"
    legend_width = min(230, width * 0.35) if is_right else 0
    legend_lines = 0 if is_right else min(len(lines), 4)
    plot = (x + 52, y + 6, width - 58 - legend_width, height - 26 - legend_lines * 14)
    values = [v for _, _, samples in lines for _, v in samples if v == v]
    if not values:
        raise ValueError("only NaN")
    bound = max(values) * 1.1 or 1
    begin, end = min(s[2][0][0] for s in lines), max(s[2][-1][0] for s in lines)
    parts = [grid(plot, bound, defaults["unit"], begin, end)]
    if defaults["custom"]["thresholdsStyle"]["mode"] != "off":
        for step in defaults["thresholds"]["steps"][1:]:
            if step["value"] <= bound:
                level = plot[1] + plot[3] * (1 - step["value"] / bound)
                parts.append(f'<path d="M{plot[0]},{level:.1f} h{plot[2]:.1f}" stroke="{colour(step["color"])}" '
                             'stroke-dasharray="8 6" fill="none"/>')
    ranked = sorted(enumerate(lines), key=lambda line: -line[1][2][-1][1])
    for rank, (index, (name, _, samples)) in enumerate(ranked):
        stroke = fixed.get(name) or PALETTE[index % len(PALETTE)]
        points = " ".join(
            f"{plot[0] + plot[2] * (t - begin) / max(end - begin, 1):.1f},{plot[1] + plot[3] * (1 - v / bound):.1f}"
            for t, v in samples if v == v)
        parts.append(f'<polyline points="{points}" fill="none" stroke="{stroke}" stroke-width="1.3"/>')
        parts.append(legend_entry(box, plot, rank, len(lines), is_right, name, samples, stroke, defaults["unit"]))
    return "".join(parts)


def legend_entry(box, plot, rank, count, is_right, name, samples, stroke, unit):
    x, y, width, height = box
    if is_right:
        room = int((height - 6) / 14)
        left, top, breadth = plot[0] + plot[2] + 10, y + 12 + rank * 14, width - plot[2] - 70
    else:
        room, left, top, breadth = 4, x, plot[1] + plot[3] + 32 + rank * 14, width
    if rank >= room:
        return ""
    if rank == room - 1 and count > room:
        return text(left, top, f"and {count - rank} more", 10)
    return (f'<rect x="{left}" y="{top - 6}" width="10" height="3" fill="{stroke}"/>'
            + text(left + 14, top, shortened(name, breadth - 70, 10), 10)
            + text(left + breadth, top, shown(samples[-1][1], unit), 10, "#ccccdc", "end"))


def grid(plot, bound, unit, begin, end):
    x, y, width, height = plot
    parts = []
    for part in range(5):
        level = y + height * part / 4
        parts.append(f'<path d="M{x},{level:.1f} h{width:.1f}" stroke="#2c3235" fill="none"/>')
        parts.append(text(x - 5, level + 4, shown(bound * (1 - part / 4), unit), 9, anchor="end"))
    for moment, anchor in ((begin, "start"), (end, "end")):
        left = x if anchor == "start" else x + width
        parts.append(text(left, y + height + 14, time.strftime("%H:%M:%S", time.gmtime(moment)), 9, anchor=anchor))
    return "".join(parts)


def overrides(panel):
    fixed = {}
    for override in panel["fieldConfig"]["overrides"]:
        for item in override["properties"]:
            if item["id"] == "color":
                fixed[override["matcher"]["options"]] = colour(item["value"]["fixedColor"])
    return fixed


def draw_table(panel, answers, box):
    x, y, width, height = box
    organize = panel["transformations"][-1]["options"]
    titles, order = organize.get("renameByName", {}), organize.get("indexByName", {})
    rows = {}
    for index, answer in enumerate(answers):
        column = "Value" if len(answers) == 1 else f"Value #{panel['targets'][index]['refId']}"
        for _, labels, samples in answer:
            key = tuple(sorted((k, v) for k, v in labels.items() if k != "__name__"))
            rows.setdefault(key, dict(key))[column] = samples[-1][1]
    columns = sorted(order, key=order.get) or sorted({name for row in rows.values() for name in row})
    by = panel["options"]["sortBy"][0]
    first = next((c for c in columns if titles.get(c, c) == by["displayName"]), columns[-1])
    ranked = sorted(rows.values(), key=lambda row: row.get(first, 0), reverse=by["desc"])
    shares = [2.0 if not c.startswith("Value") else 1.0 for c in columns]
    parts, left = [], x
    for column, share in zip(columns, shares):
        breadth = width * share / sum(shares)
        title = titles.get(column, column)
        is_value = column.startswith("Value")
        anchor, at = ("end", left + breadth - 8) if is_value else ("start", left)
        parts.append(text(at, y + 12, shortened(title, breadth), 10, "#8ab8ff", anchor))
        for line, row in enumerate(ranked[:int((height - 20) / 16)]):
            words, fill = cell(panel, title, row.get(column), is_value)
            parts.append(text(at, y + 30 + line * 16, shortened(words, breadth), 11, fill, anchor))
        left += breadth
    return "".join(parts)


def cell(panel, title, value, is_value):
    if value is None:
        return "", "#ccccdc"
    if not is_value:
        return value, "#ccccdc"
    unit, fill, state = panel["fieldConfig"]["defaults"]["unit"], "#ccccdc", None
    for override in panel["fieldConfig"]["overrides"]:
        if override["matcher"]["options"] != title:
            continue
        for item in override["properties"]:
            if item["id"] == "unit":
                unit = item["value"]
            elif item["id"] == "thresholds":
                fill = graded(value, item["value"])
            elif item["id"] == "mappings":
                state = mapped(value, item["value"])
    return state or (shown(value, unit), fill)


def draw_bargauge(panel, answers, box):
    x, y, width, height = box
    defaults = panel["fieldConfig"]["defaults"]
    bars = [(name, samples[-1][1]) for answer in answers for name, _, samples in answer]
    bound = max(value for _, value in bars) or 1
    room = min(height / len(bars), 40)
    parts = []
    for index, (name, value) in enumerate(bars):
        top, fill = y + index * room, graded(value, defaults["thresholds"])
        parts.append(f'<rect x="{x}" y="{top + 12:.1f}" width="{width - 70}" height="{room - 16:.1f}" fill="#22252b"/>')
        parts.append(f'<rect x="{x}" y="{top + 12:.1f}" width="{(width - 70) * value / bound:.1f}" '
                     f'height="{room - 16:.1f}" fill="{fill}" fill-opacity="0.7"/>')
        parts.append(text(x, top + 9, shortened(name, width - 80, 10), 10))
        parts.append(text(x + width, top + room - 8, shown(value, defaults["unit"]), 12, fill, "end"))
    return "".join(parts)


def draw_heatmap(panel, answers, box):
    x, y, width, height = box
    lines = sorted(answers[0], key=lambda line: float(line[1]["le"].replace("+Inf", "inf")))
    times = sorted({t for _, _, samples in lines for t, _ in samples})
    below, most, cells = {}, 0, []
    for row, (_, _, samples) in enumerate(lines):
        for moment, value in samples:
            count = max(value - below.get(moment, 0), 0)
            below[moment] = value
            most = max(most, count)
            cells.append((row, times.index(moment), count))
    tall, broad = (height - 16) / len(lines), (width - 60) / len(times)
    parts = [
        f'<rect x="{x + 56 + column * broad:.1f}" y="{y + height - 16 - (row + 1) * tall:.1f}" width="{broad:.1f}" '
        f'height="{tall - 1:.1f}" fill="#ff9830" fill-opacity="{(count / most) ** 0.5 if most else 0:.2f}"/>'
        for row, column, count in cells if count
    ]
    unit = panel["options"]["yAxis"]["unit"]
    for row, (_, labels, _) in enumerate(lines):
        bound = labels["le"]
        words = "more" if bound == "+Inf" else shown(float(bound), unit)
        parts.append(text(x + 50, y + height - 16 - row * tall - tall / 2 + 3, words, min(9, tall), anchor="end"))
    return "".join(parts)


DRAWERS = {
    "stat": draw_stat, "timeseries": draw_timeseries, "table": draw_table, "bargauge": draw_bargauge,
    "heatmap": draw_heatmap,
}

if __name__ == "__main__":
    main()
