// What admins are told of channels: the lines above the page, and the rows on a channel's own.
// One that is over or muted comes without words, and its line goes.

import { replace, route } from "./fragments.js";

function place(fresh, list) {
  if (document.getElementById(fresh.id)) return replace(fresh);
  list?.prepend(fresh);
}

route("alert-", (fresh) => {
  if ("gone" in fresh.dataset) document.getElementById(fresh.id)?.remove();
  else place(fresh, document.getElementById("alerts"));
});

route("told-", (fresh) => place(fresh, document.getElementById(`told-of-${fresh.dataset.channel}`)));
