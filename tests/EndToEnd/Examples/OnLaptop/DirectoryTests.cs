using System.Reflection;
using System.Text.RegularExpressions;

namespace EndToEnd.Examples.OnLaptop;

/// <summary>What holds for every directory of <c>examples</c>.</summary>
public sealed partial class DirectoryTests
{
    static readonly string[] _directories =
    [
        .. Directory.GetDirectories(SourceTree.At("examples")).Select(path => Path.GetFileName(path))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>All files that have one of the three kinds.</summary>
    public static TheoryData<string> Manifests { get; } =
        [.. SourceTree.Files("examples", ".yaml").Where(file => OurKinds().IsMatch(SourceTree.Read(file)))];

    [Fact]
    public void Each_example_has_a_test() => Assert.Equal(
        _directories,
        typeof(DirectoryTests).Assembly.GetTypes().Select(type => type.GetCustomAttribute<ExampleAttribute>())
            .OfType<ExampleAttribute>().Select(example => example.Directory).Order(StringComparer.Ordinal));

    [Fact]
    public void Each_example_has_a_README_with_commands_and_how_to_clean_up() => Assert.All(_directories, directory =>
    {
        var blocks = ReadmeBlock.Read(SourceTree.At("examples", directory, "README.md"));
        Assert.Contains(blocks, block => !block.CleansUp);
        Assert.Contains(blocks, block => block.CleansUp);
        Assert.Contains($"]({directory})", SourceTree.Read("examples/README.md"), StringComparison.Ordinal);
    });

    [Theory]
    [MemberData(nameof(Manifests))]
    public async Task Each_manifest_is_valid(string file) =>
        (await PyRepoProgram.RunAsync("check", "-f", SourceTree.At(file))).MustSucceed().MustSay("no problem");

    [GeneratedRegex("^apiVersion: pyrepo.dev/", RegexOptions.Multiline)]
    private static partial Regex OurKinds();
}
