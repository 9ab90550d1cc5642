"""What a stand-in that answers over gRPC refuses, as its REST twin says it."""

from http import HTTPStatus

import grpc

from scripts.local.standins.google_rest.frame import RestRefusalError
from scripts.local.standins.server import RefusalError

STATUS = {
    grpc.StatusCode.INVALID_ARGUMENT: HTTPStatus.BAD_REQUEST,
    grpc.StatusCode.FAILED_PRECONDITION: HTTPStatus.BAD_REQUEST,
    grpc.StatusCode.PERMISSION_DENIED: HTTPStatus.FORBIDDEN,
    grpc.StatusCode.NOT_FOUND: HTTPStatus.NOT_FOUND,
    grpc.StatusCode.ALREADY_EXISTS: HTTPStatus.CONFLICT,
    grpc.StatusCode.ABORTED: HTTPStatus.CONFLICT,
    grpc.StatusCode.RESOURCE_EXHAUSTED: HTTPStatus.TOO_MANY_REQUESTS,
    grpc.StatusCode.UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
}
"""https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto; else it is 500."""


def over_rest(refusal: RefusalError) -> RestRefusalError:
    """Return the same refusal as an error of HTTP."""
    status = STATUS.get(refusal.code, HTTPStatus.INTERNAL_SERVER_ERROR)
    return RestRefusalError(status, refusal.message, refusal.code.name)
