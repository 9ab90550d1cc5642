// node deploy_plan.mjs FUNCTIONS_DIR PYTHON ALIAS=PROJECT [ALIAS=PROJECT ...]
//
// Prints, as {alias: {function: ...}}, the bodies that `firebase deploy --only functions` would
// send to the Cloud Functions v2 API. Runtime, discovery, dotenv loading, parameters, defaults
// and validation are firebase-tools' own modules, run in the order of its
// lib/deploy/functions/prepare.js (15.34.2) without the steps that ask Google something.
import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";
import { promisify } from "node:util";

const require = createRequire(import.meta.url);
const firebaseTools = createRequire(require.resolve("firebase-tools/package.json"));
const lib = (module) => firebaseTools(`firebase-tools/lib/${module}`);

const build = lib("deploy/functions/build");
const backend = lib("deploy/functions/backend");
const prepare = lib("deploy/functions/prepare");
const validate = lib("deploy/functions/validate");
const { getRuntimeDelegate } = lib("deploy/functions/runtimes");
const { yamlToBuild } = lib("deploy/functions/runtimes/discovery");
const { functionFromEndpoint } = lib("gcp/cloudfunctionsv2");
const { loadUserEnvs, loadFirebaseEnvs } = lib("functions/env");
const { normalizeAndValidate } = lib("functions/projectConfig");
const { loadCJSON } = lib("loadCJSON");
const yaml = firebaseTools("yaml");

const DISCOVERY = "from firebase_functions.private import serving as s; print(s.functions_as_yaml(s.get_functions()))";
const DISCOVERY_LIMIT_MS = 30_000; // a deploy gives up after 10 s, but this machine may be busy

const [functionsDir, python, ...environments] = process.argv.slice(2);
const projectDir = path.dirname(functionsDir);

/** Returns the manifest that a deploy discovers; of this shell's environment only PATH counts. */
async function discover(envs) {
  const { stdout } = await promisify(execFile)(python, ["-c", DISCOVERY], {
    cwd: functionsDir,
    env: { PATH: process.env.PATH, PYTHONDONTWRITEBYTECODE: "1", ...envs },
    timeout: DISCOVERY_LIMIT_MS,
  });
  return yaml.parse(stdout);
}

/** Returns what firebase.json asks for or, where it asks for nothing, firebase-tools' latest. */
async function runtimeOf(projectId) {
  const [{ runtime }] = normalizeAndValidate(loadCJSON(path.join(projectDir, "firebase.json")).functions);
  const delegate = await getRuntimeDelegate({ projectId, projectDir, sourceDir: functionsDir, runtime });
  return delegate.runtime;
}

/** Secret parameters are refused: resolving one asks Secret Manager and pins today's version. */
function refuseSecrets(params) {
  const secrets = params.filter((param) => param.type === "secret").map((param) => param.name);
  if (secrets.length > 0) {
    throw new Error(
      `secret parameters (${secrets.join(", ")}): a deploy pins their version, so rotating a key ` +
        "would need a deploy. Read the secret at run time instead.",
    );
  }
}

async function planned(alias, projectId) {
  const sources = {
    functionsSource: functionsDir,
    projectDir,
    projectId,
    projectAlias: alias,
  };
  const firebaseConfig = { projectId }; // a deploy asks Google for the rest, such as the bucket
  const userEnvs = loadUserEnvs(sources);
  const envs = { ...userEnvs, ...loadFirebaseEnvs(firebaseConfig, projectId) };
  const runtime = await runtimeOf(projectId);
  const wanted = yamlToBuild(await discover(envs), projectId, build.REGION_TBD, runtime);
  refuseSecrets(wanted.params);
  const { backend: want } = await build.resolveBackend({
    build: wanted,
    firebaseConfig,
    userEnvs,
    nonInteractive: true,
    isEmulator: false,
  });
  prepare.resolveCpuAndConcurrency(want);
  prepare.resolveDefaultTimeout(want);
  validate.endpointsAreValid(want, backend.empty());
  return Object.fromEntries(backend.allEndpoints(want).map((e) => [e.id, request(e, envs)]));
}

function request(endpoint, envs) {
  const body = functionFromEndpoint({ ...endpoint, environmentVariables: { ...envs } });
  const { httpsTrigger, callableTrigger, taskQueueTrigger, scheduleTrigger } = endpoint;
  return { ...body, httpsTrigger, callableTrigger, taskQueueTrigger, scheduleTrigger };
}

/** FirebaseErrors keep their reasons in `children`, failed discoveries in `stderr`. */
function reasons(error) {
  const own = error.stderr ? [error.stderr] : [error.message];
  return [...own, ...(error.children ?? []).flatMap(reasons)].join("\n");
}

async function entry(environment) {
  const [alias, projectId] = environment.split("=");
  try {
    return [alias, await planned(alias, projectId)];
  } catch (error) {
    throw new Error(`${alias} (${projectId}): ${reasons(error)}`);
  }
}

try {
  const plan = Object.fromEntries(await Promise.all(environments.map(entry)));
  process.stdout.write(JSON.stringify(plan));
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
