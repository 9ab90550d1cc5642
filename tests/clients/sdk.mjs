// The real SDK, connected to a backend. A connection is JSON, of one of two kinds:
//   {project, url, token, appCheckToken}        a process alone, and tokens that the test signed
//   {project, url, uid, region, auth, functions: {host, port}, firestore: {host, port}}
//                                               the emulators, where `uid` signs in for real
// `url` is that of `generate_story`. Without `token` or `uid` nobody is signed in.
import { Component } from "@firebase/component";
import { _addOrOverwriteComponent, deleteApp, initializeApp } from "firebase/app";
import { connectAuthEmulator, getAuth, signInWithCustomToken } from "firebase/auth";
import {
  connectFirestoreEmulator,
  initializeFirestore,
  memoryLocalCache,
  memoryLruGarbageCollector,
} from "firebase/firestore";
import {
  connectFunctionsEmulator,
  getFunctions,
  httpsCallable,
  httpsCallableFromURL,
} from "firebase/functions";

let apps = 0;

const STORY = "generate_story";

/**
 * Gives the function of that name as a callable and by its URL, the token that goes with each
 * call, the emulators' Firestore, and a way to let go of it all.
 */
export async function connect(connection, name = STORY, options = {}) {
  const app = initializeApp({ projectId: connection.project, apiKey: "test-key" }, `app-${++apps}`);
  const parts = connection.auth
    ? await onEmulators(app, connection, name, options)
    : alone(app, connection, name, options);
  return { ...parts, close: () => deleteApp(app) };
}

function alone(app, { url: story, token, appCheckToken }, name, options) {
  const url = name === STORY ? story : `${story}/${name}`;
  provide(app, "auth-internal", token && { accessToken: token });
  if (appCheckToken) {
    provide(app, "app-check-internal", { token: appCheckToken });
  }
  return { token, url, callable: httpsCallableFromURL(getFunctions(app), url, options) };
}

/** Stands in for the part of the SDK that hands a token to the others. */
function provide(app, name, token) {
  const part = { getToken: async () => token };
  _addOrOverwriteComponent(app, new Component(name, () => part, "PRIVATE"));
}

async function onEmulators(app, connection, name, options) {
  const auth = getAuth(app);
  connectAuthEmulator(auth, connection.auth, { disableWarnings: true });
  const functions = getFunctions(app, connection.region);
  connectFunctionsEmulator(functions, connection.functions.host, connection.functions.port);
  const firestore = initializeFirestore(app, { localCache: longCache() });
  connectFirestoreEmulator(firestore, connection.firestore.host, connection.firestore.port);
  const token = connection.uid && (await signIn(auth, connection.uid));
  const url = connection.url.replace(STORY, name);
  return { token, url, firestore, callable: httpsCallable(functions, name, options) };
}

/** Keeps documents that nobody listens to any more, as Android's and Apple's SDKs do. */
function longCache() {
  return memoryLocalCache({ garbageCollector: memoryLruGarbageCollector() });
}

async function signIn(auth, uid) {
  // The Auth emulator takes the claims themselves for a custom token.
  const { user } = await signInWithCustomToken(auth, JSON.stringify({ uid }));
  return user.getIdToken();
}
