//! What is secret, read from standard input.

use std::io::{self, BufRead as _, IsTerminal as _, Read as _};

use super::CommandError;

/// More than any password or passphrase.
const MAX_LINE_BYTES: u64 = 4096;

/// Whether what is typed is to be typed once more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Typed {
    /// It is known: mistyped it is refused.
    Once,
    /// It is new: mistyped nobody would know it.
    Twice,
}

/// The next line of standard input, without its end; what comes behind it is not waited for. At a terminal it is asked
/// for, and what is typed is not shown.
///
/// # Errors
/// When nothing can be read, or what was typed twice is not the same.
pub fn ask(what: &str, typed: Typed) -> Result<String, CommandError> {
    if io::stdin().is_terminal() { agreed(what, typed, rpassword::prompt_password) } else { next_line() }
}

fn agreed(
    what: &str,
    typed: Typed,
    mut prompt: impl FnMut(String) -> io::Result<String>,
) -> Result<String, CommandError> {
    let given = prompt(format!("{what}: "))?;
    if typed == Typed::Twice && prompt(format!("{what}, once more: "))? != given {
        return Err(CommandError::new("the two are not the same; nothing was changed"));
    }
    Ok(given)
}

fn next_line() -> Result<String, CommandError> {
    let mut text = String::new();
    io::stdin().lock().take(MAX_LINE_BYTES).read_line(&mut text)?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_new_is_typed_twice() {
        let ask = |typed, lines: &[&str]| {
            let (mut lines, mut prompts) = (lines.iter(), Vec::new());
            let given = agreed("New passphrase", typed, |prompt| {
                prompts.push(prompt);
                lines.next().map(|line| (*line).to_owned()).ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
            });
            (given.map_err(|error| error.to_string()), prompts.join("|"))
        };
        assert_eq!(ask(Typed::Once, &["one"]), (Ok("one".to_owned()), "New passphrase: ".to_owned()));
        let both = "New passphrase: |New passphrase, once more: ".to_owned();
        assert_eq!(ask(Typed::Twice, &["one", "one"]), (Ok("one".to_owned()), both.clone()));
        let refused = "the two are not the same; nothing was changed".to_owned();
        assert_eq!(ask(Typed::Twice, &["one", "two"]), (Err(refused), both));
        assert!(ask(Typed::Twice, &["one"]).0.is_err());
    }
}
