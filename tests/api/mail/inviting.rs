//! Invitations by mail.

use super::*;
use crate::support::world::person;
use awasir::db::schema::users;

on_both_engines! {
    fn an_invitation_arrives_and_opens_the_door(posted: Posted) {
        let issued = posted.invite("Amna@Example.org");
        let members: Vec<&String> = issued.as_object().unwrap().keys().collect();
        assert_eq!(members, ["code", "expires_at", "id", "link", "role", "token"], "as before there was mail");
        assert_eq!(posted.send_all(), [Step::Sent]);
        let mail = posted.smtp.only_mail();
        assert_eq!((mail.from.as_str(), &mail.to[..]), ("network@awasir.example", &["Amna@example.org".to_owned()][..]));
        let letter = mail.letter();
        assert_eq!(letter.header("subject"), "دعوة للانضمام إلى جمعية الوادي · An invitation to join wadi");
        assert_eq!(letter.header("from"), "شبكة أواصر <network@awasir.example>");
        assert_eq!(letter.header("auto-submitted"), "auto-generated");
        assert!(letter.header("message-id").ends_with("@awasir.example>"));
        assert!(letter.text.starts_with("السلام عليكم يا آمنة بشير،\n"), "{}", letter.text);
        assert!(letter.text.contains("\nDear Amna Bashir,\n"), "{}", letter.text);
        assert!(letter.html.starts_with("<!doctype html>\n<html lang=\"ar\" dir=\"rtl\">"));
        let link = issued["link"].as_str().unwrap();
        assert!(letter.text.contains(&format!("\n{link}\n")) && letter.html.contains(&format!("<a href=\"{link}\"")));
        assert!(link.starts_with("https://net.example/invitations/accept#token=awasir_it_"));
        let token = mail.token();
        assert_eq!(issued["token"], token.as_str());
        let accepted = json!({"token": token, "password": PASSWORD});
        let signed_in = posted.world.stranger.post(ACCEPT, accepted).expect(200).json();
        assert_eq!(signed_in["user"]["email"], "amna@example.org");
        let left = posted.rows().remove(0);
        assert_eq!((left.kind.as_str(), left.attempts, left.sealed, left.next_attempt_at), ("invitation", 1, None, None));
        assert!(left.sent_at.is_some() && left.failed_at.is_none() && left.last_error.is_none());
    }

    fn who_has_an_account_is_written_to_in_its_language(posted: Posted) {
        let client = person(&posted.world.server, "known@example.org", false);
        posted.world.server.look(|db| {
            diesel::update(users::table.find(client.user())).set(users::locale.eq("en")).execute(db).unwrap()
        });
        let known = posted.invite("known@example.org");
        let unknown = posted.invite("unknown@example.org");
        let members = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        assert_eq!(members(&known), members(&unknown));
        assert_eq!(posted.send_all(), [Step::Sent, Step::Sent]);
        let letter = posted.smtp.mails_to("known@example.org").remove(0).letter();
        assert_eq!(letter.header("subject"), "An invitation to join wadi");
        assert!(letter.text.contains("the password of the account that you have already"), "{}", letter.text);
        assert!(!letter.html.contains("rtl"));
        assert!(posted.smtp.mails_to("unknown@example.org").remove(0).letter().html.contains("rtl"));
    }

    fn what_ended_meanwhile_is_not_sent(posted: Posted) {
        let world = &posted.world;
        let withdrawn = posted.invite("withdrawn@example.org");
        let accepted = posted.invite("accepted@example.org");
        world.a.admin.delete(&world.a.path(&format!("/invitations/{}", withdrawn["id"].as_str().unwrap()))).expect(204);
        assert_eq!(posted.rows().len(), 1, "what was withdrawn is forgotten at once");
        world.stranger.post(ACCEPT, json!({"token": accepted["token"], "password": PASSWORD})).expect(200);
        assert_eq!(posted.send_all(), [Step::Needless]);
        // The organisation's activity ends.
        posted.invite("suspended@example.org");
        let suspend = world.a.path("/suspend");
        world.network_admin.post(&suspend, json!({"reason": {"ar": "مراجعة"}})).expect(200);
        assert_eq!(posted.send_all(), []);
        // Nobody came by in seven days.
        let late = world.b.path("/invitations");
        let body = json!({"email": "late@example.org", "role": "viewer", "name": {"ar": "ل"}});
        world.b.admin.post(&late, body).expect(201);
        world.server.advance(Duration::from_secs(7 * 24 * 3600));
        assert_eq!(posted.send_all(), [Step::Failed]);
        let left = posted.rows();
        assert_eq!((left.len(), left[0].last_error.as_deref(), &left[0].sealed), (1, Some("expired"), &None));
        assert_eq!(posted.smtp.mails().len(), 0);
        assert_eq!(posted.smtp.connections(), 0);
    }

    fn nobody_is_written_to_who_has_no_address(posted: Posted) {
        let body = json!({"phone": "0912345678", "role": "viewer", "name": {"ar": "حسن"}});
        posted.world.a.admin.post(&posted.world.a.path("/invitations"), body).expect(201);
        assert_eq!((posted.rows().len(), posted.step()), (0, Step::Idle));
    }

    fn an_applicant_and_a_first_admin_are_written_to(posted: Posted) {
        let world = &posted.world;
        let organisation = |name: &str| json!({"name": {"ar": name}, "legal_form": "association", "sectors": ["education"]});
        let mut body = organisation("جمعية الأمل");
        body["admin"] = json!({"name": {"ar": "ليلى"}, "email": "layla@example.org"});
        let made = world.network_admin.post("/v1/organisations", body).expect(201).json();
        let mut body = organisation("جمعية الفجر");
        body["applicant"] = json!({"name": {"ar": "عمر"}, "email": "omar@example.org"});
        let applied = world.stranger.post("/v1/organisations", body).expect(201).id();
        assert_eq!(posted.send_all(), [Step::Sent]);
        let approve = format!("/v1/organisations/{applied}/approve");
        let approved = world.network_admin.post(&approve, json!({})).expect(200).json();
        assert_eq!(posted.send_all(), [Step::Sent]);
        for (email, name, issued) in [("layla@example.org", "جمعية الأمل", made), ("omar@example.org", "جمعية الفجر", approved)] {
            let mail = posted.smtp.mails_to(email).remove(0);
            assert_eq!(issued["invitation"]["token"], mail.token().as_str());
            assert!(mail.letter().text.contains(name) && mail.letter().text.contains("مشرف الجهة"), "{}", mail.letter().text);
        }
    }

    /// Who may still be objected to is written to when the time for that is over.
    fn an_admin_invitation_waits_for_objections(posted: Posted) {
        use awasir::db::schema::members;
        let world = &posted.world;
        world.server.look(|db| {
            let admins = members::table.filter(members::organisation_id.eq(world.a.id)).filter(members::role.eq("admin"));
            diesel::update(admins).set(members::role.eq(Some("coordinator"))).execute(db).unwrap()
        });
        let path = world.a.path("/admin-invitation");
        let body = |email: &str| json!({"email": email, "name": {"ar": "سارة"}, "reason": {"ar": "لا مشرف لها"}});
        world.network_admin.post(&path, body("first@example.org")).expect(201);
        let issued = world.network_admin.post(&path, body("second@example.org")).expect(201).json();
        assert_eq!(posted.send_all(), []);
        world.server.advance(Duration::from_secs(71 * 3600));
        assert_eq!(posted.send_all(), []);
        world.server.advance(Duration::from_secs(3601));
        assert_eq!(posted.send_all(), [Step::Sent]);
        let mail = posted.smtp.only_mail();
        assert_eq!((mail.to[0].as_str(), issued["token"].as_str()), ("second@example.org", Some(mail.token().as_str())));
        world.stranger.post(ACCEPT, json!({"token": mail.token(), "password": PASSWORD})).expect(200);
    }

    fn an_admin_invitation_objected_to_is_not_sent(posted: Posted) {
        use awasir::db::schema::members;
        let world = &posted.world;
        world.server.look(|db| {
            let admins = members::table.filter(members::organisation_id.eq(world.a.id)).filter(members::role.eq("admin"));
            diesel::update(admins).set(members::role.eq(Some("coordinator"))).execute(db).unwrap()
        });
        let body = json!({"email": "first@example.org", "name": {"ar": "سارة"}, "reason": {"ar": "لا مشرف لها"}});
        world.network_admin.post(&world.a.path("/admin-invitation"), body).expect(201);
        world.a.viewer.post(&world.a.path("/admin-invitation/object"), json!({})).expect(200);
        world.server.advance(Duration::from_secs(73 * 3600));
        assert_eq!((posted.rows().len(), posted.send_all()), (0, vec![]));
    }

    fn names_from_people_are_text(posted: Posted) {
        let world = &posted.world;
        let name = "<img src=\"https://evil.example/x\"> & ﷺ";
        let body = json!({"email": "x@example.org", "role": "viewer", "name": {"ar": name}});
        world.a.admin.post(&world.a.path("/invitations"), body).expect(201);
        posted.send_all();
        let letter = posted.smtp.only_mail().letter();
        assert!(letter.html.contains("<bdi>&lt;img src=&quot;https://evil.example/x&quot;&gt; &amp; ﷺ</bdi>"), "{}", letter.html);
        assert!(!letter.html.contains("<img"));
        assert!(letter.text.contains(name), "{}", letter.text);
    }

    /// Being erased takes back what was on its way.
    fn who_is_erased_is_not_written_to(posted: Posted) {
        let world = &posted.world;
        let me = person(&world.server, "gone@example.org", false);
        let issued = posted.invite("gone@example.org");
        me.post(ACCEPT, json!({"token": issued["token"]})).expect(200);
        me.renew();
        posted.invite("stays@example.org");
        posted.ask("gone@example.org");
        let version = me.get("/v1/me").expect(200).json()["version"].as_i64().unwrap();
        me.delete("/v1/me").version(version).expect(204);
        assert_eq!(posted.send_all(), [Step::Sent, Step::Needless]);
        assert_eq!(posted.smtp.only_mail().to, ["stays@example.org"]);
    }
}

/// Who is invited again and again is not flooded, and whoever invites is not told.
#[test]
fn one_address_is_mailed_a_few_invitations_an_hour() {
    let posted = Posted::with(Engine::Sqlite, Smtp::start(SmtpSecurity::None), |settings| {
        settings.rate_limit = true;
        settings.rate_mails_per_hour = 2;
    });
    for _ in 0..3 {
        posted.invite("often@example.org");
    }
    posted.invite("once@example.org");
    assert_eq!(posted.send_all(), [Step::Sent; 3]);
    assert_eq!(posted.smtp.mails_to("often@example.org").len(), 2);
    posted.world.server.advance(61 * MINUTE);
    posted.invite("often@example.org");
    assert_eq!(posted.send_all(), [Step::Sent]);
}

on_both_engines! {
    fn without_mail_all_is_as_it_was(world: World) {
        let body = json!({"email": "amna@example.org", "role": "viewer", "name": {"ar": "آمنة"}});
        world.a.admin.post(&world.a.path("/invitations"), body).expect(201);
        assert_eq!((rows(&world.server).len(), step(&world.server)), (0, Step::Idle));
        for email in ["admin@wadi.example", "nobody@example.org"] {
            world.stranger.post(ASK, json!({"email": email})).problem("mail-off").expect(409);
        }
        assert_eq!(rows(&world.server).len(), 0);
    }
}
