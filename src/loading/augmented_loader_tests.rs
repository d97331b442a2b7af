use super::*;
use crate::config::AugmentationConfig;
use crate::data::{Dataset, Features, ImageShape};

const SHUFFLED: Order = Order::Shuffled { seed: 7 };

/// Creates 25 images of 2x2 pixels, rotated by any angle.
fn rows() -> (Samples, Augmentation) {
    let pixels = (0..100).map(|pixel| pixel * 2).collect();
    let labels = (0..25).map(|row| row % 3).collect();
    let samples = Samples::new(Features::Bytes { values: pixels, maximum: 255 }, labels, 4).unwrap();
    let names = ["a", "b", "c"].map(String::from).to_vec();
    let data = Dataset::new("pictures", samples.clone(), None, names, Some(ImageShape::grey(2, 2))).unwrap();
    let config = AugmentationConfig { rotation_probability: 0.8, rotation: 180.0, ..AugmentationConfig::default() };
    (samples, Augmentation::new(&config, &data, 5).unwrap().unwrap())
}

fn loader(order: Order, first_epoch: usize) -> AugmentedLoader {
    let (samples, augmentation) = rows();
    let device = crate::backend::open(crate::backend::host()).unwrap().device;
    AugmentedLoader::new(samples, augmentation, 4, order, first_epoch, &device)
}

/// Returns features and labels of the next epoch by batch.
fn epoch(loader: &dyn DataLoader<Batch>) -> Vec<(Vec<f32>, Vec<i64>)> {
    let values = |batch: Result<Batch, DatasetError>| {
        let Batch { features, labels, .. } = batch.unwrap();
        (features.into_data().try_to_vec().unwrap(), labels.into_data().iter::<i64>().collect())
    };
    loader.iter().map(values).collect()
}

#[test]
fn an_epoch_visits_every_row_once_in_its_order_augmented_by_epoch_and_sample() {
    let (samples, augmentation) = rows();
    let loader = loader(SHUFFLED, 3);
    for number in [3, 4] {
        let batches = epoch(&loader);
        assert_eq!(batches.iter().map(|(_, labels)| labels.len()).collect::<Vec<_>>(), [4, 4, 4, 4, 4, 4, 1]);
        let images: Vec<f32> = batches.iter().flat_map(|(images, _)| images.clone()).collect();
        let labels: Vec<i64> = batches.iter().flat_map(|(_, labels)| labels.clone()).collect();
        let order = SHUFFLED.indices(25, number).unwrap();
        for ((image, label), row) in images.chunks(4).zip(labels).zip(order) {
            let mut expected = vec![0.0; 4];
            let original = samples.sample(row);
            augmentation.online(&original.features, number, row, &mut Workspace::default(), &mut expected);
            assert_eq!((image, label), (&expected[..], original.label as i64));
        }
    }
}

#[test]
fn a_resumed_loader_repeats_the_epoch() {
    let whole = loader(SHUFFLED, 1);
    let epochs: Vec<_> = (0..3).map(|_| epoch(&whole)).collect();
    assert_ne!(epochs[1], epochs[2]);
    assert_eq!(epoch(&loader(SHUFFLED, 3)), epochs[2]);
}

#[test]
fn slices_share_the_order_of_an_epoch_and_an_epoch_may_be_abandoned() {
    let whole = epoch(&loader(Order::Sequential, 1)).into_iter().flat_map(|(images, _)| images).collect::<Vec<_>>();
    let loader = loader(Order::Sequential, 1);
    assert!(loader.iter().next().is_some());
    let loader = loader.slice(0, 25);
    assert_ne!(epoch(loader.as_ref())[0].0, whole[..16]);
    let halves = [(0, 12), (12, 25)].map(|(start, end)| {
        let half = self::loader(Order::Sequential, 1).slice(start, end);
        epoch(half.as_ref()).into_iter().flat_map(|(images, _)| images).collect::<Vec<_>>()
    });
    assert_eq!(halves.concat(), whole);
}
