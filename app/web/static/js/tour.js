// A short tour: the parts of the page that say what they are for, one after another; Esc ends it.
const SEEN = "tour-seen";
const EVERYWHERE = [
  [".top-search", "任何页面都可以在这里用一句话找成果；按 / 就能开始输入。"],
  [".side nav", "菜单按工作顺序排：检索、对接、库、管理。按 ? 看全部快捷键。"],
];

function steps() {
  const own = [...document.querySelectorAll("[data-tour]")].map((part) => [part, part.dataset.tour]);
  const rest = EVERYWHERE.map(([selector, text]) => [document.querySelector(selector), text]);
  return [...own, ...rest].filter(([part]) => part?.checkVisibility());
}

function start() {
  const all = steps();
  let at = 0;
  const box = document.createElement("section");
  box.className = "tour stack-small no-print";
  box.setAttribute("role", "dialog");
  box.setAttribute("aria-label", "导览");
  const text = document.createElement("p");
  const row = Object.assign(document.createElement("div"), { className: "row between" });
  const count = Object.assign(document.createElement("span"), { className: "soft small" });
  const next = Object.assign(document.createElement("button"), { type: "button", className: "primary" });
  const end = Object.assign(document.createElement("button"), { type: "button", className: "quiet", textContent: "结束" });
  row.append(count, end, next);
  box.append(text, row);
  document.body.append(box);

  function clear() {
    for (const part of document.querySelectorAll(".toured")) part.classList.remove("toured");
  }

  function finish() {
    clear();
    box.remove();
    document.removeEventListener("keydown", stop);
    localStorage.setItem(SEEN, "1");
    document.querySelector("#tour-start")?.focus();
  }

  function stop(event) {
    if (event.key === "Escape") finish();
  }

  function show() {
    clear();
    if (at >= all.length) return finish();
    const [part, words] = all[at];
    part.classList.add("toured");
    part.scrollIntoView({ block: "nearest" });
    text.textContent = words;
    count.textContent = `${at + 1} / ${all.length}`;
    next.textContent = at + 1 < all.length ? "下一步" : "开始工作";
    next.focus();
    return undefined;
  }

  next.addEventListener("click", () => {
    at += 1;
    show();
  });
  end.addEventListener("click", finish);
  document.addEventListener("keydown", stop);
  show();
}

document.querySelector("#tour-start")?.addEventListener("click", start);
if (!localStorage.getItem(SEEN) && !navigator.webdriver) start();
