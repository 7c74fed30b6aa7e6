// "Show more" adds the next page's rows to those that are shown; without this it is a link to that page.
"use strict";

const rowsBefore = (page) => {
  const pager = page.querySelector("main .pager");
  const lists = [...page.querySelectorAll("main [data-more]")];
  return pager ? lists.filter((one) => one.compareDocumentPosition(pager) & Node.DOCUMENT_POSITION_FOLLOWING).pop() : lists.pop();
};
const pager = document.querySelector("main .pager");
const rows = rowsBefore(document);
const next = () => pager.querySelector("a[rel=next]");
let busy = false;

const told = document.createElement("p");
told.setAttribute("role", "status");
told.className = "pager-told";

const pageAt = async (url) => {
  const answer = await fetch(url, { credentials: "same-origin", headers: { Accept: "text/html" } });
  if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
  return new DOMParser().parseFromString(await answer.text(), "text/html");
};

// The rows of the next page, added to those that are shown.
const add = async () => {
  const page = await pageAt(next().href);
  const found = [...(rowsBefore(page)?.children || [])].map((row) => document.importNode(row, true));
  rows.append(...found);
  const following = page.querySelector("main .pager a[rel=next]");
  if (following) next().href = following.href;
  else next().remove();
  return found;
};

const remember = (state) => history.replaceState({ ...history.state, ...state }, "");

const more = async (event) => {
  const link = event.target.closest("a[rel=next]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (busy) return;
  busy = true;
  rows.setAttribute("aria-busy", "true");
  try {
    const found = await add();
    told.textContent = pager.dataset.told.replace("{n}", found.length);
    remember({ more: (history.state?.more || 0) + 1 });
    const first = found[0]?.querySelector("a, button, input") || found[0] || told;
    if (first.tabIndex < 0) first.tabIndex = -1;
    first.focus();
  } catch {
    location.assign(link.href);
  } finally {
    busy = false;
    rows.removeAttribute("aria-busy");
  }
};

// Whoever comes back finds the same rows, at the same place.
const again = async () => {
  const { more: pages = 0, top = 0 } = history.state || {};
  try {
    for (let n = 0; n < Math.min(pages, 20) && next(); n += 1) await add();
    if (pages && top) window.scrollTo(0, top);
  } catch { /* the link stays */ }
};

if (pager && rows && next()) {
  pager.after(told);
  pager.addEventListener("click", more);
  window.addEventListener("pagehide", () => { if (history.state?.more) remember({ top: window.scrollY }); });
  again();
}
