use super::*;

#[test]
fn the_hash_of_a_script_is_that_of_the_policys_specification() {
    // The example of the W3C's Content Security Policy Level 3, section 8.3: alert('Hello, world.');
    assert_eq!(hash("alert('Hello, world.');").unwrap(), "qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng=");
}
