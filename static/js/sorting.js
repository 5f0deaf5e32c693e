// What files are: as which kind they can be sent, and how large they are.

export const CAPTIONED = ["image", "video", "document"];
export const CAPTION_MOST = 1024;
export const PHOTOS = ["image/jpeg", "image/png"];

/** What the open conversation's channel can send. */
const able = () => document.querySelector("#composer [data-attach]")?.dataset.attach.split(" ") ?? [];

/** A voice message goes wherever sound does. */
export const canSend = (kind) => able().includes(kind === "voice" ? "audio" : kind);

/** As what a file of this type can be sent, the usual first. */
export function sendable({ mime }) {
  const found = [];
  if (mime.startsWith("image/") && mime !== "image/webp") found.push("image");
  if (["video/mp4", "video/3gpp"].includes(mime)) found.push("video");
  if (mime.startsWith("audio/")) found.push("audio");
  if (mime === "image/webp") found.push("sticker", "image");
  if (!mime.startsWith("image/") || PHOTOS.includes(mime)) found.push("document");
  return found;
}

export function size(bytes) {
  const [amount, unit] = bytes < 1e6 ? [Math.max(1, bytes / 1e3), "kilobyte"] : [bytes / 1e6, "megabyte"];
  const digits = bytes < 1e6 ? 0 : 1;
  return new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit, maximumFractionDigits: digits }).format(amount);
}

/** The page's own, as it stands on the button. */
export function icon() {
  const made = document.createElement("span");
  made.className = "kind";
  made.append(document.querySelector("[data-attach] .icon")?.cloneNode(true) ?? "");
  return made;
}
