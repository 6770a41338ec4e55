// The review queue: reasons by click, several records published at once, the selection kept while reading.
import { call, Problem } from "./api.js";
import { confirmed } from "./dialogs.js";
import { toast } from "./toast.js";

const CHOSEN = "review-chosen";

/* ---- reasons: a click adds a sentence to the text, another takes it out ---- */

function installReasons(form) {
  const text = form.elements.namedItem("reason");
  const controls = [...form.querySelectorAll("[data-adds]")];

  function lines() {
    return text.value.split("\n").map((line) => line.trim()).filter(Boolean);
  }

  function show() {
    const now = lines();
    for (const control of controls) {
      const used = now.includes(control.dataset.adds);
      if (control.type === "checkbox") control.checked = used;
      else control.setAttribute("aria-pressed", String(used));
    }
  }

  for (const control of controls) {
    control.addEventListener("click", () => {
      const sentence = control.dataset.adds;
      const now = lines();
      text.value = (now.includes(sentence) ? now.filter((line) => line !== sentence) : [...now, sentence]).join("\n");
      show();
    });
  }
  text.addEventListener("input", show);
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
}

/* ---- several at once ---- */

function installBulk(form) {
  const boxes = [...form.querySelectorAll('input[name="chosen"]')];
  const all = form.querySelector("#bulk-all");
  const button = form.querySelector('button[type="submit"]');
  const kept = new Set(JSON.parse(sessionStorage.getItem(CHOSEN) ?? "[]"));

  function show() {
    const count = boxes.filter((box) => box.checked).length;
    form.querySelector("#bulk-count").textContent = String(count);
    button.disabled = !count;
    all.checked = count === boxes.length;
    all.indeterminate = count > 0 && count < boxes.length;
    const chosen = boxes.filter((box) => box.checked).map((box) => box.value);
    sessionStorage.setItem(CHOSEN, JSON.stringify(chosen));
  }

  for (const box of boxes) box.checked = kept.has(box.value);
  show();
  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
    show();
  });
  form.addEventListener("change", show);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const chosen = boxes.filter((box) => box.checked);
    if (!(await confirmed(`发布选中的 ${chosen.length} 条？发布后立即参加匹配。`, "发布"))) return;
    for (const control of form.elements) control.disabled = true; // the list is old when this is done
    await publishAll(chosen);
  });
}

async function publishAll(chosen) {
  const box = document.querySelector("#bulk-progress");
  const bar = box.querySelector("progress");
  const told = box.querySelector("p");
  const done = [];
  const failed = [];
  box.hidden = false;
  bar.max = chosen.length;
  for (const [at, each] of chosen.entries()) {
    told.textContent = `正在发布第 ${at + 1} / ${chosen.length} 条…`;
    try {
      await call("POST", `${each.dataset.path}/review`, { body: { decision: "publish" }, etag: each.dataset.etag });
      done.push(each);
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      const why = problem.status === 412 ? "刚被别人改过，请重新看过再发布。" : problem.message;
      failed.push({ title: each.dataset.title, why });
    }
    bar.value = at + 1;
  }
  sessionStorage.removeItem(CHOSEN);
  summarise(box, told, done, failed);
}

function summarise(box, told, done, failed) {
  told.textContent = failed.length
    ? `发布了 ${done.length} 条，${failed.length} 条没有发布：`
    : `${done.length} 条全部发布。`;
  box.querySelector("progress").hidden = true;
  const list = Object.assign(document.createElement("ul"), { className: "list compact" });
  for (const { title, why } of failed) {
    const row = document.createElement("li");
    const name = Object.assign(document.createElement("strong"), { textContent: title });
    row.append(name, document.createElement("br"), why);
    list.append(row);
  }
  const on = Object.assign(document.createElement("a"), { className: "button primary", textContent: "继续审核" });
  on.href = "/admin/review";
  const row = Object.assign(document.createElement("p"), { className: "row" });
  row.append(on);
  if (done.length) row.append(undoButton(done));
  box.append(list, row);
  on.focus();
}

function undoButton(done) {
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: "全部撤销" });
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      for (const each of done) {
        const { version } = await call("GET", each.dataset.path);
        await call("PATCH", each.dataset.path, { body: { status: "submitted" }, etag: `"${version}"` });
      }
      location.assign("/admin/review");
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      toast(problem.message, { bad: true });
      button.disabled = false;
    }
  });
  return button;
}

const returning = document.querySelector("#return form");
if (returning) installReasons(returning);
const bulk = document.querySelector("#bulk");
if (bulk) installBulk(bulk);
