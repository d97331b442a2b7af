//! `burn-mlp export`. tests/exports/run loads the files in onnxruntime and PyTorch.

mod support;

use std::fs;

use support::{Program, digits_run};

fn exported(program: &Program, arguments: &[&str]) -> String {
    program.run(&[&["export"], arguments].concat()).succeeds().stdout
}

#[test]
fn the_pytorch_file_is_the_state_dict_that_the_printed_program_loads() {
    let program = Program::new();
    digits_run(&program, "net", &["--epochs", "1", "--hidden", "9,8", "--batch-norm", "--dropout", "0.1,0,0.5"]);
    let printed = exported(&program, &["net", "--format", "safetensors"]);
    let module = "nn.Sequential(OrderedDict([(\"linear\", nn.Linear(64, 9)), (\"norm\", nn.BatchNorm1d(9)), (\"activation\", nn.ReLU())])),";
    for line in [
        module,
        "(\"input_dropout\", nn.Dropout(0.1)),",
        "load_file(\"net.safetensors\")",
        "divided by 16, f32 [batch, 64]",
    ] {
        assert!(printed.contains(line), "no {line} in {printed}");
    }
    let file = program.read("net.safetensors");
    let length = u64::from_le_bytes(file[..8].try_into().unwrap()) as usize;
    let header: serde_json::Value = serde_json::from_slice(&file[8..8 + length]).unwrap();
    assert_eq!(header["blocks.1.linear.weight"]["shape"], serde_json::json!([8, 9]));
    assert_eq!(header["blocks.0.norm.running_var"]["dtype"], "F32");
    assert_eq!(header.as_object().unwrap().len(), 14);
    // A run can start from the exported weights.
    program
        .run(&["--name", "again", "--epochs", "1", "--hidden", "9,8", "--batch-norm", "--init-from", "net.safetensors"])
        .succeeds();
}

#[test]
fn a_folded_network_has_no_batch_norm_and_the_same_predictions() {
    let program = Program::new();
    digits_run(&program, "net", &["--epochs", "2", "--hidden", "20,12", "--batch-norm", "--activation", "gelu"]);
    let printed = exported(&program, &["net", "--format", "safetensors", "--fold", "--out-file", "folded.safetensors"]);
    assert!(!printed.contains("BatchNorm1d"));
    // The rate is too small to change a weight, so the folded weights are evaluated.
    let still = ["--lr", "1e-30", "--epochs", "1", "--hidden", "20,12", "--activation", "gelu"];
    let folded = [&["--name", "folded", "--init-from", "folded.safetensors"], &still[..]].concat();
    program.run(&folded).succeeds();
    let rows = |run: &str| {
        let text = String::from_utf8(program.read(&format!("artifacts/{run}/predictions/test.csv"))).unwrap();
        let row = |line: &str| {
            let fields: Vec<_> = line.split(',').collect();
            (fields[fields.len() - 2].to_string(), fields[fields.len() - 1].parse::<f64>().unwrap())
        };
        text.lines().skip(1).map(row).collect::<Vec<_>>()
    };
    for ((class, probability), (folded_class, folded_probability)) in rows("net").iter().zip(rows("folded")) {
        assert_eq!(*class, folded_class);
        assert!((probability - folded_probability).abs() < 1e-5);
    }
}

#[test]
fn an_onnx_export_prints_its_opset_shapes_and_classes() {
    let program = Program::new();
    digits_run(&program, "net", &["--epochs", "1", "--hidden", "9"]);
    let printed = exported(&program, &["net", "--format", "onnx", "--normalize", "--softmax"]);
    for words in ["net.onnx, ONNX opset 17", "\"pixels\" f32 [batch, 64]", "\"probabilities\" f32 [batch, 10]: 0, 1, 2"]
    {
        assert!(printed.contains(words), "no {words} in {printed}");
    }
    let file = program.read("net.onnx");
    let model = onnx_rs::parse(&file).unwrap();
    let graph = model.graph.unwrap();
    let operators: Vec<String> = graph.node.iter().map(|node| node.op_type.to_string()).collect();
    assert_eq!(operators, ["Div", "Gemm", "Relu", "Gemm", "Softmax"]);
    let names: Vec<&str> = model.metadata_props.iter().map(|entry| entry.key).collect();
    assert_eq!(names, ["class_names", "source", "image_shape", "pixel_maximum"]);
}

#[test]
fn an_onnx_model_of_a_table_takes_the_columns_of_its_file() {
    let program = Program::new();
    let row =
        |row: usize| format!("{},{},{},{}\n", ["red", "blue"][row % 2], row, 7 * row % 5, ["yes", "no"][row / 2 % 2]);
    fs::write(program.path("table.csv"), format!("colour,x,y,class\n{}", (0..40).map(row).collect::<String>()))
        .unwrap();
    program
        .run(&[
            "--name",
            "net",
            "--data",
            "csv:table.csv",
            "--epochs",
            "1",
            "--hidden",
            "9",
            "--quiet",
            "--set",
            "csv.missing=refuse",
            "--set",
            "csv.bins=0",
            "--members",
            "1",
        ])
        .succeeds();
    let printed = exported(&program, &["net", "--format", "onnx", "--normalize"]);
    for words in [
        "\"numbers\" f64 [batch, 2]: x, y\n",
        "\"texts\" string [batch, 1]: colour\n",
        "\"logits\" f32 [batch, 2]: no, yes",
    ] {
        assert!(printed.contains(words), "no {words} in {printed}");
    }
    let file = program.read("net.onnx");
    let model = onnx_rs::parse(&file).unwrap();
    let domains: Vec<&str> = model.opset_import.iter().map(|set| set.domain).collect();
    assert_eq!(domains, ["", "ai.onnx.ml"]);
    let graph = model.graph.unwrap();
    let operators: Vec<String> = graph.node.iter().map(|node| node.op_type.to_string()).collect();
    let numbers = ["IsNaN", "Cast", "Gather", "Add", "Sub", "Div", "Cast"];
    let texts = ["Gather", "StringConcat", "LabelEncoder", "Gather", "OneHot"];
    let expected = [&numbers[..], &texts, &["Concat", "Gather", "Gemm", "Relu", "Gemm"]].concat();
    assert_eq!(operators, expected);
    let printed = exported(&program, &["net", "--format", "onnx", "--force"]);
    assert!(printed.contains("columns normalised as in training, \"features\" f32 [batch, 4]"), "{printed}");
    program.run(&["--name", "raw", "--data", "synthetic", "--epochs", "1", "--quiet"]).succeeds();
    let refused = program.run(&["export", "raw", "--format", "onnx", "--normalize"]);
    refused.fails_with(2).complains("features are not normalised");
}

#[test]
fn an_impossible_export_is_refused_with_the_way_out() {
    let program = Program::new();
    digits_run(&program, "net", &["--epochs", "1", "--hidden", "9"]);
    let ask = |arguments: &[&str]| program.run(&[&["export"], arguments].concat());
    ask(&["net", "--format", "pt"]).fails_with(2).complains("safetensors, onnx");
    ask(&["nut", "--format", "onnx"]).fails_with(1).complains("nut");
    ask(&["net", "--format", "onnx", "--fold"]).fails_with(2).complains("no batch normalisation");
    ask(&["net", "--format", "safetensors", "--softmax"]).fails_with(2).complains("--format onnx");
    ask(&["net", "--format", "onnx"]).succeeds();
    ask(&["net", "--format", "onnx"])
        .fails_with(2)
        .complains("net.onnx already exists; choose another file or add --force");
    ask(&["net", "--format", "onnx", "--force"]).succeeds();
    let own = ["--out-file", "artifacts/net/model.safetensors", "--force"];
    ask(&[&["net", "--format", "safetensors"], &own[..]].concat()).fails_with(2).complains("belongs to a run");
    ask(&["net", "--format", "onnx", "--out-file", "no/such/place.onnx"]).fails_with(1).complains("no/such");
    let model = program.path("artifacts/net/model.safetensors");
    let mut bytes = fs::read(&model).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs::write(&model, bytes).unwrap();
    ask(&["net", "--format", "onnx", "--force"]).fails_with(1).complains("damaged");
    digits_run(&program, "other", &["--epochs", "1", "--hidden", "7"]);
    fs::copy(program.path("artifacts/other/model.safetensors"), &model).unwrap();
    ask(&["net", "--format", "onnx", "--force"]).fails_with(1).complains("is the model of another run");
    fs::remove_file(&model).unwrap();
    ask(&["net", "--format", "onnx", "--force"]).fails_with(1).complains("model.safetensors is missing");
}
