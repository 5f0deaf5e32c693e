// What a browser gives of a microphone, and why it does not, in words that say what to do.

import { say } from "../words.js";

const WANTED = { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true };
/** What WhatsApp takes as it is comes first; the server makes it of all others. */
const FORMATS = [
  { type: "audio/ogg;codecs=opus", bits: 24000 },
  { type: "audio/webm;codecs=opus", bits: 24000 },
  { type: "audio/mp4", bits: 64000 },
];

/** `told`: it is a sentence for whoever pressed the button. */
export class NoMicrophone extends Error {}

export async function microphone() {
  if (!navigator.mediaDevices?.getUserMedia) throw new NoMicrophone(unasked());
  try {
    return await navigator.mediaDevices.getUserMedia({ audio: WANTED });
  } catch (error) {
    throw new NoMicrophone(refusal(error));
  }
}

/** `converts`: the server can make a voice message of anything. */
export function format(converts) {
  if (!globalThis.MediaRecorder) throw new NoMicrophone(say("This browser cannot record. A newer one can."));
  const found = FORMATS.find(({ type }) => MediaRecorder.isTypeSupported(type));
  if (found && (converts || found === FORMATS[0])) return found;
  throw new NoMicrophone(
    say("This server cannot turn what this browser records into a voice message: its extra “media” is missing. Whoever runs it can install it; Firefox can do without."),
  );
}

const unasked = () =>
  isSecureContext
    ? say("This browser gives no page the microphone. Another one may.")
    : say("Browsers give the microphone only to pages that came by https. Open the inbox at an https address, or on its own machine at http://localhost.");

function refusal({ name, message }) {
  switch (name) {
    case "NotAllowedError":
    case "SecurityError":
      return say("The microphone is not allowed here. Allow it for this page, by the sign beside its address or in the settings of your system, and record again.");
    case "NotFoundError":
    case "OverconstrainedError":
      return say("There is no microphone. Plug one in or switch it on, and record again.");
    case "NotReadableError":
    case "AbortError":
      return say("The microphone does not answer. If another program uses it, close that, and record again.");
    default:
      return say("Nothing can be recorded: %(reason)s", { reason: message || name });
  }
}
