//! Paths that few people have.
#![cfg(unix)]

use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;

use super::ask;
use super::idx_files::{images, labels, write_set};
use super::support::Program;

/// Names with what breaks programs that quote, split or decode.
fn odd_names() -> Vec<OsString> {
    let names: [&[u8]; 7] = [b"a b", b"it's", b"a\"b", b"new\nline", b"\x1b[31mred", b"-dash", b"bytes \xff\xfe"];
    names.into_iter().map(|name| OsStr::from_bytes(name).to_os_string()).collect()
}

#[test]
fn runs_and_configurations_live_under_any_path() {
    for name in odd_names() {
        let program = Program::new();
        let directory = OsStr::from_bytes(&[b"./", name.as_bytes()].concat()).to_os_string();
        fs::create_dir(program.path("").join(&name)).unwrap();
        fs::write(program.path("").join(&name).join("my.toml"), "training.epochs = 1\n").unwrap();
        let file = OsStr::from_bytes(&[directory.as_bytes(), b"/my.toml"].concat()).to_os_string();
        let run = OsStr::from_bytes(&[directory.as_bytes(), b"/run"].concat()).to_os_string();
        let arguments = |parts: &[&OsStr]| parts.iter().map(|part| part.to_os_string()).collect::<Vec<_>>();
        let (out, named) = (OsStr::new("--out"), OsStr::new("--name"));
        let trained =
            ask(&program, &arguments(&[OsStr::new("--config"), &file, out, &directory, named, OsStr::new("run")]));
        assert!(!trained.succeeds().stdout.contains('\u{1b}'));
        for command in ["inspect", "evaluate", "--resume"] {
            let told = ask(&program, &arguments(&[OsStr::new(command), &run])).succeeds().stdout;
            assert!(!told.contains('\u{1b}'), "{told:?}");
        }
        let listed = ask(&program, &arguments(&[OsStr::new("runs"), out, &directory, OsStr::new("--json")])).succeeds();
        let listed: serde_json::Value = serde_json::from_str(&listed.stdout).unwrap();
        assert_eq!(listed[0]["name"], "run");
    }
}

#[test]
fn data_lies_under_any_path_that_is_text() {
    for name in odd_names() {
        let program = Program::new();
        write_set(&program.path("").join(&name), &images(40), &labels(40, &[0, 1]));
        let source = OsStr::from_bytes(&[b"idx:./", name.as_bytes()].concat()).to_os_string();
        let answer = ask(&program, &[OsStr::new("--data"), &source, OsStr::new("--epochs"), OsStr::new("1")]);
        match name.to_str() {
            Some(_) => drop(answer.succeeds()),
            None => answer.refuses(2, &["an argument is not Unicode text"]),
        }
    }
}

#[test]
fn a_missing_file_under_any_path_is_told_on_one_line() {
    for name in odd_names() {
        let program = Program::new();
        let path = OsStr::from_bytes(&[b"./", name.as_bytes(), b".toml"].concat()).to_os_string();
        ask(&program, &[OsStr::new("--config"), &path]).refuses(2, &["cannot read this configuration file"]);
        ask(&program, &[OsStr::new("inspect"), &path]).refuses(1, &["there is no such run"]);
    }
}

#[test]
fn links_are_followed_to_a_run_and_refused_where_they_lead_nowhere() {
    let program = Program::new();
    ask(&program, &["--name", "run", "--epochs", "1"]).succeeds();
    symlink("run", program.path("artifacts/link")).unwrap();
    symlink("nowhere", program.path("artifacts/dangling")).unwrap();
    symlink("loop", program.path("artifacts/loop")).unwrap();
    ask(&program, &["inspect", "link"]).succeeds();
    ask(&program, &["evaluate", "link"]).succeeds();
    ask(&program, &["inspect", "dangling"]).refuses(1, &["there is no such run"]);
    ask(&program, &["inspect", "loop"]).refuses(1, &["there is no such run"]);
    ask(&program, &["runs"]).succeeds();
    for name in ["link", "dangling", "loop"] {
        ask(&program, &["--name", name]).refuses(1, &["is already there and is not overwritten"]);
    }
    symlink("out", program.path("out")).unwrap();
    ask(&program, &["--out", "out", "--epochs", "1"]).refuses(1, &["out"]);
    ask(&program, &["--config", "out"]).refuses(2, &["cannot read this configuration file"]);
}

#[test]
fn a_place_for_runs_that_is_a_file_is_refused() {
    let program = Program::new();
    fs::write(program.path("file"), "").unwrap();
    for arguments in [&["--out", "file"][..], &["runs", "--out", "file"], &["--out", "file", "--name", "x"]] {
        ask(&program, arguments).refuses(1, &["file is not a directory; choose one for runs with --out"]);
    }
    ask(&program, &["inspect", "file"]).refuses(1, &["file is not a directory; give a run's directory or name"]);
}
