// The switches beside the phone and what presses them on its screen. Kept for this tab.

const $ = (id) => document.getElementById(id);

export class Switches {
  constructor(phone, changed) {
    const { channel, waId } = phone.dataset;
    Object.assign(this, { phone, changed, memory: `phone ${channel} ${waId}` });
    [this.power, this.open, this.refuse] = ["power", "open", "refuse"].map($);
    const off = sessionStorage.getItem(this.memory) ?? "";
    for (const control of [this.power, this.open]) {
      control.checked = !off.includes(control.id);
      control.addEventListener("change", () => this.turned());
    }
    this.refuse.addEventListener("click", () => this.arm(!this.armed));
    this.presses("[data-power-on]", this.power, true, "textarea");
    this.presses("[data-close-chat]", this.open, false, "[data-open-chat]");
    this.presses("[data-open-chat]", this.open, true, "textarea");
    this.draw();
  }

  get state() {
    return {
      on: this.power.checked,
      reading: this.open.checked && !document.hidden,
      refusing: this.armed,
    };
  }

  get armed() {
    return this.refuse.getAttribute("aria-pressed") === "true";
  }

  arm(armed) {
    this.refuse.setAttribute("aria-pressed", String(armed));
  }

  presses(selector, control, checked, next) {
    this.phone.querySelector(selector).addEventListener("click", () => {
      control.checked = checked;
      this.turned();
      this.phone.querySelector(next).focus();
    });
  }

  turned() {
    const off = [this.power, this.open].filter(({ checked }) => !checked);
    sessionStorage.setItem(this.memory, off.map(({ id }) => id).join(" "));
    this.draw();
    this.changed();
  }

  draw() {
    this.phone.dataset.power = this.power.checked ? "on" : "off";
    this.phone.dataset.chat = this.open.checked ? "open" : "closed";
  }
}
