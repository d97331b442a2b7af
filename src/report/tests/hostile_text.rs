use super::markup::{attributes, elements, names};
use super::{TestRun, evaluation};
use crate::run_directory::Status;

const HOSTILE: [&str; 6] = [
    "<script>alert(1)</script>",
    "\"' onmouseover='alert(1)",
    "</td></table></style>-->",
    "\u{202e}gnp.exe\u{0}\u{1b}[2J",
    "{{ 7*7 }} {% if true %}",
    "&lt;b&gt; שלום &#x3c;",
];

fn hostile_run() -> TestRun {
    let mut run = TestRun::with_classes(&HOSTILE);
    run.record.name = HOSTILE[0].into();
    run.record.status = Status::Failed;
    run.record.reason = Some(HOSTILE.join(" "));
    run.record.data.source = HOSTILE[2].into();
    run.record.device = HOSTILE[1].into();
    run.record.arguments = HOSTILE.map(String::from).to_vec();
    run.record.machine.cpu = Some(HOSTILE[0].into());
    run.config.data.source = format!("idx:{}", HOSTILE[1]);
    run
}

#[test]
fn hostile_text_adds_neither_elements_nor_attributes() {
    let (hostile, harmless) = (hostile_run().html(), TestRun::with_classes(&["a", "b", "c", "d", "e", "f"]).html());
    let (hostile, harmless) = (elements(&hostile), elements(&harmless));
    let mut expected = names(&harmless);
    // Only the hostile run has a reason, which is introduced in bold.
    expected.insert("strong");
    assert_eq!(names(&hostile), expected);
    assert_eq!(attributes(&hostile), attributes(&harmless));
}

#[test]
fn hostile_text_is_shown_literally() {
    let html = hostile_run().html();
    assert!(html.contains("<bdi>&#60;script&#62;alert(1)&#60;/script&#62;</bdi>"));
    assert!(html.contains("{{ 7*7 }} {% if true %}"));
    assert!(html.contains("&#38;lt;b&#38;gt; שלום &#38;#x3c;"));
}

#[test]
fn control_characters_are_escaped() {
    let html = hostile_run().html();
    assert!(!html.contains(['\u{202e}', '\0', '\u{1b}']));
    assert!(html.contains(r"<bdi>\u{202e}gnp.exe\u{0}\u{1b}[2J</bdi>"));
}

#[test]
fn a_long_name_is_cut_and_an_invisible_one_is_replaced() {
    let long = "long".repeat(1000);
    let mut run = TestRun::with_classes(&[&long, "\t \u{a0}"]);
    run.evaluations = [("test".into(), evaluation(&run.record.data.class_names))].into();
    let html = run.html();
    assert!(!html.contains(&long) && html.contains(&format!("{}…", "long".repeat(50))));
    assert!(html.contains("<bdi>class 1</bdi>"));
}
