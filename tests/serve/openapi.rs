//! `/openapi.json` against the server's real answers.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::client::{Response, Server};
use crate::support::Program;

/// Asserts that `value` fits `schema`: the part of JSON Schema that the description uses.
#[track_caller]
fn assert_fits(value: &Value, schema: &Value, api: &Value) {
    assert_eq!(problem(value, schema, api), None, "{value} against {schema}");
}

fn problem(value: &Value, schema: &Value, api: &Value) -> Option<String> {
    let mut problems = schema.as_object().unwrap().iter().filter_map(|(key, rule)| {
        let holds = match key.as_str() {
            "$ref" => {
                let at = rule.as_str().unwrap().strip_prefix('#').unwrap();
                return problem(value, api.pointer(at).expect("the reference exists"), api);
            }
            "type" => {
                let names = rule.as_array().cloned().unwrap_or_else(|| vec![rule.clone()]);
                names.iter().any(|name| is_a(value, name.as_str().unwrap()))
            }
            "const" => value == rule,
            "enum" => rule.as_array().unwrap().contains(value),
            "anyOf" => rule.as_array().unwrap().iter().any(|schema| problem(value, schema, api).is_none()),
            "minimum" => value.as_f64().is_none_or(|number| number >= rule.as_f64().unwrap()),
            "maximum" => value.as_f64().is_none_or(|number| number <= rule.as_f64().unwrap()),
            "minItems" => value.as_array().is_none_or(|list| list.len() as u64 >= rule.as_u64().unwrap()),
            "maxItems" => value.as_array().is_none_or(|list| list.len() as u64 <= rule.as_u64().unwrap()),
            "items" => return value.as_array()?.iter().find_map(|item| problem(item, rule, api)),
            "required" => rule.as_array().unwrap().iter().all(|name| value.get(name.as_str().unwrap()).is_some()),
            "properties" => {
                let fields = value.as_object()?;
                return fields.iter().find_map(|(name, field)| problem(field, rule.get(name)?, api));
            }
            "additionalProperties" => {
                assert_eq!(rule, &json!(false), "only closed objects are checked");
                let fields = value.as_object()?;
                fields.keys().all(|name| schema["properties"].get(name).is_some())
            }
            "description" | "examples" => true,
            other => panic!("the check does not know {other}"),
        };
        (!holds).then(|| format!("{value} does not fit {key} {rule}"))
    });
    problems.next()
}

fn is_a(value: &Value, name: &str) -> bool {
    match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        "integer" => value.is_u64() || value.is_i64(),
        "number" => value.is_number(),
        other => panic!("there is no type {other}"),
    }
}

/// The schema of an answer.
fn answer<'a>(api: &'a Value, path: &str, status: &str) -> &'a Value {
    let method = if path == "/predict" { "post" } else { "get" };
    let responses = &api["paths"][path][method]["responses"];
    let response = responses.get(status).unwrap_or(&responses["default"]);
    &response["content"]["application/json"]["schema"]
}

#[track_caller]
fn assert_described(response: &Response, path: &str, api: &Value) {
    assert!(response.head.contains("content-type: application/json"), "{}", response.head);
    assert_fits(&response.json(), answer(api, path, &response.status.to_string()), api);
}

/// The schema of a body of `/predict`.
fn body<'a>(api: &'a Value, kind: &str) -> &'a Value {
    &api["paths"]["/predict"]["post"]["requestBody"]["content"][kind]
}

#[test]
fn every_path_is_described_and_answers_as_described() {
    let server = Server::of_digits();
    let api = server.get("/openapi.json").json();
    assert_eq!(api["openapi"], "3.1.0");
    let described: BTreeSet<&str> = api["paths"].as_object().unwrap().keys().map(String::as_str).collect();
    // The message for an unknown path names all of them, and the page.
    let message = server.get("/nothing").json()["error"].as_str().unwrap().to_string();
    let named = message.split_once("the paths are ").unwrap().1.replace(" and ", ", ");
    assert_eq!(named.split(", ").filter(|path| *path != "/").collect::<BTreeSet<_>>(), described);
    for path in described.iter().filter(|path| **path != "/predict") {
        let response = server.get(path);
        assert_eq!(response.status, 200, "{path}");
        assert_described(&response, path, &api);
    }
}

#[test]
fn images_rows_and_errors_are_as_described() {
    let server = Server::of_digits();
    let api = server.get("/openapi.json").json();
    let rows = json!({ "features": [vec![3; 64], vec![0; 64]] });
    assert_fits(&rows, &body(&api, "application/json")["schema"], &api);
    for wrong in
        [json!({ "features": [[1]] }), json!({ "features": [] }), json!({ "features": [vec![17; 64]] }), json!({})]
    {
        assert!(problem(&wrong, &body(&api, "application/json")["schema"], &api).is_some(), "{wrong}");
        assert_described(&server.post("/predict", "application/json", wrong.to_string().as_bytes()), "/predict", &api);
    }
    let image = b"P2 2 2 255 0 255 0 255";
    let row = vec!["0.5"; 64].join(",");
    for (kind, sent) in [
        ("application/json", rows.to_string().as_bytes()),
        ("image/x-portable-graymap", image),
        ("text/csv", row.as_bytes()),
    ] {
        let response = server.post("/predict", kind, sent);
        assert_eq!(response.status, 200, "{response:?}");
        assert_described(&response, "/predict", &api);
    }
    assert!(!body(&api, "image/*").is_null() && !body(&api, "multipart/form-data").is_null());
    let form = server.post_form("/predict", &[("name=a; filename=a.pgm", image)]);
    assert_eq!(form.status, 200, "{form:?}");
    assert_described(&form, "/predict", &api);
    assert_described(&server.post("/predict", "text/plain", b""), "/predict", &api);
}

#[test]
fn the_columns_of_a_table_are_described() {
    let server = Server::of_table();
    let api = server.get("/openapi.json").json();
    let json = body(&api, "application/json");
    let rows = [
        json!({"color": "red", "size": 1}),
        json!([{"color": "x", "size": 2.5}]),
        json!({"color": null, "size": 1}),
        json["example"].clone(),
    ];
    for row in rows {
        assert_fits(&row, &json["schema"], &api);
        let response = server.post("/predict", "application/json", row.to_string().as_bytes());
        assert_eq!(response.status, 200, "{response:?}");
        assert_described(&response, "/predict", &api);
    }
    for wrong in [json!({"color": "red"}), json!([]), json!({"color": ["red"], "size": 1})] {
        assert!(problem(&wrong, &json["schema"], &api).is_some(), "{wrong}");
        let response = server.post("/predict", "application/json", wrong.to_string().as_bytes());
        assert_eq!(response.status, 400, "{response:?}");
        assert_described(&response, "/predict", &api);
    }
    let csv = body(&api, "text/csv")["example"].as_str().unwrap();
    assert_eq!(server.post("/predict", "text/csv", csv.as_bytes()).status, 200);
    assert!(body(&api, "image/*").is_null());
}

#[test]
fn rows_of_numbers_are_described() {
    let program = Program::new();
    let rows = ["--data", "synthetic", "--set", "synthetic.features=3", "--set", "synthetic.rows=400"];
    program.run(&[&["--epochs", "1", "--name", "run"], &rows[..]].concat()).succeeds();
    let server = Server::start(program, &[]);
    let api = server.get("/openapi.json").json();
    let rows = json!({ "features": [[1, -2.5, 3e5]] });
    assert_fits(&rows, &body(&api, "application/json")["schema"], &api);
    assert_described(&server.post("/predict", "application/json", rows.to_string().as_bytes()), "/predict", &api);
    assert_eq!(api["paths"]["/predict"]["post"]["parameters"], json!([]));
}
