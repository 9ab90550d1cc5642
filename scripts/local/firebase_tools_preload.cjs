// Loaded into firebase-tools before its own code (node --require). Nothing here changes what the
// emulators do; without it they are slower to start, two suites may meet on one port, and a call may
// be lost.
"use strict";

const { randomInt } = require("node:crypto");
const http = require("node:http");
const { createRequire } = require("node:module");

const firebaseTools = createRequire(require.resolve("firebase-tools/package.json"));

// The Auth emulator compiles every schema of the Identity Toolkit API before it listens: 8 s of
// CPU (firebase-tools 15.34.2), which all other emulators of the process wait for. exegesis has
// an option to compile each when it is first needed.
const exegesis = firebaseTools("exegesis-express");
const middleware = exegesis.middleware;
exegesis.middleware = (spec, options) =>
  middleware(spec, { ...options, lazyCompileValidationSchemas: true });

// Python's discovery server and workers get the first free port from 8081 up, chosen well before
// it is bound: two suites that start together would choose the same.
const LOWEST_PORT = 20_000;
const FIRST_OUTGOING_PORT = 32_768;
const portfinder = firebaseTools("portfinder");
const getPortPromise = portfinder.getPortPromise;
portfinder.getPortPromise = (options) =>
  getPortPromise({ ...options, port: randomInt(LOWEST_PORT, FIRST_OUTGOING_PORT) });

// gunicorn closes a connection that was idle for 2 s. A call that the Functions emulator sends on
// such a connection in that moment is lost, and the app gets a 500: each call gets its own.
http.globalAgent = new http.Agent({ keepAlive: false });
