//! Tests of the settings: order of the sources, messages, masks, the example file.

use super::*;

fn environment(pairs: &[(&str, &str)]) -> Inputs {
    Inputs {
        environment: pairs.iter().map(|(name, value)| (name.into(), value.into())).collect(),
        ..Inputs::default()
    }
}

fn written(text: &str) -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("awasir.toml");
    std::fs::write(&file, text).expect("a file");
    (folder, file)
}

#[test]
fn defaults_are_those_of_the_contract() {
    let settings = Settings::load(Inputs::default()).expect("settings");
    assert_eq!(&*settings.database_url, "sqlite://./data/awasir.db");
    assert_eq!(settings.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(settings.public_url, "http://127.0.0.1:8080");
    assert!(settings.rate_limit);
    assert_eq!(settings.body_limit_bytes, 262_144);
    assert_eq!(settings.source("listen"), &Source::Default);
    assert!(settings.warnings().is_empty());
}

#[test]
fn later_sources_win_and_are_remembered() {
    let (_folder, file) = written("listen = \"127.0.0.1:1\"\nworkers = 3\nlog = \"warn\"\nhsts = true\n");
    let mut inputs = environment(&[("AWASIR_LISTEN", "127.0.0.1:2"), ("AWASIR_WORKERS", "4"), ("HOME", "x")]);
    inputs.file = Some(file.clone());
    inputs.flags = vec![Flag { setting: "listen", flag: "--listen", value: "0.0.0.0:3".into() }];
    let settings = Settings::load(inputs).expect("settings");
    assert_eq!(settings.listen.port(), 3);
    assert_eq!(settings.public_url, "http://127.0.0.1:3");
    assert_eq!(settings.source("listen"), &Source::Flag("--listen"));
    assert_eq!(settings.source("workers"), &Source::Variable("AWASIR_WORKERS".into()));
    assert_eq!(settings.source("log"), &Source::File(file));
    assert!(settings.hsts);
}

#[test]
fn everything_wrong_is_said_at_once() {
    let (_folder, file) = written("databse_url = \"x\"\nworkers = \"many\"\nlisten = 1979-05-27\n");
    let mut inputs = environment(&[("AWASIR_TIME_ZONE", "Mars/Olympus"), ("AWASIR_LISTEN", "8080")]);
    inputs.file = Some(file.clone());
    let ConfigErrors(problems) = Settings::load(inputs).expect_err("errors");
    let all = problems.join("\n");
    assert_eq!(problems.len(), 5, "{all}");
    assert!(all.contains(&format!(
        "databse_url: is no setting (in {}); did you mean database_url?",
        file.display()
    )));
    assert!(all.contains("workers: \"many\" (from"));
    assert!(all.contains("expected a whole number from 0 to 1024"));
    assert!(all.contains("time_zone: \"Mars/Olympus\" (from AWASIR_TIME_ZONE)"));
    assert!(all.contains("listen: \"8080\" (from AWASIR_LISTEN)"));
}

#[test]
fn a_file_that_is_missing_or_no_toml_is_named() {
    let missing = Inputs { file: Some("no/such.toml".into()), ..Inputs::default() };
    assert!(Settings::load(missing).expect_err("errors").to_string().contains("no/such.toml cannot be read"));
    let (_folder, file) = written("log = \"info\"\nlisten = = 3\n");
    let broken = Inputs { file: Some(file), ..Inputs::default() };
    assert!(Settings::load(broken).expect_err("errors").to_string().contains("is not TOML, line 2"));
}

#[test]
fn secrets_are_masked_everywhere() {
    let inputs = environment(&[
        ("AWASIR_METRICS_TOKEN", "very-secret-token-1"),
        ("AWASIR_DATABASE_URL", "postgres://awasir:pa@ss:w@db/awasir?sslmode=require&password=hidden"),
    ]);
    let settings = Settings::load(inputs).expect("settings");
    let shown = format!("{}{settings:?}", settings.report());
    assert!(
        !shown.contains("very-secret") && !shown.contains("pa@ss") && !shown.contains("hidden"),
        "{shown}"
    );
    assert!(shown.contains("postgres://awasir:***@db/awasir?sslmode=require&password=***"));
    let refused =
        environment(&[("AWASIR_METRICS_TOKEN", "short"), ("AWASIR_DATABASE_URL", "mysql://a:pass@h/d")]);
    let message = Settings::load(refused).expect_err("errors").to_string();
    assert!(!message.contains("short") && !message.contains("pass@"), "{message}");
}

#[test]
fn lists_take_commas_and_arrays() {
    let (_folder, file) = written("cors_origins = [\"https://a.example\", \"http://b.example:81\"]\n");
    let mut inputs = environment(&[("AWASIR_TRUSTED_PROXIES", "10.0.0.0/8, 127.0.0.1,::1")]);
    inputs.file = Some(file);
    let settings = Settings::load(inputs).expect("settings");
    assert_eq!(settings.cors_origins, ["https://a.example", "http://b.example:81"]);
    let networks: Vec<String> = settings.trusted_proxies.iter().map(ToString::to_string).collect();
    assert_eq!(networks, ["10.0.0.0/8", "127.0.0.1/32", "::1/128"]);
    assert!(Settings::load(environment(&[("AWASIR_CORS_ORIGINS", "https://a.example/path")])).is_err());
}

#[test]
fn what_does_not_go_together_is_refused_or_warned_of() {
    let same = environment(&[("AWASIR_METRICS_LISTEN", "127.0.0.1:8080")]);
    assert!(Settings::load(same).expect_err("errors").to_string().contains("metrics_listen"));
    let lanes =
        environment(&[("AWASIR_LISTEN", "0.0.0.0:80"), ("AWASIR_RATE_LIMIT", "off"), ("AWASIR_LISTN", "x")]);
    let settings = Settings::load(lanes).expect("settings");
    assert_eq!(settings.warnings().len(), 3, "{:?}", settings.warnings());
    assert!(settings.warnings()[0].contains("did you mean listen?"));
    assert!(settings.warnings()[2].contains("network_admin_second_factor is optional (from default)"));
    let earnest = [("AWASIR_LISTEN", "0.0.0.0:80"), ("AWASIR_NETWORK_ADMIN_SECOND_FACTOR", "required")];
    assert!(Settings::load(environment(&earnest)).expect("settings").warnings().is_empty());
}

#[test]
fn the_master_key_has_one_source_and_a_passphrase_is_not_shown() {
    let both = environment(&[
        ("AWASIR_MASTER_KEY_FILE", "k"),
        ("AWASIR_MASTER_PASSPHRASE", "sixteen letters and more"),
    ]);
    let errors = Settings::load(both).expect_err("errors").to_string();
    assert!(
        errors.contains("master_key_file (from AWASIR_MASTER_KEY_FILE) and master_passphrase"),
        "{errors}"
    );
    let short = environment(&[("AWASIR_MASTER_PASSPHRASE", "hunter2")]);
    let errors = Settings::load(short).expect_err("errors").to_string();
    assert!(errors.contains("16 or more") && !errors.contains("hunter2"), "{errors}");
    let good = environment(&[("AWASIR_MASTER_PASSPHRASE", "سبع سنابل خضر وأخر")]);
    let settings = Settings::load(good).expect("settings");
    assert!(settings.report().contains("master_passphrase = \"***\""));
    assert!(!settings.report().contains("سنابل") && !format!("{settings:?}").contains("سنابل"));
}

#[test]
fn the_report_is_a_toml_file_of_its_own() {
    let settings =
        Settings::load(environment(&[("AWASIR_NETWORK_NAME", "أواصر \"الخير\"")])).expect("settings");
    let (_folder, file) = written(&settings.report());
    let again = Settings::load(Inputs { file: Some(file), ..Inputs::default() }).expect("settings");
    assert_eq!(again.network_name, settings.network_name);
    assert_eq!(again.shown(), settings.shown());
}

#[test]
fn the_example_file_is_the_table() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/awasir.example.toml");
    if std::env::var_os("AWASIR_TEST_WRITE").is_some() {
        std::fs::write(path, Settings::example()).expect("written");
    }
    let committed = std::fs::read_to_string(path).expect("awasir.example.toml");
    assert!(
        committed == Settings::example(),
        "awasir.example.toml differs from the table of settings: run AWASIR_TEST_WRITE=1 cargo test example_file"
    );
    let uncommented: String = committed
        .lines()
        .filter(|line| line.contains(" = "))
        .map(|line| line.trim_start_matches("# ").to_owned() + "\n")
        .collect();
    assert!(uncommented.parse::<toml::Table>().is_ok(), "{uncommented}");
}
