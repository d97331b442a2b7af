use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::*;
use crate::data::sources::download::test_server::{Answer, TestServer, file_with_ranges, response};

/// A small stand-in for one of the four files; the SHA-256 is from Python's hashlib.
const FILE: MnistFile = MnistFile {
    name: "train-images-idx3-ubyte",
    bytes: 5000,
    identity: Identity::Uncompressed("660faa7089afce64fd1e9dd44cdbce136859740a4fe371c564b58687a67f7b8b"),
};

fn original() -> Vec<u8> {
    (0..5000_u32).map(|i| (i * i % 251) as u8).collect()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn cache(directory: &Path, servers: &[&TestServer]) -> MnistCache {
    let mut cache = MnistCache::new(directory, false);
    cache.mirrors = servers.iter().map(|server| server.url.clone()).collect();
    let short = Duration::from_millis(300);
    cache.limits = DownloadLimits { connect: short, idle: short, overall: short * 5, redirects: 2, proxy: false };
    cache
}

fn read(cache: &MnistCache) -> Result<Vec<u8>> {
    Ok(cache.read(&[FILE], &mut |_| {})?.remove(0))
}

fn good_server() -> TestServer {
    TestServer::start(|request| file_with_ranges(request, &gzip(&original())))
}

fn not_found() -> TestServer {
    TestServer::start(|_| Answer::Close(response("404 Not Found", "", b"no")))
}

fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_file_is_downloaded_once_and_kept_uncompressed() {
    let directory = tempfile::tempdir().unwrap();
    let cache_directory = directory.path().join("made/on/demand");
    let server = good_server();
    let cache = cache(&cache_directory, &[&server]);
    assert_eq!(read(&cache).unwrap(), original());
    assert_eq!(read(&cache).unwrap(), original());
    assert_eq!(server.requests().len(), 1);
    assert!(server.requests()[0].starts_with("get /train-images-idx3-ubyte.gz http"));
    assert_eq!(names(&cache_directory), ["download.lock", FILE.name]);
    assert_eq!(fs::read(cache_directory.join(FILE.name)).unwrap(), original());
}

#[test]
fn the_second_mirror_continues_where_the_first_broke_off() {
    let directory = tempfile::tempdir().unwrap();
    let whole = response("200 OK", "", &gzip(&original()));
    let broken = TestServer::start(move |_| Answer::Close(whole[..whole.len() - 50].to_vec()));
    let good = good_server();
    assert_eq!(read(&cache(directory.path(), &[&broken, &good])).unwrap(), original());
    let start = gzip(&original()).len() - 50;
    assert!(good.requests()[0].contains(&format!("range: bytes={start}-")));
}

#[test]
fn a_part_with_wrong_bytes_is_downloaded_again() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("train-images-idx3-ubyte.gz.part"), b"<html>captive portal</html>").unwrap();
    let server = good_server();
    assert_eq!(read(&cache(directory.path(), &[&server])).unwrap(), original());
    assert_eq!(server.requests().len(), 2);
    assert_eq!(names(directory.path()), ["download.lock", FILE.name]);
}

#[test]
fn wrong_bytes_from_every_mirror_are_refused_and_not_kept() {
    let directory = tempfile::tempdir().unwrap();
    let forged = TestServer::start(|_| Answer::Close(response("200 OK", "", &gzip(&[7; 5000]))));
    let error = read(&cache(directory.path(), &[&forged, &not_found()])).unwrap_err().to_string();
    assert!(error.contains("train-images-idx3-ubyte cannot be downloaded"), "{error}");
    assert!(error.contains("the server sends a file other than the original"), "{error}");
    assert!(error.contains("the server answered 404"), "{error}");
    assert!(error.contains("name it with data.dir"), "{error}");
    assert_eq!(names(directory.path()), ["download.lock"]);
}

#[test]
fn a_decompression_bomb_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let bomb = gzip(&vec![0; 32 << 20]);
    let server = TestServer::start(move |_| Answer::Close(response("200 OK", "", &bomb)));
    let error = read(&cache(directory.path(), &[&server])).unwrap_err().to_string();
    assert!(error.contains("a file other than the original"), "{error}");
}

#[test]
fn a_damaged_file_in_the_cache_is_replaced() {
    let directory = tempfile::tempdir().unwrap();
    let server = good_server();
    let cache = cache(directory.path(), &[&server]);
    for damage in [&original()[..4000], &[original(), vec![0]].concat(), b""] {
        fs::write(directory.path().join(FILE.name), damage).unwrap();
        assert_eq!(read(&cache).unwrap(), original());
        assert_eq!(fs::read(directory.path().join(FILE.name)).unwrap(), original());
    }
}

#[test]
fn files_that_the_user_put_into_the_cache_are_used_offline() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("train-images-idx3-ubyte.gz"), gzip(&original())).unwrap();
    assert_eq!(read(&MnistCache::new(directory.path(), true)).unwrap(), original());
}

#[test]
fn the_offline_error_says_where_to_put_the_files_and_contacts_no_server() {
    let directory = tempfile::tempdir().unwrap();
    let server = good_server();
    let cache = MnistCache { offline: true, ..cache(&directory.path().join("absent"), &[&server]) };
    let error = read(&cache).unwrap_err().to_string();
    assert!(error.contains("train-images-idx3-ubyte is missing, and data.offline forbids downloads"), "{error}");
    assert!(error.contains("(raw or .gz) into a directory and name it with data.dir"), "{error}");
    assert!(server.requests().is_empty() && !directory.path().join("absent").exists());

    let cache = MnistCache { directory: directory.path().to_path_buf(), ..cache };
    fs::write(directory.path().join(FILE.name), b"something").unwrap();
    assert!(read(&cache).unwrap_err().to_string().contains("train-images-idx3-ubyte is not the original file"));
}

#[test]
fn one_of_several_processes_downloads_and_all_read_the_file() {
    let directory = tempfile::tempdir().unwrap();
    let server = TestServer::start(|request| {
        std::thread::sleep(Duration::from_millis(100));
        file_with_ranges(request, &gzip(&original()))
    });
    let cache = cache(directory.path(), &[&server]);
    std::thread::scope(|scope| {
        let readers: Vec<_> = (0..4).map(|_| scope.spawn(|| read(&cache).unwrap())).collect();
        assert!(readers.into_iter().all(|reader| reader.join().unwrap() == original()));
    });
    assert_eq!(server.requests().len(), 1);
    assert_eq!(names(directory.path()), ["download.lock", FILE.name]);
}

#[test]
fn the_error_names_a_cache_that_cannot_be_created() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("file");
    fs::write(&file, b"").unwrap();
    let error = read(&cache(&file.join("cache"), &[])).unwrap_err().to_string();
    assert!(error.starts_with("cannot create ") && error.contains("file/cache"), "{error}");
}

#[test]
fn waiting_for_another_process_can_be_interrupted() {
    let directory = tempfile::tempdir().unwrap();
    let busy = File::create(directory.path().join("download.lock")).unwrap();
    busy.lock().unwrap();
    let mut stop = |at: crate::data::LoadProgress| at.stop();
    let error = cache(directory.path(), &[]).read(&[FILE], &mut stop).unwrap_err();
    assert_eq!(error.exit_code(), 130, "{error}");
}
