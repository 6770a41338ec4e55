// Fields of the record forms that are more than one control, and the way to a field that was asked for.
import { call } from "./api.js";
import { toast } from "./toast.js";

const PAUSE_MS = 250;

/* ---- several values, each a ticked box; unticking leaves it out ---- */

function has(picker, value) {
  return [...picker.querySelectorAll(".choices input")].find((box) => box.value === value);
}

function add(picker, value, text) {
  const known = has(picker, value);
  if (known) {
    known.checked = true;
    return;
  }
  const label = document.createElement("label");
  const box = Object.assign(document.createElement("input"), {
    type: "checkbox", name: picker.dataset.picker, value, checked: true,
  });
  label.append(box, text);
  picker.querySelector(".choices").append(label);
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

function fill(list, items) {
  list.replaceChildren(...items.map(({ code, name }) => {
    const option = document.createElement("option");
    option.value = `${code} ${name}`;
    return option;
  }));
}

function installPicker(picker) {
  const input = picker.querySelector(".adding input");
  const list = picker.querySelector("datalist");
  const { codes } = picker.dataset;
  let timer;

  async function look() {
    const text = input.value.trim();
    try {
      const { items } = await call("GET", text ? `${codes}?q=${encodeURIComponent(text)}` : codes);
      if (input.value.trim() === text) fill(list, items);
    } catch (problem) {
      toast(problem.message, { bad: true });
    }
  }

  async function take() {
    const text = input.value.trim();
    if (!text) return;
    if (!codes) {
      add(picker, text, text);
      input.value = "";
      return;
    }
    if (![...list.options].some((option) => option.value === text)) await look();
    const found = [...list.options].map((option) => option.value);
    const exact = found.find((each) => each === text || each.split(" ")[0] === text || each.endsWith(` ${text}`));
    const value = exact ?? (found.length === 1 ? found[0] : undefined);
    if (value === undefined) {
      toast(found.length ? `“${text}”对应 ${found.length} 项，请从列表中选一项。` : `没有找到“${text}”，请换个说法，或填代码。`);
      input.focus();
      return;
    }
    add(picker, value.split(" ")[0], value);
    input.value = "";
  }

  if (codes) {
    input.addEventListener("focus", () => list.options.length || look());
    input.addEventListener("input", () => {
      clearTimeout(timer);
      // A choice from the list arrives as an input whose text is one of its options.
      if ([...list.options].some((option) => option.value === input.value)) take();
      else timer = setTimeout(look, PAUSE_MS);
    });
  }
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    take();
  });
  picker.querySelector("[data-add]").addEventListener("click", take);
}

/* ---- 面议: no amount at all ---- */

function installMoney(field) {
  const open = field.querySelector("[data-negotiable]");
  const ends = field.querySelectorAll("input[type=number]");
  open.addEventListener("change", () => {
    if (open.checked) for (const end of ends) end.value = "";
    else ends[1].focus();
  });
  for (const end of ends) {
    end.addEventListener("input", () => {
      open.checked = [...ends].every((each) => !each.value);
    });
  }
}

/** Bring the reader to a field of the form. */
export function goTo(form, name) {
  const picker = form.querySelector(`[data-picker="${CSS.escape(name)}"] .adding input`);
  const named = form.elements[name];
  const field = picker ?? (named instanceof RadioNodeList ? named[0] : named);
  if (!field) return;
  field.closest("details")?.setAttribute("open", "");
  field.focus();
  field.scrollIntoView({ block: "center" });
}

for (const picker of document.querySelectorAll("[data-picker]")) installPicker(picker);
for (const field of document.querySelectorAll("[data-money]")) installMoney(field);
// What was typed into an adding field and not added yet is meant.
const form = document.querySelector("#record-form");
form.addEventListener("focusout", (event) => {
  const picker = event.target.closest(".adding") && event.target.closest("[data-picker]:not([data-codes])");
  if (picker && event.target.value.trim()) picker.querySelector("[data-add]").click();
});
if (location.hash) goTo(form, location.hash.slice(1));
