// The real SDK, connected to a backend. A connection is JSON, of one of two kinds:
//   {project, url, token, appCheckToken}        a function alone, and tokens that the test signed
//   {project, url, uid, region, auth, functions: {host, port}, firestore: {host, port}}
//                                               the emulators, where `uid` signs in for real
// Without `token` or `uid` nobody is signed in.
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

/**
 * Gives `generate_story` as a callable, the token that goes with each call, the emulators'
 * Firestore, and a way to let go of it all.
 */
export async function connect(connection, options) {
  const app = initializeApp({ projectId: connection.project, apiKey: "test-key" }, `app-${++apps}`);
  const parts = connection.auth
    ? await onEmulators(app, connection, options)
    : alone(app, connection, options);
  return { ...parts, close: () => deleteApp(app) };
}

function alone(app, { url, token, appCheckToken }, options) {
  provide(app, "auth-internal", token && { accessToken: token });
  if (appCheckToken) {
    provide(app, "app-check-internal", { token: appCheckToken });
  }
  return { token, callable: httpsCallableFromURL(getFunctions(app), url, options) };
}

/** Stands in for the part of the SDK that hands a token to the others. */
function provide(app, name, token) {
  const part = { getToken: async () => token };
  _addOrOverwriteComponent(app, new Component(name, () => part, "PRIVATE"));
}

async function onEmulators(app, connection, options) {
  const auth = getAuth(app);
  connectAuthEmulator(auth, connection.auth, { disableWarnings: true });
  const functions = getFunctions(app, connection.region);
  connectFunctionsEmulator(functions, connection.functions.host, connection.functions.port);
  const firestore = initializeFirestore(app, { localCache: longCache() });
  connectFirestoreEmulator(firestore, connection.firestore.host, connection.firestore.port);
  const token = connection.uid && (await signIn(auth, connection.uid));
  return { token, firestore, callable: httpsCallable(functions, "generate_story", options) };
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
