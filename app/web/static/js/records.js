// The libraries: moving by keys, and doing one thing with several records, one by one, through the contract.
import { call, Problem } from "./api.js";
import { toast } from "./toast.js";

const list = () => [...document.querySelectorAll("table.records tbody tr")];
const at = (id) => document.getElementById(id);

/* ---- keys: J and K move, X chooses ---- */

function move(step) {
  const rows = list();
  const here = rows.indexOf(document.activeElement?.closest("tr"));
  const next = rows[Math.min(Math.max(here + step, 0), rows.length - 1)];
  next?.querySelector("a.title").focus();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.matches?.("input:not([type=checkbox]), textarea, select") || document.querySelector("dialog[open]")) return;
  if (event.key === "j" || event.key === "k") move(event.key === "j" ? 1 : -1);
  else if (event.key === "x") document.activeElement?.closest("tr")?.querySelector("input[type=checkbox]")?.click();
});

/* ---- doing one thing with several records ---- */

const OPEN = ["draft", "returned"];
const ACTIONS = {
  submit: {
    done: "已提交审核", fits: (status) => OPEN.includes(status), unfit: "只有草稿和已退回的可以提交审核",
    run: (record) => change(record, { status: "submitted" }), sends: true,
  },
  publish: {
    done: "已发布", fits: (status) => [...OPEN, "submitted"].includes(status), unfit: "只有草稿、待审和已退回的可以发布",
    run: (record) => record.status === "submitted"
      ? send("POST", record, "/review", { decision: "publish" })
      : change(record, { status: "published" }),
    sends: true,
  },
  renew: {
    done: "已续期", fits: (status) => status !== "withdrawn", unfit: "已撤回的不能续期，请先恢复",
    run: (record) => send("POST", record, "/renewal", { valid_until: at("renew-to").value }),
  },
  withdraw: {
    done: "已撤回", fits: (status) => status !== "withdrawn", unfit: "已经撤回",
    run: (record) => send("DELETE", record, ""), undo: true,
  },
  restore: {
    done: "已恢复", fits: () => true, unfit: "",
    run: (record) => call("POST", `${path(record)}/restoration`),
  },
};

function path(record) {
  return `/api/v1/${at("bulk").dataset.kind}/${record.id}`;
}

function send(method, record, suffix, body) {
  return call(method, path(record) + suffix, { body, etag: `"${record.version}"` });
}

function change(record, body) {
  return send("PATCH", record, "", body);
}

/** Why a record that was sent for publication is not there: what it says would give its owner away. */
function heldBack(record) {
  return record?.status === "draft" ? "文字会暴露匿名发布的企业，仍为草稿，请打开后改写" : null;
}

let stopped = false;

/** Do it with each record in turn; returns what was done and, with reasons, what was not. */
async function carryOut(action, records) {
  const progress = at("bulk-progress");
  const bar = progress.querySelector("progress");
  const done = [], failed = [];
  stopped = false;
  progress.hidden = false;
  bar.max = records.length;
  for (const [number, record] of records.entries()) {
    bar.value = number;
    progress.querySelector("[role=status]").textContent = `${number} / ${records.length}`;
    if (stopped) {
      failed.push({ record, reason: "已停下，没有做" });
    } else if (!action.fits(record.status)) {
      failed.push({ record, reason: action.unfit });
    } else {
      try {
        const answer = await action.run(record);
        const held = action.sends && heldBack(answer);
        if (held) failed.push({ record, reason: held });
        else done.push(record);
      } catch (problem) {
        if (!(problem instanceof Problem)) throw problem;
        const stale = "刚被别人改过，列表已更新，请再看一遍";
        failed.push({ record, reason: problem.status === 412 ? stale : problem.message });
      }
    }
  }
  progress.hidden = true;
  return { done, failed };
}

function report(action, { done, failed }) {
  const box = at("bulk-result");
  const parts = [Object.assign(document.createElement("p"), {
    textContent: `${action.done} ${done.length} 条${failed.length ? `，没有做成 ${failed.length} 条：` : "。"}`,
  })];
  if (failed.length) {
    const rows = document.createElement("ul");
    for (const { record, reason } of failed) {
      rows.append(Object.assign(document.createElement("li"), { textContent: `${record.title}：${reason}` }));
    }
    parts.push(rows);
  }
  if (action.undo && done.length) {
    const undo = Object.assign(document.createElement("button"), {
      type: "button", textContent: `撤销（恢复这 ${done.length} 条）`,
    });
    undo.addEventListener("click", () => run(ACTIONS.restore, done));
    parts.push(undo);
  }
  box.className = `notice no-print stack-small ${failed.length ? "warn" : "good"}`;
  box.replaceChildren(...parts);
  box.hidden = false;
  box.scrollIntoView({ block: "nearest" });
}

async function run(action, records) {
  busy(true);
  try {
    report(action, await carryOut(action, records));
    const again = { target: "#rows", swap: "outerHTML", select: "#rows" };
    await window.htmx.ajax("GET", location.href, again).catch(() => toast("列表没有更新，请刷新页面。", { bad: true }));
  } finally {
    busy(false);
  }
}

const boxes = () => [...document.querySelectorAll("td.pick input")];

/** While it lasts nothing can be chosen: the list is about to be replaced, and the choice would be lost with it. */
function busy(on) {
  at("rows").setAttribute("aria-busy", on);
  if (on) for (const box of boxes()) box.checked = false;
  count();
  for (const control of [...boxes(), at("pick-all"), ...document.querySelectorAll("#bulk-result button")]) {
    control.disabled = on;
  }
}

function count() {
  const all = boxes();
  const chosen = all.filter((box) => box.checked).length;
  at("bulk").hidden = all.length === 0;
  at("picked").textContent = `已选 ${chosen} 条`;
  at("pick-all").checked = chosen > 0 && chosen === all.length;
  at("pick-all").indeterminate = chosen > 0 && chosen < all.length;
  for (const button of document.querySelectorAll("[data-bulk]")) button.disabled = chosen === 0;
}

if (at("bulk")) {
  count();
  document.addEventListener("change", (event) => {
    if (event.target.id === "pick-all") for (const box of boxes()) box.checked = event.target.checked;
    if (event.target.matches("#pick-all, td.pick input")) count();
  });
  for (const button of document.querySelectorAll("[data-bulk]")) {
    button.addEventListener("click", () => {
      const chosen = boxes().filter((box) => box.checked).map((box) => ({ ...box.dataset }));
      run(ACTIONS[button.dataset.bulk], chosen);
    });
  }
  at("bulk-stop").addEventListener("click", () => {
    stopped = true;
  });
}
