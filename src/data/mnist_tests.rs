use super::super::{Features, ImageShape, mnist_directory_for_tests};
use super::*;

fn load(directory: &Path) -> Result<Data> {
    Mnist::Directory(directory.to_path_buf()).load(&mut |_| {})
}

#[test]
fn a_directory_without_the_files_is_answered_with_their_names() {
    let directory = tempfile::tempdir().unwrap();
    let error = load(directory.path()).unwrap_err().to_string();
    assert!(error.contains("holds no train-images-idx3-ubyte; put train-images-idx3-ubyte, train-labels-idx1-ubyte"));
    assert!(error.contains("name it with data.dir"));
    let absent = load(&directory.path().join("absent")).unwrap_err().to_string();
    assert!(absent.starts_with("data.dir: ") && absent.contains("absent is not a directory that exists"), "{absent}");
}

#[test]
fn a_file_that_is_not_the_original_is_refused_by_its_name() {
    for folder in ["", "raw", "MNIST/raw"] {
        let directory = tempfile::tempdir().unwrap();
        let folder = directory.path().join(folder);
        std::fs::create_dir_all(&folder).unwrap();
        FILES.iter().for_each(|file| std::fs::write(folder.join(file.name), b"something else").unwrap());
        let error = load(directory.path()).unwrap_err().to_string();
        assert!(error.contains("-ubyte is not the original "), "{error}");
        assert!(error.contains("or use `idx:DIR`"), "{error}");
    }
}

#[test]
fn a_set_directory_goes_before_the_cache() {
    let config = |dir: &str| DataConfig { source: "mnist".into(), dir: dir.into(), offline: true };
    let set = Mnist::from_config(&config("somewhere")).unwrap();
    assert!(matches!(set, Mnist::Directory(path) if path == Path::new("somewhere")));
    // Where the environment tells no cache directory the refusal names the setting.
    match Mnist::from_config(&config("")) {
        Ok(Mnist::Cache(cache)) => assert!(cache.directory().ends_with("burn-mlp/mnist")),
        other => assert!(other.unwrap_err().to_string().starts_with("data.dir: ")),
    }
}

// Expected values by Python over the same files.
#[test]
fn the_original_files_are_read() {
    let Some(directory) = mnist_directory_for_tests() else { return };
    let data = load(&directory).unwrap();
    let test = data.test.unwrap();
    assert_eq!((data.train.len(), test.len(), data.train.dimension()), (60_000, 10_000, 784));
    assert_eq!((data.class_names.len(), data.image_shape), (10, Some(ImageShape::grey(28, 28))));
    assert_eq!(data.train.labels()[..10], [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
    assert_eq!(test.labels()[..10], [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
    let Features::Bytes { values, maximum: 255 } = data.train.features() else { panic!("MNIST is bytes to 255") };
    assert_eq!(values.iter().map(|&pixel| u64::from(pixel)).sum::<u64>(), 1_567_298_545);
    let Features::Bytes { values, .. } = test.features() else { panic!("MNIST is bytes") };
    assert_eq!(values.iter().map(|&pixel| u64::from(pixel)).sum::<u64>(), 264_923_200);
}

#[test]
fn the_cache_equals_the_directory() {
    let Some(directory) = mnist_directory_for_tests() else { return };
    let cache = tempfile::tempdir().unwrap();
    for file in FILES {
        let path = file.find(std::slice::from_ref(&directory)).unwrap();
        std::fs::write(cache.path().join(file.name), file.read(&path).unwrap()).unwrap();
    }
    let cached = Mnist::Cache(MnistCache::new(cache.path(), true)).load(&mut |_| {}).unwrap();
    assert_eq!(cached.hash(), load(&directory).unwrap().hash());
}

#[test]
fn mirrors_are_urls_with_commas_between() {
    assert_eq!(mirrors("http://a/b, https://c/").unwrap(), ["http://a/b/", "https://c/"]);
    for list in ["", "http://a,", "ftp://a", "file:///etc", "a.example/mnist"] {
        let error = mirrors(list).unwrap_err();
        assert_eq!(error.exit_code(), 2);
        assert!(error.to_string().starts_with("BURN_MLP_MNIST_MIRROR: expected URLs"), "{error}");
    }
}
