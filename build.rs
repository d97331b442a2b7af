//! Tells the program what it is compiled with, for `run.json`: another compiler may round otherwise.

use std::env::var;
use std::process::Command;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=RUSTC");
    let version = var("RUSTC").ok().and_then(|rustc| Command::new(rustc).arg("--version").output().ok());
    let version = version.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_string()).unwrap_or_default();
    println!("cargo:rustc-env=BURN_MLP_COMPILER={version}");
    println!("cargo:rustc-env=BURN_MLP_TARGET={}", var("TARGET").unwrap_or_default());
    println!("cargo:rustc-env=BURN_MLP_PROFILE={}", var("PROFILE").unwrap_or_default());
}
