use super::*;

fn load(rows: usize, features: usize, classes: usize, seed: u64) -> Result<Dataset> {
    Synthetic::new(SyntheticConfig { rows, features, classes }, seed).load(&mut |_| {})
}

/// Returns the fraction of test rows that `predict` classifies correctly.
fn accuracy(test: &Samples, predict: impl Fn(&[f32]) -> u32) -> f64 {
    let features = test.to_floats();
    let rows = features.chunks(test.dimension()).zip(test.labels());
    rows.filter(|&(row, &label)| predict(row) == label).count() as f64 / test.len() as f64
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn argmax(scores: &[f32]) -> usize {
    (0..scores.len()).max_by(|&a, &b| scores[a].total_cmp(&scores[b])).unwrap()
}

/// Fits softmax regression by stochastic gradient descent; returns weights `[classes][features]`.
fn train_linear(train: &Samples, classes: usize) -> Vec<Vec<f32>> {
    let features = train.to_floats();
    let mut weights = vec![vec![0.0_f32; train.dimension()]; classes];
    for epoch in 0..20 {
        let rate = 0.05 / (1 + epoch) as f32;
        for (row, &label) in features.chunks(train.dimension()).zip(train.labels()) {
            let scores: Vec<f32> = weights.iter().map(|weights| dot(weights, row)).collect();
            let exponentials: Vec<f32> = scores.iter().map(|score| (score - scores[argmax(&scores)]).exp()).collect();
            let total: f32 = exponentials.iter().sum();
            for (class, weights) in weights.iter_mut().enumerate() {
                let error = exponentials[class] / total - f32::from(u8::from(class == label as usize));
                weights.iter_mut().zip(row).for_each(|(weight, value)| *weight -= rate * error * value);
            }
        }
    }
    weights
}

#[test]
fn a_nonlinear_classifier_beats_a_linear_one() {
    for (features, seed) in [(20, 0), (64, 1)] {
        let data = load(4000, features, 10, seed).unwrap();
        let test = data.test.as_ref().unwrap();

        let weights = train_linear(&data.train, 10);
        let linear =
            accuracy(test, |row| argmax(&weights.iter().map(|weights| dot(weights, row)).collect::<Vec<_>>()) as u32);
        let known = data.train.to_floats();
        let nearest_neighbour = accuracy(test, |row| {
            let similarities: Vec<f32> =
                known.chunks(features).map(|known| dot(known, row) / dot(known, known).sqrt()).collect();
            data.train.labels()[argmax(&similarities)]
        });
        assert!(linear < 0.55, "linear {linear}");
        assert!(nearest_neighbour > linear + 0.15, "nearest neighbour {nearest_neighbour}, linear {linear}");
        assert!(nearest_neighbour < 0.99, "trivial: nearest neighbour {nearest_neighbour}");
    }
}

#[test]
fn the_test_set_has_a_fifth_as_many_rows_and_classes_are_balanced() {
    let data = load(100, 3, 4, 0).unwrap();
    let test = data.test.unwrap();
    assert_eq!((data.train.len(), test.len(), data.train.dimension()), (100, 20, 3));
    assert_eq!((data.class_names, data.image_shape), (vec!["0".into(), "1".into(), "2".into(), "3".into()], None));
    for class in 0..4 {
        assert_eq!(data.train.labels().iter().filter(|&&label| label == class).count(), 25);
        assert_eq!(test.labels().iter().filter(|&&label| label == class).count(), 5);
    }
}

#[test]
fn rows_depend_on_the_seed_and_not_on_the_number_of_threads() {
    let on_threads = |threads, seed| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| load(500, 7, 3, seed).unwrap().hash())
    };
    assert_eq!(on_threads(1, 5), on_threads(4, 5));
    assert_ne!(on_threads(4, 5), on_threads(4, 6));
}

#[test]
fn training_rows_are_not_repeated_in_the_test_set() {
    let data = load(50, 2, 2, 0).unwrap();
    let test = data.test.unwrap().to_floats();
    let train = data.train.to_floats();
    assert!(test.chunks(2).all(|row| train.chunks(2).all(|other| other != row)));
}

#[test]
fn impossible_sizes_are_refused_by_their_key() {
    let refusal = |rows, features, classes| load(rows, features, classes, 0).unwrap_err().to_string();
    assert!(refusal(10, 2, 1).contains("synthetic.classes: 1 classes; at least 2 are needed"));
    assert!(refusal(2, 2, 3).contains("synthetic.rows: 2 rows are too few for 3 classes"));
    assert!(refusal(10, 0, 2).contains("synthetic.features: 0 features"));
    assert!(refusal(usize::MAX, 784, 2).contains("are too many; set at most 1369568 rows"));
    assert!(refusal(10, usize::MAX, 2).contains("at most 0 rows"));
}
