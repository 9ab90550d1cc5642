// What apps may do with Firestore directly. Each test's name is a sentence of the contract.
import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { assertFails, assertSucceeds } from "@firebase/rules-unit-testing";
import {
  addDoc,
  collection,
  collectionGroup,
  deleteDoc,
  deleteField,
  doc,
  getDoc,
  getDocs,
  limit,
  orderBy,
  query,
  setDoc,
  updateDoc,
  where,
  writeBatch,
} from "firebase/firestore";
import {
  BACKEND_ONLY,
  FAILED,
  FINISHED,
  OWNER,
  STORIES,
  TOLD_NOW,
  openWorld,
  people,
  reset,
} from "./world.mjs";

const LISTS = [
  ...["networks", "networks/2026-11-21/prefixes", "blocked", "config"],
  ...["operations", "operation_locks", "quarantine"],
];
const NOT_BOOLEANS = [1, "true", null, [true], { favorite: true }, new Date(0)];

let world;
let who;

before(async () => {
  world = await openWorld();
  who = people(world);
});
beforeEach(() => reset(world));
after(() => world.cleanup());

const mark = (db, path, change) => updateDoc(doc(db, path), change);

describe("reading", () => {
  test("an owner reads one story of hers, in any state", async () => {
    for (const path of [FINISHED, FAILED, TOLD_NOW]) {
      await assertSucceeds(getDoc(doc(who.owner, path)));
    }
  });

  test("an owner may ask for a story of hers that does not exist", () =>
    assertSucceeds(getDoc(doc(who.owner, `${STORIES}/missing`))));

  test("an owner lists her stories", () =>
    assertSucceeds(getDocs(collection(who.owner, STORIES))));

  test("an owner lists her newest stories, a page at a time", () =>
    assertSucceeds(
      getDocs(
        query(collection(who.owner, STORIES), orderBy("status.startTime", "desc"), limit(2)),
      ),
    ));

  test("an owner lists what goes on from a story of hers, part by part", async () => {
    const parts = query(
      collection(who.owner, STORIES),
      where("series", "==", "finished"),
      orderBy("part"),
    );
    const found = await assertSucceeds(getDocs(parts));
    assert.deepEqual(found.docs.map((each) => each.id), ["sequel"]);
  });

  test("somebody who signed in anonymously reads the stories of that account", () =>
    assertSucceeds(getDocs(collection(who.anonymous, "users/nobody-yet/stories"))));

  for (const person of ["other", "anonymous", "stranger"]) {
    test(`nobody reads another's story: ${person}`, () =>
      assertFails(getDoc(doc(who[person], FINISHED))));

    test(`nobody lists another's stories: ${person}`, async () => {
      await assertFails(getDocs(collection(who[person], STORIES)));
      await assertFails(getDocs(query(collection(who[person], STORIES), limit(1))));
    });
  }

  for (const person of ["owner", "other", "anonymous", "stranger"]) {
    test(`nobody queries all users' stories at once: ${person}`, async () => {
      const all = collectionGroup(who[person], "stories");
      await assertFails(getDocs(query(all, limit(1))));
      await assertFails(getDocs(query(all, where("title", "==", "The fox"))));
    });
  }
});

describe("marking a favourite", () => {
  test("an owner marks an ended story of hers as a favourite, and takes it back", async () => {
    for (const path of [FINISHED, FAILED]) {
      await assertSucceeds(mark(who.owner, path, { favorite: true }));
      await assertSucceeds(mark(who.owner, path, { favorite: false }));
    }
  });

  test("an owner marks several ended stories in one batch", async () => {
    const batch = writeBatch(who.owner);
    batch.update(doc(who.owner, FINISHED), { favorite: true });
    batch.update(doc(who.owner, FAILED), { favorite: true });
    await assertSucceeds(batch.commit());
  });

  test("setting with merge is the same write as an update", () =>
    assertSucceeds(setDoc(doc(who.owner, FINISHED), { favorite: true }, { merge: true })));

  test("nobody writes to a story while it is being told", () =>
    assertFails(mark(who.owner, TOLD_NOW, { favorite: true })));

  test("a batch is refused whole when one of its stories is being told", async () => {
    const batch = writeBatch(who.owner);
    batch.update(doc(who.owner, FINISHED), { favorite: true });
    batch.update(doc(who.owner, TOLD_NOW), { favorite: true });
    await assertFails(batch.commit());
  });

  for (const value of NOT_BOOLEANS) {
    test(`a favourite is a boolean, not ${JSON.stringify(value)}`, () =>
      assertFails(mark(who.owner, FINISHED, { favorite: value })));
  }

  test("a favourite, once given, is not deleted", async () => {
    await assertSucceeds(mark(who.owner, FINISHED, { favorite: true }));
    await assertFails(mark(who.owner, FINISHED, { favorite: deleteField() }));
  });

  for (const person of ["other", "anonymous", "stranger"]) {
    test(`nobody marks another's story: ${person}`, () =>
      assertFails(mark(who[person], FINISHED, { favorite: true })));
  }
});

describe("writing anything else", () => {
  const changes = [
    { title: "Mine" },
    { note: "a new field" },
    { favorite: true, title: "Mine" },
    { favorite: true, note: "a new field" },
    { "status.state": "FAILED", favorite: true },
    { "status.state": "PROCESSING" },
    { "request.prompt": "another" },
    { "charge.micros": 0 },
    { text: deleteField(), favorite: true },
    { rating: { stars: 5 } },
    { "rating.stars": 5, favorite: true },
    { "rating.reason": "a brave fox" },
    { rating: deleteField() },
    { series: "another", part: 1 },
  ];
  for (const change of changes) {
    test(`an owner cannot change ${Object.keys(change).join(" with ")}`, () =>
      assertFails(mark(who.owner, FINISHED, change)));
  }

  test("an owner cannot end a story that is being told", () =>
    assertFails(mark(who.owner, TOLD_NOW, { "status.state": "COMPLETED", favorite: true })));

  test("an owner cannot replace a story", () =>
    assertFails(setDoc(doc(who.owner, FINISHED), { favorite: true })));

  test("an owner cannot create a story, even one that is only a favourite", async () => {
    await assertFails(setDoc(doc(who.owner, `${STORIES}/new`), { favorite: true }));
    await assertFails(
      setDoc(doc(who.owner, `${STORIES}/new`), { status: { state: "COMPLETED" } }),
    );
    await assertFails(addDoc(collection(who.owner, STORIES), {}));
  });

  test("an owner cannot delete a story", async () => {
    await assertFails(deleteDoc(doc(who.owner, FINISHED)));
    await assertFails(deleteDoc(doc(who.owner, TOLD_NOW)));
  });

  test("a batch cannot hide another write behind a favourite", async () => {
    const batch = writeBatch(who.owner);
    batch.update(doc(who.owner, FINISHED), { favorite: true });
    batch.set(doc(who.owner, `users/${OWNER}/quota/2026-11-21`), { used: 0 });
    await assertFails(batch.commit());
  });
});

describe("what is the backend's alone", () => {
  for (const person of ["owner", "other", "anonymous", "stranger"]) {
    test(`nobody reads, writes or deletes it: ${person}`, async () => {
      for (const path of BACKEND_ONLY) {
        await assertFails(getDoc(doc(who[person], path)));
        await assertFails(setDoc(doc(who[person], path), { used: 0 }));
        await assertFails(deleteDoc(doc(who[person], path)));
      }
    });

    test(`nobody lists counters: ${person}`, async () => {
      await assertFails(getDocs(collection(who[person], `users/${OWNER}/quota`)));
      await assertFails(getDocs(collection(who[person], "budget/2026-11-21/shards")));
      await assertFails(getDocs(query(collectionGroup(who[person], "quota"), limit(1))));
      await assertFails(getDocs(query(collectionGroup(who[person], "shards"), limit(1))));
    });

    test(`nobody lists networks, blocked users, knobs or operations: ${person}`, async () => {
      for (const path of LISTS) {
        await assertFails(getDocs(query(collection(who[person], path), limit(1))));
      }
      await assertFails(getDocs(query(collectionGroup(who[person], "prefixes"), limit(1))));
    });
  }
});
