static const char usher_manifest[] = "{}";
