// node tell.mjs JOB
//
// Calls `generate_story` as an app does, with the Firebase JS SDK, for a user who has just signed
// in. JOB is JSON: {project, region, authUrl, functionsHost, functionsPort, request, whole}.
// Each thing that happens is one line of JSON on standard output:
//   {"event": "signed-in", "uid"}
//   {"event": "chunk", "chunk"}                                    as the function sent it
//   {"event": "result", "result", "firstTextMs", "totalMs"}        counted from the call
//   {"event": "error", "code", "message", "details"}
import { deleteApp, initializeApp } from "firebase/app";
import { connectAuthEmulator, getAuth, signInAnonymously } from "firebase/auth";
import { connectFunctionsEmulator, getFunctions, httpsCallable } from "firebase/functions";

const LIMIT_MS = 90_000; // the function's own time-out is 60 s; a reply that is no stream never ends

const job = JSON.parse(process.argv[2]);

function say(event, content) {
  process.stdout.write(`${JSON.stringify({ event, ...content })}\n`);
}

async function signIn(app) {
  const auth = getAuth(app);
  connectAuthEmulator(auth, job.authUrl, { disableWarnings: true });
  const { user } = await signInAnonymously(auth);
  say("signed-in", { uid: user.uid });
}

/** Sends the request; returns the result and, of a stream, when its first text came. */
async function call(callable, started) {
  if (job.whole) {
    return { result: (await callable(job.request)).data };
  }
  let firstTextMs;
  const { stream, data } = await callable.stream(job.request, {
    signal: AbortSignal.timeout(LIMIT_MS),
  });
  data.catch(() => {}); // a failed stream rejects both, and the loop reports it
  for await (const chunk of stream) {
    if (chunk.type === "delta") {
      firstTextMs ??= performance.now() - started;
    }
    say("chunk", { chunk });
  }
  return { result: await data, firstTextMs };
}

const app = initializeApp({ projectId: job.project, apiKey: "local" });
try {
  await signIn(app);
  const functions = getFunctions(app, job.region);
  connectFunctionsEmulator(functions, job.functionsHost, job.functionsPort);
  const started = performance.now();
  const answer = await call(httpsCallable(functions, "generate_story"), started);
  say("result", { ...answer, totalMs: performance.now() - started });
} catch (error) {
  say("error", { code: error.code, message: error.message, details: error.details });
} finally {
  await deleteApp(app);
}
