// Rounds: how many were asked, and whom to call after a reminder was noted.
import { toast, toastNext } from "./toast.js";

function told({ invited, already }) {
  if (!invited) return `${already} 家都已在名单里，没有新邀请。`;
  return already ? `新邀请 ${invited} 家，另有 ${already} 家已在名单里。` : `新邀请 ${invited} 家。`;
}

function showReminded(items) {
  const box = document.querySelector("#reminded");
  if (!items.length) {
    toast("未答复的 20 小时内都已记过催办，无需再记。");
    return;
  }
  const head = document.createElement("p");
  head.textContent = `已给 ${items.length} 家记一次催办。有账号的企业已收到系统通知；没有回音的，请逐家联系：`;
  const names = document.createElement("ul");
  for (const each of items) {
    const row = document.createElement("li");
    row.textContent = `${each.organisation}（${each.district ?? "未注明县区"}，第 ${each.reminders} 次）`;
    names.append(row);
  }
  box.replaceChildren(head, names);
  box.hidden = false;
}

document.addEventListener("api:done", (event) => {
  const element = event.target;
  if ("remind" in element.dataset) {
    showReminded(event.detail.items);
  } else if ("one" in element.dataset) {
    // More may be asked from the same list; the figures follow with the next load.
    const tag = Object.assign(document.createElement("span"), { className: "tag good", textContent: "已邀请" });
    element.replaceWith(tag);
    toast(told(event.detail));
  } else if ("invite" in element.dataset) {
    toastNext(told(event.detail));
    location.reload();
  }
});
