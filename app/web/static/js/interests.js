// Interests: contacts are asked for by a button, as each look at them is kept; the list is read by keys.

const SIDES = { need: "需求方", achievement: "成果方" };

function element(name, text, classes = "") {
  return Object.assign(document.createElement(name), { textContent: text, className: classes });
}

function fact(list, name, value, scheme) {
  if (!value) return;
  const shown = document.createElement("dd");
  if (scheme) shown.append(Object.assign(element("a", value), { href: `${scheme}:${value}` }));
  else shown.textContent = value;
  list.append(element("dt", name), shown);
}

function contact({ side, organisation, contact: left, person, phone, email }) {
  const part = document.createElement("section");
  const list = element("dl", "", "facts");
  part.append(element("h3", `${SIDES[side]}：${organisation}`), list);
  fact(list, "经办人", person);
  fact(list, "电话", phone, "tel");
  fact(list, "邮箱", email, "mailto");
  fact(list, "记录所留", left);
  if (!list.children.length) part.append(element("p", "没有留下联系方式，请找情报员。", "soft"));
  return part;
}

function looks(disclosed) {
  const part = document.createElement("details");
  const list = element("ul", "", "list compact");
  part.append(element("summary", `联系方式被查看过 ${disclosed.length} 次`), list);
  for (const { side, to, at } of disclosed) {
    const moment = new Date(at).toLocaleString("zh-CN", { timeZone: "Asia/Shanghai", dateStyle: "medium", timeStyle: "short" });
    list.append(element("li", `${moment}，${to} 查看了${SIDES[side]}的联系方式`));
  }
  return part;
}

document.addEventListener("api:done", (event) => {
  if (!event.target.matches("[data-contacts]")) return;
  const { items, disclosed } = event.detail;
  const shown = element("div", "", "columns");
  shown.append(...items.map(contact));
  const parts = [shown];
  if (disclosed.length) parts.push(looks(disclosed));
  document.querySelector("#contacts").replaceChildren(...parts);
});

/* The list: J and K move through it. */
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !["j", "k"].includes(event.key)) return;
  if (event.target.matches?.("input, textarea, select") || document.querySelector("dialog[open]")) return;
  const titles = [...document.querySelectorAll(".interests a.title")];
  const next = titles.indexOf(document.activeElement) + (event.key === "j" ? 1 : -1);
  titles[Math.min(Math.max(next, 0), titles.length - 1)]?.focus();
});
