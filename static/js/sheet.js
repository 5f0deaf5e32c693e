// A style sheet that is fetched once it is needed, beside the page's own.

/** Resolves when it is there, or cannot be had: then it looks plain, and works. */
export function sheet(name) {
  const beside = document.querySelector("link[rel=stylesheet]").href;
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: beside.replace(/[^/]*$/, name) });
  const came = new Promise((resolve) => Object.assign(link, { onload: resolve, onerror: resolve }));
  document.head.append(link);
  return came;
}
