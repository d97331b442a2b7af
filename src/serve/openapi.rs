//! The API of this model in OpenAPI 3.1, the response to `GET /openapi.json`.

use serde_json::{Map, Value as Json, json};

use super::request::records;
use crate::data::TableSchema;
use burn_mlp_infer::table::{ColumnKind, Meaning, TableColumn};
use burn_mlp_infer::{ModelMetadata, Normalization, Task};

/// Maximum number of a text column's categories that are listed.
const MAX_EXAMPLES: usize = 20;

/// Describes the API of the model of the run `name`.
pub(super) fn describe(name: &str, metadata: &ModelMetadata, max_rows: usize) -> String {
    let description = json!({
        "openapi": "3.1.0",
        "info": {
            "title": name,
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "Predictions of a model trained by burn-mlp.",
        },
        "paths": {
            "/predict": { "post": predict(metadata, max_rows) },
            "/model": { "get": get("Describes the model.", json!({ "type": "object" })) },
            "/healthz": { "get": get("Answers while the server is up.", object(json!({ "status": { "const": "ok" } }), &["status"])) },
            "/openapi.json": { "get": get("This description.", json!({ "type": "object" })) },
        },
        "components": {
            "schemas": {
                "Error": object(json!({ "error": { "type": "string" } }), &["error"]),
                "Predictions": predictions(metadata),
            },
        },
    });
    description.to_string()
}

/// An object with these properties and no others.
fn object(properties: Json, required: &[&str]) -> Json {
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}

fn json_of(description: &str, schema: Json) -> Json {
    json!({ "description": description, "content": { "application/json": { "schema": schema } } })
}

fn error(description: &str) -> Json {
    json_of(description, json!({ "$ref": "#/components/schemas/Error" }))
}

fn get(summary: &str, answer: Json) -> Json {
    json!({ "summary": summary, "responses": { "200": json_of(summary, answer), "default": error("An error.") } })
}

fn predict(metadata: &ModelMetadata, max_rows: usize) -> Json {
    let option = |name: &str, values: Json, description: &str| json!({ "name": name, "in": "query", "description": description, "schema": { "enum": values } });
    let parameters = match metadata.image_shape {
        None => Vec::new(),
        Some(_) => vec![
            option("center", json!(["true", "false"]), "Scale and centre the image as in training."),
            option("invert", json!(["true", "false", "auto"]), "Invert the image; auto: if it looks inverted."),
        ],
    };
    json!({
        "summary": "Predicts rows, images or files.",
        "parameters": parameters,
        "requestBody": { "required": true, "content": bodies(metadata, max_rows) },
        "responses": {
            "200": json_of("One prediction a row, in order.", json!({ "$ref": "#/components/schemas/Predictions" })),
            "400": error("The body is malformed, or a row or an image cannot be used."),
            "413": error("The body is too large or has too many rows."),
            "415": error("The body is compressed or of an unknown type."),
            "503": error("The server is overloaded."),
            "default": error("Another error."),
        },
    })
}

/// The request's bodies by content type.
fn bodies(metadata: &ModelMetadata, max_rows: usize) -> Json {
    let mut bodies = Map::new();
    let mut add = |kind: &str, body: Json| bodies.insert(kind.to_string(), body);
    let file = json!({ "type": "string", "format": "binary" });
    let csv = json!({ "type": "string", "contentMediaType": "text/csv", "minLength": 1 });
    match &metadata.table {
        Some(table) => {
            let example = json!({ "rows": [records::example(table)] });
            add("application/json", json!({ "schema": records_schema(table, max_rows), "example": example }));
            add("text/csv", json!({ "schema": csv, "example": table.example() }));
        }
        None => {
            add("application/json", json!({ "schema": rows_schema(metadata, max_rows) }));
            add("text/csv", json!({ "schema": csv }));
        }
    }
    if metadata.image_shape.is_some() {
        add("image/*", json!({ "schema": file }));
    }
    let files = json!({
        "type": "object",
        "description": "Any number of files, under any name.",
        "properties": { "file": file },
        "required": ["file"],
    });
    add("multipart/form-data", json!({ "schema": files }));
    Json::Object(bodies)
}

/// `{"features": [[...], ...]}`.
fn rows_schema(metadata: &ModelMetadata, max_rows: usize) -> Json {
    let (least, most) = match metadata.normalization {
        Normalization::DivideBy(maximum) => (0.0, maximum),
        Normalization::ScaleBy(_) | Normalization::None => (f32::MIN, f32::MAX),
    };
    let number = json!({ "type": "number", "minimum": least, "maximum": most });
    let row = json!({ "type": "array", "items": number, "minItems": metadata.features, "maxItems": metadata.features });
    object(json!({ "features": list(row, max_rows) }), &["features"])
}

fn list(item: Json, max_rows: usize) -> Json {
    json!({ "type": "array", "items": item, "minItems": 1, "maxItems": max_rows })
}

/// A record, a list of records, or `{"rows": [...]}`.
fn records_schema(table: &TableSchema, max_rows: usize) -> Json {
    let properties: Map<String, Json> =
        table.columns.iter().map(|column| (column.name.clone(), column_schema(table, column))).collect();
    let names: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
    let record = json!({ "type": "object", "properties": properties, "required": names });
    let records = list(record.clone(), max_rows);
    json!({ "anyOf": [object(json!({ "rows": records.clone() }), &["rows"]), records, record] })
}

fn column_schema(table: &TableSchema, column: &TableColumn) -> Json {
    let with_null = |types: &[&'static str], missing: bool| {
        types.iter().copied().chain(missing.then_some("null")).collect::<Vec<_>>()
    };
    match &column.kind {
        ColumnKind::Numeric(numbers) => match table.notation.meanings.get(&column.name) {
            Some(Meaning::Unit(_)) | None => {
                json!({ "type": with_null(&["number", "string"], !column.needs_value()) })
            }
            Some(meaning) => json!({
                "type": with_null(meaning_types(meaning), !column.needs_value()),
                "description": format!("{}, as text", meaning.noun()),
                "examples": [meaning.text(numbers.usual())],
            }),
        },
        ColumnKind::OneHot(categories) | ColumnKind::Embedded(categories) => json!({
            "type": with_null(&["string", "number", "boolean"], !column.needs_value()),
            "examples": categories.values.iter().take(MAX_EXAMPLES).collect::<Vec<_>>(),
        }),
    }
}

fn meaning_types(meaning: &Meaning) -> &'static [&'static str] {
    match meaning {
        Meaning::Boolean(_) => &["boolean", "string", "number"],
        Meaning::Unit(_) | Meaning::Date(_) | Meaning::Time => &["string", "number"],
    }
}

/// What is predicted for a row, by the task.
fn prediction(task: &Task) -> Json {
    let number = json!({ "type": "number" });
    let (mut properties, required) = match task {
        Task::Classification { class_names } => {
            let classes = class_names.len();
            let properties = json!({
                "class": { "type": "string", "enum": class_names },
                "index": { "type": "integer", "minimum": 0, "maximum": classes.saturating_sub(1) },
                "probability": number,
                "probabilities": { "type": "array", "items": number, "minItems": classes, "maxItems": classes },
            });
            (properties, &["class", "index", "probability", "probabilities"][..])
        }
        Task::Regression { targets } => {
            let names: Vec<&str> = targets.iter().map(|target| target.name.as_str()).collect();
            let values: Map<String, Json> = names.iter().map(|name| (name.to_string(), number.clone())).collect();
            (json!({ "values": object(Json::Object(values), &names) }), &["values"][..])
        }
    };
    properties["id"] =
        json!({ "type": "string", "description": "The row's id, if the model's table has a column of them." });
    properties["file"] = json!({ "type": "string", "description": "The file of a form that the row came in." });
    object(properties, required)
}

fn predictions(metadata: &ModelMetadata) -> Json {
    let count = json!({ "type": "integer", "minimum": 0 });
    let pixel = json!({ "type": "integer", "minimum": 0, "maximum": 255 });
    let seen = json!({
        "height": count, "width": count, "channels": count,
        "inverted": { "type": "boolean" }, "looks_inverted": { "type": "boolean" },
        "pixels": { "type": "array", "items": pixel },
    });
    let text = json!({ "type": "string" });
    let warning = json!({
        "column": text, "kind": text, "count": count, "first": { "type": ["string", "null"] }, "value": text, "message": text,
    });
    let properties = json!({
        "predictions": { "type": "array", "items": prediction(&metadata.task) },
        "seen": object(seen, &["height", "width", "channels", "inverted", "looks_inverted", "pixels"]),
        "warnings": { "type": "array", "items": object(warning, &["column", "kind", "count", "first", "value", "message"]) },
    });
    object(properties, &["predictions", "warnings"])
}
