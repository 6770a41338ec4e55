// A new API key is told once.
import { tellOnce } from "./once.js";

document.querySelector("#new-key")?.addEventListener("api:done", (event) => {
  const { name, key } = event.detail;
  tellOnce(
    `“${name}”的密钥`,
    "只显示这一次，关闭后再也看不到。请现在复制，保存到要用它的系统里；不要发到群里或邮件里。",
    [{ label: "密钥", value: key }],
  );
});
