// Dockings: the day of a meeting, files that are sent, and the list by keys.
import { call, Problem } from "./api.js";
import { toastNext } from "./toast.js";

const kind = document.querySelector('form [name="kind"]');
const meeting = document.querySelector("[data-meeting]");

function showDay() {
  meeting.hidden = kind.value !== "meeting";
  for (const field of meeting.querySelectorAll("input")) field.disabled = meeting.hidden;
}

if (meeting) {
  kind.addEventListener("change", showDay);
  showDay();
}

async function send(form) {
  const wrong = document.querySelector("#upload-error");
  const button = form.querySelector("button");
  wrong.hidden = true;
  button.disabled = true;
  button.setAttribute("aria-busy", "true");
  try {
    await call("POST", form.dataset.upload, { body: new FormData(form) });
    toastNext("已上传");
    location.reload();
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    wrong.textContent = problem.fields.map(({ message }) => message).join("；") || problem.message;
    wrong.hidden = false;
  } finally {
    button.disabled = false;
    button.removeAttribute("aria-busy");
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-upload]");
  if (!form) return;
  event.preventDefault();
  send(form);
});

/* The list and the board: J and K move through them. */
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !["j", "k"].includes(event.key)) return;
  if (event.target.matches?.("input, textarea, select") || document.querySelector("dialog[open]")) return;
  const titles = [...document.querySelectorAll(".dockings a.title")];
  const next = titles.indexOf(document.activeElement) + (event.key === "j" ? 1 : -1);
  titles[Math.min(Math.max(next, 0), titles.length - 1)]?.focus();
});
