//! Forms, and how what is wrong with them is told.

use super::*;

fn sent(world: &World, media_type: &str, body: impl Into<Vec<u8>>) -> Reply {
    world.stranger.request(reqwest::Method::POST, TOKEN).bytes(media_type, body).send()
}

on_both_engines! {
    fn what_is_no_form(world: World) {
        for media_type in ["application/json", "text/plain", "multipart/form-data; boundary=x", "", "form",
            "application/x-www-form-urlencoded; charset=utf-16"] {
            sent(&world, media_type, "grant_type=client_credentials").problem("unsupported-media-type").expect(415);
        }
        for media_type in [FORM, "Application/X-WWW-Form-Urlencoded", "application/x-www-form-urlencoded;charset=UTF-8"] {
            sent(&world, media_type, "grant_type=client_credentials").problem("invalid-client").expect(401);
        }
        let packed = world.stranger.request(reqwest::Method::POST, TOKEN).header("Content-Encoding", "gzip");
        packed.bytes(FORM, "a=b").problem("unsupported-media-type").expect(415);
        let huge = format!("token={}", "x".repeat(world.server.app.settings.body_limit_bytes));
        sent(&world, FORM, huge.clone()).problem("body-too-large").expect(413);
        let request = world.stranger.request(reqwest::Method::POST, TOKEN).chunks(FORM, huge);
        request.problem("body-too-large").expect(413);
        for broken in [&b"a=%"[..], b"a=%zz", b"%ff=a", b"a=\xff", b"a=%C3%28"] {
            let told = sent(&world, FORM, broken).problem("invalid-request").expect(400).json();
            assert_eq!(told["error"], "invalid_request");
        }
        world.stranger.get(TOKEN).problem("method-not-allowed").expect(405);
    }

    fn who_authenticates_twice_or_not_at_all(world: World) {
        let post = |form: &[(&str, &str)]| world.stranger.request(reqwest::Method::POST, TOKEN).form(form);
        let twice = post(&[("client_secret", "x")]).basic(NOBODY, "x").problem("invalid-request").expect(400);
        assert!(twice.text().contains("as well"), "{twice}");
        post(&[("client_id", "another")]).basic(NOBODY, "x").problem("invalid-request");
        let repeated = sent(&world, FORM, "client_id=a&client_id=b&client_secret=x").problem("invalid-request");
        assert!(repeated.text().contains("client_id is given more than once"), "{repeated}");
        for form in [&[][..], &[("client_id", NOBODY)], &[("client_secret", "x")], &[("client_id", ""), ("client_secret", "")]] {
            let told = post(form).problem("invalid-client").expect(401);
            assert!(told.text().contains("does not authenticate itself"), "{told}");
        }
        // Clients send the token along that they have; it proves nothing here, and does no harm.
        let request = post(&[]).header("Authorization", "Bearer awasir_at_dead");
        request.problem("invalid-client").expect(401);
    }
}
