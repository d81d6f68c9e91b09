//! The OpenAPI document, made from the same table as the running routes.

use std::collections::BTreeMap;

use actix_web::http::{Method, StatusCode};
use serde_json::{Map, Value, json};
use utoipa::openapi::{RefOr, Schema};

use crate::http::decode::Components;
use crate::http::operation::{BodyKind, Needs, Operation, Refusals, VersionNeed, path_parameters};
use crate::trace::codes::NodeType;

/// The document, as JSON.
pub fn document(operations: &[Operation]) -> Value {
    let mut paths: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    let mut schemas: BTreeMap<String, RefOr<Schema>> = BTreeMap::new();
    for operation in operations {
        let item = paths.entry(operation.path).or_default();
        item.insert(operation.method.as_str().to_lowercase(), describe(operation));
        let mut referred_to = Components::new();
        operation.schemas.iter().for_each(|describe| describe(&mut referred_to));
        schemas.extend(referred_to);
    }
    let mut schemas = json!(schemas);
    if let Some(schemas) = schemas.as_object_mut() {
        schemas.insert("Problem".to_owned(), problem_schema());
        schemas.insert("OAuthError".to_owned(), oauth_error_schema());
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Awasir",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "The memory of a network of charities: visits, what was promised, what became of it.",
            "description": include_str!("../openapi/description.md"),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "tags": tags(operations),
        "paths": paths,
        "components": {
            "securitySchemes": {"bearer": {
                "type": "http", "scheme": "bearer", "bearerFormat": "JWT",
                "description": "The `access_token` of `POST /v1/auth/login` or of `POST /v1/oauth/token`, good for ten minutes; or an access token itself, `awasir_at_…`.",
            }, "client": {
                "type": "http", "scheme": "basic",
                "description": "The id of an access token, and the access token itself; or both in the form.",
            }},
            "responses": responses(),
            "headers": headers(),
            "schemas": schemas,
        },
    })
}

fn tag(operation: &Operation) -> &'static str {
    let path = operation.path.strip_prefix("/v1/").unwrap_or("");
    match path.split('/').next().unwrap_or_default() {
        "" => "service",
        "auth" | "me" | "sessions" => "signing-in",
        "organisations" if path.contains("/members") => "members",
        "organisations" if path.contains("/invitations") => "members",
        "permissions" | "reference" => "reference",
        first => first,
    }
}

fn tags(operations: &[Operation]) -> Vec<Value> {
    let mut names: Vec<&str> = operations.iter().map(tag).collect();
    names.sort_unstable();
    names.dedup();
    names.into_iter().map(|name| json!({"name": name})).collect()
}

fn describe(operation: &Operation) -> Value {
    let mut object = Map::new();
    object.insert("operationId".to_owned(), json!(operation.id));
    object.insert("summary".to_owned(), json!(operation.summary));
    if !operation.description.is_empty() {
        object.insert("description".to_owned(), json!(operation.description));
    }
    object.insert("tags".to_owned(), json!([tag(operation)]));
    match &operation.needs {
        Needs::Nothing => {
            object.insert("x-public".to_owned(), json!(true));
            let open = match operation.refusals {
                // By HTTP Basic, or by what is in the form.
                Refusals::OAuth => json!([{"client": []}, {}]),
                Refusals::Problems if operation.public_answer => json!([]),
                Refusals::Problems => json!([{}, {"bearer": []}]),
            };
            object.insert("security".to_owned(), open);
        }
        needs => {
            object.insert("x-permission".to_owned(), permission(needs));
            object.insert("security".to_owned(), json!([{"bearer": []}]));
        }
    }
    let parameters = parameters(operation);
    if !parameters.is_empty() {
        object.insert("parameters".to_owned(), json!(parameters));
    }
    if let Some(body) = &operation.body {
        let media_types: &[&str] = match body.kind {
            BodyKind::Json => &["application/json"],
            BodyKind::MergePatch => &["application/json", "application/merge-patch+json"],
            BodyKind::Form => &["application/x-www-form-urlencoded"],
        };
        let content = media_types.iter().map(|media_type| (*media_type, json!({"schema": body.schema})));
        let content: BTreeMap<&str, Value> = content.collect();
        object.insert("requestBody".to_owned(), json!({"required": !body.optional, "content": content}));
    }
    object.insert("responses".to_owned(), answers(operation));
    Value::Object(object)
}

fn permission(needs: &Needs) -> Value {
    match needs {
        Needs::AnyOf(rights) => rights.iter().map(|right| right.as_str()).collect(),
        Needs::AnyOfOrSelf(rights) => rights.iter().map(|right| right.as_str()).chain(["self"]).collect(),
        Needs::OwnAccount => json!(["self"]),
        Needs::SignedIn | Needs::Nothing => json!(["signed-in"]),
    }
}

fn parameters(operation: &Operation) -> Vec<Value> {
    let mut parameters = Vec::new();
    for name in path_parameters(operation.path) {
        let schema = match name {
            "code" | "file" => json!({"type": "string"}),
            "revision" => json!({"type": "integer", "minimum": 1}),
            "type" => json!({"type": "string", "enum": NodeType::CODES}),
            _ => json!({"type": "string", "format": "uuid"}),
        };
        parameters.push(json!({"name": name, "in": "path", "required": true, "schema": schema}));
    }
    for parameter in &operation.parameters {
        let schema = if parameter.repeats {
            json!({"type": "array", "items": parameter.schema})
        } else {
            json!(parameter.schema)
        };
        parameters.push(json!({
            "name": parameter.name, "in": "query", "required": false,
            "description": parameter.description, "schema": schema,
            "style": "form", "explode": true,
        }));
    }
    let header = |name: &str, description: &str, schema: Value| json!({"name": name, "in": "header", "required": false, "description": description, "schema": schema});
    let signed_in = operation.needs != Needs::Nothing;
    if operation.version != VersionNeed::None {
        parameters.push(header(
            "If-Match",
            match operation.version {
                VersionNeed::Required => {
                    "The version seen: an ETag, `\"3\"` or `*`; without any version 428."
                }
                _ => "The version seen: an ETag, `\"3\"` or `*`; compared when given.",
            },
            json!({"type": "string", "examples": ["\"3\""]}),
        ));
    }
    if operation.takes_idempotency_key() && signed_in {
        parameters.push(header(
            "Idempotency-Key",
            "1–255 visible characters: the same request with the same key has one effect, for 7 days.",
            json!({"type": "string", "pattern": "^[!-~]{1,255}$"}),
        ));
    }
    if matches!(operation.needs, Needs::AnyOf(_) | Needs::AnyOfOrSelf(_)) {
        parameters.push(header(
            "Awasir-Organisation",
            "Acts, and reads, as this one of the caller's organisations only.",
            json!({"type": "string", "format": "uuid"}),
        ));
    }
    parameters
}

fn answers(operation: &Operation) -> Value {
    let mut answers = Map::new();
    for answer in &operation.answers {
        let mut object = json!({"description": answer.description});
        if let Some((media_type, schema)) = &answer.schema {
            object["content"] = json!({*media_type: {"schema": schema}});
        }
        let mut headers = json!({"X-Request-Id": {"$ref": "#/components/headers/RequestId"}});
        if answer.status == StatusCode::CREATED {
            headers["Location"] = json!({"$ref": "#/components/headers/Location"});
        }
        object["headers"] = headers;
        answers.insert(answer.status.as_str().to_owned(), object);
    }
    if operation.method == Method::GET && operation.head && operation.path.starts_with("/v1") {
        answers
            .insert("304".to_owned(), json!({"description": "Unchanged since the ETag in `If-None-Match`."}));
    }
    for status in problem_statuses(operation) {
        let kind = match operation.refusals {
            Refusals::Problems => "Problem",
            Refusals::OAuth => "OAuthError",
        };
        let reference = format!("#/components/responses/{kind}{}", status.as_u16());
        answers.entry(status.as_str().to_owned()).or_insert(json!({"$ref": reference}));
    }
    Value::Object(answers)
}

/// The problem statuses that follow from what an operation is.
fn problem_statuses(operation: &Operation) -> Vec<StatusCode> {
    if !operation.path.starts_with("/v1") {
        return operation.problems.clone();
    }
    let mut statuses =
        vec![StatusCode::BAD_REQUEST, StatusCode::TOO_MANY_REQUESTS, StatusCode::SERVICE_UNAVAILABLE];
    if operation.refusals == Refusals::OAuth {
        statuses.extend([StatusCode::UNAUTHORIZED, StatusCode::PAYLOAD_TOO_LARGE]);
        statuses.push(StatusCode::UNSUPPORTED_MEDIA_TYPE);
        return statuses;
    }
    let mut add = |condition: bool, more: &[StatusCode]| {
        if condition {
            statuses.extend_from_slice(more);
        }
    };
    let signed_in = operation.needs != Needs::Nothing;
    let writes = operation.method != Method::GET;
    add(!operation.public_answer, &[StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN]);
    add(operation.path.contains('{') || signed_in, &[StatusCode::NOT_FOUND]);
    add(writes, &[StatusCode::CONFLICT]);
    add(operation.version != VersionNeed::None, &[StatusCode::PRECONDITION_FAILED]);
    add(operation.version == VersionNeed::Required, &[StatusCode::PRECONDITION_REQUIRED]);
    add(
        operation.body.is_some() || operation.method == Method::POST,
        &[
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            StatusCode::PAYLOAD_TOO_LARGE,
            StatusCode::UNPROCESSABLE_ENTITY,
        ],
    );
    statuses.extend_from_slice(&operation.problems);
    statuses
}

fn responses() -> Value {
    let described = [
        (
            400,
            "The request's form is wrong: `invalid-parameter`, `invalid-cursor`, `malformed-json`, `organisation-ambiguous`.",
        ),
        (
            401,
            "Not signed in, or the token is no longer good: `unauthenticated`, `invalid-token`, `invalid-credentials`, `second-factor-required`, `second-factor-invalid`, `challenge-expired`, `refresh-reused`.",
        ),
        (
            403,
            "Seen but not allowed: `forbidden`, `not-a-member`, `password-change-required`, `second-factor-setup-required`.",
        ),
        (404, "There is no such thing, or the caller may not see it: `not-found`."),
        (405, "The path has other methods: `method-not-allowed`."),
        (409, "State and rules: `state-conflict`, `last-admin`, `id-taken` …"),
        (412, "The version named is not the current one: `version-mismatch`."),
        (413, "`body-too-large`."),
        (415, "`unsupported-media-type`."),
        (422, "What was sent breaks rules: `validation-failed` with all `errors`, `idempotency-mismatch`."),
        (428, "The version seen must be named: `version-required`."),
        (429, "`rate-limited`; `Retry-After` says for how long."),
        (500, "`internal`: our mistake; the request id helps to find it."),
        (503, "`unavailable`; `Retry-After` says when to come back."),
    ];
    let of_clients = [
        (400, "`invalid_request`, `unsupported_grant_type`, `invalid_scope`."),
        (401, "`invalid_client`; the client authenticates itself by HTTP Basic or in the form."),
        (413, "`invalid_request`: the form is too big."),
        (415, "`invalid_request`: the body is no form."),
        (429, "`slow_down`; `Retry-After` says for how long."),
        (503, "`temporarily_unavailable`; `Retry-After` says when to come back."),
    ];
    let of_clients = of_clients.into_iter().map(|(status, description)| {
        let error = json!({"application/json": {"schema": {"$ref": "#/components/schemas/OAuthError"}}});
        (format!("OAuthError{status}"), json!({"description": description, "content": error}))
    });
    let responses: Map<String, Value> = described
        .into_iter()
        .map(|(status, description)| {
            let problem =
                json!({"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}});
            (format!("Problem{status}"), json!({"description": description, "content": problem}))
        })
        .chain(of_clients)
        .collect();
    Value::Object(responses)
}

fn headers() -> Value {
    json!({
        "RequestId": {"description": "The request's id.", "schema": {"type": "string"}},
        "Location": {"description": "Where the thing made is.", "schema": {"type": "string"}},
    })
}

fn problem_schema() -> Value {
    json!({
        "type": "object",
        "description": "A problem (RFC 9457). `code` is stable; `title` is for people, in Arabic or English.",
        "required": ["type", "title", "status", "code", "instance", "request_id"],
        "properties": {
            "type": {"type": "string", "description": "`/problems/<code>`: a page that explains it."},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "code": {"type": "string"},
            "detail": {"type": "string"},
            "instance": {"type": "string", "description": "The path called."},
            "request_id": {"type": "string"},
            "errors": {"type": "array", "items": {
                "type": "object", "required": ["pointer", "code", "detail"],
                "properties": {
                    "pointer": {"type": "string", "description": "JSON pointer, or a parameter's name."},
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                },
            }},
        },
        "additionalProperties": true,
    })
}

fn oauth_error_schema() -> Value {
    json!({
        "type": "object",
        "description": "What OAuth 2.0 answers when it can't do what was asked (RFC 6749, section 5.2).",
        "required": ["error", "error_description", "error_uri"],
        "properties": {
            "error": {"type": "string", "description": "For programs: `invalid_client`, `invalid_scope` …"},
            "error_description": {"type": "string", "description": "For people, in English."},
            "error_uri": {"type": "string", "format": "uri", "description": "A page that explains it, in Arabic and English."},
        },
        "additionalProperties": false,
    })
}
