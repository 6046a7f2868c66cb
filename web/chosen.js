// SPDX-License-Identifier: Apache-2.0
// What the address asks about, `?node=job/x` or `?from=job/x`, is marked and brought into view.

/** Marks the thing that the reader came from, and has it told where a page has room for it. */
export function markChosen() {
  const asked = new URLSearchParams(location.search);
  const ref = asked.get("node") ?? asked.get("from");
  if (!ref?.includes("/")) return;
  for (const each of document.querySelectorAll("[data-sa-asked]")) {
    each.setAttribute("data-sa-node", ref);
    each.removeAttribute("hidden");
  }
  const found = document.querySelectorAll(`[data-sa-node="${CSS.escape(ref)}"]`);
  found.forEach((each) => each.classList.add("sa-chosen"));
  if (!location.hash && asked.has("from"))
    found[0]?.scrollIntoView({ block: "nearest", inline: "center" });
}
