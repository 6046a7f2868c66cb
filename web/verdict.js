// SPDX-License-Identifier: Apache-2.0
// The verdict box of a page: what is wrong, since when, the numbers, who is hit.

import { age, element, glyph, link } from "./elements.js";
import * as words from "./words.js";

/**
 * @typedef {import("./paint.js").Known} Known
 * @typedef {import("./paint.js").Seen} Seen
 */

const HEADS = ["Reading", "Now", "Limit", "Read"];

/** When the readings behind a verdict were taken. @param {Seen} seen @param {Known} known */
export function readAt(seen, known) {
  const observed = seen.verdict?.observed_at;
  return observed === undefined ? known.report?.taken_at : observed;
}

/**
 * Word, since, reason, first cause; unless OK the evidence and who is hit.
 * @param {Seen} seen @param {Known} known
 */
export function verdictBox(seen, known) {
  const kind = `sa-verdict sa-is-${seen.word.toLowerCase()}`;
  const box = element("div", kind, verdictHead(seen, known));
  const evidence = seen.word === "OK" ? [] : (seen.verdict?.evidence ?? []);
  if (evidence.length) box.append(evidenceTable(evidence, seen, known));
  const hit = seen.verdict?.teams_hit ?? [];
  if (hit.length) box.append(element("div", "sa-verdict-foot", teamsHit(hit)));
  return box;
}

/** @param {string[]} teams */
function teamsHit(teams) {
  const title = element("h4", "", "Teams hit");
  return element("div", "", title, element("p", "", teams.join(", ")));
}

/** @param {Seen} seen @param {Known} known */
function verdictHead(seen, known) {
  const word = element("p", "sa-verdict-word", seen.word, ...lasting(seen, known));
  const told = element("div", "", word, element("p", "sa-verdict-reason", seen.reason));
  if (seen.verdict?.cause) told.append(note("First cause: ", toPage(seen.verdict.cause, known)));
  if (seen.verdict) told.append(note("Read ", age(readAt(seen, known), known.now)));
  return element("div", "sa-verdict-head", glyph(seen.word), told);
}

/** @param {Seen} seen @param {Known} known */
function lasting(seen, known) {
  const since = seen.verdict?.since;
  if (!since) return [];
  return [` since ${words.clock(since, known.now)}, `, age(since, known.now, "")];
}

/** @param {string} text @param {Node} live */
function note(text, live) {
  return element("p", "sa-verdict-note", text, live);
}

/** @param {string} ref @param {Known} known */
function toPage(ref, known) {
  return link(known.root + words.page(ref), "", words.name(ref));
}

/** @param {import("./words.js").Evidence[]} evidence @param {Seen} seen @param {Known} known */
function evidenceTable(evidence, seen, known) {
  const head = element("tr", "", ...HEADS.map((text) => element("th", "", text)));
  head.querySelectorAll("th").forEach((cell) => cell.setAttribute("scope", "col"));
  const body = element("tbody", "", ...evidence.map((each) => evidenceRow(each, seen, known)));
  const table = element("table", "sa-evidence", element("thead", "", head), body);
  const scroll = element("div", "sa-scroll", table);
  scroll.setAttribute("tabindex", "0");
  scroll.setAttribute("role", "region");
  scroll.setAttribute("aria-label", `Evidence for ${words.name(seen.ref)}`);
  return scroll;
}

/** @param {import("./words.js").Evidence} evidence @param {Seen} seen @param {Known} known */
function evidenceRow(evidence, seen, known) {
  const { name, value, limit, unit } = evidence;
  const cells = [
    element("td", "", name.charAt(0).toUpperCase() + name.slice(1)),
    element("td", isOver(evidence, seen) ? "sa-over" : "", words.quantity(value, unit)),
    element("td", "", limit === null ? "none" : words.quantity(limit, unit)),
    element("td", "", age(evidence.observed_at ?? readAt(seen, known), known.now)),
  ];
  cells.forEach((cell, index) => (cell.dataset.label = HEADS[index]));
  return element("tr", "", ...cells);
}

/** @param {import("./words.js").Evidence} evidence @param {Seen} seen */
function isOver({ value, limit }, seen) {
  const counts = seen.word !== "OK" && typeof value === "number" && typeof limit === "number";
  return counts && value > limit;
}
