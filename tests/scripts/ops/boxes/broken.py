"""One thing at a time that is not as it has to be, the boxes that say so, and what they advise."""

from scripts.ops.boxes.rights import ACT_AS_ROLE, SECRET_ROLE
from scripts.ops.monitoring.cloud.changes import Sort
from tests.scripts.ops.boxes.breaks import (
    ACCOUNT,
    SERVICE,
    Break,
    another_policy,
    away,
    described_otherwise,
    edited,
    failing,
    image_gone,
    index_building,
    index_gone,
    kept_for,
    no_ttl,
    nothing_said,
    past_a_threshold,
    pinned,
    planned,
    quarantined,
    refusing,
    secret,
    silenced,
    unbounded,
    unscheduled,
)
from tests.scripts.ops.boxes.checkout import commit
from tests.scripts.ops.boxes.world import MEMBER, PROJECT

BROKEN: dict[str, tuple[Break, str, str]] = {
    "a file that is in no commit": (
        lambda world: (world.root / "new.txt").write_text("new"),
        "checkout",
        "git stash -u",
    ),
    "lint": (failing("check lint"), "lint", "scripts/check lint"),
    "unit tests": (failing("test --quick"), "unit", "scripts/test --quick"),
    "a story by OpenAI": (failing("--live"), "live", "scripts/test --live"),
    "an API": (
        lambda world: world.rest.services.disable(PROJECT, "cloudtasks.googleapis.com"),
        "apis",
        f"gcloud services enable --project {PROJECT} cloudtasks.googleapis.com",
    ),
    "a right": (
        lambda world: world.rest.projects.deny(PROJECT, "run.services.update"),
        "permissions",
        "roles/run.developer",
    ),
    "acting as the account": (
        lambda world: world.accounts.denied.add("iam.serviceAccounts.actAs"),
        "permissions",
        ACT_AS_ROLE,
    ),
    "a role on the project": (
        lambda world: world.rest.projects.revoke(PROJECT, MEMBER, "roles/datastore.user"),
        "roles",
        f"gcloud projects add-iam-policy-binding {PROJECT} --member={MEMBER}",
    ),
    "a role on a secret": (
        lambda world: world.secret_policies.revoke(
            f"projects/{PROJECT}/secrets/JWT_SECRET", MEMBER, SECRET_ROLE
        ),
        "roles",
        "gcloud secrets add-iam-policy-binding JWT_SECRET",
    ),
    "a role on the account itself": (
        lambda world: world.accounts.revoke(ACCOUNT, MEMBER, ACT_AS_ROLE),
        "roles",
        "gcloud iam service-accounts add-iam-policy-binding",
    ),
    "a role on the queue's service": (
        lambda world: world.invokers.policies.clear(),
        "roles",
        "gcloud run services add-iam-policy-binding savestory",
    ),
    "a role too many": (
        lambda world: world.rest.projects.grant(PROJECT, MEMBER, "roles/editor"),
        "roles",
        "remove-iam-policy-binding",
    ),
    "a key that OpenAI does not know": (
        lambda world: setattr(world.openai, "known", "another"),
        "openai-key",
        "add it as a version of the secret OPENAI_API_KEY",
    ),
    "OpenAI": (refusing(lambda world: world.openai), "openai-key", "status.openai.com"),
    "an address of no database": (
        secret("DATABASE_URL", "mysql://store"),
        "database-url",
        "Add a version of the secret DATABASE_URL",
    ),
    "a short key of tokens": (
        secret("JWT_SECRET", "short"),
        "jwt-secret",
        "Add a version of the secret JWT_SECRET",
    ),
    "providers' secrets": (
        secret("PROVIDER_SECRETS", "[]"),
        "provider-secrets",
        "Add a version of the secret PROVIDER_SECRETS",
    ),
    "a secret that is off": (
        lambda world: world.secrets.disable("JWT_SECRET", 1),
        "jwt-secret",
        "again",
    ),
    "rules that somebody has changed": (
        lambda world: world.rest.rules.release(PROJECT, "rules_version = '2';"),
        "rules",
        "npx firebase deploy -P production --only firestore:rules",
    ),
    "an index that somebody has deleted": (
        index_gone,
        "indexes",
        "npx firebase deploy -P production --only firestore:indexes",
    ),
    "an index that is not built": (index_building, "indexes", "Wait until they are built"),
    "stories that do not expire": (no_ttl, "indexes", "firestore:indexes"),
    "an alert": (edited(Sort.POLICY), "thresholds", "scripts/monitoring diff -P production"),
    "a dashboard": (edited(Sort.DASHBOARD), "dashboard", "scripts/monitoring diff -P production"),
    "a channel": (edited(Sort.CHANNEL), "channels", "scripts/monitoring diff -P production"),
    "a channel that is off": (silenced, "channels", "Turn it on"),
    "a metric": (described_otherwise, "metrics", "scripts/monitoring apply -P production"),
    "figures": (past_a_threshold, "figures", "scripts/metrics -P production"),
    "no schedule": (unscheduled, "backups", "gcloud firestore backups schedules create"),
    "images that are deleted soon": (
        kept_for(1),
        "images",
        "functions:artifacts:setpolicy -P production --location europe-west1 --days 30",
    ),
    "images of which nothing is said": (nothing_said, "images", "--days 30"),
    "somebody's policy for images": (another_policy, "images", "--days 30"),
    "an image that is gone": (image_gone, "way-back", "scripts/rollback"),
    "what serves is in quarantine": (quarantined, "way-back", "scripts/rollback"),
    "a pin that nobody knows of": (pinned, "pins", "--to-latest"),
    "a bound that somebody has changed": (
        lambda world: setattr(world.run, "bounds", {**world.run.bounds, SERVICE: 500}),
        "instances",
        "functions/.env.production",
    ),
    "no bound on instances": (unbounded, "instances", "MAX_INSTANCES"),
    "no budget": (planned(BUDGET_USD_PER_DAY="0"), "budget", "Set it above 0"),
    "no App Check": (planned(APP_CHECK="off"), "app-check", "APP_CHECK=enforced"),
    "a commit that staging has not seen": (
        lambda world: commit(world.root, "Newer"),
        "staging",
        "scripts/deploy staging",
    ),
    "no review": (
        lambda world: setattr(world.programs, "review", "[]"),
        "review",
        "Have a pull request of this commit approved",
    ),
    "rules that cannot be read": (
        refusing(lambda world: world.rest.rules),
        "rules",
        "Ask an owner of the project for roles/viewer",
    ),
    "Resource Manager refuses": (
        refusing(lambda world: world.rest.projects),
        "permissions roles",
        "Ask an owner",
    ),
    "Service Usage refuses": (refusing(lambda world: world.rest.services), "apis", "Ask an owner"),
    "Cloud Run is away": (
        away(lambda world: world.google.services),
        "way-back pins instances",
        "status.cloud.google.com",
    ),
    "Artifact Registry is away": (
        away(lambda world: world.google.artifacts),
        "images way-back",
        "status.cloud.google.com",
    ),
    "Firestore's administration is away": (
        away(lambda world: world.google.firestore_admin),
        "indexes backups",
        "status.cloud.google.com",
    ),
    "Cloud Monitoring is away": (
        away(lambda world: world.google.policies),
        "thresholds metrics channels dashboard",
        "status.cloud.google.com",
    ),
}
