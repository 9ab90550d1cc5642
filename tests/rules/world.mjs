// A Firestore emulator with our rules, one user's stories, and people who try to reach them.
import { readFileSync } from "node:fs";
import { initializeTestEnvironment } from "@firebase/rules-unit-testing";
import { doc, setLogLevel, writeBatch } from "firebase/firestore";

const RULES = new URL("../../firestore.rules", import.meta.url);

const PROJECT = "demo-rules";
export const OWNER = "ada";
export const STORIES = `users/${OWNER}/stories`;
export const FINISHED = `${STORIES}/finished`;
export const FAILED = `${STORIES}/failed`;
export const TOLD_NOW = `${STORIES}/told-now`;
export const BACKEND_ONLY = [
  `users/${OWNER}`,
  `users/${OWNER}/quota/2026-11-21`,
  "budget/2026-11-21",
  "budget/2026-11-21/shards/0",
  "config/flags",
  "config/runtime",
  "operations/20261123-120000-deploy-4f2a",
  "operation_locks/traffic",
  "quarantine/health-00002-abc",
  "blocked/eve",
  "networks/2026-11-21",
  "networks/2026-11-21/prefixes/0a1b",
  `${FINISHED}/drafts/1`,
];

/** Connects to FIRESTORE_EMULATOR_HOST and loads firestore.rules. */
export function openWorld() {
  setLogLevel("silent"); // every refusal that a test asks for would be printed
  return initializeTestEnvironment({
    projectId: PROJECT,
    firestore: { rules: readFileSync(RULES, "utf8") },
  });
}

/** Puts back what every test starts from: a story in each state, and the backend's documents. */
export async function reset(world) {
  await world.clearFirestore();
  await world.withSecurityRulesDisabled(async (backend) => {
    const db = backend.firestore();
    const batch = writeBatch(db);
    const rating = { stars: 3, reason: "too short", at: new Date(0) };
    batch.set(doc(db, `${STORIES}/sequel`), { ...story("COMPLETED"), series: "finished", part: 2 });
    batch.set(doc(db, FINISHED), { ...story("COMPLETED"), rating });
    batch.set(doc(db, FAILED), story("FAILED"));
    batch.set(doc(db, TOLD_NOW), story("PROCESSING"));
    BACKEND_ONLY.forEach((path) => batch.set(doc(db, path), { used: 1 }));
    await batch.commit();
  });
}

/** Returns each person's own connection. */
export function people(world) {
  return {
    owner: world.authenticatedContext(OWNER).firestore(),
    other: world.authenticatedContext("eve").firestore(),
    anonymous: world
      .authenticatedContext("nobody-yet", { firebase: { sign_in_provider: "anonymous" } })
      .firestore(),
    stranger: world.unauthenticatedContext().firestore(),
  };
}

function story(state) {
  return {
    status: { state, attempt: 1, startTime: new Date(0), updateTime: new Date(0) },
    request: { prompt: "a fox who is afraid of the dark" },
    title: "The fox",
    text: "Once upon a time.",
  };
}
