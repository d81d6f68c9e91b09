//! The master key: had, refused, changed.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::*;
use crate::support::process;
use crate::support::server::Place;
use crate::support::stored::rows;
use awasir::app::App;
use awasir::config::{Secret, Settings};
use awasir::db::schema::{donor_contacts, donors, master_keys, signing_keys};
use awasir::types::{Clock, IdMaker};
use diesel::prelude::*;

const PASSPHRASE: &str = "سبع سنابل خضر وأخر يابسات";
const ANOTHER: &str = "a passphrase that is another";

/// Starts what can't be started: why it refuses.
fn refusal(place: &Arc<Place>, change: impl FnOnce(&mut Settings)) -> String {
    let mut settings = place.settings();
    change(&mut settings);
    let clock = Clock::system();
    match App::build(settings, clock.clone(), IdMaker::system(clock)) {
        Ok(_) => panic!("it starts"),
        Err(problem) => problem.cause().unwrap_or_default().to_owned(),
    }
}

/// A place with a donor that nobody else knows of, whose server is stopped.
fn left_behind(engine: Engine, change: impl FnOnce(&mut Settings)) -> (Arc<Place>, String) {
    let world = World::on(TestServer::with(engine, change));
    let path = enter(&world.a.coordinator, secret());
    let place = Arc::clone(&world.server.place);
    let World { mut server, .. } = world;
    server.stop();
    (place, path)
}

/// The contact and the name as they are read with these settings.
fn read(place: &Arc<Place>, change: impl FnOnce(&mut Settings)) {
    let server = TestServer::on(Arc::clone(place), change);
    let keys = &server.app.keys;
    server.look(|db| {
        let ids: Vec<awasir::types::DonorId> = donors::table.select(donors::id).load(db).unwrap();
        assert!(!ids.is_empty());
        for name in awasir::donors::store::names_of(db, keys, &ids).unwrap().values() {
            assert_eq!(name.get("en"), Some("Bashir al-Tayyib"));
        }
        for id in ids {
            let contact = awasir::donors::store::contact_of(db, keys, id).unwrap();
            assert!(!contact.is_empty());
        }
    });
}

fn key_file(place: &Place) -> PathBuf {
    place.folder.path().join("awasir.key")
}

fn copied(from: &Path, name: &str) -> PathBuf {
    let to = from.with_file_name(name);
    std::fs::copy(from, &to).unwrap();
    to
}

/// Under which keys what is sealed stands, and which the database lists.
fn ids(place: &Place) -> (Vec<String>, Vec<String>) {
    let db = &mut place.connect();
    let key = |blob: &Vec<u8>| String::from_utf8_lossy(&blob[2..2 + usize::from(blob[1])]).into_owned();
    let mut blobs: Vec<Vec<u8>> = donor_contacts::table.select(donor_contacts::sealed).load(db).unwrap();
    let names: Vec<Option<Vec<u8>>> = donors::table.select(donors::sealed_name).load(db).unwrap();
    blobs.extend(names.into_iter().flatten());
    blobs.extend::<Vec<Vec<u8>>>(signing_keys::table.select(signing_keys::sealed).load(db).unwrap());
    let mut under: Vec<String> = blobs.iter().map(key).collect();
    under.sort();
    under.dedup();
    (under, master_keys::table.select(master_keys::id).load(db).unwrap())
}

#[track_caller]
fn rotate(place: &Place, arguments: &[&str], stdin: &str) -> String {
    use std::io::Write as _;
    use std::process::Stdio;
    let arguments = [&["keys", "rotate", "--master"], arguments].concat();
    let mut command = process::command(place, &arguments);
    let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn().unwrap();
    child.stdin.take().unwrap().write_all(stdin.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    said
}

on_both_engines! {
    /// Refused in words, and nothing is written: neither into the database nor beside it.
    fn a_wrong_key_or_none_is_refused(engine: Engine) {
        let (place, _) = left_behind(engine, |_| {});
        let before = rows(&mut place.connect());
        let right = copied(&key_file(&place), "right.key");
        let wrong = place.folder.path().join("wrong.key");
        awasir::access::keyring::MasterKeys::create(&wrong).unwrap();
        let refused = refusal(&place, |settings| settings.master_key_file = Some(wrong.clone()));
        assert!(refused.contains("is another") && refused.contains("Nothing was changed"), "{refused}");
        // The right id, and another key.
        let (id, other) = (std::fs::read_to_string(&right).unwrap(), std::fs::read_to_string(&wrong).unwrap());
        let (id, other) = (id.split(' ').next().unwrap(), other.split(' ').nth(1).unwrap());
        std::fs::write(&wrong, format!("{id} {other}")).unwrap();
        let refused = refusal(&place, |settings| settings.master_key_file = Some(wrong.clone()));
        assert!(refused.contains("is not the one that the database is sealed under"), "{refused}");
        let refused = refusal(&place, |settings| settings.master_passphrase = Some(Secret::new(PASSPHRASE)));
        assert!(refused.contains("--new-passphrase-file"), "{refused}");
        std::fs::remove_file(key_file(&place)).unwrap();
        let refused = refusal(&place, |_| {});
        assert!(refused.contains("is not there") && refused.contains("AWASIR_MASTER_KEY_FILE"), "{refused}");
        let nowhere = place.folder.path().join("nowhere.key");
        let refused = refusal(&place, |settings| settings.master_key_file = Some(nowhere.clone()));
        assert!(refused.contains("is not there"), "{refused}");
        assert!(!key_file(&place).exists() && !nowhere.exists(), "a key was made");
        let output = process::run(&place, &["serve", "--listen", "127.0.0.1:0"]);
        assert!(!output.status.success());
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains("is not there") && !said.contains("lies in the folder"), "{said}");
        // A folder is no key, and nothing is to be made 0600.
        let below = place.folder.path().join("below");
        std::fs::create_dir(&below).unwrap();
        let named = process::command(&place, &["serve", "--listen", "127.0.0.1:0"])
            .env("AWASIR_MASTER_KEY_FILE", &below)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&named.stderr);
        assert!(!named.status.success() && said.contains("below") && !said.contains("0600"), "{said}");
        let output = process::run(&place, &["keys", "rotate", "--master"]);
        assert!(!output.status.success() && !key_file(&place).exists(), "{output:?}");
        assert_eq!(rows(&mut place.connect()), before);
        read(&place, |settings| settings.master_key_file = Some(right));
    }

    fn a_passphrase_in_place_of_a_file(engine: Engine) {
        let given = |passphrase: &str| Some(Secret::new(passphrase));
        let (place, _) = left_behind(engine, |settings| settings.master_passphrase = given(PASSPHRASE));
        assert!(!key_file(&place).exists());
        let before = rows(&mut place.connect());
        let refused = refusal(&place, |settings| settings.master_passphrase = given(ANOTHER));
        assert!(refused.contains("the passphrase is not the one") && !refused.contains(ANOTHER), "{refused}");
        let refused = refusal(&place, |_| {});
        assert!(refused.contains("sealed under a passphrase") && !key_file(&place).exists(), "{refused}");
        assert_eq!(rows(&mut place.connect()), before);
        let file = place.folder.path().join("passphrase");
        std::fs::write(&file, format!("  {PASSPHRASE} \r\nand what else stands there")).unwrap();
        read(&place, |settings| settings.master_passphrase_file = Some(file.clone()));
        std::fs::write(&file, "too short").unwrap();
        let refused = refusal(&place, |settings| settings.master_passphrase_file = Some(file.clone()));
        assert!(refused.contains("fewer than 16 characters"), "{refused}");
        // To another passphrase, to a key file, and back to a passphrase.
        rotate(&place, &["--master-passphrase-stdin", "--new-passphrase-stdin"], &format!("{PASSPHRASE}\n{ANOTHER}\n"));
        refusal(&place, |settings| settings.master_passphrase = given(PASSPHRASE));
        read(&place, |settings| settings.master_passphrase = given(ANOTHER));
        let elsewhere = place.folder.path().join("elsewhere.key");
        let key = elsewhere.to_str().unwrap();
        rotate(&place, &["--master-passphrase-stdin", "--new-key-file", key], &format!("{ANOTHER}\n"));
        read(&place, |settings| settings.master_key_file = Some(elsewhere.clone()));
        refusal(&place, |settings| settings.master_passphrase = given(ANOTHER));
        std::fs::rename(&elsewhere, key_file(&place)).unwrap();
        std::fs::write(&file, PASSPHRASE).unwrap();
        rotate(&place, &["--new-passphrase-file", file.to_str().unwrap()], "");
        read(&place, |settings| settings.master_passphrase_file = Some(file.clone()));
        let (under, listed) = ids(&place);
        assert_eq!((under.len(), &under), (1, &listed));
    }

    /// While people write, and with a server that knows of it only afterwards.
    fn changed_while_people_write(engine: Engine) {
        let world = World::on(TestServer::start(engine));
        let place = Arc::clone(&world.server.place);
        let old = copied(&key_file(&place), "old.key");
        let paths: Vec<String> = (0..16).map(|_| enter(&world.a.coordinator, secret())).collect();
        let stop = AtomicBool::new(false);
        std::thread::scope(|scope| {
            for path in &paths {
                let (client, stop) = (&world.a.coordinator, &stop);
                scope.spawn(move || {
                    for n in 0.. {
                        let notes = json!({"notes": {"ar": format!("ملاحظة {n}")}});
                        let reply = client.patch(&format!("{path}/contact"), notes).if_match("*").send();
                        assert!([200, 503].contains(&reply.status), "{reply}");
                        if reply.status == 200 {
                            assert_eq!(client.get(&format!("{path}/contact")).expect(200).json()["email"], "hafiza.bashir@tayyib.example");
                        }
                        if stop.load(Ordering::Relaxed) {
                            break;
                        }
                    }
                });
            }
            // Two at once, of which the second finds what the first has left.
            std::thread::scope(|scope| {
                for _ in 0..2 {
                    scope.spawn(|| {
                        let said = rotate(&place, &[], "");
                        assert!(said.contains("sealed values of donors") && said.contains("awasir.key."), "{said}");
                    });
                }
            });
            stop.store(true, Ordering::Relaxed);
        });
        let (under, listed) = ids(&place);
        assert_eq!((under.len(), &under), (1, &listed), "something is sealed under a key that is no more");
        let World { mut server, .. } = world;
        server.stop();
        // The key from before was kept, for backups, as it was.
        let kept = std::fs::read_to_string(&old).unwrap();
        let beside = place.folder.path().join(format!("awasir.key.{}", kept.split(' ').next().unwrap()));
        assert_eq!(std::fs::read_to_string(&beside).unwrap(), kept);
        let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&beside).unwrap().permissions());
        assert_eq!(mode & 0o777, 0o600);
        let refused = refusal(&place, |settings| settings.master_key_file = Some(old));
        assert!(refused.contains("is another"), "{refused}");
        assert_eq!(std::fs::read_to_string(key_file(&place)).unwrap().lines().count(), 1);
        read(&place, |_| {});
    }

    /// A contact laid into another donor's row, or a name, doesn't open there.
    fn blobs_are_their_rows_own(world: World) {
        let client = &world.a.coordinator;
        let (one, two) = (enter(client, secret()), enter(client, secret()));
        world.server.look(|db| {
            let all: Vec<(awasir::types::DonorId, Vec<u8>)> = donor_contacts::table.load(db).unwrap();
            diesel::update(donor_contacts::table.find(all[0].0))
                .set(donor_contacts::sealed.eq(&all[1].1))
                .execute(db)
                .unwrap();
        });
        let statuses = [one, two].map(|path| client.get(&format!("{path}/contact")).try_send().unwrap().status);
        assert!(statuses == [500, 200] || statuses == [200, 500], "{statuses:?}");
    }
}

#[test]
fn a_key_in_the_folder_of_the_database_is_warned_of() {
    use awasir::access::keys::shares_folder;
    let place = Place::empty(Engine::Sqlite);
    let mut settings = place.settings();
    assert!(
        shares_folder(&settings)
            .unwrap()
            .contains("awasir.key (not there) lies in the folder of the database")
    );
    let disk = tempfile::tempdir().unwrap();
    std::fs::create_dir(place.folder.path().join("below")).unwrap();
    for (key, warned) in [
        (place.folder.path().join("below/../awasir.key"), true),
        (place.folder.path().join("below/awasir.key"), false),
        (disk.path().join("awasir.key"), false),
    ] {
        settings.master_key_file = Some(key.clone());
        assert_eq!(shares_folder(&settings).is_some(), warned, "{key:?}");
    }
    // A link to another disk is there; a link from there is here.
    std::fs::write(disk.path().join("real.key"), "").unwrap();
    std::fs::write(place.folder.path().join("real.key"), "").unwrap();
    std::os::unix::fs::symlink(disk.path().join("real.key"), place.folder.path().join("out.key")).unwrap();
    std::os::unix::fs::symlink(place.folder.path().join("real.key"), disk.path().join("in.key")).unwrap();
    for (key, warned) in [(place.folder.path().join("out.key"), false), (disk.path().join("in.key"), true)] {
        settings.master_key_file = Some(key);
        assert_eq!(shares_folder(&settings).is_some(), warned);
    }
    settings.master_key_file = None;
    settings.master_passphrase_file = Some(place.folder.path().join("passphrase"));
    assert!(shares_folder(&settings).unwrap().contains("name it with AWASIR_MASTER_PASSPHRASE_FILE"));
    settings.master_passphrase_file = None;
    settings.master_passphrase = Some(Secret::new(PASSPHRASE));
    assert!(shares_folder(&settings).is_none());
    let output = process::run(&place, &["check-config"]);
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("lies in the folder of the database"),
        "{output:?}"
    );
    let note = |name: &str, path: &Path| {
        let output = process::command(&place, &["check-config"]).env(name, path).output().unwrap();
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let nowhere = note("AWASIR_MASTER_KEY_FILE", &place.folder.path().join("nowhere.key"));
    assert!(nowhere.contains("nowhere.key is not there") && !nowhere.contains("lies in"), "{nowhere}");
}

/// What the database is sealed under is told, whatever the settings name.
#[test]
fn a_backup_says_what_opens_it() {
    for (passphrase, words) in
        [(Some(PASSPHRASE), "sealed under the passphrase"), (None, "awasir.key with the key ")]
    {
        let given = passphrase.map(Secret::new);
        let (place, _) = left_behind(Engine::Sqlite, |settings| settings.master_passphrase = given);
        let output = process::run(&place, &["backup", "copy.db"]);
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && said.contains(words), "{output:?}");
        assert_eq!(said.contains("awasir.key"), passphrase.is_none(), "{said}");
    }
}
