// Charts: each reads its rows from the JSON beside it. The same rows stand below it as a table.
//
// {columns: [heading, ...], rows: [[label, number, ...], ...], unit: "元", stacked: true}
// kinds: bar, line, pie, funnel, tiles, and band (rows: label, value, least, most)
import { echarts } from "./echarts.js";

const COLOURS = ["#1f5fa8", "#d07a1f", "#2e7d4f", "#8456ad", "#b5483c", "#5b7083", "#9a7b0a"];
const INK = "#1d2733";
const PALE = "#515c6a";
const LINES = "#d5dae1";
const STEPS = ["#1f5fa8", "#3d76b8", "#5b8ec8", "#7aa5d6", "#9abde3", "#b9d3ee", "#d5e5f6"];
const RAMP = ["#eef4fb", "#c6dbf2", "#8fb8e3", "#4b87c6", "#1f5fa8", "#12395f"];

function number(value, unit) {
  if (value === null || value === undefined) return "—";
  return Number(value).toLocaleString("en-US", { maximumFractionDigits: 2 }) + (unit ? ` ${unit}` : "");
}

function axis(kind, data) {
  const labels = { color: PALE, fontSize: 12 };
  return kind === "category"
    ? { type: "category", axisLabel: { ...labels, hideOverlap: true }, axisTick: { show: false }, axisLine: { lineStyle: { color: LINES } } }
    : { type: "value", minInterval: data.whole === false ? 0 : 1, axisLabel: { ...labels, formatter: (value) => short(value, data) }, splitLine: { lineStyle: { color: "#e8ebef" } } };
}

function short(value, data) {
  if (Math.abs(value) >= 10000 && data.wan) return `${(value / 10000).toLocaleString("en-US", { maximumFractionDigits: 1 })} ${data.wan}`;
  return value.toLocaleString("en-US");
}

function common(data, series) {
  return {
    color: COLOURS,
    animation: false,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: INK },
    legend: { show: series > 1, top: 0, left: 0, type: "scroll", textStyle: { color: INK } },
    grid: { left: 8, right: 16, top: series > 1 ? 40 : 16, bottom: 8, containLabel: true },
    tooltip: { renderMode: "richText", trigger: "axis", confine: true, valueFormatter: (value) => number(value, data.unit) },
  };
}

function cartesian(type, data) {
  const names = data.columns.slice(1, data.series ? data.series + 1 : undefined);
  const labels = data.rows.map((row) => row[0]);
  const flat = type === "bar" && (data.horizontal || labels.some((label) => String(label).length > 8) && labels.length > 3);
  const category = { ...axis("category", data), data: flat ? [...labels].reverse() : labels };
  const value = axis("value", data);
  if (flat) category.axisLabel = { ...category.axisLabel, hideOverlap: false, width: 110, overflow: "truncate" };
  return {
    ...common(data, names.length),
    xAxis: flat ? value : category,
    yAxis: flat ? category : value,
    series: names.map((name, at) => {
      const values = data.rows.map((row) => row[at + 1]);
      return {
        name, type, data: flat ? values.reverse() : values,
        stack: data.stacked ? "all" : undefined,
        barMaxWidth: 36,
        connectNulls: false,
        symbolSize: 7,
        lineStyle: { width: 2.5 },
        label: { show: names.length === 1 && data.rows.length <= 14, position: type === "bar" && flat ? "right" : "top", color: INK, formatter: (point) => (point.value ? short(point.value, data) : "") },
      };
    }),
  };
}

function band(data) {
  const [, value, least, most] = data.columns;
  const column = (at) => data.rows.map((row) => row[at]).reverse();
  const low = column(2);
  const options = common(data, 2);
  return {
    ...options,
    legend: { ...options.legend, data: [value, data.band || `${least} – ${most}`] },
    tooltip: {
      ...options.tooltip,
      formatter: (points) => {
        const row = data.rows[data.rows.length - 1 - points[0].dataIndex];
        return [row[0], ...row.slice(1).map((each, at) => `${data.columns[at + 1]}: ${number(each, at < 3 ? data.unit : "")}`)].join("\n");
      },
    },
    xAxis: axis("value", data),
    yAxis: { ...axis("category", data), data: column(0), axisLabel: { color: PALE, width: 110, overflow: "truncate" } },
    series: [
      { name: "", type: "bar", stack: "band", silent: true, itemStyle: { color: "transparent" }, barWidth: 18, data: low },
      { name: data.band || `${least} – ${most}`, type: "bar", stack: "band", silent: true, itemStyle: { color: "#b9cfe8" }, barWidth: 18, data: column(3).map((each, at) => (each === null ? null : each - (low[at] ?? 0))) },
      { name: value, type: "scatter", symbol: "diamond", symbolSize: 14, itemStyle: { color: "#b5483c" }, data: column(1), z: 5 },
    ],
  };
}

function pie(data, width) {
  const all = data.rows.reduce((sum, row) => sum + (row[1] || 0), 0) || 1;
  const share = (name) => `${name} ${Math.round(((data.rows.find((row) => row[0] === name)?.[1] || 0) / all) * 100)}%`;
  const options = common(data, 2);
  return {
    ...options,
    legend: { ...options.legend, type: "plain", formatter: share },
    tooltip: { renderMode: "richText", trigger: "item", confine: true, formatter: (point) => `${point.name}: ${number(point.value, data.unit)} (${point.percent}%)` },
    series: [{ type: "pie", radius: ["45%", "72%"], center: ["50%", "56%"], label: { show: width > 500, color: INK, formatter: "{b} {d}%" }, data: data.rows.map(([name, value]) => ({ name, value })) }],
  };
}

function funnel(data) {
  const first = data.rows[0]?.[1] || 0;
  return {
    ...common(data, 1),
    tooltip: { renderMode: "richText", trigger: "item", confine: true, formatter: (point) => told(point.dataIndex) },
    series: [{
      type: "funnel", sort: "none", gap: 3, left: 8, right: 8, top: 8, bottom: 8, min: 0, max: first || 1, minSize: "2%",
      label: { show: true, position: "inside", color: INK, fontWeight: 600, formatter: (point) => told(point.dataIndex), backgroundColor: "rgba(255,255,255,.86)", padding: [3, 8], borderRadius: 4 },
      itemStyle: { borderWidth: 0 },
      data: data.rows.map(([name, value], at) => ({ name, value, itemStyle: { color: STEPS[Math.min(at, STEPS.length - 1)] } })),
    }],
  };
  function told(at) {
    const [name, value] = data.rows[at];
    const share = at && first ? `  ${Math.round((value / first) * 100)}%` : "";
    return `${name}  ${number(value, data.unit)}${share}`;
  }
}

// our own squares: a place a square, in rows; no borders, so nothing about them can be wrong
function tileGrid(data, width) {
  const across = data.rows.length <= 4 ? data.rows.length : Math.max(2, Math.min(Math.ceil(Math.sqrt(data.rows.length * 1.6)), Math.floor(width / 84)));
  const side = Math.min((width - 8) / across, 132);
  return { across, side, down: Math.ceil(data.rows.length / across), tall: Math.min(side, 84) };
}

function tiles(data, width) {
  const { across, down, side, tall } = tileGrid(data, width);
  const most = Math.max(1, ...data.rows.map((row) => row[1] || 0));
  return {
    ...common(data, 1),
    grid: { left: 4, top: 4, width: side * across, height: tall * down },
    tooltip: { renderMode: "richText", confine: true, formatter: (point) => `${data.rows[point.dataIndex][0]}: ${number(data.rows[point.dataIndex][1], data.unit)}` },
    xAxis: { type: "category", show: false, data: [...Array(across).keys()] },
    yAxis: { type: "category", show: false, inverse: true, data: [...Array(down).keys()] },
    visualMap: ramp(most),
    series: [{
      type: "heatmap",
      itemStyle: { borderColor: "#fff", borderWidth: 4, borderRadius: 8 },
      data: data.rows.map((row, at) => ({
        value: [at % across, Math.floor(at / across), row[1] || 0],
        label: { color: (row[1] || 0) / most > 0.55 ? "#fff" : INK },
      })),
      label: { show: true, lineHeight: 18, width: Math.floor(side) - 14, overflow: "truncate", formatter: (point) => `${data.rows[point.dataIndex][0]}\n${number(point.value[2])}` },
    }],
  };
}

function ramp(most) {
  return { min: 0, max: most, calculable: false, orient: "horizontal", left: "center", bottom: 0, itemHeight: 120, itemWidth: 12, text: [number(most), "0"], inRange: { color: RAMP }, textStyle: { color: PALE } };
}

// official boundaries, which an administrator has uploaded with their approval number (审图号)
async function boundaries(data) {
  const name = `boundary-${data.map.id}`; // never "china": ECharts adds an inset of its own to that name
  const library = await echarts();
  if (!library.getMap(name)) {
    const answer = await fetch(data.map.url, { headers: { Accept: "application/geo+json" } });
    library.registerMap(name, await answer.json());
  }
  const most = Math.max(1, ...data.rows.map((row) => row[1] || 0));
  return {
    ...common(data, 1),
    tooltip: { renderMode: "richText", trigger: "item", confine: true, formatter: (point) => `${point.name}: ${number(Number.isNaN(point.value) ? null : point.value, data.unit)}` },
    visualMap: ramp(most),
    graphic: [{ type: "text", right: 4, bottom: 4, style: { text: data.map.notice, fill: PALE, fontSize: 12 } }],
    series: [{ type: "map", map: name, nameProperty: data.map.property, roam: false, top: 8, bottom: 48, label: { show: true, color: INK }, itemStyle: { areaColor: "#f3f5f8", borderColor: "#8b97a5" }, data: data.rows.map(([name, value]) => ({ name, value })) }],
  };
}

async function options(kind, data, width) {
  switch (kind) {
    case "line": return cartesian("line", data);
    case "pie": return pie(data, width);
    case "funnel": return funnel(data);
    case "band": return band(data);
    case "tiles": return data.map ? boundaries(data) : tiles(data, width);
    default: return cartesian("bar", data);
  }
}

// tiles take the height that they need
function fit(canvas, data, grows) {
  if (!grows) return;
  const { down, tall } = tileGrid(data, canvas.clientWidth);
  canvas.style.height = `${down * tall + 60}px`;
}

async function draw(canvas) {
  if (canvas.dataset.drawn) return;
  canvas.dataset.drawn = "yes";
  const data = JSON.parse(document.getElementById(canvas.dataset.source).textContent);
  const kind = canvas.dataset.chart;
  const grows = kind === "tiles" && !data.map;
  fit(canvas, data, grows);
  const library = await echarts();
  const chart = library.init(canvas, null, { renderer: "canvas", devicePixelRatio: Math.max(2, window.devicePixelRatio) });
  chart.setOption(await options(kind, data, canvas.clientWidth));
  let width = canvas.clientWidth;
  new ResizeObserver(async () => {
    if (canvas.clientWidth === width) return;
    width = canvas.clientWidth;
    fit(canvas, data, grows);
    chart.resize();
    if (grows) chart.setOption(await options(kind, data, width), true);
  }).observe(canvas);
}

export function drawCharts(root) {
  root.querySelectorAll("[data-chart]").forEach((canvas) => draw(canvas));
}
