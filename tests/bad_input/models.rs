//! Model files that are damaged, hostile, or of another run.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};

use burn_mlp::backend;
use burn_mlp::inference::Predictor;
use burn_mlp::model::{FILE_METADATA_KEY, UNSEALED, seal};
use burn_mlp_infer::sha256_hex;
use serde_json::{Value, json};

use super::run_limited;
use super::support::Program;

type Change<'a> = &'a dyn Fn(&mut Value);

const MODEL: &str = "artifacts/run/model.safetensors";

fn trained(name: &str, arguments: &[&str]) -> Program {
    let program = Program::new();
    train(&program, name, arguments);
    program
}

fn train(program: &Program, name: &str, arguments: &[&str]) {
    run_limited(program, &[&["--name", name, "--epochs", "2", "--set", "model.hidden=8"], arguments].concat())
        .succeeds();
}

/// Splits a model file into header and tensors.
fn take_apart(file: &[u8]) -> (Value, Vec<u8>) {
    let (length, rest) = file.split_first_chunk::<8>().unwrap();
    let (header, tensors) = rest.split_at(u64::from_le_bytes(*length) as usize);
    (serde_json::from_slice(header).unwrap(), tensors.to_vec())
}

/// Builds a model file with valid checksums from any content.
fn put_together(mut header: Value, tensors: &[u8], change_metadata: impl FnOnce(&mut Value)) -> Vec<u8> {
    let text = header["__metadata__"][FILE_METADATA_KEY].as_str().unwrap();
    let mut metadata: Value = serde_json::from_str(text).unwrap();
    metadata["tensors_sha256"] = sha256_hex(tensors).into();
    metadata["file_sha256"] = UNSEALED.into();
    change_metadata(&mut metadata);
    header["__metadata__"][FILE_METADATA_KEY] = metadata.to_string().into();
    let header = header.to_string();
    let mut file = [&(header.len() as u64).to_le_bytes(), header.as_bytes(), tensors].concat();
    let _ = seal(&mut file);
    file
}

#[test]
fn the_model_of_another_run_is_refused_and_replaced_by_resume() {
    let program = trained("run", &[]);
    let own = program.read(MODEL);
    train(&program, "seed", &["--seed", "1"]);
    train(&program, "rate", &["--lr", "0.02"]);
    train(&program, "wide", &["--hidden", "9"]);
    train(&program, "data", &["--data", "synthetic", "--set", "synthetic.features=64"]);
    for other in ["seed", "rate", "wide", "data"] {
        fs::write(program.path(MODEL), program.read(&format!("artifacts/{other}/model.safetensors"))).unwrap();
        run_limited(&program, &["evaluate", "run"])
            .fails_with(1, &["model.safetensors is the model of another run", "--resume"]);
        let stdout = run_limited(&program, &["inspect", "run"]).succeeds().stdout;
        assert!(stdout.contains("is the model of another run"), "{stdout}");
        run_limited(&program, &["--resume", "run"]).succeeds();
        assert_eq!(program.read(MODEL), own, "{other}");
    }
}

#[test]
fn a_changed_byte_anywhere_in_a_model_is_detected() {
    let program = trained("run", &[]);
    let own = program.read(MODEL);
    let header = 8 + u64::from_le_bytes(*own.first_chunk::<8>().unwrap()) as usize;
    let step = |from: usize, to: usize, count: usize| (0..count).map(move |i| from + i * (to - from) / count);
    let device = backend::open(backend::host()).unwrap().device;
    for position in (0..8).chain(step(8, header, 400)).chain(step(header, own.len(), 100)) {
        let mut changed = own.clone();
        changed[position] ^= 1 << (position % 8);
        assert!(Predictor::from_safetensors(changed, &device).is_err(), "byte {position}");
    }
    for length in [0, 1, 7, 8, 9, header - 1, header, header + 1, own.len() - 1] {
        fs::write(program.path(MODEL), &own[..length]).unwrap();
        run_limited(&program, &["evaluate", "run"]).fails_with(1, &["model.safetensors"]);
    }
    fs::write(program.path(MODEL), [&own[..], b"x"].concat()).unwrap();
    run_limited(&program, &["evaluate", "run"]).fails_with(1, &["model.safetensors is damaged"]);
}

#[test]
fn a_model_with_valid_checksums_but_wrong_tensors_is_refused() {
    let program = trained("run", &[]);
    let (header, tensors) = take_apart(&program.read(MODEL));
    let tensor = |header: &mut Value, change: &dyn Fn(&mut Value)| change(&mut header["output.weight"]);
    let cases: [(&str, Change); 12] = [
        ("shape", &|header| tensor(header, &|tensor| tensor["shape"] = json!([8, 10]))),
        ("rank", &|header| tensor(header, &|tensor| tensor["shape"] = json!([80]))),
        ("huge shape", &|header| tensor(header, &|tensor| tensor["shape"] = json!([u64::MAX, u64::MAX]))),
        ("dtype", &|header| tensor(header, &|tensor| tensor["dtype"] = json!("F64"))),
        ("half", &|header| tensor(header, &|tensor| tensor["dtype"] = json!("BF16"))),
        ("no dtype", &|header| tensor(header, &|tensor| tensor["dtype"] = json!("X1"))),
        ("overlap", &|header| tensor(header, &|tensor| tensor["data_offsets"] = json!([0, 320]))),
        ("backwards", &|header| tensor(header, &|tensor| tensor["data_offsets"] = json!([320, 0]))),
        ("beyond", &|header| {
            tensor(header, &|tensor| tensor["data_offsets"] = json!([1u64 << 40, (1u64 << 40) + 320]))
        }),
        ("gone", &|header| drop(header.as_object_mut().unwrap().remove("output.weight"))),
        ("another", &|header| header["blocks.1.linear.bias"] = header["output.bias"].clone()),
        ("no object", &|header| header["output.weight"] = json!(3)),
    ];
    for (name, change) in cases {
        let mut header = header.clone();
        change(&mut header);
        fs::write(program.path(MODEL), put_together(header, &tensors, |_| ())).unwrap();
        let output = run_limited(&program, &["evaluate", "run"]);
        assert_eq!(output.code, Some(1), "{name}");
        output.fails_with(1, &["model.safetensors"]);
    }
}

#[test]
fn a_model_whose_metadata_describes_no_valid_network_is_refused() {
    let program = trained("run", &[]);
    let (header, tensors) = take_apart(&program.read(MODEL));
    let cases: [(Change, &str); 9] = [
        (&|metadata| metadata["schema_version"] = json!(2), "newer format"),
        (&|metadata| metadata["schema_version"] = json!(-1), "metadata is damaged"),
        (&|metadata| metadata["features"] = json!(0), "describes a network without features"),
        (&|metadata| metadata["features"] = json!(u64::MAX), "does not describe a usable network"),
        (&|metadata| metadata["class_names"] = json!(["one"]), "does not describe a classifier"),
        (&|metadata| metadata["model"]["hidden"] = json!([65_536, 65_536]), "does not describe a usable network"),
        (&|metadata| metadata["model"]["hidden"] = json!([0]), "does not describe a usable network"),
        (&|metadata| metadata["model"]["dropout"] = json!(7), "does not describe a usable network"),
        (&|metadata| *metadata = json!([]), "is damaged"),
    ];
    for (change, words) in cases {
        fs::write(program.path(MODEL), put_together(header.clone(), &tensors, change)).unwrap();
        run_limited(&program, &["evaluate", "run"]).fails_with(1, &["model.safetensors", words]);
    }
}

#[test]
fn randomly_changed_headers_never_panic() {
    let program = trained("run", &[]);
    let (header, tensors) = take_apart(&program.read(MODEL));
    let device = backend::open(backend::host()).unwrap().device;
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = move |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    };
    let numbers = [0, 1, 7, 8, 9, 10, 64, 320, u64::from(u32::MAX), u64::MAX];
    let mut refused = 0;
    for round in 0..3000 {
        let mut header = header.clone();
        for _ in 0..=random(2) {
            let names: Vec<String> = header.as_object().unwrap().keys().cloned().collect();
            let (name, other) = (&names[random(names.len())], &names[random(names.len())]);
            if name == "__metadata__" || other == "__metadata__" {
                continue;
            }
            let number = json!(numbers[random(numbers.len())]);
            match random(6) {
                0 => header[name]["shape"][random(1)] = number,
                1 => header[name]["data_offsets"][random(2)] = number,
                2 => header[name]["dtype"] = json!(["F32", "F16", "I32", "U8", "BOOL", "F64"][random(6)]),
                3 => header[name]["shape"] = header[other]["shape"].clone(),
                4 => header[name]["data_offsets"] = header[other]["data_offsets"].clone(),
                _ => drop(header.as_object_mut().unwrap().remove(name)),
            }
        }
        let mut tensors = tensors.clone();
        tensors.truncate(if random(4) == 0 { random(tensors.len()) } else { tensors.len() });
        let shown = header.to_string();
        let file = put_together(header, &tensors, |_| ());
        let result = catch_unwind(AssertUnwindSafe(|| Predictor::from_safetensors(file, &device).is_err()));
        refused += usize::from(result.unwrap_or_else(|_| panic!("round {round} panicked: {shown}")));
    }
    assert!(refused > 1500, "{refused}");
}
