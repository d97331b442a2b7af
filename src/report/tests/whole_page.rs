use super::classified;
use super::markup::{elements, names};
use super::{TestRun, reference};

#[test]
fn the_same_run_gives_the_same_bytes() {
    assert_eq!(reference(), reference());
}

#[test]
fn the_page_needs_no_network_and_no_script() {
    let html = reference();
    let elements = elements(&html);
    let names = names(&elements);
    for name in ["script", "iframe", "object", "embed", "form", "base"] {
        assert!(!names.contains(name), "{name}");
    }
    let policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";
    assert!(html.contains(&format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">")));
    assert!(!html.contains("://") && !html.contains("url(") && !html.contains("@import"));
    let external = elements.iter().filter(|tag| {
        [" src=\"", " href=\""].iter().any(|attribute| {
            let target = tag.split_once(attribute).map(|(_, target)| target);
            target.is_some_and(|target| !target.starts_with("data:") && !target.starts_with('#'))
        })
    });
    assert_eq!(external.collect::<Vec<_>>(), Vec::<&String>::new());
}

#[test]
fn heading_levels_are_not_skipped_and_every_image_chart_and_table_has_a_name() {
    let html = reference();
    let elements = elements(&html);
    let mut level = 0;
    for tag in
        elements.iter().filter(|tag| tag.len() >= 2 && tag.starts_with('h') && tag.as_bytes()[1].is_ascii_digit())
    {
        let next = tag[1..2].parse::<i32>().unwrap();
        assert!(next <= level + 1, "{tag} after h{level}");
        level = next;
    }
    let count = |start: &str| elements.iter().filter(|tag| tag.split(' ').next() == Some(start)).count();
    assert_eq!((count("h1"), count("main"), count("table")), (1, 1, count("caption")));
    assert!(elements.iter().filter(|tag| tag.starts_with("img")).all(|tag| tag.contains(" alt=\"")));
    let is_named = |tag: &String| tag.contains("role=\"img\" aria-label=\"") || tag.contains("aria-hidden=\"true\"");
    assert!(elements.iter().filter(|tag| tag.starts_with("svg")).all(is_named));
    assert!(elements.iter().filter(|tag| tag.starts_with("th ") || *tag == "th").all(|tag| tag.contains("scope=\"")));
}

#[test]
fn metrics_are_those_of_the_files_of_the_run() {
    // Taken from artifacts/reference by hand.
    let html = reference();
    for text in [
        "Finished after 50 epochs; the best is epoch 42.",
        "digits; 64–128–64–10, relu, 17,226 parameters; seed 0; flex on",
        "<dd>96.94 % <small>loss 0.0936</small></dd>",
        "<dd>97.57 % <small>best epoch, loss 0.0929, used for selection (epoch, learning rate)</small></dd>",
        "epoch 18<br>training 0.0457<br>validation 0.1072<br>rate reduced to 0.005</span>",
        "rate reduced in epochs 18, 23, 35, 46 and 49</li>",
        "title=\"\u{2068}8\u{2069} predicted as \u{2068}1\u{2069}: 3 of 35 (8.57 %)\">3</td>",
        "<dt>SHA-256</dt><dd><code>20accb133dec11065191e3e2e9c1847f0bff1703c0d06614b396626cc40668c4</code>",
    ] {
        assert!(html.contains(text), "{text}");
    }
}

#[test]
fn a_full_report_of_28x28_pixels_is_below_a_megabyte() {
    let names: Vec<String> = (0..10).map(|digit| digit.to_string()).collect();
    let mut run = TestRun::with_classes(&names.iter().map(String::as_str).collect::<Vec<_>>());
    (run.record.data.features, run.record.data.image_shape) = (784, Some([28, 28]));
    // Noise is the hardest to compress.
    let noise = |row: u64| {
        (0..784u64)
            .map(move |pixel| ((row * 784 + pixel).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40) as f32 / (1 << 24) as f32)
    };
    run.weights = (0..128).flat_map(|row| noise(row).map(|value| value - 0.5)).collect();
    let worst = &mut classified(&mut run.evaluations, "test").worst;
    let one = worst[0].clone();
    *worst = (0..64)
        .map(|row| {
            let mut mistake = one.clone();
            mistake.pixels = Some(noise(row).collect());
            mistake
        })
        .collect();
    let html = run.html();
    assert_eq!(html.matches("data:image/png").count(), 128);
    assert!(html.len() < 1 << 20, "{} bytes", html.len());
}
