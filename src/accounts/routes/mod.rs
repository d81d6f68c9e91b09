//! `/v1/auth/…`, `/v1/me` and what is below it, reset codes.

mod auth;
mod me;
mod network;
mod resets;

use actix_web::http::StatusCode;

use super::model::{
    PasswordChange, PasswordReset, PasswordResetRequest, Refresh, ResetCode, Session, SignIn, SignedIn, User,
    UserChanges,
};
use crate::access::Right;
use crate::accounts::second_factor;
use crate::http::operation::{Operation, VersionNeed};

/// The operations of this room.
pub fn operations() -> Vec<Operation> {
    let mut operations = signing_in();
    operations.extend(own_account());
    operations.extend(second_factor::routes::operations());
    operations.extend(resetting());
    operations.extend(network::operations());
    operations
}

fn signing_in() -> Vec<Operation> {
    vec![
        Operation::post("/v1/auth/login", "login", auth::login)
            .summary("Signs in")
            .description(
                "A wrong password and an account that does not exist are answered alike. Where the password is right \
                 and the account has a second factor, 401 `second-factor-required` with a `challenge` for \
                 `POST /v1/auth/second-factor`, good until `expires_at`.",
            )
            .public()
            .proved_by_body()
            .body::<SignIn>()
            .ok::<SignedIn>("The tokens of a new session.")
            .problem(StatusCode::UNAUTHORIZED),
        Operation::post("/v1/auth/refresh", "refreshSession", auth::refresh)
            .summary("A new pair of tokens for a session")
            .description(
                "The session then lasts another 90 days. A refresh token works once; when the answer was \
                 lost, the one before works again while its successor is unused, for 72 hours. Anything older \
                 is 401 `refresh-reused` and ends the session.",
            )
            .public()
            .proved_by_body()
            .body::<Refresh>()
            .ok::<SignedIn>("The new pair.")
            .problem(StatusCode::UNAUTHORIZED),
        Operation::post("/v1/auth/logout", "logout", auth::logout)
            .summary("Ends this session")
            .own_account()
            .no_content("It has ended, on every node."),
    ]
}

fn own_account() -> Vec<Operation> {
    vec![
        Operation::get("/v1/me", "readMe", me::read)
            .summary("Who I am and where I belong")
            .own_account()
            .ok::<User>("The account."),
        Operation::patch("/v1/me", "changeMe", me::change)
            .summary("Changes my account")
            .description(
                "An e-mail address or phone number that somebody of one's own organisations signs in with is \
                 409 `email-taken` or `phone-taken`; one that cannot be used for another reason is 422.",
            )
            .own_account()
            .body::<UserChanges>()
            .ok::<User>("The account as it is now.")
            .problem(StatusCode::CONFLICT),
        Operation::delete("/v1/me", "eraseMe", me::erase)
            .summary("Erases my account and all that I was anywhere")
            .description(
                "Memberships end, and their entries are erased as by `…/members/{member_id}/erase`, what is said there \
                 of people's own words too; so are the invitations for this e-mail address and phone number (an open one \
                 is withdrawn), and who an application still to be decided was made by. Every session ends at once, and \
                 address and number are free again. Entries of people with the same address or number whom an \
                 organisation knows by name only stay: they are that organisation's to erase. Who is the last admin of \
                 organisations gets 409 `last-admin` with `organisations[]`, the network's last 409 \
                 `last-network-admin`; an organisation that has left, is dissolved or was not admitted needs none.",
            )
            .own_account()
            .version(VersionNeed::Required)
            .problem(StatusCode::CONFLICT),
        Operation::post("/v1/me/password", "changePassword", me::password)
            .summary("Changes my password")
            .description("The other sessions end. Also the way out of a temporary password.")
            .own_account()
            .body::<PasswordChange>()
            .ok::<SignedIn>("A new pair of tokens for this session."),
        Operation::get("/v1/me/sessions", "listMySessions", me::sessions)
            .summary("Where I am signed in, newest first")
            .own_account()
            .pages::<Session>("A page of sessions."),
        Operation::delete("/v1/me/sessions/{session_id}", "endMySession", me::end_session)
            .summary("Ends one of my sessions")
            .own_account()
            .problem(StatusCode::NOT_FOUND),
    ]
}

fn resetting() -> Vec<Operation> {
    vec![
        Operation::post(
            "/v1/organisations/{id}/members/{member_id}/reset-code",
            "issueResetCode",
            resets::issue,
        )
        .summary("A code with which a member chooses a new password")
        .description(
            "For a member who signs in for this organisation alone and does not administer the network; \
             it works once, for 24 hours. That it was issued is journaled, the code is not. Issued by a person \
             (403 `person-required` for an access token).",
        )
        .needs(Right::MembersWrite)
        .answers::<ResetCode>(StatusCode::CREATED, "The code, in this answer only.")
        .problem(StatusCode::CONFLICT),
        Operation::post("/v1/auth/password-reset", "requestPasswordReset", resets::ask)
            .summary("Asks for a new password by mail")
            .description(
                "Always answered 202, in the same way whether or not somebody signs in with this address; if somebody does, \
                 a link is mailed there, with a code for `POST /v1/auth/reset` that works once, for 30 minutes. Asking again \
                 makes an earlier one worthless. One address is mailed a few of them an hour, and more are silently not \
                 sent. A server that sends no mail answers 409 `mail-off`, whatever the address.",
            )
            .public_but_rare()
            .proved_by_body()
            .body::<PasswordResetRequest>()
            .accepted("If there is such an account, a mail is on its way.")
            .problem(StatusCode::CONFLICT),
        Operation::post("/v1/auth/reset", "resetPassword", resets::redeem)
            .summary("A new password with a reset code")
            .description(
                "With the code that an admin read out, or the one that was mailed. Every session of the account ends; sign in \
                 with the new password.",
            )
            .public_but_rare()
            .proved_by_body()
            .body::<PasswordReset>()
            .no_content("The password is changed.")
            .problem(StatusCode::NOT_FOUND),
    ]
}
