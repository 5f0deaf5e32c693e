// One recording: begun, paused and gone on with as often as somebody likes, heard, and kept until it
// was sent or thrown away. `change` is called whenever something of it is to be drawn anew.

import { format, microphone } from "./microphone.js";

const LEVEL_MS = 80;
/** Samples that are looked at each time: twice as many as come in between, as timers are late. */
const HEARD = 8192;
const HUSH_SECONDS = 3;

export class Recording {
  #recorder = null;
  #stream = null;
  #ears = null;
  #timer = null;
  #began = 0;
  #before = 0;
  #chunks = [];
  #given = null;

  /** `state`: asking, recording, paused, ended (nothing more can be added) or refused. */
  state = "asking";
  levels = [];
  url = "";

  constructor(longest, change) {
    Object.assign(this, { longest, change });
  }

  get seconds() {
    return this.#before + (this.state === "recording" ? (performance.now() - this.#began) / 1000 : 0);
  }

  get blob() {
    return new Blob(this.#chunks, { type: this.#recorder.mimeType });
  }

  /** Whether anything was heard at all. */
  get silent() {
    return this.seconds > HUSH_SECONDS && Math.max(...this.levels) < 0.01;
  }

  /** Raises `NoMicrophone`. */
  async begin(converts) {
    const { type, bits } = format(converts);
    this.#stream = await microphone();
    if (this.state !== "asking") return this.#release(); // thrown away meanwhile
    for (const track of this.#stream.getTracks()) track.addEventListener("ended", () => this.end());
    this.#recorder = new MediaRecorder(this.#stream, { mimeType: type, audioBitsPerSecond: bits });
    this.#recorder.addEventListener("dataavailable", ({ data }) => this.#took(data));
    this.#listen();
    this.#recorder.start();
    this.#go();
  }

  #took(data) {
    if (data.size) this.#chunks.push(data);
    this.#given?.();
    this.#given = null;
  }

  /** What the recorder has so far; it gives that a moment after it was asked. */
  #asked(ask) {
    return new Promise((resolve) => {
      this.#given = resolve;
      ask();
    });
  }

  #go() {
    this.#began = performance.now();
    this.state = "recording";
    this.#timer = setInterval(() => this.#look(), LEVEL_MS);
    this.change();
  }

  #hold(state) {
    clearInterval(this.#timer);
    this.#before = this.seconds;
    this.state = state;
  }

  #look() {
    const samples = new Float32Array(this.#ears.fftSize);
    this.#ears.getFloatTimeDomainData(samples);
    this.levels.push(samples.reduce((most, each) => Math.max(most, Math.abs(each)), 0));
    if (this.seconds >= this.longest) this.end();
    else this.change();
  }

  #listen() {
    const context = new AudioContext();
    this.#ears = new AnalyserNode(context, { fftSize: HEARD });
    context.createMediaStreamSource(this.#stream).connect(this.#ears);
  }

  async pause() {
    if (this.state !== "recording") return;
    this.#hold("paused");
    this.#recorder.pause();
    await this.#asked(() => this.#recorder.requestData());
    this.#readable();
  }

  resume() {
    if (this.state !== "paused") return;
    this.#recorder.resume();
    this.#go();
  }

  /** The microphone is let go, and what there is stays. */
  async end() {
    if (!["recording", "paused"].includes(this.state)) return;
    this.#hold("ended");
    if (this.#recorder.state !== "inactive") await this.#asked(() => this.#recorder.stop());
    this.#release();
    this.#readable();
  }

  #readable() {
    URL.revokeObjectURL(this.url);
    this.url = URL.createObjectURL(this.blob);
    this.change();
  }

  #release() {
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#ears?.context.close();
    this.#ears = null;
  }

  discard() {
    clearInterval(this.#timer);
    this.state = "gone";
    if (this.#recorder && this.#recorder.state !== "inactive") this.#recorder.stop();
    this.#release();
    URL.revokeObjectURL(this.url);
  }
}
