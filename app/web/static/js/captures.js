// Capturing: what was pasted is read by the server, looked over here, and kept with Ctrl+Enter.
import { call, Problem } from "./api.js";
import { takeBack } from "./forms.js";
import { toast } from "./toast.js";

const SOURCE = "capture-source";
const PROPOSED = [
  "title", "summary", "indicators", "contact", "maturity", "stage", "keywords", "ip", "cooperation_modes",
  "price_min_wan", "price_max_wan",
];
const form = document.querySelector("#capture");
const fields = form.elements;
const status = document.querySelector("#proposing");
let asked = null;

function put(name, value) {
  const field = fields.namedItem(name);
  field.value = Array.isArray(value) ? value.join("、") : (value ?? "");
  field.setAttribute("aria-invalid", "false");
}

function tickIndustries(codes) {
  const boxes = [...form.querySelectorAll('input[name="industries"]')];
  for (const box of boxes) {
    box.checked = codes.includes(box.value);
    if (box.checked) box.closest("details").open = true;
  }
  countIndustries();
}

function countIndustries() {
  const names = [...form.querySelectorAll('input[name="industries"]:checked')].map((box) =>
    box.parentElement.textContent.trim());
  document.querySelector("#industry-count").textContent = names.length ? names.join("、") : "未选";
}

function showKnown(known) {
  const box = document.querySelector("#known");
  box.hidden = !known.length;
  if (box.hidden) return;
  const head = Object.assign(document.createElement("strong"), { textContent: "库中已有相近的成果，先看看是不是同一项：" });
  const list = document.createElement("ul");
  for (const each of known) {
    const link = Object.assign(document.createElement("a"), { textContent: each.title, target: "_blank" });
    link.href = `/achievements/${encodeURIComponent(each.id)}`;
    const row = document.createElement("li");
    row.append(link, `（${each.organisation}，文字重合 ${Math.round(100 * each.similarity)}%）`);
    list.append(row);
  }
  box.replaceChildren(head, list);
}

function lightTerms(text) {
  const plain = text.toLowerCase();
  for (const tag of document.querySelectorAll("[data-term]")) {
    const there = plain.includes(tag.dataset.term.toLowerCase());
    tag.classList.toggle("good", there);
    tag.textContent = there ? `✓ ${tag.dataset.term}` : tag.dataset.term;
  }
}

/** Ask the server what a text says; only the last question is answered. */
async function propose() {
  const text = fields.pasted.value.trim();
  if (!text) {
    status.textContent = "先粘贴文字。";
    fields.pasted.focus();
    return;
  }
  asked?.abort();
  asked = new AbortController();
  status.textContent = "正在提取…";
  try {
    const found = await call("POST", "/api/v1/captures/proposal", { body: { text }, signal: asked.signal });
    for (const name of PROPOSED) put(name, found[name]);
    put("organisation", found.holder);
    tickIndustries(found.industries);
    showKnown(found.known);
    const address = /https?:\/\/[^\s，。；）)]+/.exec(text);
    if (address && !fields.url.value) fields.url.value = address[0];
    lightTerms(text);
    status.textContent = "已填好，请核对。";
    (fields.source.value ? fields.title : fields.source).focus();
  } catch (problem) {
    if (problem.name === "AbortError") return;
    if (!(problem instanceof Problem)) throw problem;
    status.textContent = problem.message;
  }
}

function clear() {
  const kept = { source: fields.source.value, platform: fields.platform.value, found_on: fields.found_on.value };
  form.reset();
  for (const [name, value] of Object.entries(kept)) fields.namedItem(name).value = value;
  for (const part of form.querySelectorAll(".pick-box details")) part.open = false;
  showKnown([]);
  lightTerms("");
  countIndustries();
  status.textContent = "";
  fields.pasted.focus();
}

fields.pasted.addEventListener("paste", () => {
  // Only a text that comes into an empty field is read by itself: corrections stay.
  if (!fields.pasted.value.trim()) setTimeout(propose);
});
document.querySelector("#propose").addEventListener("click", propose);
document.querySelector("#clear").addEventListener("click", clear);
form.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  if (!fields.title.value && fields.pasted.value.trim()) propose();
  else form.requestSubmit();
});
form.addEventListener("change", countIndustries);
form.addEventListener("api:done", (event) => {
  const { id, title } = event.detail;
  localStorage.setItem(SOURCE, JSON.stringify({ source: fields.source.value, platform: fields.platform.value }));
  toast(`已保存“${title}”，可以接着粘贴下一条。`, {
    undo: () => takeBack({ method: "DELETE", path: `/api/v1/achievements/${encodeURIComponent(id)}` }),
  });
  clear();
  document.body.dispatchEvent(new CustomEvent("captured"));
});

// The next one is often from the same place.
const last = JSON.parse(localStorage.getItem(SOURCE) ?? "{}");
fields.source.value = last.source ?? "";
fields.platform.value = last.platform ?? "";
countIndustries();
