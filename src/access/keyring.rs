//! The master key file, and what it seals.
//!
//! Signing keys, cursor keys and the like live in the database so that every node has the same; there they
//! lie sealed (AES-256-GCM) under a **master key** that lives in a file outside of it. The file has one line per key,
//! `<key id> <base64 of 32 bytes>`, newest first: the first seals, all of them open, so a master key is
//! changed by adding a line on top and sealing everything anew (see [`MasterKeys::is_current`]).
//! Empty lines and lines that begin with `#` are passed over.
//!
//! A sealed blob is `1 ‖ length of key id ‖ key id ‖ nonce (12) ‖ ciphertext and tag`. Its purpose and its
//! head are authenticated with it: a blob can't be passed off for another purpose, nor under another key's id.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::random;
use super::secret::SecretBytes;
use crate::Result;
use crate::http::problem::Problem;

const FORM: u8 = 1;
const ID_CHARACTERS: usize = 12;
/// Bytes of a key.
pub const KEY_BYTES: usize = 32;
const MAX_FILE_BYTES: u64 = 64 * 1024;

/// Why the master keys can't be had. Met at start and on the command line, never in an answer.
#[derive(Debug, thiserror::Error)]
pub enum KeyringError {
    /// The file can't be read or written.
    #[error("the master key file {path}: {cause}")]
    File {
        /// Where it was looked for.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// A line of the file isn't a key. The line's number is told, never its text.
    #[error("the master key file {path}, line {line}: expected `<key id> <base64 of 32 bytes>`, {why}")]
    Line {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        why: &'static str,
    },
    /// The file holds no key.
    #[error("the master key file {path} holds no key")]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// The system's generator failed.
    #[error("the system's random generator failed")]
    Random,
}

#[derive(Clone, Debug)]
struct MasterKey {
    id: String,
    secret: SecretBytes,
}

/// The master keys, newest first; never none.
#[derive(Clone, Debug)]
pub struct MasterKeys {
    newest: MasterKey,
    older: Vec<MasterKey>,
}

impl MasterKeys {
    /// Reads the file. Says so in the log when others than its owner may read it.
    pub fn load(path: &Path) -> std::result::Result<Self, KeyringError> {
        let failed = |cause| KeyringError::File { path: path.to_owned(), cause };
        let file = File::open(path).map_err(failed)?;
        warn_when_open_to_others(path, &file).map_err(failed)?;
        let mut text = String::new();
        file.take(MAX_FILE_BYTES).read_to_string(&mut text).map_err(failed)?;
        let keys = Self::parse(path, &text);
        drop(SecretBytes::new(text));
        keys
    }

    /// Makes a new file (0600) with one new key. Fails when the file is there already.
    pub fn create(path: &Path) -> std::result::Result<Self, KeyringError> {
        let keys = Self { newest: MasterKey::generate()?, older: Vec::new() };
        let failed = |cause| KeyringError::File { path: path.to_owned(), cause };
        // Written beside and linked into place: whoever starts in this moment finds no file or all of it,
        // and a link is refused where another has made one.
        let mut beside = path.as_os_str().to_owned();
        beside.push(format!(".{}.new", keys.newest.id));
        let beside = PathBuf::from(beside);
        keys.write_new(&beside)?;
        let linked = std::fs::hard_link(&beside, path).map_err(failed);
        std::fs::remove_file(&beside).map_err(failed)?;
        linked?;
        sync_folder(path).map_err(failed)?;
        Ok(keys)
    }

    /// One key, made elsewhere.
    pub fn of(id: &str, secret: SecretBytes) -> Self {
        Self { newest: MasterKey { id: id.to_owned(), secret }, older: Vec::new() }
    }

    /// The id for a new key.
    pub fn new_id() -> std::result::Result<String, KeyringError> {
        random::text(b"0123456789abcdef", ID_CHARACTERS).map_err(|_| KeyringError::Random)
    }

    /// The ids of all keys, the newest first.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.all().map(|key| key.id.as_str())
    }

    /// Whether one of the keys has this id.
    pub fn holds(&self, id: &str) -> bool {
        self.ids().any(|own| own == id)
    }

    /// Whether one of the keys is the one that `blob` is sealed under, as far as its id tells.
    pub fn may_open(&self, blob: &[u8]) -> bool {
        split(blob).is_some_and(|parts| self.all().any(|key| key.id.as_bytes() == parts.key_id))
    }

    /// The same keys, of which the one with this id seals; none when there is none.
    #[must_use]
    pub fn sealing_under(&self, id: &str) -> Option<Self> {
        let newest = self.all().find(|key| key.id == id)?.clone();
        let older = self.all().filter(|key| key.id != id).cloned().collect();
        Some(Self { newest, older })
    }

    /// The same keys with an older one.
    #[must_use]
    pub fn with_older(mut self, id: &str, secret: SecretBytes) -> Self {
        if !self.holds(id) {
            self.older.push(MasterKey { id: id.to_owned(), secret });
        }
        self
    }

    /// The key with this id.
    pub(super) fn secret(&self, id: &str) -> Option<&SecretBytes> {
        self.all().find(|key| key.id == id).map(|key| &key.secret)
    }

    fn all(&self) -> impl Iterator<Item = &MasterKey> {
        std::iter::once(&self.newest).chain(&self.older)
    }

    /// The same keys with a new one on top: the first step of `awasir keys rotate --master`.
    pub fn with_new_key(&self) -> std::result::Result<Self, KeyringError> {
        let mut older = vec![self.newest.clone()];
        older.extend(self.older.iter().cloned());
        Ok(Self { newest: MasterKey::generate()?, older })
    }

    /// The same keys with another's newest on top.
    #[must_use]
    pub fn with_newest(&self, other: &Self) -> Self {
        Self { newest: other.newest.clone(), older: self.all().cloned().collect() }
    }

    /// The newest key without the older ones: the last step of `awasir keys rotate --master`.
    #[must_use]
    pub fn newest_alone(&self) -> Self {
        Self { newest: self.newest.clone(), older: Vec::new() }
    }

    /// Writes the keys over `path` so that a crash leaves either the old file or the new one, never half of one.
    pub fn replace(&self, path: &Path) -> std::result::Result<(), KeyringError> {
        let failed = |cause| KeyringError::File { path: path.to_owned(), cause };
        let mut beside = path.as_os_str().to_owned();
        beside.push(format!(".{}.new", self.newest.id));
        let beside = PathBuf::from(beside);
        self.write_new(&beside)?;
        std::fs::rename(&beside, path).map_err(failed)?;
        sync_folder(path).map_err(failed)
    }

    /// Keeps the newest key in a file of its own beside `path`, named after its id, which is answered; one that is there
    /// already is left.
    pub fn keep_beside(&self, path: &Path) -> std::result::Result<PathBuf, KeyringError> {
        let mut beside = path.as_os_str().to_owned();
        beside.push(format!(".{}", self.newest.id));
        let beside = PathBuf::from(beside);
        if beside.exists()
            && Self::load(&beside)?
                .secret(&self.newest.id)
                .is_some_and(|kept| kept.expose() == self.newest.secret.expose())
        {
            return Ok(beside);
        }
        self.newest_alone().write_new(&beside)?;
        Ok(beside)
    }

    /// Whether `blob` is sealed under the newest key; if not, it is to be opened and sealed anew.
    pub fn is_current(&self, blob: &[u8]) -> bool {
        split(blob).is_some_and(|parts| parts.key_id == self.newest.id.as_bytes())
    }

    /// Seals `secret` for `purpose` (a fixed word such as `signing-key`) under the newest key.
    pub fn seal(&self, purpose: &str, secret: &[u8]) -> Result<Vec<u8>> {
        let mut blob = vec![FORM, self.newest.id.len() as u8];
        blob.extend_from_slice(self.newest.id.as_bytes());
        let mut content = secret.to_vec();
        let nonce = self
            .newest
            .cipher()?
            .seal_in_place_append_tag(Aad::from(context(purpose, &blob)), &mut content)
            .map_err(|_| Problem::internal(format!("sealing a {purpose} failed")))?;
        blob.extend_from_slice(nonce.as_ref());
        blob.append(&mut content);
        Ok(blob)
    }

    /// Opens what [`seal`](Self::seal) made for the same purpose. 500 (with a cause for the log) when it was
    /// altered, made for something else, or sealed under a key that the file no longer holds.
    pub fn open(&self, purpose: &str, blob: &[u8]) -> Result<SecretBytes> {
        let parts =
            split(blob).ok_or_else(|| Problem::internal(format!("the sealed {purpose} is not one")))?;
        let key = self.all().find(|key| key.id.as_bytes() == parts.key_id).ok_or_else(|| {
            let id = String::from_utf8_lossy(parts.key_id);
            Problem::internal(format!(
                "the {purpose} is sealed under the master key {id:?}, which the master key file lacks"
            ))
        })?;
        let altered = || {
            Problem::internal(format!(
                "the sealed {purpose} was altered, or the master key {:?} is another",
                key.id
            ))
        };
        let nonce = Nonce::try_assume_unique_for_key(parts.nonce).map_err(|_| altered())?;
        let mut content = parts.content.to_vec();
        let length = key
            .cipher()?
            .open_in_place(nonce, Aad::from(context(purpose, parts.head)), &mut content)
            .map_err(|_| altered())?
            .len();
        content.truncate(length);
        Ok(SecretBytes::new(content))
    }

    fn parse(path: &Path, text: &str) -> std::result::Result<Self, KeyringError> {
        let mut keys: Vec<MasterKey> = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let key = MasterKey::parse(line)
                .and_then(|key| {
                    if keys.iter().any(|other| other.id == key.id) {
                        Err("the key id stands twice")
                    } else {
                        Ok(key)
                    }
                })
                .map_err(|why| KeyringError::Line { path: path.to_owned(), line: index + 1, why })?;
            keys.push(key);
        }
        let mut keys = keys.into_iter();
        let newest = keys.next().ok_or_else(|| KeyringError::Empty { path: path.to_owned() })?;
        Ok(Self { newest, older: keys.collect() })
    }

    fn write_new(&self, path: &Path) -> std::result::Result<(), KeyringError> {
        let mut text = String::new();
        for key in self.all() {
            text.push_str(&format!("{} {}\n", key.id, STANDARD.encode(key.secret.expose())));
        }
        let text = SecretBytes::new(text);
        let write = || -> io::Result<()> {
            let mut options = OpenOptions::new();
            options.write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let mut file = options.open(path)?;
            file.write_all(text.expose())?;
            file.sync_all()?;
            sync_folder(path)
        };
        write().map_err(|cause| KeyringError::File { path: path.to_owned(), cause })
    }
}

impl MasterKey {
    fn generate() -> std::result::Result<Self, KeyringError> {
        let id = MasterKeys::new_id()?;
        let secret = random::bytes::<KEY_BYTES>().map_err(|_| KeyringError::Random)?;
        Ok(Self { id, secret: SecretBytes::new(secret) })
    }

    fn parse(line: &str) -> std::result::Result<Self, &'static str> {
        let mut words = line.split_whitespace();
        let (Some(id), Some(secret), None) = (words.next(), words.next(), words.next()) else {
            return Err("found another number of words");
        };
        if id.len() > 64 || !id.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err("the key id is longer than 64 characters, or not plain ASCII");
        }
        let secret =
            STANDARD.decode(secret).map(SecretBytes::new).map_err(|_| "the second word is not base64")?;
        if secret.expose().len() != KEY_BYTES {
            return Err("the key is not 32 bytes long");
        }
        Ok(Self { id: id.to_owned(), secret })
    }

    fn cipher(&self) -> Result<RandomizedNonceKey> {
        RandomizedNonceKey::new(&AES_256_GCM, self.secret.expose())
            .map_err(|_| Problem::internal(format!("the master key {:?} can't be used", self.id)))
    }
}

struct Parts<'a> {
    head: &'a [u8],
    key_id: &'a [u8],
    nonce: &'a [u8],
    content: &'a [u8],
}

fn split(blob: &[u8]) -> Option<Parts<'_>> {
    let [FORM, id_length, ..] = blob else {
        return None;
    };
    let (head, rest) = blob.split_at_checked(2 + usize::from(*id_length))?;
    let (nonce, content) = rest.split_at_checked(NONCE_LEN)?;
    Some(Parts { head, key_id: head.get(2..)?, nonce, content })
}

fn context(purpose: &str, head: &[u8]) -> Vec<u8> {
    [b"awasir sealed ", purpose.as_bytes(), b"\0", head].concat()
}

#[cfg(unix)]
pub(super) fn warn_when_open_to_others(path: &Path, file: &File) -> io::Result<()> {
    let metadata = file.metadata()?;
    let mode = std::os::unix::fs::MetadataExt::mode(&metadata) & 0o777;
    // Of what is no file, reading says so.
    if metadata.is_file() && mode & 0o077 != 0 {
        log::warn!(
            "{}, from which the master key is had, can be read by others (mode {mode:o}); make it 0600",
            path.display()
        );
    }
    Ok(())
}

#[cfg(not(unix))]
pub(super) fn warn_when_open_to_others(_: &Path, _: &File) -> io::Result<()> {
    Ok(())
}

/// Makes a new name in a folder last through a power cut.
fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}

#[cfg(test)]
mod tests;
