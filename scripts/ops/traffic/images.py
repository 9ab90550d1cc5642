"""The images of revisions, as Artifact Registry names them; no I/O.

https://cloud.google.com/artifact-registry/docs/docker/names
https://cloud.google.com/artifact-registry/docs/reference/rest/v1/projects.locations.repositories.dockerImages
"""

import re
from urllib.parse import quote

_IMAGE = re.compile(
    r"(?P<location>[a-z0-9-]+)-docker\.pkg\.dev/(?P<project>[^/:]+(?::[^/]+)?)/(?P<repository>[^/]+)/"
    r"(?P<name>[^:@]+)(?::[^@]+)?@(?P<digest>sha256:[0-9a-f]{64})"
)
_SHORT = 12  # of a digest's hexadecimal digits, for people


def docker_image(image: str) -> str:
    """Return the resource's name of an image with a digest; empty for any other."""
    found = _IMAGE.fullmatch(image)
    if found is None:
        return ""
    name = f"{quote(found['name'], safe='')}@{found['digest']}"
    return (
        f"projects/{found['project']}/locations/{found['location']}/"
        f"repositories/{found['repository']}/dockerImages/{name}"
    )


def short(image: str) -> str:
    """Return an image for people: `generate__story@sha256:0123456789ab`."""
    path, _, digest = image.rpartition("@sha256:")
    name = (path or image).rpartition("/")[2]
    return f"{name}@sha256:{digest[:_SHORT]}" if path else name or "no image"
