"""LibTorch: the folder in LIBTORCH_ROOT if set, else the system's package.

LIBTORCH_ROOT names pip's `torch` folder or the unpacked archive of
pytorch.org; both have include/, lib/ and share/cmake/. What differs between
the two ways, and between LibTorch versions, is settled here.
"""

# The C++ API lives inside the C API; users write <torch/torch.h>.
_API = "torch/csrc/api/include"

# Headers are given as whole folders: LibTorch has 8000 and more, and listing
# each makes the sandbox of every compilation take seconds. Bazel does not look
# for changes inside such folders; tools/bazel watches LibTorch instead.
_BUILD = """\
cc_library(
    name = "libtorch",
    hdrs = {folders},
    includes = {includes},  # As system headers: no warnings from them.
    linkopts = {linkopts},
    visibility = ["//visibility:public"],
    deps = {deps},
)

# Without these headers programs still work, but record no graphs.
cc_library(
    name = "cuda_graphs",
    hdrs = {cuda_folders},
    defines = {cuda_defines},
    includes = {cuda_folders},
    visibility = ["//visibility:public"],
)
"""

# ATen/core/List.h uses std::vector<IValue> before IValue is complete. In C++20
# std::vector is constexpr, clang compiles constexpr members at once, and stops.
# This header, found before the real one, has clang read IValue first.
_LIST_H = """\
#ifdef __clang__
#include <ATen/core/ivalue.h>
#endif
#include_next <ATen/core/List.h>
"""

_HELP = """
Bigstep needs LibTorch 1.13 or newer. Either
  - install the distribution's package with tools/setup.sh (libtorch-dev), or
  - set LIBTORCH_ROOT to the folder of pip's torch package or of the archive
    from pytorch.org, for example
      export LIBTORCH_ROOT=$(python3 -c 'import torch; print(*torch.__path__)')
"""

def _cuda_headers(ctx, root):
    """The folder of CUDA's own headers, which LibTorch's for CUDA include.

    Args:
      ctx: of the repository rule.
      root: LIBTORCH_ROOT.

    Returns:
      A path; None if LibTorch has no CUDA or the headers are not found.
    """
    if not ctx.path(root + "/include/c10/cuda/impl/cuda_cmake_macros.h").exists:
        return None
    home = ctx.os.environ.get("CUDA_HOME", "")
    folders = [home + "/include"] if home else [
        root + "/../nvidia/cu13/include",  # Beside pip's torch.
        root + "/../nvidia/cuda_runtime/include",
        "/usr/local/cuda/include",
        "/usr/include",  # Debian's nvidia-cuda-dev.
    ]
    for folder in folders:
        if (ctx.path(folder + "/cuda_runtime_api.h").exists and
            ctx.path(folder + "/crt/host_defines.h").exists):
            return str(ctx.path(folder))
    if home:
        fail(("CUDA_HOME=%s has no include/cuda_runtime_api.h with " +
              "include/crt/host_defines.h. Set it to the folder of CUDA's " +
              "toolkit, or unset it.") % home)
    return None

def _build(ctx, folders, includes, linkopts, deps, lib, cuda = None):
    # libtorch_cuda registers its kernels when it is loaded, whether or not we
    # name a symbol of it: --no-as-needed keeps the linker from dropping it.
    # Some builds of LibTorch 1.13 have it in two parts.
    libs = ["torch", "torch_cpu", "c10"] + [
        name
        for name in ["torch_cuda", "torch_cuda_cpp", "torch_cuda_cu", "c10_cuda"]
        if ctx.path("%s/lib%s.so" % (lib, name)).exists
    ]
    linkopts = (linkopts + ["-Wl,--push-state,--no-as-needed"] +
                ["-l" + name for name in libs] + ["-Wl,--pop-state"])
    cuda_folders = []
    if cuda and cuda != "/usr/include":  # Where the compiler looks anyway.
        cuda_folders = ["cuda_%d" % (hash(cuda) % 1000000000)]
        ctx.symlink(cuda, cuda_folders[0])
    ctx.file("first/ATen/core/List.h", _LIST_H)
    ctx.file("BUILD", _BUILD.format(
        folders = repr(["first"] + folders),
        includes = repr(["first"] + includes),
        linkopts = repr(linkopts),
        deps = repr(deps),
        cuda_folders = repr(cuda_folders),
        cuda_defines = repr(["BIGSTEP_CUDA_GRAPHS"] if cuda else []),
    ))

def _from_root(ctx, root):
    if root.startswith("/usr/lib/python3/"):
        fail(("LIBTORCH_ROOT=%s is part of the distribution's package, which " +
              "is found without it: unset LIBTORCH_ROOT.") % root)
    if not root.startswith("/"):
        fail("LIBTORCH_ROOT=%s is not an absolute path.\n%s" % (root, _HELP))
    lib = root + "/lib"
    for part in ["include/%s/torch/torch.h" % _API, "lib/libtorch.so"]:
        if not ctx.path("%s/%s" % (root, part)).exists:
            fail("LIBTORCH_ROOT=%s has no %s.\n%s" % (root, part, _HELP))

    # Old builds use the C++ ABI from before GCC 5, in which std::string is
    # another type. All other libraries would have to be built likewise.
    config = ctx.path(root + "/share/cmake/Torch/TorchConfig.cmake")
    if config.exists and "_GLIBCXX_USE_CXX11_ABI=0" in ctx.read(config):
        fail(("LIBTORCH_ROOT=%s was built with the C++ ABI from before GCC 5 " +
              "and does not link with the system's libraries. Take pip's " +
              "torch 2.7 or newer, or the archive named 'cxx11-abi'.\n%s") %
             (root, _HELP))

    # Another root makes another command line, so everything is compiled again.
    include = "include_%d" % (hash(root) % 1000000000)
    ctx.symlink(root + "/include", include)
    _build(
        ctx,
        folders = [include],
        includes = [include, "%s/%s" % (include, _API)],
        linkopts = [
            "-L" + lib,
            "-Wl,-rpath," + lib,
            # What LibTorch's libraries need in turn (CUDA, the GPU's driver)
            # they find at run time; the building machine may not have it.
            "-Wl,--allow-shlib-undefined",
        ],
        deps = [],
        lib = lib,
        cuda = _cuda_headers(ctx, root),
    )

def _from_system(ctx):
    # Debian keeps libraries in a folder per architecture.
    folders = [str(folder) for folder in ctx.path("/usr/lib").readdir()]
    for lib in ["/usr/lib", "/usr/lib64"] + folders:
        if ctx.path(lib + "/libtorch.so").exists:
            break
    api = ctx.path("/usr/include/" + _API)
    if not api.exists or not ctx.path(lib + "/libtorch.so").exists:
        fail("LibTorch is not installed.\n" + _HELP)

    # The compiler looks in /usr/include anyway, but not for the C++ API.
    ctx.symlink(api, "api")
    _build(
        ctx,
        folders = ["api"],
        includes = ["api"],
        linkopts = [],
        # Debian builds LibTorch with glog, and its headers include glog's.
        deps = ["@bigstep//third_party:glog"],
        lib = lib,
    )

def _libtorch_impl(ctx):
    root = ctx.os.environ.get("LIBTORCH_ROOT", "")
    if "LIBTORCH_ROOT" in ctx.os.environ and not root:
        fail("LIBTORCH_ROOT is empty. Unset it to take the system's package, " +
             "or set it.\n" + _HELP)
    if root:
        _from_root(ctx, root)
    else:
        _from_system(ctx)

libtorch_repository = repository_rule(
    implementation = _libtorch_impl,
    configure = True,  # Depends on the machine: see `bazel sync --configure`.
    environ = [
        "BIGSTEP_SYSTEM",  # tools/bazel: another one means other packages.
        "CUDA_HOME",
        "LIBTORCH_ROOT",
    ],
    local = True,
)
