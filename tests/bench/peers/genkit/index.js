// A story as a Genkit flow behind a callable function, as Genkit's and Firebase's pages write one:
// https://firebase.google.com/docs/functions/oncallgenkit
"use strict";

const { openAI } = require("@genkit-ai/compat-oai/openai");
const { MetricServiceClient } = require("@google-cloud/monitoring");
const { SecretManagerServiceClient } = require("@google-cloud/secret-manager");
const { initializeApp } = require("firebase-admin/app");
const { FieldValue, getFirestore } = require("firebase-admin/firestore");
const { logger, onInit } = require("firebase-functions");
const { isSignedIn, onCallGenkit } = require("firebase-functions/https");
const { genkit, z } = require("genkit");
const { grpc } = require("google-gax");

const PROJECT = `projects/${process.env.GOOGLE_CLOUD_PROJECT}`;
const MODEL = process.env.OPENAI_MODEL;

initializeApp();
const firestore = getFirestore();
const monitoring = new MetricServiceClient(plaintext(process.env.MONITORING_ENDPOINT));
const secrets = new SecretManagerServiceClient(plaintext(process.env.SECRET_MANAGER_ENDPOINT));
const ai = genkit({
  plugins: [openAI({ baseURL: process.env.OPENAI_BASE_URL })],
  model: openAI.model(MODEL),
});

let key;
onInit(async () => {
  key ??= readKey(); // calls that arrive together share one
  process.env.OPENAI_API_KEY = await key; // the plugin reads it before it first calls the model
});

const tellStory = ai.defineFlow(
  {
    name: "tellStory",
    inputSchema: z.object({ prompt: z.string() }),
    outputSchema: z.object({ storyId: z.string(), story: z.object({ text: z.string() }) }),
    streamSchema: z.object({ text: z.string() }),
  },
  async ({ prompt }, { context, sendChunk, streamingRequested }) => {
    const began = Date.now();
    const { text } = await ai.generate({
      system: "You tell stories to children. Begin with the title, on a line of its own.",
      prompt,
      onChunk: streamingRequested ? ({ text }) => text && sendChunk({ text }) : undefined,
    });
    const kept = firestore.collection(`users/${context.auth.uid}/stories`).doc();
    const story = { prompt, text, model: MODEL, createdAt: FieldValue.serverTimestamp() };
    await Promise.all([kept.set(story), measure(kept.id, Date.now() - began)]);
    return { storyId: kept.id, story: { text } };
  },
);

exports.generate_story = onCallGenkit({ authPolicy: isSignedIn() }, tellStory);

async function readKey() {
  const [version] = await secrets.accessSecretVersion({
    name: `${PROJECT}/secrets/OPENAI_API_KEY/versions/latest`,
  });
  return version.payload.data.toString();
}

/** Write how long a story took, in milliseconds: one call a story, which may fail. */
async function measure(storyId, milliseconds) {
  const series = {
    // A series takes one point in 5 s, so each story is a series of its own.
    metric: { type: "custom.googleapis.com/genkit/story_ms", labels: { story_id: storyId } },
    resource: { type: "global", labels: { project_id: process.env.GOOGLE_CLOUD_PROJECT } },
    points: [
      {
        interval: { endTime: { seconds: Math.floor(Date.now() / 1000) } },
        value: { doubleValue: milliseconds },
      },
    ],
  };
  try {
    await monitoring.createTimeSeries({ name: PROJECT, timeSeries: [series] });
  } catch (error) {
    logger.warn("The story was not measured", error);
  }
}

/** The options of a client whose service is a stand-in at `host:port`, without TLS. */
function plaintext(endpoint) {
  const [apiEndpoint, port] = endpoint.split(":");
  return { apiEndpoint, port: Number(port), sslCreds: grpc.credentials.createInsecure() };
}
