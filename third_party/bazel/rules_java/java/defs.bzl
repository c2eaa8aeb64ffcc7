"""The rules_java names that Bazel 4 itself loads, as the native rules."""

java_import = native.java_import
java_runtime = native.java_runtime
java_toolchain = native.java_toolchain
