//! Forged and misused JWTs, against a server that runs: whatever is wrong, 401 `invalid-token` that doesn't say what.
//!
//! Where a check could hide behind the signature's, the forgery is signed with the network's own key, taken from its
//! database with its master key. The same on the verifier alone: `src/access/jwt/tests.rs`.

use awasir::access::keyring::MasterKeys;
use awasir::db::schema::signing_keys;
use aws_lc_rs::hmac;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use diesel::prelude::*;

use super::*;

/// What signs, and what it is known by.
struct Forge {
    pair: Ed25519KeyPair,
    kid: String,
}

impl Forge {
    /// With the network's own key.
    fn of(server: &TestServer) -> Self {
        let (kid, sealed): (String, Vec<u8>) = server.look(|db| {
            let active = signing_keys::table.filter(signing_keys::state.eq("active"));
            active.select((signing_keys::id, signing_keys::sealed)).first(db).unwrap()
        });
        let master = MasterKeys::load(&server.place.folder.path().join("awasir.key")).unwrap();
        let pkcs8 = master.open("signing-key", &sealed).unwrap();
        Self { pair: Ed25519KeyPair::from_pkcs8(pkcs8.expose()).unwrap(), kid }
    }

    fn header(&self) -> Value {
        json!({"typ": "at+jwt", "alg": "EdDSA", "kid": self.kid})
    }

    fn jwk(&self) -> Value {
        let x = URL_SAFE_NO_PAD.encode(self.pair.public_key().as_ref());
        json!({"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": self.kid, "x": x})
    }

    fn pem(&self) -> String {
        let mut der = vec![0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
        der.extend(self.pair.public_key().as_ref());
        format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", STANDARD.encode(der))
    }

    fn signed(&self, header: &Value, claims: &Value) -> String {
        let message = message(header, claims);
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(self.pair.sign(message.as_bytes())))
    }

    fn hmac(&self, algorithm: &str, secret: &[u8], claims: &Value) -> String {
        let kind = match algorithm {
            "HS256" => hmac::HMAC_SHA256,
            "HS384" => hmac::HMAC_SHA384,
            _ => hmac::HMAC_SHA512,
        };
        let message = message(&with(self.header(), json!({"alg": algorithm})), claims);
        let tag = hmac::sign(&hmac::Key::new(kind, secret), message.as_bytes());
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(tag))
    }
}

fn message(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}", part(header), part(claims))
}

fn with(mut value: Value, change: Value) -> Value {
    value.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    value
}

fn without(mut value: Value, member: &str) -> Value {
    value.as_object_mut().unwrap().remove(member).unwrap();
    value
}

fn claims_in(jwt: &str) -> Value {
    let payload = jwt.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

/// Tries each as a bearer token, on a path of the API and on one that leads nowhere.
#[track_caller]
fn all_refused(world: &World, forged: &[(String, String)]) {
    let mut findings = Findings::default();
    let plain = told(&world.stranger.with_token("x").get(READ).expect(401));
    for (what, token) in forged {
        for path in [READ, "/v1/nothing"] {
            let reply = world.stranger.with_token(token).get(path).send();
            let same = reply.json()["code"] == "invalid-token" && told(&reply) == plain;
            let challenge = reply.header("www-authenticate") == Some("Bearer error=\"invalid_token\"");
            findings.expect(reply.status == 401 && same && challenge, || format!("{what}: {reply}"));
        }
    }
    findings.settle(forged.len());
}

on_both_engines! {
    fn other_algorithms(world: World) {
        let forge = Forge::of(&world.server);
        let good = world.a.viewer.token().unwrap();
        let claims = claims_in(&good);
        world.stranger.with_token(&forge.signed(&forge.header(), &claims)).get(READ).expect(200);
        let mut forged = Vec::new();
        let signature = good.rsplit('.').next().unwrap();
        for none in ["none", "None", "NONE", "nOnE", ""] {
            let message = message(&with(forge.header(), json!({"alg": none})), &claims);
            for end in ["", signature] {
                forged.push((format!("alg {none:?} with {:?}", end.len()), format!("{message}.{end}")));
            }
        }
        let raw = forge.pair.public_key().as_ref().to_vec();
        let encoded = URL_SAFE_NO_PAD.encode(&raw).into_bytes();
        let jwk = forge.jwk().to_string().into_bytes();
        let published = world.stranger.get("/.well-known/jwks.json").expect(200).body;
        for algorithm in ["HS256", "HS384", "HS512"] {
            for (form, secret) in [("bytes", &raw), ("x", &encoded), ("JWK", &jwk), ("set", &published), ("nothing", &vec![]),
                ("PEM", &forge.pem().into_bytes())] {
                forged.push((format!("{algorithm} keyed with the public key's {form}"), forge.hmac(algorithm, secret, &claims)));
            }
        }
        for algorithm in ["HS256", "RS256", "PS256", "ES256", "ES384", "Ed25519", "eddsa"] {
            let header = with(forge.header(), json!({"alg": algorithm}));
            forged.push((format!("our signature called {algorithm}"), forge.signed(&header, &claims)));
        }
        forged.push(("no alg".to_owned(), forge.signed(&without(forge.header(), "alg"), &claims)));
        forged.push(("two algs".to_owned(), forge.signed(&with(forge.header(), json!({"alg": ["EdDSA", "none"]})), &claims)));
        all_refused(&world, &forged);
    }

    /// Signed with the network's own key, so that nothing but the header is wrong.
    fn other_headers(world: World) {
        let forge = Forge::of(&world.server);
        let claims = claims_in(&world.a.viewer.token().unwrap());
        let stranger = Forge { pair: Ed25519KeyPair::generate().unwrap(), kid: forge.kid.clone() };
        let mut forged: Vec<(String, String)> = Vec::new();
        for change in [
            json!({"typ": "JWT"}), json!({"typ": "rt+jwt"}), json!({"typ": "secevent+jwt"}), json!({"typ": ""}), json!({"typ": null}), json!({"typ": 1}),
            json!({"kid": "unknown"}), json!({"kid": ""}), json!({"kid": null}), json!({"kid": "../../../../dev/null"}),
            json!({"kid": "' or '1'='1"}), json!({"kid": 7}), json!({"kid": "k".repeat(10_000)}),
            json!({"jwk": forge.jwk()}), json!({"jku": "http://127.0.0.1:1/jwks.json"}), json!({"x5u": "http://127.0.0.1:1/key.pem"}),
            json!({"x5c": ["AAAA"]}), json!({"x5t": "AAAA"}), json!({"x5t#S256": "AAAA"}), json!({"crit": ["b64"], "b64": false}), json!({"crit": []}),
            json!({"zip": "DEF"}), json!({"enc": "A256GCM"}),
        ] {
            forged.push((change.to_string(), forge.signed(&with(forge.header(), change), &claims)));
        }
        for member in ["typ", "kid"] {
            forged.push((format!("without {member}"), forge.signed(&without(forge.header(), member), &claims)));
        }
        // Another's key: under our name, embedded under our name and its own, where ours says that it is to be had.
        for change in [json!({}), json!({"jwk": stranger.jwk()}), json!({"jwk": stranger.jwk(), "kid": "mine"}), json!({"jku": "http://127.0.0.1:1/"})] {
            forged.push((format!("another's key, {change}"), stranger.signed(&with(stranger.header(), change), &claims)));
        }
        let other = TestServer::start(world.server.engine());
        let theirs = Forge { kid: forge.kid.clone(), ..Forge::of(&other) };
        forged.push(("another network's key under our kid".to_owned(), theirs.signed(&theirs.header(), &claims)));
        let foreign = Forge::of(&other);
        forged.push(("another network's token".to_owned(), foreign.signed(&foreign.header(), &claims)));
        all_refused(&world, &forged);
    }

    /// The same, and nothing but the claims is wrong.
    fn other_claims(world: World) {
        let forge = Forge::of(&world.server);
        let claims = claims_in(&world.a.viewer.token().unwrap());
        let now = world.server.app.clock.now().seconds();
        let mut forged: Vec<(String, String)> = Vec::new();
        for change in [
            json!({"iss": "http://evil.example"}), json!({"iss": "http://127.0.0.1/"}), json!({"iss": ["http://127.0.0.1"]}), json!({"iss": null}),
            json!({"aud": "another"}), json!({"aud": ["another"]}), json!({"aud": []}), json!({"aud": "http://127.0.0.1.evil.example"}),
            json!({"exp": now}), json!({"exp": now - 1}), json!({"exp": 0}), json!({"exp": -1}), json!({"exp": "never"}), json!({"exp": null}),
            json!({"nbf": now + 60}), json!({"iat": now + 60}), json!({"nbf": "later"}),
            json!({"sub": "admin"}), json!({"sub": null}), json!({"sid": "x"}), json!({"jti": 1}), json!({"epoch": "1"}), json!({"epoch": 1.5}),
            json!({"roles": {"x": "admin"}}), json!({"roles": [world.a.id]}), json!({"roles": {world.a.id.to_string(): "owner"}}),
            json!({"network_role": "god"}), json!({"permissions": "visits:read"}), json!({"locale": "fr"}), json!({"owner": 1}),
        ] {
            forged.push((change.to_string(), forge.signed(&forge.header(), &with(claims.clone(), change))));
        }
        for member in ["iss", "aud", "sub", "exp", "iat", "jti", "client_id", "sid", "roles", "epoch", "locale"] {
            forged.push((format!("without {member}"), forge.signed(&forge.header(), &without(claims.clone(), member))));
        }
        all_refused(&world, &forged);
    }

    fn altered_and_broken_ones(world: World) {
        let good = world.a.viewer.token().unwrap();
        let of_token = jwt_of(&world.server, &token_of(&world, &world.a, "viewer", json!({})));
        world.stranger.with_token(&of_token).get(READ).expect(200);
        let mut forged: Vec<(String, String)> = Vec::new();
        for (what, jwt, changes) in [
            ("a person's", &good, vec![
                json!({"roles": {world.a.id.to_string(): "admin"}}), json!({"roles": {world.b.id.to_string(): "admin"}}), json!({"network_role": "network_admin"}),
                json!({"owner": world.a.admin.user()}), json!({"sub": world.a.admin.user()}), json!({"exp": 99_999_999_999_i64}), json!({"epoch": 99}),
            ]),
            ("an access token's", &of_token, vec![
                json!({"permissions": ["members:write"]}), json!({"permissions": null}), json!({"owner": null}), json!({"networks": []}),
                json!({"roles": {world.a.id.to_string(): "admin"}}), json!({"owner": world.b.admin.user()}), json!({"sid": NOBODY}),
            ]),
        ] {
            let parts: Vec<&str> = jwt.split('.').collect();
            for change in changes {
                let claims = with(claims_in(jwt), change.clone()).to_string();
                forged.push((format!("{what} with {change}"), format!("{}.{}.{}", parts[0], URL_SAFE_NO_PAD.encode(claims), parts[2])));
            }
        }
        let parts: Vec<&str> = good.split('.').collect();
        let (header, payload, signature) = (parts[0], parts[1], parts[2]);
        let mut flipped = URL_SAFE_NO_PAD.decode(signature).unwrap();
        flipped[10] ^= 1;
        for (what, broken) in [
            ("two dots only", "..".to_owned()), ("three dots", "...".to_owned()), ("a word", "null".to_owned()),
            ("no signature", format!("{header}.{payload}.")), ("no third part", format!("{header}.{payload}")),
            ("a shorter signature", good[..good.len() - 4].to_owned()), ("one letter less", good[..good.len() - 1].to_owned()),
            ("garbage behind", format!("{good}AAAA")), ("a part behind", format!("{good}.AAAA")), ("padding", format!("{good}==")),
            ("a bit flipped", format!("{header}.{payload}.{}", URL_SAFE_NO_PAD.encode(flipped))),
            ("zeros", format!("{header}.{payload}.{}", URL_SAFE_NO_PAD.encode([0_u8; 64]))),
            ("the parts of two", format!("{header}.{}.{signature}", of_token.split('.').nth(1).unwrap())),
            ("another alphabet", format!("{header}.{payload}.{}", STANDARD.encode([0xff_u8; 64]))),
            ("in two", format!("{header} .{payload}.{signature}")),
            ("a long one", format!("{header}.{payload}.{}", "A".repeat(60_000))),
        ] {
            forged.push((what.to_owned(), broken));
        }
        all_refused(&world, &forged);
        // A megabyte is more than any request's head may have: refused before it is looked at, or else as the others are.
        let huge = "A".repeat(1_000_000);
        let refused = world.stranger.with_token(&huge).get(READ).try_send().map(|reply| reply.status);
        assert!(refused.is_none_or(|status| (400..500).contains(&status)), "{refused:?}");
        let app = Arc::clone(&world.server.app);
        let refused = actix_web::rt::System::new().block_on(app.authenticate(&huge, [127, 0, 0, 1].into()));
        assert_eq!(refused.unwrap_err().code().as_str(), "invalid-token");
    }

    /// Everything else that somebody may hold is no access token.
    fn other_secrets_as_access_tokens(world: World) {
        let login = json!({"email": "viewer@wadi.example", "password": crate::support::world::PASSWORD});
        let signed_in = world.stranger.post("/v1/auth/login", login).expect(200).json();
        let invitation = world.a.admin.post(&world.a.path("/invitations"), json!({"role": "viewer", "name": {"ar": "آمنة"}})).expect(201).json();
        let member = world.a.members[&awasir::access::Role::Viewer];
        let reset = world.a.admin.post(&world.a.path(&format!("/members/{member}/reset-code")), json!({})).expect(201).json();
        let token = token_of(&world, &world.a, "viewer", json!({}));
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let secret = text(&token["secret"]);
        let held = [
            ("a refresh token", text(&signed_in["refresh_token"])), ("an invitation's token", text(&invitation["token"])),
            ("an invitation's code", text(&invitation["code"])), ("a reset code", text(&reset["code"])),
            ("the id of an access token", text(&token["id"])), ("the id of a user", world.a.viewer.user().to_string()),
            ("how an access token begins", text(&token["prefix"])), ("one letter less", secret[..secret.len() - 1].to_owned()),
            ("one letter more", format!("{secret}0")), ("in capitals", secret.to_uppercase()), ("without its beginning", secret.replace("awasir_at_", "")),
            ("as a refresh token", secret.replace("awasir_at_", "awasir_rt_")), ("two of them", format!("{secret},{secret}")),
        ];
        all_refused(&world, &held.map(|(what, text)| (what.to_owned(), text)));
    }
}
