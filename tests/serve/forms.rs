//! Forms of files, as browsers and `curl -F` send them.

use std::io::Cursor;

use image::{GrayImage, ImageFormat, Luma};
use serde_json::json;

use super::client::Server;

fn bar(x: u32) -> Vec<u8> {
    let image = GrayImage::from_fn(8, 8, |column, _| Luma([if column == x { 255 } else { 0 }]));
    let mut file = Cursor::new(Vec::new());
    image.write_to(&mut file, ImageFormat::Png).unwrap();
    file.into_inner()
}

#[test]
fn a_form_of_one_image_is_answered_like_the_image() {
    let server = Server::of_digits();
    let (image, path) = (bar(4), "/predict?invert=true&center=true");
    let mut expected = server.post(path, "image/png", &image).json();
    expected["predictions"][0]["file"] = json!("one.png");
    let file = "name=\"image\"; filename=\"one.png\"\r\ncontent-type: image/png";
    assert_eq!(server.post_form(path, &[(file, &image)]).json(), expected);
    // Of a type that the client does not know, with options as fields, and a field without a file.
    let fields = [
        ("name=invert", &b"true"[..]),
        ("name=center", b"true"),
        ("name=file; filename=one.png\r\ncontent-type: application/octet-stream", &image),
        ("name=other; filename=\"\"\r\ncontent-type: application/octet-stream", b""),
    ];
    assert_eq!(server.post_form("/predict", &fields).json(), expected);
}

#[test]
fn a_form_of_several_files_is_answered_in_their_order() {
    let server = Server::of_digits();
    let row = vec!["3"; 64].join(",");
    let (csv, json) = (format!("{row}\n{row}\n"), format!("{{\"features\": [[{row}]]}}"));
    let (left, right) = (bar(1), bar(6));
    let fields = [
        ("name=image; filename=left.png\r\ncontent-type: image/png", &left[..]),
        ("name=rows; filename=rows.csv\r\ncontent-type: application/vnd.ms-excel", csv.as_bytes()),
        ("name=image; filename=right.png", &right),
        ("name=more\r\ncontent-type: application/json", json.as_bytes()),
    ];
    let response = server.post_form("/predict", &fields).json();
    let predictions = response["predictions"].as_array().unwrap();
    let files: Vec<_> = predictions.iter().map(|prediction| prediction["file"].as_str().unwrap()).collect();
    assert_eq!(files, ["left.png", "rows.csv", "rows.csv", "right.png", "more"]);
    assert_eq!(response.get("seen"), None);
    let alone = |kind: &str, body: &[u8]| server.post("/predict", kind, body).json()["predictions"][0].clone();
    let expected =
        [(0, alone("image/png", &left)), (2, alone("text/csv", csv.as_bytes())), (3, alone("image/png", &right))];
    for (index, expected) in expected {
        assert_eq!(predictions[index]["class"], expected["class"]);
        let difference =
            predictions[index]["probability"].as_f64().unwrap() - expected["probability"].as_f64().unwrap();
        assert!(difference.abs() < 1e-5, "{index}: {difference}");
    }
}

#[test]
fn a_form_that_cannot_be_used_is_refused_with_the_file() {
    let server = Server::of_digits();
    let post = |fields: &[(&str, &[u8])]| server.post_form("/predict", fields);
    post(&[]).fails_with(400, "the form has no files; send some, as in curl -F image=@digit.png");
    post(&[("name=size", b"3")]).fails_with(400, "field \"size\": \"size=3\" is not an image option");
    post(&[("name=image; filename=a.png", b"\x89PNG\r\n\x1a\nno")]).fails_with(400, "\"a.png\" ");
    post(&[("name=a; filename=a.csv", b"1,2\n")]).fails_with(400, "\"a.csv\"");
    post(&[("name=a; filename=a.csv.gz", b"\x1f\x8b\x08\0")]).fails_with(415, "\"a.csv.gz\" is compressed by gzip");
    let rows = format!("{}\n", vec!["3"; 64].join(",")).repeat(600);
    let half = ("name=a; filename=a.csv", rows.as_bytes());
    post(&[half, half]).fails_with(413, "more than 1000 rows");
    server.post("/predict", "multipart/form-data", b"").fails_with(400, "needs a boundary");
    server.post("/predict", "multipart/form-data; boundary=a", b"x").fails_with(400, "its boundary does not occur");
    server.post("/predict", "multipart/mixed; boundary=a", b"x").fails_with(415, "multipart/form-data");
}

#[test]
fn many_images_of_a_form_share_the_limit_of_one() {
    let server = Server::of_digits();
    let mut file = Cursor::new(Vec::new());
    GrayImage::new(8000, 6500).write_to(&mut file, ImageFormat::Png).unwrap();
    let image = ("name=image; filename=a.png", &file.into_inner()[..]);
    server.post_form("/predict", &[image, image, image]).json();
    server.post_form("/predict", &[image, image, image, image]).fails_with(413, "the decoded image takes");
}
