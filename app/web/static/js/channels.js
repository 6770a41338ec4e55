// Channels: the columns of a platform's table with a preview that follows, and tables of answers read before they are taken.
import { call, Problem } from "./api.js";
import { conflict } from "./dialogs.js";
import { toast, toastNext } from "./toast.js";

const WAIT = 400; // ms after the last key, before the preview follows

function element(name, text, properties = {}) {
  return Object.assign(document.createElement(name), { textContent: text, ...properties });
}

function tell(form, text) {
  const box = form.querySelector(".form-error");
  box.textContent = text;
  box.hidden = false;
  box.scrollIntoView({ block: "nearest" });
}

/* ---- settings and columns ---- */

/** Lines of "ours=theirs"; what stands before the first sign of equality is ours, and may be empty. */
function wordsOf(text) {
  const lines = text.split("\n").filter((line) => line.includes("=") || line.includes("＝"));
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.search(/[=＝]/);
      return [line.slice(0, at).trim(), line.slice(at + 1).trim()];
    }),
  );
}

function columnOf(row) {
  const of = (name) => row.querySelector(`[name="${name}"]`);
  const constant = of("source").value === "constant";
  return {
    target: of("target").value.trim(),
    source: of("source").value,
    constant: constant ? of("constant").value.trim() : "",
    values: constant ? {} : wordsOf(of("values").value),
    required: of("required").checked,
  };
}

function checkedOf(form, name) {
  return [...form.querySelectorAll(`input[name="${name}"]:checked`)].map((box) => box.value);
}

function listOf(text) {
  return text.split(/[;；,，、\n]+/).map((word) => word.trim()).filter(Boolean);
}

function settingsOf(form) {
  const of = (name) => form.elements[name];
  const number = (name) => (of(name).value ? Number(of(name).value) : null);
  return {
    name: of("name").value.trim(),
    note: of("note").value.trim(),
    format: of("format").value,
    contact_line: of("contact_line").value.trim(),
    active: of("active").checked,
    hold_hints: of("hold_hints")?.checked ?? false,
    left_out: checkedOf(form, "left_out"),
    selection: {
      industries: checkedOf(form, "industries"),
      chains: listOf(of("chains").value),
      districts: listOf(of("districts").value),
      need_classes: checkedOf(form, "need_classes"),
      min_maturity: number("min_maturity"),
      max_maturity: number("max_maturity"),
    },
    columns: [...form.querySelectorAll("[data-column]")].map(columnOf),
  };
}

function showPreview(box, { header, rows, problems }) {
  if (!rows.length) {
    box.replaceChildren(element("p", "没有符合条件的记录。请看“发哪些”的条件是不是太窄。", { className: "soft" }));
    return;
  }
  const table = document.createElement("table");
  const head = table.createTHead().insertRow();
  for (const name of [...header, "能否发出"]) head.append(element("th", name, { scope: "col" }));
  const body = table.createTBody();
  rows.forEach((cells, at) => {
    const row = body.insertRow();
    for (const text of cells) {
      const cell = row.insertCell();
      cell.append(element("div", text || "—", { className: "channel-cell", title: text }));
    }
    row.insertCell().append(element("span", problems[at] || "可以", { className: problems[at] ? "small" : "tag good" }));
  });
  box.replaceChildren(table);
}

function installEditor(form) {
  const list = form.querySelector("#columns");
  const box = document.querySelector("#preview");
  const note = document.querySelector("#preview-note");
  let timer = 0;
  let asked = 0;
  let changed = false;

  async function preview() {
    const mine = (asked += 1);
    try {
      const answer = await call("POST", `${form.dataset.path}/preview`, { body: settingsOf(form) });
      if (mine !== asked) return;
      note.textContent = "最新三条能发的记录，按现在的设置，还没有保存。";
      showPreview(box, answer);
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      if (mine === asked) note.textContent = problem.message;
    }
  }

  function follow() {
    changed = true;
    clearTimeout(timer);
    timer = setTimeout(preview, WAIT);
  }

  function fit(row) {
    const constant = row.querySelector('[name="source"]').value === "constant";
    row.querySelector("[data-constant]").hidden = !constant;
    row.querySelector("[data-values]").hidden = constant;
    const count = Object.keys(wordsOf(row.querySelector('[name="values"]').value)).length;
    row.querySelector("[data-values-count]").textContent = count ? `（${count}）` : "";
  }

  form.addEventListener("input", (event) => {
    const row = event.target.closest("[data-column]");
    if (row) fit(row);
    follow();
  });
  form.addEventListener("click", (event) => {
    const move = event.target.closest("button")?.dataset.move;
    if (!move) return;
    const row = event.target.closest("[data-column]");
    if (move === "up" && row.previousElementSibling) row.previousElementSibling.before(row);
    else if (move === "down" && row.nextElementSibling) row.nextElementSibling.after(row);
    else if (move === "away") row.remove();
    event.target.closest("button").focus();
    follow();
  });
  form.querySelector("#add-column").addEventListener("click", () => {
    const row = document.querySelector("#empty-column").content.firstElementChild.cloneNode(true);
    list.append(row);
    row.querySelector('[name="target"]').focus();
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = event.submitter;
    button.disabled = true;
    form.querySelector(".form-error").hidden = true;
    try {
      await call("PATCH", form.dataset.path, { body: settingsOf(form), etag: form.dataset.etag });
      changed = false;
      toastNext("已保存");
      location.assign(form.dataset.then);
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      if (problem.status === 412) await stale(problem);
      else tell(form, problem.message);
    } finally {
      button.disabled = false;
    }
  });

  async function stale({ current, submitted }) {
    const plain = (of) => Object.fromEntries(Object.entries(of).map(([key, value]) => [key, typeof value === "object" ? JSON.stringify(value) : value]));
    const choice = await conflict({ ...plain(current), version: current.version }, plain(submitted), {});
    if (choice === "theirs") {
      changed = false;
      location.reload();
    } else if (choice === "mine") {
      form.dataset.etag = `"${current.version}"`;
      form.requestSubmit();
    }
  }

  window.addEventListener("beforeunload", (event) => {
    if (changed && form.isConnected) event.preventDefault();
  });
  for (const row of list.children) fit(row);
  preview();
}

/* ---- answers ---- */

function showTold(box, told, leads) {
  const parts = [];
  const done = told.dry_run ? "如写入" : "已写入";
  const figures = `${done}：采用 ${told.accepted}、退回 ${told.refused}、新线索 ${told.leads}、没有变化 ${told.unchanged}、未导入 ${told.errors}（共 ${told.rows} 行）。`;
  const repeated = told.repeated ? "这份文件以前导入过，不会有改动。" : "";
  parts.push(element("p", `${repeated}${figures}`, { className: told.errors ? "notice warn" : "notice good" }));
  const read = told.columns.map(({ header, field }) => `${header} → ${field ?? "没有用到"}`).join("；");
  parts.push(element("p", `各列读作：${read}`, { className: "soft small" }));
  for (const note of told.notes) parts.push(element("p", note, { className: "small" }));
  if (told.problems.length) {
    const list = element("ul", "", { className: "small" });
    for (const each of told.problems) {
      list.append(element("li", `第 ${each.row} 行${each.code ? ` ${each.code}` : ""}：${each.messages.join("；")}`));
    }
    parts.push(list);
  }
  if (!told.dry_run && told.leads) parts.push(element("a", `处理 ${told.leads} 条新线索`, { href: leads, className: "button" }));
  box.replaceChildren(...parts);
}

function installResponses(form) {
  const box = document.querySelector("#responses-told");
  const take = form.querySelector('[name="take"]');
  form.elements.file.addEventListener("change", () => {
    take.disabled = true;
    box.replaceChildren();
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = event.submitter;
    const dry = button.name !== "take";
    const body = new FormData();
    body.set("file", form.elements.file.files[0]);
    body.set("dry_run", String(dry));
    form.querySelector(".form-error").hidden = true;
    button.setAttribute("aria-busy", "true");
    try {
      const told = await call("POST", form.dataset.path, { body });
      showTold(box, told, form.dataset.leads);
      take.disabled = !dry;
      if (!dry) toast("回执已写入，刷新页面看各条状态");
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      tell(form, problem.message);
    } finally {
      button.removeAttribute("aria-busy");
    }
  });
}

const editor = document.querySelector("#channel-editor");
if (editor) installEditor(editor);
const responses = document.querySelector("#responses-form");
if (responses) installResponses(responses);
