// SPDX-License-Identifier: Apache-2.0
// What stands on every page: pill, bar, title, favicon, and whether the page fits the platform.

import {
  affected,
  clock,
  counted,
  duration,
  name,
  page,
  tally,
  verdicts,
  worst,
  NEUTRAL,
  ORDER,
} from "./words.js";
import { age, element, glyph, link, renew, setStatusClass } from "./elements.js";
import { WITHOUT } from "./paint.js";

/**
 * @typedef {import("./paint.js").Known} Known
 * @typedef {{text: (string | Node)[], action: Node | null}} BarParts
 */

const SOLID = {
  CRITICAL: "#cc1f2b",
  affected: "#c4606a",
  WARNING: "#b36b00",
  UNKNOWN: "#6a7280",
  MAINTENANCE: "#4f6b8a",
  EXPECTED: "#6d45c9",
  OK: "#1a7f3c",
};
const ownTitle = document.title;

/** @param {Known} known */
export function paintFrame(known) {
  const overall = overallWord(known);
  paintPill(known, overall);
  paintBar(known, overall);
  paintTitle(known, overall);
  paintFavicon(overall);
  paintDrift(known);
}

/** The ages in the frame that are not plain "n s ago". @param {Known} known */
export function tickFrame(known) {
  const silence = document.querySelector("#sa-bar [data-sa-silence]");
  if (silence) silence.textContent = silentFor(known);
}

/** @param {Known} known */
function overallWord(known) {
  return known.report && (known.phase === "fresh" || known.phase === "late")
    ? known.report.overall.status
    : "UNKNOWN";
}

/** @param {Known} known @param {string} overall */
function paintPill(known, overall) {
  const pill = document.getElementById("sa-pill");
  if (!pill) return;
  setStatusClass(pill, overall);
  pill.classList.toggle("sa-stale", known.phase !== "fresh");
  const parts = [
    glyph(overall),
    element("b", "sa-pill-word", overall),
    " ",
    element("span", "sa-pill-count", pillCount(known)),
  ];
  pill.replaceChildren(
    ...parts,
    ...(known.report ? [" ", pillAge(known, known.report.taken_at)] : []),
  );
}

/** @param {Known} known @param {string} takenAt */
function pillAge(known, takenAt) {
  const dot = element("i", "sa-dot");
  return element(
    "span",
    "sa-pill-age",
    dot,
    element("span", "", age(takenAt, known.now), known.phase === "late" ? ", reconnecting" : ""),
  );
}

/** @param {Known} known */
function pillCount(known) {
  const { phase, report } = known;
  if (phase === "none") return "no live status here";
  if (!report) return "loading";
  if (phase === "old") return "no data";
  if (phase === "late") return ""; // its room goes to "46 s ago, reconnecting"
  return liveCount(report);
}

/** @param {import("./words.js").Report} report */
function liveCount(report) {
  const counts = tally(report);
  const all = Object.keys(report.nodes).length;
  if (NEUTRAL.includes(report.overall.status)) return `${counts[ORDER.indexOf("OK")]} of ${all}`;
  if (report.overall.status === "UNKNOWN")
    return `${counts[ORDER.indexOf("UNKNOWN")]} of ${all} not known`;
  return `${counted(report.incidents.length, "cause")}, ${affected(report).length} affected`;
}

/**
 * Screen readers speak it only when status or cause has changed, not when a number has.
 * @param {Known} known @param {string} overall
 */
function paintBar(known, overall) {
  const bar = document.getElementById("sa-bar");
  if (!bar || bar.hasAttribute("data-sa-off")) return;
  const parts = barParts(known, overall);
  const said = parts ? [overall, known.phase, known.report && worst(known.report)].join(" ") : "";
  bar.setAttribute("aria-live", bar.dataset.saSaid === said ? "off" : "polite");
  bar.dataset.saSaid = said;
  bar.hidden = !parts;
  setStatusClass(bar, overall);
  renew(bar, ...(parts ? barElements(parts, overall) : []));
}

/** @param {BarParts} parts @param {string} overall */
function barElements({ text, action }, overall) {
  return [glyph(overall), element("p", "sa-bar-text", ...text), ...(action ? [action] : [])];
}

/**
 * At most one thing, the worst; null when there is nothing to say.
 * @param {Known} known @param {string} overall
 * @returns {BarParts | null}
 */
function barParts(known, overall) {
  const { phase, report } = known;
  if (phase === "none") return { text: [WITHOUT.none], action: null };
  if (!report) return null;
  if (phase === "old") return silenceParts(known, report);
  if (!NEUTRAL.includes(overall)) return troubleParts(known, report);
  return isOlder(report) ? olderParts(report) : null;
}

/** @param {Known} known @param {import("./words.js").Report} report */
function silenceParts(known, report) {
  const silence = element("b", "", silentFor(known));
  silence.setAttribute("data-sa-silence", "");
  silence.setAttribute("aria-hidden", "true");
  const last = `The last report is of ${clock(report.taken_at, known.now, true)}. What you see may be old.`;
  return {
    text: [silence, " ", last],
    action: link(`${known.root}catalog/triage/`, "sa-bar-action", "Walk triage by hand"),
  };
}

/** @param {Known} known */
function silentFor(known) {
  return known.report
    ? `No data for ${duration((known.now - Date.parse(known.report.taken_at)) / 1000)}.`
    : "";
}

/** @param {Known} known @param {import("./words.js").Report} report */
function troubleParts(known, report) {
  const ref = worst(report);
  const incident = report.incidents[0];
  const what = incident ?? (ref ? verdicts(report)[ref] : report.overall);
  const since = incident?.opened_at ?? report.overall.since;
  const named = ref ? [" ", link(known.root + page(ref), "", name(ref))] : [];
  const text = [
    element("b", "", report.overall.status),
    ...named,
    `: ${what.reason}. `.replace("..", "."),
  ];
  if (since) text.push(`Since ${clock(since, known.now)}. `);
  text.push(whoIsHit(report));
  const runbook = what.runbook ?? report.overall.runbook;
  const action = runbook
    ? link(known.root + runbook, "sa-bar-action", "Open triage")
    : link(`${known.root}catalog/map/`, "sa-bar-action", "See it on the map");
  return { text, action };
}

/** @param {import("./words.js").Report} report */
function whoIsHit(report) {
  const teams = [...new Set(report.incidents.flatMap((incident) => incident.teams_hit))];
  const things = affected(report).length;
  if (!things && !teams.length) return "Nobody is hit yet.";
  return `${things} affected, ${teams.length ? `${counted(teams.length, "team")} hit: ${teams.join(", ")}.` : "no team hit."}`;
}

/** Whether this page was built from another file than the portal watches. @param {import("./words.js").Report} report */
function isOlder(report) {
  const built = document.body.dataset.saTopology;
  return Boolean(built && report.topology && built !== report.topology);
}

/** @param {import("./words.js").Report} report */
function olderParts(report) {
  const built = document.body.dataset.saTopology?.slice(0, 7);
  const text = `This page is older than the file: built from ${built}, running is ${report.topology?.slice(0, 7)}. `;
  return { text: [text], action: link("", "sa-bar-action", "Load again") };
}

/** @param {Known} known @param {string} overall */
function paintTitle(known, overall) {
  const ref = known.report && known.phase !== "old" ? worst(known.report) : null;
  const trouble = known.report && !NEUTRAL.includes(overall);
  const subject = ref ? name(ref) : "no data";
  document.title = trouble ? `${overall}: ${subject} | ${ownTitle}` : ownTitle;
}

/** The favicon is the glyph of the overall status. @param {string} overall */
function paintFavicon(overall) {
  const symbol = document.getElementById(`sa-g-${overall.toLowerCase()}`);
  const icon = document.querySelector("link[rel~=icon]") ?? document.head.appendChild(newIcon());
  if (!symbol || icon.getAttribute("data-sa-word") === overall) return;
  const shapes = [...symbol.children]
    .map((shape) => new XMLSerializer().serializeToString(shape))
    .join("");
  const drawn = shapes.replaceAll("var(--sa-canvas)", "#fff");
  const solid = SOLID[/** @type {keyof typeof SOLID} */ (overall)];
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16" color="${solid}">${drawn}</svg>`;
  icon.setAttribute("data-sa-word", overall);
  icon.setAttribute("type", "image/svg+xml");
  icon.setAttribute("href", `data:image/svg+xml,${encodeURIComponent(svg)}`);
}

function newIcon() {
  const icon = document.createElement("link");
  icon.rel = "icon";
  return icon;
}

/** Says in the footer whether what runs is what is declared. @param {Known} known */
function paintDrift(known) {
  const target = document.querySelector("[data-sa=drift]");
  if (!target) return;
  const live = known.report && known.phase !== "old" ? known.report : null;
  target.textContent = live ? driftText(live) : "";
}

/** @param {import("./words.js").Report} report */
function driftText(report) {
  if (isOlder(report))
    return `This page is older than the file: the portal watches ${report.topology?.slice(0, 7)}.`;
  const drifted = Object.keys(report.nodes).filter((ref) =>
    report.nodes[ref].rule?.endsWith("-drift"),
  );
  return drifted.length
    ? `Running: ${drifted.map(name).join(", ")} differs from what is declared.`
    : "Running: no drift seen.";
}
