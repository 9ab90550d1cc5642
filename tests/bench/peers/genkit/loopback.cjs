// Loaded before the peer (node --require), which it keeps on this machine; the peer's own code is
// what one would deploy.
"use strict";

const http = require("node:http");
const https = require("node:https");
const net = require("node:net");

// firebase-admin fetches the keys of ID tokens from one address, which it has no option for. What
// it does with them stays: each token's signature is checked.
const KEYS_HOST = "www.googleapis.com";
const KEYS_PATH = "/robot/v1/metadata/x509/securetoken@system.gserviceaccount.com";
const request = https.request;
https.request = (options, ...rest) =>
  options.hostname === KEYS_HOST && decodeURIComponent(options.path) === KEYS_PATH
    ? http.request(process.env.ID_TOKEN_CERTS_URL, ...rest)
    : request(options, ...rest);

// functions-framework listens on every address.
const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (port, ...rest) {
  return listen.call(this, Number(port), "127.0.0.1", ...rest);
};
