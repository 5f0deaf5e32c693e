// Whether Enter is a new line: under a thumb, and for who has chosen that only Ctrl or ⌘ with it sends.

const chosen = document.documentElement.dataset.send === "mod-enter";

export const isNewLine = ({ ctrlKey, metaKey }) => !ctrlKey && !metaKey && (chosen || matchMedia("(pointer: coarse)").matches);
