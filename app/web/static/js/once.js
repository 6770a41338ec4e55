// Things that are told once: shown with a button that copies them, until their reader says that they are kept.
import { toast } from "./toast.js";

/** Copy what a field holds, or select it where the browser gives no clipboard. */
export async function copy(field) {
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    toast("已复制");
  } catch {
    // Over plain HTTP browsers give no clipboard to pages.
    toast("已选中，请按 Ctrl+C 复制");
  }
}

function row(label, value, rows) {
  const box = document.createElement("div");
  box.className = "stack-small";
  const field = document.createElement(rows > 1 ? "textarea" : "input");
  Object.assign(field, { readOnly: true, value, id: `once-${Math.random().toString(36).slice(2)}` });
  if (rows > 1) field.rows = rows;
  const name = Object.assign(document.createElement("label"), { className: "label", textContent: label });
  name.htmlFor = field.id;
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: `复制${label}` });
  button.addEventListener("click", () => copy(field));
  const line = document.createElement("p");
  line.append(button);
  box.append(name, field, line);
  return box;
}

/**
 * Show what is told once; closing it loads the page that comes next.
 * @param {string} title
 * @param {string} warning - why it must be kept now.
 * @param {{label: string, value: string, rows?: number}[]} parts
 * @param {string} then - the address to go on to; "." loads the page again.
 */
export function tellOnce(title, warning, parts, then = ".") {
  const dialog = document.createElement("dialog");
  dialog.className = "once";
  const heading = Object.assign(document.createElement("h2"), { textContent: title, id: "once-title" });
  dialog.setAttribute("aria-labelledby", heading.id);
  const body = Object.assign(document.createElement("div"), { className: "stack" });
  const close = Object.assign(document.createElement("button"), {
    type: "button", className: "primary", textContent: "已经保存好，关闭",
  });
  close.addEventListener("click", () => dialog.close());
  const line = document.createElement("p");
  line.append(close);
  body.append(
    heading,
    Object.assign(document.createElement("p"), { textContent: warning, className: "notice warn" }),
    ...parts.map(({ label, value, rows = 1 }) => row(label, value, rows)),
    line,
  );
  dialog.append(body);
  document.body.append(dialog);
  // Escape must not lose what cannot be shown again.
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  dialog.addEventListener("close", () => (then === "." ? location.reload() : location.assign(then)));
  dialog.showModal();
}
