// The registration office's workbook: send it, then go where every row's outcome is shown.
import { call, Problem } from "./api.js";

const MOST_BYTES = 20 * 1024 * 1024;
const form = document.querySelector("#ledger");
const drop = form.querySelector("#drop");
const input = drop.querySelector("input");
const sending = form.querySelector("#sending");

function tell(text) {
  const box = form.querySelector(".form-error");
  box.textContent = text;
  box.hidden = false;
}

async function send(file) {
  const body = new FormData();
  body.set("file", file);
  body.set("unit", form.elements.unit.value);
  form.querySelector(".form-error").hidden = true;
  sending.hidden = false;
  try {
    const answer = await call("POST", "/api/v1/contracts/imports", { body });
    location.assign(`/contracts/import/${encodeURIComponent(answer.id)}`);
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    sending.hidden = true;
    input.value = ""; // the same file may be chosen again once it is mended
    tell(problem.message);
  }
}

function chosen([file, another]) {
  if (!file) return;
  if (another) tell("一次拖一个文件；几个文件可以压缩成一个 .zip 再传。");
  else if (file.size > MOST_BYTES) tell(`“${file.name}”超过 20 MB，请拆分后分次导入。`);
  else send(file);
}

form.addEventListener("submit", (event) => event.preventDefault());
input.addEventListener("change", () => chosen([...input.files]));
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
  chosen([...event.dataTransfer.files]);
});
// A file that misses the place must not replace the page.
for (const name of ["dragover", "drop"]) window.addEventListener(name, (event) => event.preventDefault());
