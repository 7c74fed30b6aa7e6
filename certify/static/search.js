// "/" goes to the search: the page's own box, else the one in the head, else the page that has one.
(() => {
  const box = () => document.querySelector("main input[type=search][name=q]") || document.getElementById("site-search");
  const hint = document.querySelector(".site-search kbd");
  if (hint) hint.hidden = false;
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const found = box();
    const link = document.querySelector(".site-search-link");
    if (found && found.offsetParent) {
      found.focus();
      found.select();
    } else if (link) {
      link.click();
    } else {
      return;
    }
    event.preventDefault();
  });
})();
