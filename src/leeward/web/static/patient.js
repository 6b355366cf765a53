// Says that others charted something since this page was opened, and offers to show it. It reloads nothing by itself.
"use strict";
{
  const bar = document.getElementById("newer");
  const EVERY = 20000;
  const folds = document.querySelectorAll("details.fold");
  let shown = 0;

  // On a phone the long parts are folded; a link to one, or a search in the page, opens it.
  if (matchMedia("(max-width: 40rem)").matches) { for (const fold of folds) { fold.open = false; } }
  const unfold = () => { document.getElementById(location.hash.slice(1))?.querySelector("details.fold")?.setAttribute("open", ""); };
  unfold();
  window.addEventListener("hashchange", unfold);
  window.addEventListener("beforeprint", () => { for (const fold of folds) { fold.open = true; } });

  const look = async () => {
    if (document.hidden) { return; }
    try {
      const answer = await fetch(bar.dataset.since, { redirect: "error", headers: { accept: "application/json" } });
      if (!answer.ok) { return; }
      const told = (await answer.json()).new;
      if (!Number.isInteger(told) || told === shown) { return; }
      shown = told;
      const link = document.createElement("a");
      link.href = bar.dataset.to;
      link.textContent = told === 1 ? "1 new entry: show it" : `${told} new entries: show them`;
      bar.replaceChildren(...(told ? [link] : []));
    } catch { /* the network comes and goes; the page stands as it was read */ }
  };

  if (bar) {
    setInterval(look, EVERY);
    document.addEventListener("visibilitychange", look);
  }
}
