const BOUND_MS = 20_000;

/**
 * Tells how `promise` ended, as Promise.allSettled does. It never hangs: what has not ended after
 * BOUND_MS has the status "pending".
 */
export async function settled(promise) {
  let timer;
  const bound = new Promise((resolve) => {
    timer = setTimeout(resolve, BOUND_MS, { status: "pending" });
  });
  const end = promise.then(
    (value) => ({ status: "fulfilled", value }),
    (error) => ({ status: "rejected", error: shown(error) }),
  );
  return Promise.race([end, bound]).finally(() => clearTimeout(timer));
}

function shown({ name, code, message, details }) {
  return { name, code, message, details };
}
