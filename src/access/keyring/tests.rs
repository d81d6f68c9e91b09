//! The file, and what is sealed with it.

use super::*;

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

#[test]
fn a_new_file_is_private_never_overwritten_and_read_again() {
    let folder = folder();
    let path = folder.path().join("awasir.key");
    let made = MasterKeys::create(&path).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
    assert!(matches!(MasterKeys::create(&path), Err(KeyringError::File { .. })));
    let read = MasterKeys::load(&path).unwrap();
    let blob = made.seal("signing-key", b"seed").unwrap();
    assert_eq!(read.open("signing-key", &blob).unwrap().expose(), b"seed");
    assert!(!format!("{read:?}").contains(&STANDARD.encode(read.newest.secret.expose())));
}

#[test]
fn a_blob_opens_only_unaltered_and_for_its_own_purpose() {
    let folder = folder();
    let keys = MasterKeys::create(&folder.path().join("a")).unwrap();
    let other = MasterKeys::create(&folder.path().join("b")).unwrap();
    let blob = keys.seal("cursor-key", &[7; 32]).unwrap();
    assert_ne!(blob, keys.seal("cursor-key", &[7; 32]).unwrap(), "a nonce of its own each time");
    assert!(keys.open("signing-key", &blob).is_err());
    assert!(other.open("cursor-key", &blob).is_err());
    for index in 0..blob.len() {
        let mut altered = blob.clone();
        altered[index] ^= 1;
        assert!(keys.open("cursor-key", &altered).is_err(), "byte {index}");
        assert!(keys.open("cursor-key", &blob[..index]).is_err(), "cut at {index}");
    }
}

#[test]
fn a_new_master_key_seals_and_the_old_still_opens() {
    let folder = folder();
    let path = folder.path().join("awasir.key");
    let old = MasterKeys::create(&path).unwrap();
    let blob = old.seal("signing-key", b"seed").unwrap();
    old.with_new_key().unwrap().replace(&path).unwrap();
    let new = MasterKeys::load(&path).unwrap();
    assert_ne!(old.newest.id, new.newest.id);
    assert!(old.is_current(&blob) && !new.is_current(&blob));
    assert_eq!(new.open("signing-key", &blob).unwrap().expose(), b"seed");
    assert!(old.open("signing-key", &new.seal("signing-key", b"seed").unwrap()).is_err());
}

#[test]
fn a_bad_line_is_named_by_its_number_and_not_shown() {
    let good = format!("# keys\n\nnew {}\n", STANDARD.encode([1; 32]));
    let path = Path::new("k");
    assert_eq!(MasterKeys::parse(path, &good).unwrap().newest.id, "new");
    for (bad, line) in [("one", 4), ("a b c", 4), ("a c2hvcnQ=", 4), ("a ***", 4), ("new AAAA", 4)] {
        match MasterKeys::parse(path, &format!("{good}{bad}\n")) {
            Err(error @ KeyringError::Line { line: found, .. }) => {
                assert_eq!(found, line);
                assert!(!error.to_string().contains("AAAA") && !error.to_string().contains("c2hv"));
            }
            other => panic!("{bad}: {other:?}"),
        }
    }
    assert!(MasterKeys::parse(path, &format!("{good}{}", good)).is_err(), "the same id twice");
    assert!(matches!(MasterKeys::parse(path, "\n# none\n"), Err(KeyringError::Empty { .. })));
}
