// The second factor is asked for once the password was right.
document.querySelector("#sign-in").addEventListener("api:problem", (event) => {
  if (event.detail.code !== "totp_required") return;
  const code = document.querySelector("#code");
  code.hidden = false;
  code.querySelector("input").focus();
});
