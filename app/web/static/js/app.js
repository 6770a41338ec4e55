// What every page does.
import { installForms, takeBack } from "./forms.js";
import { installKeys } from "./keys.js";
import { installReturning } from "./returning.js";
import { takeKept, toast } from "./toast.js";

installForms();
installKeys();
installReturning();

const kept = takeKept();
if (kept) toast(kept.text, kept.undo ? { undo: () => takeBack(kept.undo) } : {});

// Something is under way: said at once, whatever the server takes.
const busy = (on) => document.documentElement.classList.toggle("busy", on);
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  const stays = !link || link.target || link.hasAttribute("download") || link.getAttribute("href").startsWith("#");
  const aside = event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0 || event.defaultPrevented;
  if (!stays && !aside && link.origin === location.origin && !/\.(xlsx|csv|jsonl|docx)(\?|$)/.test(link.href)) busy(true);
});
document.addEventListener("submit", (event) => {
  const answers = event.target.method === "dialog"; // stays on the page
  if (!event.defaultPrevented && !event.target.dataset.api && !answers) busy(true);
});
window.addEventListener("pageshow", () => busy(false));
document.addEventListener("htmx:beforeRequest", () => busy(true));
document.addEventListener("htmx:afterRequest", () => busy(false));
document.addEventListener("htmx:responseError", (event) => {
  const { xhr } = event.detail;
  const plain = (xhr.getResponseHeader("Content-Type") ?? "").startsWith("text/plain");
  toast((plain && xhr.responseText) || "这一部分没有取到，请刷新页面重试。", { bad: true });
});
document.addEventListener("htmx:sendError", () => toast("没有连上服务器，请检查网络后重试。", { bad: true }));

document.querySelector(".menu-toggle")?.addEventListener("click", (event) => {
  const open = document.querySelector(".side").classList.toggle("open");
  event.currentTarget.setAttribute("aria-expanded", String(open));
});
document.querySelector("#theme")?.addEventListener("click", () => {
  const dark = document.documentElement.dataset.theme !== "dark";
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  localStorage.setItem("theme", dark ? "dark" : "light");
});
document.querySelector("#print")?.addEventListener("click", () => window.print());
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) document.getElementById(opener.dataset.opens)?.showModal();
  if (event.target.closest("[data-closes]")) event.target.closest("dialog")?.close();
});
// Choices that take effect at once, as a sort order.
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submits]")) event.target.form.requestSubmit();
});
