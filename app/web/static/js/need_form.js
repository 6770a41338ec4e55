// Beside a need that is being written: how clear it is, what gives the enterprise away, how others will see it.
import { call, Problem } from "./api.js";
import { goTo } from "./record_form.js";
import { bodyOf } from "./values.js";

const PAUSE_MS = 1200;
const SHOWN_QUESTIONS = 3;
// Points that are asked alike in both lists of questions.
const SAME = ["indicator", "budget"];
const TEXTS = ["organisation", "district", "title", "description", "indicators", "chains", "cooperation_modes"];

const form = document.querySelector("#record-form");
const at = (id) => document.getElementById(id);
const staff = "staff" in form.dataset;

let timer, running, checked = "", found = [];

function element(tag, text, properties = {}) {
  return Object.assign(document.createElement(tag), { textContent: text, ...properties });
}

/** Return the need as it is written now; of a stored need the enterprise is known to the server alone. */
function written() {
  const body = bodyOf(form);
  for (const name of ["organisation", "title", "description"]) if (!body[name]) delete body[name];
  if (form.dataset.enterprise && !body.organisation) body.organisation = form.dataset.enterprise;
  if (!staff) delete body.organisation;
  return body;
}

function ready(body) {
  return Boolean(body.title && body.description);
}

/* ---- how clear it is ---- */

function question(text, field, hint) {
  const item = document.createElement("li");
  const button = element("button", text, { type: "button", className: "quiet ask" });
  button.addEventListener("click", () => goTo(form, field));
  item.append(button);
  if (hint) item.append(element("span", hint, { className: "soft small" }));
  return item;
}

function showClarity({ score, questions, next_questions: next }) {
  at("clarity").querySelector("progress").value = score;
  at("clarity-score").textContent = `${Math.round(score * 100)}%`;
  const asked = new Set(next.filter((each) => SAME.includes(each.piece)).map((each) => each.field));
  const rest = questions.filter((each) => !asked.has(each.field));
  const items = [
    ...next.map((each) => {
      const known = each.suggestions.slice(0, 3).join("、");
      return question(each.question, each.field, known && `库里常见：${known}`);
    }),
    ...rest.map((each) => question(each.question, each.field)),
  ];
  at("clarity-questions").replaceChildren(...items.slice(0, SHOWN_QUESTIONS));
  const more = at("clarity-more");
  more.hidden = items.length <= SHOWN_QUESTIONS;
  more.querySelector("summary").textContent = `还可以补充 ${items.length - SHOWN_QUESTIONS} 点`;
  more.querySelector("ul").replaceChildren(...items.slice(SHOWN_QUESTIONS));
  at("clarity-said").textContent = items.length
    ? "点一个问题，去写它的地方；最能改变匹配结果的在前。"
    : "要点都写明了。";
}

function refuse(place, problem) {
  at(place).textContent = problem.fields.length
    ? problem.fields.map((each) => each.message).join("；")
    : problem.message;
}

/* ---- what gives the enterprise away ---- */

/** Select a passage: positions count characters of the text without the blanks around it. */
function select({ field, start, end, text }) {
  const input = form.elements[field];
  if (!input?.setSelectionRange) return goTo(form, field);
  const before = input.value.length - input.value.trimStart().length;
  const characters = Array.from(input.value.trimStart());
  const from = before + characters.slice(0, start).join("").length;
  const to = from + characters.slice(start, end).join("").length;
  input.focus();
  // Rewritten since: the nearest place that still says it.
  const now = input.value.slice(from, to) === text ? from : input.value.indexOf(text);
  if (now >= 0) input.setSelectionRange(now, now + (to - from));
  return input.scrollIntoView({ block: "center" });
}

function showNaming({ items, held_back: heldBack }) {
  found = items;
  const anonymous = form.elements.visibility.value === "anonymous";
  const list = items.slice(0, 20).map((each) => {
    const item = document.createElement("li");
    const button = element("button", "", { type: "button", className: "quiet ask" });
    button.append(element("mark", each.text));
    button.addEventListener("click", () => select(each));
    item.append(button, element("span", `${each.certain ? "会认出来" : "可能猜到"}：${each.advice}`, { className: "small" }));
    return item;
  });
  at("naming-found").replaceChildren(...list);
  const naming = at("naming");
  naming.classList.toggle("held-back", heldBack && anonymous);
  // What keeps the need from being published comes first.
  if (!naming.contains(document.activeElement)) {
    if (heldBack && anonymous) naming.parentElement.prepend(naming);
    else at("clarity").after(naming);
  }
  at("accept").hidden = !(heldBack && anonymous) && !form.elements.disclosures_accepted.checked;
  if (!items.length) at("naming-said").textContent = "没有发现会暴露企业的文字。";
  else if (!anonymous) at("naming-said").textContent = "以下文字会让人认出企业；现在的可见范围不是匿名，可以不改。";
  else if (heldBack) at("naming-said").textContent = "匿名公开时会让人认出企业，请改写，否则只能存为草稿。点一处看原文。";
  else at("naming-said").textContent = "不影响发布，但可能让人猜到，请看一眼。点一处看原文。";
}

/* ---- checking: on a pause, on leaving a field, on the button; never on every key ---- */

async function ask(path, body, show, place) {
  try {
    show(await call("POST", path, { body, signal: running.signal }));
  } catch (problem) {
    if (problem.name === "AbortError") return;
    if (!(problem instanceof Problem)) throw problem;
    refuse(place, problem);
  }
}

async function check({ forced = false } = {}) {
  clearTimeout(timer);
  const body = written();
  const state = JSON.stringify(body);
  if (!ready(body)) {
    if (forced) goTo(form, body.title ? "description" : "title");
    return;
  }
  if (state === checked && !forced) return;
  checked = state;
  running?.abort();
  running = new AbortController();
  at("clarity-said").textContent = "正在看…";
  const work = [ask("/api/v1/needs/clarity", body, showClarity, "clarity-said")];
  if (staff && !body.organisation) {
    at("naming-said").textContent = "填写企业名称后，检查文字里有没有它。";
  } else {
    const texts = Object.fromEntries(Object.entries(body).filter(([name]) => TEXTS.includes(name)));
    work.push(ask("/api/v1/needs/self-naming", texts, showNaming, "naming-said"));
  }
  await Promise.all(work);
}

form.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(check, PAUSE_MS);
});
form.addEventListener("focusout", (event) => {
  if (event.target.matches("input, textarea, select")) check();
});
at("check").addEventListener("click", () => check({ forced: true }));
check();

/* ---- how others will see it ---- */

const FACTS = [
  ["产业链", (need) => need.chains.join("、")],
  ["预算", (need) => money(need.budget_min_wan, need.budget_max_wan)],
  ["合作方式", (need) => need.cooperation_modes.join("、")],
  ["期望完成", (need) => need.deadline],
  ["县区或园区", (need) => need.district],
  ["编号", (need) => need.external_id],
];

function money(low, high) {
  if (low === null && high === null) return "面议";
  if (low === null) return `不超过 ${high} 万元`;
  return high === null ? `${low} 万元起` : `${low}–${high} 万元`;
}

/** Return the text with the passages of a field marked that give the enterprise away. */
function withMarks(tag, field, text, visibility) {
  const box = element(tag, "", { className: tag === "p" ? "prose" : "" });
  const words = visibility === "anonymous" ? found.filter((each) => each.field === field) : [];
  const characters = Array.from(text);
  let end = 0;
  for (const each of [...words].sort((a, b) => a.start - b.start)) {
    if (each.start < end) continue;
    box.append(characters.slice(end, each.start).join(""));
    box.append(element("mark", characters.slice(each.start, each.end).join("")));
    end = each.end;
  }
  box.append(characters.slice(end).join(""));
  return box;
}

function showPreview(items, visibility) {
  for (const button of document.querySelectorAll("[data-preview]")) {
    button.setAttribute("aria-pressed", String(button.dataset.preview === visibility));
  }
  const { record } = items.find((each) => each.visibility === visibility);
  const body = at("preview-body");
  if (record === null) {
    body.replaceChildren(element("p", "除本企业和情报员外，没有人能看到这项需求。"));
    return;
  }
  const facts = element("dl", "", { className: "facts" });
  for (const [name, read] of FACTS) {
    const value = read(record);
    if (value) facts.append(element("dt", name), element("dd", value));
  }
  body.replaceChildren(
    withMarks("h3", "title", record.title, visibility),
    element("p", record.organisation?.name ?? "某企业（匿名发布）", { className: "soft" }),
    withMarks("p", "description", record.description, visibility),
    withMarks("p", "indicators", record.indicators, visibility),
    facts,
  );
}

async function preview() {
  const body = written();
  if (!ready(body)) return goTo(form, body.title ? "description" : "title");
  const dialog = at("preview-dialog");
  const place = at("preview-body");
  try {
    const { items } = await call("POST", "/api/v1/needs/preview", { body });
    for (const button of dialog.querySelectorAll("[data-preview]")) {
      button.onclick = () => showPreview(items, button.dataset.preview);
    }
    showPreview(items, form.elements.visibility.value);
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    place.replaceChildren(element("p", problem.fields.map((each) => each.message).join("；") || problem.message));
  }
  return dialog.showModal();
}

at("preview").addEventListener("click", preview);
