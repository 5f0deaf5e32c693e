// Settings pages. Rows and statuses of channels come live through the page's own socket (app.js).

// On a phone the sections are a strip that scrolls.
document.querySelector(".side [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });
