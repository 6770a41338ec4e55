// Challenges: forms whose rows make one list, and score sheets; everything else is sent by forms.js.
import { call, Problem } from "./api.js";
import { confirmed } from "./dialogs.js";
import { toastNext } from "./toast.js";

function criteria(form) {
  const rows = [...form.querySelectorAll("tbody tr")].map((row) => ({
    name: row.querySelector('[name="name"]').value.trim(),
    weight: Number(row.querySelector('[name="weight"]').value),
    maximum: Number(row.querySelector('[name="maximum"]').value),
  }));
  return { purpose: form.dataset.criteria, items: rows.filter((row) => row.name) };
}

function sheet(form) {
  const scores = {};
  for (const field of form.querySelectorAll("[data-score]")) scores[field.dataset.score] = Number(field.value);
  return { scores, comment: form.elements.comment.value.trim() };
}

function tell(form, problem) {
  const box = form.querySelector(".form-error");
  const stale = problem.status === 412;
  box.textContent = stale ? "刚有人改过这个榜单，请记下您的修改，刷新页面后再保存。" : problem.message;
  box.hidden = false;
  box.scrollIntoView({ block: "nearest" });
}

async function send(form) {
  const [method, path] = form.dataset.send.split(" ");
  const button = form.querySelector('button[type="submit"]');
  const body = "criteria" in form.dataset ? criteria(form) : sheet(form);
  if (form.dataset.confirm && !(await confirmed(form.dataset.confirm, button.textContent.trim()))) return;
  button.disabled = true;
  try {
    await call(method, path, { body, etag: form.dataset.etag });
    toastNext(form.dataset.done);
    location.reload();
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    tell(form, problem);
  } finally {
    button.disabled = false;
  }
}

// Before the others: this page stays, and no bar says that another is under way.
document.addEventListener(
  "submit",
  (event) => {
    if (!event.target.dataset?.send) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    send(event.target);
  },
  true,
);
