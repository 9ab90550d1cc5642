"""Both guides' boxes are ticked, each by somebody who is named."""

import re
from collections.abc import Mapping

import pytest

from scripts.local.firebase_project import ROOT
from scripts.ops.boxes.catalogue import BOXES
from scripts.ops.boxes.guides import STORE, STORY, WORDS, Tick, Ticker
from scripts.ops.boxes.rights import ACT_AS_ROLE, APIS, ON_PROJECT, ROLES

# The guides' own lines, word for word.
STORE_GUIDE = """
### Pré-requis Production
- [ ] Tests staging passés
- [ ] Review code approuvée
- [ ] Documentation à jour
- [ ] Monitoring configuré
- [ ] Rollback plan prêt
### Pré-Déploiement
- [ ] Tests unitaires passent
- [ ] Tests d'intégration passent
- [ ] TypeScript compile sans erreurs
- [ ] Linting passe
- [ ] Build réussit
- [ ] Documentation à jour
- [ ] Review code approuvée
### Déploiement Staging
- [ ] Branch déployée vers staging
- [ ] Tests manuels effectués
- [ ] Tests de charge effectués
- [ ] Logs vérifiés
- [ ] Métriques normales
- [ ] Aucune régression détectée
### Déploiement Production
- [ ] Staging validé
- [ ] Tag de version créé
- [ ] Déploiement effectué
- [ ] Health check OK
- [ ] Endpoint testé
- [ ] Monitoring actif
- [ ] Alertes configurées
- [ ] Équipe notifiée
### Post-Déploiement
- [ ] Métriques surveillées (24h)
- [ ] Logs vérifiés
- [ ] Aucune alerte déclenchée
- [ ] Performance normale
- [ ] Feedback utilisateurs positif
"""
STORY_GUIDE = """
### Tests et Validation
- [ ] Tests unitaires passent (`npm test`)
- [ ] Tests d'intégration OpenAI passent
- [ ] Tests de charge complétés
- [ ] Vérification des types TypeScript (`npm run build`)
- [ ] Validation des clés API et secrets
### Configuration du Monitoring
- [ ] Seuils d'alerte configurés
- [ ] Dashboard de monitoring en place
- [ ] Métriques de performance activées
- [ ] Système de notification configuré
### Sécurité
- [ ] Clés API sécurisées dans Secrets Manager
- [ ] Authentification validée
- [ ] Droits d'accès vérifiés
- [ ] Règles Firestore à jour
- [ ] Validation des entrées implémentée
### Procédure de Déploiement
   - [ ] Test de génération d'histoire
   - [ ] Vérification des logs
   - [ ] Contrôle des métriques
   - [ ] Test des alertes
   - [ ] Validation des performances
"""
TICKS = [tick for ticks in (*STORE.values(), *STORY.values(), WORDS) for tick in ticks.values()]


def boxes_of(guide: str) -> dict[str, list[str]]:
    """Return the boxes of a guide, by their sections."""
    sections: dict[str, list[str]] = {}
    for line in guide.strip().splitlines():
        if line.startswith("#"):
            section = sections.setdefault(line.lstrip("# "), [])
        else:
            section.append(line.strip().removeprefix("- [ ] "))
    return sections


@pytest.mark.parametrize(
    ("guide", "ticks"), [(STORE_GUIDE, STORE), (STORY_GUIDE, STORY)], ids=["store", "story"]
)
def test_each_box_of_a_guide_is_ticked(guide: str, ticks: Mapping[str, Mapping[str, Tick]]) -> None:
    """Every box of the guides has somebody who ticks it, and there are no others."""
    assert {section: [*its] for section, its in ticks.items()} == boxes_of(guide)


def test_what_preflight_ticks_it_has() -> None:
    """The boxes that the guides' are ticked by are there."""
    keys = {box.key for box in BOXES}
    ticked = [tick for tick in TICKS if tick.by is Ticker.PREFLIGHT]
    assert all(tick.keys and {*tick.keys} <= keys for tick in ticked)


def test_others_say_how_they_tick() -> None:
    """What preflight does not tick says what is done instead."""
    assert all(tick.how for tick in TICKS if tick.by is not Ticker.PREFLIGHT)


def test_keys_are_each_boxs_own() -> None:
    """No two boxes have a key in common."""
    assert len({box.key for box in BOXES}) == len(BOXES)


def test_the_apis_are_those_of_the_guide() -> None:
    """Step 1 of docs/deploy.md turns on what is looked for."""
    text = (ROOT / "docs/deploy.md").read_text()
    line = text.partition("gcloud services enable ")[2].partition("```")[0]
    assert {*APIS} == {*line.replace("\\", "").split()}


def test_the_roles_are_those_of_the_guide() -> None:
    """Step 4 of docs/deploy.md grants what is looked for."""
    text = (ROOT / "docs/deploy.md").read_text()
    granted = text.partition("## 4.")[2].partition("```sh")[2].partition("```")[0]
    on_project = [line for line in granted.splitlines() if "gcloud projects add-iam" in line]
    assert {*ROLES} == {line.rpartition("--role=")[2] for line in on_project}
    deployers = text.partition("needs these instead of Owner")[2].partition("\n## ")[0]
    assert {*re.findall(r"roles/[\w.]+\w", deployers)} == {*ON_PROJECT.values(), ACT_AS_ROLE}


def test_who_may_move_traffic() -> None:
    """The page for whoever operates it names the roles by which traffic is moved, no greater."""
    table = (ROOT / "docs/operations.md").read_text().partition("## Who may")[2]
    (row,) = [line for line in table.splitlines() if line.startswith("| roll back |")]
    assert f"`{ON_PROJECT['run.services.update']}`" in row
    assert f"`{ACT_AS_ROLE}`" in row
    assert "roles/run.admin" not in table
