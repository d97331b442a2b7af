//! The HTTP API.

use std::fs;
use std::io::Cursor;
use std::thread;

use image::{GrayImage, ImageFormat, Luma};
use serde_json::json;

use super::client::Server;
use crate::support::Program;

/// A row of 64 pixels from 0 to 16.
fn row(seed: usize) -> Vec<usize> {
    (0..64).map(|pixel| (pixel * 7 + seed * 13 + pixel * seed) % 17).collect()
}

fn png(image: &GrayImage) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    image.write_to(&mut file, ImageFormat::Png).unwrap();
    file.into_inner()
}

#[test]
fn the_model_describes_itself() {
    let server = Server::of_digits();
    assert_eq!(server.get("/healthz").json(), json!({ "status": "ok" }));
    let model = server.get("/model").json();
    assert_eq!((&model["name"], &model["source"]), (&json!("run"), &json!("digits")));
    assert_eq!(model["image"], json!({ "height": 8, "width": 8, "channels": 1 }));
    assert_eq!(model["classes"].as_array().unwrap().len(), 10);
    assert_eq!((&model["features"], &model["pixel_maximum"]), (&json!(64), &json!(16.0)));
    assert_eq!(model["centers"], true);
    let record: serde_json::Value = serde_json::from_slice(&server.program.read("artifacts/run/run.json")).unwrap();
    assert_eq!(model["accuracy"]["test"], record["test"]["accuracy"]);
    assert_eq!(model["used_for_selection"], record["used_for_selection"]);
}

/// A server of a model that predicts the numbers `targets` of scikit-learn's table of 442 patients.
fn of_diabetes(targets: &str) -> Server {
    let program = Program::new();
    let table = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/diabetes.csv");
    fs::copy(table, program.path("diabetes.csv")).unwrap();
    let data = ["--data", "diabetes.csv", "--target", targets, "--epochs", "2", "--name", "run", "--quiet"];
    program.run(&data).succeeds();
    Server::start(program, &[])
}

#[test]
fn a_model_of_numbers_describes_itself_and_answers_with_them() {
    let server = of_diabetes("bmi,bp");
    let model = server.get("/model").json();
    assert_eq!((&model["targets"], &model["classes"]), (&json!(["bmi", "bp"]), &json!([])));
    let record: serde_json::Value = serde_json::from_slice(&server.program.read("artifacts/run/run.json")).unwrap();
    assert_eq!(model["rmse"]["test"], record["test"]["rmse"]);
    assert!(model["rmse"]["test"].is_number() && model["accuracy"] == json!({ "test": null, "valid": null }));
    let answer = server.post("/predict", "application/json", model["record"].to_string().as_bytes()).json();
    let values = answer["predictions"][0]["values"].as_object().unwrap();
    assert_eq!(values.keys().collect::<Vec<_>>(), ["bmi", "bp"]);
    fs::write(server.program.path("row.csv"), model["example"].as_str().unwrap()).unwrap();
    let csv = server.post("/predict", "text/csv", model["example"].as_str().unwrap().as_bytes()).json();
    let line = server.program.run(&["predict", "run", "row.csv", "--format", "json"]).succeeds().stdout;
    let line: serde_json::Value = serde_json::from_str(line.lines().next().unwrap()).unwrap();
    for target in ["bmi", "bp"] {
        let [served, predicted] =
            [&csv["predictions"][0], &line].map(|answer| answer["values"][target].as_f64().unwrap());
        assert!((served - predicted).abs() < 1e-4 * predicted.abs(), "{served} and {predicted}");
    }
}

#[test]
fn a_row_that_overflows_the_network_is_refused() {
    let program = Program::new();
    let rows = ["--data", "synthetic", "--set", "synthetic.features=3", "--set", "synthetic.rows=400"];
    program.run(&[&["--epochs", "1", "--name", "run", "--quiet"], &rows[..]].concat()).succeeds();
    let server = Server::start(program, &[]);
    let body = |row: [f32; 3]| json!({ "features": [[1, 2, 3], row] }).to_string();
    assert_eq!(server.post("/predict", "application/json", body([1e9, 0.0, 0.0]).as_bytes()).status, 200);
    let response = server.post("/predict", "application/json", body([3e38, 3e38, -3e38]).as_bytes());
    response.fails_with(400, "row 2 contains values so large");
}

#[test]
fn rows_get_the_predictions_of_the_predict_command() {
    let server = Server::of_digits();
    let rows: Vec<_> = (0..5).map(row).collect();
    let text = rows.iter().map(|row| row.iter().map(usize::to_string).collect::<Vec<_>>().join(",") + "\n");
    let text: String = text.collect();
    fs::write(server.program.path("rows.csv"), &text).unwrap();
    let predict = ["predict", "run", "rows.csv", "--format", "json", "--top-k", "1"];
    let expected = server.program.run(&predict).succeeds().stdout;
    let json = server.post("/predict", "application/json", json!({ "features": rows }).to_string().as_bytes());
    let csv = server.post("/predict", "text/csv", text.as_bytes());
    assert_eq!((json.status, &json.body), (200, &csv.body));
    let response = json.json();
    assert_eq!(response.get("seen"), None);
    for (index, line) in expected.lines().enumerate() {
        let expected: serde_json::Value = serde_json::from_str(line).unwrap();
        let (expected, found) = (&expected["predictions"][0], &response["predictions"][index]);
        assert_eq!(expected["class"], found["class"]);
        let difference = expected["probability"].as_f64().unwrap() - found["probability"].as_f64().unwrap();
        assert!(difference.abs() < 1e-6, "{difference}");
        let all = found["probabilities"].as_array().unwrap();
        assert_eq!(all[found["index"].as_u64().unwrap() as usize], found["probability"]);
        assert!((all.iter().map(|value| value.as_f64().unwrap()).sum::<f64>() - 1.0).abs() < 1e-5);
    }
}

#[test]
fn an_image_is_prepared_as_by_the_predict_command_and_returned_as_the_network_sees_it() {
    let server = Server::of_digits();
    let bar = |x: u32| (40..52).contains(&x);
    let page = GrayImage::from_fn(120, 90, |x, y| Luma([if bar(x) && (10..80).contains(&y) { 20 } else { 250 }]));
    fs::write(server.program.path("page.png"), png(&page)).unwrap();
    let response = server.post("/predict?center=true&invert=auto", "image/png", &png(&page));
    assert_eq!(response.status, 200, "{response:?}");
    let response = response.json();
    let seen = &response["seen"];
    assert_eq!((&seen["height"], &seen["width"], &seen["channels"]), (&json!(8), &json!(8), &json!(1)));
    assert_eq!((&seen["inverted"], &seen["looks_inverted"]), (&json!(true), &json!(true)));
    let pixels: Vec<u64> = seen["pixels"].as_array().unwrap().iter().map(|pixel| pixel.as_u64().unwrap()).collect();
    assert_eq!(pixels.len(), 64);
    assert!(pixels[8 * 3 + 4] == 255 && pixels[8 * 3] == 0 && pixels[8 * 3 + 7] == 0, "{pixels:?}");
    let predict = ["predict", "run", "page.png", "--center", "--invert", "--format", "json", "--top-k", "1"];
    let expected: serde_json::Value = serde_json::from_str(&server.program.run(&predict).succeeds().stdout).unwrap();
    assert_eq!(expected["predictions"][0]["class"], response["predictions"][0]["class"]);
    let unprepared = server.post("/predict", "image/png", &png(&page)).json();
    assert_eq!((&unprepared["seen"]["inverted"], &unprepared["seen"]["looks_inverted"]), (&json!(false), &json!(true)));
}

#[test]
fn rows_of_pixels_are_prepared_like_images_and_warned_about_if_already_scaled() {
    let server = Server::of_digits();
    let ask = |path: &str, pixels: &[f64]| {
        let body = json!({ "features": [pixels] }).to_string();
        let response = server.post(path, "application/json", body.as_bytes());
        assert_eq!(response.status, 200, "{response:?}");
        response.json()
    };
    let pixels: Vec<f64> = row(1).into_iter().map(|pixel| pixel as f64).collect();
    let inverse: Vec<f64> = pixels.iter().map(|pixel| 16.0 - pixel).collect();
    let plain = ask("/predict", &pixels);
    assert_eq!((&plain["warnings"], &plain), (&json!([]), &ask("/predict?invert=true", &inverse)));
    assert_ne!(plain, ask("/predict?center=true", &pixels));
    let scaled: Vec<f64> = pixels.iter().map(|pixel| pixel / 16.0).collect();
    let sentence = "all pixels are from 0 to 1, but the model was trained on pixels from 0 to 16";
    assert_eq!(ask("/predict", &scaled)["warnings"][0]["message"], sentence);
}

#[test]
fn concurrent_clients_get_their_own_predictions() {
    let server = Server::of_digits();
    let body = |seed: usize| json!({ "features": [row(seed)] }).to_string();
    let expected: Vec<String> =
        (0..16).map(|seed| server.post("/predict", "application/json", body(seed).as_bytes()).body).collect();
    thread::scope(|scope| {
        for client in 0..16 {
            let (server, expected) = (&server, &expected);
            scope.spawn(move || {
                let mut connection = server.connect();
                for request in 0..100 {
                    let seed = (client + request) % 16;
                    connection.send(&server.request("/predict", "application/json", body(seed).as_bytes()));
                    let response = connection.response().unwrap();
                    let classes = |body: &str| {
                        let response: serde_json::Value = serde_json::from_str(body).unwrap();
                        let probabilities = response["predictions"][0]["probabilities"].as_array().unwrap().clone();
                        probabilities.iter().map(|value| value.as_f64().unwrap()).collect::<Vec<_>>()
                    };
                    for (one, other) in classes(&response.body).iter().zip(classes(&expected[seed])) {
                        assert!((one - other).abs() < 1e-5, "{one} and {other}");
                    }
                }
            });
        }
    });
}

#[test]
fn invalid_requests_get_a_status_and_a_message() {
    let server = Server::of_digits();
    server.get("/nothing").fails_with(404, "there is nothing at /nothing; the paths are /, /predict");
    let wrong = server.get("/predict");
    wrong.fails_with(405, "/predict takes POST, not GET");
    assert!(wrong.head.contains("allow: post"), "{}", wrong.head);
    server.post("/model", "text/plain", b"").fails_with(405, "/model takes GET, not POST");
    server.post("/predict", "text/plain", b"1").fails_with(415, "application/json");
    server.post("/predict", "application/json", b"{").fails_with(400, "EOF");
    server.post("/predict", "application/json", b"\xff\xfe").fails_with(400, "features");
    server.post("/predict", "text/csv", b"1,2\n").fails_with(400, "has 2 values, the model takes 64");
    server.post("/predict", "image/png", b"no image").fails_with(400, "PNG, JPEG, BMP, GIF, TIFF, WebP or PGM");
    server.post("/predict?rotate=90", "image/png", b"").fails_with(400, "\"rotate=90\" is not an image option");
    let many = format!("{{\"features\": [{}]}}", vec!["[1]"; 1001].join(","));
    server.post("/predict", "application/json", many.as_bytes()).fails_with(400, "row 1: has 1 values");
    let zeros = format!("[{}]", vec!["0"; 64].join(","));
    let many = format!("{{\"features\": [{}]}}", vec![zeros.as_str(); 1001].join(","));
    server.post("/predict", "application/json", many.as_bytes()).fails_with(413, "more than 1000 rows");
    let most = format!("{{\"features\": [{}]}}", vec![zeros.as_str(); 1000].join(","));
    let response = server.post("/predict", "application/json", most.as_bytes());
    assert_eq!((response.status, response.json()["predictions"].as_array().unwrap().len()), (200, 1000));
}

#[test]
fn requests_from_pages_of_other_origins_are_refused() {
    let server = Server::of_digits();
    let ask = |headers: &str| server.send(format!("GET /model HTTP/1.1\r\n{headers}\r\n\r\n").as_bytes());
    ask("host: evil.example").fails_with(403, "localhost");
    ask(&format!("host: {}\r\norigin: http://evil.example", server.address)).fails_with(403, "its own page");
    let own = format!("host: {0}\r\norigin: http://{0}", server.address);
    let response = ask(&own);
    assert_eq!(response.status, 200);
    assert!(!response.head.contains("access-control"), "{}", response.head);
}

#[test]
fn the_page_loads_nothing_from_other_servers() {
    let server = Server::of_digits();
    let page = server.get("/");
    assert_eq!(page.status, 200);
    assert!(page.head.contains("content-security-policy: default-src 'none'; script-src 'self'"), "{}", page.head);
    for path in ["/", "/style.css", "/page.js"] {
        let response = server.get(path);
        assert_eq!(response.status, 200, "{path}");
        for foreign in ["http://", "https://", "//cdn", "@import", "url("] {
            assert!(!response.body.contains(foreign), "{path} contains {foreign}");
        }
    }
}

#[test]
fn a_taken_port_is_an_error_and_a_model_of_rows_refuses_images() {
    let server = Server::of_digits();
    let port = server.address.port().to_string();
    let taken = server.program.run(&["serve", "run", "--port", &port]).fails_with(1);
    taken.complains(&format!("port {port} is taken by another program; choose another with --port"));
    server.program.run(&["serve", "run", "--host", "no such host"]).fails_with(2).complains("--host");
    let program = Program::new();
    let rows = ["--data", "synthetic", "--set", "synthetic.features=3", "--set", "synthetic.rows=400"];
    program.run(&[&["--epochs", "1", "--name", "run"], &rows[..]].concat()).succeeds();
    let server = Server::start(program, &["--backend", "ndarray"]);
    assert_eq!(server.get("/model").json()["image"], json!(null));
    assert_eq!(server.post("/predict", "text/csv", b"a,b,c\n1,2,3\n").status, 200);
    server.post("/predict", "image/png", &png(&GrayImage::new(4, 4))).fails_with(400, "takes rows of 3 features");
    let inverted = server.post("/predict?invert=auto", "text/csv", b"1,2,3\n");
    inverted.fails_with(400, "is not an option: this model takes rows, which have no options");
}

#[test]
fn rows_of_a_table_are_sent_as_csv_or_as_objects() {
    let server = Server::of_table();
    let model = server.get("/model").json();
    let example = model["example"].as_str().unwrap();
    assert!(example.starts_with("color,size\nblue,"), "{example}");
    let response = server.post("/predict", "text/csv", example.as_bytes());
    assert_eq!(response.status, 200, "{response:?}");
    let bare = example.split_once('\n').unwrap().1;
    server.post("/predict", "text/csv", bare.as_bytes()).fails_with(400, "no column");
    let post = |body: &str| server.post("/predict", "application/json", body.as_bytes());
    let rows = r#"{"color": "red", "size": 1.5}, {"size": "-2", "color": "green", "bought": "no"}"#;
    let csv = server.post("/predict", "text/csv", b"color,size\nred,1.5\ngreen,-2\n");
    for body in [format!("[{rows}]"), format!("{{\"rows\": [{rows}]}}")] {
        assert_eq!(post(&body).body, csv.body, "{body}");
    }
    let one = post(r#"{"color": "red", "size": 1.5}"#).json();
    assert_eq!(one["predictions"][0], csv.json()["predictions"][0]);
    post(&format!("[{rows}, {{\"color\": \"red\"}}]")).fails_with(400, "row 3: column \"size\": the record does not");
    post(r#"{"features": [[1, 0, 0, 0.5]]}"#)
        .fails_with(400, "row 1: columns \"color\", \"size\": the record does not have them");
    post("[]").fails_with(400, "the body is not a row such as {\"color\":\"blue\",\"size\":");
    let many = vec![r#"{"color": "red", "size": 1}"#; 1001].join(",");
    post(&format!("[{many}]")).fails_with(413, "more than 1000 rows");
}

#[test]
fn a_source_is_shown_without_directories_unless_its_path_is_relative() {
    let server = Server::of_table();
    assert_eq!(server.get("/model").json()["source"], "csv:t.csv");
    server.program.run(&["--data", "csv:./t.csv", "--epochs", "1", "--name", "relative", "--quiet"]).succeeds();
    let report = server.program.read("artifacts/relative/report.html");
    assert!(String::from_utf8(report).unwrap().contains("csv:./t.csv"));
    server.program.run(&["--resume", "relative", "--epochs", "2", "--quiet"]).succeeds();
    server.program.run(&["inspect", "relative"]).succeeds().says("csv:./t.csv");
    server.program.run(&["compare", "run", "relative", "--html", "page.html"]).succeeds();
    let directory = server.program.path("").display().to_string();
    for path in ["/model", "/openapi.json", "/nothing"] {
        assert!(!server.get(path).body.contains(&directory), "{path}");
    }
    let page = ["artifacts/run/report.html", "artifacts/run/model.safetensors", "artifacts/relative/report.html"];
    for file in page.into_iter().chain(["page.html"]) {
        let bytes = server.program.read(file);
        assert!(!String::from_utf8_lossy(&bytes).contains(&directory), "{file}");
    }
}
