// One key an answer, and what the answers come to while they are given. The server reckons; nothing is reckoned here.
"use strict";

(() => {
  const form = document.querySelector("form.score");
  if (!form) { return; }
  const items = [...form.querySelectorAll("[data-item]")];
  const region = document.getElementById("so-far");
  // Where an item is answered: what is chosen, else the box for what is measured, so that digits typed there are that number.
  const answerOf = (item) => item.querySelector("input[type=radio]:checked")
    || item.querySelector(".measured input") || item.querySelector("input[type=radio]");

  // Where one goes on after an item: the next, at last the button that saves.
  const goOn = (item) => {
    const next = items[items.indexOf(item) + 1];
    if (next) { answerOf(next).focus(); next.scrollIntoView({ block: "nearest" }); } else { document.getElementById("save").focus(); }
  };

  // A key that is no answer is said: whoever types on without looking would answer the wrong items.
  const refuse = (item, event) => {
    event.preventDefault();
    const keys = [...item.querySelectorAll("input[type=radio]")].map((one) => one.dataset.key).filter(Boolean);
    const title = item.querySelector("legend").textContent.trim().replace(/^\d+\s+/, "");
    item.classList.add("refused");
    region.textContent = `“${event.key}” is no answer to: ${title}. Press ${keys.join(", ")}.`;
  };

  // In the box of a measurement Enter goes on, and u says that it was not assessed; all else is typed.
  const measured = (item, event) => {
    const unasked = event.key.toLowerCase() === "u" && item.querySelector("input[data-key=u]");
    if (event.key !== "Enter" && !unasked) { return; }
    event.preventDefault();
    if (unasked) {
      event.target.value = "";
      unasked.checked = true;
      unasked.dispatchEvent(new Event("change", { bubbles: true }));
    }
    if (unasked || event.target.value.trim()) { goOn(item); } else { item.querySelector("input[type=radio]").focus(); }
  };

  form.addEventListener("keydown", (event) => {
    const item = event.target.closest("[data-item]");
    if (item && event.target.closest(".measured") && !event.ctrlKey && !event.altKey && !event.metaKey) { measured(item, event); return; }
    if (!item || event.target.type !== "radio" || event.ctrlKey || event.altKey || event.metaKey) { return; }
    const chosen = [...item.querySelectorAll("input[type=radio]")].find((one) => one.dataset.key === event.key.toLowerCase());
    item.classList.remove("refused");
    if (!chosen) {
      if (event.key.length === 1 && event.key !== " ") { refuse(item, event); }
      return;
    }
    event.preventDefault();
    chosen.checked = true;
    chosen.dispatchEvent(new Event("change", { bubbles: true }));
    goOn(item);
  });

  let waits = 0;
  let asked = 0;
  const reckon = async () => {
    const mine = ++asked;
    try {
      const came = await fetch(form.dataset.soFar, { method: "POST", body: new URLSearchParams(new FormData(form)) });
      if (!came.ok) { throw new Error(came.status === 401 ? "Your session has ended: sign in before you save." : "Cannot be reckoned now. Press Reckon."); }
      const text = await came.text();
      if (mine === asked) { region.innerHTML = text; }
    } catch (error) {
      if (mine === asked) { region.textContent = error.message.endsWith(".") ? error.message : "Cannot be reckoned now. Press Reckon."; }
    }
  };
  const soon = () => { clearTimeout(waits); waits = setTimeout(reckon, 150); };
  form.addEventListener("change", soon);
  form.addEventListener("input", soon);

  if (!document.getElementById("problems")) { answerOf(items[0]).focus({ preventScroll: true }); }
})();
