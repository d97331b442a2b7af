use super::*;

fn split(body: &[u8]) -> Result<Vec<Part>, HttpError> {
    parts(&Bytes::copy_from_slice(body), "AaB03x", 3)
}

fn part(name: &str, file_name: Option<&str>, content_type: Option<&str>, bytes: &'static [u8]) -> Part {
    Part {
        name: name.to_string(),
        file_name: file_name.map(String::from),
        content_type: content_type.map(String::from),
        bytes: Bytes::from_static(bytes),
    }
}

#[test]
fn files_and_fields_are_split_as_they_were_sent() {
    let body = b"--AaB03x\r\n\
        Content-Disposition: form-data; name=\"center\"\r\n\r\ntrue\r\n\
        --AaB03x\r\n\
        Content-Disposition: form-data; name=\"image\"; filename=\"a; \\\"b\\\" \xc3\xa9.png\"\r\n\
        Content-Type: image/png\r\n\r\n\x00\r\n--AaB03\r\n\xff\r\n\
        --AaB03x  \r\n\
        content-disposition: form-data; filename=x.csv; name=rows\r\n\r\n\r\n\
        --AaB03x--\r\nepilogue";
    let expected = [
        part("center", None, None, b"true"),
        part("image", Some("a; \"b\" \u{e9}.png"), Some("image/png"), b"\x00\r\n--AaB03\r\n\xff"),
        part("rows", Some("x.csv"), None, b""),
    ];
    assert_eq!(split(body).unwrap(), expected);
    assert_eq!(split(&[&b"preamble\r\n"[..], body].concat()).unwrap(), expected);
    assert_eq!(split(b"--AaB03x--").unwrap(), []);
}

#[test]
fn a_malformed_form_is_refused_with_a_reason() {
    for (body, words) in [
        (&b""[..], "boundary does not occur"),
        (b"--other\r\n\r\n--other--", "boundary does not occur"),
        (b"--AaB03x", "not followed by a new line"),
        (b"--AaB03xyz\r\n", "not followed by a new line"),
        (b"--AaB03x\r\nContent-Disposition: form-data; name=a\r\n\r\n1", "ends without its boundary"),
        (b"--AaB03x\r\n--AaB03x--", "no valid headers"),
        (b"--AaB03x\r\n\r\nx\r\n--AaB03x--", "no valid headers"),
        (b"--AaB03x\r\nContent-Disposition: form-data; name=\"a\r\n\r\nx\r\n--AaB03x--", "no valid headers"),
        (b"--AaB03x\r\nContent-Disposition: form-data\r\n\r\nx\r\n--AaB03x--", "no valid headers"),
        (b"--AaB03x\r\nno header\r\n\r\nx\r\n--AaB03x--", "no valid headers"),
    ] {
        let error = split(body).unwrap_err();
        assert_eq!(error.status.as_u16(), 400);
        assert!(error.message.contains(words), "{}: {}", String::from_utf8_lossy(body), error.message);
    }
    let field = "\r\n--AaB03x\r\nContent-Disposition: form-data; name=a\r\n\r\n1";
    let many = [&field.repeat(4), "\r\n--AaB03x--"].concat();
    assert_eq!(split(many.as_bytes()).unwrap_err().status.as_u16(), 413);
    assert!(parts(&Bytes::new(), "", 3).unwrap_err().message.contains("needs a boundary"));
}

proptest::proptest! {
    #[test]
    fn any_content_comes_back(contents in proptest::collection::vec(proptest::collection::vec(0_u8.., 0..40), 0..4)) {
        let mut body = Vec::new();
        for content in &contents {
            body.extend(b"--AaB03x\r\nContent-Disposition: form-data; name=\"f\"; filename=\"f\"\r\n\r\n");
            body.extend(content);
            body.extend(b"\r\n");
        }
        body.extend(b"--AaB03x--\r\n");
        let split = parts(&body.into(), "AaB03x", 4).unwrap();
        proptest::prop_assert_eq!(split.iter().map(|part| part.bytes.to_vec()).collect::<Vec<_>>(), contents);
    }
}
