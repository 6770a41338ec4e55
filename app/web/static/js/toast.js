// Short messages at the corner; one of them may be taken over to the next page.
const KEPT = "toast";
const SHOWN_MS = 7000;

/**
 * Show a message.
 * @param {string} text
 * @param {{bad?: boolean, undo?: () => Promise<void>}} options - `undo` puts a button beside it.
 */
export function toast(text, { bad = false, undo } = {}) {
  const box = document.createElement("div");
  box.className = bad ? "toast bad" : "toast";
  box.setAttribute("role", bad ? "alert" : "status");
  box.append(Object.assign(document.createElement("span"), { textContent: text }));
  if (undo) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: "撤销" });
    button.addEventListener("click", async () => {
      button.disabled = true;
      await undo();
      box.remove();
    });
    box.append(button);
  }
  document.querySelector(".toasts").append(box);
  setTimeout(() => box.remove(), undo ? SHOWN_MS * 2 : SHOWN_MS);
}

/** Show a message on the page that comes next. `undo` is a call: {method, path, body, etag}. */
export function toastNext(text, undo = null) {
  sessionStorage.setItem(KEPT, JSON.stringify({ text, undo }));
}

/** Return what the last page left to say, once. */
export function takeKept() {
  const kept = sessionStorage.getItem(KEPT);
  sessionStorage.removeItem(KEPT);
  return kept ? JSON.parse(kept) : null;
}
