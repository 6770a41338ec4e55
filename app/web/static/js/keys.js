/*
 * The keyboard. "/" goes to the search box, "?" lists the keys, "g" and a letter opens a page.
 * Elements with data-key="x" are pressed by that key; data-key-name says what it does.
 */
const PAGES = { h: "/", a: "/search/achievements", n: "/search/needs", i: "/imports", q: "/quality", r: "/admin/review" };

let leading = false;

function typing(target) {
  return target.matches?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
}

function help() {
  document.querySelector("#keys")?.showModal();
}

function fillHelp() {
  const list = document.querySelector("#keys .facts");
  if (!list) return;
  for (const old of list.querySelectorAll("[data-of-page]")) old.remove();
  for (const element of document.querySelectorAll("[data-key]")) {
    if (!element.dataset.keyName) continue;
    const term = document.createElement("dt");
    term.dataset.ofPage = "";
    term.append(Object.assign(document.createElement("kbd"), { textContent: element.dataset.key.toUpperCase() }));
    const meaning = document.createElement("dd");
    meaning.dataset.ofPage = "";
    meaning.textContent = element.dataset.keyName;
    list.append(term, meaning);
  }
}

/** Listen to keys. */
export function installKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (typing(event.target) || document.querySelector("dialog[open]")) return;
    if (leading && PAGES[event.key]) {
      const link = document.querySelector(`.side a[href="${PAGES[event.key]}"]`);
      if (link) link.click();
    } else if (event.key === "/") {
      (document.querySelector("[data-search]") ?? document.querySelector(".top-search input"))?.focus();
    } else if (event.key === "?") {
      fillHelp();
      help();
    } else {
      const element = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
      if (element && !element.disabled) {
        event.preventDefault();
        if (element.matches("input, textarea, select")) element.focus();
        else element.click();
      }
      leading = event.key === "g" && !element;
      return;
    }
    leading = false;
    event.preventDefault();
  });
}
