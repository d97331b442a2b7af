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
}

#[test]
fn a_row_so_large_that_the_network_overflows_is_refused() {
    let program = Program::new();
    let rows = ["--data", "synthetic", "--set", "synthetic.features=3", "--set", "synthetic.rows=400"];
    program.run(&[&["--epochs", "1", "--name", "run", "--quiet"], &rows[..]].concat()).succeeds();
    let server = Server::start(program, &[]);
    let body = |row: [f32; 3]| json!({ "features": [[1, 2, 3], row] }).to_string();
    assert_eq!(server.post("/predict", "application/json", body([1e9, 0.0, 0.0]).as_bytes()).status, 200);
    let answer = server.post("/predict", "application/json", body([3e38, 3e38, -3e38]).as_bytes());
    answer.refuses(400, "row 2 has values so large");
}

#[test]
fn rows_and_images_get_the_answers_of_predict() {
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
    let answer = json.json();
    assert_eq!(answer.get("seen"), None);
    for (index, line) in expected.lines().enumerate() {
        let expected: serde_json::Value = serde_json::from_str(line).unwrap();
        let (expected, found) = (&expected["predictions"][0], &answer["predictions"][index]);
        assert_eq!(expected["class"], found["class"]);
        let difference = expected["probability"].as_f64().unwrap() - found["probability"].as_f64().unwrap();
        assert!(difference.abs() < 1e-6, "{difference}");
        let all = found["probabilities"].as_array().unwrap();
        assert_eq!(all[found["index"].as_u64().unwrap() as usize], found["probability"]);
        assert!((all.iter().map(|value| value.as_f64().unwrap()).sum::<f64>() - 1.0).abs() < 1e-5);
    }
}

#[test]
fn an_image_is_prepared_as_predict_does_and_shown_as_the_network_saw_it() {
    let server = Server::of_digits();
    let bar = |x: u32| (40..52).contains(&x);
    let page = GrayImage::from_fn(120, 90, |x, y| Luma([if bar(x) && (10..80).contains(&y) { 20 } else { 250 }]));
    fs::write(server.program.path("page.png"), png(&page)).unwrap();
    let answer = server.post("/predict?center=true&invert=auto", "image/png", &png(&page));
    assert_eq!(answer.status, 200, "{answer:?}");
    let answer = answer.json();
    let seen = &answer["seen"];
    assert_eq!((&seen["height"], &seen["width"], &seen["channels"]), (&json!(8), &json!(8), &json!(1)));
    assert_eq!((&seen["inverted"], &seen["looks_inverted"]), (&json!(true), &json!(true)));
    let pixels: Vec<u64> = seen["pixels"].as_array().unwrap().iter().map(|pixel| pixel.as_u64().unwrap()).collect();
    assert_eq!(pixels.len(), 64);
    assert!(pixels[8 * 3 + 4] == 255 && pixels[8 * 3] == 0 && pixels[8 * 3 + 7] == 0, "{pixels:?}");
    let predict = ["predict", "run", "page.png", "--center", "--invert", "--format", "json", "--top-k", "1"];
    let expected: serde_json::Value = serde_json::from_str(&server.program.run(&predict).succeeds().stdout).unwrap();
    assert_eq!(expected["predictions"][0]["class"], answer["predictions"][0]["class"]);
    let as_it_is = server.post("/predict", "image/png", &png(&page)).json();
    assert_eq!((&as_it_is["seen"]["inverted"], &as_it_is["seen"]["looks_inverted"]), (&json!(false), &json!(true)));
}

#[test]
fn rows_of_pixels_are_prepared_as_images_are_and_those_scaled_before_are_told() {
    let server = Server::of_digits();
    let ask = |path: &str, pixels: &[f64]| {
        let body = json!({ "features": [pixels] }).to_string();
        let answer = server.post(path, "application/json", body.as_bytes());
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    };
    let pixels: Vec<f64> = row(1).into_iter().map(|pixel| pixel as f64).collect();
    let inverse: Vec<f64> = pixels.iter().map(|pixel| 16.0 - pixel).collect();
    let told = ask("/predict", &pixels);
    assert_eq!((told.get("warning"), &told), (None, &ask("/predict?invert=true", &inverse)));
    assert_ne!(told, ask("/predict?center=true", &pixels));
    let scaled: Vec<f64> = pixels.iter().map(|pixel| pixel / 16.0).collect();
    let sentence = "all pixels are from 0 to 1, and the model takes them from 0 to 16";
    assert_eq!(ask("/predict", &scaled)["warning"], sentence);
}

#[test]
fn many_clients_at_once_get_their_own_answers() {
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
                    let answer = connection.answer().unwrap();
                    let classes = |body: &str| {
                        let answer: serde_json::Value = serde_json::from_str(body).unwrap();
                        let probabilities = answer["predictions"][0]["probabilities"].as_array().unwrap().clone();
                        probabilities.iter().map(|value| value.as_f64().unwrap()).collect::<Vec<_>>()
                    };
                    for (one, other) in classes(&answer.body).iter().zip(classes(&expected[seed])) {
                        assert!((one - other).abs() < 1e-5, "{one} and {other}");
                    }
                }
            });
        }
    });
}

#[test]
fn what_cannot_be_answered_is_refused_with_its_status_and_a_sentence() {
    let server = Server::of_digits();
    server.get("/nothing").refuses(404, "there is nothing at /nothing; there are /, /predict");
    let wrong = server.get("/predict");
    wrong.refuses(405, "/predict takes POST, not GET");
    assert!(wrong.head.contains("allow: post"), "{}", wrong.head);
    server.post("/model", "text/plain", b"").refuses(405, "/model takes GET, not POST");
    server.post("/predict", "text/plain", b"1").refuses(415, "application/json");
    server.post("/predict", "application/json", b"{").refuses(400, "EOF");
    server.post("/predict", "application/json", b"\xff\xfe").refuses(400, "features");
    server.post("/predict", "text/csv", b"1,2\n").refuses(400, "has 2 values, the model takes 64");
    server.post("/predict", "image/png", b"no image").refuses(400, "PNG, JPEG, BMP or PGM");
    server.post("/predict?rotate=90", "image/png", b"").refuses(400, "\"rotate=90\" is no option");
    let many = format!("{{\"features\": [{}]}}", vec!["[1]"; 1001].join(","));
    server.post("/predict", "application/json", many.as_bytes()).refuses(400, "row 1: has 1 values");
    let zeros = format!("[{}]", vec!["0"; 64].join(","));
    let many = format!("{{\"features\": [{}]}}", vec![zeros.as_str(); 1001].join(","));
    server.post("/predict", "application/json", many.as_bytes()).refuses(413, "more than 1000 rows");
    let most = format!("{{\"features\": [{}]}}", vec![zeros.as_str(); 1000].join(","));
    let answer = server.post("/predict", "application/json", most.as_bytes());
    assert_eq!((answer.status, answer.json()["predictions"].as_array().unwrap().len()), (200, 1000));
}

#[test]
fn pages_of_other_sites_and_foreign_names_are_refused() {
    let server = Server::of_digits();
    let ask = |headers: &str| server.ask(format!("GET /model HTTP/1.1\r\n{headers}\r\n\r\n").as_bytes());
    ask("host: evil.example").refuses(403, "localhost");
    ask(&format!("host: {}\r\norigin: http://evil.example", server.address)).refuses(403, "its own page");
    let own = format!("host: {0}\r\norigin: http://{0}", server.address);
    let answer = ask(&own);
    assert_eq!(answer.status, 200);
    assert!(!answer.head.contains("access-control"), "{}", answer.head);
}

#[test]
fn the_page_needs_nothing_from_elsewhere() {
    let server = Server::of_digits();
    let page = server.get("/");
    assert_eq!(page.status, 200);
    assert!(page.head.contains("content-security-policy: default-src 'none'; script-src 'self'"), "{}", page.head);
    for path in ["/", "/style.css", "/page.js"] {
        let answer = server.get(path);
        assert_eq!(answer.status, 200, "{path}");
        for foreign in ["http://", "https://", "//cdn", "@import", "url("] {
            assert!(!answer.body.contains(foreign), "{path} holds {foreign}");
        }
    }
}

#[test]
fn a_taken_port_and_a_model_of_rows_are_told() {
    let server = Server::of_digits();
    let port = server.address.port().to_string();
    let taken = server.program.run(&["serve", "run", "--port", &port]).fails_with(1);
    taken.complains(&format!("port {port} is taken by another program; give another with --port"));
    server.program.run(&["serve", "run", "--host", "no such host"]).fails_with(2).complains("--host");
    let program = Program::new();
    let rows = ["--data", "synthetic", "--set", "synthetic.features=3", "--set", "synthetic.rows=400"];
    program.run(&[&["--epochs", "1", "--name", "run"], &rows[..]].concat()).succeeds();
    let server = Server::start(program, &["--backend", "ndarray"]);
    assert_eq!(server.get("/model").json()["image"], json!(null));
    assert_eq!(server.post("/predict", "text/csv", b"a,b,c\n1,2,3\n").status, 200);
    server.post("/predict", "image/png", &png(&GrayImage::new(4, 4))).refuses(400, "takes rows of 3 features");
    let inverted = server.post("/predict?invert=auto", "text/csv", b"1,2,3\n");
    inverted.refuses(400, "the rows cannot be inverted or centred: they are 3 features and no images");
}

#[test]
fn a_table_s_rows_are_taken_as_csv_with_an_example() {
    let program = Program::new();
    let rows = [("red", "1.5"), ("green", "-2"), ("red", "3"), ("blue", "0")];
    let lines = rows.iter().cycle().take(40).enumerate();
    let line = |(row, (color, size)): (usize, &(&str, &str))| format!("{color},{size},{}\n", ["no", "yes"][row % 2]);
    fs::write(program.path("t.csv"), "color,size,bought\n".to_string() + &lines.map(line).collect::<String>()).unwrap();
    program.run(&["--data", "csv:t.csv", "--epochs", "2", "--name", "run"]).succeeds();
    let server = Server::start(program, &[]);
    let model = server.get("/model").json();
    let example = model["example"].as_str().unwrap();
    assert!(example.starts_with("color,size\nblue,"), "{example}");
    let answer = server.post("/predict", "text/csv", example.as_bytes());
    assert_eq!(answer.status, 200, "{answer:?}");
    let bare = example.split_once('\n').unwrap().1;
    server.post("/predict", "text/csv", bare.as_bytes()).refuses(400, "no column");
    let refused = server.post("/predict", "application/json", br#"{"features": [[1, 0, 0, 0.5]]}"#);
    assert_eq!(refused.status, 400);
    assert!(refused.body.contains("send them as text/csv"), "{}", refused.body);
}
