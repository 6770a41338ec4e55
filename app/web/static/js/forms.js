/*
 * Forms and buttons that change something. Each names a call of the HTTP contract:
 *
 *   <form data-api="PATCH /api/v1/needs/1" data-etag='"3"' data-then="/needs/{id}" data-done="已保存" data-guard>
 *   <button data-api="DELETE /api/v1/needs/1" data-etag='"3"' data-confirm="…" data-then="/needs"
 *           data-done="已撤回" data-undo="PATCH /api/v1/needs/1" data-undo-body='{"status":"published"}'>
 *
 * data-body: JSON of a button. data-ask: a question whose answer goes into the body under data-ask-field.
 * data-then: where to go; {id} is taken from the answer; "." loads the page again; without it the page stays
 * and an event `api:done` with the answer bubbles from the element. data-guard: ask before unsaved words are lost.
 */
import { call, Problem } from "./api.js";
import { asked, confirmed, conflict } from "./dialogs.js";
import { toast, toastNext } from "./toast.js";
import { bodyOf, clearWrong, showWrong } from "./values.js";

const guarded = new Set();

function target(element) {
  const [method, path] = element.dataset.api.split(" ");
  return { method, path };
}

function undoOf(element) {
  if (!element.dataset.undo) return null;
  const [method, path] = element.dataset.undo.split(" ");
  return { method, path, body: element.dataset.undoBody ? JSON.parse(element.dataset.undoBody) : undefined };
}

/** Take something back. A record's version moved on meanwhile, so it is read first. */
export async function takeBack({ method, path, body }) {
  try {
    let etag;
    if (method === "PATCH" || method === "DELETE") {
      const answer = await fetch(path, { credentials: "same-origin" });
      etag = answer.headers.get("ETag") ?? undefined;
    }
    await call(method, path, { body, etag });
    toastNext("已撤销");
    location.reload();
  } catch (problem) {
    toast(problem.message, { bad: true });
  }
}

function finish(element, answer) {
  const { then, done } = element.dataset;
  const undo = undoOf(element);
  guarded.delete(element);
  if (then !== undefined) {
    if (done) toastNext(done, undo);
    const address = then.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(answer?.[name] ?? ""));
    if (address === ".") location.reload();
    else location.assign(address);
    return;
  }
  if (done) toast(done, undo ? { undo: () => takeBack(undo) } : {});
  element.dispatchEvent(new CustomEvent("api:done", { bubbles: true, detail: answer }));
}

async function busy(control, work) {
  control?.setAttribute("aria-busy", "true");
  if (control) control.disabled = true;
  try {
    return await work();
  } finally {
    control?.removeAttribute("aria-busy");
    if (control) control.disabled = false;
  }
}

function names(form) {
  const found = {};
  for (const field of form.elements) {
    const label = field.closest(".field")?.querySelector(".label");
    if (field.name && label) found[field.name] = label.textContent.trim();
  }
  return found;
}

function tell(form, text) {
  const box = form.querySelector(".form-error");
  if (!box) return toast(text, { bad: true });
  box.textContent = text;
  box.hidden = false;
  box.scrollIntoView({ block: "nearest" });
  return undefined;
}

async function failed(form, problem) {
  if (problem.status === 412 && problem.current) {
    const choice = await conflict(problem.current, problem.submitted, names(form));
    if (choice === "theirs") {
      guarded.delete(form);
      location.reload();
    } else if (choice === "mine") {
      form.dataset.etag = `"${problem.current.version}"`;
      form.requestSubmit();
    }
    return;
  }
  const rest = showWrong(form, problem.fields);
  const shown = problem.fields.length > rest.length;
  tell(form, shown ? ["有几处需要修改，见各项下方的说明。", ...rest].join(" ") : problem.message);
  form.dispatchEvent(new CustomEvent("api:problem", { bubbles: true, detail: problem }));
}

async function submit(form, submitter) {
  const { method, path } = target(form);
  const box = form.querySelector(".form-error");
  if (box) box.hidden = true;
  clearWrong(form);
  const body = bodyOf(form);
  if (submitter?.name) body[submitter.name] = submitter.value;
  const control = submitter ?? form.querySelector('button[type="submit"], button:not([type])');
  try {
    const answer = await busy(control, () => call(method, path, { body, etag: form.dataset.etag }));
    finish(form, answer);
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    await failed(form, problem);
  }
}

async function press(control) {
  const { method, path } = target(control);
  const { confirm, ask, askField = "reason", body: given } = control.dataset;
  let body = given ? JSON.parse(given) : undefined;
  if (confirm && !(await confirmed(confirm, control.textContent.trim()))) return;
  if (ask) {
    const answer = await asked(ask, control.textContent.trim());
    if (answer === null) return;
    body = { ...body, [askField]: answer };
  }
  try {
    finish(control, await busy(control, () => call(method, path, { body, etag: control.dataset.etag })));
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    if (problem.status === 412) toast("这条记录刚被别人改过，请刷新页面后再操作。", { bad: true });
    else toast(problem.message, { bad: true });
  }
}

/** Make forms and buttons of the page work. */
export function installForms() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.dataset?.api) return;
    event.preventDefault();
    submit(form, event.submitter);
  });
  document.addEventListener("click", (event) => {
    const control = event.target.closest("button[data-api]");
    if (control) press(control);
  });
  document.addEventListener("input", (event) => {
    const form = event.target.closest?.("form[data-guard]");
    if (form) guarded.add(form);
  });
  window.addEventListener("beforeunload", (event) => {
    if ([...guarded].some((form) => form.isConnected)) event.preventDefault();
  });
}
