import json
from pathlib import Path
from typing import Any

import pytest

from scripts.ops import plan
from scripts.ops.plan import Body, Plan, PlanError

MAIN = """
from firebase_functions import https_fn, params

@https_fn.on_call(
    region="europe-west1", cpu=1, memory=512, timeout_sec=60,
    concurrency=params.IntParam("THREADS"), max_instances=params.IntParam("MAX_INSTANCES"),
)
def tell(request):
    return "a story"
"""
FIREBASE_JSON = '{"functions": {"source": "functions", "runtime": "python311"}}'
PRODUCTION = "MAX_INSTANCES=20\nAPP_CHECK=enforced\n"


def sound_body(**service: Any) -> Body:  # noqa: ANN401 - values of JSON
    return {
        "name": "projects/demo/locations/europe-west1/functions/tell",
        "serviceConfig": {
            "availableCpu": "1",
            "environmentVariables": {"THREADS": "80"},
            "maxInstanceCount": 5,
            "maxInstanceRequestConcurrency": 80,
            "secretEnvironmentVariables": [],
            **service,
        },
    }


def queue_body(name: str, **trigger: Any) -> Body:  # noqa: ANN401 - likewise
    path = f"projects/demo/locations/europe-west1/functions/{name}"
    return {**sound_body(), "name": path, "taskQueueTrigger": trigger}


def plan_of(body: Body) -> Plan:
    return {"production": {"tell": body}}


def test_a_sound_plan_has_no_problems() -> None:
    """A function with a region, a whole CPU, a bound and equal threads may be deployed."""
    assert plan.problems(plan_of(sound_body())) == []


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (sound_body(maxInstanceRequestConcurrency=40), "concurrency is 40, THREADS 80"),
        (sound_body(environmentVariables={}), "concurrency is 80, THREADS None"),
        (sound_body(availableCpu="0.3333"), "0.3333 of a CPU"),
        (sound_body(maxInstanceCount=None), "max_instances is not set"),
        ({**sound_body(), "name": "projects/p/locations/REGION_TBD/functions/f"}, "no region"),
        (sound_body(secretEnvironmentVariables=[{"key": "KEY"}]), "secrets are bound"),
        (
            sound_body(environmentVariables={"THREADS": "80", "FIRESTORE_EMULATOR_HOST": "here"}),
            "FIRESTORE_EMULATOR_HOST serves the local stack only",
        ),
        (
            sound_body(environmentVariables={"THREADS": "80", "OPENAI_API_KEY": "test-key"}),
            "OPENAI_API_KEY is a secret",
        ),
        (
            sound_body(environmentVariables={"THREADS": "80", "JWT_SECRET": "test-key"}),
            "JWT_SECRET is a secret",
        ),
        (queue_body("tell_later"), "tell_later is no name for a queue"),
        (queue_body("later", invoker=["public"]), "tasks could come from public"),
    ],
)
def test_what_must_never_be_deployed_is_named(body: Body, problem: str) -> None:
    """Each trap of a deploy is one problem, that names the environment and the function."""
    (found,) = plan.problems(plan_of(body))
    assert found.startswith(f"production tell: {problem}")


def test_equal_plans_do_not_differ() -> None:
    """A plan is as reviewed when every value is, whatever the order of its keys."""
    reviewed = plan_of(dict(reversed(sound_body().items())))
    assert plan.differences(reviewed, plan_of(sound_body())) == []


def test_a_changed_value_is_shown_with_what_was_reviewed() -> None:
    """A difference is one line: where, what was reviewed, what it would be."""
    reviewed, now = plan_of(sound_body()), plan_of(sound_body(maxInstanceCount=9))
    assert plan.differences(reviewed, now) == [
        "production tell serviceConfig maxInstanceCount: 5 -> 9"
    ]


def test_a_new_variable_is_shown_with_its_value() -> None:
    """A variable that nobody reviewed is a difference of its own."""
    now = plan_of(sound_body(environmentVariables={"NEW": "on", "THREADS": "80"}))
    assert plan.differences(plan_of(sound_body()), now) == [
        'production tell serviceConfig environmentVariables NEW: (nothing) -> "on"'
    ]


def test_a_trigger_that_turns_into_another_is_a_difference() -> None:
    """Empty values count: a callable that would become a plain HTTP function is seen."""
    reviewed = plan_of({**sound_body(), "callableTrigger": {}})
    now = plan_of({**sound_body(), "httpsTrigger": {}})
    assert plan.differences(reviewed, now) == [
        "production tell callableTrigger: {} -> (nothing)",
        "production tell httpsTrigger: (nothing) -> {}",
    ]


def test_the_reviewed_plan_gives_every_function_as_many_threads_as_requests() -> None:
    """THREADS equals concurrency in deploy/plan.json, for every function and environment."""
    reviewed = plan.read(plan.ROOT / plan.REVIEWED)
    assert set(reviewed) == set(plan.ENVIRONMENTS)
    assert plan.problems(reviewed) == []


def test_a_queue_of_the_projects_own_is_sound() -> None:
    """A task queue function may be deployed whose name its queue can have."""
    assert plan.problems(plan_of(queue_body("later", retryConfig={"maxAttempts": 3}))) == []


def test_only_what_apps_call_is_public() -> None:
    """Of the reviewed functions, those that apps call are public, and the others have triggers."""
    for bodies in plan.read(plan.ROOT / plan.REVIEWED).values():
        assert {name: triggers(body) for name, body in bodies.items()} == {
            "generate_story": ["callableTrigger"],
            "rate_story": ["callableTrigger"],
            "delete_story": ["callableTrigger"],
            "export_my_data": ["callableTrigger"],
            "delete_my_data": ["callableTrigger"],
            "health": ["httpsTrigger"],
            "savestory": ["taskQueueTrigger"],
            "sweep_stories": ["scheduleTrigger"],
            "store_api": ["httpsTrigger"],
            "tend_store": ["scheduleTrigger"],
        }


def triggers(body: Body) -> list[str]:
    return [key for key in body if key.endswith("Trigger")]


def test_an_environment_without_a_project_is_named(tmp_path: Path) -> None:
    """.firebaserc must name a project for each environment that is deployed."""
    (tmp_path / ".firebaserc").write_text('{"projects": {"staging": "demo-staging"}}')
    with pytest.raises(PlanError, match=r"\.firebaserc names no project 'production'"):
        plan.project(tmp_path, "production")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    projects = {"staging": "demo-staging", "production": "demo-production"}
    (tmp_path / ".firebaserc").write_text(json.dumps({"projects": projects}))
    (tmp_path / "firebase.json").write_text(FIREBASE_JSON)
    functions = tmp_path / "functions"
    functions.mkdir()
    (functions / "requirements.txt").touch()  # by which firebase-tools knows Python
    (functions / "main.py").write_text(MAIN)
    (functions / ".env").write_text("THREADS=80\n")
    (functions / ".env.staging").write_text("MAX_INSTANCES=2\n")
    (functions / ".env.production").write_text(PRODUCTION)
    return tmp_path


@pytest.mark.server
def test_parameters_are_resolved_from_each_environments_own_settings(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bodies hold what functions/.env and .env.<environment> say, not what this shell says."""
    monkeypatch.setenv("THREADS", "1")
    made = plan.make_plan(repository)
    assert bounds(made["staging"]["tell"]) == (80, 2)
    assert bounds(made["production"]["tell"]) == (80, 20)


def bounds(body: Body) -> tuple[int, int]:
    service = body["serviceConfig"]
    return service["maxInstanceRequestConcurrency"], service["maxInstanceCount"]


@pytest.mark.server
@pytest.mark.parametrize(
    ("file", "text", "difference"),
    [
        (
            "functions/.env.production",
            PRODUCTION.replace("20", "21"),
            "serviceConfig maxInstanceCount: 20 -> 21",
        ),
        (
            "functions/.env.production",
            PRODUCTION.replace("enforced", "off"),
            'serviceConfig environmentVariables APP_CHECK: "enforced" -> "off"',
        ),
        (
            "firebase.json",
            FIREBASE_JSON.replace("python311", "python312"),
            'buildConfig runtime: "python311" -> "python312"',
        ),
    ],
    ids=["bound", "setting", "runtime"],
)
def test_a_deploy_is_held_against_the_reviewed_file(
    repository: Path, capsys: pytest.CaptureFixture[str], file: str, text: str, difference: str
) -> None:
    """--update writes the file; a later change of one value is named and fails the check."""
    assert plan.check(repository, update=True) == 0
    (repository / file).write_text(text)
    assert plan.check(repository, update=False) == 1
    assert f"production tell {difference}\n" in capsys.readouterr().out


@pytest.mark.server
def test_a_concurrency_of_its_own_is_refused_even_by_update(repository: Path) -> None:
    """A function whose concurrency is not the THREADS setting cannot get into the reviewed file."""
    main = repository / "functions/main.py"
    main.write_text(MAIN.replace('concurrency=params.IntParam("THREADS")', "concurrency=40"))
    assert plan.check(repository, update=True) == 1
    assert not (repository / plan.REVIEWED).exists()


@pytest.mark.server
@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("cpu=1", 'cpu="gcf_gen1"', "less than one full CPU"),
        ("cpu=1", 'cpu=1, secrets=[params.SecretParam("KEY")]', "secret parameters (KEY)"),
        ("THREADS", "NUMBER_OF_THREADS", "NUMBER_OF_THREADS"),
        ("import https_fn", "import no_such_thing", "cannot import name 'no_such_thing'"),
    ],
)
def test_what_firebase_tools_refuses_is_told_with_its_reason(
    repository: Path, old: str, new: str, reason: str
) -> None:
    """A deploy that firebase-tools would stop makes no plan, and says why."""
    (repository / "functions/main.py").write_text(MAIN.replace(old, new))
    with pytest.raises(PlanError) as refused:
        plan.make_plan(repository)
    assert reason in str(refused.value)


@pytest.mark.server
def test_the_deploy_is_the_reviewed_one() -> None:
    """What would be deployed now is what deploy/plan.json says."""
    reviewed = plan.read(plan.ROOT / plan.REVIEWED)
    assert plan.differences(reviewed, plan.reviewable(plan.make_plan(plan.ROOT))) == []


def test_the_databases_connections() -> None:
    """All instances of the store together leave ten of PostgreSQL's usual hundred connections."""
    for bodies in plan.read(plan.ROOT / plan.REVIEWED).values():
        service = bodies["store_api"]["serviceConfig"]
        connections = int(service["environmentVariables"]["STORE_POOL_SIZE"])
        tending = bodies["tend_store"]["serviceConfig"]["maxInstanceCount"]
        assert service["maxInstanceCount"] * connections + tending <= 100 - 10
