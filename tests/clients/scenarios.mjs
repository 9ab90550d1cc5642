// What an app does, with the real SDK. Each scenario answers with a JSON record of what the app
// saw, and reports what a test may wait for at once. The same module runs in Node and in Chromium.
import {
  collection,
  disableNetwork,
  doc,
  enableNetwork,
  getDoc,
  getDocs,
  onSnapshot,
  orderBy,
  query,
  where,
} from "firebase/firestore";

import { followStory, isToBeSentAgain } from "./following.mjs";
import { connect } from "./sdk.mjs";
import { settled } from "./settled.mjs";

const scenarios = { whole, stream, follow, followTwice, followOffline, watch, series, fetched };

/**
 * Runs one job: {scenario, connection, function, request, timeoutMs, ...}, the request as JSON
 * text. Without `function` it is `generate_story` that is called.
 */
export async function run(job, report) {
  const request = JSON.parse(job.request);
  const connected = await connect(job.connection, job.function, { timeout: job.timeoutMs });
  try {
    return await scenarios[job.scenario]({ ...job, ...connected, request }, report);
  } finally {
    await connected.close();
  }
}

/** Calls the function for its whole answer, and answers {result}. */
async function whole({ callable, request }) {
  return { result: await settled(callable(request).then(({ data }) => data)) };
}

/**
 * Streams a story, reporting each chunk, and aborts after `abortAfter` deltas if that is given.
 * Answers {chunks: [{chunk, atMs}], iteration, result}; both promises of the SDK settle or not.
 */
async function stream({ callable, request, abortAfter }, report) {
  const started = performance.now();
  const abort = new AbortController();
  const opening = await settled(callable.stream(request, { signal: abort.signal }));
  if (opening.status !== "fulfilled") {
    return { iteration: opening, result: opening, chunks: [] };
  }
  const result = settled(opening.value.data);
  const chunks = [];
  const iteration = settled(
    (async () => {
      for await (const chunk of opening.value.stream) {
        chunks.push({ chunk, atMs: Math.round(performance.now() - started) });
        await report(chunk);
        if (chunks.filter(isDelta).length === abortAfter) {
          abort.abort();
        }
      }
    })(),
  );
  return { iteration: await iteration, result: await result, chunks };
}

function isDelta({ chunk }) {
  return chunk.type === "delta";
}

/**
 * Streams a story as `stream` does, and once that has ended, in whichever way, follows its document,
 * reporting each {type: "kept", state, text}, for `patienceMs` if that is given. Answers
 * {stream, kept, again}: the document's end, and whether to send the request again.
 */
async function follow(app, report) {
  return { stream: await stream(app, report), ...(await followed(app, report)) };
}

/** Follows a story as `follow` does, and once more with the same request. Answers {first, second}. */
async function followTwice(app, report) {
  return { first: await follow(app, report), second: await follow(app, report) };
}

/**
 * Follows a story without its stream, from a place without a network. That is back once the listener
 * has been told all that is known there. Answers {kept, again}.
 */
async function followOffline(app, report) {
  const { firestore, connection, request } = app;
  await disableNetwork(firestore);
  const end = followed(app, report);
  const asked = getDoc(doc(firestore, "users", connection.uid, "stories", request.requestId));
  await settled(asked); // refused: the listener before it has heard as much
  await enableNetwork(firestore);
  return end;
}

async function followed({ firestore, connection, request, patienceMs }, report) {
  const show = ({ status, text }) => report({ type: "kept", state: status.state, text });
  const { requestId } = request;
  const kept = await settled(followStory(firestore, connection.uid, requestId, show, patienceMs));
  return { kept, again: kept.status === "fulfilled" && isToBeSentAgain(kept.value) };
}

/**
 * Listens to a story's document until it is gone, reporting whether it is there each time that
 * the server says so. Answers {gone}, which settles as a promise does.
 */
async function watch({ firestore, connection, request }, report) {
  const place = doc(firestore, "users", connection.uid, "stories", request.storyId);
  const ended = new Promise((resolve, reject) => {
    const leave = onSnapshot(place, seen, reject);
    async function seen(snapshot) {
      await report({ there: snapshot.exists() });
      if (snapshot.exists()) return;
      leave();
      resolve(true);
    }
  });
  return { gone: await settled(ended) };
}

/** Lists the parts that followed the story `series`, in their order. Answers {parts}. */
async function series({ firestore, connection, request }) {
  const stories = collection(firestore, "users", connection.uid, "stories");
  const parts = query(stories, where("series", "==", request.series), orderBy("part"));
  const found = getDocs(parts).then(({ docs }) => docs.map((each) => [each.id, each.data().part]));
  return { parts: await settled(found) };
}

/**
 * Fetches without the SDK, with the user's token, reporting each piece of the body. Answers
 * {response: {status, headers, body}}.
 */
async function fetched({ url, token, method, headers, body }, report) {
  const authorized = token ? { ...headers, Authorization: `Bearer ${token}` } : headers;
  const response = await settled(
    fetch(url, { method, headers: authorized, body }).then(async (answer) => ({
      status: answer.status,
      headers: Object.fromEntries(answer.headers),
      body: await read(answer, report),
    })),
  );
  return { response };
}

async function read(answer, report) {
  let body = "";
  for await (const text of texts(answer.body.getReader())) {
    body += text;
    await report(text);
  }
  return body;
}

async function* texts(reader) {
  const decoder = new TextDecoder();
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    yield decoder.decode(piece.value, { stream: true });
  }
}
