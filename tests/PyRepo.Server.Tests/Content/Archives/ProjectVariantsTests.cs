using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Archives;

namespace PyRepo.Server.Tests.Content.Archives;

public sealed class ProjectVariantsTests
{
    [Theory]
    [InlineData("psycopg2-binary", "psycopg2")]
    [InlineData("opencv-python-headless", "opencv-python")]
    [InlineData("opencv-contrib-python-headless", "opencv-python")]
    [InlineData("tensorflow-cpu", "tensorflow")]
    [InlineData("tf-nightly", "tf")]
    [InlineData("tf-nightly-cpu", "tf")]
    [InlineData("nvidia-tensorflow", "tensorflow")]
    [InlineData("onnxruntime-gpu", "onnxruntime")]
    [InlineData("cupy-cuda12x", "cupy")]
    [InlineData("mxnet-cu110", "mxnet")]
    [InlineData("polars-u64-idx", "polars")]
    [InlineData("polars-lts-cpu", "polars")]
    [InlineData("types-requests", "requests")]
    [InlineData("importlib-metadata-stubs", "importlib_metadata")]
    public void A_name_with_words_for_how_it_is_built_is_a_variant(string project, string name) =>
        Assert.True(IsVariant(project, name));

    [Theory]
    [InlineData("requests-helper9", "requests")]
    [InlineData("requests-helper", "requests")]
    [InlineData("my-requests", "requests")]
    [InlineData("requests2", "requests")]
    [InlineData("requests-2", "requests")]
    [InlineData("requestsbinary", "requests")]
    [InlineData("requests-binary-evil", "requests")]
    [InlineData("requests-gpu-requests", "requests")]
    [InlineData("requests-cudax", "requests")]
    [InlineData("python-opencv", "opencv-python")]
    [InlineData("opencv-headless", "opencv-python")]
    [InlineData("binary", "requests")]
    public void A_name_that_only_contains_another_is_not(string project, string name) =>
        Assert.False(IsVariant(project, name));

    static bool IsVariant(string project, string name) =>
        ProjectVariants.IsVariant(ProjectName.Parse(project), name);
}
