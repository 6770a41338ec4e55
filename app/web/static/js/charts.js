// Charts, drawn on canvas in the colours of the page.

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function lines(box) {
  const ink = colour("--ink-soft");
  const axis = (name) => ({
    type: "value", min: 0, max: 1, name, nameLocation: "middle", nameGap: 28,
    axisLabel: { color: ink, formatter: (value) => `${Math.round(value * 100)}%` },
    nameTextStyle: { color: ink }, splitLine: { lineStyle: { color: colour("--line") } },
  });
  const series = JSON.parse(box.dataset.reliability).map(({ name, points }, at) => ({
    name, type: "line", data: points, symbol: ["circle", "rect", "triangle", "diamond"][at], symbolSize: 8,
  }));
  const exact = {
    name: "完全可信", type: "line", data: [[0, 0], [1, 1]], symbol: "none", lineStyle: { type: "dashed", color: ink },
  };
  return {
    animation: false,
    color: [colour("--bad"), colour("--warn"), colour("--accent"), colour("--good"), ink],
    // The legend of a narrow chart takes two lines.
    grid: { left: 52, right: 16, top: box.clientWidth < 480 ? 60 : 36, bottom: 44 },
    legend: { textStyle: { color: ink }, top: 0 },
    xAxis: axis("给出的概率"),
    yAxis: { ...axis("实际占比"), nameGap: 40 },
    series: [...series, exact],
  };
}

function reliability(box) {
  const chart = window.echarts.init(box);
  const paint = () => chart.setOption(lines(box));
  paint();
  // Until this has run, the style sheet keeps the old width from sticking out of the page.
  new ResizeObserver(() => {
    chart.resize();
    paint();
  }).observe(box);
  // What is drawn keeps its colours: dark on white when the theme changes, and on paper.
  new MutationObserver(paint).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  matchMedia("print").addEventListener("change", paint);
}

function draw(root) {
  for (const box of root.querySelectorAll("[data-reliability]")) reliability(box);
}

document.addEventListener("htmx:afterSettle", (event) => draw(event.detail.elt.parentElement ?? document));
