// What is fetched once it is needed, and again where it did not come: a browser remembers under its
// address what it could not fetch, so each try has one of its own.

/** Whether it came; what has come is not asked for twice. `fetch` gets what makes the address new. */
export function later(fetch) {
  let tries = 0;
  let coming = null;
  return () => {
    const again = tries ? `?${tries}` : "";
    coming ??= fetch(again).then(() => true, () => {
      tries += 1;
      coming = null;
      return false;
    });
    return coming;
  };
}
