//! Unusual paths.
#![cfg(unix)]

use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;

use super::idx_files::{images, labels, write_set};
use super::run_limited;
use super::support::Program;

/// Names that break programs which quote, split or decode carelessly.
fn odd_names() -> Vec<OsString> {
    let names: [&[u8]; 7] = [b"a b", b"it's", b"a\"b", b"new\nline", b"\x1b[31mred", b"-dash", b"bytes \xff\xfe"];
    names.into_iter().map(|name| OsStr::from_bytes(name).to_os_string()).collect()
}

#[test]
fn runs_and_configurations_work_under_any_path() {
    for name in odd_names() {
        let program = Program::new();
        let directory = OsStr::from_bytes(&[b"./", name.as_bytes()].concat()).to_os_string();
        fs::create_dir(program.path("").join(&name)).unwrap();
        fs::write(program.path("").join(&name).join("my.toml"), "training.epochs = 1\n").unwrap();
        let file = OsStr::from_bytes(&[directory.as_bytes(), b"/my.toml"].concat()).to_os_string();
        let run = OsStr::from_bytes(&[directory.as_bytes(), b"/run"].concat()).to_os_string();
        let arguments = |parts: &[&OsStr]| parts.iter().map(|part| part.to_os_string()).collect::<Vec<_>>();
        let (out, named) = (OsStr::new("--out"), OsStr::new("--name"));
        let trained = run_limited(
            &program,
            &arguments(&[OsStr::new("--config"), &file, out, &directory, named, OsStr::new("run")]),
        );
        assert!(!trained.succeeds().stdout.contains('\u{1b}'));
        for command in ["inspect", "evaluate", "--resume"] {
            let stdout = run_limited(&program, &arguments(&[OsStr::new(command), &run])).succeeds().stdout;
            assert!(!stdout.contains('\u{1b}'), "{stdout:?}");
        }
        let listed =
            run_limited(&program, &arguments(&[OsStr::new("runs"), out, &directory, OsStr::new("--json")])).succeeds();
        let listed: serde_json::Value = serde_json::from_str(&listed.stdout).unwrap();
        assert_eq!(listed[0]["name"], "run");
    }
}

#[test]
fn data_works_under_any_unicode_path() {
    for name in odd_names() {
        let program = Program::new();
        write_set(&program.path("").join(&name), &images(40), &labels(40, &[0, 1]));
        let source = OsStr::from_bytes(&[b"idx:./", name.as_bytes()].concat()).to_os_string();
        let output = run_limited(&program, &[OsStr::new("--data"), &source, OsStr::new("--epochs"), OsStr::new("1")]);
        match name.to_str() {
            Some(_) => drop(output.succeeds()),
            None => output.fails_with(2, &["an argument is not valid Unicode"]),
        }
    }
}

#[test]
fn an_error_about_any_missing_path_is_one_line() {
    for name in odd_names() {
        let program = Program::new();
        let path = OsStr::from_bytes(&[b"./", name.as_bytes(), b".toml"].concat()).to_os_string();
        run_limited(&program, &[OsStr::new("--config"), &path]).fails_with(2, &["cannot read this configuration file"]);
        run_limited(&program, &[OsStr::new("inspect"), &path]).fails_with(1, &["there is no such run"]);
    }
}

#[test]
fn links_to_runs_are_followed_and_broken_links_refused() {
    let program = Program::new();
    run_limited(&program, &["--name", "run", "--epochs", "1"]).succeeds();
    symlink("run", program.path("artifacts/link")).unwrap();
    symlink("nowhere", program.path("artifacts/dangling")).unwrap();
    symlink("loop", program.path("artifacts/loop")).unwrap();
    run_limited(&program, &["inspect", "link"]).succeeds();
    run_limited(&program, &["evaluate", "link"]).succeeds();
    run_limited(&program, &["inspect", "dangling"]).fails_with(1, &["there is no such run"]);
    run_limited(&program, &["inspect", "loop"]).fails_with(1, &["there is no such run"]);
    run_limited(&program, &["runs"]).succeeds();
    for name in ["link", "dangling", "loop"] {
        run_limited(&program, &["--name", name]).fails_with(1, &["already exists and is not overwritten"]);
    }
    symlink("out", program.path("out")).unwrap();
    run_limited(&program, &["--out", "out", "--epochs", "1"]).fails_with(1, &["out"]);
    run_limited(&program, &["--config", "out"]).fails_with(2, &["cannot read this configuration file"]);
}

#[test]
fn a_file_as_the_directory_of_runs_is_refused() {
    let program = Program::new();
    fs::write(program.path("file"), "").unwrap();
    for arguments in [&["--out", "file"][..], &["runs", "--out", "file"], &["--out", "file", "--name", "x"]] {
        run_limited(&program, arguments)
            .fails_with(1, &["file is not a directory; choose the directory for runs with --out"]);
    }
    run_limited(&program, &["inspect", "file"])
        .fails_with(1, &["file is not a directory; give the path or name of a run"]);
}
