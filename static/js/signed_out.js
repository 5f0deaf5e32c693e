// The session has ended while the page is open. What was being written is kept as drafts, and is
// there again after signing in; a form that cannot be kept so is not left behind either.

const bar = () => document.getElementById("signed-out");

/** Where a reader goes on after signing in. */
export function signInPath() {
  const here = location.pathname + location.search;
  return here === "/" ? "/sign-in" : `/sign-in?next=${encodeURIComponent(here)}`;
}

export function leaveToSignIn() {
  document.dispatchEvent(new Event("inbox:signed-out"));
  if (![...document.forms].some(begun)) return location.assign(signInPath());
  bar().querySelector("a").href = signInPath();
  bar().hidden = false;
}

export function signedInAgain() {
  if (bar()) bar().hidden = true;
}

/** Replies are drafts, and a search is in the address. */
function begun(form) {
  return form.method === "post" && form.id !== "composer" && [...form.elements].some(changed);
}

function changed({ type, value, defaultValue, checked, defaultChecked, options }) {
  if (type === "checkbox" || type === "radio") return checked !== defaultChecked;
  if (options) return [...options].some((one) => one.selected !== one.defaultSelected) && [...options].some((one) => one.defaultSelected);
  return type !== "hidden" && defaultValue !== undefined && value !== defaultValue;
}
