// SPDX-License-Identifier: Apache-2.0
// Elements of our own making; every text is set as text.

import { duration, ORDER } from "./words.js";

const FOCUSABLE = "a, button, [tabindex]";
const CLASSES = ORDER.map((word) => `sa-is-${word.toLowerCase()}`);

/**
 * An element with a class and children.
 * @param {string} tag @param {string} cls @param {(string | Node | null)[]} children
 */
export function element(tag, cls, ...children) {
  const made = document.createElement(tag);
  if (cls) made.className = cls;
  made.append(...children.filter((child) => child !== null));
  return made;
}

/** @param {string} href @param {string} cls @param {(string | Node | null)[]} children */
export function link(href, cls, ...children) {
  const made = element("a", cls, ...children);
  made.setAttribute("href", href);
  return made;
}

/** The glyph of a word, from the page's sprite. @param {string} word */
export function glyph(word) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  svg.setAttribute("class", "sa-glyph");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#sa-g-${word.toLowerCase()}`);
  svg.append(use);
  return svg;
}

/**
 * An age that ticks: "14 s ago".
 * @param {string | null | undefined} at @param {number} now @param {string} [after]
 */
export function age(at, now, after = " ago") {
  const made = element("span", "sa-age");
  made.dataset.saAt = at ?? "";
  made.dataset.saAfter = after;
  tellAge(made, now);
  return made;
}

/** Puts every age on the page forward. @param {ParentNode} scope @param {number} now */
export function tellAges(scope, now) {
  for (const each of scope.querySelectorAll("[data-sa-at]"))
    tellAge(/** @type {HTMLElement} */ (each), now);
}

/** @param {HTMLElement} target @param {number} now */
function tellAge(target, now) {
  const at = target.dataset.saAt;
  const text = at ? duration((now - Date.parse(at)) / 1000) + target.dataset.saAfter : "no reading";
  if (target.textContent !== text) target.textContent = text;
}

/** @param {Element} target @param {string} word */
export function setStatusClass(target, word) {
  const wanted = `sa-is-${word.toLowerCase()}`;
  if (target.classList.contains(wanted)) return;
  target.classList.remove(...CLASSES);
  target.classList.add(wanted);
}

/** How bad the status class of an element is, 0 the worst. @param {Element} target */
export function rank(target) {
  return CLASSES.findIndex((each) => target.classList.contains(each));
}

/**
 * New children, unless they are as before; what had the focus keeps it.
 * @param {HTMLElement} part @param {(string | Node)[]} children
 */
export function renew(part, ...children) {
  const made = element("div", "", ...children);
  if (made.innerHTML === part.innerHTML) return;
  const focused = [...part.querySelectorAll(FOCUSABLE)].indexOf(
    /** @type {Element} */ (document.activeElement),
  );
  part.replaceChildren(...made.childNodes);
  const again = part.querySelectorAll(FOCUSABLE)[focused];
  if (again instanceof HTMLElement) again.focus({ preventScroll: true });
}
