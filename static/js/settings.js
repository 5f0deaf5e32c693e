// Settings pages, beside app.js. Rows and statuses of channels come live through its socket.

import "./forms.js";
import "./status.js";
import "./swaps.js";

// On a phone the sections are a strip that scrolls.
document.querySelector(".side [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });
