// Uploads: sending a file with its progress, watching the server take it, correcting the columns.
import { call, Problem } from "./api.js";
import { toast } from "./toast.js";

const MOST_BYTES = 20 * 1024 * 1024;

function tell(form, text) {
  const box = form.querySelector(".form-error");
  box.textContent = text;
  box.hidden = false;
}

/* ---- sending: fetch does not tell how much has gone, so this is an XMLHttpRequest ---- */

function send(form, file) {
  const box = document.querySelector("#sending");
  const bar = box.querySelector("progress");
  const body = new FormData(form);
  body.set("file", file);
  body.set("dry_run", "true");
  for (const name of ["organisation", "round_id"]) if (!body.get(name)) body.delete(name);
  form.querySelector(".form-error").hidden = true;
  box.hidden = false;
  const request = new XMLHttpRequest();
  request.open("POST", "/api/v1/imports");
  request.responseType = "json";
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) bar.value = Math.round((100 * event.loaded) / event.total);
  });
  request.addEventListener("load", () => {
    if (request.status === 202) {
      location.assign(`/imports/${encodeURIComponent(request.response.id)}`);
      return;
    }
    box.hidden = true;
    tell(form, request.response?.detail ?? "服务器没有收下文件，请稍后重试。");
  });
  request.addEventListener("error", () => {
    box.hidden = true;
    tell(form, "上传中断，文件没有送到。请检查网络后再拖一次。");
  });
  request.send(body);
}

function chosen(form, files) {
  const [file] = files;
  if (!file) return;
  if (files.length > 1) tell(form, "一次拖一个文件；几个文件可以压缩成一个 .zip 再传。");
  else if (file.size > MOST_BYTES) tell(form, `“${file.name}”超过 20 MB，请拆分后分次导入。`);
  else send(form, file);
}

function installDrop(form) {
  const drop = form.querySelector("#drop");
  const input = drop.querySelector("input");
  form.addEventListener("submit", (event) => event.preventDefault());
  input.addEventListener("change", () => chosen(form, input.files));
  for (const name of ["dragenter", "dragover"]) {
    drop.addEventListener(name, (event) => {
      event.preventDefault();
      drop.classList.add("over");
    });
  }
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    chosen(form, event.dataTransfer.files);
  });
  // A file that misses the place must not replace the page.
  for (const name of ["dragover", "drop"]) window.addEventListener(name, (event) => event.preventDefault());
}

/* ---- watching ---- */

function left(seconds) {
  if (seconds === null) return "";
  return seconds < 90 ? `，约还需 ${Math.ceil(seconds)} 秒` : `，约还需 ${Math.ceil(seconds / 60)} 分钟`;
}

function watch(section) {
  const bar = section.querySelector("progress");
  const figures = section.querySelector(".figures");
  const events = new EventSource(section.dataset.events);
  events.addEventListener("message", (event) => {
    const now = JSON.parse(event.data);
    if (now.rows_total) bar.max = now.rows_total;
    bar.value = now.rows_done;
    const speed = now.rows_per_second ? `，每秒 ${Math.round(now.rows_per_second)} 行` : "";
    figures.textContent = now.rows_total
      ? `${now.rows_done} / ${now.rows_total} 行${speed}${left(now.seconds_left)}`
      : now.status === "queued" ? "排队中，前面还有文件在处理…" : "正在读取文件…";
    if (now.status !== "queued" && now.status !== "running") {
      events.close();
      location.reload();
    }
  });
}

/* ---- columns ---- */

function installMapping(form) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = event.submitter;
    const selects = [...form.querySelectorAll("select[data-header]:not(:disabled)")];
    const changed = selects.some((select) => select.value !== select.dataset.was);
    // What a person said, now or at the last try; the rest is found out again.
    const said = selects.filter((select) => select.value !== select.dataset.was || select.dataset.source === "given");
    const mapping = Object.fromEntries(said.map((select) => [select.dataset.header, select.value || null]));
    button.setAttribute("aria-busy", "true");
    try {
      const box = form.elements.restore_withdrawn;
      // Without a box it is as it was, unless the button asks for it.
      const restores = button.name === "restore" || (box ? box.checked : null);
      const body = { mapping: changed ? mapping : null, dry_run: button.name === "try", restore_withdrawn: restores };
      const answer = await call("POST", form.dataset.start, { body });
      location.assign(`/imports/${encodeURIComponent(answer.id)}`);
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      tell(form, problem.message);
      toast(problem.message, { bad: true });
    } finally {
      button.removeAttribute("aria-busy");
    }
  });
}

const form = document.querySelector("#upload");
if (form) installDrop(form);
const progress = document.querySelector("#progress");
if (progress) watch(progress);
const mapping = document.querySelector("#mapping");
if (mapping) installMapping(mapping);
