"""The stack sees little of the environment that it is started in."""

from scripts.local.environment import base_environment


def test_secrets_and_credentials_stay_out() -> None:
    """Neither the model's key nor cloud credentials reach the stack's processes."""
    given = {
        "PATH": "/bin",
        "OPENAI_API_KEY": "test-key",
        "GOOGLE_APPLICATION_CREDENTIALS": "/key.json",
        "FIREBASE_TOKEN": "test-token",
    }
    assert base_environment(given) == {
        "PATH": "/bin",
        "NO_PROXY": "127.0.0.1,localhost",
        "no_proxy": "127.0.0.1,localhost",
    }


def test_a_company_proxy_is_passed_on_but_not_for_this_machine() -> None:
    """A proxy leads to OpenAI, and never between two processes of the stack."""
    passed = base_environment({"HTTPS_PROXY": "http://proxy:3128", "NO_PROXY": "intranet"})
    assert passed["HTTPS_PROXY"] == "http://proxy:3128"
    assert passed["NO_PROXY"] == "127.0.0.1,localhost"
