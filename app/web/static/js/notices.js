// Notices: what is opened is noted as seen, however it is opened; the request outlives the page.
// A page opened in the place of this one waits for the note, or the bell on it would still count what was opened.
const LONGEST_WAIT_MS = 1000;

function opened(event) {
  const link = event.target.closest("a[data-notice]");
  if (!link || event.button > 1) return;
  const noted = fetch(`/api/v1/notices/${link.dataset.notice}/seen`, {
    method: "PUT",
    keepalive: true,
    credentials: "same-origin",
  }).catch(() => {});
  delete link.dataset.notice;
  const row = link.closest("li");
  row.classList.remove("unseen");
  row.querySelector(".notice-dot")?.remove();
  if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  const wait = new Promise((done) => setTimeout(done, LONGEST_WAIT_MS));
  Promise.race([noted, wait]).then(() => location.assign(link.href));
}

document.addEventListener("click", opened);
document.addEventListener("auxclick", opened);

/* The list: J and K move through it. */
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !["j", "k"].includes(event.key)) return;
  if (event.target.matches?.("input, textarea, select") || document.querySelector("dialog[open]")) return;
  const titles = [...document.querySelectorAll(".notices a.title")];
  const next = titles.indexOf(document.activeElement) + (event.key === "j" ? 1 : -1);
  titles[Math.min(Math.max(next, 0), titles.length - 1)]?.focus();
});
