// The detail of a match: from a clause to its evidence, along the list, and judging with one key.
import { call, Problem } from "./api.js";
import { toast } from "./toast.js";

/* ---- from a clause to its evidence ---- */

const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;

function show(link) {
  const quote = link.dataset.shows;
  for (const old of document.querySelectorAll(".quote.shown, .clause.at")) old.classList.remove("shown", "at");
  const parts = document.querySelectorAll(`.quote[data-quotes~="${CSS.escape(quote)}"]`);
  for (const part of parts) part.classList.add("shown");
  link.closest(".clause").classList.add("at");
  parts[0]?.scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-shows]");
  if (!link) return;
  event.preventDefault();
  show(link);
});

/* ---- along the list ---- */

async function trail() {
  const kept = JSON.parse(sessionStorage.getItem("matches") ?? "null");
  if (kept?.pairs.includes(location.pathname)) return kept;
  // Opened from elsewhere: the order is that of the need's own list.
  const list = document.querySelector("#back").getAttribute("href");
  const answer = await fetch(list, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
  if (!answer.ok) return null;
  const links = new DOMParser().parseFromString(await answer.text(), "text/html").querySelectorAll("a[data-pair]");
  const found = { list, pairs: [...links].map((link) => link.getAttribute("href")) };
  sessionStorage.setItem("matches", JSON.stringify(found));
  return found;
}

function lead(id, address) {
  const link = document.querySelector(id);
  if (!address) return;
  link.setAttribute("href", address);
  link.hidden = false;
}

async function placeInTrail() {
  const found = await trail().catch(() => null);
  if (!found) return;
  const at = found.pairs.indexOf(location.pathname);
  document.querySelector("#back").setAttribute("href", found.list);
  if (at < 0) {
    document.querySelector("#place").textContent = "，不在列表的前几项里";
    lead("#next", found.pairs[0]);
    return;
  }
  document.querySelector("#place").textContent = `，第 ${at + 1} / ${found.pairs.length} 项`;
  lead("#previous", found.pairs[at - 1]);
  lead("#next", found.pairs[at + 1]);
}

/* ---- judging ---- */

const box = document.querySelector("[data-judge]");
const comment = document.querySelector("#comment");
let queue = Promise.resolve();

function state() {
  return { grade: Number(box.dataset.grade) || null, reason: box.dataset.reason || null, comment: comment.value.trim() };
}

function reflect({ grade, reason, comment: text }) {
  box.dataset.grade = grade ?? "";
  box.dataset.reason = reason ?? "";
  comment.value = text;
  for (const each of box.querySelectorAll("[data-give]")) {
    each.setAttribute("aria-pressed", String(Number(each.dataset.give) === grade));
  }
  for (const each of box.querySelectorAll("[data-reason-code]")) {
    each.setAttribute("aria-pressed", String(each.dataset.reasonCode === reason));
  }
  document.querySelector("#take-back").hidden = !grade;
}

async function send({ grade, reason, comment: text }) {
  if (grade === null) await call("DELETE", box.dataset.judge);
  else await call("PUT", box.dataset.judge, { body: { grade, reason_code: reason, comment: text } });
}

let saved = box ? state() : null;

/** Store what is chosen; a failure puts back what is stored. One after another, as keys are faster than answers. */
function store(wanted, said) {
  const before = saved;
  reflect(wanted);
  queue = queue.then(async () => {
    try {
      await send(wanted);
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      reflect(saved);
      toast(problem.message, { bad: true });
      return;
    }
    saved = wanted;
    document.querySelector("#next").classList.toggle("primary", wanted.grade !== null);
    window.htmx.ajax("GET", box.dataset.said, "#judgements");
    if (said) toast(said, { undo: () => store(before, null) });
  });
  return queue;
}

function giveGrade(button) {
  const next = document.querySelector("#next").hidden ? "" : "按 J 看下一项。";
  const name = button.lastChild.textContent.trim();
  store({ ...state(), grade: Number(button.dataset.give) }, `已研判为“${name}”。${next}`);
}

function giveReason(button) {
  const code = button.dataset.reasonCode === box.dataset.reason ? null : button.dataset.reasonCode;
  const wanted = { ...state(), reason: code };
  if (wanted.grade === null) reflect(wanted);
  else store(wanted, null);
}

box?.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button?.dataset.give) giveGrade(button);
  else if (button?.dataset.reasonCode) giveReason(button);
  else if (button?.id === "take-back") store({ grade: null, reason: null, comment: "" }, "已撤回研判");
});
// A comment goes with the grade; once there is one, it is stored when its field is left.
comment?.addEventListener("change", () => {
  if (state().grade !== null) store(state(), null);
});
comment?.addEventListener("keydown", (event) => {
  if (event.key === "Enter") comment.blur();
});
window.addEventListener("beforeunload", (event) => {
  if (box && comment.value.trim() !== saved.comment) event.preventDefault();
});

document.addEventListener("api:done", (event) => event.target.closest("dialog")?.close());
placeInTrail();
