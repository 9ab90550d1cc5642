// What an app does once it has lost the connection to its story; docs/api.md shows this file.
import { doc, onSnapshot } from "firebase/firestore";

/**
 * Shows a story's document each time it changes, until the story has ended, says the server: its
 * text so far, then all of it. Gives the last one; null if there is none, so that the request never
 * arrived, or if the story has not ended after two minutes.
 */
export function followStory(firestore, uid, requestId, show, patienceMs = 120_000) {
  return new Promise((resolve, reject) => {
    const place = doc(firestore, "users", uid, "stories", requestId);
    const leave = onSnapshot(place, { includeMetadataChanges: true }, seen, reject);
    const timer = setTimeout(end, patienceMs, null);

    function seen(snapshot) {
      const story = snapshot.data() ?? null;
      if (story) show(story);
      if (snapshot.metadata.fromCache) return; // which may be of an earlier attempt
      if (story?.status.state !== "PROCESSING") end(story);
    }

    function end(story) {
      clearTimeout(timer);
      leave();
      resolve(story);
    }
  });
}

/** Tells whether to send the same request again, after `followStory` gave `story`. */
export function isToBeSentAgain(story) {
  return story === null || Boolean(story.status.error?.retryable);
}
