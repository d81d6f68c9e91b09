//! Broken off, and several at once.

use super::*;
use crate::db::migrations;
use diesel::connection::SimpleConnection as _;

struct Begun {
    folder: tempfile::TempDir,
    target: Target,
    db: Db,
    now: Instant,
}

/// A database with more donors and mails than are sealed anew at once; nobody is there besides.
fn begun() -> Begun {
    let folder = tempfile::tempdir().unwrap();
    let target = Target::Sqlite(folder.path().join("awasir.db"));
    migrations::migrate(&target).unwrap();
    Begun { db: target.connect().unwrap(), target, folder, now: Instant::system_now() }
}

impl Begun {
    fn source(&self) -> Source {
        Source::File { path: self.folder.path().join("awasir.key"), named: false }
    }

    fn open(&mut self, source: Source) -> Result<Master> {
        Master::from(source, &mut self.db, self.now)
    }

    fn fill(&mut self, keys: &MasterKeys, count: u128) {
        self.db.batch_execute("pragma foreign_keys = off; begin").unwrap();
        for n in 1..=count {
            let id = DonorId(uuid::Uuid::from_u128(n));
            let sealed = |part: Part| keys.seal(&part.purpose(id), n.to_string().as_bytes()).unwrap();
            let contact = (donor_contacts::donor_id.eq(id), donor_contacts::sealed.eq(sealed(Part::Contact)));
            let mail = (
                (outbox::id.eq(AnyId(id.0)), outbox::kind.eq("invitation"), outbox::attempts.eq(0)),
                outbox::sealed
                    .eq(Some(keys.seal(&content::purpose(AnyId(id.0)), n.to_string().as_bytes()).unwrap())),
                (outbox::created_at.eq(self.now), outbox::expires_at.eq(self.now)),
            );
            diesel::insert_into(outbox::table).values(mail).execute(&mut self.db).unwrap();
            diesel::insert_into(donor_contacts::table).values(contact).execute(&mut self.db).unwrap();
            let list: crate::types::Json<serde_json::Value> =
                crate::types::Json::new(&serde_json::json!([])).unwrap();
            diesel::insert_into(donors::table)
                .values((
                    (donors::id.eq(id), donors::organisation_id.eq(crate::types::OrganisationId(id.0))),
                    (donors::kind.eq("other"), donors::visibility.eq("owner")),
                    donors::sealed_name.eq(Some(sealed(Part::Name))),
                    (donors::sectors.eq(list.clone()), donors::places.eq(list), donors::folded.eq("")),
                    (donors::sector_bits.eq(0), donors::state_bits.eq(0), donors::version.eq(1)),
                    (donors::created_at.eq(self.now), donors::updated_at.eq(self.now)),
                ))
                .execute(&mut self.db)
                .unwrap();
        }
        self.db.batch_execute("commit").unwrap();
    }

    /// Everything opens under these keys; how many are sealed under the first of them.
    fn check(&mut self, keys: &MasterKeys) -> usize {
        let contacts: Vec<(DonorId, Vec<u8>)> = donor_contacts::table.load(&mut self.db).unwrap();
        let names: Vec<(DonorId, Option<Vec<u8>>)> =
            donors::table.select((donors::id, donors::sealed_name)).load(&mut self.db).unwrap();
        let mails: Vec<(AnyId, Option<Vec<u8>>)> =
            outbox::table.select((outbox::id, outbox::sealed)).load(&mut self.db).unwrap();
        let contacts = contacts.into_iter().map(|(id, sealed)| (id.0, Part::Contact.purpose(id), sealed));
        let names = names.into_iter().map(|(id, sealed)| (id.0, Part::Name.purpose(id), sealed.unwrap()));
        let mails = mails.into_iter().map(|(id, sealed)| (id.0, content::purpose(id), sealed.unwrap()));
        let mut current = 0;
        for (id, purpose, sealed) in contacts.chain(names).chain(mails) {
            let opened = keys.open(&purpose, &sealed).unwrap();
            assert_eq!(opened.expose(), id.as_u128().to_string().as_bytes());
            current += usize::from(keys.is_current(&sealed));
        }
        current
    }
}

/// Broken off after the database was told, before anything of donors was sealed anew.
fn broken_off(begun: &mut Begun, new: &NewMaster) -> MasterKeys {
    let source = begun.source();
    let old = begun.open(source.clone()).unwrap();
    begun.fill(&old.keys, 1_100);
    let (keys, derivation) = make(&old.keys, new, source.path()).unwrap();
    switch(&mut begun.db, &old.keys, &keys, derivation.as_ref(), begun.now).unwrap();
    keys
}

#[test]
fn broken_off_in_its_file_all_opens_and_once_more_ends_it() {
    let mut begun = begun();
    broken_off(&mut begun, &NewMaster::SameFile);
    let source = begun.source();
    let held = begun.open(source.clone()).unwrap();
    assert_eq!(begun.check(&held.keys), 0);
    let sealed = rotate_master(&begun.target, source.clone(), &NewMaster::SameFile, begun.now).unwrap();
    assert_eq!(sealed.sealed, 3_300);
    let after = begun.open(source).unwrap();
    assert_eq!((begun.check(&after.keys), after.keys.ids().count()), (3_300, 1));
    assert!(begun.check(&after.keys) == 3_300 && !after.keys.holds(held.keys.ids().next().unwrap()));
}

#[test]
fn broken_off_on_the_way_to_a_passphrase_all_opens_under_it_and_once_more_ends_it() {
    let mut begun = begun();
    let file = begun.folder.path().join("passphrase");
    std::fs::write(&file, "a passphrase of some length").unwrap();
    let new = NewMaster::PassphraseFile(file);
    broken_off(&mut begun, &new);
    let source = begun.source();
    assert!(begun.open(source.clone()).is_err(), "the file is not what seals any more");
    let held = begun.open(new.source().unwrap()).unwrap();
    assert_eq!(begun.check(&held.keys), 0);
    // The command as it was given before.
    assert_eq!(rotate_master(&begun.target, source, &new, begun.now).unwrap().sealed, 3_300);
    let after = begun.open(new.source().unwrap()).unwrap();
    assert_eq!((begun.check(&after.keys), after.keys.ids().count()), (3_300, 1));
}

/// Broken off when the file has the new key, and the database was told nothing.
#[test]
fn a_key_that_only_the_file_knows_of_seals_nothing() {
    let mut begun = begun();
    let source = begun.source();
    let old = begun.open(source.clone()).unwrap();
    make(&old.keys, &NewMaster::SameFile, source.path()).unwrap();
    let held = begun.open(source).unwrap();
    assert_eq!(held.keys.ids().next(), old.keys.ids().next());
    assert_eq!(held.keys.ids().count(), 2);
}

/// Each finds what the one before it has left, and every key from before is kept.
#[test]
fn several_at_once_lose_no_key() {
    let mut begun = begun();
    let source = begun.source();
    let old = begun.open(source.clone()).unwrap();
    begun.fill(&old.keys, 20);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                rotate_master(&begun.target, source.clone(), &NewMaster::SameFile, begun.now).unwrap()
            });
        }
    });
    let after = begun.open(source).unwrap();
    assert_eq!((begun.check(&after.keys), after.keys.ids().count()), (60, 1));
    let names = std::fs::read_dir(begun.folder.path()).unwrap().map(|one| one.unwrap().file_name());
    let kept: Vec<String> =
        names.filter_map(|name| Some(name.to_str()?.strip_prefix("awasir.key.")?.to_owned())).collect();
    assert_eq!(kept.len(), 4, "{kept:?}");
    assert!(kept.iter().any(|id| Some(id.as_str()) == old.keys.ids().next()));
}

/// Broken off between the making of the file and the database's knowing of it.
#[test]
fn a_new_file_that_was_left_is_used_and_no_other() {
    let mut begun = begun();
    let source = begun.source();
    let old = begun.open(source.clone()).unwrap();
    begun.fill(&old.keys, 20);
    let path = begun.folder.path().join("new.key");
    let new = NewMaster::File(path.clone());
    let (left, _) = make(&old.keys, &new, None).unwrap();
    rotate_master(&begun.target, source.clone(), &new, begun.now).unwrap();
    let after = begun.open(new.source().unwrap()).unwrap();
    assert_eq!(after.keys.ids().next(), left.ids().next());
    assert_eq!(begun.check(&after.keys), 60);
    // It is the database's now, and this is neither one key nor a key.
    let (two, none) = (begun.folder.path().join("two.key"), begun.folder.path().join("none.key"));
    after.keys.with_new_key().unwrap().replace(&two).unwrap();
    std::fs::write(&none, "notes").unwrap();
    for there in [path, two, none] {
        let before = std::fs::read(&there).unwrap();
        let named = NewMaster::File(there.clone());
        let refused = rotate_master(&begun.target, new.source().unwrap(), &named, begun.now).unwrap_err();
        assert!(refused.cause().unwrap().contains("is there already; name a new file"), "{refused:?}");
        assert_eq!(std::fs::read(&there).unwrap(), before);
    }
}
