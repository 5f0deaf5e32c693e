"""Sounds, films and pictures that a browser can play, made here."""

import base64
import struct
import zlib

from playwright.async_api import Page

_FILM = """async () => {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [64, 48];
  const paint = canvas.getContext("2d");
  const recorder = new MediaRecorder(canvas.captureStream(30), { mimeType: "video/webm" });
  const parts = [];
  const done = new Promise((end) => (recorder.onstop = end));
  recorder.ondataavailable = ({ data }) => parts.push(data);
  recorder.start();
  for (let at = 0; at < 12; at += 1) {
    paint.fillStyle = `hsl(${at * 30} 80% 50%)`;
    paint.fillRect(0, 0, 64, 48);
    await new Promise(requestAnimationFrame);
  }
  recorder.stop();
  await done;
  const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
  return btoa(String.fromCharCode(...bytes));
}"""


async def film(page: Page) -> bytes:
    """A short WebM, recorded by the browser itself."""
    return base64.b64decode(await page.evaluate(_FILM))


def sound(seconds: int = 12) -> bytes:
    """Silence as MPEG frames of 32 kbit/s: each 104 bytes and 26 ms."""
    frame = b"\xff\xfb\x10\xc4" + bytes(100)
    return frame * (seconds * 44_100 // 1_152)


def picture(red: int, width: int = 400, height: int = 300) -> bytes:
    """A PNG of one colour."""

    def chunk(name: bytes, body: bytes) -> bytes:
        whole = name + body
        return struct.pack(">I", len(body)) + whole + struct.pack(">I", zlib.crc32(whole))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = (b"\0" + bytes([red, 120, 160]) * width) * height
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body
