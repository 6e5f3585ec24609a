use usher_packs::EmbeddedPlugin;
use wasmtime::Engine;

use crate::plugins;

#[test]
fn every_plugin_in_the_box_is_compiled_ahead() {
    let digests: Vec<&str> = plugins().iter().map(|ahead| ahead.digest()).collect();
    let in_box = usher_packs::plugins().iter();
    let in_box: Vec<&str> = in_box
        .map(|EmbeddedPlugin { digest, .. }| *digest)
        .collect();
    assert_eq!(digests, in_box);
}

#[test]
fn code_is_loaded_as_often_as_it_is_wanted() {
    let engine = || Engine::new(&usher_code::running()).expect("an engine");
    let (one, another) = (engine(), engine());
    for ahead in plugins() {
        let first = ahead.load(&one);
        let second = ahead.load(&one);
        let third = ahead.load(&another);
        for loaded in [first, second, third] {
            assert!(loaded.is_ok(), "{ahead:?}: {:?}", loaded.err());
        }
    }
}

#[test]
fn an_engine_with_other_settings_does_not_take_the_code() {
    let other = Engine::default();
    for ahead in plugins() {
        assert!(ahead.load(&other).is_err(), "{ahead:?}");
    }
}
