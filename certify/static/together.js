/* Ticking all of a group at once, and how many are ticked; without this the same goes by a page that asks. */
"use strict";

document.documentElement.classList.add("scripted");
const told = document.querySelector("[data-ticked]");
const boxes = [...document.querySelectorAll("input[name=activities]")];
const groups = [...document.querySelectorAll("[data-group]")].map((group) => ({
  all: group.querySelector("[data-all] input"),
  boxes: boxes.filter((box) => group.contains(box)),
}));

const count = () => {
  groups.forEach(({ all, boxes: own }) => {
    const ticked = own.filter((box) => box.checked).length;
    all.checked = ticked === own.length;
    all.indeterminate = ticked > 0 && ticked < own.length;
  });
  if (told) told.textContent = told.dataset.ticked.replace("{n}", boxes.filter((box) => box.checked).length);
};

groups.forEach(({ all, boxes: own }) => {
  all.closest("[data-all]").hidden = own.length < 2;
  all.addEventListener("change", () => {
    own.forEach((box) => { box.checked = all.checked; });
    count();
  });
});
boxes.forEach((box) => box.addEventListener("change", count));
count();
