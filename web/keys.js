// SPDX-License-Identifier: Apache-2.0
// Keyboard: "/" searches, "g m" and "g t" go, "?" lists; labels that act as buttons can be pressed.

import { element } from "./elements.js";

const LIST = [
  ["/", "Search"],
  ["g m", "Map"],
  ["g t", "Triage"],
  ["g h", "Home"],
  ["?", "This list"],
  ["Esc", "Close"],
];
const PLACES = /** @type {Record<string, string>} */ ({
  m: "catalog/map/",
  t: "catalog/triage/",
  h: "",
});
const PATIENCE = 1500; // ms between the two keys of "g m"

/** @param {string} root */
export function mountKeys(root) {
  let goUntil = 0;
  document.addEventListener("keydown", (event) => {
    if (press(event) || isTyping(event)) return;
    const place = event.timeStamp < goUntil ? PLACES[event.key] : undefined;
    goUntil = event.key === "g" ? event.timeStamp + PATIENCE : 0;
    if (place !== undefined) location.assign(root + place);
    else if (event.key === "/") search(event);
    else if (event.key === "?") listDialog().showModal();
  });
}

/** A label that opens something answers to Enter and Space like a button. @param {KeyboardEvent} event */
function press(event) {
  const target = event.target;
  if (!(target instanceof HTMLElement) || !target.hasAttribute("data-sa-press")) return false;
  if (event.key !== "Enter" && event.key !== " ") return false;
  event.preventDefault();
  event.stopPropagation(); // Material, listening further out, would press Enter once more
  target.click();
  return true;
}

/** @param {KeyboardEvent} event */
function isTyping(event) {
  const target = event.target;
  const editable =
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches("input, textarea, select"));
  return editable || event.ctrlKey || event.metaKey || event.altKey;
}

/** @param {KeyboardEvent} event */
function search(event) {
  const field = document.querySelector("[data-md-component=search-query]");
  if (!(field instanceof HTMLElement)) return;
  event.preventDefault();
  field.focus();
}

function listDialog() {
  const found = document.getElementById("sa-keys");
  if (found instanceof HTMLDialogElement) return found;
  const rows = LIST.flatMap(([keys, does]) => [
    element("dt", "", element("kbd", "", keys)),
    element("dd", "", does),
  ]);
  const close = element("button", "sa-button", "Close");
  const dialog = /** @type {HTMLDialogElement} */ (
    element(
      "dialog",
      "sa-keys",
      element("h2", "", "Keys"),
      element("dl", "", ...rows),
      element("div", "md-typeset", close),
    )
  );
  dialog.id = "sa-keys";
  dialog.setAttribute("aria-label", "Keys");
  close.addEventListener("click", () => dialog.close());
  return document.body.appendChild(dialog);
}
