/* A download leaves the page as it was: when one has come, load it anew, with its new numbers and what was done. */

const COOKIE = "sipas-printed";
const LOOK_EVERY_MS = 400;
const GIVE_UP_AFTER_MS = 60_000;

function taken() {
  if (!document.cookie.split("; ").some((one) => one.startsWith(`${COOKIE}=`))) return false;
  document.cookie = `${COOKIE}=; max-age=0; path=${location.pathname}; samesite=strict`;
  return true;
}

let looking;
addEventListener("submit", () => {
  clearInterval(looking);
  const since = Date.now();
  looking = setInterval(() => {
    if (taken()) {
      clearInterval(looking);
      history.scrollRestoration = "manual";
      location.reload();
    } else if (Date.now() - since > GIVE_UP_AFTER_MS) clearInterval(looking);
  }, LOOK_EVERY_MS);
});
