// The page's own server: JSON, and the two ways in which it may fail.

const PATIENCE_MS = 15000;

/** The server has not got what was asked for; `message` says why, for people. */
export class UnavailableError extends Error {}

/** Answers a document. Throws UnavailableError, or an Error where the server is gone. */
export async function getJson(path, parameters = {}) {
  const query = new URLSearchParams(parameters).toString();
  const answer = await answered(query ? `${path}?${query}` : path);
  const document = await answer.json();
  if (!answer.ok) throw new UnavailableError(document.error ?? `${path}: ${answer.status}`);
  return document;
}

/** What the server has not got is told in its place on the page, and spoils no other. */
export function asProblem(error) {
  if (!(error instanceof UnavailableError)) throw error;
  return { problem: error.message };
}

async function answered(url) {
  try {
    return await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) });
  } catch (error) {
    throw new Error("The local stack has ended, or does not answer", { cause: error });
  }
}
