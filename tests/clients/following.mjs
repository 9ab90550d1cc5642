// What an app does once it has lost the connection to its story; docs/api.md shows this file.
import { doc, onSnapshot } from "firebase/firestore";

/**
 * Shows a story's document each time it changes, until the story has ended: its text so far, then
 * all of it. Gives the last one; null if there is none, so that the request never arrived.
 */
export function followStory(firestore, uid, requestId, show) {
  return new Promise((resolve, reject) => {
    const leave = onSnapshot(doc(firestore, "users", uid, "stories", requestId), seen, reject);

    function seen(snapshot) {
      if (!snapshot.exists() && snapshot.metadata.fromCache) return; // offline: nobody knows yet
      const story = snapshot.data() ?? null;
      if (story) show(story);
      if (story?.status.state === "PROCESSING") return;
      leave();
      resolve(story);
    }
  });
}

/** Tells whether to send the same request again, after `followStory` gave `story`. */
export function isToBeSentAgain(story) {
  return story === null || Boolean(story.status.error?.retryable);
}
