"""What a workspace with Bigstep in it declares besides Bigstep."""

load("//third_party:abseil.bzl", "abseil_repository")
load("//third_party:libtorch.bzl", "libtorch_repository")
load("//third_party/bazel:repositories.bzl", "offline_repositories")

def bigstep_dependencies():
    """Declares the repositories that Bigstep's targets name.

    Nothing is downloaded: every library is the system's, see README.md.
    """
    offline_repositories()
    abseil_repository(name = "abseil")
    libtorch_repository(name = "libtorch")
