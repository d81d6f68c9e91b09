//! An invitation accepted by somebody who has an account with a second factor.

use super::*;

const ACCEPT: &str = "/v1/auth/invitations/accept";

on_both_engines! {
    fn the_password_alone_accepts_nothing(world: World) {
        let server = &world.server;
        let app = App::of(server, &world.b.viewer, "viewer@nile.example");
        let invite = json!({"email": app.email, "role": "admin", "name": {"ar": "آمنة"}});
        let invited = world.a.admin.post(&world.a.path("/invitations"), invite).expect(201).json();
        let token = &invited["token"];
        let accept = |password: &str| {
            server.stranger().post(ACCEPT, json!({"token": token, "password": password})).send()
        };
        accept("not the password at all").problem("invalid-credentials").expect(401);
        let asked = accept(PASSWORD).problem("second-factor-required").expect(401);
        let memberships = |client: &Client| {
            client.renew().get("/v1/me").expect(200).json()["memberships"].as_array().unwrap().len()
        };
        assert_eq!(memberships(&world.b.viewer), 1);
        let pending = world.a.admin.get(&world.a.path("/invitations")).expect(200).data();
        assert!(pending.iter().any(|one| one["id"] == invited["id"] && one["state"] == "pending"));
        // Signed in by both factors, they accept with their token.
        let signed_in = answer(server, &text(&asked, "challenge"), &app.code(server)).expect(200);
        assert_eq!(signed_in.json()["user"]["memberships"].as_array().unwrap().len(), 1);
        let accepted = with(server, &signed_in).post(ACCEPT, json!({"token": token})).expect(200).json();
        assert_eq!(accepted["user"]["memberships"].as_array().unwrap().len(), 2);
        assert_eq!(memberships(&world.b.viewer), 2);
        accept(PASSWORD).problem("invitation-invalid");
    }
}
