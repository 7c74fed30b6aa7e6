/* A grid of inputs by keyboard: arrows and Enter go along its columns; sums follow what is typed. */
"use strict";

document.querySelectorAll("[data-grid]").forEach((table) => {
  const rows = [...table.tBodies[0].rows];

  const at = (row, cell) => row && row.cells[cell] ? row.cells[cell].querySelector("input") : null;
  const go = (input, down) => {
    const cell = input.closest("td").cellIndex;
    for (let n = rows.indexOf(input.closest("tr")) + down; n >= 0 && n < rows.length; n += down) {
      const found = at(rows[n], cell);
      if (found) { found.focus(); found.select(); return true; }
    }
    return false;
  };
  const aside = (input, step) => {
    const row = input.closest("tr");
    for (let n = input.closest("td").cellIndex + step; n > 0 && n < row.cells.length; n += step) {
      const found = at(row, n);
      if (found) { found.focus(); found.select(); return; }
    }
  };
  const hours = (input) => {
    const text = input.value.trim().toLowerCase().replace(",", ".");
    if (!text) return null;
    return ["x", "×", "✓"].includes(text) ? Number(input.dataset.hours) : Number(text);
  };
  const add = (row) => {
    const total = row.querySelector("[data-total]");
    if (!total) return;
    const given = [...row.querySelectorAll("[data-hours]")].map(hours).filter((one) => one !== null);
    const sum = given.reduce((all, one) => all + one, 0);
    const text = given.length && Number.isFinite(sum) ? String(Math.round(sum * 100) / 100) : "";
    if (total.tagName !== "INPUT") total.textContent = text || "–";
    else if (text) total.value = text;
  };

  table.addEventListener("keydown", (event) => {
    const input = event.target;
    if (input.tagName !== "INPUT" || event.altKey || event.ctrlKey || event.metaKey) return;
    const whole = input.selectionStart === 0 && input.selectionEnd === input.value.length;
    if (event.key === "ArrowDown" || (event.key === "Enter" && !event.shiftKey)) {
      if (go(input, 1) || event.key === "ArrowDown" || event.key === "Enter") event.preventDefault();
    } else if (event.key === "ArrowUp" || event.key === "Enter") {
      go(input, -1);
      event.preventDefault();
    } else if (event.key === "ArrowRight" && (whole || input.selectionStart === input.value.length)) {
      aside(input, 1);
      event.preventDefault();
    } else if (event.key === "ArrowLeft" && (whole || input.selectionEnd === 0)) {
      aside(input, -1);
      event.preventDefault();
    }
  });
  table.addEventListener("focusin", (event) => { if (event.target.tagName === "INPUT") event.target.select(); });
  table.addEventListener("input", (event) => { if (event.target.dataset.hours) add(event.target.closest("tr")); });
});
