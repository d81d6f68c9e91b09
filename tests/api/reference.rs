//! Reference lists and permissions: open, the same for all, with an ETag.

use crate::support::*;

#[test]
fn reference_lists_are_open_and_have_an_etag() {
    let server = TestServer::start(Engine::Sqlite);
    let stranger = server.stranger();
    for path in [
        "/v1/reference/sectors",
        "/v1/reference/places",
        "/v1/reference/topics",
        "/v1/reference/currencies",
        "/v1/reference/labels",
        "/v1/permissions",
    ] {
        let reply = stranger.get(path).expect(200);
        assert_eq!(reply.header("content-type"), Some("application/json"), "{reply}");
        stranger.get(path).header("If-None-Match", &reply.etag()).expect(304);
        let with_token = stranger.with_token("no token at all").get(path).expect(200);
        assert_eq!(with_token.body, reply.body);
        stranger.get(&format!("{path}?zzz=1")).problem("invalid-parameter");
        stranger.post(path, json!({})).problem("method-not-allowed");
    }
    let labels = stranger.get("/v1/reference/labels").expect(200).json();
    for key in ["visit.state.proposed", "visit.action.decline", "role.admin", "organisation.status.applied"] {
        assert!(labels["data"][key]["ar"].is_string() && labels["data"][key]["en"].is_string(), "{key}");
    }
    let permissions = stranger.get("/v1/permissions").expect(200).json();
    assert_eq!(permissions["roles"].as_array().unwrap().len(), 5);
}
