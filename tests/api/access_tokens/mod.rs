//! Access tokens: what an admin can do with them, what they can do, and what ends them.

mod cut_off;
mod life;
mod networks;
mod standing;
mod uses;

use std::time::Duration;

use awasir::access::Role;

use crate::support::*;

/// A day.
pub const DAY: Duration = Duration::from_secs(24 * 3600);

/// A body for a token in this role that works for another hundred days.
pub fn asked(world: &World, role: &str) -> Value {
    json!({"name": "متجر الخرائط", "role": role, "expires_at": world.server.app.clock.now().plus(DAY * 100)})
}

/// A token of organisation A, made by its admin: with its secret.
pub fn made(world: &World, body: Value) -> Value {
    world.a.admin.post(&world.a.path("/access-tokens"), body).expect(201).json()
}

/// A token's own path.
pub fn path(token: &Value) -> String {
    format!("/v1/access-tokens/{}", token["id"].as_str().unwrap())
}

/// Who calls with a token's secret.
pub fn machine(world: &World, token: &Value) -> Client {
    world.stranger.with_token(token["secret"].as_str().unwrap())
}

/// The token as its admin sees it.
pub fn read(world: &World, token: &Value) -> Value {
    world.a.admin.get(&path(token)).expect(200).json()
}

/// Another admin of organisation A, with its member id.
pub fn second_admin(world: &World) -> (Client, String) {
    let client = world::person(&world.server, "second@wadi.example", false);
    let member = world::join(&world.server, &client, world.a.id, Role::Admin);
    (client, member.to_string())
}
