// SPDX-License-Identifier: Apache-2.0
// Live status for a page that was built without it. Reads status.json, then follows /events;
// where those cannot be had it asks again, ever less often, and the page says how old it is.

import { tellAges } from "./elements.js";
import { paint } from "./paint.js";
import { paintFrame, tickFrame } from "./frame.js";
import { mountKeys } from "./keys.js";
import { markChosen } from "./chosen.js";

const LATE = 30_000; // ms: the data is called late and we connect anew
const OLD = 90_000; // ms: nothing is claimed any more
const EVERY = 10_000; // ms between two questions where there is no stream
const HIDDEN = 60_000; // ms between two questions of a tab that nobody looks at
const PATIENCE = 10_000; // ms until a question without an answer has failed
const STARTING = 2_000; // ms between two questions while the portal has not polled yet

const root = document.body.dataset.saRoot
  ? new URL(document.body.dataset.saRoot, location.href).href
  : new URL("..", import.meta.url).href;

/** @type {import("./words.js").Report | null} */
let report = null;
let etag = "";
let skew = NaN; // ms: the server's clock less ours
let failures = 0;
let canStream = true;
let streamed = false;
/** @type {EventSource | null} */
let stream = null;
let timer = 0;
let asking = false;
/** @type {import("./paint.js").Known["phase"]} */
let phase = "loading";

function now() {
  return Date.now() + (Number.isNaN(skew) ? 0 : skew);
}

/** @returns {import("./paint.js").Known} */
function known() {
  return { phase, report, now: now(), root };
}

function currentPhase() {
  if (!report) return phase;
  const age = now() - Date.parse(report.taken_at);
  return age < LATE ? "fresh" : age < OLD ? "late" : "old";
}

function paintAll() {
  paint(known());
  paintFrame(known());
}

/** @param {import("./words.js").Report} received @param {string} tag */
function receive(received, tag) {
  report = received;
  etag = tag;
  phase = currentPhase();
  paintAll();
}

/** Each second: ages go forward; data that has become late or old is said to be so. */
function tick() {
  const before = phase;
  phase = currentPhase();
  if (phase !== before) paintAll();
  tellAges(document, now());
  tickFrame(known());
  if (phase !== "fresh" && stream) {
    hangUp();
    ask();
  }
}

/** Asks once for the newest report and plans what comes next. */
async function ask() {
  if (asking) return;
  asking = true;
  clearTimeout(timer);
  try {
    await fetchStatus();
  } catch (error) {
    countFailure(error);
  } finally {
    asking = false;
  }
  if (phase !== "none") planNext();
}

/**
 * No connection, no answer in time, or one that is no report; anything else is our own fault.
 * @param {unknown} error
 */
function countFailure(error) {
  const expected = [TypeError, SyntaxError, DOMException];
  if (!expected.some((kind) => error instanceof kind)) throw error;
  failures += 1;
}

async function fetchStatus() {
  const headers = etag ? { "If-None-Match": etag } : undefined;
  const signal = AbortSignal.timeout(PATIENCE);
  const response = await fetch(`${root}status.json`, { cache: "no-store", headers, signal });
  setSkew(response);
  if (response.status === 404 && !report) return saySilent();
  if (response.ok) receive(await response.json(), response.headers.get("ETag") ?? "");
  failures = response.ok || response.status === 304 || response.status === 503 ? 0 : failures + 1;
}

/** The reader's clock may be wrong; ages count on the server's. @param {Response} response */
function setSkew(response) {
  const date = Date.parse(response.headers.get("Date") ?? "");
  if (Number.isNaN(skew) && !Number.isNaN(date))
    skew = Math.abs(date - Date.now()) < 2000 ? 0 : date - Date.now();
}

function saySilent() {
  phase = "none";
  paintAll();
}

function planNext() {
  if (phase === "fresh" && canStream && !document.hidden) follow();
  else askLater();
}

function askLater() {
  clearTimeout(timer);
  timer = setTimeout(ask, pause());
}

/** How long to wait: longer after each failure, and never all readers at once. */
function pause() {
  if (!report && !failures) return STARTING;
  const usual = document.hidden ? HIDDEN : EVERY;
  return Math.min(usual * 2 ** Math.max(0, failures - 1), HIDDEN) * (0.9 + Math.random() * 0.2);
}

/** Follows the stream; the browser connects again by itself after a short cut. */
function follow() {
  if (stream) return;
  stream = new EventSource(`${root}events`);
  stream.addEventListener("status", (event) => {
    if (event.lastEventId !== etag) receive(JSON.parse(event.data), event.lastEventId);
  });
  stream.addEventListener("open", () => (streamed = true));
  stream.addEventListener("error", () => {
    if (stream?.readyState !== EventSource.CLOSED) return;
    canStream = streamed; // never had: a web server that only holds files, so ask instead
    hangUp();
    askLater();
  });
}

function hangUp() {
  stream?.close();
  stream = null;
}

/** A hidden tab gives its connection back; one that is looked at again asks at once. */
function onVisibility() {
  if (phase === "none") return;
  hangUp();
  if (document.hidden) planNext();
  else ask();
}

mountKeys(root);
markChosen();
paintAll();
ask();
setInterval(tick, 1000);
document.addEventListener("visibilitychange", onVisibility);
