"use strict";
// Everything can be read without this; it adds the filter, and unfolds what a link or a printer asks for.
for (const part of document.querySelectorAll("[data-findings]")) {
  const checks = [...part.querySelectorAll("[data-check]")];
  const search = part.querySelector("[data-search]");
  const selects = [...part.querySelectorAll("[data-filter]")];
  const shown = part.querySelector("[data-shown]");
  const unfold = part.querySelector("[data-unfold]");
  const texts = new Map();
  const says = (node) => {
    if (!texts.has(node)) texts.set(node, node.textContent.toLowerCase());
    return texts.get(node);
  };
  // A check is found by its own words, or by those of some of its findings: then these alone show.
  const found = (check, words) => {
    const head = says(check.querySelector("summary"));
    const whole = words.every((word) => head.includes(word));
    let any = whole;
    for (const each of check.querySelectorAll(".evidence > li")) {
      each.hidden = !whole && !words.every((word) => head.includes(word) || says(each).includes(word));
      any = any || !each.hidden;
    }
    return any;
  };
  const visible = () => checks.filter((check) => !check.hidden);
  const apply = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const check of checks) {
      check.hidden =
        selects.some((each) => each.value && check.dataset[each.dataset.filter] !== each.value) ||
        !found(check, words);
    }
    for (const state of part.querySelectorAll("section[data-state]")) {
      state.hidden = !state.querySelector("[data-check]:not([hidden])");
    }
    shown.textContent = shown.dataset.template
      .replace("%s", visible().length).replace("%t", checks.length);
  };
  search.addEventListener("input", apply);
  for (const each of selects) each.addEventListener("change", apply);
  unfold.addEventListener("click", () => {
    const open = visible().some((check) => !check.open);
    for (const check of visible()) check.open = open;
  });
  part.querySelector(".filter").hidden = false;
  apply();
}
const reveal = () => {
  const name = decodeURIComponent(location.hash.slice(1));
  const goal = document.getElementById(name) ||
    (name && document.querySelector(`[id^="${CSS.escape(name)}-"][data-check]`));
  if (!goal || !goal.matches("details")) return;
  goal.hidden = false;
  goal.closest("section").hidden = false;
  goal.open = true;
  goal.scrollIntoView();
};
addEventListener("hashchange", reveal);
reveal();
addEventListener("beforeprint", () => {
  for (const each of document.querySelectorAll("details:not([open]):not(.facts details)")) {
    each.open = true;
    each.dataset.folded = "";
  }
});
addEventListener("afterprint", () => {
  for (const each of document.querySelectorAll("details[data-folded]")) {
    each.open = false;
    delete each.dataset.folded;
  }
});
