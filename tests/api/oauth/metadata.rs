//! The metadata (RFC 8414).

use crate::support::document::{document, operations};

use super::*;

#[test]
fn the_metadata_are_complete_and_lead_somewhere() {
    let server = TestServer::start(Engine::Sqlite);
    let stranger = server.stranger();
    let path = "/.well-known/oauth-authorization-server";
    let reply = stranger.get(path).expect(200);
    assert_eq!(reply.header("content-type"), Some("application/json"), "{reply}");
    stranger.get(path).header("If-None-Match", &reply.etag()).expect(304);
    let metadata = reply.json();
    let issuer = server.app.settings.public_url.clone();
    assert_eq!(metadata["issuer"], issuer.as_str());
    let here = |member: &str| metadata[member].as_str().unwrap().strip_prefix(&issuer).unwrap().to_owned();
    for (member, path) in [("jwks_uri", "/.well-known/jwks.json"), ("service_documentation", "/docs")] {
        assert_eq!(here(member), path);
        stranger.get(path).try_send().unwrap().expect(200);
    }
    let methods = json!(["client_secret_basic", "client_secret_post"]);
    for endpoint in ["token", "revocation", "introspection"] {
        assert_eq!(metadata[format!("{endpoint}_endpoint_auth_methods_supported")], methods);
        let path = here(&format!("{endpoint}_endpoint"));
        stranger.request(reqwest::Method::POST, &path).form(&[]).problem("invalid-client").expect(401);
    }
    assert_eq!(metadata["grant_types_supported"], json!(["client_credentials"]));
    assert_eq!(metadata["response_types_supported"], json!(["none"]));
    let scopes: Vec<&str> =
        metadata["scopes_supported"].as_array().unwrap().iter().map(|s| s.as_str().unwrap()).collect();
    assert!(scopes.contains(&"visits:read") && scopes.contains(&"audit:read"), "{scopes:?}");
    assert!(!scopes.iter().any(|scope| scope.starts_with("network:") || *scope == "programmes:sign"));
}

#[test]
fn the_document_has_the_forms() {
    let forms: Vec<_> = operations().into_iter().filter(|one| one.path.starts_with("/v1/oauth/")).collect();
    assert_eq!(forms.len(), 3);
    for operation in forms {
        let schema = operation.form().unwrap_or_else(|| panic!("{}", operation.name()));
        assert!(operation.body().is_none(), "{}", operation.name());
        let name = schema["$ref"].as_str().unwrap().rsplit('/').next().unwrap();
        let form = &document()["components"]["schemas"][name];
        for (member, described) in form["properties"].as_object().unwrap() {
            assert_eq!(described["type"], "string", "{name}.{member}");
        }
        assert!(form.get("additionalProperties").is_none(), "{name}");
        assert_eq!(operation.operation["security"], json!([{"client": []}, {}]));
    }
}
