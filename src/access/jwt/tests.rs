//! What a token says, and every way in which one is refused.

use aws_lc_rs::hmac;

use super::*;
use crate::access::rights::Right;

pub(crate) const ISSUER: &str = "https://awasir.example";
pub(crate) const AUDIENCE: &str = "awasir";
pub(crate) const NOW: i64 = 1_800_000_000;

pub(crate) fn at(seconds: i64) -> Instant {
    Instant::from_micros(seconds * MICROSECONDS)
}

pub(crate) fn claims() -> Claims {
    Claims {
        iss: ISSUER.to_owned(),
        aud: AUDIENCE.to_owned(),
        sub: Uuid::now_v7(),
        owner: None,
        exp: NOW + 600,
        iat: NOW,
        nbf: None,
        jti: Uuid::now_v7(),
        client_id: "awasir".to_owned(),
        sid: SessionId::from(Uuid::now_v7()),
        roles: BTreeMap::from([(OrganisationId::from(Uuid::now_v7()), Role::Coordinator)]),
        epoch: 3,
        suspended: Vec::new(),
        permissions: None,
        scope: None,
        networks: Vec::new(),
        network_role: None,
        pwd: false,
        enrol: false,
        locale: Locale::Ar,
    }
}

struct Network {
    key: SigningKey,
    keys: PublicKeys,
    expected: Expected,
}

impl Network {
    fn new() -> Self {
        let key = SigningKey::generate().unwrap();
        let keys = [key.public()].into_iter().collect();
        Self { key, keys, expected: Expected::new(ISSUER, AUDIENCE) }
    }

    fn verify(&self, token: &str, now: i64) -> Option<Claims> {
        match verify(token, &self.keys, &self.expected, at(now)) {
            Ok(claims) => Some(claims),
            Err(problem) => {
                assert_eq!(problem.code(), Code::InvalidToken);
                None
            }
        }
    }

    fn header(&self) -> Value {
        json!({ "typ": "at+jwt", "alg": "EdDSA", "kid": self.key.public().kid })
    }

    /// A token with any header and any claims, signed with the right key.
    fn forge(&self, header: &Value, claims: &Value) -> String {
        let pair = Ed25519KeyPair::from_pkcs8(self.key.pkcs8().expose()).unwrap();
        let message = format!("{}.{}", part(header), part(claims));
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(pair.sign(message.as_bytes())))
    }
}

fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

fn with(mut object: Value, member: &str, value: Value) -> Value {
    object[member] = value;
    object
}

#[test]
fn what_is_signed_is_read_again() {
    let network = Network::new();
    let plain = claims();
    let organisation = *plain.roles.keys().next().unwrap();
    let full = Claims {
        nbf: Some(NOW),
        suspended: vec![organisation],
        permissions: Some(Rights::of(&[Right::VisitsRead])),
        network_role: Some(NetworkRole::NetworkAdmin),
        pwd: true,
        locale: Locale::En,
        ..plain.clone()
    };
    for claims in [plain, full] {
        let token = network.key.sign(&claims).unwrap();
        assert_eq!(network.verify(&token, NOW), Some(claims));
    }
}

#[test]
fn the_claims_are_written_as_the_contract_says() {
    let claims = claims();
    let organisation = claims.roles.keys().next().unwrap().to_string();
    let written = serde_json::to_value(&claims).unwrap();
    let mut members: Vec<&str> = written.as_object().unwrap().keys().map(String::as_str).collect();
    members.sort_unstable();
    assert_eq!(
        members,
        ["aud", "client_id", "epoch", "exp", "iat", "iss", "jti", "locale", "roles", "sid", "sub"]
    );
    assert_eq!(written["roles"], json!({ organisation: "coordinator" }));
    assert_eq!(written["locale"], "ar");
    let admin = Claims { network_role: Some(NetworkRole::NetworkAdmin), ..claims };
    assert_eq!(serde_json::to_value(admin).unwrap()["network_role"], "network_admin");
    let token = Network::new().key.sign(&self::claims()).unwrap();
    let header = jsonwebtoken::decode_header(&token).unwrap();
    assert_eq!((header.typ.as_deref(), header.alg), (Some("at+jwt"), Algorithm::EdDSA));
}

#[test]
fn a_token_is_good_in_its_time_only() {
    let network = Network::new();
    let token = network.key.sign(&claims()).unwrap();
    for (now, good) in [
        (NOW, true),
        (NOW + 599, true),
        (NOW + 600, false),
        (NOW + 10_000, false),
        (NOW - CLOCK_GRACE_SECONDS, true),
        (NOW - CLOCK_GRACE_SECONDS - 1, false),
    ] {
        assert_eq!(network.verify(&token, now).is_some(), good, "{}", now - NOW);
    }
    let later = network.key.sign(&Claims { nbf: Some(NOW + 60), ..claims() }).unwrap();
    assert!(network.verify(&later, NOW).is_none());
    assert!(network.verify(&later, NOW + 60).is_some());
    let endless = network.key.sign(&Claims { exp: i64::MAX, iat: i64::MIN, ..claims() }).unwrap();
    assert!(network.verify(&endless, NOW).is_some(), "no overflow");
}

#[test]
fn other_headers_are_refused() {
    let network = Network::new();
    let claims = serde_json::to_value(claims()).unwrap();
    let header = network.header();
    assert!(network.verify(&network.forge(&header, &claims), NOW).is_some(), "the forge itself works");
    let jwk = network.key.public().jwk();
    let mut without_kid = header.clone();
    without_kid.as_object_mut().unwrap().remove("kid");
    let mut without_type = header.clone();
    without_type.as_object_mut().unwrap().remove("typ");
    for bad in [
        with(header.clone(), "alg", json!("none")),
        with(header.clone(), "alg", json!("None")),
        with(header.clone(), "alg", json!("HS256")),
        with(header.clone(), "alg", json!("ES256")),
        with(header.clone(), "typ", json!("JWT")),
        with(header.clone(), "typ", json!("rt+jwt")),
        with(header.clone(), "kid", json!("unknown")),
        with(header.clone(), "kid", json!("../../dev/null")),
        with(header.clone(), "jwk", jwk),
        with(header.clone(), "jku", json!("https://evil.example/jwks.json")),
        with(header.clone(), "x5u", json!("https://evil.example/key.pem")),
        with(header.clone(), "x5c", json!(["AAAA"])),
        with(header.clone(), "crit", json!(["b64"])),
        with(header, "zip", json!("DEF")),
        without_kid,
        without_type,
        json!([]),
        json!("EdDSA"),
    ] {
        assert!(network.verify(&network.forge(&bad, &claims), NOW).is_none(), "{bad}");
    }
}

#[test]
fn a_public_key_is_no_shared_secret() {
    let network = Network::new();
    let header = with(network.header(), "alg", json!("HS256"));
    let message = format!("{}.{}", part(&header), part(&serde_json::to_value(claims()).unwrap()));
    for secret in [network.key.public().bytes.to_vec(), network.key.public().jwk().to_string().into_bytes()] {
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &secret), message.as_bytes());
        let token = format!("{message}.{}", URL_SAFE_NO_PAD.encode(tag));
        assert!(network.verify(&token, NOW).is_none());
    }
}

#[test]
fn another_key_under_our_name_is_refused() {
    let (network, stranger) = (Network::new(), Network::new());
    let claims = serde_json::to_value(claims()).unwrap();
    let own_name = stranger.forge(&stranger.header(), &claims);
    let our_name = stranger.forge(&network.header(), &claims);
    let embedded = stranger.forge(&with(network.header(), "jwk", stranger.key.public().jwk()), &claims);
    for token in [own_name, our_name, embedded] {
        assert!(network.verify(&token, NOW).is_none());
    }
}

#[test]
fn every_claim_is_needed_and_must_be_ours() {
    let network = Network::new();
    let good = serde_json::to_value(claims()).unwrap();
    for member in ["iss", "aud", "sub", "exp", "iat", "jti", "client_id", "sid", "roles", "epoch", "locale"] {
        let mut without = good.clone();
        without.as_object_mut().unwrap().remove(member);
        assert!(
            network.verify(&network.forge(&network.header(), &without), NOW).is_none(),
            "without {member}"
        );
    }
    for (member, value) in [
        ("iss", json!("https://evil.example")),
        ("iss", json!([ISSUER])),
        ("aud", json!("another")),
        ("aud", json!(["another", AUDIENCE])),
        ("sub", json!("admin")),
        ("exp", json!("never")),
        ("exp", json!(NOW)),
        ("exp", json!(null)),
        ("nbf", json!(NOW + 3600)),
        ("iat", json!(NOW + 3600)),
        ("roles", json!({ "not an id": "admin" })),
        ("roles", json!([])),
        ("network_role", json!("god")),
        ("locale", json!("fr")),
    ] {
        let bad = with(good.clone(), member, value);
        assert!(network.verify(&network.forge(&network.header(), &bad), NOW).is_none(), "{bad}");
    }
}

#[test]
fn broken_texts_are_refused() {
    let network = Network::new();
    let token = network.key.sign(&claims()).unwrap();
    let parts: Vec<&str> = token.split('.').collect();
    let (header, payload, signature) = (parts[0], parts[1], parts[2]);
    let other = network.key.sign(&claims()).unwrap();
    let other = other.split('.').nth(1).unwrap();
    for bad in [
        String::new(),
        "..".to_owned(),
        "a.b".to_owned(),
        format!("{header}.{payload}."),
        format!("{header}.{payload}"),
        format!("{header}.{other}.{signature}"),
        format!("{header}.{payload}.{signature}."),
        format!("{header}.{payload}.{signature}="),
        format!("{header}.{payload}.{}", &signature[1..]),
        format!(" {token}"),
        "x".repeat(MAX_TOKEN_BYTES + 1),
    ] {
        assert!(network.verify(&bad, NOW).is_none(), "{bad}");
    }
}

#[test]
fn the_key_set_is_what_rfc_8037_shows() {
    // RFC 8037, appendix A.3: the thumbprint of the example key.
    let x = URL_SAFE_NO_PAD.decode("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo").unwrap();
    let public = PublicKey::new(x.try_into().unwrap());
    assert_eq!(public.kid, "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    let document = jwks([&public]);
    assert_eq!(document["keys"][0]["x"], "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
    assert_eq!(document["keys"][0]["crv"], "Ed25519");
    assert!(document["keys"][0].get("d").is_none());
}

#[test]
fn a_key_is_kept_and_read_again() {
    let key = SigningKey::generate().unwrap();
    let again = SigningKey::from_pkcs8(key.pkcs8().clone()).unwrap();
    assert_eq!(key.public(), again.public());
    assert_eq!(key.public().kid.len(), 43);
    assert!(SigningKey::from_pkcs8(SecretBytes::new(*b"no key")).is_err());
    assert_eq!(format!("{key:?}"), format!("SigningKey({})", key.public().kid));
}
