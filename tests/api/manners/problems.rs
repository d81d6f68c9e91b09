//! Problems: their titles in the reader's language, and the pages that explain them.

use awasir::http::problem::Code;

use super::*;

on_both_engines! {
    fn titles_are_in_the_reader_s_language(world: World) {
        let titled = |language: Option<&str>| {
            let request = world.stranger.get(COMMUNITIES);
            let request = match language {
                Some(language) => request.header("Accept-Language", language),
                None => request,
            };
            let reply = request.problem("unauthenticated");
            (reply.header("content-language").unwrap().to_owned(), reply.json()["title"].as_str().unwrap().to_owned())
        };
        let english = titled(Some("en-GB,en;q=0.9"));
        let arabic = titled(None);
        assert_eq!((english.0.as_str(), arabic.0.as_str()), ("en", "ar"));
        assert!(english.1.is_ascii() && !arabic.1.is_ascii());
        assert_eq!(titled(Some("ar-SD, en;q=0.5")), arabic);
        assert_eq!(titled(Some("fr")), arabic);
        assert_eq!(titled(Some("en;q=0.3, ar;q=0.8")), arabic);
        assert_eq!(titled(Some(";;;=,q")), arabic);
        // Whoever is signed in reads the language of their own account.
        let reply = world.a.viewer.get("/v1/nothing").header("Accept-Language", "en").problem("not-found");
        assert_eq!(reply.header("content-language"), Some("ar"));
    }

    fn a_problem_names_what_was_asked(world: World) {
        let reply = world.a.viewer.get("/v1/communities/01890a5d-ac96-774b-bcce-b302099a8057?").problem("not-found");
        assert_eq!(reply.json()["instance"], "/v1/communities/01890a5d-ac96-774b-bcce-b302099a8057");
        assert_eq!(reply.header("cache-control"), Some("no-store"));
        for malformed in ["x", "01890A5Dac96774bbcceb302099a8057", "%00", "..%2F", "1"] {
            world.a.viewer.get(&format!("{COMMUNITIES}/{malformed}")).problem("not-found").expect(404);
        }
        let reply = world.a.viewer.post(COMMUNITIES, village("كوستي")).problem("forbidden").expect(403);
        assert_eq!(reply.json()["required_permission"], "communities:write");
    }
}

#[test]
fn every_problem_has_a_page() {
    let server = TestServer::start(Engine::Sqlite);
    let index = server.stranger().get("/problems").expect(200).text();
    for code in Code::ALL {
        let page = server.stranger().get(&format!("/problems/{code}")).expect(200);
        assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
        assert!(page.header("content-security-policy").is_some());
        for locale in [awasir::text::Locale::Ar, awasir::text::Locale::En] {
            assert!(page.text().contains(code.title(locale)), "{page}");
        }
        assert!(index.contains(code.as_str()), "{code} is not in the index");
    }
    server.stranger().get("/problems/nothing").problem("not-found").expect(404);
}
