// Roadshows: several may be invited from one list before the page loads again.
import { toast } from "./toast.js";

document.addEventListener("api:done", (event) => {
  const element = event.target;
  if (!("one" in element.dataset)) return;
  element.replaceWith(Object.assign(document.createElement("span"), { className: "tag good", textContent: "已邀请" }));
  toast("已加入名单，刷新后显示在上面。");
});
