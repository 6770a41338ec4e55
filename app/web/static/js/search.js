/*
 * The search box and its results. Short texts are part of the address; longer ones stay in this window
 * (addresses are cut by what they pass through) and are posted for the results.
 */
import { call } from "./api.js";

const form = document.querySelector("#search");
const box = document.querySelector("#search-text");
const searched = document.querySelector("#searched");
const results = document.querySelector("#results");
const inAddress = Number(form.dataset.inAddress);
const longest = Number(form.dataset.longest);
const HIGHEST = 0.5; // of the window
const PREFIX = "search-text:";
const DOWNLOAD_MS = 1500; // Nothing tells a page that a file has come.

/* ---- the box ---- */

function grow() {
  box.style.blockSize = "auto";
  const most = window.innerHeight * HIGHEST;
  box.style.blockSize = `${Math.min(box.scrollHeight + 2, most)}px`;
  const left = longest - box.value.length;
  const note = document.querySelector("#search-length");
  if (left < 0) note.textContent = `，已超出 ${-left} 字，请精简`;
  else note.textContent = box.value.length > inAddress ? `，已写 ${box.value.length} 字` : "";
}

function keep(text) {
  const name = [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  sessionStorage.setItem(PREFIX + name, text);
  return name;
}

function search() {
  const text = box.value.trim();
  if (!text) {
    box.focus();
    return;
  }
  const query = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (name !== "q" && value) query.set(name, value);
  if (text.length > inAddress) query.set("kept", keep(text));
  else query.set("q", text);
  document.documentElement.classList.add("busy");
  location.assign(`${form.getAttribute("action")}?${query}`);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  search();
});
box.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  search();
});
box.addEventListener("input", grow);
window.addEventListener("resize", grow);

/* ---- the results ---- */

function say(text, again) {
  const notice = Object.assign(document.createElement("div"), { className: "notice warn" });
  notice.setAttribute("role", "alert");
  notice.append(Object.assign(document.createElement("p"), { textContent: text }));
  if (again) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: "再试一次" });
    button.addEventListener("click", () => location.reload());
    notice.append(button);
  }
  results.replaceChildren(notice);
  results.removeAttribute("aria-busy");
}

function fold() {
  const facets = results.querySelector(".facets");
  if (facets) facets.open = window.matchMedia("(width >= 64rem)").matches;
}

function move(step) {
  const links = [...results.querySelectorAll(".hit .title")];
  const at = links.findIndex((link) => link.closest(".hit").contains(document.activeElement));
  links[Math.max(0, Math.min(links.length - 1, at + step))]?.focus();
}

// Looked at: what is new from now on is told the next time.
async function noteSeen() {
  try {
    await call("PUT", results.dataset.seen);
  } catch {
    // Told as new once more; nothing is lost.
  }
}

if (results) {
  results.addEventListener("htmx:afterSwap", (event) => {
    results.removeAttribute("aria-busy");
    if (event.detail.target !== results) return;
    fold();
    if (results.dataset.seen) noteSeen();
  });
  for (const name of ["htmx:responseError", "htmx:sendError"]) {
    results.addEventListener(name, (event) => {
      if (event.detail.target !== results) return;
      event.stopPropagation(); // It is said here, where the results would be.
      say(event.detail.xhr?.responseText || "没有连上服务器，检索没有完成。", true);
    });
  }
  document.addEventListener("keydown", (event) => {
    const elsewhere = event.target.matches?.("input, textarea, select") || document.querySelector("dialog[open]");
    if (elsewhere || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "j") move(1);
    else if (event.key === "k") move(-1);
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-download]")) return;
    setTimeout(() => document.documentElement.classList.remove("busy"), DOWNLOAD_MS);
  });
  // Kept where forms of the page send it: the one who saved a search needs no second click.
  results.addEventListener("api:done", (event) => {
    event.target.disabled = true;
    event.target.textContent = "已收藏";
  });
}

// After all modules and htmx itself have run.
window.addEventListener("load", () => {
  if (!searched?.dataset.kept) return;
  const text = sessionStorage.getItem(PREFIX + searched.dataset.kept);
  if (text === null) {
    say("这段长文字只留在当时的窗口里，没有随地址保存。请把文字再粘贴到上面的框里检索。", false);
    box.focus();
    return;
  }
  box.value = searched.value = text;
  grow();
  window.htmx.trigger(results, "text-found");
});
grow();
