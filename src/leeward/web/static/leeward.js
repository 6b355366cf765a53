// What little the pages do by themselves. Everything here is an addition: each page works without it.
"use strict";

document.documentElement.classList.add("script");

// What is wrong with a form is read out first.
document.getElementById("problems")?.focus();

// The answer to a form that was shown on its own page stays in the history as that page, so that Back sends nothing again.
if (document.documentElement.dataset.answers === "form") { history.replaceState(null, "", location.href); }

// A form is sent once. What it carries makes sending it twice harmless; this spares the wait. A form that is answered by a
// file leaves its page standing, and may be sent again (data-again).
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) { event.preventDefault(); return; }
  if (form.method === "post" && !("again" in form.dataset)) {
    form.dataset.sent = "yes";
    setTimeout(() => { form.setAttribute("aria-busy", "true"); }, 300);
  }
});
// What was typed into words of one's own and not sent is asked about before the page is left.
window.addEventListener("beforeunload", (event) => {
  const sent = [...document.forms].some((form) => form.dataset.sent);
  const typed = [...document.querySelectorAll("main form[method=post] textarea")].some((area) => area.value !== area.defaultValue);
  if (typed && !sent) { event.preventDefault(); }
});
window.addEventListener("pageshow", () => {
  for (const form of document.forms) { delete form.dataset.sent; form.removeAttribute("aria-busy"); }
});
