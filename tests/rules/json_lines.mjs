// A reporter of `node --test`: one JSON object a test, {name, error}; error is null if it passed.
export default async function* jsonLines(events) {
  for await (const { type, data } of events) {
    if (/^test:(pass|fail)$/.test(type) && data.details.type !== "suite") {
      const error = data.details.error ?? null;
      yield `${JSON.stringify({ name: data.name, error: error && String(error.cause ?? error) })}\n`;
    }
  }
}
