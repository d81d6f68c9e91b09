//! Required of network admins by a setting.

use awasir::config::SecondFactorRule;

use super::*;
use crate::support::world::person;

const ADMIN: &str = "network@awasir.example";
/// What only a network admin reads.
const THEIRS: &str = "/v1/organisations?status=applied";

fn required(engine: Engine) -> World {
    let rule = SecondFactorRule::Required;
    World::on(TestServer::with(engine, |settings| settings.network_admin_second_factor = rule))
}

fn login(server: &TestServer, email: &str) -> Reply {
    server.stranger().post(LOGIN, json!({"email": email, "password": PASSWORD})).expect(200)
}

#[track_caller]
fn refused_within_a_second(client: &Client) {
    eventually("the token is refused", Duration::from_secs(1), || client.get("/v1/me").send().status == 401);
}

on_both_engines! {
    fn without_one_they_set_it_up_and_nothing_else(engine: Engine) {
        let world = required(engine);
        let server = &world.server;
        let signed_in = login(server, ADMIN);
        assert_eq!(signed_in.json()["second_factor_setup_required"], true);
        let client = with(server, &signed_in);
        for path in [THEIRS, "/v1/organisations", "/v1/communities", "/v1/visits"] {
            client.get(path).problem("second-factor-setup-required").expect(403);
        }
        let village = json!({"name": {"ar": "قرية"}, "country": "SD"});
        client.post("/v1/communities", village.clone()).problem("second-factor-setup-required").expect(403);
        client.get("/v1/me").expect(200);
        client.get("/v1/me/sessions").expect(200);
        client.patch("/v1/me", json!({"locale": "en"})).if_match("*").expect(200);
        // A refresh changes nothing; setting it up does, at once.
        let refresh = |token: &Value| server.stranger().post("/v1/auth/refresh", json!({"refresh_token": token})).expect(200);
        let refreshed = refresh(&signed_in.json()["refresh_token"]);
        let client = with(server, &refreshed);
        client.get("/v1/communities").problem("second-factor-setup-required");
        let app = App::of(server, &client, ADMIN);
        refused_within_a_second(&client);
        let refreshed = refresh(&refreshed.json()["refresh_token"]);
        assert_eq!(refreshed.json()["second_factor_setup_required"], false);
        let client = with(server, &refreshed);
        client.get(THEIRS).expect(200);
        client.get("/v1/communities").expect(200);
        // From now on they sign in with it.
        let signed_in = app.answer(server, &app.code(server)).expect(200);
        assert_eq!(signed_in.json()["second_factor_setup_required"], false);
        with(server, &signed_in).get(THEIRS).expect(200);

        // Removed, to set up another app, it leaves them where they began.
        server.advance(STEP);
        client.delete(TOTP).json(&both(PASSWORD, &app.code(server))).expect(204);
        refused_within_a_second(&client);
        refused_within_a_second(&with(server, &signed_in));
        let refreshed = refresh(&refreshed.json()["refresh_token"]);
        assert_eq!(refreshed.json()["second_factor_setup_required"], true);
        let client = with(server, &refreshed);
        client.get(THEIRS).problem("second-factor-setup-required").expect(403);
        App::of(server, &client, ADMIN);
    }

    /// Whoever administers an organisation chooses; whoever comes to administer the network sets it up.
    fn of_nobody_else(engine: Engine) {
        let world = required(engine);
        let server = &world.server;
        let admin = login(server, "admin@wadi.example");
        assert_eq!(admin.json()["second_factor_setup_required"], false);
        with(server, &admin).get(&world.a.path("/invitations")).expect(200);
        // Both: then the whole account waits, also where it acts for the organisation.
        let two = person(server, "two@awasir.example", true);
        crate::support::world::join(server, &two, world.a.id, awasir::access::Role::Admin);
        let two = with(server, &login(server, "two@awasir.example"));
        let path = world.a.path("/invitations");
        two.get(&path).problem("second-factor-setup-required").expect(403);
        two.get(&path).acting_for(world.a.id).problem("second-factor-setup-required").expect(403);
        // Neither what strangers may do, too.
        let new = json!({"name": {"ar": "جمعية"}, "legal_form": "association", "sectors": ["health"]});
        two.post("/v1/organisations", new).problem("second-factor-setup-required").expect(403);
        let again = two.post(&world.a.path("/resubmit"), json!({}));
        again.problem("second-factor-setup-required").expect(403);
        let invite = json!({"email": "two@awasir.example", "role": "viewer", "name": {"ar": "آمنة"}});
        let token = world.b.admin.post(&world.b.path("/invitations"), invite).expect(201).json()["token"].clone();
        two.post("/v1/auth/invitations/accept", json!({"token": token})).problem("second-factor-setup-required");
    }

    /// A temporary password is changed first, then comes the second factor.
    fn after_a_temporary_password(engine: Engine) {
        let world = required(engine);
        let server = &world.server;
        let user = world.network_admin.user();
        server.look(|db| {
            use awasir::db::schema::users;
            use diesel::prelude::*;
            diesel::update(users::table.find(user)).set(users::password_temporary.eq(true)).execute(db).unwrap();
        });
        let client = with(server, &login(server, ADMIN));
        client.post(TOTP, json!({})).problem("password-change-required").expect(403);
        client.post(CONFIRM, json!({"code": "123456"})).problem("password-change-required").expect(403);
        client.get("/v1/communities").problem("password-change-required").expect(403);
        let body = json!({"old_password": PASSWORD, "password": "نخيل على ضفة النيل"});
        let client = with(server, &client.post("/v1/me/password", body).expect(200));
        client.get("/v1/communities").problem("second-factor-setup-required").expect(403);
        client.post(TOTP, json!({})).expect(200);
    }

    /// As long as it is optional, who has none does all, and who has one is asked for it.
    fn optional_unless_it_is_set(world: World) {
        let server = &world.server;
        let client = with(server, &login(server, ADMIN));
        client.get(THEIRS).expect(200);
        let app = App::of(server, &client, ADMIN);
        // What the token says is as true as before.
        client.get(THEIRS).expect(200);
        with(server, &app.answer(server, &app.code(server)).expect(200)).get(THEIRS).expect(200);
    }
}
