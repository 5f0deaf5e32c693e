// What is half written where there is no draft of it, as the gaps of a template: kept in the tab, for
// its writer, until it is sent or they do without it.

const OWN = `half:${document.body.dataset.me}:`;

/** What was kept of this; null: nothing. */
export const half = (what) => JSON.parse(sessionStorage.getItem(OWN + what));

export function keepHalf(what, said) {
  if (said) sessionStorage.setItem(OWN + what, JSON.stringify(said));
  else sessionStorage.removeItem(OWN + what);
}
