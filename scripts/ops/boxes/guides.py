"""The boxes of both guides' check lists, word for word, and who ticks each.

What is ticked `PREFLIGHT` names boxes by their keys; what is ticked after a deploy has begun is of
the commands that do that, and what no program can know is a person's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Ticker(StrEnum):
    """Who ticks a box."""

    PREFLIGHT = "scripts/preflight"
    DEPLOY = "scripts/deploy"
    VALIDATE = "scripts/validate"
    RELEASE = "scripts/release"
    METRICS = "scripts/metrics"
    LOGS = "scripts/logs"
    PERSON = "a person"


@dataclass(frozen=True, slots=True)
class Tick:
    """Who ticks a box; `keys` are preflight's boxes, `how` is what the others do."""

    by: Ticker
    keys: tuple[str, ...] = ()
    how: str = ""


def _boxes(*keys: str) -> Tick:
    return Tick(Ticker.PREFLIGHT, keys)


_MONITORED = ("thresholds", "metrics", "channels", "dashboard")
_LOGS = Tick(Ticker.VALIDATE, how="finds the lines of its own story and publication in the log")
_FIGURES = Tick(Ticker.VALIDATE, how="measures p95 over its calls, and finds the metrics")
_ALERT = Tick(Ticker.VALIDATE, how="raises a test alert")

STORE: Mapping[str, Mapping[str, Tick]] = MappingProxyType(
    {
        "Pré-requis Production": {
            "Tests staging passés": _boxes("staging"),
            "Review code approuvée": _boxes("review"),
            "Documentation à jour": _boxes("docs", "documentation"),
            "Monitoring configuré": _boxes(*_MONITORED),
            "Rollback plan prêt": _boxes("way-back", "images", "pins", "rollback-plan"),
        },
        "Pré-Déploiement": {
            "Tests unitaires passent": _boxes("unit"),
            "Tests d'intégration passent": _boxes("integration"),
            "TypeScript compile sans erreurs": _boxes("types"),
            "Linting passe": _boxes("lint", "format"),
            "Build réussit": _boxes("build", "plan"),
            "Documentation à jour": _boxes("docs", "documentation"),
            "Review code approuvée": _boxes("review"),
        },
        "Déploiement Staging": {
            "Branch déployée vers staging": Tick(Ticker.DEPLOY, how="staging"),
            "Tests manuels effectués": Tick(
                Ticker.PERSON, how="uses the app on staging; scripts/validate does what can be told"
            ),
            "Tests de charge effectués": _boxes("load"),
            "Logs vérifiés": _LOGS,
            "Métriques normales": _FIGURES,
            "Aucune régression détectée": Tick(
                Ticker.DEPLOY, how="holds the new revision's rate of errors against the old one's"
            ),
        },
        "Déploiement Production": {
            "Staging validé": _boxes("staging"),
            "Tag de version créé": Tick(Ticker.RELEASE, how="makes the annotated tag"),
            "Déploiement effectué": Tick(Ticker.DEPLOY, how="production --canary 5,20,50,100"),
            "Health check OK": Tick(Ticker.VALIDATE, how="asks each dependency"),
            "Endpoint testé": Tick(Ticker.VALIDATE, how="publishes the synthetic shop"),
            "Monitoring actif": _FIGURES,
            "Alertes configurées": _boxes("thresholds", "channels"),
            "Équipe notifiée": _boxes("team"),
        },
        "Post-Déploiement": {
            "Métriques surveillées (24h)": Tick(Ticker.METRICS, how="--watch, and the alerts"),
            "Logs vérifiés": Tick(Ticker.LOGS, how="--severity warning --since 1d"),
            "Aucune alerte déclenchée": Tick(
                Ticker.METRICS, how="ends with 1 where a figure is past a threshold"
            ),
            "Performance normale": _FIGURES,
            "Feedback utilisateurs positif": Tick(
                Ticker.PERSON,
                how="reads what users write; the rating is a figure of scripts/metrics",
            ),
        },
    }
)

STORY: Mapping[str, Mapping[str, Tick]] = MappingProxyType(
    {
        "Tests et Validation": {
            "Tests unitaires passent (`npm test`)": _boxes("unit"),
            "Tests d'intégration OpenAI passent": _boxes("live"),
            "Tests de charge complétés": _boxes("load"),
            "Vérification des types TypeScript (`npm run build`)": _boxes("types", "build"),
            "Validation des clés API et secrets": _boxes(
                "openai-key", "database-url", "jwt-secret", "provider-secrets", "database"
            ),
        },
        "Configuration du Monitoring": {
            "Seuils d'alerte configurés": _boxes("thresholds"),
            "Dashboard de monitoring en place": _boxes("dashboard"),
            "Métriques de performance activées": _boxes("metrics"),
            "Système de notification configuré": _boxes("channels"),
        },
        "Sécurité": {
            "Clés API sécurisées dans Secrets Manager": _boxes("openai-key", "roles"),
            "Authentification validée": _boxes("integration", "app-check"),
            "Droits d'accès vérifiés": _boxes("permissions", "roles", "rules-tests"),
            "Règles Firestore à jour": _boxes("rules", "indexes"),
            "Validation des entrées implémentée": _boxes("unit"),
        },
        "Procédure de Déploiement": {
            "Test de génération d'histoire": Tick(
                Ticker.VALIDATE, how="has a story told, whole and streamed"
            ),
            "Vérification des logs": _LOGS,
            "Contrôle des métriques": _FIGURES,
            "Test des alertes": _ALERT,
            "Validation des performances": _FIGURES,
        },
    }
)

WORDS: Mapping[str, Tick] = MappingProxyType(
    {
        "Examiner les métriques actuelles": _boxes("figures"),
        "Vérifier les seuils d'alerte": _boxes("thresholds"),
        "Confirmer la configuration du monitoring": _boxes(*_MONITORED),
        "Scan de sécurité": _boxes("audit"),
        "Vérifier secrets": _boxes("openai-key", "database-url", "jwt-secret", "provider-secrets"),
        "Vérifier permissions": _boxes("permissions", "roles"),
        "Seuls utilisateurs authentifiés": _boxes("integration"),
        "Pas de cross-user access": _boxes("rules-tests", "integration"),
        "Gating enforced": _boxes("integration"),
    }
)
"""What the guides ask for before a deploy without a box to tick."""
