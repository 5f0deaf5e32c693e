// Documents: a button at each block of code that copies it. Without scripts there is none.

import "./copy.js";
import { say } from "./words.js";

for (const [at, block] of document.querySelectorAll(".code-block").entries()) {
  const code = block.querySelector("code");
  code.id = `code-${at + 1}`;
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "button small copy-code", ariaLabel: say("Copy this code") });
  button.dataset.copyFrom = code.id;
  const label = document.createElement("span");
  label.textContent = say("Copy");
  button.append(label);
  block.append(button);
}
