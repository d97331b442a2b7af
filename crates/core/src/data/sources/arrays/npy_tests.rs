use super::*;

/// Writes an array file with this header.
fn file(header: &str, data: &[u8]) -> Vec<u8> {
    [b"\x93NUMPY\x01\x00", &(header.len() as u16).to_le_bytes()[..], header.as_bytes(), data].concat()
}

fn array(descr: &str, shape: &str, data: &[u8]) -> Result<Array, String> {
    Array::parse(file(&format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}\n"), data))
}

fn text(array: &Array, row: usize) -> String {
    let mut text = String::new();
    array.write_text(row, 0, &mut text);
    text
}

// Bytes are those of numpy 2.4's `array.tobytes()`.
#[test]
fn every_type_of_element_is_read_in_both_byte_orders() {
    for (descr, data, number, exact) in [
        ("|b1", &[1][..], 1.0, "true"),
        ("|u1", &[255], 255.0, "255"),
        ("|i1", &[0x80], -128.0, "-128"),
        ("<u2", &[1, 2], 513.0, "513"),
        (">u2", &[1, 2], 258.0, "258"),
        ("<i4", &[0xfe, 0xff, 0xff, 0xff], -2.0, "-2"),
        (">i8", &[0, 0x20, 0, 0, 0, 0, 0, 1], 9007199254740992.0, "9007199254740993"),
        ("<u8", &[0xff; 8], 18446744073709551616.0, "18446744073709551615"),
        ("<f2", &[0, 0x3e], 1.5, "1.5"),
        (">f4", &[0x3d, 0xcc, 0xcc, 0xcd], f64::from(0.1_f32), "0.1"),
        ("<f8", &[0, 0, 0, 0, 0, 0, 0, 0x80], 0.0, "0"),
    ] {
        let array = array(descr, "(1,)", data).unwrap();
        assert_eq!((array.number(0, 0), text(&array, 0).as_str()), (number, exact), "{descr}");
    }
    assert_eq!(text(&array("<f4", "(1,)", &f32::NAN.to_le_bytes()).unwrap(), 0), "");
}

#[test]
fn texts_end_with_their_padding() {
    let unicode = array("<U2", "(2,)", &[0xfc, 0, 0, 0, 0, 0, 0, 0, 97, 0, 0, 0, 98, 0, 0, 0]).unwrap();
    assert_eq!([text(&unicode, 0), text(&unicode, 1)], ["ü", "ab"]);
    assert_eq!(text(&array("|S3", "(1,)", b"ab\0").unwrap(), 0), "ab");
}

#[test]
fn fortran_order_gives_the_same_rows() {
    let header = "{'descr': '|u1', 'fortran_order': True, 'shape': (2, 2, 3), }";
    // numpy.arange(12).reshape(2, 2, 3).tobytes("F")
    let array = Array::parse(file(header, &[0, 6, 3, 9, 1, 7, 4, 10, 2, 8, 5, 11])).unwrap();
    assert_eq!((array.number(1, 4), array.rows(), array.width()), (10.0, 2, 6));
    assert_eq!(array.into_pixels().unwrap(), (0..12).collect::<Vec<u8>>());
}

#[test]
fn a_file_that_claims_more_than_it_holds_is_refused_without_allocating() {
    for shape in [
        "(18446744073709551615,)",
        "(4294967296, 4294967296, 4294967296)",
        "(3,)",
        "(1,)",
        "(-1,)",
        "(99999999999999999999,)",
    ] {
        assert!(array("<u2", shape, &[0; 4]).is_err(), "{shape}");
    }
    assert!(
        array("|O", "(1,)", &[0]).unwrap_err().starts_with("holds Python objects; save it with array.astype(float)")
    );
    assert!(array("<M8[ns]", "(1,)", &[0; 8]).unwrap_err().contains("<M8[ns]"));
    for bytes in
        [&b""[..], b"\x93NUMPY", b"\x93NUMPY\x01\0\xff\xff{}", b"\x93NUMPY\x02\0\xff\xff\xff\xff", b"PK\x03\x04"]
    {
        assert_eq!(Array::parse(bytes.to_vec()).unwrap_err(), "is not a whole .npy file; save it with numpy.save");
    }
}
