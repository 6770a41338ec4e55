/*
 * A link from another site, as webmail: browsers keep the session's cookie (SameSite=Strict) from that one
 * navigation, and somebody who is signed in gets the page of a stranger. Calls of our own carry the cookie, so
 * they can tell; the page is then loaded once more, now from here.
 */
const KNOWN = "signed-in"; // this browser was signed in when it last looked: strangers ask nothing
const AGAIN = "loaded-again";

/** Load a stranger's page again where its reader is signed in after all; once, whatever comes of it. */
export async function installReturning() {
  if (document.querySelector('[data-api="DELETE /api/v1/sessions/current"]')) {
    localStorage.setItem(KNOWN, "1");
    goOn();
    return;
  }
  const before = sessionStorage.getItem(AGAIN);
  sessionStorage.removeItem(AGAIN);
  if (before !== null || !localStorage.getItem(KNOWN)) return;
  const answer = await fetch("/api/v1/me", { credentials: "same-origin" }).catch(() => null);
  if (answer?.status === 401) localStorage.removeItem(KNOWN);
  if (!answer?.ok) return;
  sessionStorage.setItem(AGAIN, location.hash);
  const form = location.pathname === "/sign-in" ? document.querySelector("#sign-in") : null;
  // Without the part after "#", or the page would only be scrolled; `goOn` puts it back.
  location.replace(form?.dataset.then ?? location.pathname + location.search);
}

function goOn() {
  const hash = sessionStorage.getItem(AGAIN);
  sessionStorage.removeItem(AGAIN);
  if (hash) location.replace(hash);
}
