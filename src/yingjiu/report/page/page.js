"use strict";
(function () {
  const tones = {
    red: "#b3261e", orange: "#e07b12", yellow: "#e8c227",
    good: "#3f6f8f", bad: "#b3261e", idle: "#b9c0c7",
    first: "#1f4e79", second: "#7fa8c9"
  };
  const ink = "#1d2733", soft = "#5a6675", line = "#dfe3e8";
  const fonts = getComputedStyle(document.body).fontFamily;
  const charts = JSON.parse(document.getElementById("charts").textContent);
  const drawn = [];

  function option(chart, width) {
    const narrow = width < 480;
    const size = narrow ? 12 : 13;
    const number = chart.share
      ? (value) => (value === null ? "—" : (value * 100).toFixed(1) + "%")
      : (value) => value.toLocaleString();
    const series = chart.series.map((item) => ({
      type: "bar", name: item.name, data: item.values, stack: chart.stacked ? "all" : undefined,
      barMaxWidth: 18, itemStyle: { color: tones[item.tone] || tones.first },
      emphasis: { focus: "series" }, animation: false,
      label: {
        show: !chart.stacked, position: "right", color: soft, fontSize: size,
        formatter: (point) => number(point.value)
      }
    }));
    if (chart.stacked) {
      const totals = chart.categories.map((_, at) => chart.series.reduce((sum, item) => sum + item.values[at], 0));
      series.push({
        type: "bar", name: "", stack: "all", data: totals.map(() => 0), silent: true, animation: false,
        tooltip: { show: false },
        label: { show: true, position: "right", color: ink, fontSize: size, formatter: (point) => number(totals[point.dataIndex]) }
      });
    }
    return {
      textStyle: { fontFamily: fonts, color: ink },
      animation: false,
      legend: { top: 0, left: 0, itemWidth: 12, itemHeight: 12, icon: "rect", textStyle: { color: ink, fontSize: size }, data: chart.series.map((item) => item.name) },
      tooltip: {
        trigger: "axis", renderMode: "richText", confine: true, axisPointer: { type: "shadow" },
        backgroundColor: "#ffffff", borderColor: line, textStyle: { color: ink, fontSize: size, fontFamily: fonts },
        valueFormatter: number
      },
      grid: { top: 36, left: 0, right: narrow ? 44 : 56, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
      xAxis: {
        type: "value", minInterval: chart.share ? undefined : 1, max: chart.whole ? 1 : undefined,
        splitNumber: narrow ? 3 : 5, axisLabel: { color: soft, fontSize: 12, formatter: chart.share ? (value) => +(value * 100).toFixed(2) + "%" : number },
        splitLine: { lineStyle: { color: line } }
      },
      yAxis: {
        type: "category", inverse: true, data: chart.categories, axisTick: { show: false },
        axisLine: { lineStyle: { color: line } },
        axisLabel: { color: ink, fontSize: size, width: narrow ? 112 : Math.min(240, width * 0.34), overflow: narrow ? "truncate" : "break", interval: 0 }
      },
      series: series
    };
  }

  for (const place of document.querySelectorAll("[data-chart]")) {
    const chart = charts[place.dataset.chart];
    place.style.height = place.dataset.height + "px";
    const drawing = echarts.init(place, null, { renderer: "svg" });
    drawing.setOption(option(chart, place.clientWidth));
    drawn.push([place, drawing, chart]);
  }
  function redraw() {
    for (const [place, drawing, chart] of drawn) {
      drawing.resize();
      drawing.setOption(option(chart, place.clientWidth), true);
    }
  }
  let waiting = 0;
  addEventListener("resize", () => { clearTimeout(waiting); waiting = setTimeout(redraw, 120); });

  // paper has no pointer: print every chart with its numbers
  addEventListener("beforeprint", () => {
    for (const table of document.querySelectorAll("details.numbers")) { table.open = true; }
  });

  const form = document.getElementById("filters");
  if (form) {
    const cards = Array.from(document.querySelectorAll("details.card"));
    const counter = document.getElementById("counter");
    const nothing = document.getElementById("nothing");
    const texts = new Map();
    const textOf = (card) => {
      if (!texts.has(card)) { texts.set(card, card.textContent.toLowerCase()); }
      return texts.get(card);
    };
    const filter = () => {
      const want = Object.fromEntries(new FormData(form));
      const words = want.text.toLowerCase().split(/\s+/).filter(Boolean);
      let count = 0;
      for (const card of cards) {
        const data = card.dataset;
        const keep = (!want.kind || data.kind === want.kind) && (!want.level || data.level === want.level)
          && (!want.outcome || data.outcome === want.outcome)
          && (!want.model || data.models.split(" ").includes(want.model))
          && words.every((word) => textOf(card).includes(word));
        card.hidden = !keep;
        count += keep ? 1 : 0;
      }
      counter.textContent = count.toLocaleString();
      nothing.hidden = count > 0;
    };
    form.addEventListener("input", filter);
    form.addEventListener("reset", () => setTimeout(filter));
    form.addEventListener("submit", (event) => event.preventDefault());
    filter();
  }

  // a link to one lead opens its card
  function open() {
    const card = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (card && card.tagName === "DETAILS") { card.open = true; card.scrollIntoView(); }
  }
  addEventListener("hashchange", open);
  open();
})();
