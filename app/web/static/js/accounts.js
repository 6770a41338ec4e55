// Invitations and resets: the link is told once, inside words that are ready to be sent.
import { tellOnce } from "./once.js";

function words(name, email, token, days) {
  const address = `${location.origin}/password?token=${encodeURIComponent(token)}`;
  return [
    `${name}，您好：`,
    `“双需对接”平台的账号是 ${email}。请在 ${days} 天内打开下面的链接设置密码，之后用邮箱和密码登录：`,
    address,
    "链接只能用一次，请不要转发。过期了请告诉我，我再发一个。",
  ].join("\n");
}

function tell(title, name, email, token, days, then) {
  tellOnce(
    title,
    `只显示这一次，${days} 天内有效。请把下面这段话单独发给${name}本人，不要发在群里。`,
    [{ label: "这段话", value: words(name, email, token, days), rows: 8 }, { label: "设置码", value: token }],
    then,
  );
}

document.querySelector("#invite")?.addEventListener("api:done", (event) => {
  const { id, name, email, invitation } = event.detail;
  tell(`已为${name}建立账号`, name, email, invitation, 7, `/admin/accounts/${encodeURIComponent(id)}`);
});

document.querySelector("#reset")?.addEventListener("api:done", (event) => {
  const { name, email } = event.currentTarget.dataset;
  tell(`${name}的新链接`, name, email, event.detail.token, 1, ".");
});

// Roles that cannot do without an organisation say so before the server does.
const invite = document.querySelector("#invite");
const role = invite?.elements.role;
const organisation = invite?.elements.organisation_id;
if (role && organisation) {
  const needing = invite.dataset.needing.split(" ");
  const say = () => {
    organisation.required = needing.includes(role.value);
    invite.querySelector(".organisation-choice > .label").classList.toggle("required", organisation.required);
  };
  role.addEventListener("change", say);
  say();
}
