// One key an answer in the rows that offer keys, and on to the next row. Without script the rows are plain radio buttons.
"use strict";

(() => {
  const rows = [...document.querySelectorAll("fieldset[data-keys]")].filter((row) => row.querySelector("input[type=radio]"));
  for (const [place, row] of rows.entries()) {
    row.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey) { return; }
      const chosen = row.querySelector(`input[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
      if (!chosen) { return; }
      event.preventDefault();
      chosen.checked = true;
      const next = rows[place + 1];
      if (next) { (next.querySelector("input:checked") || next.querySelector("input")).focus(); } else { chosen.focus(); }
    });
  }
})();
