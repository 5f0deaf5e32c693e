// Small things for every page: toasts, dismissals, questions before a form goes.

export function toast(text, ms = 6000) {
  const element = Object.assign(document.createElement("p"), { className: "toast", role: "alert", textContent: text });
  document.getElementById("toasts")?.append(element);
  setTimeout(() => element.remove(), ms);
}

document.addEventListener("click", ({ target }) => {
  if (target.closest?.("[data-dismiss]")) target.closest(".notice, .toast")?.remove();
});

document.addEventListener("submit", (event) => {
  const question = event.submitter?.dataset.confirm ?? event.target.dataset.confirm;
  if (question && !confirm(question)) event.preventDefault();
});
