"""All boxes, in the order in which they are shown."""

from scripts.ops.boxes import (
    backups,
    current,
    enabled,
    indexes,
    instances,
    key,
    planned,
    retention,
    review,
    rules,
    runtime,
    serving,
    staged,
    store_secrets,
)
from scripts.ops.boxes.box import Box
from scripts.ops.boxes.commands import command_boxes
from scripts.ops.boxes.monitored import monitoring_boxes
from scripts.ops.boxes.people import people_boxes

BOXES = (
    Box("checkout", "Checkout is a commit", review.look_checkout),
    *command_boxes(),
    Box("apis", "APIs enabled", enabled.look_apis),
    Box("permissions", "Rights of whoever deploys", enabled.look_permissions),
    Box("roles", "Rights of the functions", runtime.look),
    Box("openai-key", "Key of the model", key.look),
    *store_secrets.secret_boxes(),
    Box("database", "Database reached", store_secrets.reached, asks=True),
    Box("rules", "Firestore's rules", rules.look),
    Box("indexes", "Firestore's indexes and time to live", indexes.look),
    *monitoring_boxes(),
    Box("figures", "Figures now", current.look, asks=True),
    Box("backups", "Backups", backups.look),
    Box("images", "Images of revisions kept", retention.look),
    Box("way-back", "Revision to go back to", serving.look_back),
    Box("pins", "No forgotten pin", serving.look_pins),
    Box("instances", "Bound on instances", instances.look),
    Box("budget", "Bound on the model's bill", planned.look_budget),
    Box("app-check", "App Check", planned.look_app_check),
    Box("staging", "Staging validated", staged.look),
    Box("review", "Review approved", review.look_review, asks=True),
    *people_boxes(),
)
