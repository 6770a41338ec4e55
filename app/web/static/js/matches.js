// The list of matches: what is compared, the keys, and the way along the list that details go.
const MOST = 4;

/** Keep the addresses of the list, so that a detail knows what comes before and after it. */
function keepTrail(list) {
  const pairs = [...list.querySelectorAll("a[data-pair]")].map((link) => link.getAttribute("href"));
  sessionStorage.setItem("matches", JSON.stringify({ list: list.dataset.list, pairs }));
}

function chosen(form) {
  return [...form.querySelectorAll('input[name="with"]:checked')];
}

function tellChosen(form) {
  const count = chosen(form).length;
  const bar = form.querySelector(".compare-bar");
  bar.querySelector("button").disabled = count < 2;
  bar.querySelector('[role="status"]').textContent =
    count === 0 ? `勾选 2 至 ${MOST} 项成果，并排对比` : `已选 ${count} 项${count === MOST ? "，最多这么多" : ""}`;
  for (const box of form.querySelectorAll('input[name="with"]')) box.disabled = count >= MOST && !box.checked;
}

function goTo(list, step) {
  const items = [...list.querySelectorAll(".match")];
  const at = items.findIndex((item) => item.classList.contains("at"));
  const next = items[Math.min(Math.max(at + step, 0), items.length - 1)];
  items[at]?.classList.remove("at");
  next.classList.add("at");
  next.querySelector("a[data-pair]").focus();
}

function install(list) {
  list.dataset.installed = "";
  keepTrail(list);
  const form = list.querySelector("form[data-compares]");
  if (!form) return;
  tellChosen(form);
  form.addEventListener("change", () => tellChosen(form));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const ids = chosen(form).map((box) => box.value);
    location.assign(`${form.getAttribute("action")}?with=${ids.join(",")}`);
  });
}

function installAll() {
  for (const list of document.querySelectorAll(".matches[data-list]:not([data-installed])")) install(list);
}

document.addEventListener("htmx:afterSettle", installAll);
document.addEventListener("click", (event) => {
  // Several lists may have been looked at in this window: the one that is left counts.
  const list = event.target.closest("a[data-pair]")?.closest(".matches[data-list]");
  if (list) keepTrail(list);
});
document.addEventListener("keydown", (event) => {
  const list = document.querySelector(".matches[data-list]");
  const step = { j: 1, k: -1 }[event.key];
  const aside = event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented;
  if (!list || !step || aside || document.querySelector("dialog[open], [data-key='j']")) return;
  if (event.target.matches?.("input:not([type=checkbox]), textarea, select")) return;
  if (list.querySelector(".match")) goTo(list, step);
});
installAll();
