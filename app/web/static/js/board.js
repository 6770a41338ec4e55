// The chart of counties: what was absorbed beside the year before, and the target as a mark.

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function options({ places, now, before, targets }) {
  const ink = colour("--ink-soft");
  const words = { textStyle: { color: ink } };
  const bars = (name, data, fill) => ({ name, type: "bar", data, barMaxWidth: 22, itemStyle: { color: fill } });
  const marks = {
    name: "目标", type: "scatter", data: targets, symbol: "rect", symbolSize: [34, 3], itemStyle: { color: colour("--bad") },
  };
  const aimed = targets.some((target) => target !== null);
  return {
    animation: false,
    grid: { left: 8, right: 8, top: 40, bottom: 8, containLabel: true },
    legend: { ...words, top: 0 },
    tooltip: { trigger: "axis", valueFormatter: (value) => (value == null ? "未设" : `${value.toLocaleString("zh-CN")} 万元`) },
    xAxis: { type: "category", data: places, axisLabel: { color: ink, interval: 0, hideOverlap: true } },
    yAxis: {
      type: "value", name: "万元", nameTextStyle: { color: ink }, axisLabel: { color: ink },
      splitLine: { lineStyle: { color: colour("--line") } },
    },
    series: [bars("吸纳成交额", now, colour("--accent")), bars("上年同期", before, colour("--line-strong")), ...(aimed ? [marks] : [])],
  };
}

function draw(box) {
  const chart = window.echarts.init(box);
  const told = JSON.parse(box.dataset.bars);
  chart.setOption(options(told));
  new ResizeObserver(() => chart.resize()).observe(box);
  document.querySelector("#theme")?.addEventListener("click", () => requestAnimationFrame(() => chart.setOption(options(told))));
}

for (const box of document.querySelectorAll("[data-bars]")) draw(box);
