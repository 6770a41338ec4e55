// Questions that must be answered before something is done.

function paragraph(text) {
  return Object.assign(document.createElement("p"), { textContent: text });
}

function button(text, value, kind = "") {
  return Object.assign(document.createElement("button"), { type: "submit", textContent: text, value, className: kind });
}

function open(title, parts, buttons) {
  const dialog = document.createElement("dialog");
  const form = Object.assign(document.createElement("form"), { method: "dialog", className: "stack" });
  const heading = Object.assign(document.createElement("h2"), { textContent: title, id: `dialog-${Date.now()}` });
  dialog.setAttribute("aria-labelledby", heading.id);
  const row = Object.assign(document.createElement("div"), { className: "row" });
  row.append(...buttons);
  form.append(heading, ...parts, row);
  dialog.append(form);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue);
    });
  });
}

/** Ask whether to go on. */
export async function confirmed(question, go = "确定", kind = "primary") {
  return (await open("请确认", [paragraph(question)], [button(go, "go", kind), button("取消", "")])) === "go";
}

/** Ask for a line of text; null when nothing was given. */
export async function asked(question, go = "确定") {
  const label = document.createElement("label");
  const input = document.createElement("textarea");
  input.maxLength = 1000;
  label.append(Object.assign(document.createElement("span"), { textContent: question, className: "label" }), input);
  const answer = await open("请填写", [label], [button(go, "go", "primary"), button("取消", "")]);
  return answer === "go" && input.value.trim() ? input.value.trim() : null;
}

/** Show what somebody else saved meanwhile beside what was sent. Returns "mine", "theirs" or "". */
export function conflict(current, submitted, names) {
  const table = document.createElement("table");
  const head = table.createTHead().insertRow();
  for (const text of ["字段", "库中最新", "您提交的"]) {
    head.append(Object.assign(document.createElement("th"), { textContent: text, scope: "col" }));
  }
  const rows = table.createTBody();
  for (const [field, value] of Object.entries(submitted)) {
    if (JSON.stringify(current[field]) === JSON.stringify(value)) continue;
    const row = rows.insertRow();
    for (const cell of [names[field] ?? field, current[field], value]) {
      row.insertCell().textContent = Array.isArray(cell) ? cell.join("、") : (cell ?? "");
    }
  }
  return open(
    "刚有人改过这条记录",
    [paragraph("请对照后选择。放弃自己的修改会重新载入页面；仍按您填写的保存，会盖过对方改动的这些字段。"), table],
    [button("载入最新", "theirs", "primary"), button("仍按我的保存", "mine"), button("回到表单", "")],
  );
}
