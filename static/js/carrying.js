// A file on its way to the server, from when it was chosen: beside the dialog, and after it is shut.

import { PHOTOS } from "./sorting.js";
import { announce, bring } from "./uploads.js";
import { say } from "./words.js";

const EDGE = 2560;
const PHOTO_BYTES = 5 * 1048576;
const under = new Set();

/** `media`: it is here already. `conversation`: whose draft it is of, or `note:` and it. */
export function fresh(conversation, { media, file, kind, caption = "" }) {
  const url = PHOTOS.includes(file?.type) ? URL.createObjectURL(file) : undefined;
  return { conversation, media, file, kind, caption, url, wrong: "" };
}

export const entry = ({ media, kind, caption }) => ({ media, kind, caption });
export const coming = (conversation) => [...under].filter(({ conversation: its, sent, dropped }) => its === conversation && !sent && !dropped);

/** `arrived(item)` is called once it has its `media`, or something `wrong`. */
export function carry(item, arrived) {
  under.add(item);
  item.carrying = carried(item);
  item.carrying.then((id) => id !== null, (error) => (item.wrong = words(error))).then((came) => {
    under.delete(item);
    if (came && !item.dropped) arrived(item);
  });
}

async function carried(item) {
  item.blob = shrinks(item) ? await smaller(item) : item.file;
  await announce(item);
  const sign = { wanted: () => !item.dropped && (item.sign?.wanted() ?? true), told: (part, cut) => told(item, part, cut) };
  const id = await bring(item, sign);
  if (id) item.media = item.upload.media;
  return id;
}

function told(item, part, cut) {
  item.part = part;
  if (item.sign) item.sign.told(part, cut);
  else document.dispatchEvent(new CustomEvent("inbox:carried", { detail: item }));
}

/** Of a refusal what stands in its notice. */
function words(error) {
  const holder = document.createElement("template");
  holder.innerHTML = error.html ?? "";
  return holder.content.querySelector("p")?.textContent ?? error.message;
}

/** A photo that is too large, or of a type that no phone is sent, is made a smaller JPEG. */
const shrinks = ({ kind, file }) => kind === "image" && (file.size > PHOTO_BYTES || !PHOTOS.includes(file.type));

async function smaller({ file, shrunk }) {
  let bitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    throw new Error(say("This browser cannot read that picture. Save it as JPEG and try again."));
  }
  shrunk?.(true);
  const scale = Math.min(1, EDGE / Math.max(bitmap.width, bitmap.height));
  const canvas = Object.assign(document.createElement("canvas"), { width: bitmap.width * scale, height: bitmap.height * scale });
  canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.86));
}

addEventListener("beforeunload", (event) => under.size && event.preventDefault());
