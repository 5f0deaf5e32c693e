// What can be completed everywhere: the sign, and where it means something.

import { completes } from "./completing.js";
import { later } from "./later.js";
import { say } from "./words.js";

const MONO = "\u0060";

/** What stands within `mono` is code. 10:30 and https: do not begin with a colon. */
const inCode = ({ value, selectionStart: at }) => value.slice(0, at).split(MONO).length % 2 === 0;

completes({
  name: "canned",
  label: say("Canned responses"),
  before: /(?:^|\s)(\/([^\s/]{0,60}))$/,
  on: (field) => field.form?.id === "composer",
  fetch: later((again) => import(`./canned.js${again}`)),
});

completes({
  name: "emoji",
  label: say("Emoji"),
  before: /(?:^|[\s(])(:([a-z]\w{1,30}:?))$/i,
  on: (field) => !inCode(field),
  fetch: later((again) => import(`./emoji.js${again}`)),
});

completes({
  name: "mentions",
  label: say("Colleagues"),
  before: /(?:^|\s)(@([^@\n]{0,40}))$/,
  on: (field) => field.form.id === "noting",
  fetch: later((again) => import(`./naming.js${again}`)),
});
