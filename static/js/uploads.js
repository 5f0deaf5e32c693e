// A file on its way to the server, in pieces: who was cut off asks how much is there, and goes on.

import { data, Refused, signedOut } from "./fetching.js";
import { say } from "./words.js";

const UPLOADS = "/api/v1/media/uploads";
const AGAIN_MS = 3000;
const JSON_BODY = { "Content-Type": "application/json" };

/** Say what is to come. Throws what keeps it from being sent, in words. */
export async function announce(item) {
  const { blob, file, kind } = item;
  const filename = blob === file ? file.name : file.name.replace(/\.[^.]*$/, "") + ".jpg";
  const body = JSON.stringify({ kind, bytes: blob.size, filename, mime_type: blob.type });
  try {
    if (!blob.size) throw new Refused(415, JSON.stringify({ detail: say("This file is empty.") }));
    item.upload = await data(UPLOADS, { method: "POST", headers: JSON_BODY, body });
  } catch (error) {
    if (error instanceof Refused && error.status < 500) throw new Error(reason(error));
    item.upload = null; // said again when it is sent
  }
}

/** It is not sent. */
export function forget(item) {
  if (item.upload) fetch(`${UPLOADS}/${item.upload.id}`, { method: "DELETE" }).catch(() => {});
  item.upload = null;
}

/** The id of the whole file, however often the connection is cut; null if it was taken back. */
export async function bring(item, sign) {
  while (sign.wanted()) {
    try {
      if (!item.upload) await announce(item);
      if (!item.upload) throw new TypeError("no connection");
      return await pieces(item, sign);
    } catch (error) {
      if (error.message && !(error instanceof Refused) && !(error instanceof TypeError)) throw new Refused(415, notice(error.message));
      if (error instanceof Refused && error.status < 500) {
        if (signedOut(error) || ![404, 408, 409, 429].includes(error.status)) throw new Refused(error.status, notice(reason(error)));
        if (error.status === 404) item.upload = null;
      }
      sign.told(item.upload ? item.upload.offset / item.blob.size : 0, true);
      await pause();
      await found(item);
    }
  }
  forget(item);
  return null;
}

async function pieces(item, sign) {
  while (sign.wanted()) {
    const { id, offset, piece, media } = item.upload;
    if (media) return media.id;
    sign.told(offset / item.blob.size, false);
    const body = item.blob.slice(offset, offset + piece);
    item.upload = await data(`${UPLOADS}/${id}?offset=${offset}`, { method: "PUT", headers: { "Content-Type": "application/octet-stream" }, body });
  }
  throw new TypeError("taken back");
}

/** Where to go on; the server knows. */
async function found(item) {
  if (!item.upload) return;
  try {
    item.upload = await data(`${UPLOADS}/${item.upload.id}`);
  } catch (error) {
    if (error instanceof Refused && error.status === 404) item.upload = null;
  }
}

const pause = () =>
  new Promise((resolve) => {
    setTimeout(resolve, AGAIN_MS);
    addEventListener("online", resolve, { once: true });
  });

function reason(error) {
  try {
    return JSON.parse(error.html).detail;
  } catch {
    return say("The server answered with error %(code)s", { code: error.status });
  }
}

/** As the server says it of a reply. */
function notice(words) {
  const said = document.createElement("div");
  said.className = "notice bad";
  said.setAttribute("role", "alert");
  said.append(Object.assign(document.createElement("p"), { textContent: words }));
  return said.outerHTML;
}
