//! Texts whose values stand between runs of blanks and tabs.

/// Cuts a line at runs of blanks and tabs, which count as text within quotes.
pub(super) fn fields_between_blanks(line: &str) -> Vec<String> {
    let (mut fields, mut field, mut quoted) = (Vec::new(), None::<String>, false);
    for character in line.chars() {
        match character {
            '"' => {
                quoted = !quoted;
                field.get_or_insert_default();
            }
            ' ' | '\t' | '\r' if !quoted => fields.extend(field.take()),
            other => field.get_or_insert_default().push(other),
        }
    }
    fields.extend(field);
    fields
}

/// Writes a text with one tab between its values and the same lines.
pub(super) fn with_tabs(text: &[u8]) -> Vec<u8> {
    let mut tabbed = Vec::with_capacity(text.len());
    let (mut quoted, mut pending, mut at_start) = (false, false, true);
    for &byte in text {
        match byte {
            b'\n' if !quoted => {
                tabbed.push(b'\n');
                (pending, at_start) = (false, true);
            }
            b' ' | b'\t' | b'\r' if !quoted => pending = !at_start,
            _ => {
                if std::mem::take(&mut pending) {
                    tabbed.push(b'\t');
                }
                quoted ^= byte == b'"';
                at_start = false;
                tabbed.push(byte);
            }
        }
    }
    tabbed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_blanks_become_one_tab_outside_quotes() {
        let text = b"  a b\t c \r\n1  \"x  y\" 3\n\n 4 5 6";
        assert_eq!(with_tabs(text), b"a\tb\tc\n1\t\"x  y\"\t3\n\n4\t5\t6");
        assert_eq!(fields_between_blanks("  1\t\"x  y\"  3 "), ["1", "x  y", "3"]);
        assert!(fields_between_blanks("  ").is_empty());
    }
}
