// Keeps the board fresh, and says plainly when it is not. Without this the page loads itself anew every minute.
"use strict";

(() => {
  const EVERY = 20000, ONE_TRY = 15000, QUIET = 3000;
  const live = document.getElementById("board-live");
  const trouble = document.getElementById("board-trouble");
  const find = document.getElementById("find");
  if (!live) return;
  let lastGood = document.getElementById("board-looked").textContent;
  let shown = null, touched = 0, waiting = null, asking = false;

  // While Leeward is still reading, the next look is soon.
  const soon = () => live.querySelector("progress, .renewing") ? 1500 : EVERY;

  const words = () => find.value.toLowerCase().split(/\s+/).filter(Boolean);

  // The search hides rows in the page: what is typed never leaves it.
  function search() {
    const wanted = words();
    let left = 0;
    for (const row of live.querySelectorAll(".row")) {
      row.hidden = !wanted.every((word) => row.dataset.find.includes(word));
      if (!row.hidden) left += 1;
    }
    let said = document.getElementById("board-left");
    if (!said) {
      said = document.createElement("p");
      said.id = "board-left";
      said.className = "searched";
      said.setAttribute("role", "status");
      live.before(said);
    }
    const of = live.querySelectorAll(".row").length;
    said.textContent = wanted.length ? (left ? `${left} of ${of} shown.` : `Nobody among the ${of} here has these words.`) : "";
  }

  function replace(html) {
    const made = new DOMParser().parseFromString(html, "text/html");
    const looked = made.getElementById("board-looked");
    if (!looked) return false;
    lastGood = looked.textContent;
    looked.textContent = "";
    if (made.body.innerHTML !== shown) {
      const held = live.contains(document.activeElement) ? document.activeElement.id : "";
      const top = window.scrollY;
      shown = made.body.innerHTML;
      live.replaceChildren(...made.body.childNodes);
      if (held) document.getElementById(held)?.focus({ preventScroll: true });
      window.scrollTo({ top, behavior: "instant" });
      search();
    }
    document.getElementById("board-looked").textContent = lastGood;
    return true;
  }

  function fresh() {
    trouble.hidden = true;
    trouble.replaceChildren();
    live.removeAttribute("aria-busy");
  }

  // Nobody is signed in any more, so nobody stays on the screen; what is left can be read from across the room.
  function signedOut() {
    const box = document.createElement("div");
    const head = document.createElement("h1");
    const why = document.createElement("p");
    const to = document.createElement("a");
    box.className = "signed-out";
    box.setAttribute("role", "alert");
    head.textContent = `Signed out: last looked ${lastGood.replace(/:\d\d$/, "")}.`;
    why.textContent = "The session of this board has ended, so nobody is shown.";
    to.className = "button primary";
    to.href = "/sign-in?next=%2F";
    to.textContent = "Sign in again";
    box.append(head, why, to);
    document.title = "Signed out \u00b7 Leeward";
    document.getElementById("main").replaceChildren(box);
    document.querySelector("header.top")?.remove();
  }

  function stale(says) {
    const strong = document.createElement("strong");
    strong.textContent = "This board is not fresh. ";
    const parts = [strong, `${says} What stands here was last looked at ${lastGood}. `];
    const same = trouble.dataset.says === says && !trouble.hidden;
    if (!same) { trouble.replaceChildren(...parts); trouble.dataset.says = says; }
    trouble.hidden = false;
  }

  async function look() {
    clearTimeout(waiting);
    if (document.hidden || asking || !live.isConnected) return;
    if (Date.now() - touched < QUIET) { waiting = setTimeout(look, QUIET); return; }
    asking = true;
    let next = EVERY;
    try {
      const answer = await fetch("/board/rows", { cache: "no-store", signal: AbortSignal.timeout(ONE_TRY) });
      if (answer.redirected || answer.status === 401) {
        signedOut();
        return;
      } else if (answer.status === 403) {
        stale("You may no longer see the board.");
      } else if (!answer.ok) {
        stale(`Leeward answered with an error (${answer.status}).`);
      } else if (replace(await answer.text())) {
        fresh();
        next = soon();
      } else {
        stale("Leeward's answer cannot be read.");
      }
    } catch {
      stale("Leeward cannot be reached.");
    }
    asking = false;
    waiting = setTimeout(look, next);
  }

  // Nothing moves under a finger, or under the keyboard, that is about to choose.
  for (const kind of ["pointerdown", "keydown"]) live.addEventListener(kind, () => { touched = Date.now(); });
  document.addEventListener("visibilitychange", look);
  window.addEventListener("pageshow", (event) => { if (event.persisted) look(); });
  find.addEventListener("input", search);
  find.form.addEventListener("submit", (event) => { event.preventDefault(); event.stopPropagation(); search(); });

  if (live.dataset.searched) look(); else search();
  waiting = setTimeout(look, soon());
})();
