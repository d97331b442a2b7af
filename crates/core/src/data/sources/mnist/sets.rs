//! MNIST and its drop-in replacements: names, checksums, mirrors and classes.

use std::path::{Path, PathBuf};

use super::files::{Identity, MnistFile};

/// A set of four IDX files.
#[derive(Debug)]
pub(super) struct FileSet {
    /// Name in `data.source`.
    pub name: &'static str,
    /// Images and labels of the training set, then of the test set.
    pub files: [MnistFile; 4],
    /// Base URLs with a slash at the end, tried in order; empty if the files are only in an
    /// archive.
    pub mirrors: &'static [&'static str],
    /// Environment variable for other servers.
    pub mirror_variable: &'static str,
    /// Directory that torchvision creates for it.
    pub torchvision: &'static str,
    /// Names of the classes; if empty, their numbers.
    pub class_names: &'static [&'static str],
    /// Lowest label in the files.
    pub first_label: u8,
    /// Whether the files store images transposed.
    pub is_transposed: bool,
}

/// The handwritten digits of LeCun, Cortes and Burges.
pub(super) static MNIST: FileSet = FileSet {
    name: "mnist",
    files: [
        MnistFile {
            name: "train-images-idx3-ubyte",
            bytes: 47_040_016,
            identity: Identity::Uncompressed("ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
        },
        MnistFile {
            name: "train-labels-idx1-ubyte",
            bytes: 60_008,
            identity: Identity::Uncompressed("65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
        },
        MnistFile {
            name: "t10k-images-idx3-ubyte",
            bytes: 7_840_016,
            identity: Identity::Uncompressed("0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
        },
        MnistFile {
            name: "t10k-labels-idx1-ubyte",
            bytes: 10_008,
            identity: Identity::Uncompressed("ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"),
        },
    ],
    mirrors: &["https://ossci-datasets.s3.amazonaws.com/mnist/", "https://storage.googleapis.com/cvdf-datasets/mnist/"],
    mirror_variable: "BURN_MLP_MNIST_MIRROR",
    torchvision: "MNIST",
    class_names: &[],
    first_label: 0,
    is_transposed: false,
};

/// Articles of clothing (Xiao, Rasul, Vollgraf 2017, arXiv 1708.07747). The compressed files'
/// SHA-256 are those that TensorFlow Datasets checks; the labels' were also computed from the files
/// in the authors' repository.
pub(super) static FASHION_MNIST: FileSet = FileSet {
    name: "fashion-mnist",
    files: [
        MnistFile {
            name: "train-images-idx3-ubyte",
            bytes: 47_040_016,
            identity: Identity::Compressed("3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"),
        },
        MnistFile {
            name: "train-labels-idx1-ubyte",
            bytes: 60_008,
            identity: Identity::Uncompressed("bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"),
        },
        MnistFile {
            name: "t10k-images-idx3-ubyte",
            bytes: 7_840_016,
            identity: Identity::Compressed("346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"),
        },
        MnistFile {
            name: "t10k-labels-idx1-ubyte",
            bytes: 10_008,
            identity: Identity::Uncompressed("0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"),
        },
    ],
    mirrors: &[
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
        "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/",
    ],
    mirror_variable: "BURN_MLP_FASHION_MNIST_MIRROR",
    torchvision: "FashionMNIST",
    class_names: &[
        "T-shirt/top",
        "Trouser",
        "Pullover",
        "Dress",
        "Coat",
        "Sandal",
        "Shirt",
        "Sneaker",
        "Bag",
        "Ankle boot",
    ],
    first_label: 0,
    is_transposed: false,
};

/// Cursive hiragana (Clanuwat and others 2018, arXiv 1812.01718). The compressed files' SHA-256 are
/// those that TensorFlow Datasets checks.
pub(super) static KMNIST: FileSet = FileSet {
    name: "kmnist",
    files: [
        MnistFile {
            name: "train-images-idx3-ubyte",
            bytes: 47_040_016,
            identity: Identity::Compressed("51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4"),
        },
        MnistFile {
            name: "train-labels-idx1-ubyte",
            bytes: 60_008,
            identity: Identity::Compressed("e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17"),
        },
        MnistFile {
            name: "t10k-images-idx3-ubyte",
            bytes: 7_840_016,
            identity: Identity::Compressed("edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5"),
        },
        MnistFile {
            name: "t10k-labels-idx1-ubyte",
            bytes: 10_008,
            identity: Identity::Compressed("20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c"),
        },
    ],
    mirrors: &["https://codh.rois.ac.jp/kmnist/dataset/kmnist/", "http://codh.rois.ac.jp/kmnist/dataset/kmnist/"],
    mirror_variable: "BURN_MLP_KMNIST_MIRROR",
    torchvision: "KMNIST",
    class_names: &["お", "き", "す", "つ", "な", "は", "ま", "や", "れ", "を"],
    first_label: 0,
    is_transposed: false,
};

/// The letters of EMNIST (Cohen, Afshar, Tapson and van Schaik 2017, arXiv 1702.05373), uppercase
/// and lowercase together. They are published in one archive of 562 MB, which the user downloads
/// and unpacks.
pub(super) static EMNIST_LETTERS: FileSet = FileSet {
    name: "emnist-letters",
    files: [
        MnistFile { name: "emnist-letters-train-images-idx3-ubyte", bytes: 97_843_216, identity: Identity::Length },
        MnistFile { name: "emnist-letters-train-labels-idx1-ubyte", bytes: 124_808, identity: Identity::Length },
        MnistFile { name: "emnist-letters-test-images-idx3-ubyte", bytes: 16_307_216, identity: Identity::Length },
        MnistFile { name: "emnist-letters-test-labels-idx1-ubyte", bytes: 20_808, identity: Identity::Length },
    ],
    mirrors: &[],
    mirror_variable: "BURN_MLP_EMNIST_MIRROR",
    torchvision: "EMNIST",
    class_names: &[
        "A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L", "M", "N", "O", "P", "Q", "R", "S", "T", "U", "V",
        "W", "X", "Y", "Z",
    ],
    first_label: 1,
    is_transposed: true,
};

impl FileSet {
    /// Says how to provide the files, as the end of a sentence.
    pub fn remedy(&self) -> String {
        let names = self.files.map(|file| file.name).join(", ");
        let origin = match self.mirrors {
            [] => " from the archive gzip.zip at https://www.nist.gov/itl/products-and-services/emnist-dataset",
            _ => "",
        };
        format!("put {names} (raw or .gz){origin} into a directory and name it with data.dir")
    }

    /// Returns where the files may be in the user's directory: in itself, where torchvision puts
    /// them, or where EMNIST's archive has them.
    pub fn folders(&self, directory: &Path) -> Vec<PathBuf> {
        let torchvision = directory.join(self.torchvision).join("raw");
        vec![directory.to_path_buf(), torchvision, directory.join("raw"), directory.join("gzip")]
    }
}
