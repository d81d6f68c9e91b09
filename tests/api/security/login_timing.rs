//! How long a refused sign-in takes, for those who have an account and those who don't: two hundred tries each.
//!
//! The tries are interleaved, so that whatever else the machine does falls on all alike, and lower quartiles are compared. How far
//! they may lie apart follows from how much the tries themselves scatter. That the comparison sees what it is to see is shown
//! by an account whose password costs nothing to check, as if there were none: it must stand out.

use std::time::Instant;

use awasir::db::schema::users;
use diesel::prelude::*;

use super::*;
use crate::support::world::{PASSWORD, person};

const TRIES: usize = 200;
/// Dear enough to stand out from the rest of a request, which takes a millisecond or two here.
const MEMORY_KIB: u32 = 6 * 1024;

/// Where tries lie, and how sure that is, in microseconds.
#[derive(Debug, Clone, Copy)]
struct Measured {
    median: f64,
    /// The lower quartile: whatever else the machine does makes tries longer, never shorter.
    quartile: f64,
    /// Its standard error, from the tries that lie around it.
    error: f64,
}

impl Measured {
    fn of(tries: &[f64]) -> Self {
        let mut sorted = tries.to_vec();
        sorted.sort_by(f64::total_cmp);
        let count = sorted.len() as f64;
        let (at, spread) = (count / 4.0, (count * 0.25 * 0.75).sqrt());
        let rank = |rank: f64| sorted[rank.round() as usize];
        let error = (rank(at + spread) - rank(at - spread)) / 2.0;
        Self { median: rank(count / 2.0), quartile: rank(at), error }
    }

    /// How far apart two may lie and be the same: four standard errors, and a tenth of a millisecond.
    fn noise(self, other: Self) -> f64 {
        4.0 * self.error.hypot(other.error) + 100.0
    }
}

/// Gives an account this login and hash.
fn set(server: &TestServer, client: &Client, phone: Option<&str>, hash: Option<&str>) {
    let user = client.user();
    server.look(|db| {
        let row = users::table.find(user);
        diesel::update(row).set((users::phone.eq(phone), users::password_hash.eq(hash))).execute(db).unwrap()
    });
}

/// Two hundred tries of each, interleaved.
fn measure(stranger: &Client, classes: &[(&str, Value)]) -> Vec<Measured> {
    let mut tries: Vec<Vec<f64>> = vec![Vec::with_capacity(TRIES); classes.len()];
    for round in 0..TRIES + 5 {
        for n in 0..classes.len() {
            // Each comes after each other one equally often: their number is a prime.
            let stride = 1 + round % (classes.len() - 1);
            let n = (n * stride + round) % classes.len();
            let mut body = classes[n].1.clone();
            body["password"] = json!("قنطرة غير معروفة");
            let request = stranger.post("/v1/auth/login", body);
            let began = Instant::now();
            let reply = request.send();
            let took = began.elapsed();
            reply.problem("invalid-credentials").expect(401);
            // The first warm up.
            if round >= 5 {
                tries[n].push(took.as_secs_f64() * 1e6);
            }
        }
    }
    tries.iter().map(|tries| Measured::of(tries)).collect()
}

on_both_engines! {
    fn an_account_makes_no_difference(engine: Engine) {
        let server = TestServer::with(engine, |settings| settings.argon2_memory_kib = MEMORY_KIB);
        let hashed = |cost: &awasir::access::passwords::PasswordHasher| {
            actix_web::rt::System::new().block_on(cost.hash(PASSWORD)).unwrap()
        };
        let dear = hashed(&server.app.passwords);
        let cheap = awasir::access::passwords::Cost { memory_kib: 8, passes: 1, lanes: 1 };
        let cheap = hashed(&awasir::access::passwords::PasswordHasher::start(cheap, 1, 8).unwrap());
        let of = |email: &str, phone: Option<&str>, hash: Option<&str>| {
            set(&server, &person(&server, email, false), phone, hash);
        };
        of("known@example.org", Some("+249912000001"), Some(&dear));
        of("without@example.org", None, None);
        of("cheap@example.org", None, Some(&cheap));
        let stranger = server.stranger().blind();
        let classes = [
            ("unknown e-mail", json!({"email": "unknown@example.org"})),
            ("unknown e-mail, again", json!({"email": "nobody@example.org"})),
            ("known e-mail", json!({"email": "known@example.org"})),
            ("unknown phone", json!({"phone": "+249912000009"})),
            ("known phone", json!({"phone": "+249912000001"})),
            ("no password set", json!({"email": "without@example.org"})),
            ("next to no hash", json!({"email": "cheap@example.org"})),
        ];
        // Where the machine is too busy for a hash to be seen at all, it is measured again.
        for _ in 0..3 {
            let measured = measure(&stranger, &classes);
            for ((name, _), Measured { median, quartile, error }) in classes.iter().zip(&measured) {
                println!("{engine:?}: {name}: lower quartile {quartile:.0} µs (± {error:.0}), median {median:.0} µs, {TRIES} tries");
            }
            let (unknown, free) = (measured[0], measured[classes.len() - 1]);
            if unknown.quartile - free.quartile <= unknown.noise(free) {
                continue;
            }
            for ((name, _), one) in classes.iter().zip(&measured).take(classes.len() - 1).skip(1) {
                let (apart, noise) = ((one.quartile - unknown.quartile).abs(), unknown.noise(*one));
                assert!(apart <= noise, "{name}: {apart:.0} µs from an unknown e-mail's, noise is {noise:.0}");
            }
            return;
        }
        panic!("a hash that was left out would not have been seen");
    }
}
